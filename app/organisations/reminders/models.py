"""The table of reminders that were sent."""

import uuid

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import not_personal
from app.organisations.models import one_of
from app.organisations.reminders.domain import Subject


class Reminder(Base):
    """That a body was reminded: of what, about which day or version, and at which stage in days."""

    __tablename__ = "reminder"
    __privacy__ = not_personal("what a body was reminded of")
    __table_args__ = (
        UniqueConstraint("organisation_id", "what", "about", "stage"),
        one_of("what", Subject),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    what: Mapped[str]
    about: Mapped[str]
    stage: Mapped[int]
