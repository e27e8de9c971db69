"""What a body does with its pledge: make, change, withdraw; and what finance decides on it."""

import uuid
from datetime import date
from decimal import Decimal

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding import queries
from app.cofunding.changes import PledgeTerms, Wanted, amount_in_words, pledge_changes
from app.cofunding.commands.book import Book, move, open_book, record_for_both, settle, write_down
from app.cofunding.commands.telling import News, shortened, tell
from app.cofunding.domain import (
    PLEDGE,
    Offer,
    PledgeAction,
    PledgeStatus,
    PostToShare,
    figures_changed,
    no_such_pledge,
    pledge_changed,
    read_exact,
    refuse_unsound_amount,
    to_sharing,
)
from app.cofunding.figures import Reckoning, reckon, why_not
from app.cofunding.models import Pledge
from app.cofunding.permissions import (
    may_approve,
    may_change,
    may_pledge,
    may_turn_down,
    may_withdraw,
)
from app.cofunding.queries import PledgeLine, SharedPost
from app.core.actor import Actor
from app.core.clock import london_today
from app.core.errors import RuleBroken
from app.core.permissions import Duty
from app.costsharing import engine
from app.organisations.queries import limit_of

UNPRICED = date(2000, 4, 1)


async def make_pledge(
    db: AsyncSession, actor: Actor, *, slug: str, wanted: Wanted, seen: int = 0
) -> Pledge:
    """Make the pledge of the body acted for, or change the one that stands.

    `seen` is the version of the pledge when the page was opened, 0 without one. Raises NotFound,
    Refused, MoveRefused once the funding is closed, RuleBroken for what cannot be pledged or is
    more than is left, Stale where a colleague changed it in the meantime. Approvals of others
    that rest on other figures now are set back, and so is the body's own.
    """
    post, book = await open_book(db, actor, slug)
    own = book.own(actor)
    (may_change(actor, own.pledge) if own else may_pledge(actor, post.employer_id)).require()
    book.require_open()
    if own is not None and _says_already(own, wanted):
        return own.pledge
    if own is None and not post.is_open:
        raise RuleBroken("post-not-open", "This post is no longer open, so it takes no new pledge.")
    if (own.pledge.version if own else 0) != seen:
        raise pledge_changed()
    _refuse_what_does_not_fit(book, own, wanted.terms)
    if own is None:
        pledge = await _insert(db, actor, book, wanted)
    else:
        pledge = await _update(db, actor, own.pledge, wanted)
    await _tell_of_change(db, actor, book, pledge, own.terms if own else None)
    cause = f"{_body(actor)} {'changed its pledge to' if own else 'pledged'} {_says(wanted.terms)}."
    await settle(db, actor, book, cause=cause, but_not=pledge.id)
    return pledge


def _says_already(own: PledgeLine, wanted: Wanted) -> bool:
    firm = own.status is not PledgeStatus.INTEREST
    return own.terms == wanted.terms and firm == wanted.in_principle


def _refuse_what_does_not_fit(book: Book, own: PledgeLine | None, terms: PledgeTerms) -> None:
    """Raise RuleBroken for what is no pledge, for too many days, and for sums above the cost.

    A body that has not pledged cannot see the others' pledges; the funding holds them without
    names, which is all that the sum needs.
    """
    offer = _offer_of(terms)
    refuse_unsound_amount(offer)
    _refuse_ended(terms)
    others = list(queries.offers_of(book.funding))
    if own is not None:
        mine = (own.offer.basis, own.offer.amount, own.offer.ceiling)
        same = next((x for x in others if (x.basis, x.amount, x.ceiling) == mine), None)
        others = [x for x in others if x is not same]
    week, costed = queries.week_of(book.funding), book.costed
    to_sharing([*others, offer], PostToShare("employer", "Employer", week, UNPRICED))
    if costed is None or isinstance(why_not(costed, others), str):
        return
    try:
        reckon(costed, [*others, offer])
    except engine.InputFaults as faults:
        raise RuleBroken("sum-above-cost", faults.faults[0].message) from faults


