"""What the worker does for imports."""

from app.profiles.importing.commands import forget_files

__all__ = ["forget_files"]
