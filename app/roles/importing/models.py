"""Tables of imports of the official download: what a file said, and how it was decided."""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import not_personal
from app.roles.importing.domain import FRAMEWORK_IMPORT, ImportAction, ImportStatus


def _one_of(column: str, values: type[ImportStatus] | type[ImportAction]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class FrameworkImport(Base):
    """A file that was read and compared with `base_edition_id`, waiting for a person's decision.

    `sheet` is what the file said, `answers` what was typed about it.
    """

    __tablename__ = "framework_import"
    __privacy__ = not_personal("published framework, as it is taken in")
    __table_args__ = (
        _one_of("status", ImportStatus),
        CheckConstraint("(status = 'applied') = (edition_id IS NOT NULL)", name="applied_edition"),
        Index("ix_framework_import_created_at", "created_at"),
    )

    as_of: Mapped[date]
    file_name: Mapped[str]
    sheet: Mapped[dict[str, Any]]
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB(), server_default=text("'{}'"))
    base_edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("framework_edition.id"))
    edition_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("framework_edition.id"))
    status: Mapped[str] = mapped_column(server_default=FRAMEWORK_IMPORT.start)
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))


class FrameworkImportHistory(Base):
    """A move of an import from one status to the next; never changed."""

    __tablename__ = "framework_import_history"
    __privacy__ = not_personal("codes of moves")
    __table_args__ = (
        _one_of("from_status", ImportStatus),
        _one_of("to_status", ImportStatus),
        _one_of("action", ImportAction),
    )

    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("framework_import.id"), index=True)
    from_status: Mapped[str]
    to_status: Mapped[str]
    action: Mapped[str]
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
