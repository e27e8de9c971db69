"""Tables of needs that are kept, and of whom they have told."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, not_personal, personal


class MatchNeed(Base):
    """That a body wants to hear when somebody suits a post; `by_id` is null where nobody asked.

    `looked_at` is when the worker last looked, `told_on` the last day on which it told something;
    with `counted_at` it has said that at least five suit. An ended one is never kept by itself.
    """

    __tablename__ = "match_need"
    __privacy__ = not_personal("ids and times of a body's post")
    __table_args__ = (UniqueConstraint("opportunity_id"),)

    opportunity_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("opportunity.id", ondelete="CASCADE")
    )
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    looked_at: Mapped[datetime | None]
    told_on: Mapped[date | None]
    counted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class MatchNeedPerson(Base):
    """That a need has told of somebody, so that it tells of them once; bodies never read it."""

    __tablename__ = "match_need_person"
    __privacy__ = personal(Activity.MATCHING, Erasure.GOES)
    __table_args__ = (UniqueConstraint("need_id", "person_id"),)

    need_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("match_need.id", ondelete="CASCADE"))
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("profile.person_id", ondelete="CASCADE"), index=True
    )
