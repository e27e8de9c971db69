"""Profiles as their owners fill them, by the feature's own commands."""

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import london_today
from app.organisations.links import new_link
from app.organisations.queries import find_actor
from app.profiles import commands, queries
from app.profiles.confirming.commands import prepare, send_request
from app.profiles.confirming.domain import LINKS, Relation
from app.profiles.consent.commands import give
from app.profiles.consent.domain import Grant, Group, Purpose, Recipient
from app.profiles.domain import (
    Availability,
    EvidenceKind,
    Move,
    RoleStanding,
    SkillClaim,
    year_of_use,
)
from app.profiles.importing.commands import keep_file
from app.profiles.importing.domain import FileKind
from app.roles import queries as framework
from tests.canary import id_in
from tests.messages import link_in_last

SKILL = "accessibility"
TODAY = london_today()
ANOTHER = "business-architecture"


async def skill_id(db: AsyncSession, slug: str = SKILL) -> uuid.UUID:
    """The id of a skill of the framework."""
    return (await framework.get_skill(db, slug)).id


async def fill_profile(db: AsyncSession, actor: Actor, *, name: str = "Ada") -> None:
    """A role, a skill with evidence, availability, job and pay: every group has something."""
    today = london_today()
    role = await framework.get_role(db, "business-architect")
    level = (await framework.list_levels(db, role.id))[0]
    await commands.name_role(
        db, actor, role_id=role.id, level_id=level.id, standing=RoleStanding.HELD, today=today
    )
    claims = {await skill_id(db): SkillClaim(3, year_of_use(2026))}
    await commands.save_skills(db, actor, claims=claims, today=today)
    await commands.add_evidence(
        db,
        actor,
        slug=SKILL,
        kind=EvidenceKind.PROJECT,
        title=f"Parking permits of {name}",
        year=2025,
        words=f"Made the permits of {name} work for everybody.",
        today=today,
    )
    await commands.set_availability(
        db,
        actor,
        found=Availability(moves=(Move.SECONDMENT,), days=Decimal("2.5"), regions=("wales",)),
        today=today,
    )
    await commands.set_job(
        db,
        actor,
        employer=f"Employer of {name}",
        grade="Grade 7",
        salary_point=f"SCP 32 {name}",
        today=today,
    )
    await db.commit()


async def owner(db: AsyncSession, sign_in: uuid.UUID | None) -> Actor:
    """Who signed in, as the commands know them."""
    assert sign_in is not None
    actor = await find_actor(db, sign_in)
    assert actor is not None
    return replace(actor, vouched_by_id=None)


@dataclass
class Owned:
    """What the parameters of paths stand for: the member's own things, and the stranger's."""

    own: dict[str, str]
    foreign: dict[str, str]


async def _let_own_body_see(db: AsyncSession, actor: Actor) -> uuid.UUID:
    grant = Grant(
        groups=frozenset({Group.SKILLS}),
        recipient=Recipient.BODY,
        purpose=Purpose.FOUND,
        until_on=london_today() + timedelta(days=30),
        organisation_id=actor.organisation_id,
    )
    given = await give(db, actor, grant=grant, today=london_today())
    await db.commit()
    return given


async def make_requests(db: AsyncSession, actor: Actor) -> tuple[uuid.UUID, str]:
    """A request to confirm a skill that was not sent yet, and the token of one that was."""
    first = await ask_about(db, actor, email="ben@elsewhere.example")
    await send_request(db, actor, confirmation_id=first, today=london_today())
    link = await link_in_last(db, "ben@elsewhere.example", LINKS)
    return await ask_about(db, actor, email="bea@elsewhere.example"), link.removeprefix(LINKS)


async def ask_about(
    db: AsyncSession, actor: Actor, *, email: str, slug: str = SKILL, name: str = "Ben Example"
) -> uuid.UUID:
    """A request to confirm a skill, ready to be sent."""
    made = await prepare(
        db,
        actor,
        slug=slug,
        name=name,
        relation=Relation.MANAGER,
        email=email,
        language="en",
        today=london_today(),
    )
    await db.commit()
    return made


async def profile_paths(db: AsyncSession, sign_in: uuid.UUID | None) -> Owned:
    """The things of the profile of a member."""
    actor = await owner(db, sign_in)
    assert actor.person_id is not None
    assert actor.organisation_id is not None
    await fill_profile(db, actor)
    role = (await queries.list_roles(db, actor.person_id))[0]
    evidence = (await queries.list_evidence(db, actor.person_id, await skill_id(db)))[0]
    paths = ("/profile/roles/{entry_id}", "/profile/skills/{slug}")
    piece = f"{paths[1]}/evidence/{{evidence_id}}"
    body = "/profile/hidden/{organisation_id}"
    asked, link = "/profile/confirmations/{confirmation_id}", "/confirm-skill/{token}"
    draft, token = await make_requests(db, actor)
    file = await keep_file(
        db,
        actor,
        kind=FileKind.CSV,
        name="a.csv",
        content=b"Skill,Level\nAgile working,2",
        today=TODAY,
    )
    await db.commit()
    grant, shown = "/profile/visibility/{grant_id}", "/org/{org}/profiles/{profile_id}"
    given = await _let_own_body_see(db, actor)
    profile = await queries.lock_profile(db, actor.person_id)
    assert profile is not None
    keeps, kept = new_link(), "/keep-profile/{token}"
    profile.keep_sha256 = keeps.sha256
    await db.commit()
    return Owned(
        {
            kept: keeps.token,
            paths[0]: str(role.id),
            paths[1]: SKILL,
            piece: str(evidence.id),
            body: str(id_in("x")),
            asked: str(draft),
            "/profile/import/{import_id}": str(file),
            link: token,
            grant: str(given),
            shown: str(profile.id),
        },
        {
            kept: keeps.token,
            paths[0]: str(id_in("profile_role")),
            paths[1]: ANOTHER,
            piece: str(id_in("profile_evidence")),
            body: str(id_in("organisation")),
            asked: str(id_in("skill_confirmation")),
            "/profile/import/{import_id}": str(id_in("profile_import")),
            link: token,
            grant: str(id_in("consent_grant")),
            shown: str(id_in("profile")),
        },
    )
