"""Confirmation of a claimed level by a colleague or manager, who is asked by email."""
