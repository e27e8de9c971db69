"""The public list of verified bodies, as pages and as an API."""
