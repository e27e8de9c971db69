"""Pages of a body's own pledge: make or change it, decide on it as finance, take it back."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from litestar import Response, Router, get, post
from litestar.params import FromPath

from app.cofunding import commands
from app.cofunding.domain import (
    PLEDGE,
    FundingStatus,
    PledgeAction,
    PledgeStatus,
    days_in_words,
    days_of,
    funding_is_over,
    no_such_pledge,
)
from app.cofunding.figures import Reckoning
from app.cofunding.forms import DecideForm, PledgeForm, WithdrawForm, raw_of
from app.cofunding.pages.board import AnyRequest, Board, Db, Who, load_board
from app.cofunding.permissions import may_approve, may_change, may_pledge, may_withdraw
from app.cofunding.presenting import cost_table
from app.cofunding.queries import PledgeLine
from app.core.actor import SIGNED_IN, Actor
from app.core.errors import DomainError, NotFound, Refused
from app.core.fields import FieldError, Raw, Setting
from app.core.form_pages import bind_request, errors_of, form_page, see_other
from app.core.limits import Limit, limited
from app.core.permissions import Duty
from app.core.text import whole_number
from app.core.web import flash
from app.costsharing.presenting.flags import flag_views
from app.organisations.queries import limit_of

Page = Response[Any]

# Each pledge writes to the people of two bodies.
PLEDGING: Final = Limit("pledge", 60, 3600)
# Beside which field a refusal belongs; the amount has the name of its basis.
_FIRM: Final = PledgeStatus.IN_PRINCIPLE
OF_AMOUNT: Final = ("over-pledged", "amount-not-above-zero", "amount-too-fine", "sum-above-cost")
OF_FIELDS: Final = {
    "ceiling-below-sum": "ceiling",
    "ceiling-not-above-zero": "ceiling",
    "ended-already": "ends_on",
}


@get("/", opt=SIGNED_IN)
async def show_pledge(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """The form for the pledge of the body acted for, filled in where one stands."""
    board = await load_board(db, actor, slug)
    own = require_may_pledge(board, actor)
    raw: Mapping[str, Raw] = {}
    if own is not None:
        raw = raw_of(own.terms, in_principle=own.status is not PledgeStatus.INTEREST)
    return pledge_page(request, board, raw, own.pledge.version if own else 0)


def require_may_pledge(board: Board, actor: Actor) -> PledgeLine | None:
    """The pledge that stands, if the actor may make or change it. Raises Refused, MoveRefused."""
    own = board.own
    permission = may_change(actor, own.pledge) if own else may_pledge(actor, board.post.employer_id)
    permission.require()
    if board.post.status is not FundingStatus.OPEN:
        raise funding_is_over(board.post.status)
    if own is None and not board.post.is_open:
        raise no_such_pledge()
    return own


def setting_of(board: Board) -> Setting:
    """The words of the form: the post's week, and what of it is left to this body."""
    made, own = board.funded, board.own
    left = made.left + (days_of(own.offer, made.week) if own else 0)
    return Setting(
        words={"week": days_in_words(made.week), "left": days_in_words(max(left, Fraction(0)))}
    )


def pledge_page(
    request: AnyRequest,
    board: Board,
    raw: Mapping[str, Raw],
    version: int,
    errors: Sequence[FieldError] = (),
) -> Page:
    """The form, empty, filled in, or again with what is wrong."""
    made = board.reckon()
    own_cost = None
    if board.own is not None and isinstance(made, Reckoning):
        own_cost = cost_table(
            [("You pay", made.by_body.get(board.own.body, {}))], "What it costs you today"
        )
    context = {"board": board, "post": board.post, "version": version, "own_cost": own_cost}
    return form_page(
        request,
        "cofunding/pledge.html",
        PledgeForm,
        raw,
        setting=setting_of(board),
        errors=errors,
        context=context,
    )


