"""Tables that search and pages read: open posts as published, and what is left of former ones."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy import Numeric as Number
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, not_personal, personal
from app.opportunities.domain import Audience, OpportunityKind, OpportunityStatus
from app.organisations.models import one_of


class OpenPost(Base):
    """An open post with everything that pages, search, feeds and the open API show of it.

    Written by `projection.project` alone, in the transaction that changes the post, and read
    through `queries.visible_to` alone: it carries no policy (decision 0160). `is_shown` says that
    its body is verified; a trigger of the database keeps that and the body's names in step.
    `skills` are objects with slug, name, level (1 to 4 or null) and is_must. `search` is what text
    search reads, `near` the words that misspelt ones are compared with. `fingerprint` is the MD5
    of all it was made from, `shown_at` when what is shown last changed.
    """

    __tablename__ = "open_post"
    __privacy__ = personal(Activity.POSTS, Erasure.REBUILT)
    __table_args__ = (
        Index("uq_open_post_opportunity_id", "opportunity_id", unique=True),
        Index("uq_open_post_slug", "slug", unique=True),
        one_of("kind", OpportunityKind),
        one_of("audience", Audience),
        Index("ix_open_post_published_at", "published_at", "id"),
        Index("ix_open_post_closes_on", "closes_on", "id"),
        Index("ix_open_post_pay_to", "pay_to", "id"),
        Index("ix_open_post_organisation_id", "organisation_id"),
        Index("ix_open_post_role_slug", "role_slug"),
        Index("ix_open_post_region", "region"),
        Index(
            "ix_open_post_search",
            "search",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "on", "gin_pending_list_limit": 256},
        ),
    )

    opportunity_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("opportunity.id", ondelete="CASCADE")
    )
    slug: Mapped[str]
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    organisation_slug: Mapped[str]
    organisation_name: Mapped[str]
    organisation_name_cy: Mapped[str | None]
    organisation_kind: Mapped[str]
    is_shown: Mapped[bool]
    kind: Mapped[str]
    title: Mapped[str]
    title_cy: Mapped[str | None]
    summary: Mapped[str | None]
    summary_cy: Mapped[str | None]
    description: Mapped[str | None]
    description_cy: Mapped[str | None]
    role_slug: Mapped[str | None]
    role_name: Mapped[str | None]
    family_slug: Mapped[str | None]
    family_name: Mapped[str | None]
    level_name: Mapped[str | None]
    local_role_name: Mapped[str | None]
    edition_name: Mapped[str | None]
    skills: Mapped[list[dict[str, Any]]] = mapped_column(JSONB(), server_default=text("'[]'"))
    place: Mapped[str | None]
    postcode_area: Mapped[str | None]
    region: Mapped[str | None]
    remote: Mapped[str | None]
    office_days: Mapped[Decimal | None] = mapped_column(Number(3, 1))
    days_per_week: Mapped[Decimal | None] = mapped_column(Number(4, 2))
    full_time_hours: Mapped[Decimal | None] = mapped_column(Number(5, 2))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    weeks: Mapped[int | None] = mapped_column(SmallInteger())
    pay_from: Mapped[Decimal | None]
    pay_to: Mapped[Decimal | None]
    pay_note: Mapped[str | None]
    who_pays: Mapped[str | None]
    checks: Mapped[list[str]] = mapped_column(server_default=text("'[]'"))
    contract_type: Mapped[str | None]
    legal_power: Mapped[str | None]
    legal_power_note: Mapped[str | None]
    is_politically_restricted: Mapped[bool | None]
    redeployees_first_until: Mapped[date | None]
    contact_name: Mapped[str | None]
    contact_email: Mapped[str | None]
    adjustments: Mapped[str | None]
    wants: Mapped[dict[str, Any] | None]
    closes_on: Mapped[date]
    audience: Mapped[str]
    named_organisation_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid()))
    published_at: Mapped[datetime]
    shown_at: Mapped[datetime]
    search: Mapped[str] = mapped_column(TSVECTOR())
    near: Mapped[str]
    fingerprint: Mapped[str]


class FormerPost(Base):
    """What is kept of a post that was open once, so that its address can say what became of it.

    `title` is null where the post was withdrawn: its words are not shown again. Whoever could see
    the post may learn of its end, nobody else.
    """

    __tablename__ = "former_post"
    __privacy__ = personal(Activity.POSTS, Erasure.WORDS)
    __table_args__ = (
        Index("uq_former_post_opportunity_id", "opportunity_id", unique=True),
        Index("uq_former_post_slug", "slug", unique=True),
        one_of("status", OpportunityStatus),
        one_of("audience", Audience),
        CheckConstraint("status IN ('hidden', 'closed', 'withdrawn')", name="no_longer_open"),
        CheckConstraint("status <> 'withdrawn' OR title IS NULL", name="withdrawn_has_no_title"),
        Index("ix_former_post_organisation_id", "organisation_id"),
    )

    opportunity_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("opportunity.id", ondelete="CASCADE")
    )
    slug: Mapped[str]
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(info=not_personal("a code"))
    status: Mapped[str]
    title: Mapped[str | None]
    role_slug: Mapped[str | None]
    family_slug: Mapped[str | None]
    region: Mapped[str | None] = mapped_column(info=not_personal("a region"))
    audience: Mapped[str]
    named_organisation_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid()))


# Each word of public posts once, without accents: what misspelt ones are compared with.
post_word = Table(
    "post_word",
    Base.metadata,
    Column("word", Text(), primary_key=True, info=personal(Activity.POSTS, Erasure.REBUILT)),
    Index(
        "ix_post_word_word",
        "word",
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    ),
)
