"""Tables of alerts: saved searches, their history, the windows they covered, what they told of."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Table,
    UniqueConstraint,
    Uuid,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, UtcDateTime
from app.core.privacy import Activity, Erasure, address, not_personal, personal
from app.matching.alerts.domain import AlertStatus, Frequency
from app.organisations.models import one_of


class Alert(Base):
    """A saved search that tells of new posts: of a person, or of whoever has an address.

    `criteria` is the address of the search by parameter; with `is_match` there is none, and posts
    are those that suit the person’s profile. A person's alert goes to the address of
    their account, or to the private one. `started_at` is when it was confirmed: older posts are
    not new. Windows up to `covered_to` have been looked through. After an error it rests until
    `not_before`. `kept_at` is when somebody last said that they want it, `asked_at` when we asked
    whether they still do. `token_sha256` is the hash of the token of its links.
    """

    __tablename__ = "alert"
    __privacy__ = personal(Activity.ALERTS, Erasure.GOES)
    __table_args__ = (
        one_of("frequency", Frequency),
        one_of("status", AlertStatus),
        CheckConstraint("language IN ('en', 'cy')", name="language_known"),
        CheckConstraint("(person_id IS NULL) = (email IS NOT NULL)", name="person_or_address"),
        CheckConstraint("NOT is_match OR person_id IS NOT NULL", name="match_of_a_person"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("octet_length(token_sha256) = 32", name="token_sha256_length"),
        CheckConstraint(
            "(started_at IS NULL) = (covered_to IS NULL)"
            " AND (started_at IS NULL) = (kept_at IS NULL)"
            " AND (started_at IS NOT NULL OR status IN ('waiting', 'ended'))",
            name="started_whole",
        ),
        CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name="ended_pair"),
        Index("uq_alert_token_sha256", "token_sha256", unique=True),
        Index("ix_alert_person_id", "person_id", "id"),
        Index(
            "ix_alert_due",
            "frequency",
            "covered_to",
            "id",
            postgresql_where=text("status = 'on'"),
        ),
        Index("ix_alert_kept_at", "kept_at"),
    )

    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    email: Mapped[str | None] = mapped_column(info=address(Activity.ALERTS, Erasure.GOES))
    language: Mapped[str] = mapped_column(server_default="en")
    to_private: Mapped[bool] = mapped_column(server_default=false())
    criteria: Mapped[dict[str, Any]]
    is_match: Mapped[bool] = mapped_column(server_default=false())
    frequency: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=AlertStatus.WAITING)
    token_sha256: Mapped[bytes]
    started_at: Mapped[datetime | None]
    covered_to: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    kept_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class AlertHistory(Base):
    """One move of an alert; by nobody where a link or time moved it. Never changed."""

    __tablename__ = "alert_history"
    __privacy__ = not_personal("codes of moves")
    __table_args__ = (
        one_of("from_status", AlertStatus),
        one_of("to_status", AlertStatus),
        Index("ix_alert_history_alert_id", "alert_id", "id"),
    )

    alert_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"))
    from_status: Mapped[str]
    to_status: Mapped[str]
    action: Mapped[str]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))


class AlertRun(Base):
    """A window of an alert that was looked through, and the message it made, if it found posts.

    The database refuses two rows for the same end of a window, and windows that overlap.
    """

    __tablename__ = "alert_run"
    __privacy__ = not_personal("numbers and times")
    __table_args__ = (
        UniqueConstraint("alert_id", "window_to"),
        CheckConstraint("window_from < window_to", name="window_forward"),
        CheckConstraint("posts >= 0", name="posts_counted"),
        ExcludeConstraint(
            ("alert_id", "="),
            (text("tstzrange(window_from, window_to)"), "&&"),
            name="ex_alert_run_windows_apart",
            using="gist",
        ),
        Index("ix_alert_run_created_at", "created_at"),
        Index("ix_alert_run_message_id", "message_id"),
    )

    alert_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"))
    window_from: Mapped[datetime]
    window_to: Mapped[datetime]
    posts: Mapped[int]
    message_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("message.id", ondelete="SET NULL")
    )


# What an alert has told of: the key keeps it from telling of a post twice.
alert_post = Table(
    "alert_post",
    Base.metadata,
    Column("alert_id", Uuid(), ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "opportunity_id",
        Uuid(),
        ForeignKey("opportunity.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("told_at", UtcDateTime(), server_default=func.now(), nullable=False),
    Index("ix_alert_post_opportunity_id", "opportunity_id"),
    Index("ix_alert_post_told_at", "told_at"),
)
