"""What the worker does when the framework has changed."""

from app.profiles.editions.commands import tell_of_edition

__all__ = ["tell_of_edition"]
