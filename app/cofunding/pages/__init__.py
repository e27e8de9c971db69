"""Pages of pledges and of the funding of posts, and panels for pages of other features."""
