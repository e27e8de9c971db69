"""The table of messages to people."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, address, not_personal, personal
from app.notifications.domain import Channel


class Message(Base):
    """One message to one person: an email, and with `in_inbox` a line in their inbox too.

    Text and HTML are `sealed` with a key from SECRET_KEY: they hold links that sign people in, and
    a copy of the database must open nothing. Text and address go after 30 days, the line stays.
    `failure` is a code of the server that refused it for good. One that its reader wants in the
    inbox only has that channel and counts as sent at once.
    """

    __tablename__ = "message"
    __privacy__ = personal(
        Activity.MESSAGES, Erasure.GOES, "taken out of messages to others, sealed ones too"
    )
    __table_args__ = (
        CheckConstraint("sent_at IS NULL OR failed_at IS NULL", name="sent_or_failed"),
        CheckConstraint("(sent_at IS NULL) = (channel IS NULL)", name="sent_by_a_channel"),
        CheckConstraint("(failed_at IS NULL) = (failure IS NULL)", name="failed_with_a_code"),
        CheckConstraint(
            f"channel IN ({', '.join(repr(one.value) for one in Channel)})", name="channel_known"
        ),
        CheckConstraint("language IN ('en', 'cy')", name="language_known"),
        Index("ix_message_person_id", "person_id", "id"),
        Index("ix_message_to_address", "to_address"),
        Index(
            "ix_message_waiting",
            "created_at",
            postgresql_where=text("sent_at IS NULL AND failed_at IS NULL"),
        ),
        Index(
            "ix_message_unread",
            "person_id",
            postgresql_where=text("in_inbox AND read_at IS NULL"),
        ),
        Index(
            "ix_message_waiting_template",
            "template",
            postgresql_where=text("sent_at IS NULL AND failed_at IS NULL"),
        ),
        Index("ix_message_failed", "id", postgresql_where=text("failed_at IS NOT NULL")),
        Index("ix_message_sealed", "created_at", postgresql_where=text("sealed IS NOT NULL")),
    )

    to_address: Mapped[str | None] = mapped_column(info=address(Activity.MESSAGES, Erasure.GOES))
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL")
    )
    organisation_name: Mapped[str]
    template: Mapped[str] = mapped_column(info=not_personal("a code"))
    language: Mapped[str]
    subject: Mapped[str]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary())
    in_inbox: Mapped[bool]
    read_at: Mapped[datetime | None]
    channel: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(info=not_personal("a code"))
