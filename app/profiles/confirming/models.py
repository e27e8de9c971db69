"""Tables of requests to confirm a skill. They go with the skill, and with the profile.

Seen by their owner, by the system, and by whoever holds the link.
"""

import uuid
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, address, personal
from app.organisations.models import one_of
from app.profiles.confirming.domain import (
    CONFIRMATION,
    ConfirmationAction,
    ConfirmationStatus,
    Relation,
)
from app.profiles.models import owner_id


class SkillConfirmation(Base):
    """That somebody is asked whether a person has a skill at `level`, and what they answered.

    `email` is kept while the request is open. Of it stay `email_domain`, what stands after the @,
    and `email_mark`, a keyed hash: whoever does not know the person is not asked again. `name` is
    that of whoever is asked, as the person gives it and as they confirm it themselves.
    """

    __tablename__ = "skill_confirmation"
    __privacy__ = personal(Activity.CONFIRMATIONS, Erasure.GOES)
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "skill_id"],
            ["profile_skill.person_id", "profile_skill.skill_id"],
            ondelete="CASCADE",
        ),
        one_of("status", ConfirmationStatus),
        one_of("relation", Relation),
        CheckConstraint("language IN ('en', 'cy')", name="language_known"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level_one_to_four"),
        CheckConstraint("octet_length(email_mark) = 32", name="email_mark_length"),
        CheckConstraint("octet_length(token_sha256) = 32", name="token_sha256_length"),
        CheckConstraint(
            "(email IS NOT NULL) = (status IN ('draft', 'waiting'))", name="email_while_open"
        ),
        CheckConstraint(
            "(status = 'draft') = (token_sha256 IS NULL)"
            " AND (token_sha256 IS NULL) = (sent_at IS NULL)"
            " AND (token_sha256 IS NULL) = (expires_at IS NULL)",
            name="sent_whole",
        ),
        CheckConstraint(
            "(settled_at IS NULL) = (status IN ('draft', 'waiting'))", name="settled_whole"
        ),
        Index("ix_skill_confirmation_person_id", "person_id", "id"),
        Index("uq_skill_confirmation_token_sha256", "token_sha256", unique=True),
        Index(
            "uq_skill_confirmation_live", "person_id", "skill_id", "email_mark",
            unique=True, postgresql_where=text("status IN ('waiting', 'confirmed')"),
        ),
        Index("ix_skill_confirmation_created_at", "created_at"),
    )  # fmt: skip

    person_id: Mapped[uuid.UUID]
    skill_id: Mapped[uuid.UUID]
    level: Mapped[int] = mapped_column(SmallInteger())
    name: Mapped[str]
    relation: Mapped[str]
    language: Mapped[str] = mapped_column(server_default="en")
    email: Mapped[str | None] = mapped_column(info=address(Activity.CONFIRMATIONS, Erasure.GOES))
    email_domain: Mapped[str]
    email_mark: Mapped[bytes] = mapped_column(LargeBinary())
    status: Mapped[str] = mapped_column(server_default=CONFIRMATION.start)
    token_sha256: Mapped[bytes | None] = mapped_column(LargeBinary())
    sent_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    message_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("message.id", ondelete="SET NULL")
    )


class SkillConfirmationHistory(Base):
    """A move of a request from one status to the next; never changed."""

    __tablename__ = "skill_confirmation_history"
    __privacy__ = personal(Activity.CONFIRMATIONS, Erasure.GOES)
    __table_args__ = (
        one_of("from_status", ConfirmationStatus),
        one_of("to_status", ConfirmationStatus),
        one_of("action", ConfirmationAction),
        Index("ix_skill_confirmation_history_request_id", "request_id", "id"),
    )

    person_id: Mapped[uuid.UUID] = owner_id()
    request_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("skill_confirmation.id", ondelete="CASCADE")
    )
    from_status: Mapped[str]
    to_status: Mapped[str]
    action: Mapped[str]
