"""Pledges of other bodies towards a shared post, until it is funded and becomes a cost split."""
