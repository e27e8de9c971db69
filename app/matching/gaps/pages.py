"""The page that compares somebody with a role or a post, and the way to it from other pages."""

import uuid
from typing import Any, Final

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor, me
from app.core.clock import london_today
from app.core.form_pages import PRIVATE
from app.core.slots import Fragment
from app.core.web import render
from app.matching import wording
from app.matching.domain import PersonFacts
from app.matching.gaps import queries
from app.matching.gaps.domain import gaps, no_such_target, progress, to_learn
from app.matching.gaps.picture import draw, draw_course
from app.matching.queries import own
from app.matching.queries.numbering import Catalogue, load_catalogue
from app.matching.rule import conditions
from app.profiles.permissions import may_open_own_profile
from app.profiles.queries import list_roles
from app.roles import queries as framework
from app.roles.domain import Proficiency
from app.roles.local.queries import list_some_public

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]
HOME: Final = "/profile/gaps"
LONGEST: Final = 300


@get("/profile/gaps", opt=SIGNED_IN)
async def show_gaps(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Choose what to compare with; with a choice in the address, the comparison."""
    may_open_own_profile(actor).require()
    value = request.query_params.get("with", "")[:LONGEST]
    if not value:
        choices = {
            "sources": await framework.skill_sources(db),
            "roles": await list_roles(db, me(actor)),
            "local": await list_some_public(db),
        }
        return render(request, "matching/gaps/choose.html", choices, headers=PRIVATE)
    catalogue = await load_catalogue(db)
    target = await queries.find_target(db, actor, value, catalogue)
    if target is None:
        raise no_such_target()
    today = london_today()
    facts = await own.load_self(db, me(actor), today) or PersonFacts(me(actor), {}, today.year)
    found = gaps(target.asked, facts.held, catalogue.numbering.near)
    changes = await queries.list_changes(db, actor)
    points = progress(changes, target.asked, facts.held, catalogue.numbering.near, today)
    context: dict[str, Any] = {
        "target": target,
        "in_short": wording.in_short(found) if target.terms else "",
        "picture": draw(found, catalogue.names),
        "rows": wording.skill_rows(found, catalogue.names),
        "conditions": conditions_of(target, facts),
        "learn": [learn_line(line, catalogue) for line in to_learn(found)],
        "points": points,
        "course": draw_course(points),
        "has_skills": bool(facts.held),
        "levels": list(Proficiency),
    }
    return render(request, "matching/gaps/show.html", context, headers=PRIVATE)


def conditions_of(target: queries.Target, facts: PersonFacts) -> list[wording.Row]:
    """The conditions of a post, each in a line; none of a role."""
    if target.terms is None:
        return []
    found = gaps((), {}, {})
    answered = type(found)((), conditions(facts.availability, target.terms))
    return wording.condition_rows(answered, facts.availability, target.terms)


def learn_line(line: Any, catalogue: Catalogue) -> dict[str, Any]:
    """What to learn of a skill, and from which level to which."""
    have = line.held.level if line.held else 0
    wanted = Proficiency(line.asked.levels)
    return {
        "name": catalogue.names[line.asked.skill_id],
        "slug": next(s for s, i in catalogue.ids.items() if i == line.asked.skill_id),
        "is_must": line.asked.is_gate,
        "has": Proficiency(have).label if have else "",
        "wanted": wanted.label,
        "near": catalogue.names[line.near_id] if line.near_id else "",
    }


async def post_panel(
    _: AsyncSession, actor: Actor, subject_id: uuid.UUID | None
) -> Fragment | None:
    """From a post to how oneself stands to it."""
    return _panel(actor, "post", subject_id)


async def local_panel(
    _: AsyncSession, actor: Actor, subject_id: uuid.UUID | None
) -> Fragment | None:
    """From a local role to how oneself stands to it."""
    return _panel(actor, "local", subject_id)


def _panel(actor: Actor, kind: str, subject_id: uuid.UUID | None) -> Fragment | None:
    if subject_id is None or actor.person_id is None or not may_open_own_profile(actor):
        return None
    href = f"{HOME}?with={kind}:{subject_id}"
    return Fragment("matching/gaps/panel.html", {"href": href, "kind": kind})


router = Router("/", route_handlers=[show_gaps], include_in_schema=False)
