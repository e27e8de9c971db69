"""What the worker does for applications to join."""

from app.organisations.joining.commands import delete_idle

__all__ = ["delete_idle"]
