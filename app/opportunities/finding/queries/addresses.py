"""Reads of the public pages beside posts, for the site map: bodies, roles and skills."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Integer, bindparam, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.reading import Prepared, Row, fetch, prepare
from app.organisations.domain import OrganisationStatus
from app.organisations.models import Organisation
from app.roles.local.models import LocalRole
from app.roles.local.visible import is_public
from app.roles.models import EditionRole, EditionSkill, Role, Skill
from app.roles.queries.editions import newest


async def list_addresses(db: AsyncSession, start: int, most: int) -> list[Row]:
    """Paths of public pages beside posts and when each last changed, in a lasting order."""
    return await fetch(db, _listed(), {"limit": most, "offset": start})


async def addresses_state(db: AsyncSession) -> tuple[int, datetime | None]:
    """How many there are, and when one last changed; a body that is gone counts as a change."""
    rows = await fetch(db, _state(), {})
    return rows[0]["total"], rows[0]["changed"]


@lru_cache(maxsize=1)
def _listed() -> Prepared:
    every = _every().subquery()
    return prepare(
        select(every.c.path, every.c.changed)
        .order_by(every.c.path)
        .limit(bindparam("limit", type_=Integer()))
        .offset(bindparam("offset", type_=Integer()))
    )


@lru_cache(maxsize=1)
def _state() -> Prepared:
    every = _every().subquery()
    left = select(func.max(Organisation.updated_at)).scalar_subquery()
    return prepare(
        select(
            func.count().label("total"),
            func.greatest(func.max(every.c.changed), left).label("changed"),
        ).select_from(every)
    )


def _every() -> CompoundSelect[Any]:
    edition = newest().scalar_subquery()
    return union_all(
        select(
            (literal("/organisations/") + Organisation.slug).label("path"),
            Organisation.updated_at.label("changed"),
        ).where(Organisation.status == OrganisationStatus.VERIFIED),
        select(literal("/roles/") + Role.slug, EditionRole.created_at)
        .join(EditionRole, EditionRole.role_id == Role.id)
        .where(EditionRole.edition_id == edition),
        select(literal("/skills/") + Skill.slug, EditionSkill.created_at)
        .join(EditionSkill, EditionSkill.skill_id == Skill.id)
        .where(EditionSkill.edition_id == edition),
        select(
            literal("/roles/local/") + Organisation.slug + "/" + LocalRole.slug,
            LocalRole.updated_at,
        )
        .join(Organisation, Organisation.id == LocalRole.organisation_id)
        .where(is_public()),
    )
