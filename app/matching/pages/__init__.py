"""Pages of matches: posts for somebody, and people for a post."""
