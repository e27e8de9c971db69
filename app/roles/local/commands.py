"""Every change of a local role: define it, change it, choose its skills, retire and restore it."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Final

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor
from app.core.db import new_id
from app.roles.domain import Proficiency, free_slug, search_text, slug_of
from app.roles.local import queries
from app.roles.local.domain import (
    LOCAL_ROLE,
    MOST_SKILLS,
    RESERVED,
    Details,
    LocalRoleAction,
    LocalRoleStatus,
    changed_since,
    check_review_date,
    name_taken,
    too_many_skills,
)
from app.roles.local.models import LocalRole, LocalRoleHistory, LocalRoleSkill
from app.roles.local.permissions import acting_in, may_edit_local_roles
from app.roles.queries import current_edition

Needs = Mapping[uuid.UUID, Proficiency]

# What the record calls each move.
MOVED: Final = {
    LocalRoleAction.RETIRE: "local_role.retired",
    LocalRoleAction.RESTORE: "local_role.restored",
}


async def define_role(
    db: AsyncSession, actor: Actor, *, organisation: str, details: Details, today: date
) -> LocalRole:
    """Add a local role without skills. Raises NotFound, Refused, RuleBroken."""
    own = acting_in(actor, organisation)
    may_edit_local_roles(actor).require()
    check_review_date(details.review_on, today)
    edition = await current_edition(db)
    taken = await queries.slugs_of(db, own.organisation_id)
    slug = slug_of(details.name) or "role"
    if slug in taken:
        raise name_taken(details.name)
    role = LocalRole(
        organisation_id=own.organisation_id,
        slug=free_slug(slug, RESERVED),
        edition_id=edition.id,
        search_text=search_text(details.name),
        name=details.name,
        summary=details.summary,
        basis=details.basis,
        owner=details.owner,
        review_on=details.review_on,
    )
    db.add(role)
    try:
        await db.flush()
    except IntegrityError as error:
        if "uq_local_role_organisation_id_slug" in str(error.orig):
            raise name_taken(details.name) from error
        raise
    await _record(db, actor, role, "local_role.defined")
    return role


async def change_details(
    db: AsyncSession,
    actor: Actor,
    *,
    organisation: str,
    slug: str,
    details: Details,
    seen: int,
    today: date,
) -> LocalRole:
    """Change what a role says of itself; its address stays. `seen` is the version on the page.

    Raises NotFound, Refused, RuleBroken, Stale.
    """
    role = await queries.lock_own(db, actor, organisation, slug)
    may_edit_local_roles(actor).require()
    if role.version != seen:
        raise changed_since()
    if details.review_on != role.review_on:
        check_review_date(details.review_on, today)
    role.name = details.name
    role.summary = details.summary
    role.basis = details.basis
    role.owner = details.owner
    role.review_on = details.review_on
    role.search_text = search_text(details.name)
    role.version += 1
    await db.flush()
    await _record(db, actor, role, "local_role.changed")
    return role


async def add_skills(
    db: AsyncSession, actor: Actor, *, organisation: str, slug: str, needs: Needs
) -> int:
    """Borrow framework skills at these proficiencies; those the role has stay as they are.

    Gives how many were new. Raises NotFound, Refused, RuleBroken beyond the limit.
    """
    role = await queries.lock_own(db, actor, organisation, slug)
    may_edit_local_roles(actor).require()
    held = {skill.skill_id for skill in await queries.skills_of_local_role(db, role.id)}
    new = {skill: needed for skill, needed in needs.items() if skill not in held}
    if len(held) + len(new) > MOST_SKILLS:
        raise too_many_skills()
    await _write(db, role, new)
    await _record(db, actor, role, "local_role.skills_added", count=len(new))
    return len(new)


async def choose_skills(
    db: AsyncSession,
    actor: Actor,
    *,
    organisation: str,
    slug: str,
    needs: Mapping[uuid.UUID, Proficiency | None],
) -> None:
    """Set the proficiency of skills that the role has; None removes one. Others stay.

    Raises NotFound, Refused.
    """
    role = await queries.lock_own(db, actor, organisation, slug)
    may_edit_local_roles(actor).require()
    held = {skill.skill_id for skill in await queries.skills_of_local_role(db, role.id)}
    gone = [skill for skill, needed in needs.items() if needed is None]
    if gone:
        await db.execute(
            delete(LocalRoleSkill).where(
                LocalRoleSkill.local_role_id == role.id, LocalRoleSkill.skill_id.in_(gone)
            )
        )
    kept = {s: needed for s, needed in needs.items() if needed is not None and s in held}
    await _write(db, role, kept)
    await _record(db, actor, role, "local_role.skills_chosen", count=len(kept), removed=len(gone))


async def _write(db: AsyncSession, role: LocalRole, needs: Needs) -> None:
    if needs:
        rows = [
            {
                "id": new_id(),
                "local_role_id": role.id,
                "skill_id": skill,
                "proficiency": int(needed),
            }
            for skill, needed in needs.items()
        ]
        wanted = insert(LocalRoleSkill).values(rows)
        await db.execute(
            wanted.on_conflict_do_update(
                index_elements=[LocalRoleSkill.local_role_id, LocalRoleSkill.skill_id],
                set_={"proficiency": wanted.excluded.proficiency, "updated_at": func.now()},
            )
        )
    role.version += 1
    await db.flush()


async def move_role(
    db: AsyncSession, actor: Actor, *, organisation: str, slug: str, action: LocalRoleAction
) -> LocalRole:
    """Retire a role, or restore it. Posts that name it keep it. Raises NotFound, MoveRefused."""
    role = await queries.lock_own(db, actor, organisation, slug)
    may_edit_local_roles(actor).require()
    before = LocalRoleStatus(role.status)
    role.status = LOCAL_ROLE.after(before, action)
    role.version += 1
    db.add(
        LocalRoleHistory(
            local_role_id=role.id,
            from_status=before,
            to_status=role.status,
            action=action,
            by_id=actor.person_id,
        )
    )
    await db.flush()
    await _record(db, actor, role, MOVED[action])
    return role


async def _record(
    db: AsyncSession, actor: Actor, role: LocalRole, action: str, **facts: int
) -> None:
    await record(
        db,
        actor,
        action,
        subject=("local_role", role.id),
        organisation_id=role.organisation_id,
        facts={"version": role.version, **facts},
    )
