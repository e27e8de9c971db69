"""Tables of local roles. Everybody may read what is active: posts show it."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, not_personal, personal
from app.roles.local.domain import LOCAL_ROLE


class LocalRole(Base):
    """A role that an organisation defines beside the framework, such as a shared CISO.

    `owner` is a post or a team, not a person; `basis` says on what the role rests; `edition_id` is
    the edition whose skills it borrows. `version` counts changes.
    """

    __tablename__ = "local_role"
    __privacy__ = personal(Activity.POSTS, Erasure.WORDS)
    __table_args__ = (
        UniqueConstraint("organisation_id", "slug"),
        CheckConstraint("status IN ('active', 'retired')", name="status_known"),
        CheckConstraint("version >= 1", name="version_from_one"),
        Index("ix_local_role_status", "status", "organisation_id"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    slug: Mapped[str]
    name: Mapped[str]
    summary: Mapped[str]
    basis: Mapped[str]
    owner: Mapped[str]
    review_on: Mapped[date]
    edition_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("framework_edition.id"))
    status: Mapped[str] = mapped_column(server_default=LOCAL_ROLE.start)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    search_text: Mapped[str]


class LocalRoleSkill(Base):
    """A framework skill that a local role needs, at a proficiency its organisation chose."""

    __tablename__ = "local_role_skill"
    __privacy__ = not_personal("which skills")
    __table_args__ = (
        UniqueConstraint("local_role_id", "skill_id"),
        CheckConstraint("proficiency BETWEEN 1 AND 4", name="proficiency_one_to_four"),
        Index("ix_local_role_skill_skill_id", "skill_id"),
    )

    local_role_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("local_role.id", ondelete="CASCADE")
    )
    skill_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("skill.id"))
    proficiency: Mapped[int] = mapped_column(SmallInteger())


class LocalRoleHistory(Base):
    """A move of a local role from one status to the next; never changed."""

    __tablename__ = "local_role_history"
    __privacy__ = not_personal("codes of moves")
    __table_args__ = (
        CheckConstraint("from_status IN ('active', 'retired')", name="from_status_known"),
        CheckConstraint("to_status IN ('active', 'retired')", name="to_status_known"),
        CheckConstraint("action IN ('retire', 'restore')", name="action_known"),
    )

    local_role_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("local_role.id"), index=True)
    from_status: Mapped[str]
    to_status: Mapped[str]
    action: Mapped[str]
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