def _refuse_ended(terms: PledgeTerms) -> None:
    if terms.ends_on is not None and terms.ends_on < london_today():
        raise RuleBroken("ended-already", "The day until which the pledge counts has passed.")


def _offer_of(terms: PledgeTerms) -> Offer:
    ceiling = None if terms.ceiling is None else int(terms.ceiling * 100)
    return Offer("own", "Your organisation", terms.basis, read_exact(terms.amount), ceiling)


async def _insert(db: AsyncSession, actor: Actor, book: Book, wanted: Wanted) -> Pledge:
    person_id, organisation_id = _who(actor)
    pledge = Pledge(
        funding_id=book.funding.id,
        organisation_id=organisation_id,
        employer_id=book.funding.employer_id,
        status=PLEDGE.start,
        version=1,
        made_by_id=person_id,
        changed_by_id=person_id,
        **_columns(wanted.terms),
    )
    db.add(pledge)
    await db.flush()
    write_down(db, actor, pledge, None, PledgeAction.MAKE)
    if wanted.in_principle:
        move(db, actor, pledge, PledgeAction.RAISE)
    await db.flush()
    # From here on the body is a party: it sees the pledges of the others.
    book.funding.party_ids = [*book.funding.party_ids, organisation_id]
    book.funding.body_ids = list(dict.fromkeys([*book.funding.body_ids, organisation_id]))
    await db.flush()
    await record_for_both(db, actor, "pledge.made", pledge, {"basis": pledge.basis})
    return pledge


async def _update(db: AsyncSession, actor: Actor, pledge: Pledge, wanted: Wanted) -> Pledge:
    changes = pledge_changes(queries.pledge_terms(pledge), wanted.terms)
    if pledge.status == PledgeStatus.APPROVED and (changes or not wanted.in_principle):
        move(db, actor, pledge, PledgeAction.SET_BACK, reason="The pledge itself was changed.")
    if changes:
        for name, value in _columns(wanted.terms).items():
            setattr(pledge, name, value)
        pledge.changed_by_id, _ = _who(actor)
        move(db, actor, pledge, PledgeAction.CHANGE, changes=changes)
    is_interest = pledge.status == PledgeStatus.INTEREST
    if is_interest is wanted.in_principle:
        move(db, actor, pledge, PledgeAction.RAISE if is_interest else PledgeAction.LOWER)
    await db.flush()
    await record_for_both(db, actor, "pledge.changed", pledge, {"basis": pledge.basis})
    return pledge


def _columns(terms: PledgeTerms) -> dict[str, str | Decimal | date | None]:
    return {
        "basis": terms.basis,
        "amount": terms.amount,
        "ceiling": terms.ceiling,
        "conditions": terms.conditions,
        "ends_on": terms.ends_on,
    }


async def _tell_of_change(
    db: AsyncSession, actor: Actor, book: Book, pledge: Pledge, before: PledgeTerms | None
) -> None:
    terms, title = queries.pledge_terms(pledge), book.funding.title
    changes = pledge_changes(before, terms) if before else ()
    verb = "changed its pledge" if before else "pledged"
    await tell(
        db,
        book.funding.employer_id,
        News(
            f"{shortened(_body(actor))} {verb}: {shortened(title)[:60]}",
            [f"{_body(actor)} {verb} for “{title}”: {_says(terms)}."],
            f"/opportunities/{book.funding.slug}/funding",
            "See how the post is funded",
            changes,
        ),
        from_name=_body(actor),
    )
    if pledge.status == PledgeStatus.IN_PRINCIPLE:
        await tell(
            db,
            pledge.organisation_id,
            News(
                f"A pledge waits for finance: {shortened(title)}",
                [
                    f"Your organisation pledges {_says(terms)} for “{title}”, in principle.",
                    "A finance officer who did not make or change it can approve it.",
                ],
                f"/opportunities/{book.funding.slug}/pledge/approve",
                "Look at the figures",
                changes,
            ),
            duties=[Duty.FINANCE_OFFICER],
            but_not=actor.person_id,
        )


