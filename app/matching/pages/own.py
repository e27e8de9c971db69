"""The posts that suit whoever asks, each explained, in the order of the rule."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor, me
from app.core.clock import london_today
from app.core.form_pages import PRIVATE
from app.core.paging import part_of
from app.core.web import render
from app.matching import rule
from app.matching.presenting import own_card
from app.matching.queries import own
from app.matching.queries.numbering import load_catalogue
from app.profiles.permissions import may_open_own_profile

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]


@get("/matches", opt=SIGNED_IN)
async def show_matches(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Open posts for me; without a profile, how to begin one."""
    may_open_own_profile(actor).require()
    facts = await own.load_self(db, me(actor), london_today())
    context: dict[str, Any] = {"has_skills": bool(facts and facts.held), "order": rule.ORDER_WORDS}
    if facts is not None and facts.held:
        catalogue = await load_catalogue(db)
        part = part_of(request.query_params)
        found = await own.list_own_matches(db, actor, facts, catalogue, part)
        context["found"] = found
        context["cards"] = [own_card(one, facts, catalogue) for one in found.items]
        context["pages"] = found.links("/matches", {})
    return render(request, "matching/matches.html", context, headers=PRIVATE)


handlers: list[ControllerRouterHandler] = [show_matches]
