"""Tables of the capability framework.

Families, roles and skills keep their rows from edition to edition, so that posts and profiles can
name them for good. What an edition says of them (`edition_*`, `role_level`, `level_skill`,
`role_skill`) is written once: the application may add such rows, never change or delete them.
"""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import not_personal
from app.roles.domain import SuccessionKind


class FrameworkEdition(Base):
    """The framework as it stood on a day. The newest is the current one."""

    __tablename__ = "framework_edition"
    __privacy__ = not_personal("published framework")
    __table_args__ = (
        CheckConstraint("octet_length(content_sha256) = 32", name="content_sha256_length"),
        UniqueConstraint("as_of"),
    )

    as_of: Mapped[date]
    name: Mapped[str]
    source: Mapped[str]
    licence: Mapped[str]
    attribution: Mapped[str]
    content_sha256: Mapped[bytes] = mapped_column(LargeBinary())
    history: Mapped[list[dict[str, Any]]] = mapped_column(JSONB())
    families: Mapped[int]
    roles: Mapped[int]
    levels: Mapped[int]
    skills: Mapped[int]
    cells: Mapped[int]


class RoleFamily(Base):
    """A family of roles; `name` is that of the newest edition which has it."""

    __tablename__ = "role_family"
    __privacy__ = not_personal("published framework")
    __table_args__ = (UniqueConstraint("slug"),)

    slug: Mapped[str]
    name: Mapped[str]


class Role(Base):
    """A role of the framework, known by its slug for good; its name may change.

    `name`, `family_id` and `is_senior` are those of the newest edition which has it.
    `search_text` holds the words that a search may begin (see `domain.search_text`).
    """

    __tablename__ = "role"
    __privacy__ = not_personal("published framework")
    __table_args__ = (UniqueConstraint("slug"), Index("ix_role_family_id", "family_id"))

    slug: Mapped[str]
    name: Mapped[str]
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("role_family.id"))
    is_senior: Mapped[bool]
    since: Mapped[date | None]
    search_text: Mapped[str]


class EditionRole(Base):
    """A role as an edition names and places it."""

    __tablename__ = "edition_role"
    __privacy__ = not_personal("published framework")
    __table_args__ = (
        UniqueConstraint("edition_id", "role_id"),
        Index("ix_edition_role_role_id", "role_id"),
    )

    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("framework_edition.id"))
    role_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("role.id"))
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("role_family.id"))
    name: Mapped[str]
    is_senior: Mapped[bool]
    position: Mapped[int] = mapped_column(SmallInteger())


class RoleLevel(Base):
    """A level of a role in one edition, the lowest at position 1. Posts name such a row."""

    __tablename__ = "role_level"
    __privacy__ = not_personal("published framework")
    __table_args__ = (
        UniqueConstraint("edition_id", "role_id", "position"),
        UniqueConstraint("edition_id", "role_id", "slug"),
        ForeignKeyConstraint(
            ["edition_id", "role_id"], ["edition_role.edition_id", "edition_role.role_id"]
        ),
        Index("ix_role_level_role_id", "role_id"),
    )

    edition_id: Mapped[uuid.UUID]
    role_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("role.id"))
    slug: Mapped[str]
    name: Mapped[str]
    position: Mapped[int] = mapped_column(SmallInteger())
    grades: Mapped[list[str]]


class Skill(Base):
    """A skill, for good: one that is renamed becomes another row, and `skill_successor` says so.

    `search_text` holds the words that a search may begin, former names among them.
    """

    __tablename__ = "skill"
    __privacy__ = not_personal("published framework")
    __table_args__ = (UniqueConstraint("slug"), UniqueConstraint("name"))

    slug: Mapped[str]
    name: Mapped[str]
    search_text: Mapped[str]


class EditionSkill(Base):
    """A skill that an edition has."""

    __tablename__ = "edition_skill"
    __privacy__ = not_personal("published framework")
    __table_args__ = (
        UniqueConstraint("edition_id", "skill_id"),
        Index("ix_edition_skill_skill_id", "skill_id"),
    )

    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("framework_edition.id"))
    skill_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("skill.id"))


class LevelSkill(Base):
    """A cell of the matrix: the proficiency, 1 to 4, that a level needs in a skill."""

    __tablename__ = "level_skill"
    __privacy__ = not_personal("published framework")
    __table_args__ = (
        CheckConstraint("proficiency BETWEEN 1 AND 4", name="proficiency_one_to_four"),
        UniqueConstraint("level_id", "skill_id"),
        Index("ix_level_skill_skill_id", "skill_id"),
    )

    level_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("role_level.id"))
    skill_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("skill.id"))
    proficiency: Mapped[int] = mapped_column(SmallInteger())


class RoleSkill(Base):
    """A skill of a role that has no levels, so no proficiency is stated."""

    __tablename__ = "role_skill"
    __privacy__ = not_personal("published framework")
    __table_args__ = (
        UniqueConstraint("edition_id", "role_id", "skill_id"),
        ForeignKeyConstraint(
            ["edition_id", "role_id"], ["edition_role.edition_id", "edition_role.role_id"]
        ),
        Index("ix_role_skill_skill_id", "skill_id"),
    )

    edition_id: Mapped[uuid.UUID]
    role_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("role.id"))
    skill_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("skill.id"))


class SkillSuccessor(Base):
    """What became of a skill: renamed, merged or split into `successor_id`, or retired (null)."""

    __tablename__ = "skill_successor"
    __privacy__ = not_personal("published framework")
    __table_args__ = (
        CheckConstraint(
            "kind IN ({})".format(", ".join(f"'{kind}'" for kind in SuccessionKind)), name="kind"
        ),
        CheckConstraint("(kind = 'retired') = (successor_id IS NULL)", name="retired_has_none"),
        CheckConstraint("successor_id <> skill_id", name="not_itself"),
        UniqueConstraint("skill_id", "successor_id", postgresql_nulls_not_distinct=True),
        Index("ix_skill_successor_successor_id", "successor_id"),
    )

    skill_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("skill.id"))
    successor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("skill.id"))
    kind: Mapped[str]
    on: Mapped[date] = mapped_column("changed_on")
