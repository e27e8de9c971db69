"""People with profiles, and random choices of what they let others see."""

import random
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.organisations.models import Membership, Organisation
from app.profiles.consent.domain import (
    GRANTABLE,
    Choices,
    Disclosure,
    Grant,
    Purpose,
    Recipient,
    Stage,
    Viewer,
    whole,
)
from app.profiles.models import ConsentGrant, Profile, ProfileDisclosure, ProfileHiding

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def viewer_of(body: Organisation) -> Viewer:
    """A body as it looks at profiles."""
    return Viewer(body.id, body.kind, body.region, body.status == "verified")


def grant_row(person_id: uuid.UUID, grant: Grant) -> ConsentGrant:
    """A grant as it is stored."""
    is_kind = grant.recipient is Recipient.KIND
    is_region = grant.recipient is Recipient.REGION
    return ConsentGrant(
        person_id=person_id,
        groups=sorted(group.value for group in grant.groups),
        recipient=grant.recipient,
        organisation_id=grant.organisation_id,
        recipient_kind=grant.of if is_kind else None,
        recipient_region=grant.of if is_region else None,
        purpose=grant.purpose,
        opportunity_id=grant.opportunity_id,
        until_on=grant.until_on,
        words_version="test",
        withdrawn_at=NOW if grant.is_withdrawn else None,
    )


async def make_profile(
    db: AsyncSession, member: Membership, *grants: Grant, **more: Any
) -> Profile:
    """An empty profile of a member, with grants."""
    profile = Profile(person_id=member.person_id, **{"reviewed_on": TODAY, **more})
    db.add(profile)
    await db.flush()
    db.add_all([grant_row(member.person_id, grant) for grant in grants])
    await db.commit()
    return profile


@dataclass
class Chance:
    """Draws choices by lot among some bodies and posts."""

    bodies: list[Organisation]
    posts: list[uuid.UUID]
    lot: random.Random = field(default_factory=random.Random)

    def grant(self) -> Grant:
        """A grant to anybody, for anything, over or not."""
        lot, body = self.lot, self.lot.choice(self.bodies)
        recipient = lot.choice(list(Recipient))
        purpose = lot.choice(list(Purpose))
        of = {Recipient.KIND: body.kind, Recipient.REGION: body.region}.get(recipient)
        return Grant(
            groups=whole(lot.sample(GRANTABLE, lot.randint(1, 3))),
            recipient=recipient,
            purpose=purpose,
            until_on=TODAY + timedelta(days=lot.randint(-1, 1)),
            organisation_id=body.id if recipient is Recipient.BODY else None,
            of=of,
            opportunity_id=lot.choice(self.posts) if purpose is Purpose.APPLICATION else None,
            is_withdrawn=lot.random() < 0.2,
        )

    def choices(self, employer: uuid.UUID) -> Choices:
        """Everything that one person decided."""
        lot = self.lot
        pairs = [(body.id, post) for body in self.bodies for post in self.posts]
        stages = [
            Disclosure(body, post, lot.choice(list(Stage)), lot.random() < 0.2)
            for body, post in lot.sample(pairs, lot.randint(0, 3))
        ]
        return Choices(
            grants=tuple(self.grant() for _ in range(lot.randint(0, 4))),
            disclosures=tuple(stages),
            employers=frozenset({employer}),
            hidden_from=frozenset(body.id for body in self.bodies if lot.random() < 0.1),
            paused_until=lot.choice([None, None, TODAY - timedelta(days=1), TODAY]),
        )


async def store(db: AsyncSession, member: Membership, choices: Choices) -> Profile:
    """A profile of somebody who decided this."""
    profile = await make_profile(db, member, *choices.grants, paused_until=choices.paused_until)
    db.add_all(
        [
            *(
                ProfileDisclosure(
                    person_id=member.person_id,
                    organisation_id=one.organisation_id,
                    opportunity_id=one.opportunity_id,
                    stage=one.stage,
                    withdrawn_at=NOW if one.is_withdrawn else None,
                )
                for one in choices.disclosures
            ),
            *(
                ProfileHiding(person_id=member.person_id, organisation_id=body)
                for body in choices.hidden_from
            ),
        ]
    )
    await db.commit()
    return profile
