"""Tables of profiles, of what people let others see of them, and of who looked.

Whoever a profile belongs to reaches all of it. A body reaches the rows of the groups that it was
given: row-level security asks `app_profile_groups`, which says what `consent/domain.py` says. What
is in one group is in tables of its own, so that rows can follow groups. Everything hangs on the row
`profile` and goes with it.
"""

import uuid
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, personal
from app.organisations.domain import OrganisationKind, Region
from app.organisations.models import one_of
from app.profiles.consent.domain import GRANTABLE, Group, Purpose, Recipient, Stage
from app.profiles.domain import EvidenceKind, Move, RemoteWork, RoleStanding

OWNER = "profile.person_id"


def some_of(column: str, values: list[str]) -> CheckConstraint:
    """A CHECK that a list of texts holds nothing but these."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} <@ ARRAY[{listed}]::text[]", name=f"{column}_known")


def owner_id() -> Mapped[uuid.UUID]:
    """Whose row it is; it goes with their profile."""
    return mapped_column(ForeignKey(OWNER, ondelete="CASCADE"))


class Profile(Base):
    """That somebody has a profile. Bodies know it by `id`, which names nobody.

    `paused_until` is the last day of a pause. `reviewed_on` is the last day on which its owner
    changed or kept it or signed in, `asked_on` and `asked_again_on` when we asked whether it is
    still wanted. `keep_sha256` is the hash of the token of the link that keeps it.
    """

    __tablename__ = "profile"
    __privacy__ = personal(Activity.PROFILES, Erasure.GOES)
    __table_args__ = (
        UniqueConstraint("person_id"),
        Index("uq_profile_keep_sha256", "keep_sha256", unique=True),
        Index("ix_profile_reviewed_on", "reviewed_on"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    paused_until: Mapped[date | None]
    reviewed_on: Mapped[date]
    asked_on: Mapped[date | None]
    asked_again_on: Mapped[date | None]
    keep_sha256: Mapped[bytes | None] = mapped_column(LargeBinary())
    told_edition_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("framework_edition.id"))


class ProfileAvailability(Base):
    """Group `availability`: `days` a week at most, `months` at most; nulls leave it open."""

    __tablename__ = "profile_availability"
    __privacy__ = personal(Activity.PROFILES, Erasure.GOES)
    __table_args__ = (
        UniqueConstraint("person_id"),
        one_of("remote", RemoteWork),
        some_of("moves", [move.value for move in Move]),
        some_of("regions", [region.value for region in Region]),
        CheckConstraint("days > 0 AND days <= 7", name="days_of_a_week"),
        CheckConstraint("months BETWEEN 1 AND 60", name="months_of_a_move"),
        CheckConstraint("until_on >= from_on", name="until_after_from"),
    )

    person_id: Mapped[uuid.UUID] = owner_id()
    moves: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=text("'{}'"))
    days: Mapped[Decimal | None] = mapped_column(Numeric(3, 1))
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
    months: Mapped[int | None] = mapped_column(SmallInteger())
    regions: Mapped[list[str]] = mapped_column(ARRAY(Text()), server_default=text("'{}'"))
    remote: Mapped[str | None]


class ProfileJob(Base):
    """Group `employer`: where somebody works and at which grade, as they say it."""

    __tablename__ = "profile_job"
    __privacy__ = personal(Activity.PROFILES, Erasure.GOES)
    __table_args__ = (UniqueConstraint("person_id"),)

    person_id: Mapped[uuid.UUID] = owner_id()
    employer: Mapped[str | None]
    grade: Mapped[str | None]


class ProfilePay(Base):
    """Group `pay`: the salary point, as its owner says it."""

    __tablename__ = "profile_pay"
    __privacy__ = personal(Activity.PROFILES, Erasure.GOES)
    __table_args__ = (UniqueConstraint("person_id"),)

    person_id: Mapped[uuid.UUID] = owner_id()
    salary_point: Mapped[str]


class ProfileRole(Base):
    """Group `skills`: a role held or wanted, with its level under the edition it was named by."""

    __tablename__ = "profile_role"
    __privacy__ = personal(Activity.PROFILES, Erasure.GOES)
    __table_args__ = (
        UniqueConstraint("person_id", "role_id", "standing"),
        one_of("standing", RoleStanding),
        Index("ix_profile_role_role_id", "role_id"),
    )

    person_id: Mapped[uuid.UUID] = owner_id()
    role_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("role.id"))
    level_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("role_level.id"))
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("framework_edition.id"))
    standing: Mapped[str]


class ProfileSkill(Base):
    """Groups `skills` and `levels`: a skill, its claimed level from 1 to 4, and its last use.

    `last_used_on` is 1 January of the year in which it was last used. `edition_id` is the edition
    that was current when its owner last said how well they have it. `confirmed_level` is what
    somebody else confirmed last, if anybody did; `confirmed_by` is their name and `confirmed_as`
    what they are to the person. Another level or other evidence ends it.
    """

    __tablename__ = "profile_skill"
    __privacy__ = personal(Activity.PROFILES, Erasure.GOES)
    __table_args__ = (
        UniqueConstraint("person_id", "skill_id"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level_one_to_four"),
        CheckConstraint("confirmed_level BETWEEN 1 AND 4", name="confirmed_level_one_to_four"),
        CheckConstraint(
            "(confirmed_level IS NULL) = (confirmed_on IS NULL)", name="confirmed_whole"
        ),
        CheckConstraint("confirmed_as IN ('manager', 'colleague')", name="confirmed_as_known"),
        CheckConstraint(
            "(confirmed_by IS NULL) = (confirmed_as IS NULL)"
            " AND (confirmed_by IS NULL OR confirmed_level IS NOT NULL)",
            name="confirmed_by_whole",
        ),
        Index("ix_profile_skill_skill_id", "skill_id"),
    )

    person_id: Mapped[uuid.UUID] = owner_id()
    skill_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("skill.id"))
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("framework_edition.id"))
    level: Mapped[int] = mapped_column(SmallInteger())
    last_used_on: Mapped[date | None]
    confirmed_level: Mapped[int | None] = mapped_column(SmallInteger())
    confirmed_on: Mapped[date | None]
    confirmed_by: Mapped[str | None]
    confirmed_as: Mapped[str | None]


class ProfileSkillHistory(Base):
    """The level that somebody claimed from a day on; zero takes it back. Their own to see.

    The last of a day counts. What is older than `KEEP_HISTORY` goes, but for the latest of each
    skill, from which what is kept goes on.
    """

    __tablename__ = "profile_skill_history"
    __privacy__ = personal(Activity.PROFILES, Erasure.GOES)
    __table_args__ = (
        UniqueConstraint("person_id", "skill_id", "on_day"),
        CheckConstraint("level BETWEEN 0 AND 4", name="level_zero_to_four"),
        Index("ix_profile_skill_history_on_day", "on_day"),
    )

    person_id: Mapped[uuid.UUID] = owner_id()
    skill_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("skill.id"))
    level: Mapped[int] = mapped_column(SmallInteger())
    on_day: Mapped[date]


class ProfileEvidence(Base):
    """Group `evidence`: what shows a skill, with words on why; goes with the skill."""

    __tablename__ = "profile_evidence"
    __privacy__ = personal(Activity.PROFILES, Erasure.GOES)
    __table_args__ = (
        ForeignKeyConstraint(
            ["person_id", "skill_id"],
            ["profile_skill.person_id", "profile_skill.skill_id"],
            ondelete="CASCADE",
        ),
        one_of("kind", EvidenceKind),
        Index("ix_profile_evidence_person_id", "person_id", "skill_id"),
    )

    person_id: Mapped[uuid.UUID]
    skill_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    title: Mapped[str]
    year: Mapped[int | None] = mapped_column(SmallInteger())
    words: Mapped[str]


class ProfileHiding(Base):
    """A body from which somebody hides, whatever they granted to others."""

    __tablename__ = "profile_hiding"
    __privacy__ = personal(Activity.CONSENTS, Erasure.GOES)
    __table_args__ = (UniqueConstraint("person_id", "organisation_id"),)

    person_id: Mapped[uuid.UUID] = owner_id()
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))


class ConsentGrant(Base):
    """Groups that somebody lets a recipient see for a purpose until a day, that day included.

    `words_version` is that of the words they read; `withdrawn_at` ends it at once. Beside that it
    never changes: other groups or another date are another grant.
    """

    __tablename__ = "consent_grant"
    __privacy__ = personal(Activity.CONSENTS, Erasure.GOES)
    __table_args__ = (
        one_of("recipient", Recipient),
        one_of("purpose", Purpose),
        one_of("recipient_kind", OrganisationKind),
        one_of("recipient_region", Region),
        some_of("groups", [group.value for group in GRANTABLE]),
        CheckConstraint("cardinality(groups) > 0", name="groups_not_empty"),
        CheckConstraint(
            "NOT groups && ARRAY['levels', 'evidence'] OR 'skills' = ANY (groups)",
            name="groups_with_skills",
        ),
        CheckConstraint(
            "(recipient = 'body') = (organisation_id IS NOT NULL)"
            " AND (recipient = 'kind') = (recipient_kind IS NOT NULL)"
            " AND (recipient = 'region') = (recipient_region IS NOT NULL)",
            name="recipient_whole",
        ),
        CheckConstraint(
            "(purpose = 'application') = (opportunity_id IS NOT NULL)", name="purpose_whole"
        ),
        Index("ix_consent_grant_person_id", "person_id", "id"),
    )

    person_id: Mapped[uuid.UUID] = owner_id()
    groups: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    recipient: Mapped[str]
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    recipient_kind: Mapped[str | None]
    recipient_region: Mapped[str | None]
    purpose: Mapped[str]
    opportunity_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("opportunity.id", ondelete="CASCADE")
    )
    until_on: Mapped[date]
    words_version: Mapped[str]
    withdrawn_at: Mapped[datetime | None]


class ProfileDisclosure(Base):
    """The stage that somebody has reached with a body about a post; see `Stage`."""

    __tablename__ = "profile_disclosure"
    __privacy__ = personal(Activity.CONSENTS, Erasure.GOES)
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id", "opportunity_id"),
        one_of("stage", Stage),
    )

    person_id: Mapped[uuid.UUID] = owner_id()
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    opportunity_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("opportunity.id", ondelete="CASCADE")
    )
    stage: Mapped[str]
    withdrawn_at: Mapped[datetime | None]


class ProfileAccess(Base):
    """That somebody of a body looked: which groups they were shown, for what. Never changed."""

    __tablename__ = "profile_access"
    __privacy__ = personal(Activity.CONSENTS, Erasure.GOES)
    __table_args__ = (
        one_of("purpose", Purpose),
        some_of("groups", [group.value for group in Group]),
        Index("ix_profile_access_person_id", "person_id", "id"),
    )

    person_id: Mapped[uuid.UUID] = owner_id()
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    groups: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    purpose: Mapped[str]
    opportunity_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("opportunity.id", ondelete="SET NULL")
    )
