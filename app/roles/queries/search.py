"""How a search finds names: each word of it begins a word of theirs."""

from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, literal, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.paging import Paged, Part
from app.organisations.models import Organisation
from app.roles.domain import words_of
from app.roles.local.models import LocalRole
from app.roles.local.visible import is_public
from app.roles.models import EditionRole, EditionSkill, Role, RoleFamily, Skill
from app.roles.queries.editions import newest
from app.roles.queries.views import Found

MOST_WORDS = 8


async def search_framework(db: AsyncSession, q: str, part: Part) -> Paged[Found]:
    """Roles and skills of the current edition and local roles by the words of `q`: whole names
    first.
    """
    edition = newest().scalar_subquery()
    roles = (
        select(
            literal("role").label("kind"),
            Role.slug,
            EditionRole.name.label("name"),
            RoleFamily.name.label("context"),
            rank(EditionRole.name, q).label("rank"),
        )
        .join(EditionRole, EditionRole.role_id == Role.id)
        .join(RoleFamily, RoleFamily.id == EditionRole.family_id)
        .where(EditionRole.edition_id == edition, *matches(Role.search_text, q))
    )
    skills = (
        select(
            literal("skill"),
            Skill.slug,
            Skill.name,
            cast(null(), String),
            rank(Skill.name, q),
        )
        .join(EditionSkill, EditionSkill.skill_id == Skill.id)
        .where(EditionSkill.edition_id == edition, *matches(Skill.search_text, q))
    )
    local = (
        select(
            literal("local"),
            Organisation.slug + "/" + LocalRole.slug,
            LocalRole.name,
            Organisation.name,
            rank(LocalRole.name, q),
        )
        .join(Organisation, Organisation.id == LocalRole.organisation_id)
        .where(is_public(), *matches(LocalRole.search_text, q))
    )
    both = union_all(roles, skills, local).subquery()
    total = await db.scalar(select(func.count()).select_from(both)) or 0
    found = await db.execute(
        select(both.c.kind, both.c.slug, both.c.name, both.c.context)
        .order_by(both.c.rank, both.c.kind, func.lower(both.c.name), both.c.slug)
        .limit(part.size)
        .offset(part.offset)
    )
    return Paged([Found(*row) for row in found], total, part)


def matches(column: Any, q: str) -> list[ColumnElement[bool]]:
    """Each word of the query begins a word of the text. Words are letters and digits only."""
    return [column.like(f"% {word}%") for word in words_of(q)[:MOST_WORDS]]


def rank(name: Any, q: str) -> ColumnElement[int]:
    """0 for the name itself, 1 for a name that begins so, 2 for one with it inside, 3 for more."""
    words = " ".join(words_of(q)[:MOST_WORDS])
    if not words:
        return literal(0)
    plain_name = func.regexp_replace(func.lower(name), "[^a-z0-9]+", " ", "g")
    return case(
        (plain_name == words, 0),
        (plain_name.like(f"{words}%"), 1),
        (plain_name.like(f"%{words}%"), 2),
        else_=3,
    )
