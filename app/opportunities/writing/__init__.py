"""Writing posts: the task list of a body's posts and their sections."""
