"""Pledges towards a shared post: their states, and how they become a sharing of its cost. Pure.

Days and percentages are exact fractions of the post's week, money is whole pence.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from app.core.errors import MoveRefused, NotFound, RuleBroken, Stale
from app.core.lifecycle import Lifecycle
from app.costsharing.engine import Pence, pounds

MOST_BODIES: Final = 30
LARGEST_DENOMINATOR: Final = 100
MOST_DECIMALS: Final = 4


class PledgeBasis(StrEnum):
    """What is pledged: days of the post's week, a percentage of the post, or pounds a year."""

    DAYS = "days"
    PERCENT = "percent"
    SUM = "sum"


class PledgeStatus(StrEnum):
    """How firm a pledge is, and how it ended. Everything but the first three is an end.

    `released` pledges were not taken into the split when the funding closed, or their post ended.
    """

    INTEREST = "interest"
    IN_PRINCIPLE = "in_principle"
    APPROVED = "approved"
    FROZEN = "frozen"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    RELEASED = "released"


STATUS_NAMES: Final[dict[PledgeStatus, str]] = {
    PledgeStatus.INTEREST: "Interest",
    PledgeStatus.IN_PRINCIPLE: "In principle",
    PledgeStatus.APPROVED: "Approved by finance",
    PledgeStatus.FROZEN: "In the cost split",
    PledgeStatus.WITHDRAWN: "Withdrawn",
    PledgeStatus.LAPSED: "Lapsed",
    PledgeStatus.RELEASED: "Not taken up",
}

# Pledges that count towards the post, and those that a body still has.
COUNTING: Final = (PledgeStatus.INTEREST, PledgeStatus.IN_PRINCIPLE, PledgeStatus.APPROVED)
STANDING: Final = (*COUNTING, PledgeStatus.FROZEN)


class PledgeAction(StrEnum):
    """What people or the calendar do to a pledge; making it is where its life begins."""

    MAKE = "make"
    CHANGE = "change"
    RAISE = "raise"
    LOWER = "lower"
    APPROVE = "approve"
    SET_BACK = "set_back"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    FREEZE = "freeze"
    REOPEN = "reopen"
    RELEASE = "release"


_S, _A = PledgeStatus, PledgeAction

PLEDGE: Final = Lifecycle(
    "pledge",
    _S.INTEREST,
    {
        (_S.INTEREST, _A.CHANGE): _S.INTEREST,
        (_S.INTEREST, _A.RAISE): _S.IN_PRINCIPLE,
        (_S.INTEREST, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.INTEREST, _A.LAPSE): _S.LAPSED,
        (_S.INTEREST, _A.RELEASE): _S.RELEASED,
        (_S.IN_PRINCIPLE, _A.CHANGE): _S.IN_PRINCIPLE,
        (_S.IN_PRINCIPLE, _A.LOWER): _S.INTEREST,
        (_S.IN_PRINCIPLE, _A.APPROVE): _S.APPROVED,
        (_S.IN_PRINCIPLE, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.IN_PRINCIPLE, _A.LAPSE): _S.LAPSED,
        (_S.IN_PRINCIPLE, _A.RELEASE): _S.RELEASED,
        (_S.APPROVED, _A.SET_BACK): _S.IN_PRINCIPLE,
        (_S.APPROVED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.APPROVED, _A.LAPSE): _S.LAPSED,
        (_S.APPROVED, _A.FREEZE): _S.FROZEN,
        (_S.APPROVED, _A.RELEASE): _S.RELEASED,
        (_S.FROZEN, _A.REOPEN): _S.APPROVED,
    },
)


class FundingStatus(StrEnum):
    """Whether a post takes pledges: open, closed with a cost split, or ended with its post."""

    OPEN = "open"
    CLOSED = "closed"
    ENDED = "ended"


class FundingAction(StrEnum):
    """What moves the funding of a post."""

    CLOSE = "close"
    REOPEN = "reopen"
    END = "end"


