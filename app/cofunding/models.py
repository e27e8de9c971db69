"""Tables of the funding of shared posts: what is known of a post's cost, and pledges towards it."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.cofunding.domain import STANDING, FundingStatus, PledgeBasis, PledgeStatus
from app.core.db import Base
from app.core.privacy import Activity, Erasure, not_personal, personal
from app.organisations.models import one_of

_STANDING = ", ".join(f"'{status.value}'" for status in STANDING)


class Funding(Base):
    """The funding of one shared post: the row that whoever pledges, approves or closes locks first.

    It copies of the post what partners rely on, so that they still see it when the post is no
    longer open: `week` (days of the post's own week), `own_days` (of
    them, those that the employer says it takes itself), dates, and `base`, the inputs of its whole
    cost. `party_ids` are the bodies with a standing pledge, `body_ids` all that ever pledged.
    `offers` are the counting pledges without the names, for "what it would cost you".
    """

    __tablename__ = "funding"
    __privacy__ = personal(Activity.PLEDGES, Erasure.WORDS)
    __table_args__ = (
        UniqueConstraint("opportunity_id"),
        one_of("status", FundingStatus),
        CheckConstraint("week > 0 AND week <= 7", name="week_of_days"),
        CheckConstraint("own_days > 0 AND own_days < 7", name="own_days_of_a_week"),
        CheckConstraint("version >= 1", name="version_from_one"),
        CheckConstraint(
            "status <> 'closed' OR cost_split_id IS NOT NULL", name="closed_with_split"
        ),
        Index("ix_funding_employer_id", "employer_id"),
        Index("ix_funding_body_ids", "body_ids", postgresql_using="gin"),
    )

    opportunity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("opportunity.id"))
    employer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    status: Mapped[str] = mapped_column(server_default=FundingStatus.OPEN)
    slug: Mapped[str]
    title: Mapped[str]
    week: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    own_days: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    base: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True), info=not_personal("figures")
    )
    party_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid()), server_default=text("'{}'"))
    body_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid()), server_default=text("'{}'"))
    offers: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB(), server_default=text("'[]'"), info=not_personal("figures")
    )
    version: Mapped[int] = mapped_column(server_default=text("1"))
    cost_split_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("cost_split.id"))


class FundingTotal(Base):
    """How far a post is funded, in days and bodies: all that everybody may know.

    It is read by whoever may see the post, signed in or not. `days` is exact, such as 10/3.
    """

    __tablename__ = "funding_total"
    __privacy__ = not_personal("figures")
    __table_args__ = (
        UniqueConstraint("opportunity_id"),
        CheckConstraint("bodies >= 0", name="bodies_not_negative"),
        CheckConstraint("own_days > 0 AND own_days < 7", name="own_days_of_a_week"),
    )

    opportunity_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("opportunity.id"))
    days: Mapped[str]
    week: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    own_days: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    bodies: Mapped[int]
    status: Mapped[str]


class Pledge(Base):
    """What one body pledges towards a post.

    `amount` is exact: days a week, percent of the post, or pounds a year, by `basis`. `ceiling` is
    pounds in a financial year. It counts until the end of `ends_on`. `approved_figures` are what it
    cost when finance approved it: pence by financial year, and the hash of the inputs.
    """

    __tablename__ = "pledge"
    __privacy__ = personal(Activity.PLEDGES, Erasure.WORDS)
    __table_args__ = (
        Index(
            "uq_pledge_standing",
            "funding_id",
            "organisation_id",
            unique=True,
            postgresql_where=text(f"status IN ({_STANDING})"),
        ),
        Index("ix_pledge_organisation_id", "organisation_id", "id"),
        Index(
            "ix_pledge_ends_on",
            "ends_on",
            postgresql_where=text("status IN ('interest', 'in_principle', 'approved')"),
        ),
        one_of("status", PledgeStatus),
        one_of("basis", PledgeBasis),
        CheckConstraint(
            r"amount ~ '^\d{1,15}(\.\d{1,12})?(/\d{1,15}(\.\d{1,12})?)?$'", name="amount_exact"
        ),
        CheckConstraint("ceiling > 0", name="ceiling_above_zero"),
        CheckConstraint("organisation_id <> employer_id", name="not_the_employer"),
        CheckConstraint("version >= 1", name="version_from_one"),
        CheckConstraint(
            "(approved_at IS NULL) = (approved_by_id IS NULL)"
            " AND (approved_at IS NULL) = (approved_figures IS NULL)",
            name="approved_whole",
        ),
        CheckConstraint(
            "status NOT IN ('approved', 'frozen') OR approved_at IS NOT NULL",
            name="approved_by_somebody",
        ),
        CheckConstraint(
            "approved_by_id IS NULL OR (approved_by_id <> made_by_id"
            " AND approved_by_id <> changed_by_id)",
            name="approved_by_another",
        ),
    )

    funding_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("funding.id"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    employer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    status: Mapped[str]
    basis: Mapped[str]
    amount: Mapped[str] = mapped_column(info=not_personal("figures"))
    ceiling: Mapped[Decimal | None]
    conditions: Mapped[str | None]
    ends_on: Mapped[date | None]
    made_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    changed_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    approved_figures: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True), info=not_personal("figures")
    )
    version: Mapped[int] = mapped_column(server_default=text("1"))


class PledgeHistory(Base):
    """A move of a pledge, with what changed and what it cost before and after; never changed.

    `version` is the pledge's own with this move: it tells the order of moves made at one time.

    `changes` is a list of what, before and after in words. `figures` holds `before` and `after`,
    pence by financial year.
    """

    __tablename__ = "pledge_history"
    __privacy__ = personal(Activity.PLEDGES, Erasure.WORDS)
    __table_args__ = (
        one_of("to_status", PledgeStatus),
        Index("uq_pledge_history_pledge_id_version", "pledge_id", "version", unique=True),
    )

    updated_at = None  # type: ignore[assignment]  # history is never updated
    pledge_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("pledge.id"))
    funding_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("funding.id"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    employer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    version: Mapped[int]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    action: Mapped[str]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    by_organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    reason: Mapped[str | None]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB())
    figures: Mapped[dict[str, Any]] = mapped_column(info=not_personal("figures"))
