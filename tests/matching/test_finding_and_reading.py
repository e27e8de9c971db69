"""Nothing can be found, or told from the order of what is found, that cannot be read."""

import random
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.paging import Part
from app.matching import following, rule
from app.matching.domain import Wanted
from app.matching.queries import numbering as numbers
from app.matching.queries import search
from app.matching.rule import Availability, Held, Post, is_recent
from app.matching.tokens import Numbering
from app.organisations.models import Organisation, Person
from app.profiles.consent.document import Facts
from app.profiles.consent.domain import Group, Purpose, Recipient, Viewer, visible_groups, whole
from app.profiles.consent.queries import choices_of, load_facts, viewer_by_id
from app.profiles.domain import Move
from app.profiles.models import (
    ConsentGrant,
    Profile,
    ProfileAvailability,
    ProfileHiding,
    ProfileSkill,
)
from app.roles.models import FrameworkEdition
from tests.matching.chance import wanted
from tests.matching.made import DAY, TODAY, grant
from tests.matching.test_search import a_profile, some_skills
from tests.people import make_member, make_organisation

ALL = Part(1, 1000)


class Lot:
    """Profiles, choices and posts drawn by lot."""

    def __init__(self, db: AsyncSession, seed: int, skills: Sequence[uuid.UUID]) -> None:
        self.db, self.lot, self.skills = db, random.Random(seed), list(skills)
        self.bodies: list[Organisation] = []

    async def person(self) -> uuid.UUID:
        """Somebody who says anything, and lets anybody see any of it."""
        person_id = await a_profile(self.db)
        await self.say(person_id)
        profile = await self.db.scalar(select(Profile).where(Profile.person_id == person_id))
        assert profile is not None
        profile.paused_until = self.lot.choice((None, None, None, TODAY, TODAY - DAY))
        for _ in range(self.lot.randint(0, 3)):
            self.db.add(self.a_grant(person_id))
        for body in self.lot.sample(self.bodies, self.lot.choice((0, 0, 0, 1))):
            self.db.add(ProfileHiding(person_id=person_id, organisation_id=body.id))
        for body in self.lot.sample(self.bodies, self.lot.choice((0, 1))):
            await make_member(self.db, body, person=await self.db.get_one(Person, person_id))
        return person_id

    async def say(self, person_id: uuid.UUID) -> None:
        """What they hold, and when and where they would move."""
        edition = (await self.db.scalars(select(FrameworkEdition.id).limit(1))).one()
        for skill in self.lot.sample(self.skills, self.lot.randint(2, len(self.skills))):
            level = self.lot.randint(1, 4)
            year = self.lot.choice((None, TODAY.replace(month=1, day=1), TODAY - 1500 * DAY))
            confirmed = self.lot.choice((None, None, 1, level))
            self.db.add(
                ProfileSkill(
                    person_id=person_id, skill_id=skill, edition_id=edition, level=level,
                    last_used_on=year, confirmed_level=confirmed,
                    confirmed_on=None if confirmed is None else TODAY,
                    confirmed_by=None if confirmed is None else "A colleague",
                    confirmed_as=None if confirmed is None else "colleague",
                )
            )  # fmt: skip
        await self.move(person_id)

    async def move(self, person_id: uuid.UUID) -> None:
        """When and where they would move: anything else than before, or nothing."""
        gone = delete(ProfileAvailability).where(ProfileAvailability.person_id == person_id)
        await self.db.execute(gone)
        if self.lot.random() < 0.2:
            return
        moves = self.lot.sample(list(Move), self.lot.choice((0, 2, 4)))
        self.db.add(
            ProfileAvailability(
                person_id=person_id,
                moves=[one.value for one in moves],
                days=self.lot.choice((None, 1, 3, 5)),
                months=self.lot.choice((None, 6, 24)),
                regions=self.lot.choice(([], [], ["wales"], ["london", "wales"])),
                remote=self.lot.choice((None, None, "either", "remote_only", "on_site")),
            )
        )

    def a_grant(self, person_id: uuid.UUID) -> ConsentGrant:
        groups = whole(
            self.lot.sample([Group.NAME, Group.SKILLS, Group.LEVELS, Group.AVAILABILITY], 2)
        )
        recipient, body = self.lot.choice(list(Recipient)), self.lot.choice(self.bodies)
        return grant(
            person_id,
            groups=sorted(groups),
            recipient=recipient,
            organisation_id=body.id if recipient is Recipient.BODY else None,
            recipient_kind=body.kind if recipient is Recipient.KIND else None,
            recipient_region=body.region if recipient is Recipient.REGION else None,
            until_on=TODAY + self.lot.choice((-1, 0, 30, 30)) * DAY,
            withdrawn_at=self.lot.choice((None, None, None, func.now())),
        )


