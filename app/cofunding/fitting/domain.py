"""Which partial needs fit together into one post, and the life of a proposal to join them. Pure.

Days are days of a full-time week; dates are whole days, the last one included.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import combinations
from typing import Final

from app.core.errors import MoveRefused, NotFound
from app.core.lifecycle import Lifecycle
from app.opportunities.domain import FULL_WEEK

# A joint post must be worth recruiting for: that long all needs are there together.
SHORTEST_TOGETHER: Final = timedelta(weeks=12)
# How long needs without an end are there together.
NO_END: Final = timedelta(days=36_500)
# So many bodies can still agree on one post.
MOST_NEEDS: Final = 4
# Of the skills that two roles ask for, at least this part is asked for by both.
SAME_SKILLS: Final = Fraction(1, 2)
# A proposal waits so long for its answers, and an agreed one for its draft.
DAYS_TO_ANSWER: Final = 42
DAYS_TO_DRAFT: Final = 90
# Needs that were declined, or that nobody answered for, rest so long before they are put again.
DAYS_OF_REST: Final = 90
# Proposals that have ended are kept so long.
DAYS_KEPT: Final = 365


class FitStatus(StrEnum):
    """Where a proposal stands. `agreed` has every body's yes, `drafted` its joint post."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DRAFTED = "drafted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


STATUS_NAMES: Final[dict[FitStatus, str]] = {
    FitStatus.PROPOSED: "Waiting for answers",
    FitStatus.AGREED: "Agreed by all",
    FitStatus.DRAFTED: "Joint post drafted",
    FitStatus.DECLINED: "Declined",
    FitStatus.WITHDRAWN: "No longer fits",
    FitStatus.EXPIRED: "Not answered in time",
}
# While a proposal is one of these its needs are in no other one.
LIVE: Final = (FitStatus.PROPOSED, FitStatus.AGREED, FitStatus.DRAFTED)


class FitAction(StrEnum):
    """What bodies, the posts or the calendar do to a proposal."""

    ACCEPT = "accept"
    AGREE = "agree"
    CHOOSE = "choose"
    DRAFT = "draft"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"


_S, _A = FitStatus, FitAction

FIT: Final = Lifecycle(
    "fit",
    _S.PROPOSED,
    {
        (_S.PROPOSED, _A.ACCEPT): _S.PROPOSED,
        (_S.PROPOSED, _A.AGREE): _S.AGREED,
        (_S.PROPOSED, _A.DECLINE): _S.DECLINED,
        (_S.PROPOSED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.PROPOSED, _A.EXPIRE): _S.EXPIRED,
        (_S.AGREED, _A.CHOOSE): _S.AGREED,
        (_S.AGREED, _A.DRAFT): _S.DRAFTED,
        (_S.AGREED, _A.DECLINE): _S.DECLINED,
        (_S.AGREED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.AGREED, _A.EXPIRE): _S.EXPIRED,
        # The lead deleted its draft and begins another.
        (_S.DRAFTED, _A.DRAFT): _S.DRAFTED,
    },
)


class Answer(StrEnum):
    """What a body said to a proposal."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


class Employs(StrEnum):
    """Who should employ the person, in a body's own words."""

    WE = "we"
    EITHER = "either"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Need:
    """An open post that asks for a part of the week, as far as fitting goes.

    `level` is the position of its level in its role, `skills` those that it must have. A private
    need is shown to its own body and to `shown_to` alone; `uses_private` is whether its body lets
    such a post be compared with those of bodies that may not see it.
    """

    post_id: uuid.UUID
    body_id: uuid.UUID
    days: Fraction
    starts_on: date
    ends_on: date | None = None
    role_id: uuid.UUID | None = None
    level: int | None = None
    skills: frozenset[uuid.UUID] = frozenset()
    region: str | None = None
    is_remote: bool = False
    is_private: bool = False
    shown_to: frozenset[uuid.UUID] = frozenset()
    uses_private: bool = True

    def is_shown_to(self, body_id: uuid.UUID) -> bool:
        """Whether this verified body may see the post."""
        return not self.is_private or body_id == self.body_id or body_id in self.shown_to

    def may_meet(self, body_id: uuid.UUID) -> bool:
        """Whether its body lets it be compared with a post of this body."""
        return self.uses_private or self.is_shown_to(body_id)


