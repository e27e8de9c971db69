"""Invitations to apply: a body asks somebody it found, who answers without showing an address."""
