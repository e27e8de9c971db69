"""What the worker does for profiles."""

from app.profiles.commands import forget_old_levels

__all__ = ["forget_old_levels"]