@dataclass(frozen=True, slots=True)
class Group:
    """Needs that make one post together, in the order of their posts' ids."""

    needs: tuple[Need, ...]

    @property
    def days(self) -> Fraction:
        """The days a week of the one post."""
        return sum((need.days for need in self.needs), Fraction(0))

    @property
    def region(self) -> str | None:
        """The region that all are in, if it is one."""
        regions = {need.region for need in self.needs}
        return regions.pop() if len(regions) == 1 else None

    @property
    def post_ids(self) -> frozenset[uuid.UUID]:
        """The posts that it is made of."""
        return frozenset(need.post_id for need in self.needs)


Pair = frozenset[uuid.UUID]


def as_kept(days: Fraction) -> Decimal:
    """Days as tables keep them, to hundredths, which posts have no finer ones than.

    >>> as_kept(Fraction(5, 2))
    Decimal('2.5')
    """
    return Decimal(days.numerator) / Decimal(days.denominator)


def is_partial(days: Fraction | Decimal) -> bool:
    """Whether days a week are a part of a post, so that others may take the rest.

    >>> is_partial(Fraction(2)), is_partial(Fraction(5)), is_partial(Fraction(0))
    (True, False, False)
    """
    return 0 < days < FULL_WEEK


def is_same_work(one: Need, other: Need) -> bool:
    """Whether one person could do both: the same role at levels next to each other.

    A role of a body's own has no place in the framework; it is compared by the skills that it
    borrows, of which both must ask for at least half.
    """
    if one.role_id is not None and other.role_id is not None:
        is_near = one.level is None or other.level is None or abs(one.level - other.level) <= 1
        return one.role_id == other.role_id and is_near
    every = one.skills | other.skills
    return bool(every) and Fraction(len(one.skills & other.skills), len(every)) >= SAME_SKILLS


def is_same_place(one: Need, other: Need) -> bool:
    """Whether one person can be at both: one region, or both from anywhere."""
    in_one_region = one.region is not None and one.region == other.region
    return in_one_region or (one.is_remote and other.is_remote)


def time_together(needs: Iterable[Need]) -> timedelta:
    """How long all of them are needed at once; nothing or less where they do not meet.

    A need without an end lasts as long as the others.

    >>> long, short = (date(2027, 1, 1), None), (date(2027, 2, 1), date(2027, 2, 28))
    >>> make = lambda day, end: Need(uuid.UUID(int=1), uuid.UUID(int=1), Fraction(1), day, end)
    >>> time_together([make(*long), make(*short)]).days
    28
    """
    needs = list(needs)
    ends = [need.ends_on for need in needs if need.ends_on is not None]
    if not ends:
        return NO_END
    return min(ends) - max(need.starts_on for need in needs) + timedelta(days=1)


def fits(one: Need, other: Need) -> bool:
    """Whether two needs of different bodies would make one post of a full week at most.

    Whichever is named first, the answer is the same.
    """
    return (
        one.body_id != other.body_id
        and is_partial(one.days)
        and is_partial(other.days)
        and one.days + other.days <= FULL_WEEK
        and is_same_work(one, other)
        and is_same_place(one, other)
        and time_together([one, other]) >= SHORTEST_TOGETHER
        and one.may_meet(other.body_id)
        and other.may_meet(one.body_id)
    )


def is_group(needs: Sequence[Need]) -> bool:
    """Whether needs still make one post: each pair fits, and all together."""
    return (
        2 <= len(needs) <= MOST_NEEDS
        and sum((need.days for need in needs), Fraction(0)) <= FULL_WEEK
        and time_together(needs) >= SHORTEST_TOGETHER
        and all(fits(one, other) for one, other in combinations(needs, 2))
    )


def best_groups(needs: Iterable[Need], refused: Iterable[Pair] = ()) -> list[Group]:
    """The groups to propose: each need is in one at most, and no refused pair in any.

    The pair that comes nearest to a full week goes first, then the one that is together longest,
    then by the ids of the posts; it is filled up with whoever else still fits in, most days first.
    The order in which needs are given changes nothing.
    """
    near = _neighbours(needs, frozenset(refused))
    pairs = {frozenset({one, other}) for one, others in near.items() for other in others}
    used: set[uuid.UUID] = set()
    groups: list[Group] = []
    for pair in sorted((_in_order(pair) for pair in pairs), key=_rank):
        if any(need.post_id in used for need in pair):
            continue
        group = _filled_up(pair, near, used)
        used |= {need.post_id for need in group}
        groups.append(Group(_in_order(group)))
    return groups


