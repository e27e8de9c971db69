"""Pages of a post's funding: who stands where, what it costs, what if, and closing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from litestar import Response, Router, get, post
from litestar.params import FromPath, FromQuery

from app.cofunding import commands
from app.cofunding.commands.closing import closing_figures, firm_of
from app.cofunding.domain import (
    FundingStatus,
    Offer,
    PledgeBasis,
    PledgeStatus,
    funding_is_over,
    no_such_pledge,
    read_exact,
)
from app.cofunding.figures import ByYear, Reckoning, reckon, why_not
from app.cofunding.forms import CloseForm, ReasonForm, WhatIfForm, amount_of, raw_of
from app.cofunding.pages.board import AnyRequest, Board, Db, Who, load_board
from app.cofunding.permissions import may_change, may_close, may_pledge, may_see_money, may_withdraw
from app.cofunding.presenting import bar_of, cost_table, facts_of, public_facts, years_table
from app.cofunding.queries import PledgeLine, get_split_reference
from app.cofunding.vat import UNDECIDED, VatDecision
from app.core.actor import SIGNED_IN, Actor
from app.core.clock import london_today
from app.core.errors import DomainError, NotFound, Refused, RuleBroken
from app.core.fields import FieldError, Raw
from app.core.form_pages import PRIVATE, bind_request, errors_of, form_page, see_other
from app.core.forms import bind, posted_of
from app.core.limits import Limit, limited
from app.core.text import whole_number
from app.core.web import flash, render
from app.costsharing import engine
from app.costsharing.presenting.flags import flag_views
from app.costsharing.presenting.working import turns_of, working_page
from app.costsharing.splits.permissions import may_freeze

Page = Response[Any]

UNDECIDED_YET: Final[Mapping[str, Raw]] = {"vat": UNDECIDED}
VAT_FIELDS: Final = {"vat-reason": "vat_reason", "vat-not-registered": "vat"}
CLOSING: Final = Limit("funding-close", 20, 3600)
MY_OFFER, OTHER_OFFER = "your-organisation", "one-more-partner"


@get("/", opt=SIGNED_IN)
async def show_funding(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """How far the post is funded; for its employer and the bodies that pledged also by whom."""
    may_see_money(actor).require()
    board = await load_board(db, actor, slug)
    made = board.reckon()
    figures = made if isinstance(made, Reckoning) and board.is_insider else None
    reference = ""
    if board.is_insider and board.post.cost_split_id is not None:
        reference = await get_split_reference(db, board.post.cost_split_id)
    funded = board.funded
    say = facts_of if board.is_insider else public_facts
    context = {
        "board": board,
        "post": board.post,
        "funded": funded,
        "bar": bar_of(funded),
        "facts": say(funded, is_closed=board.post.status is FundingStatus.CLOSED),
        "trouble": made if isinstance(made, str) else "",
        "figures": figures,
        "years": years_table(figures, board.names, "What each organisation pays")
        if figures
        else None,
        "own_cost": own_cost_of(board, figures),
        "reference": reference,
        **rights_of(board, actor),
    }
    return render(request, "cofunding/funding.html", context, headers=PRIVATE)


def rights_of(board: Board, actor: Actor) -> dict[str, Any]:
    """What the actor may do here: which buttons the page has."""
    is_open = board.post.status is FundingStatus.OPEN
    own = board.own
    may_pledge_here = own is None and board.post.is_open and is_open
    return {
        "is_open": is_open,
        "can_pledge": may_pledge_here and bool(may_pledge(actor, board.post.employer_id)),
        "can_change": is_open and own is not None and bool(may_change(actor, own.pledge)),
        "can_withdraw": is_open and own is not None and bool(may_withdraw(actor, own.pledge)),
        "can_close": is_open and bool(may_close(actor, board.post.employer_id)),
    }


def own_cost_of(board: Board, figures: Reckoning | None) -> Any:
    """What it costs the body acted for today, and after one more partner joins."""
    own = actor_slug(board)
    if figures is None or own not in figures.by_body:
        return None
    columns: list[tuple[str, ByYear]] = [("Today", figures.by_body[own])]
    note = ""
    left = board.funded.left
    if left > 0 and board.post.status is FundingStatus.OPEN:
        joins = min(board.funded.wanted or left, Fraction(1))
        more = Offer(OTHER_OFFER, "One more partner", PledgeBasis.DAYS, joins)
        then = why_not(board.post.costed, [*board.offers(), more])
        if isinstance(then, Reckoning):
            columns.append(("With one more partner", then.by_body[own]))
            note = "One more partner is reckoned with a day a week, or with what is wanted of it."
    return cost_table(columns, "What it costs your organisation", "own-cost", note)


def actor_slug(board: Board) -> str:
    """The slug of the body acted for."""
    own = board.actor.acting_for
    return own.slug if own else ""


@get("/working", opt=SIGNED_IN)
async def show_working(
    request: AnyRequest, db: Db, actor: Who, slug: FromPath[str], page: FromQuery[str] = ""
) -> Page:
    """Every figure at today's pledges, to be followed by hand; for employer and parties."""
    may_see_money(actor).require()
    board = await load_board(db, actor, slug)
    made = board.reckon()
    if not board.is_insider or isinstance(made, str):
        raise no_such_pledge()
    shown = working_page(made.costing, whole_number(page, 4))
    address = f"/opportunities/{slug}/funding/working?page="
    context = {
        "post": board.post,
        "view": shown,
        "turns": turns_of(shown, address),
        "page_address": address,
        "sha256": made.sha256,
    }
    return render(request, "cofunding/working.html", context, headers=PRIVATE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What it would cost the body acted for, and what the employer would be left with."""

    table: Any
    total: str


@get("/what-if", opt=SIGNED_IN)
async def show_what_if(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """What it would cost, without saving anything; the answers stand in the address."""
    may_see_money(actor).require()
    board = await load_board(db, actor, slug)
    if board.is_employer:
        raise no_such_pledge()
    own = board.own
    asked: Mapping[str, Raw] = {"other": "none"}
    if own is not None:
        asked = {k: v for k, v in raw_of(own.terms, in_principle=True).items() if k in _KEPT}
        asked = {**asked, "other": "none"}
    errors: Sequence[FieldError] = ()
    answer = None
    sent = posted_of(request.query_params.multi_items())
    if sent:
        bound = bind(sent, WhatIfForm)
        asked, errors = bound.raw, bound.errors
        if bound.form is not None:
            answer, errors = answer_of(board, bound.form)
    context = {
        "board": board,
        "post": board.post,
        "answer": answer,
        "trouble": "" if board.post.costed else why_not(None, []),
    }
    return form_page(
        request, "cofunding/what_if.html", WhatIfForm, asked, errors=errors, context=context
    )


_KEPT: Final = frozenset({"basis", "days", "percent", "sum"})


def answer_of(board: Board, form: WhatIfForm) -> tuple[Answer | None, Sequence[FieldError]]:
    """The cost of what was asked, before and after one more partner, or what is wrong with it."""
    post = board.post.costed
    if post is None:
        return None, ()
    basis, amount = amount_of(form.basis, form.days, form.percent, form.sum)
    ceiling = board.own.offer.ceiling if board.own else None
    mine = Offer(MY_OFFER, "Your organisation", basis, read_exact(amount), ceiling)
    others = board.offers(without_own=True)
    before, wrong = _reckon(post, [*others, mine], form.basis)
    if before is None:
        return None, wrong
    columns: list[tuple[str, ByYear]] = [("At today’s pledges", before.by_body[MY_OFFER])]
    if form.other != "none":
        basis, amount = amount_of(form.other, form.other_days, form.other_percent, form.other_sum)
        more = Offer(OTHER_OFFER, "One more partner", basis, read_exact(amount))
        after, wrong = _reckon(post, [*others, mine, more], f"other_{form.other}")
        if after is None:
            return None, wrong
        columns.append(("With one more partner", after.by_body[MY_OFFER]))
    table = cost_table(columns, "What it would cost your organisation")
    return Answer(table, engine.sterling(before.total_of(MY_OFFER))), ()


def _reckon(
    post: Any, offers: Sequence[Offer], field: str
) -> tuple[Reckoning | None, Sequence[FieldError]]:
    try:
        return reckon(post, offers), ()
    except RuleBroken as error:
        return None, [FieldError(field, error.message)]
    except engine.InputFaults as faults:
        return None, [FieldError(field, faults.faults[0].message)]


@get("/close", opt=SIGNED_IN)
async def show_closing(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """All figures that closing would fix, who is taken in and who is not."""
    board = await load_board(db, actor, slug)
    return closing_page(request, actor, board)


def closing_page(
    request: AnyRequest,
    actor: Actor,
    board: Board,
    raw: Mapping[str, Raw] = UNDECIDED_YET,
    errors: Sequence[FieldError] = (),
) -> Page:
    """The confirmation, or what stands in the way. Raises Refused, MoveRefused."""
    may_close(actor, board.post.employer_id).require()
    if board.post.status is not FundingStatus.OPEN:
        raise funding_is_over(board.post.status)
    counting = [line for line in board.counting if not _has_ended(line)]
    taken = firm_of(counting)
    trouble, figures = "", None
    try:
        figures = closing_figures(board.post.costed, counting)
    except RuleBroken as refusal:
        trouble = refusal.message
    names = [board.names[0], *((line.body, line.name) for line in taken)]
    stands = {stand.body: stand for stand in board.stands}
    context = {
        "board": board,
        "post": board.post,
        "taken": [stands[line.body] for line in taken],
        "left": [stands[line.body] for line in board.counting if line not in taken],
        "trouble": trouble,
        "figures": figures,
        "total": engine.sterling(figures.costing.total) if figures else "",
        "years": years_table(figures, names, "What each organisation would pay")
        if figures
        else None,
        "flags": flag_views(figures.costing) if figures else (),
        "conditions": [s for s in (stands[x.body] for x in taken) if s.terms.conditions],
    }
    shown = {**raw, "seen": figures.sha256 if figures else ""}
    return form_page(
        request, "cofunding/close.html", CloseForm, shown, errors=errors, context=context
    )


def _has_ended(line: PledgeLine) -> bool:
    return line.terms.ends_on is not None and line.terms.ends_on < london_today()


@post("/close", opt=SIGNED_IN, guards=[limited(CLOSING)])
async def close(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """Freeze the approved pledges into a cost split at the figures that were shown."""
    board = await load_board(db, actor, slug)
    bound = await bind_request(request, CloseForm)
    if bound.form is None:
        return closing_page(request, actor, board, bound.raw, bound.errors)
    vat = VatDecision(bound.form.vat or UNDECIDED, bound.form.vat_reason or "")
    try:
        async with db.begin_nested():
            split = await commands.close_funding(
                db, actor, slug=slug, seen_sha256=bound.form.seen, vat=vat
            )
            reference = split.reference
    except (NotFound, Refused):
        raise
    except DomainError as error:
        again = await load_board(db, actor, slug)
        return closing_page(request, actor, again, bound.raw, errors_of(error, VAT_FIELDS))
    flash(request, "The funding is closed. The draft agreement is being made.")
    return see_other(f"/org/{actor_slug(board)}/cost-splits/{reference}")


@get("/{pledger:str}/turn-down", opt=SIGNED_IN)
async def show_turn_down(
    request: AnyRequest, db: Db, actor: Who, slug: FromPath[str], pledger: FromPath[str]
) -> Page:
    """Ask whether the employer does not take up a pledge, which cannot be undone."""
    board = await load_board(db, actor, slug)
    return turn_down_page(request, actor, board, pledger, {})


def turn_down_page(
    request: AnyRequest,
    actor: Actor,
    board: Board,
    body: str,
    raw: Mapping[str, Raw],
    errors: Sequence[FieldError] = (),
) -> Page:
    """The confirmation. Raises NotFound, Refused, MoveRefused."""
    may_freeze(actor, board.post.employer_id).require()
    if board.post.status is not FundingStatus.OPEN:
        raise funding_is_over(board.post.status)
    stand = next((one for one in board.stands if one.body == body), None)
    if stand is None or stand.status is PledgeStatus.FROZEN:
        raise no_such_pledge()
    context = {"board": board, "post": board.post, "stand": stand}
    return form_page(
        request, "cofunding/turn_down.html", ReasonForm, raw, errors=errors, context=context
    )


@post("/{pledger:str}/turn-down", opt=SIGNED_IN, guards=[limited(CLOSING)])
async def turn_down(
    request: AnyRequest, db: Db, actor: Who, slug: FromPath[str], pledger: FromPath[str]
) -> Page:
    """Do not take up a pledge, with the reason that its body is told."""
    board = await load_board(db, actor, slug)
    bound = await bind_request(request, ReasonForm)
    if bound.form is None:
        return turn_down_page(request, actor, board, pledger, bound.raw, bound.errors)
    await commands.turn_down_pledge(db, actor, slug=slug, body=pledger, reason=bound.form.reason)
    flash(request, "The pledge is not taken up. We have told the organisation.")
    return see_other(f"/opportunities/{slug}/funding")


router = Router(
    path="/opportunities/{slug:str}/funding",
    route_handlers=[
        show_funding,
        show_working,
        show_what_if,
        show_closing,
        close,
        show_turn_down,
        turn_down,
    ],
    include_in_schema=False,
)
