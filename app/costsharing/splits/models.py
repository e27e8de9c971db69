"""Tables of saved cost splits: the split, its versions with who pays what, and their papers."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, not_personal, personal
from app.costsharing.splits.domain import PaperKind, SplitStatus
from app.organisations.models import one_of


class CostSplit(Base):
    """What several bodies agreed to pay for a post, by its newest version.

    `employer_id` employs and invoices; `party_ids` are all bodies that are or were a party.
    """

    __tablename__ = "cost_split"
    __privacy__ = personal(Activity.PLEDGES, Erasure.WORDS)
    __table_args__ = (
        UniqueConstraint("reference"),
        UniqueConstraint("opportunity_id"),
        one_of("status", SplitStatus),
        CheckConstraint("newest >= 1", name="newest_from_one"),
        Index("ix_cost_split_employer_id", "employer_id"),
        Index("ix_cost_split_party_ids", "party_ids", postgresql_using="gin"),
    )

    reference: Mapped[str] = mapped_column(info=not_personal("a reference"))
    title: Mapped[str]
    status: Mapped[str]
    newest: Mapped[int]
    employer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    party_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid()))
    opportunity_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("opportunity.id"))


class CostSplitVersion(Base):
    """Figures as they were frozen: inputs, agreement details and result. Never changed.

    `bodies` says which organisation stands behind each party's id. `total` is the cost of the
    term, `grants` what outside money pays of it.
    """

    __tablename__ = "cost_split_version"
    __privacy__ = personal(Activity.AGREEMENTS, Erasure.KEPT, "names in agreed figures and papers")
    __table_args__ = (
        UniqueConstraint("cost_split_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("length(inputs_sha256) = 64", name="inputs_sha256_length"),
    )

    updated_at = None  # type: ignore[assignment]  # a version is never updated
    cost_split_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cost_split.id"))
    number: Mapped[int]
    employer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    party_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid()))
    bodies: Mapped[dict[str, Any]]
    inputs: Mapped[dict[str, Any]]
    agreement: Mapped[dict[str, Any]]
    result: Mapped[dict[str, Any]]
    inputs_sha256: Mapped[str]
    method_version: Mapped[str]
    total: Mapped[Decimal]
    grants: Mapped[Decimal]
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class CostSplitShare(Base):
    """What one party pays in one financial year of a version; shares and grants make its total."""

    __tablename__ = "cost_split_share"
    __privacy__ = not_personal("figures")
    __table_args__ = (UniqueConstraint("version_id", "party", "year"),)

    updated_at = None  # type: ignore[assignment]  # a version is never updated
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cost_split_version.id"))
    party: Mapped[str]
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    year: Mapped[int]
    share: Mapped[Decimal]
    fee: Mapped[Decimal]


class CostSplitHistory(Base):
    """A move of a split from one status to the next; never changed."""

    __tablename__ = "cost_split_history"
    __privacy__ = personal(Activity.PLEDGES, Erasure.WORDS)
    __table_args__ = (
        one_of("to_status", SplitStatus),
        Index("ix_cost_split_history_cost_split_id", "cost_split_id", "id"),
    )

    updated_at = None  # type: ignore[assignment]  # history is never updated
    cost_split_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cost_split.id"))
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    action: Mapped[str]
    version: Mapped[int]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None]


class CostSplitPaper(Base):
    """A paper of a version: asked for, and with `file_id` made. Made once, never again."""

    __tablename__ = "cost_split_paper"
    __privacy__ = not_personal("which papers there are")
    __table_args__ = (
        UniqueConstraint("version_id", "kind"),
        one_of("kind", PaperKind),
        CheckConstraint("(file_id IS NULL) = (made_at IS NULL)", name="made_with_file"),
    )

    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cost_split_version.id"))
    kind: Mapped[str]
    file_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    made_at: Mapped[datetime | None]
    asked_at: Mapped[datetime]
