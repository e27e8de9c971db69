"""Reads of local roles: an organisation's own, and what everybody may see.

For others: `public_roles_of` (the active roles of a body, to be picked for a post),
`find_local_role` and `skills_of_local_role`.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.paging import Paged, Part
from app.organisations.models import Organisation
from app.roles.domain import words_of
from app.roles.local.domain import LocalRoleStatus, no_such_local_role
from app.roles.local.models import LocalRole, LocalRoleSkill
from app.roles.local.permissions import acting_in
from app.roles.local.visible import is_public
from app.roles.models import Skill
from app.roles.queries import SkillAt

MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class LocalLine:
    """A local role in a list, with its body and how many skills it has."""

    id: uuid.UUID
    slug: str
    name: str
    organisation_slug: str
    organisation_name: str
    status: str
    review_on: date
    skills: int

    @property
    def url(self) -> str:
        """Its public page."""
        return f"/roles/local/{self.organisation_slug}/{self.slug}"


def _lines() -> Select[uuid.UUID, str, str, str, str, str, date, int]:
    skills = (
        select(func.count())
        .where(LocalRoleSkill.local_role_id == LocalRole.id)
        .correlate(LocalRole)
        .scalar_subquery()
    )
    return select(
        LocalRole.id,
        LocalRole.slug,
        LocalRole.name,
        Organisation.slug,
        Organisation.name,
        LocalRole.status,
        LocalRole.review_on,
        skills,
    ).join(Organisation, Organisation.id == LocalRole.organisation_id)


async def _paged(
    db: AsyncSession,
    wanted: Select[uuid.UUID, str, str, str, str, str, date, int],
    part: Part,
) -> Paged[LocalLine]:
    total = await db.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    found = await db.execute(
        wanted.order_by(func.lower(LocalRole.name), LocalRole.id)
        .limit(part.size)
        .offset(part.offset)
    )
    return Paged([LocalLine(*row) for row in found], total, part)


async def list_public(db: AsyncSession, part: Part, *, q: str = "") -> Paged[LocalLine]:
    """Local roles that everybody may see, found by the words of `q`."""
    matches = [LocalRole.search_text.like(f"% {word}%") for word in words_of(q)[:MOST_WORDS]]
    return await _paged(db, _lines().where(is_public(), *matches), part)


async def list_own(db: AsyncSession, actor: Actor, part: Part) -> Paged[LocalLine]:
    """All local roles of the organisation acted for, retired ones too."""
    if actor.organisation_id is None:
        raise no_such_local_role()
    return await _paged(
        db, _lines().where(LocalRole.organisation_id == actor.organisation_id), part
    )


async def public_roles_of(
    db: AsyncSession, organisation_id: uuid.UUID, *, limit: int = 100
) -> tuple[LocalLine, ...]:
    """The active local roles of a verified body by name, at most `limit`."""
    found = await db.execute(
        _lines()
        .where(is_public(), LocalRole.organisation_id == organisation_id)
        .order_by(func.lower(LocalRole.name), LocalRole.id)
        .limit(limit)
    )
    return tuple(LocalLine(*row) for row in found)


async def find_local_role(db: AsyncSession, local_role_id: uuid.UUID) -> LocalLine | None:
    """A local role by id, retired ones too: posts keep the role they were made for."""
    row = (await db.execute(_lines().where(LocalRole.id == local_role_id))).one_or_none()
    return None if row is None else LocalLine(*row)


async def find_public(db: AsyncSession, local_role_id: uuid.UUID) -> LocalLine | None:
    """A local role by id that everybody may see."""
    wanted = _lines().where(is_public(), LocalRole.id == local_role_id)
    row = (await db.execute(wanted)).one_or_none()
    return None if row is None else LocalLine(*row)


async def list_some_public(db: AsyncSession, *, limit: int = 20) -> tuple[LocalLine, ...]:
    """The active local roles of verified bodies that were made last, to choose from."""
    wanted = _lines().where(is_public()).order_by(LocalRole.id.desc()).limit(limit)
    return tuple(LocalLine(*row) for row in await db.execute(wanted))


async def get_public(db: AsyncSession, organisation: str, slug: str) -> tuple[LocalRole, str]:
    """A local role that everybody may see, with its body's name. Raises NotFound."""
    found = await db.execute(
        select(LocalRole, Organisation.name)
        .join(Organisation, Organisation.id == LocalRole.organisation_id)
        .where(is_public(), Organisation.slug == organisation, LocalRole.slug == slug)
    )
    row = found.one_or_none()
    if row is None:
        raise no_such_local_role()
    return row[0], row[1]