def _in_order(needs: Iterable[Need]) -> tuple[Need, ...]:
    return tuple(sorted(needs, key=lambda need: need.post_id))


def _rank(needs: Sequence[Need]) -> tuple[Fraction, timedelta, tuple[uuid.UUID, ...]]:
    days = sum((need.days for need in needs), Fraction(0))
    return (-days, -time_together(needs), tuple(need.post_id for need in needs))


def _filled_up(
    pair: Sequence[Need], near: Mapping[Need, set[Need]], used: set[uuid.UUID]
) -> list[Need]:
    group = list(pair)
    others = near[group[0]] & near[group[1]]
    for more in sorted(others, key=lambda need: (-need.days, need.post_id)):
        if more.post_id not in used and group_with(group, more, near):
            group.append(more)
    return group


def group_with(group: Sequence[Need], more: Need, near: Mapping[Need, set[Need]]) -> bool:
    """Whether one more need fits into a group beside everybody in it."""
    together = [*group, more]
    return (
        len(together) <= MOST_NEEDS
        and all(one in near[more] for one in group)
        and sum((need.days for need in together), Fraction(0)) <= FULL_WEEK
        and time_together(together) >= SHORTEST_TOGETHER
    )


def _neighbours(needs: Iterable[Need], refused: frozenset[Pair]) -> dict[Need, set[Need]]:
    """Which needs each one fits with. Only those of one place and role are compared at all."""
    near: dict[Need, set[Need]] = {}
    for some in _rooms(sorted(set(needs), key=lambda need: need.post_id)):
        for one, other in combinations(some, 2):
            if frozenset({one.post_id, other.post_id}) not in refused and fits(one, other):
                near.setdefault(one, set()).add(other)
                near.setdefault(other, set()).add(one)
    return near


def _rooms(needs: Sequence[Need]) -> list[list[Need]]:
    rooms: dict[tuple[str, uuid.UUID | None], list[Need]] = {}
    places: dict[str, list[Need]] = {}
    for need in needs:
        for place in _places_of(need):
            rooms.setdefault((place, need.role_id), []).append(need)
            places.setdefault(place, []).append(need)
    own = {place for place, role in rooms if role is None}
    return [*(places[place] for place in sorted(own)), *rooms.values()]


def _places_of(need: Need) -> list[str]:
    return [*([need.region] if need.region else []), *(["anywhere"] if need.is_remote else [])]


def lead_of(wishes: Mapping[uuid.UUID, Employs], days: Mapping[uuid.UUID, Fraction]) -> (
    uuid.UUID | None
):  # fmt: skip
    """The body that employs the person, if the wishes of all agree on one.

    One body alone wants to: it does. None wants to: of those that would, the one with most days.
    Several want to, or none would: nobody yet, until somebody changes their wish.

    >>> a, b = uuid.UUID(int=1), uuid.UUID(int=2)
    >>> lead_of({a: Employs.EITHER, b: Employs.EITHER}, {a: Fraction(2), b: Fraction(3)}) == b
    True
    >>> lead_of({a: Employs.WE, b: Employs.WE}, {a: Fraction(2), b: Fraction(3)}) is None
    True
    """
    wanting = [body for body, wish in wishes.items() if wish is Employs.WE]
    if wanting:
        return wanting[0] if len(wanting) == 1 else None
    willing = [body for body, wish in wishes.items() if wish is Employs.EITHER]
    return min(willing, key=lambda body: (-days[body], body), default=None)


def no_such_fit() -> NotFound:
    """The answer where there is no proposal, or none of the body acted for."""
    return NotFound(
        "not-found",
        "There is nothing at this address. If you typed or pasted it, check that it is whole.",
    )


def fits_no_longer() -> MoveRefused:
    """The answer to whoever decides on needs that have changed in the meantime."""
    return MoveRefused(
        "fit-over",
        "One of the posts has changed or ended, so they no longer fit together. "
        "The proposal will be taken back; nothing has been told to anybody.",
    )
