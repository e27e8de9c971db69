"""A person's own data: to read, to take away, and the profile to delete."""

from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import SIGNED_IN, Actor, me
from app.core.clock import london_today
from app.core.form_pages import PRIVATE, see_other
from app.core.limits import Limit, limited
from app.core.web import flash, render
from app.profiles import commands
from app.profiles.data import queries
from app.profiles.data.presenting import mentions_of, sections_of
from app.profiles.permissions import may_open_own_profile
from app.profiles.queries import get_core

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]
TAKES: Final[dict[str, Any]] = {**SIGNED_IN, "transaction": "write"}
TAKEN: Final = Limit("own-data", 120, 3600)


@get("/data", opt=SIGNED_IN, guards=[limited(TAKEN)])
async def show_data(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Everything held of the person that their sign-in reaches, readable."""
    context = await _everything(db, actor)
    return render(request, "profiles/data.html", context, headers=PRIVATE)


@get("/data.html", opt=TAKES, guards=[limited(TAKEN)])
async def take_page(request: AnyRequest, db: Db, actor: Who) -> Page:
    """The same as one file to read anywhere."""
    base_url = request.app.state.settings.base_url
    context = {**await _everything(db, actor), "base_url": base_url}
    await record(db, actor, "profile.exported", subject=("person", me(actor)))
    headers = {**PRIVATE, "Content-Disposition": _named("html")}
    return render(request, "profiles/data_file.html", context, headers=headers)


async def _everything(db: AsyncSession, actor: Actor) -> dict[str, Any]:
    may_open_own_profile(actor).require()
    export = await queries.export_of(db, me(actor), with_portable=False)
    return {
        "export": export,
        "sections": sections_of(export),
        "mentions": mentions_of(export),
        "made_on": london_today(),
    }


def _named(kind: str) -> str:
    return f'attachment; filename="crossbench-my-data-{london_today().isoformat()}.{kind}"'


@get("/data.json", opt=TAKES, guards=[limited(TAKEN)])
async def take_data(db: Db, actor: Who) -> Response[dict[str, Any]]:
    """The same as a file."""
    may_open_own_profile(actor).require()
    export = await queries.export_of(db, me(actor))
    await record(db, actor, "profile.exported", subject=("person", me(actor)))
    headers = {**PRIVATE, "Content-Disposition": _named("json")}
    return Response(export, headers=headers)


@get("/delete", opt=SIGNED_IN)
async def show_deletion(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Ask before the profile goes."""
    may_open_own_profile(actor).require()
    core = await get_core(db, me(actor), london_today())
    if not core.is_there:
        return see_other("/profile")
    context = {
        "title": "Delete your profile?",
        "text": "Everything you said of yourself goes, with what you let others see and the log of "
        "who looked. Your account stays. This cannot be undone: take your data away first if you "
        "may want it again.",
        "button": "Delete your profile",
        "action": "/profile/delete",
        "back_href": "/profile/data",
    }
    return render(request, "profiles/confirm.html", context, headers=PRIVATE)


@post("/delete", opt=SIGNED_IN)
async def delete(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Delete it at once."""
    await commands.delete_profile(db, actor)
    flash(request, "Your profile is deleted.")
    return see_other("/profile")


router = Router(
    path="/profile",
    route_handlers=[show_data, take_page, take_data, show_deletion, delete],
    include_in_schema=False,
)
