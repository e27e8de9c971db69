"""What a body answers: which posts are compared, yes, no, the draft, and its pledge."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Final

from litestar import get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding.fitting import commands, queries
from app.cofunding.fitting.domain import FIT, Employs, FitAction
from app.cofunding.fitting.forms import AcceptForm, DeclineForm, PostsForm
from app.cofunding.fitting.pages.viewing import (
    AnyRequest,
    Db,
    Page,
    Who,
    base_of,
    view_of,
)
from app.cofunding.fitting.permissions import may_accept, may_answer
from app.cofunding.fitting.queries import OwnFit
from app.core.actor import SIGNED_IN, ActingFor, Actor, acting_in
from app.core.fields import FieldError, Raw
from app.core.form_pages import bind_request, form_page, see_other
from app.core.limits import Limit, limited
from app.core.web import flash

ANSWERING: Final = Limit("joint-post", 60, 3600)


@get("/choice", opt=SIGNED_IN)
async def show_choice(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """Which posts of the body are compared."""
    own = acting_in(actor, org)
    may_answer(actor).require()
    chosen = "all" if await queries.uses_private(db, actor) else "shown"
    return choice_page(request, own, {"posts": chosen})


def choice_page(
    request: AnyRequest,
    own: ActingFor,
    raw: Mapping[str, Raw],
    errors: Sequence[FieldError] = (),
) -> Page:
    """The question, or again with what is wrong."""
    context = {"org": own, "back_href": base_of(own)}
    return form_page(
        request, "cofunding/fitting/choice.html", PostsForm, raw, errors=errors, context=context
    )


@post("/choice", opt=SIGNED_IN, guards=[limited(ANSWERING)])
async def choose(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """Keep the choice; what is proposed is looked at again."""
    own = acting_in(actor, org)
    may_answer(actor).require()
    bound = await bind_request(request, PostsForm)
    if bound.form is None:
        return choice_page(request, own, bound.raw, bound.errors)
    await commands.choose_posts(db, actor, uses_private=bound.form.posts == "all")
    flash(request, "Your choice is saved. What is proposed is looked at again.")
    return see_other(base_of(own))


@get("/{fit_id:uuid}/accept", opt=SIGNED_IN)
async def show_accept(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], fit_id: FromPath[uuid.UUID]
) -> Page:
    """What accepting means, what is told to whom, and who should employ the person."""
    body = acting_in(actor, org)
    may_accept(actor).require()
    own = await queries.get_own(db, actor, fit_id)
    return await accept_page(request, db, actor, body, own, {"employs": own.side.employs or ""})


async def accept_page(
    request: AnyRequest,
    db: AsyncSession,
    actor: Actor,
    body: ActingFor,
    own: OwnFit,
    raw: Mapping[str, Raw],
    errors: Sequence[FieldError] = (),
) -> Page:
    """The confirmation. Raises MoveRefused where there is nothing to accept any more."""
    if not FIT.may(own.status, FitAction.CHOOSE):
        FIT.after(own.status, FitAction.ACCEPT)
    path = f"{base_of(body)}/{own.side.fit_id}"
    context = {
        "org": body,
        "back_href": path,
        "path": path,
        "view": await view_of(db, actor, own),
        "side": own.side,
    }
    return form_page(
        request, "cofunding/fitting/accept.html", AcceptForm, raw, errors=errors, context=context
    )


@post("/{fit_id:uuid}/accept", opt=SIGNED_IN, guards=[limited(ANSWERING)])
async def accept(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], fit_id: FromPath[uuid.UUID]
) -> Page:
    """Accept, or change who should employ the person."""
    body = acting_in(actor, org)
    may_accept(actor).require()
    own = await queries.get_own(db, actor, fit_id)
    bound = await bind_request(request, AcceptForm)
    if bound.form is None:
        return await accept_page(request, db, actor, body, own, bound.raw, bound.errors)
    employs = Employs(bound.form.employs)
    side = await commands.accept_fit(db, actor, fit_id=fit_id, employs=employs)
    waits = side.status == "proposed"
    flash(
        request,
        "You accepted. We tell you when the others have." if waits else "All have accepted.",
    )
    return see_other(f"{base_of(body)}/{fit_id}")


@get("/{fit_id:uuid}/decline", opt=SIGNED_IN)
async def show_decline(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], fit_id: FromPath[uuid.UUID]
) -> Page:
    """Ask why, and whether never again; it cannot be undone."""
    body = acting_in(actor, org)
    may_answer(actor).require()
    own = await queries.get_own(db, actor, fit_id)
    return decline_page(request, body, own, {})


def decline_page(
    request: AnyRequest,
    body: ActingFor,
    own: OwnFit,
    raw: Mapping[str, Raw],
    errors: Sequence[FieldError] = (),
) -> Page:
    """The confirmation. Raises MoveRefused where there is nothing to decline any more."""
    FIT.after(own.status, FitAction.DECLINE)
    path = f"{base_of(body)}/{own.side.fit_id}"
    context = {"org": body, "back_href": path, "path": path, "own": own}
    return form_page(
        request, "cofunding/fitting/decline.html", DeclineForm, raw, errors=errors, context=context
    )


@post("/{fit_id:uuid}/decline", opt=SIGNED_IN, guards=[limited(ANSWERING)])
async def decline(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], fit_id: FromPath[uuid.UUID]
) -> Page:
    """Decline with a reason that stays with the body."""
    body = acting_in(actor, org)
    may_answer(actor).require()
    own = await queries.get_own(db, actor, fit_id)
    bound = await bind_request(request, DeclineForm)
    if bound.form is None:
        return decline_page(request, body, own, bound.raw, bound.errors)
    form = bound.form
    await commands.decline_fit(
        db, actor, fit_id=fit_id, reason=form.reason, never_again=form.never_again
    )
    flash(request, "You declined. The others learn that it will not come about, but not why.")
    return see_other(base_of(body))


@post("/{fit_id:uuid}/draft", opt=SIGNED_IN, guards=[limited(ANSWERING)])
async def draft(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], fit_id: FromPath[uuid.UUID]
) -> Page:
    """Make the draft of the joint post and go on with writing it."""
    body = acting_in(actor, org)
    may_answer(actor).require()
    slug = await commands.draft_joint_post(db, actor, fit_id=fit_id)
    flash(request, "The draft is made from your posts. Check it, and work out what it costs.")
    return see_other(f"/org/{body.slug}/posts/{slug}")


@post("/{fit_id:uuid}/pledge", opt=SIGNED_IN, guards=[limited(ANSWERING)])
async def confirm(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], fit_id: FromPath[uuid.UUID]
) -> Page:
    """Pledge the days of one's own need to the joint post, as an interest."""
    acting_in(actor, org)
    may_answer(actor).require()
    slug, _ = await commands.confirm_pledge(db, actor, fit_id=fit_id)
    flash(request, "Your days are pledged as an interest. You can change the pledge here.")
    return see_other(f"/opportunities/{slug}/funding")
