"""Tables of the audit: entries, and the head of each chain."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, not_personal, personal


class ActorKind(StrEnum):
    """Who may have done it: a person, ourselves (timers, commands), or somebody not signed in."""

    PERSON = "person"
    SYSTEM = "system"
    VISITOR = "visitor"


class AuditEntry(Base):
    """What one actor did to one thing. Added only; the database numbers and chains it at COMMIT.

    `stored` are the bytes the hash covers, written by the database from the other columns. Until
    the transaction that added it is committed, an entry has no number.
    """

    __tablename__ = "audit_entry"
    __privacy__ = personal(Activity.AUDIT, Erasure.KEPT, "ids, codes and keyed hashes, no names")
    __table_args__ = (
        CheckConstraint("actor_kind IN ('person', 'system', 'visitor')", name="actor_kind"),
        CheckConstraint("(subject_kind IS NULL) = (subject_id IS NULL)", name="subject_whole"),
        CheckConstraint(
            "(number IS NULL) = (stored IS NULL) AND (number IS NULL) = (sha256 IS NULL)",
            name="chained_whole",
        ),
        CheckConstraint("number > 0", name="number_from_one"),
        Index("uq_audit_entry_chain_number", "chain", "number", unique=True),
        Index("ix_audit_entry_unchained", "chain", postgresql_where=text("number IS NULL")),
        Index("ix_audit_entry_person_id", "person_id"),
        Index("ix_audit_entry_subject_id", "subject_id"),
    )

    updated_at = None  # type: ignore[assignment]  # nothing here is ever updated
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    chain: Mapped[uuid.UUID]
    number: Mapped[int | None] = mapped_column(BigInteger())
    stored: Mapped[bytes | None] = mapped_column(LargeBinary())
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary())
    action: Mapped[str]
    actor_kind: Mapped[str]
    person_id: Mapped[uuid.UUID | None]
    acting_organisation_id: Mapped[uuid.UUID | None]
    subject_kind: Mapped[str | None]
    subject_id: Mapped[uuid.UUID | None]
    request_reference: Mapped[str]
    facts: Mapped[dict[str, Any]]


class AuditHead(Base):
    """The newest entry of a chain, by the chain's id: locked while an entry is added."""

    __tablename__ = "audit_head"
    __privacy__ = not_personal("hashes")

    number: Mapped[int] = mapped_column(BigInteger())
    sha256: Mapped[bytes] = mapped_column(LargeBinary())