async def get_own(db: AsyncSession, actor: Actor, organisation: str, slug: str) -> LocalRole:
    """A local role of the organisation acted for. Raises NotFound."""
    found = await db.scalar(_own(actor, organisation, slug))
    if found is None:
        raise no_such_local_role()
    return found


async def lock_own(db: AsyncSession, actor: Actor, organisation: str, slug: str) -> LocalRole:
    """The same, locked until the transaction ends and read afresh; only commands call it."""
    found = await db.scalar(
        _own(actor, organisation, slug).with_for_update().execution_options(populate_existing=True)
    )
    if found is None:
        raise no_such_local_role()
    return found


def _own(actor: Actor, organisation: str, slug: str) -> Select[LocalRole]:
    own = acting_in(actor, organisation)
    return select(LocalRole).where(
        LocalRole.organisation_id == own.organisation_id, LocalRole.slug == slug
    )


async def slugs_of(db: AsyncSession, organisation_id: uuid.UUID) -> set[str]:
    """The slugs that an organisation's local roles have."""
    found = await db.scalars(
        select(LocalRole.slug).where(LocalRole.organisation_id == organisation_id)
    )
    return set(found)


async def skills_of_local_role(db: AsyncSession, local_role_id: uuid.UUID) -> tuple[SkillAt, ...]:
    """What a local role needs, by name: each skill with its proficiency from 1 to 4."""
    found = await db.execute(
        select(Skill.id, Skill.slug, Skill.name, LocalRoleSkill.proficiency)
        .join(LocalRoleSkill, LocalRoleSkill.skill_id == Skill.id)
        .where(LocalRoleSkill.local_role_id == local_role_id)
        .order_by(func.lower(Skill.name), Skill.id)
    )
    return tuple(SkillAt(*row) for row in found)


async def local_uses(
    db: AsyncSession, skill_id: uuid.UUID, part: Part
) -> Paged[tuple[LocalLine, int]]:
    """Public local roles that need a skill, each with the proficiency."""
    wanted = (
        _lines()
        .add_columns(LocalRoleSkill.proficiency)
        .join(LocalRoleSkill, LocalRoleSkill.local_role_id == LocalRole.id)
        .where(is_public(), LocalRoleSkill.skill_id == skill_id)
    )
    total = await db.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    found = await db.execute(
        wanted.order_by(func.lower(LocalRole.name), LocalRole.id)
        .limit(part.size)
        .offset(part.offset)
    )
    return Paged([(LocalLine(*row[:-1]), row[-1]) for row in found], total, part)


async def due_for_review(
    db: AsyncSession, organisation_id: uuid.UUID, today: date
) -> Sequence[LocalLine]:
    """Active local roles of a body whose review date has come, the longest overdue first."""
    found = await db.execute(
        _lines()
        .where(
            LocalRole.organisation_id == organisation_id,
            LocalRole.status == LocalRoleStatus.ACTIVE,
            LocalRole.review_on <= today,
        )
        .order_by(LocalRole.review_on, LocalRole.id)
        .limit(20)
    )
    return [LocalLine(*row) for row in found]


async def list_coming_reviews(db: AsyncSession, until: date) -> Sequence[LocalRole]:
    """The active local roles of verified bodies that are due for review by a day."""
    found = await db.scalars(
        select(LocalRole)
        .join(Organisation, Organisation.id == LocalRole.organisation_id)
        .where(is_public(), LocalRole.review_on <= until)
        .order_by(LocalRole.review_on, LocalRole.id)
    )
    return found.all()
