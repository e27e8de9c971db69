"""Questions about open posts, and their answers, which everybody reads who can see the post."""
