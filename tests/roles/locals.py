"""Local roles for tests."""

import uuid
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import london_today
from app.organisations.queries import find_actor
from app.roles import queries
from app.roles.domain import Proficiency
from app.roles.local.commands import add_skills, define_role
from app.roles.local.domain import Details, later
from app.roles.local.models import LocalRole


def details(**changes: Any) -> Details:
    """What a shared CISO says of itself, or what `changes` say."""
    values: dict[str, Any] = {
        "name": "Shared chief information security officer",
        "summary": "Leads cyber security for two councils.",
        "basis": "The framework’s role has no levels. Agreed by the digital board.",
        "owner": "Head of digital",
        "review_on": later(london_today(), 1),
        **changes,
    }
    return Details(**values)


async def make_local_role(
    db: AsyncSession, actor: Actor, *, today: date | None = None, **changes: Any
) -> LocalRole:
    """A local role of the actor's organisation with the skills of the framework's CISO."""
    assert actor.acting_for is not None
    slug = actor.acting_for.slug
    role = await define_role(
        db, actor, organisation=slug, details=details(**changes), today=today or london_today()
    )
    ciso = await queries.get_role(db, "chief-information-security-officer")
    skills = await queries.skills_of_role(db, ciso.id)
    needs = {skill.skill_id: Proficiency.EXPERT for skill in skills}
    await add_skills(db, actor, organisation=slug, slug=role.slug, needs=needs)
    await db.commit()
    return role


async def local_role_of(db: AsyncSession, sign_in: uuid.UUID | None) -> str:
    """The slug of a local role that somebody of HR, known by their sign-in, has defined."""
    assert sign_in is not None
    actor = await find_actor(db, sign_in)
    assert actor is not None
    return (await make_local_role(db, actor)).slug


# The last part of an address that is an action: no thing of anybody.
ROLE_ACTION = {"/org/{org}/roles/{role_slug}/{action}": "retire"}


def org_paths(body: str, local_role: str) -> dict[str, str]:
    """Values for the paths of a body's local roles, its own and the public ones."""
    return {
        **ROLE_ACTION,
        "/org/{org}": body,
        "/org/{org}/roles/{role_slug}": local_role,
        "/roles/local/{slug}": body,
        "/roles/local/{slug}/{role_slug}": local_role,
    }
