"""Filling one's profile from a file: one's own earlier export, or a table from HR."""
