"""The page behind the link of a request to confirm a skill: no sign-in, and GET changes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC, Actor
from app.core.clock import london_today
from app.core.fields import FieldError, Raw
from app.core.form_pages import PRIVATE, bind_request, form_page, see_other
from app.core.limits import Limit, limited
from app.core.web import render
from app.profiles.confirming import commands, queries
from app.profiles.confirming.domain import LINKS, RELATION_WORDS, ConfirmationAction
from app.profiles.confirming.forms import AnswerForm
from app.profiles.domain import EVIDENCE_NAMES

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]

OPENED: Final = Limit("skill-confirmations-opened", 60, 600)


@get("/{token:str}", opt=PUBLIC, guards=[limited(OPENED)])
async def show_asked(request: AnyRequest, db: Db, token: FromPath[str]) -> Page:
    """What is asked, with the button; or how it was answered, or that it is over."""
    return await _page(request, db, token)


async def _page(
    request: AnyRequest,
    db: AsyncSession,
    token: str,
    raw: Mapping[str, Raw] | None = None,
    errors: Sequence[FieldError] = (),
) -> Page:
    asked = await queries.get_asked(db, token)
    context = {
        "asked": asked,
        "path": f"{LINKS}{token}",
        "kind_names": EVIDENCE_NAMES,
        "relation_words": RELATION_WORDS,
    }
    if not asked.is_open:
        return render(request, "profiles/confirming/over.html", context, headers=PRIVATE)
    given = {"name": asked.name} if raw is None else raw
    return form_page(
        request,
        "profiles/confirming/asked.html",
        AnswerForm,
        given,
        errors=errors,
        context=context,
    )


@post("/{token:str}", opt=PUBLIC, guards=[limited(OPENED)])
async def answer(request: AnyRequest, db: Db, actor: Who, token: FromPath[str]) -> Page:
    """Say it; the link is used up."""
    bound = await bind_request(request, AnswerForm)
    if bound.form is None:
        return await _page(request, db, token, bound.raw, bound.errors)
    await commands.answer(
        db,
        actor,
        token=token,
        action=ConfirmationAction(bound.form.answer),
        name=bound.form.name,
        today=london_today(),
    )
    return see_other(f"{LINKS}{token}")


router = Router(LINKS.rstrip("/"), route_handlers=[show_asked, answer], include_in_schema=False)
