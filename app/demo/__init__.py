"""The demo region: invented bodies, people and posts to try everything with; not in production."""
