"""Every change of a body's people."""
