"""Pages on which people ask others to confirm a skill, look at what is sent, and take it back."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor, me
from app.core.clock import london_today
from app.core.errors import DomainError
from app.core.fields import FieldError, Raw
from app.core.form_pages import PRIVATE, bind_request, errors_of, form_page, see_other
from app.core.limits import Limit, limited
from app.core.paging import Paged, part_of
from app.core.web import flash, render
from app.profiles import queries as claims
from app.profiles.confirming import commands, queries
from app.profiles.confirming.domain import (
    CONFIRMATION,
    LINK_LIVES,
    RELATION_WORDS,
    STATUS_COLOURS,
    STATUS_NAMES,
    ConfirmationAction,
    ConfirmationStatus,
    Relation,
)
from app.profiles.confirming.forms import AskForm
from app.profiles.domain import EVIDENCE_NAMES, not_found
from app.profiles.permissions import may_open_own_profile

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]

HOME: Final = "/profile/confirmations"
# Each sends a mail to an address that somebody typed.
MAIL: Final = Limit("skill-confirmations-sent", 10, 3600)
NAMES: Final[Mapping[str, Any]] = {
    "kind_names": EVIDENCE_NAMES,
    "relation_words": RELATION_WORDS,
    "status_names": STATUS_NAMES,
    "status_colours": STATUS_COLOURS,
    "days": LINK_LIVES.days,
}


@get("/skills/{slug:str}/confirm", opt=SIGNED_IN)
async def show_ask(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """Whom to ask about a skill."""
    may_open_own_profile(actor).require()
    return await _ask_page(request, db, actor, slug)


async def _ask_page(
    request: AnyRequest,
    db: AsyncSession,
    actor: Actor,
    slug: str,
    raw: Mapping[str, Raw] | None = None,
    errors: Sequence[FieldError] = (),
) -> Page:
    skill = await claims.get_skill(db, actor, slug)
    context = {**NAMES, "skill": skill}
    return form_page(
        request, "profiles/confirming/ask.html", AskForm, raw, errors=errors, context=context
    )


@post("/skills/{slug:str}/confirm", opt=SIGNED_IN)
async def ask(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """Keep the answers, then show what will be sent."""
    may_open_own_profile(actor).require()
    await claims.get_skill(db, actor, slug)
    bound = await bind_request(request, AskForm)
    if bound.form is None:
        return await _ask_page(request, db, actor, slug, bound.raw, bound.errors)
    form = bound.form
    try:
        made = await commands.prepare(
            db,
            actor,
            slug=slug,
            name=form.name,
            relation=Relation(form.relation),
            email=form.email,
            language=form.language,
            today=london_today(),
        )
    except DomainError as error:
        return await _ask_page(request, db, actor, slug, bound.raw, errors_of(error))
    return see_other(f"{HOME}/{made}")


@get("/confirmations", opt=SIGNED_IN)
async def list_requests(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Everything that somebody asked others to confirm, and the answers."""
    may_open_own_profile(actor).require()
    page: Paged[queries.Request] = await queries.list_requests(
        db, me(actor), part_of(request.query_params)
    )
    context = {**NAMES, "page": page.require(), "links": page.links(HOME, {})}
    return render(request, "profiles/confirming/list.html", context, headers=PRIVATE)


@get("/confirmations/{confirmation_id:uuid}", opt=SIGNED_IN)
async def show_request(
    request: AnyRequest, db: Db, actor: Who, confirmation_id: FromPath[uuid.UUID]
) -> Page:
    """What will be sent and shown; once it is sent, how it stands."""
    may_open_own_profile(actor).require()
    found = await queries.get_request(db, actor, confirmation_id)
    context: dict[str, Any] = {**NAMES, "found": found}
    if found.status is not ConfirmationStatus.DRAFT:
        return render(request, "profiles/confirming/show.html", context, headers=PRIVATE)
    context |= {
        "letter": await commands.draft_of(db, actor, found),
        "asker": (await queries.get_asker(db, me(actor))).name,
        "evidence": await claims.list_evidence(db, me(actor), found.skill_id),
    }
    return render(request, "profiles/confirming/preview.html", context, headers=PRIVATE)


@post("/confirmations/{confirmation_id:uuid}/send", opt=SIGNED_IN, guards=[limited(MAIL)])
async def send_request(
    request: AnyRequest, db: Db, actor: Who, confirmation_id: FromPath[uuid.UUID]
) -> Page:
    """Send it."""
    found = await queries.get_request(db, actor, confirmation_id)
    await commands.send_request(db, actor, confirmation_id=confirmation_id, today=london_today())
    flash(request, f"We have written to {found.name}. You hear from us when there is an answer.")
    return see_other(f"/profile/skills/{found.slug}")


@get("/confirmations/{confirmation_id:uuid}/withdraw", opt=SIGNED_IN)
async def show_withdrawal(
    request: AnyRequest, db: Db, actor: Who, confirmation_id: FromPath[uuid.UUID]
) -> Page:
    """Ask before a request is taken back."""
    may_open_own_profile(actor).require()
    found = await queries.get_request(db, actor, confirmation_id)
    is_draft = found.status is ConfirmationStatus.DRAFT
    if not is_draft and not CONFIRMATION.may(found.status, ConfirmationAction.WITHDRAW):
        raise not_found()
    sent = f"The link that we mailed to {found.name} stops working at once. They are not told."
    context = {
        "title": "Take this request back?",
        "text": "Nothing has been sent yet." if is_draft else sent,
        "button": "Take it back",
        "action": f"{HOME}/{found.id}/withdraw",
        "back_href": f"{HOME}/{found.id}",
    }
    return render(request, "profiles/confirm.html", context, headers=PRIVATE)


@post("/confirmations/{confirmation_id:uuid}/withdraw", opt=SIGNED_IN)
async def withdraw(
    request: AnyRequest, db: Db, actor: Who, confirmation_id: FromPath[uuid.UUID]
) -> Page:
    """Take it back."""
    found = await queries.get_request(db, actor, confirmation_id)
    await commands.withdraw(db, actor, confirmation_id=confirmation_id, today=london_today())
    flash(request, "The request is taken back.")
    return see_other(f"/profile/skills/{found.slug}")


router = Router(
    path="/profile",
    route_handlers=[
        show_ask,
        ask,
        list_requests,
        show_request,
        send_request,
        show_withdrawal,
        withdraw,
    ],
    include_in_schema=False,
)
