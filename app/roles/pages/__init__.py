"""Pages of the capability framework."""
