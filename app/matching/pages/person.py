"""Somebody who suits a post, as they let the posting body see them, line by line."""

import uuid
from typing import Any, Final

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor
from app.core.clock import london_today
from app.core.errors import NotFound
from app.core.form_pages import PRIVATE
from app.core.limits import Limit, limited
from app.core.web import render
from app.matching.inviting.domain import COLOURS, STATUS_NAMES
from app.matching.inviting.permissions import may_invite
from app.matching.inviting.queries import find_sent_to
from app.matching.presenting import person_card
from app.matching.queries import people
from app.matching.queries.numbering import load_catalogue
from app.opportunities import queries as own
from app.opportunities.domain import OpportunityStatus
from app.opportunities.models import Opportunity
from app.opportunities.visiting import body_of, path_to
from app.profiles.consent.commands import look
from app.profiles.consent.document import document
from app.profiles.consent.domain import (
    GROUP_NAMES,
    Group,
    require_group,
    why_not,
)
from app.profiles.consent.naming import NAMES
from app.profiles.consent.permissions import may_read_profiles
from app.profiles.domain import not_found

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]
LOOKS: Final[dict[str, Any]] = {**SIGNED_IN, "transaction": "write"}
TAKEN: Final = Limit("profiles-taken", 300, 3600)


async def open_post(db: AsyncSession, actor: Actor, org: str, slug: str) -> Opportunity:
    """An open post of the body acted for, by somebody who may look at people for it.

    Raises NotFound, also for a post that is not open: people let themselves be found for posts.
    """
    body_of(actor, org)
    row = await own.get_opportunity(db, actor, slug)
    may_read_profiles(actor).require()
    if row.status != OpportunityStatus.OPEN:
        raise not_found()
    return row


@get("/org/{org:str}/posts/{slug:str}/people/{profile_id:uuid}", opt=LOOKS)
async def show_person(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    profile_id: FromPath[uuid.UUID],
) -> Page:
    """How somebody stands to the post, what may be seen of them, and what not yet and why."""
    row = await open_post(db, actor, org, slug)
    today = london_today()
    reading = await look(db, actor, profile_id=profile_id, today=today, opportunity_id=row.id)
    asked = await people.load_asked(db, row)
    catalogue = await load_catalogue(db)
    card = person_card(reading.facts, reading.groups, asked.wanted, catalogue, today.year)
    context = {
        **NAMES,
        "body": actor.acting_for,
        "post": row,
        "card": card,
        "seen": reading.document,
        "hidden": [
            (GROUP_NAMES[group], why_not(group))
            for group in Group
            if is_hidden(group, reading.groups)
        ],
        "invited": await find_sent_to(db, actor, row.id, reading.person_id),
        "may_invite": may_invite(actor, row),
        "status_names": STATUS_NAMES,
        "colours": COLOURS,
        "path": f"{path_to(org, slug, 'people')}/{profile_id}",
        "back_href": path_to(org, slug, "people"),
    }
    return render(request, "matching/person.html", context, headers=PRIVATE)


def is_hidden(group: Group, groups: frozenset[Group]) -> bool:
    """Whether a page says of a group when it will be seen; contact needs no second way."""
    return group not in groups and not (group is Group.REACH and Group.CONTACT in groups)


@get(
    "/org/{org:str}/posts/{slug:str}/people/{profile_id:uuid}/profile.json",
    opt=LOOKS,
    guards=[limited(TAKEN)],
)
async def give_person(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    profile_id: FromPath[uuid.UUID],
) -> Response[dict[str, Any]]:
    """The same for a program, or the groups that `fields` names; those asked early are refused.

    Raises Refused, which names the stage that shows such a group.
    """
    row = await open_post(db, actor, org, slug)
    reading = await look(
        db, actor, profile_id=profile_id, today=london_today(), opportunity_id=row.id
    )
    wanted = [one for one in request.query_params.get("fields", "").split(",") if one]
    if not wanted:
        return Response(reading.document, headers=PRIVATE)
    known = {group.value: group for group in Group}
    groups = set()
    for name in wanted:
        if name not in known:
            raise NotFound("no-such-field", "There is no such group of fields.")
        require_group(reading.groups, known[name])
        groups.add(known[name])
    return Response(document(reading.facts, frozenset(groups)), headers=PRIVATE)


handlers: list[ControllerRouterHandler] = [show_person, give_person]