async def withdraw_pledge(
    db: AsyncSession, actor: Actor, *, slug: str, reason: str | None = None
) -> Pledge:
    """Take back the pledge of the body acted for. Raises NotFound, Refused, MoveRefused."""
    _, book = await open_book(db, actor, slug)
    line = _own_line(book, actor)
    may_withdraw(actor, line.pledge).require()
    book.require_open()
    move(db, actor, line.pledge, PledgeAction.WITHDRAW, reason=reason)
    await record_for_both(db, actor, "pledge.withdrawn", line.pledge)
    cause = f"{_body(actor)} withdrew its pledge of {_says(line.terms)}."
    await tell(
        db,
        book.funding.employer_id,
        News(
            f"{shortened(_body(actor))} withdrew its pledge: {shortened(book.funding.title)[:60]}",
            [cause, *([f"Its reason: {reason}"] if reason else [])],
            f"/opportunities/{book.funding.slug}/funding",
            "See how the post is funded",
        ),
        from_name=_body(actor),
    )
    await settle(db, actor, book, cause=cause)
    return line.pledge


async def turn_down_pledge(
    db: AsyncSession, actor: Actor, *, slug: str, body: str, reason: str
) -> Pledge:
    """Say for the employer that a body's pledge is not taken up. Raises NotFound, Refused."""
    _, book = await open_book(db, actor, slug)
    may_turn_down(actor, book.funding).require()
    book.require_open()
    line = next((x for x in book.counting if x.body == body), None)
    if line is None:
        raise no_such_pledge()
    move(db, actor, line.pledge, PledgeAction.RELEASE, reason=reason)
    await record_for_both(db, actor, "pledge.turned_down", line.pledge)
    await tell(
        db,
        line.pledge.organisation_id,
        News(
            f"Your pledge is not taken up: {shortened(book.funding.title)}",
            [
                f"{_body(actor)} does not take up your organisation’s pledge of "
                f"{_says(line.terms)} for “{book.funding.title}”.",
                f"Its reason: {reason}",
            ],
            f"/org/{line.body}/pledges/{line.pledge.id}",
        ),
        from_name=_body(actor),
    )
    cause = f"{_body(actor)} does not take up the pledge of {line.name} ({_says(line.terms)})."
    await settle(db, actor, book, cause=cause)
    return line.pledge


async def approve_pledge(db: AsyncSession, actor: Actor, *, slug: str, seen_sha256: str) -> Pledge:
    """Approve the pledge of the body acted for, at the figures that the officer was shown.

    `seen_sha256` is the hash of the inputs on the page. Raises NotFound, Refused (also above the
    body's own limit), MoveRefused, RuleBroken while there are no figures, Stale where anything
    that the figures come from has changed since.
    """
    post, book = await open_book(db, actor, slug)
    line = _own_line(book, actor)
    may_approve(actor, line.pledge).require()
    actor.may_commit("approve this pledge").require()
    book.require_open()
    PLEDGE.after(line.status, PledgeAction.APPROVE)
    _refuse_ended(line.terms)
    made = book.reckon()
    if isinstance(made, str):
        raise RuleBroken("no-figures", made)
    if made.sha256 != seen_sha256:
        raise figures_changed()
    await _require_within_limit(db, actor, post, made.total_of(line.body))
    line.pledge.approved_at = func.now()
    line.pledge.approved_by_id = actor.person_id
    line.pledge.approved_figures = {
        "years": {str(year): pence for year, pence in made.by_body[line.body].items()},
        "inputs_sha256": made.sha256,
        "terms": queries.terms_of(book.funding).plain(),
    }
    move(db, actor, line.pledge, PledgeAction.APPROVE, after=made.by_body[line.body])
    facts = {"inputs_sha256": made.sha256, "pence": made.total_of(line.body)}
    await record_for_both(db, actor, "pledge.approved", line.pledge, facts)
    await _tell_of_approval(db, actor, book, line, made)
    await settle(db, actor, book, cause=f"{_body(actor)} approved its pledge.")
    return line.pledge


