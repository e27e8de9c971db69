"""Erasure of a person: what goes, what stays and why, and how it is done."""
