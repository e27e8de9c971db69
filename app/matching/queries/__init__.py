"""Reads of matching, by what they are about."""
