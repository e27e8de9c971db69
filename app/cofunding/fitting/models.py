"""Tables of proposals to join partial needs; what a body may know of one is a row of its own."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.cofunding.fitting.domain import LIVE, Answer, Employs, FitStatus
from app.core.db import Base
from app.core.privacy import Activity, Erasure, not_personal, personal
from app.organisations.models import one_of

_LIVE = ", ".join(f"'{status.value}'" for status in LIVE)


class Fit(Base):
    """A proposal as the exchange knows it: the row that every answer locks first.

    No body reads it: it joins what each of them must not yet know of the other. `days` are those
    of the joint post. `told_open_at` is when the others were told that the joint post is open.
    """

    __tablename__ = "fit"
    __privacy__ = not_personal("codes of moves")
    __table_args__ = (
        one_of("status", FitStatus),
        CheckConstraint("days > 0 AND days <= 5", name="days_of_a_week"),
        Index("ix_fit_status", "status", "expires_on"),
        Index("ix_fit_joint_opportunity_id", "joint_opportunity_id"),
    )

    status: Mapped[str] = mapped_column(server_default=FitStatus.PROPOSED)
    days: Mapped[Decimal] = mapped_column(Numeric(4, 2))
    expires_on: Mapped[date]
    ended_at: Mapped[datetime | None]
    lead_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    joint_opportunity_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("opportunity.id", ondelete="SET NULL")
    )
    told_open_at: Mapped[datetime | None]


class FitSide(Base):
    """One body's side of a proposal: all that this body may know of it, and what it answered.

    `days` are those of its own post, `total_days` those of the joint one, `bodies` how many take
    part, `role_name` its own role's. `shown_post_ids` are posts of others that it could see when
    it was written; whether it sees them still is asked again. `partners` is empty until all have
    agreed, then what each one's post says. `reason` is its own, and told to nobody.
    """

    __tablename__ = "fit_side"
    __privacy__ = personal(Activity.JOINT_POSTS, Erasure.WORDS)
    __table_args__ = (
        UniqueConstraint("fit_id", "organisation_id"),
        one_of("status", FitStatus),
        one_of("answer", Answer),
        one_of("employs", Employs),
        CheckConstraint("days > 0 AND days < total_days", name="days_are_a_part"),
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)"
            " AND (answered_at IS NULL) = (answer IS NULL)",
            name="answered_whole",
        ),
        Index("ix_fit_side_organisation_id", "organisation_id", "status", "id"),
        Index(
            "uq_fit_side_live",
            "opportunity_id",
            unique=True,
            postgresql_where=text(f"status IN ({_LIVE})"),
        ),
    )

    fit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("fit.id", ondelete="CASCADE"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    opportunity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("opportunity.id"))
    status: Mapped[str] = mapped_column(server_default=FitStatus.PROPOSED)
    days: Mapped[Decimal] = mapped_column(Numeric(4, 2))
    total_days: Mapped[Decimal] = mapped_column(Numeric(4, 2))
    bodies: Mapped[int]
    role_name: Mapped[str] = mapped_column(info=not_personal("published framework"))
    region: Mapped[str | None] = mapped_column(info=not_personal("a region"))
    is_remote: Mapped[bool]
    expires_on: Mapped[date]
    shown_post_ids: Mapped[list[uuid.UUID]] = mapped_column(
        ARRAY(Uuid()), server_default=text("'{}'")
    )
    answer: Mapped[str | None]
    employs: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None]
    never_again: Mapped[bool] = mapped_column(server_default=text("false"))
    partners: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB(), server_default=text("'[]'"), info=not_personal("ids of bodies")
    )
    is_lead: Mapped[bool | None]
    joint_opportunity_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("opportunity.id", ondelete="SET NULL")
    )
    joint_slug: Mapped[str | None]


class FitHistory(Base):
    """A move of a proposal, read by the exchange alone; never changed."""

    __tablename__ = "fit_history"
    __privacy__ = not_personal("codes of moves")
    __table_args__ = (
        one_of("to_status", FitStatus),
        Index("ix_fit_history_fit_id", "fit_id", "id"),
    )

    updated_at = None  # type: ignore[assignment]  # history is never updated
    fit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("fit.id", ondelete="CASCADE"))
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    action: Mapped[str]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    by_organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))


class FitChoice(Base):
    """Whether a body lets posts that others may not see be compared; without a row it does."""

    __tablename__ = "fit_choice"
    __privacy__ = not_personal("which posts")
    __table_args__ = (UniqueConstraint("organisation_id"),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    uses_private: Mapped[bool]
    set_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
