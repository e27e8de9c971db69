"""What a new edition of the framework means for somebody's skills."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SYSTEM, Actor
from app.core.clock import london_today
from app.notifications.models import Message
from app.profiles import queries
from app.profiles.editions.commands import tell_of_edition
from app.profiles.editions.domain import Now, followed
from app.profiles.models import Profile, ProfileSkill
from app.roles.commands import load_edition
from app.roles.domain import (
    EditionFacts,
    Named,
    Succession,
    SuccessionKind,
    slug_of,
)
from app.roles.queries import edition_facts, find_newest
from tests.pages import PageClient, assert_form_error
from tests.people import make_member, make_organisation, sign_in
from tests.profiles.owned import SKILL, fill_profile, owner

TODAY = london_today()
OLD, NEW = "Accessibility", "Accessible services"


@pytest.fixture
async def actor(app: Litestar, db: AsyncSession, client: PageClient) -> Actor:
    """Somebody with a profile, signed in."""
    member = await make_member(db, await make_organisation(db, name="Own Council"))
    found = await owner(db, await sign_in(client, app, db, member))
    await fill_profile(db, found)
    return found


def renamed(facts: EditionFacts, as_of: date, kind: SuccessionKind) -> EditionFacts:
    """The edition with another skill in the place of one, or with nothing in it."""
    new = None if kind is SuccessionKind.RETIRED else NEW

    def put(name: str) -> str:
        return NEW if name == OLD else name

    roles = tuple(
        replace(
            role,
            levels=tuple(
                replace(v, skills={put(n): p for n, p in v.skills.items() if new or n != OLD})
                for v in role.levels
            ),
            skills=tuple(put(n) for n in role.skills if new or n != OLD),
        )
        for role in facts.roles
    )
    skills = tuple(one for one in facts.skills if one.name != OLD)
    added = (Named(NEW, slug_of(NEW)),) if new else ()
    followed = (Succession(OLD, kind, new, as_of),)
    return replace(facts, as_of=as_of, roles=roles, skills=(*skills, *added), successions=followed)


async def change_framework(db: AsyncSession, kind: SuccessionKind) -> None:
    edition = await find_newest(db)
    assert edition is not None
    facts = await edition_facts(db, edition)
    made = renamed(facts, edition.as_of + timedelta(days=1), kind)
    await load_edition(db, SYSTEM, facts=made)
    await db.commit()


async def test_nothing_changes_without_a_new_edition(
    client: PageClient, db: AsyncSession, actor: Actor
) -> None:
    assert "There is nothing to decide" in (await client.get("/profile/changed-skills")).text
    await tell_of_edition(db)
    assert (await db.scalars(select(Profile.told_edition_id))).one() is None


async def test_a_skill_that_was_merged_waits_for_its_owner(
    client: PageClient, db: AsyncSession, actor: Actor
) -> None:
    before = (await db.scalars(select(ProfileSkill))).one()
    await change_framework(db, SuccessionKind.MERGED)
    for _ in range(2):  # told once
        await tell_of_edition(db)
    await db.commit()
    told = await db.scalars(select(Message).where(Message.template == "profile_edition"))
    assert [one.in_inbox for one in told] == [True]
    left = (await db.scalars(select(ProfileSkill))).one()
    assert (left.skill_id, left.edition_id) == (before.skill_id, before.edition_id)
    assert "say what became of 1 of your skills" in (await client.get("/profile")).text
    page = await client.get("/profile/changed-skills")
    assert NEW in page.text
    nothing = await client.fill_in(page, {})
    assert_form_error(nothing, f"become-{SKILL}", "Say what became of at least one skill")
    sent = {f"become-{SKILL}": slug_of(NEW), f"level-{SKILL}": "working"}
    done = await client.fill_in(page, sent)
    assert done.headers["location"] == "/profile/skills"
    skill = await queries.get_skill(db, actor, slug_of(NEW))
    assert (skill.level.slug, skill.evidence) == ("working", 1)
    assert skill.edition_id != before.edition_id
    assert len(list(await db.scalars(select(ProfileSkill)))) == 1
    assert "There is nothing to decide" in (await client.get("/profile/changed-skills")).text


async def test_a_retired_skill_can_only_go(
    client: PageClient, db: AsyncSession, actor: Actor
) -> None:
    await change_framework(db, SuccessionKind.RETIRED)
    page = await client.get("/profile/changed-skills")
    assert "nothing took its place" in page.text
    wrong = await client.fill_in(page, {f"become-{SKILL}": "agile"})
    assert wrong.status_code == 422
    done = await client.fill_in(page, {f"become-{SKILL}": "remove"})
    assert done.status_code == 303
    assert list(await db.scalars(select(ProfileSkill))) == []


def test_successors_are_followed_over_several_editions() -> None:
    a, b, c, d = (uuid.UUID(int=n) for n in range(4))
    current = {c: Now(c, "c", "C"), d: Now(d, "d", "D")}
    assert followed(a, {a: [b], b: [c, d]}, current) == (current[c], current[d])
    assert followed(a, {}, current) == ()
