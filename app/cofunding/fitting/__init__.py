"""Partial needs that would fit together: noticed, proposed, and made one joint post."""