async def _require_within_limit(
    db: AsyncSession, actor: Actor, post: SharedPost, pence: int
) -> None:
    """The whole cost over the term must be within what a finance officer may commit."""
    _, organisation_id = _who(actor)
    limit = await limit_of(db, organisation_id, Duty.FINANCE_OFFICER)
    if limit is not None and pence > int(limit * 100):
        raise RuleBroken(
            "above-limit",
            f"This comes to {engine.sterling(pence)} over the term of “{post.title}”, more than "
            f"the {engine.sterling(int(limit * 100))} that a finance officer of your organisation "
            "may approve. Ask an administrator about the limit, or lower the pledge.",
        )


async def _tell_of_approval(
    db: AsyncSession, actor: Actor, book: Book, line: PledgeLine, made: Reckoning
) -> None:
    title = book.funding.title
    await tell(
        db,
        book.funding.employer_id,
        News(
            f"{shortened(_body(actor))} approved its pledge: {shortened(title)[:60]}",
            [f"Finance at {_body(actor)} approved {_says(line.terms)} for “{title}”."],
            f"/opportunities/{book.funding.slug}/funding",
            "See how the post is funded",
        ),
        from_name=_body(actor),
    )
    await tell(
        db,
        line.pledge.organisation_id,
        News(
            f"Your pledge is approved: {shortened(title)}",
            [
                f"{actor.name} approved your organisation’s pledge of {_says(line.terms)} for "
                f"“{title}”: {engine.sterling(made.total_of(line.body))} over the term."
            ],
            f"/opportunities/{book.funding.slug}/funding",
            "See how the post is funded",
        ),
        but_not=actor.person_id,
    )


async def send_back_pledge(db: AsyncSession, actor: Actor, *, slug: str, reason: str) -> Pledge:
    """Refuse, as finance, a pledge in principle or take an approval back, with the reason.

    What was in principle becomes interest, what was approved is in principle again. Raises
    NotFound, Refused, MoveRefused.
    """
    _, book = await open_book(db, actor, slug)
    line = _own_line(book, actor)
    may_approve(actor, line.pledge).require()
    book.require_open()
    is_approved = line.status is PledgeStatus.APPROVED
    action = PledgeAction.SET_BACK if is_approved else PledgeAction.LOWER
    move(db, actor, line.pledge, action, reason=reason)
    await record_for_both(db, actor, "pledge.sent_back", line.pledge)
    now = "in principle again" if is_approved else "only an interest now"
    await tell(
        db,
        line.pledge.organisation_id,
        News(
            f"Finance sent a pledge back: {shortened(book.funding.title)}",
            [
                f"{actor.name} sent back your organisation’s pledge of {_says(line.terms)} for "
                f"“{book.funding.title}”. It is {now}.",
                f"The reason: {reason}",
            ],
            f"/opportunities/{book.funding.slug}/pledge",
            "Change the pledge",
        ),
        but_not=actor.person_id,
    )
    await settle(db, actor, book, cause=f"{_body(actor)} took back its approval.")
    return line.pledge


def _own_line(book: Book, actor: Actor) -> PledgeLine:
    line = book.own(actor)
    if line is None:
        raise no_such_pledge()
    return line


def _who(actor: Actor) -> tuple[uuid.UUID, uuid.UUID]:
    """The person and the body acted for; permissions have made sure that there are both."""
    if actor.person_id is None or actor.organisation_id is None:
        raise no_such_pledge()
    return actor.person_id, actor.organisation_id


def _body(actor: Actor) -> str:
    return actor.acting_for.name if actor.acting_for else "Crossbench"


def _says(terms: PledgeTerms) -> str:
    return amount_in_words(terms.basis, terms.amount)