FUNDING: Final = Lifecycle(
    "funding",
    FundingStatus.OPEN,
    {
        (FundingStatus.OPEN, FundingAction.CLOSE): FundingStatus.CLOSED,
        (FundingStatus.OPEN, FundingAction.END): FundingStatus.ENDED,
        (FundingStatus.CLOSED, FundingAction.REOPEN): FundingStatus.OPEN,
    },
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A pledge as the split needs it: days a week, percent of the post, or pounds a year.

    `body` is the slug of the pledging body, `ceiling` pence in a financial year.
    """

    body: str
    name: str
    basis: PledgeBasis
    amount: Fraction
    ceiling: Pence | None = None


@dataclass(frozen=True, slots=True)
class PostToShare:
    """The post as the split needs it: its employer, its week in days, its first day."""

    employer: str
    employer_name: str
    week: Fraction
    starts_on: date


@dataclass(frozen=True, slots=True)
class Sharing:
    """The parts of an inputs object that pledges decide, and which id each body has in it.

    `days` are the exact days of the post's week of every body, the employer's remainder included.
    """

    party_ids: Mapping[str, str]
    days: Mapping[str, Fraction]
    parts: Mapping[str, Any]


def to_sharing(pledges: Iterable[Offer], post: PostToShare) -> Sharing:
    """Share a post by days of its week: what each body pledged, and the rest to the employer.

    Sums are fixed contributions a year and take no days; ceilings are caps in a financial year,
    and what a ceiling keeps from its body falls on the employer. The order of pledges changes
    nothing. Raises RuleBroken for a pledge of nothing or less, for more than one pledge of a body
    or one of the employer, for more days than the week has (saying how many too many), and for
    amounts that cannot be written exactly.
    """
    offers = sorted(pledges, key=lambda offer: offer.body)
    refuse_unsound(offers, post)
    days = {offer.body: days_of(offer, post.week) for offer in offers}
    over = sum(days.values(), Fraction(0)) - post.week
    if over > 0:
        raise over_pledged(over, post.week)
    ids = party_ids([post.employer, *days])
    every = {post.employer: -over, **days}
    parts: dict[str, Any] = {
        "parties": [
            {"id": ids[post.employer], "name": post.employer_name, "host": True},
            *({"id": ids[offer.body], "name": offer.name} for offer in offers),
        ],
        "sharing": [
            {
                "from": post.starts_on.isoformat(),
                "basis": "days",
                "weights": {ids[body]: write_exact(part) for body, part in every.items()},
            }
        ],
    }
    fixed = {ids[o.body]: pounds(pence_of(o)) for o in offers if o.basis is PledgeBasis.SUM}
    caps = {ids[o.body]: pounds(o.ceiling) for o in offers if o.ceiling is not None}
    if fixed:
        parts["fixed_contributions"] = fixed
    if caps:
        parts |= {"caps": caps, "cap_overflow": "host"}
    return Sharing(ids, every, parts)


def days_of(offer: Offer, week: Fraction) -> Fraction:
    """The days of the post's week that a pledge takes; a sum takes none.

    >>> days_of(Offer("a", "A", PledgeBasis.PERCENT, Fraction(40)), Fraction(5))
    Fraction(2, 1)
    """
    if offer.basis is PledgeBasis.SUM:
        return Fraction(0)
    if offer.basis is PledgeBasis.DAYS:
        return offer.amount
    return offer.amount * week / 100


def pence_of(offer: Offer) -> Pence:
    """The pence a year of a pledged sum; a sum has no fractions of a penny."""
    return int(offer.amount * 100)


def refuse_unsound(offers: Sequence[Offer], post: PostToShare) -> None:
    """Raise RuleBroken for what no split can be made of, whatever the others pledge."""
    bodies = [offer.body for offer in offers]
    if len(set(bodies)) < len(bodies):
        raise RuleBroken("pledged-twice", "An organisation can have one pledge for a post.")
    if post.employer in bodies:
        raise RuleBroken(
            "own-post",
            "The employer of a post pays what the others leave, so it does not pledge for it.",
        )
    if len(bodies) > MOST_BODIES:
        raise RuleBroken("too-many-bodies", f"At most {MOST_BODIES} organisations can pledge.")
    for offer in offers:
        refuse_unsound_amount(offer)


def refuse_unsound_amount(offer: Offer) -> None:
    """Raise RuleBroken for an amount that is no pledge by itself."""
    if offer.amount <= 0:
        raise RuleBroken("amount-not-above-zero", "A pledge must be more than nothing.")
    if offer.basis is PledgeBasis.SUM:
        if (offer.amount * 100).denominator != 1:
            raise RuleBroken("amount-too-fine", "A sum must not be finer than a penny.")
        if offer.ceiling is not None and offer.ceiling < pence_of(offer):
            raise RuleBroken(
                "ceiling-below-sum", "The most you would pay in a year is less than the sum itself."
            )
    elif not is_fine_enough(offer.amount):
        raise RuleBroken(
            "amount-too-fine",
            f"Use at most {MOST_DECIMALS} decimal places, or a fraction such as 1/3.",
        )
    if offer.ceiling is not None and offer.ceiling <= 0:
        raise RuleBroken("ceiling-not-above-zero", "The most you would pay must be more than £0.")


def is_fine_enough(amount: Fraction) -> bool:
    """Whether an amount is coarse enough for the days of all bodies to be written exactly.

    >>> is_fine_enough(Fraction("2.125")), is_fine_enough(Fraction(1, 3))
    (True, True)
    >>> is_fine_enough(Fraction(1, 10007))
    False
    """
    by_decimals = (amount * 10**MOST_DECIMALS).denominator == 1
    return by_decimals or amount.denominator <= LARGEST_DENOMINATOR


def over_pledged(over: Fraction, week: Fraction) -> RuleBroken:
    """The refusal of more days than there are, with how many too many."""
    return RuleBroken(
        "over-pledged",
        f"With this the pledges come to {days_in_words(week + over)} a week, "
        f"{days_in_words(over)} more than the {days_in_words(week)} of the post. "
        f"Pledge at least {days_in_words(over)} less.",
    )


_EXACT = re.compile(r"\d{1,15}(\.\d{1,12})?(/\d{1,15}(\.\d{1,12})?)?", re.ASCII)


def read_exact(text: str) -> Fraction:
    """An exact number as it is kept: a decimal, or a fraction such as 22.2/37.

    >>> read_exact("2.5"), read_exact("1/3")
    (Fraction(5, 2), Fraction(1, 3))
    """
    top, _, bottom = text.partition("/")
    return Fraction(top) / Fraction(bottom or "1")


def write_exact(number: Fraction) -> str:
    """A number as an inputs object takes it: a decimal where there is one, else a fraction.

    Raises RuleBroken where it would take more digits than inputs may have.

    >>> write_exact(Fraction(5, 2)), write_exact(Fraction(3)), write_exact(Fraction(10, 3))
    ('2.5', '3', '10/3')
    """
    if (number * 10**12).denominator == 1:
        text = _decimal(number, 12)
    else:
        text = f"{number.numerator}/{number.denominator}"
    if not _EXACT.fullmatch(text):
        raise RuleBroken(
            "amount-too-fine",
            "These pledges together are too fine to be written exactly. Use rounder numbers.",
        )
    return text


def _decimal(number: Fraction, places: int) -> str:
    """A number that ends within so many decimal places, without needless noughts."""
    whole, rest = divmod(int(number * 10**places), 10**places)
    return f"{whole}.{rest:0{places}d}".rstrip("0").rstrip(".")


def days_in_words(days: Fraction) -> str:
    """Days for a sentence, exact.

    >>> days_in_words(Fraction(1)), days_in_words(Fraction(5, 2)), days_in_words(Fraction(4, 3))
    ('1 day', '2.5 days', '1 1/3 days')
    >>> days_in_words(Fraction(1, 3)), days_in_words(Fraction(0))
    ('1/3 of a day', '0 days')
    """
    if (days * 10**6).denominator == 1:
        return f"{_decimal(days, 6)} day" if days == 1 else f"{_decimal(days, 6)} days"
    whole, rest = divmod(days, 1)
    part = f"{rest.numerator}/{rest.denominator}"
    return f"{whole} {part} days" if whole else f"{part} of a day"


def party_ids(slugs: Sequence[str]) -> dict[str, str]:
    """A short id for each body, the first one the employer's: letters and digits of its slug.

    The others are named in the order of their slugs, so that who came first changes nothing.

    >>> party_ids(["northshire", "harbour-nhs", "eastmoor"])
    {'northshire': 'NORTHSHIRE', 'eastmoor': 'EASTMOOR', 'harbour-nhs': 'HARBOURNHS'}
    """
    ids: dict[str, str] = {}
    for slug in (slugs[0], *sorted(slugs[1:])):
        stem = re.sub("[^A-Z0-9]", "", slug.upper()) or "BODY"
        number = 1
        name = stem[:12]
        while name in ids.values():
            number += 1
            name = f"{stem[: 12 - len(str(number))]}{number}"
        ids[slug] = name
    return ids


def no_such_pledge() -> NotFound:
    """The answer where there is no pledge, or none that this person may know of."""
    return NotFound(
        "not-found",
        "There is nothing at this address. If you typed or pasted it, check that it is whole.",
    )


def funding_is_over(status: FundingStatus) -> MoveRefused:
    """The answer to whoever comes after the funding was closed, or the post has ended."""
    if status is FundingStatus.CLOSED:
        return MoveRefused(
            "funding-closed",
            "The funding of this post has been closed: the pledges are in its cost split. "
            "Ask the employer if you want to take part; it can open the funding again.",
        )
    return MoveRefused("funding-ended", "This post has ended and takes no pledges.")


def figures_changed() -> Stale:
    """The answer to whoever decides on figures that have changed since the page was opened."""
    return Stale(
        "figures-changed",
        "The figures changed after you opened this page. They are shown as they stand now: "
        "look at them again before you decide.",
    )


def pledge_changed() -> Stale:
    """The answer to whoever changes a pledge that a colleague changed in the meantime."""
    return Stale(
        "pledge-changed",
        "Somebody at your organisation changed this pledge after you opened this page. "
        "What you typed is still here; what was saved is shown beside it.",
    )
