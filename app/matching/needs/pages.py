"""Keeping the need of a post, and ending that."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor
from app.core.form_pages import see_other
from app.core.web import flash
from app.matching.needs import commands
from app.opportunities.visiting import body_of, path_to

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]


@post("/org/{org:str}/posts/{slug:str}/people/keep", opt=SIGNED_IN)
async def keep_need(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Tell us when somebody suits it."""
    body_of(actor, org)
    await commands.keep(db, actor, slug=slug)
    flash(request, "The need is kept. We tell you when somebody else who suits it appears.")
    return see_other(path_to(org, slug, "people"))


@post("/org/{org:str}/posts/{slug:str}/people/stop-keeping", opt=SIGNED_IN)
async def stop_keeping(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """Tell us no more."""
    body_of(actor, org)
    await commands.stop(db, actor, slug=slug)
    flash(request, "We tell you no more of people who suit this post.")
    return see_other(path_to(org, slug, "people"))


handlers: list[ControllerRouterHandler] = [keep_need, stop_keeping]
