"""Letting others see, taking it back, stages of an application, and noting who looked."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import func, insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor, me
from app.core.db import new_id
from app.core.errors import Refused
from app.profiles.commands import done, open_profile
from app.profiles.consent import queries
from app.profiles.consent.document import document
from app.profiles.consent.domain import Grant, Group, Purpose, Recipient, Stage, Viewer, whole
from app.profiles.consent.permissions import may_read_profiles
from app.profiles.consent.queries import Glance, Reading
from app.profiles.consent.wording import CURRENT
from app.profiles.domain import broken, not_found, too_many
from app.profiles.models import ConsentGrant, ProfileAccess, ProfileDisclosure

MOST_GRANTS: Final = 50
LONGEST_DAYS: Final = 2 * 366
_ORDER: Final = tuple(Stage)


async def give(db: AsyncSession, actor: Actor, *, grant: Grant, today: date) -> uuid.UUID:
    """Let a recipient see groups of the actor's own profile; levels and evidence bring the skills.

    Raises RuleBroken for a date that is over or too far away, and beyond the limit.
    """
    if grant.until_on < today:
        raise broken("until", "until-over", "The last day must be today or later")
    if (grant.until_on - today).days > LONGEST_DAYS:
        raise broken("until", "until-too-far", "The last day must be within two years")
    await open_profile(db, actor, today)
    if await queries.count_live(db, me(actor), today) >= MOST_GRANTS:
        raise too_many("consents at a time", MOST_GRANTS)
    is_kind = grant.recipient is Recipient.KIND
    is_region = grant.recipient is Recipient.REGION
    row = ConsentGrant(
        id=new_id(),
        person_id=me(actor),
        groups=sorted(group.value for group in whole(grant.groups)),
        recipient=grant.recipient,
        organisation_id=grant.organisation_id,
        recipient_kind=grant.of if is_kind else None,
        recipient_region=grant.of if is_region else None,
        purpose=grant.purpose,
        opportunity_id=grant.opportunity_id,
        until_on=grant.until_on,
        words_version=CURRENT,
    )
    db.add(row)
    facts = {
        "groups": row.groups,
        "recipient": row.recipient,
        "body": row.organisation_id,
        "sort": grant.of,
        "until": row.until_on,
        "words": CURRENT,
    }
    await done(db, actor, "consent.given", facts)
    return row.id


async def withdraw(db: AsyncSession, actor: Actor, *, grant_id: uuid.UUID, today: date) -> None:
    """End a grant at once. Raises NotFound for one that is not there or has ended so before."""
    await open_profile(db, actor, today)
    row = await queries.lock_grant(db, me(actor), grant_id)
    if row is None or row.withdrawn_at is not None:
        raise not_found()
    row.withdrawn_at = func.now()
    facts = {"groups": row.groups, "recipient": row.recipient, "body": row.organisation_id}
    await done(db, actor, "consent.withdrawn", facts)


async def disclose(
    db: AsyncSession,
    actor: Actor,
    *,
    person_id: uuid.UUID,
    organisation_id: uuid.UUID,
    opportunity_id: uuid.UUID,
    stage: Stage,
) -> None:
    """Reach a stage about a post: the person shows interest, the body takes it on from there.

    The body goes one stage at a time. Raises Refused for a stage that is not the next, NotFound
    where the person has shown no interest or has ended it.
    """
    row = await queries.lock_disclosure(db, person_id, organisation_id, opportunity_id)
    if stage is Stage.INTEREST:
        if actor.person_id != person_id:
            raise Refused("not-yours", "Only the person can show interest.")
        if row is None:
            row = ProfileDisclosure(
                person_id=person_id,
                organisation_id=organisation_id,
                opportunity_id=opportunity_id,
                stage=stage,
            )
            db.add(row)
        elif row.withdrawn_at is not None:
            row.stage, row.withdrawn_at = stage, None
    else:
        if row is None or row.withdrawn_at is not None or actor.organisation_id != organisation_id:
            raise not_found()
        if _ORDER.index(stage) - _ORDER.index(Stage(row.stage)) != 1:
            raise Refused("too-early", "One stage follows the other: this is not the next one.")
        row.stage = stage
    await db.flush()
    chain = None if stage is Stage.INTEREST else organisation_id
    facts = {"stage": stage, "post": opportunity_id}
    await record(db, actor, "consent.stage", subject=None, organisation_id=chain, facts=facts)


async def conceal(
    db: AsyncSession, actor: Actor, *, organisation_id: uuid.UUID, opportunity_id: uuid.UUID
) -> None:
    """End what the stages of a post show to a body, at once. Raises NotFound."""
    row = await queries.lock_disclosure(db, me(actor), organisation_id, opportunity_id)
    if row is None or row.withdrawn_at is not None:
        raise not_found()
    row.withdrawn_at = func.now()
    await done(db, actor, "consent.stage_ended", {"post": opportunity_id})


async def look(
    db: AsyncSession,
    actor: Actor,
    *,
    profile_id: uuid.UUID,
    today: date,
    opportunity_id: uuid.UUID | None = None,
) -> Reading:
    """Show a profile to somebody who acts for a body, and note that they looked.

    With a post, what the stages of that post show is seen too. Raises Refused without the duty,
    NotFound where the body may see nothing of it.
    """
    viewer = _viewer(actor)
    seen = await queries.glance_at_one(db, viewer, profile_id, today, opportunity_id=opportunity_id)
    if seen is None:
        raise not_found()
    await _note(db, actor, [seen], opportunity_id)
    await record(
        db,
        actor,
        "profile.looked_at",
        subject=("profile", profile_id),
        organisation_id=viewer.organisation_id,
        facts={"groups": _named(seen.groups), "purpose": _purpose(seen.groups)},
    )
    return Reading(seen.person_id, seen.groups, seen.facts, document(seen.facts, seen.groups))


async def look_at_people(
    db: AsyncSession,
    actor: Actor,
    *,
    person_ids: Sequence[uuid.UUID],
    today: date,
    opportunity_id: uuid.UUID,
) -> list[Glance]:
    """Show a list of people for a post to somebody who acts for a body, and note it for each.

    In the order that is given; who lets the body see nothing is left out. Raises Refused without
    the duty.
    """
    viewer = _viewer(actor)
    seen = await queries.glance_at(db, viewer, person_ids, today, opportunity_id=opportunity_id)
    glances = [seen[one] for one in person_ids if one in seen]
    if not glances:
        return []
    await _note(db, actor, glances, opportunity_id)
    await record(
        db,
        actor,
        "profile.list_looked_at",
        subject=("opportunity", opportunity_id),
        organisation_id=viewer.organisation_id,
        facts={"profiles": [one.facts.id for one in glances]},
    )
    return glances


def _viewer(actor: Actor) -> Viewer:
    """The body that looks. Raises Refused, NotFound."""
    may_read_profiles(actor).require()
    if actor.acting_for is None:
        raise not_found()
    return queries.viewer_of(actor.acting_for)


def _purpose(groups: frozenset[Group]) -> Purpose:
    """For what somebody looks: once a stage of a post is reached it is about that application."""
    return Purpose.APPLICATION if Group.REACH in groups else Purpose.FOUND


def _named(groups: frozenset[Group]) -> list[str]:
    return [group.value for group in Group if group in groups]


async def _note(
    db: AsyncSession,
    actor: Actor,
    shown: Sequence[Glance],
    opportunity_id: uuid.UUID | None,
) -> None:
    """Write into people's logs what they were shown of, to whom, for what."""
    rows = [
        {
            "id": new_id(),
            "person_id": one.person_id,
            "organisation_id": actor.organisation_id,
            "by_id": me(actor),
            "groups": _named(one.groups),
            "purpose": _purpose(one.groups),
            "opportunity_id": opportunity_id,
        }
        for one in shown
    ]
    await db.execute(insert(ProfileAccess).values(rows))
