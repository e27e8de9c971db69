"""What the worker does for requests to confirm a skill."""

from app.profiles.confirming.commands import look_after

__all__ = ["look_after"]
