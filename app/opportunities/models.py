"""Tables of posts: what is wanted or offered, its skills, its life, and what people ask of it."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, not_personal, personal
from app.opportunities.domain import (
    Audience,
    ChangeState,
    ContractType,
    LegalPower,
    OpportunityKind,
    OpportunityStatus,
    Remote,
    WhoPays,
)
from app.organisations.domain import Region
from app.organisations.models import one_of


class Opportunity(Base):
    """A post of one body, with nulls until somebody has answered.

    `organisation_id` posts it, and employs the person of a shared post. `days_per_week` are days of
    the post's own week, `office_days` half days at the place of work, pay is pounds a year for
    full time. `closes_on` is the last day on which it is open, in the United Kingdom.
    `sections_done` counts the saves of each section. `version` grows with every change.
    `writer_ids` are who wrote it since it was last approved: none of them may approve it.
    `cost_inputs` are the inputs of the cost calculator for the whole post, not shared;
    `cost_answers` are what was typed to make them.
    `nudged_on` is when we last asked whether it still stands.
    """

    __tablename__ = "opportunity"
    __privacy__ = personal(Activity.POSTS, Erasure.WORDS)
    __table_args__ = (
        UniqueConstraint("slug"),
        one_of("kind", OpportunityKind),
        one_of("status", OpportunityStatus),
        one_of("region", Region),
        one_of("remote", Remote),
        one_of("who_pays", WhoPays),
        one_of("contract_type", ContractType),
        one_of("legal_power", LegalPower),
        one_of("audience", Audience),
        CheckConstraint("days_per_week > 0 AND days_per_week <= 7", name="days_of_a_week"),
        CheckConstraint("own_days > 0 AND own_days < 7", name="own_days_of_a_week"),
        CheckConstraint("office_days BETWEEN 0 AND 7", name="office_days_of_a_week"),
        CheckConstraint("full_time_hours BETWEEN 1 AND 60", name="full_time_hours_of_a_week"),
        CheckConstraint("weeks BETWEEN 2 AND 12", name="weeks_of_an_assignment"),
        CheckConstraint("pay_from >= 0 AND pay_from <= pay_to", name="pay_in_order"),
        CheckConstraint("ends_on >= starts_on", name="dates_in_order"),
        CheckConstraint("nudges_sent BETWEEN 0 AND 2", name="two_nudges_at_most"),
        CheckConstraint("version >= 1", name="version_from_one"),
        CheckConstraint(
            "(approved_at IS NULL) = (approved_by_id IS NULL)", name="approved_at_by_pair"
        ),
        CheckConstraint(
            "status NOT IN ('open', 'hidden', 'closed', 'withdrawn') OR (published_at IS NOT NULL"
            " AND review_on IS NOT NULL AND closes_on IS NOT NULL AND audience IS NOT NULL)",
            name="published_is_whole",
        ),
        CheckConstraint("status <> 'scheduled' OR publish_on IS NOT NULL", name="scheduled_for"),
        CheckConstraint(
            "status <> 'withdrawn' OR withdrawn_reason IS NOT NULL", name="withdrawn_with_reason"
        ),
        Index("ix_opportunity_organisation_id", "organisation_id", "status", "id"),
        Index("ix_opportunity_role_id", "role_id"),
        Index(
            "ix_opportunity_publish_on", "publish_on", postgresql_where=text("status = 'scheduled'")
        ),
        Index(
            "ix_opportunity_closes_on",
            "closes_on",
            postgresql_where=text("status IN ('open', 'hidden')"),
        ),
        Index("ix_opportunity_review_on", "review_on", postgresql_where=text("status = 'open'")),
    )

    slug: Mapped[str]
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=OpportunityStatus.DRAFT)
    title: Mapped[str]
    title_cy: Mapped[str | None]
    summary: Mapped[str | None]
    summary_cy: Mapped[str | None]
    description: Mapped[str | None]
    description_cy: Mapped[str | None]
    role_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("role.id"))
    role_level_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("role_level.id"))
    local_role_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("local_role.id"))
    edition_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("framework_edition.id"))
    place: Mapped[str | None]
    postcode_area: Mapped[str | None] = mapped_column(info=not_personal("an area"))
    region: Mapped[str | None]
    remote: Mapped[str | None]
    office_days: Mapped[Decimal | None] = mapped_column(Numeric(3, 1))
    days_per_week: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    own_days: Mapped[Decimal | None] = mapped_column(Numeric(4, 2))
    full_time_hours: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    weeks: Mapped[int | None] = mapped_column(SmallInteger())
    pay_from: Mapped[Decimal | None]
    pay_to: Mapped[Decimal | None]
    pay_note: Mapped[str | None]
    who_pays: Mapped[str | None]
    checks: Mapped[list[str]] = mapped_column(
        server_default=text("'[]'"), info=not_personal("codes")
    )
    contract_type: Mapped[str | None]
    legal_power: Mapped[str | None]
    legal_power_note: Mapped[str | None]
    is_politically_restricted: Mapped[bool | None]
    redeployees_first_until: Mapped[date | None]
    contact_name: Mapped[str | None]
    contact_email: Mapped[str | None]
    adjustments: Mapped[str | None]
    closes_on: Mapped[date | None]
    audience: Mapped[str | None]
    named_organisation_ids: Mapped[list[uuid.UUID]] = mapped_column(
        ARRAY(Uuid()), server_default=text("'{}'")
    )
    publish_on: Mapped[date | None]
    published_at: Mapped[datetime | None]
    review_on: Mapped[date | None]
    nudges_sent: Mapped[int] = mapped_column(SmallInteger(), server_default=text("0"))
    nudged_on: Mapped[date | None]
    withdrawn_reason: Mapped[str | None]
    wants: Mapped[dict[str, Any] | None] = mapped_column(info=not_personal("codes"))
    sections_done: Mapped[dict[str, Any]] = mapped_column(
        server_default=text("'{}'"), info=not_personal("codes")
    )
    version: Mapped[int] = mapped_column(server_default=text("1"))
    cost_inputs: Mapped[dict[str, Any] | None]
    cost_answers: Mapped[dict[str, Any] | None]
    created_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    writer_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid()), server_default=text("'{}'"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class OpportunitySkill(Base):
    """A skill that a post asks for: a must, or useful; `level` is the proficiency, 1 to 4."""

    __tablename__ = "opportunity_skill"
    __privacy__ = not_personal("which skills")
    __table_args__ = (
        UniqueConstraint("opportunity_id", "skill_id"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level_one_to_four"),
        Index("ix_opportunity_skill_skill_id", "skill_id"),
    )

    opportunity_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("opportunity.id", ondelete="CASCADE")
    )
    skill_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("skill.id"))
    level: Mapped[int | None] = mapped_column(SmallInteger())
    is_must: Mapped[bool]


class OpportunityHistory(Base):
    """A move of a post from one status to the next, or a wait ended in place; never changed."""

    __tablename__ = "opportunity_history"
    __privacy__ = personal(Activity.POSTS, Erasure.WORDS)
    __table_args__ = (
        one_of("from_status", OpportunityStatus),
        one_of("to_status", OpportunityStatus),
        Index("ix_opportunity_history_opportunity_id", "opportunity_id", "created_at"),
    )

    opportunity_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("opportunity.id", ondelete="CASCADE")
    )
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    action: Mapped[str]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None]


class OpportunityChange(Base):
    """A change of a published post that waits until a second person has approved it.

    `answers` are the new answers of one section; `by_id` proposed them and may not decide.
    """

    __tablename__ = "opportunity_change"
    __privacy__ = personal(Activity.POSTS, Erasure.WORDS)
    __table_args__ = (
        one_of("state", ChangeState),
        CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)"
            " AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="decided_whole",
        ),
        Index(
            "uq_opportunity_change_waiting",
            "opportunity_id",
            "section",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    opportunity_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("opportunity.id", ondelete="CASCADE")
    )
    section: Mapped[str] = mapped_column(info=not_personal("a code"))
    answers: Mapped[dict[str, Any]]
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(server_default=ChangeState.WAITING)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None]


class OpportunityQuestion(Base):
    """A question on a post, shown with its answer to whoever may see the post. Names nobody.

    A hidden one is shown to nobody but the posting body, with the reason.
    """

    __tablename__ = "opportunity_question"
    __privacy__ = personal(Activity.POSTS, Erasure.WORDS)
    __table_args__ = (
        CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)"
            " AND (answer IS NULL) = (answered_by_id IS NULL)",
            name="answered_whole",
        ),
        CheckConstraint("NOT is_hidden OR hidden_reason IS NOT NULL", name="hidden_with_reason"),
        Index("ix_opportunity_question_opportunity_id", "opportunity_id", "created_at"),
    )

    opportunity_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("opportunity.id", ondelete="CASCADE")
    )
    question: Mapped[str]
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    is_hidden: Mapped[bool] = mapped_column(server_default=text("false"))
    hidden_reason: Mapped[str | None]


class QuestionAsker(Base):
    """Who asked a question, and for which body. A table of its own, which row-level security
    opens to the asker and to the worker alone: the posting body never learns it.
    """

    __tablename__ = "question_asker"
    __privacy__ = personal(Activity.POSTS, Erasure.GOES)
    __table_args__ = (UniqueConstraint("question_id"),)

    question_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("opportunity_question.id", ondelete="CASCADE")
    )
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
