"""People who suit a post of one's own body: counted, listed, and must-haves that are waived."""

import uuid
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor
from app.core.clock import london_today
from app.core.form_pages import PRIVATE, bind_request, form_page, see_other
from app.core.paging import Part, part_of
from app.core.slots import Fragment
from app.core.web import flash, render
from app.matching import rule, waiving
from app.matching.domain import FEWEST_TOLD
from app.matching.forms import WaiveForm
from app.matching.inviting.domain import COLOURS, STATUS_NAMES
from app.matching.needs.commands import KEPT_FOR
from app.matching.presenting import person_card
from app.matching.queries import people
from app.matching.queries.numbering import load_catalogue, numbers_of
from app.matching.queries.source import waived_skills, wanted_of
from app.matching.queries.suiting import MOST_LISTED, list_suiting
from app.matching.wording import level_name
from app.opportunities import queries as own
from app.opportunities.domain import OpportunityStatus, PostFacts, no_such_post
from app.opportunities.permissions import may_edit, may_write_posts
from app.opportunities.visiting import body_of, path_to
from app.profiles.consent.commands import look_at_people
from app.profiles.consent.permissions import may_read_profiles

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]
LOOKS: Final[dict[str, Any]] = {**SIGNED_IN, "transaction": "write"}


@get("/org/{org:str}/posts/{slug:str}/people", opt=LOOKS)
async def show_people(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """How many suit the post as it stands, who of them may be seen, and what stands in the way.

    People are listed for open posts alone: they let themselves be found for posts, not for drafts.
    That somebody looked is noted in the log of each who is listed.
    """
    body = body_of(actor, org)
    row = await own.get_opportunity(db, actor, slug)
    may_write_posts(actor).require()
    asked = await people.load_asked(db, row)
    catalogue = await load_catalogue(db)
    part, today = part_of(request.query_params), london_today()
    is_open = row.status == OpportunityStatus.OPEN and bool(may_read_profiles(actor))
    found = await list_suiting(
        db,
        body.organisation_id,
        row.id,
        asked.wanted,
        catalogue.numbering,
        today,
        part if is_open else None,
    )
    seen = await look_at_people(
        db, actor, person_ids=found.person_ids, today=today, opportunity_id=row.id
    )
    path = path_to(body.slug, slug)
    context = {
        "body": body,
        "post": row,
        "asked": asked,
        "count": found.count,
        "is_kept": found.is_kept,
        "may_keep": row.status in KEPT_FOR,
        "fewest": FEWEST_TOLD,
        "may_waive": may_edit(actor, row),
        "level_name": level_name,
        "path": path,
        "back_href": path,
        "is_open": is_open,
        "cards": [
            (
                person_card(one.facts, one.groups, asked.wanted, catalogue, today.year),
                found.invited.get(one.person_id),
            )
            for one in seen
        ],
        "status_names": STATUS_NAMES,
        "colours": COLOURS,
        "first": part.offset + 1,
        "page": part.number,
        "pages": neighbours(f"{path}/people", part, has_more=found.has_more),
        "order": rule.ORDER_WORDS,
        "most": MOST_LISTED,
    }
    return render(request, "matching/people.html", context, headers=PRIVATE)


def neighbours(path: str, part: Part, *, has_more: bool) -> dict[str, Any]:
    """The pages before and after, as GOV.UK's pagination takes them: nobody counts how many."""
    links: dict[str, Any] = {}
    if part.number > 1:
        before = part.number - 1
        links["previous"] = {"href": path if before == 1 else f"{path}?page={before}"}
    if has_more:
        links["next"] = {"href": f"{path}?page={part.number + 1}"}
    return links


async def waive_page(
    request: AnyRequest,
    db: AsyncSession,
    actor: Actor,
    org: str,
    slug: str,
    skill: str,
    **more: Any,
) -> Page:
    """The page that asks why. Raises NotFound, Refused."""
    body = body_of(actor, org)
    row = await own.get_opportunity(db, actor, slug)
    may_edit(actor, row).require()
    must = people.must_of((await people.load_asked(db, row)).musts, skill)
    if must is None:
        raise no_such_post()
    path = path_to(body.slug, slug, "people")
    context = {
        "post": row,
        "must": must,
        "level": level_name(must.level),
        "action": f"{path}/waive/{skill}",
        "back_href": path,
    }
    return form_page(request, "matching/waive.html", WaiveForm, context=context, **more)


@get("/org/{org:str}/posts/{slug:str}/people/waive/{skill:str}", opt=SIGNED_IN)
async def show_waive(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    skill: FromPath[str],
) -> Page:
    """Why should it be waived?"""
    return await waive_page(request, db, actor, org, slug, skill)


@post("/org/{org:str}/posts/{slug:str}/people/waive/{skill:str}", opt=SIGNED_IN)
async def waive(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    skill: FromPath[str],
) -> Page:
    """Waive the must-have."""
    bound = await bind_request(request, WaiveForm)
    if bound.form is None:
        return await waive_page(
            request, db, actor, org, slug, skill, raw=bound.raw, errors=bound.errors
        )
    body = body_of(actor, org)
    must = await waiving.waive(db, actor, slug, skill, reason=bound.form.reason)
    flash(request, f"{must.name} is waived. People without it are matched with the post too.")
    return see_other(path_to(body.slug, slug, "people"))


@post("/org/{org:str}/posts/{slug:str}/people/waive/{skill:str}/take-back", opt=SIGNED_IN)
async def take_back(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    skill: FromPath[str],
) -> Page:
    """Make it a must-have again."""
    body = body_of(actor, org)
    must = await waiving.take_back(db, actor, slug, skill)
    flash(request, f"{must.name} is a must-have again.")
    return see_other(path_to(body.slug, slug, "people"))


async def count_panel(
    db: AsyncSession, actor: Actor, subject_id: uuid.UUID | None
) -> Fragment | None:
    """The way to how many people suit a post, also while it is written, on its own page."""
    body = actor.acting_for
    if subject_id is None or body is None or not body.is_verified or not may_write_posts(actor):
        return None
    row = await people.find_post(db, subject_id)
    if row is None:
        return None
    context = {"path": path_to(body.slug, row.slug, "people")}
    return Fragment("matching/panel_count.html", context)


async def draft_panel(db: AsyncSession, actor: Actor, facts: PostFacts | None) -> Fragment | None:
    """How many people suit a post with the skills that are typed, in one query beside its numbers.

    Skills that nobody could have claimed yet have no numbers: then nobody suits.
    """
    body = actor.acting_for
    if body is None or not may_read_profiles(actor):
        return None
    if facts is None:
        return Fragment("matching/count_draft.html", {"is_whole": False})
    wanted = wanted_of(facts, await waived_skills(db, facts.id))
    numbering = await numbers_of(db, [one.skill_id for one in wanted.asked])
    found = await list_suiting(
        db, body.organisation_id, facts.id, wanted, numbering, london_today(), None
    )
    context = {
        "is_whole": True,
        "count": found.count,
        "fewest": FEWEST_TOLD,
        "asked": wanted.asked,
    }
    return Fragment("matching/count_draft.html", context)


handlers: list[ControllerRouterHandler] = [show_people, show_waive, waive, take_back]
