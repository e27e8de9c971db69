"""Roles that organisations define themselves, with skills borrowed from the framework."""
