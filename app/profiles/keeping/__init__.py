"""Keeping profiles only as long as they are wanted: idle ones are asked about, then removed."""
