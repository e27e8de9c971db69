"""The list of proposals, one of them with its sums, and their working."""

import uuid
from typing import Final

from litestar import get
from litestar.params import FromPath

from app.cofunding.fitting import queries
from app.cofunding.fitting.domain import no_such_fit
from app.cofunding.fitting.forms import FiguresForm
from app.cofunding.fitting.pages.viewing import (
    EMPLOYS_WORDS,
    AnyRequest,
    Db,
    Page,
    Who,
    base_of,
    line_of,
    partner_view,
    sums_of,
    view_of,
)
from app.cofunding.fitting.permissions import may_answer, may_see_fits
from app.cofunding.queries import find_shared_post
from app.core.actor import SIGNED_IN, acting_in
from app.core.form_pages import PRIVATE, form_page
from app.core.paging import part_of
from app.core.text import whole_number
from app.core.web import render
from app.costsharing.presenting.working import turns_of, working_page

WORKING_OF: Final = ("alone", "joint")


@get("/", opt=SIGNED_IN)
async def list_fits(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """Posts of the body that would fit together with others: those that live, or that ended."""
    own = acting_in(actor, org)
    may_see_fits(actor).require()
    ended = request.query_params.get("show") == "ended"
    found = await queries.list_own(db, actor, part_of(request.query_params), live=not ended)
    context = {
        "org": own,
        "found": found,
        "ended": ended,
        "lines": [line_of(one) for one in found.items],
        "links": found.links(base_of(own), {"show": "ended"} if ended else {}),
        "can_answer": bool(may_answer(actor)),
    }
    return render(request, "cofunding/fitting/list.html", context, headers=PRIVATE)


@get("/{fit_id:uuid}", opt=SIGNED_IN)
async def show_fit(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], fit_id: FromPath[uuid.UUID]
) -> Page:
    """One proposal: what fits, what each pays alone and jointly, and the body's answer."""
    body = acting_in(actor, org)
    may_see_fits(actor).require()
    own = await queries.get_own(db, actor, fit_id)
    sums = await sums_of(request, db, body, own)
    joint = None
    if own.side.joint_opportunity_id is not None:
        joint = await find_shared_post(db, actor, own.side.joint_opportunity_id)
    context = {
        "org": body,
        "back_href": base_of(body),
        "path": f"{base_of(body)}/{fit_id}",
        "view": await view_of(db, actor, own),
        "side": own.side,
        "partners": [partner_view(one) for one in own.side.partners],
        "joint": joint,
        "sums": sums,
        "employs": {one.value: text for one, text in EMPLOYS_WORDS.items()},
        "can_answer": bool(may_answer(actor)),
    }
    return form_page(
        request,
        "cofunding/fitting/show.html",
        FiguresForm,
        sums.raw,
        errors=sums.errors,
        context=context,
    )


@get("/{fit_id:uuid}/working", opt=SIGNED_IN)
async def show_working(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], fit_id: FromPath[uuid.UUID]
) -> Page:
    """Every figure of the post alone, or of the joint one, to be followed by hand."""
    body = acting_in(actor, org)
    may_see_fits(actor).require()
    own = await queries.get_own(db, actor, fit_id)
    sums = await sums_of(request, db, body, own)
    of = request.query_params.get("of", "")
    if sums.made is None or of not in WORKING_OF:
        raise no_such_fit()
    page = request.query_params.get("page", "")
    made = sums.made.alone if of == "alone" else sums.made.joint
    shown = working_page(made.costing, whole_number(page, 4))
    back = f"{base_of(body)}/{fit_id}"
    address = f"{back}/working?{sums.query}&of={of}&page="
    context = {
        "org": body,
        "title": own.title,
        "of": of,
        "back": f"{back}?{sums.query}",
        "view": shown,
        "turns": turns_of(shown, address),
        "page_address": address,
    }
    return render(request, "cofunding/fitting/working.html", context, headers=PRIVATE)