async def known_of(
    db: AsyncSession, person_id: uuid.UUID, viewer: Viewer
) -> tuple[rule.Person | None, frozenset[Group]]:
    """Somebody as the rule knows them from what a body reads; nobody without levels to read."""
    choices = await choices_of(db, person_id)
    assert all(one.purpose is Purpose.FOUND for one in choices.grants)
    groups = visible_groups(choices, viewer, TODAY)
    if Group.LEVELS not in groups:
        return None, groups
    facts = await load_facts(db, person_id, groups)
    return rule.Person(person_id, held_in(facts), availability_in(facts)), groups


def held_in(facts: Facts) -> dict[uuid.UUID, Held]:
    return {
        one.skill_id: Held(
            one.level,
            is_recent(one.last_used_on, TODAY.year),
            one.confirmed_level is not None and one.confirmed_level >= one.level,
        )
        for one in facts.skills
    }


def availability_in(facts: Facts) -> Availability:
    free = facts.availability
    return Availability(
        free.post_kinds() if free.moves else None,
        free.days,
        free.from_on,
        free.until_on,
        free.months,
        frozenset(free.regions),
        None if free.remote is None else free.remote.value,
    )


def by_reading(people: Sequence[rule.Person], post: Wanted, near: rule.Near) -> list[uuid.UUID]:
    """Whom somebody would list who read everything that they may, by the printed rule."""
    asked = Post(uuid.UUID(int=0), post.asked, post.terms)
    matches = [(one.id, rule.match(one, asked, near)) for one in people]
    return [one for one, match in rule.in_order(matches) if match.fits]


async def found(db: AsyncSession, body: Organisation, post: Wanted, known: Numbering) -> list[Any]:
    return [
        (one.id, one.short, one.recent, one.confirmed)
        for one in await search.find_people(db, body.id, post, known, TODAY, ALL)
    ]


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_found_and_its_order_tell_no_more_than_reading(
    db: AsyncSession, seed: int
) -> None:
    lot = Lot(db, seed, await some_skills(db))
    for kind, region in (("council", "wales"), ("nhs", "wales"), ("nhs", "london")):
        lot.bodies.append(await make_organisation(db, kind=kind, region=region))
    people = [await lot.person() for _ in range(24)]
    for one in people:
        await following.follow_person(db, one)
    await db.execute(text("SELECT match_count_tokens()"))
    known = await numbers.load_numbering(db)
    posts = [wanted(lot.lot, lot.skills) for _ in range(20)]
    listed = 0
    for body in lot.bodies:
        viewer = await viewer_by_id(db, body.id)
        read = [await known_of(db, one, viewer) for one in people]
        before = [await found(db, body, post, known) for post in posts]
        for post, rows in zip(posts, before, strict=True):
            readable = [one for one, _ in read if one is not None]
            assert [row[0] for row in rows] == by_reading(readable, post, known.near)
        listed += sum(len(rows) for rows in before)
        for one, (_, groups) in zip(people, read, strict=True):
            if Group.AVAILABILITY not in groups:
                await lot.move(one)
                await following.follow_person(db, one)
        after = [await found(db, body, post, known) for post in posts]
        assert after == before, "what cannot be read changed what is found"
    assert listed > 10
