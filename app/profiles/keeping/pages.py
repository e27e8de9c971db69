"""The page behind the link that keeps a profile: no sign-in, and opening it changes nothing."""

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC, Actor
from app.core.clock import london_today
from app.core.form_pages import PRIVATE, see_other
from app.core.web import render
from app.profiles.keeping import commands
from app.profiles.keeping.links import link_path

AnyRequest = Request[Any, Any, Any]
Page = Response[Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]


@get("/kept-profile", opt=PUBLIC)
async def show_kept(request: AnyRequest) -> Page:
    """Say that it is kept."""
    return render(request, "profiles/kept.html")


@get("/keep-profile/{token:str}", opt=PUBLIC)
async def show_keeping(request: AnyRequest, db: Db, token: FromPath[str]) -> Page:
    """A page with a button."""
    await commands.require_link(db, token)
    return render(request, "profiles/keep.html", {"path": link_path(token)}, headers=PRIVATE)


@post("/keep-profile/{token:str}", opt=PUBLIC)
async def keep(db: Db, actor: Who, token: FromPath[str]) -> Page:
    """Keep it for another year."""
    await commands.keep_by_link(db, actor, token=token, today=london_today())
    return see_other("/kept-profile")


router = Router(path="/", route_handlers=[show_kept, show_keeping, keep], include_in_schema=False)
