"""Alerts: saved searches that tell people of new posts, each post once."""