@post("/", opt=SIGNED_IN, guards=[limited(PLEDGING)])
async def save_pledge(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """Make the pledge, or change it; what cannot be pledged is said beside its field."""
    board = await load_board(db, actor, slug)
    require_may_pledge(board, actor)
    bound = await bind_request(request, PledgeForm, setting_of(board))
    seen = await sent_version(request)
    if bound.form is None:
        return pledge_page(request, board, bound.raw, seen, bound.errors)
    try:
        async with db.begin_nested():
            pledge = await commands.make_pledge(
                db, actor, slug=slug, wanted=bound.form.to_wanted(), seen=seen
            )
    except (NotFound, Refused):
        raise
    except DomainError as error:
        fields = {**dict.fromkeys(OF_AMOUNT, bound.form.basis), **OF_FIELDS}
        again = await load_board(db, actor, slug)
        version = again.own.pledge.version if again.own else 0
        return pledge_page(request, again, bound.raw, version, errors_of(error, fields))
    waits = " It waits for your finance officers." if pledge.status == _FIRM else ""
    flash(request, f"Your pledge is saved.{waits}")
    return see_other(f"/opportunities/{slug}/funding")


async def sent_version(request: AnyRequest) -> int:
    """The version that the page had when it was opened; 0 where it says none that can be."""
    return whole_number(str((await request.form()).get("version", "")), 8) or 0


@get("/approve", opt=SIGNED_IN)
async def show_decision(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """The figures of the pledge by year, and the decision of finance on them."""
    board = await load_board(db, actor, slug)
    return await decision_page(request, db, actor, board, {})


async def decision_page(
    request: AnyRequest,
    db: Db,
    actor: Actor,
    board: Board,
    raw: Mapping[str, Raw],
    errors: Sequence[FieldError] = (),
) -> Page:
    """The page of the decision at the figures as they stand now. Raises NotFound, Refused."""
    own = board.own
    if own is None:
        raise no_such_pledge()
    may_approve(actor, own.pledge).require()
    made = board.reckon()
    figures = made if isinstance(made, Reckoning) else None
    limit = await limit_of(db, own.pledge.organisation_id, Duty.FINANCE_OFFICER)
    context = {
        "board": board,
        "post": board.post,
        "own": own,
        "stand": next(stand for stand in board.stands if stand.is_own),
        "trouble": "" if figures else made,
        "figures": figures,
        "cost": None
        if figures is None
        else cost_table([("You pay", figures.by_body[own.body])], "What it costs you by year"),
        "flags": () if figures is None else flag_views(figures.costing),
        "limit": limit,
        "is_open": board.post.status is FundingStatus.OPEN,
        "can_approve": PLEDGE.may(own.status, PledgeAction.APPROVE),
        "can_send_back": PLEDGE.may(own.status, PledgeAction.SET_BACK)
        or PLEDGE.may(own.status, PledgeAction.LOWER),
    }
    shown = {**raw, "seen": figures.sha256 if figures else ""}
    return form_page(
        request, "cofunding/decide.html", DecideForm, shown, errors=errors, context=context
    )


@post("/approve", opt=SIGNED_IN, guards=[limited(PLEDGING)])
async def decide(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """Approve the pledge at the figures that were shown, or send it back with the reason."""
    board = await load_board(db, actor, slug)
    bound = await bind_request(request, DecideForm)
    if bound.form is None:
        return await decision_page(request, db, actor, board, bound.raw, bound.errors)
    form = bound.form
    try:
        async with db.begin_nested():
            if form.decision == "approve":
                await commands.approve_pledge(db, actor, slug=slug, seen_sha256=form.seen)
                flash(request, "You approved the pledge.")
            else:
                reason = form.reason or ""
                await commands.send_back_pledge(db, actor, slug=slug, reason=reason)
                flash(request, "You sent the pledge back.")
    except (NotFound, Refused):
        raise
    except DomainError as error:
        again = await load_board(db, actor, slug)
        return await decision_page(request, db, actor, again, bound.raw, errors_of(error))
    return see_other(f"/opportunities/{slug}/funding")


@get("/withdraw", opt=SIGNED_IN)
async def show_withdrawal(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """Ask whether to take the pledge back, which cannot be undone."""
    board = await load_board(db, actor, slug)
    return withdrawal_page(request, actor, board, {})


def withdrawal_page(
    request: AnyRequest,
    actor: Actor,
    board: Board,
    raw: Mapping[str, Raw],
    errors: Sequence[FieldError] = (),
) -> Page:
    """The confirmation. Raises NotFound, Refused, MoveRefused."""
    own = board.own
    if own is None:
        raise no_such_pledge()
    may_withdraw(actor, own.pledge).require()
    if board.post.status is not FundingStatus.OPEN:
        raise funding_is_over(board.post.status)
    stand = next(stand for stand in board.stands if stand.is_own)
    context = {"board": board, "post": board.post, "stand": stand}
    return form_page(
        request, "cofunding/withdraw.html", WithdrawForm, raw, errors=errors, context=context
    )


@post("/withdraw", opt=SIGNED_IN, guards=[limited(PLEDGING)])
async def withdraw(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """Take the pledge back."""
    board = await load_board(db, actor, slug)
    bound = await bind_request(request, WithdrawForm)
    if bound.form is None:
        return withdrawal_page(request, actor, board, bound.raw, bound.errors)
    pledge = await commands.withdraw_pledge(db, actor, slug=slug, reason=bound.form.reason)
    flash(request, "Your pledge is withdrawn.")
    own = actor.acting_for
    return see_other(f"/org/{own.slug if own else ''}/pledges/{pledge.id}")


router = Router(
    path="/opportunities/{slug:str}/pledge",
    route_handlers=[show_pledge, save_pledge, show_decision, decide, show_withdrawal, withdraw],
    include_in_schema=False,
)
