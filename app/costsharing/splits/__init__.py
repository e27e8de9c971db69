"""Saved cost splits: agreed figures in versions that never change, and the papers made of them."""
