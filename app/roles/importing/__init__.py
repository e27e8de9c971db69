"""Importing the official download of roles: compared, decided by a person, then applied."""
