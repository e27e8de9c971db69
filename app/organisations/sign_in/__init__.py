"""Signing in by emailed link, sign-ins as their owner sees them, and a person's own account."""
