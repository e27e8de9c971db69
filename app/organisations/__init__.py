"""Organisations, people, memberships and duties, sign-in; loads the Actor."""
