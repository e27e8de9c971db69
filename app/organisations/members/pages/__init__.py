"""Pages about a body's people."""
