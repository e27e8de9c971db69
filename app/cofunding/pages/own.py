"""Pages below an organisation: its pledges with their history, and opening a split again."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Response, Router, get, post
from litestar.params import FromPath

from app.cofunding import commands, queries
from app.cofunding.changes import amount_in_words
from app.cofunding.domain import STATUS_NAMES, PledgeAction
from app.cofunding.forms import ReasonForm
from app.cofunding.pages.board import AnyRequest, Db, Who
from app.cofunding.permissions import may_see_money
from app.cofunding.presenting import changes_table, moved_table
from app.cofunding.queries import PledgeMove
from app.core.actor import SIGNED_IN, Actor, acting_in
from app.core.fields import FieldError, Raw
from app.core.form_pages import PRIVATE, bind_request, form_page, see_other
from app.core.limits import Limit, limited
from app.core.paging import part_of
from app.core.web import flash, render
from app.costsharing.splits import queries as splits
from app.costsharing.splits.domain import COST_SPLIT, SplitAction, SplitStatus
from app.costsharing.splits.models import CostSplit
from app.costsharing.splits.permissions import may_reopen

Page = Response[Any]

REOPENING: Final = Limit("funding-reopen", 20, 3600)
MOVE_NAMES: Final[Mapping[str, str]] = {
    PledgeAction.MAKE: "Pledged",
    PledgeAction.CHANGE: "Changed",
    PledgeAction.RAISE: "Agreed in principle",
    PledgeAction.LOWER: "Set to an interest",
    PledgeAction.APPROVE: "Approved by finance",
    PledgeAction.SET_BACK: "Set back to in principle",
    PledgeAction.WITHDRAW: "Withdrawn",
    PledgeAction.LAPSE: "Lapsed",
    PledgeAction.FREEZE: "Taken into the cost split",
    PledgeAction.REOPEN: "Opened again",
    PledgeAction.RELEASE: "Not taken up",
}


@get("/", opt=SIGNED_IN)
async def list_pledges(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """The pledges of the organisation: those that stand, or those that ended."""
    own = acting_in(actor, org)
    may_see_money(actor).require()
    ended = request.query_params.get("show") == "ended"
    part = part_of(request.query_params)
    found = await queries.list_own_pledges(db, actor, part, standing=not ended)
    context = {
        "org": own,
        "found": found,
        "ended": ended,
        "names": {status.value: name for status, name in STATUS_NAMES.items()},
        "says": amount_in_words,
        "links": found.links(f"/org/{org}/pledges", {"show": "ended"} if ended else {}),
    }
    return render(request, "cofunding/pledges.html", context, headers=PRIVATE)


@get("/{pledge_id:uuid}", opt=SIGNED_IN)
async def show_own_pledge(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    pledge_id: FromPath[uuid.UUID],
) -> Page:
    """One pledge of the organisation with all that happened to it."""
    own = acting_in(actor, org)
    may_see_money(actor).require()
    pledge, line = await queries.get_own_pledge(db, actor, pledge_id)
    part = part_of(request.query_params)
    found = await queries.list_pledge_moves(db, actor, pledge.id, part)
    context = {
        "org": own,
        "line": line,
        "status_name": STATUS_NAMES[line.status],
        "amount": amount_in_words(line.terms.basis, line.terms.amount),
        "moves": [move_view(move, number) for number, move in enumerate(found.items)],
        "links": found.links(f"/org/{org}/pledges/{pledge.id}", {}),
    }
    return render(request, "cofunding/own_pledge.html", context, headers=PRIVATE)


def move_view(move: PledgeMove, number: int) -> dict[str, Any]:
    """A move as the timeline shows it, with its tables."""
    before = {int(year): pence for year, pence in move.figures.get("before", {}).items()}
    after = {int(year): pence for year, pence in move.figures.get("after", {}).items()}
    return {
        "name": MOVE_NAMES[move.action],
        "at": move.at,
        "by": move.by,
        "reason": move.reason,
        "changes": changes_table(move.changes, f"changes-{number}"),
        "figures": moved_table(before, after, f"figures-{number}"),
    }


router = Router(
    path="/org/{org:str}/pledges",
    route_handlers=[list_pledges, show_own_pledge],
    include_in_schema=False,
)


@get("/{reference:str}/reopen", opt=SIGNED_IN)
async def show_reopening(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], reference: FromPath[str]
) -> Page:
    """Ask whether to open the funding again, and why."""
    acting_in(actor, org)
    split = await splits.get_split(db, actor, reference)
    return reopening_page(request, actor, split, {})


def reopening_page(
    request: AnyRequest,
    actor: Actor,
    split: CostSplit,
    raw: Mapping[str, Raw],
    errors: Sequence[FieldError] = (),
) -> Page:
    """The confirmation. Raises Refused, MoveRefused where it is open already."""
    may_reopen(actor, split).require()
    COST_SPLIT.after(SplitStatus(split.status), SplitAction.REOPEN)
    context = {"split": split, "org": actor.acting_for}
    return form_page(
        request, "cofunding/reopen.html", ReasonForm, raw, errors=errors, context=context
    )


@post("/{reference:str}/reopen", opt=SIGNED_IN, guards=[limited(REOPENING)])
async def reopen(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], reference: FromPath[str]
) -> Page:
    """Open the funding of the split's post again; its version stays as it is."""
    acting_in(actor, org)
    split = await splits.get_split(db, actor, reference)
    bound = await bind_request(request, ReasonForm)
    if bound.form is None:
        return reopening_page(request, actor, split, bound.raw, bound.errors)
    post_slug = await queries.get_slug_of_split(db, split.id)
    await commands.reopen_funding(db, actor, slug=post_slug, reason=bound.form.reason)
    flash(request, "The funding is open again.")
    return see_other(f"/opportunities/{post_slug}/funding")


split_router = Router(
    path="/org/{org:str}/cost-splits",
    route_handlers=[show_reopening, reopen],
    include_in_schema=False,
)
