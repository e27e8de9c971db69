"""The table of how people want their messages."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, personal
from app.notifications.inbox.domain import Kind, Way


class MessagePreference(Base):
    """How a person wants messages of a kind; without a row by mail and in the inbox.

    It carries no policy: whoever causes a message to somebody else has to know how it goes.
    """

    __tablename__ = "message_preference"
    __privacy__ = personal(Activity.INBOX, Erasure.GOES)
    __table_args__ = (
        UniqueConstraint("person_id", "kind"),
        CheckConstraint(f"kind IN ({', '.join(repr(one.value) for one in Kind)})", "kind_known"),
        CheckConstraint(f"way IN ({', '.join(repr(one.value) for one in Way)})", "way_known"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str]
    way: Mapped[str]
