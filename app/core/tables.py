"""Every table of every feature, for what looks at all of them without knowing any feature."""

from importlib import import_module

from sqlalchemy import Table

from app.core.config import ROOT
from app.core.db import Base

_IN_CORE = ("app.core.files", "app.core.once", "app.core.outbox")


def know_all() -> None:
    """Import the models of all features: what reads the tables themselves must know them all."""
    for name in _IN_CORE:
        import_module(name)
    for path in sorted(ROOT.glob("app/**/models.py")):
        import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def all_tables() -> list[Table]:
    """All tables by name, once they are known."""
    return sorted(Base.metadata.tables.values(), key=lambda one: one.name)
