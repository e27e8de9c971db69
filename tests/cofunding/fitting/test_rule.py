"""Which partial needs fit together: examples, and laws that hold for all."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.cofunding.fitting.domain import (
    FIT,
    LIVE,
    MOST_NEEDS,
    SHORTEST_TOGETHER,
    Employs,
    FitAction,
    FitStatus,
    Need,
    best_groups,
    fits,
    is_group,
    lead_of,
    time_together,
)
from app.core.errors import MoveRefused

START = date(2027, 4, 1)
ARCHITECT, ANALYST = uuid.UUID(int=901), uuid.UUID(int=902)
SKILLS = [uuid.UUID(int=800 + n) for n in range(6)]


def need(number: int = 1, days: str | Fraction = "2", **changes: Any) -> Need:
    """A need of the body of this number: two days of an architect in the north east."""
    values: dict[str, Any] = {
        "post_id": uuid.UUID(int=number),
        "body_id": uuid.UUID(int=100 + number),
        "days": Fraction(days),
        "starts_on": START,
        "ends_on": START + timedelta(days=364),
        "role_id": ARCHITECT,
        "level": 3,
        "region": "north_east",
    }
    return Need(**{**values, **changes})


def test_two_bodies_of_one_region_that_want_two_days_each_fit() -> None:
    (group,) = best_groups([need(1), need(2)])
    assert group.days == 4
    assert [one.post_id.int for one in group.needs] == [1, 2]


DIFFERENT: dict[str, dict[str, Any]] = {
    "its own body": {"body_id": uuid.UUID(int=101)},
    "another role": {"role_id": ANALYST},
    "a level two steps away": {"level": 5},
    "another region": {"region": "wales"},
    "more than a week": {"days": Fraction("3.5")},
    "a whole post": {"days": Fraction(5)},
    "too short a time": {"starts_on": START + timedelta(days=300)},
    "after the other has ended": {"starts_on": START + timedelta(days=400), "ends_on": None},
    "private, and not to be used": {"is_private": True, "uses_private": False},
}


@pytest.mark.parametrize("changes", DIFFERENT.values(), ids=DIFFERENT)
def test_what_does_not_fit(changes: dict[str, Any]) -> None:
    other = replace(need(2), **changes)
    assert not fits(need(1), other)
    assert not fits(other, need(1))


LIKE: dict[str, dict[str, Any]] = {
    "the next level": {"level": 4},
    "any level": {"level": None},
    "no end": {"ends_on": None},
    "twelve weeks together": {"starts_on": START + timedelta(days=364 - 83)},
    "private, and used": {"is_private": True},
    "shown to the other alone": {
        "is_private": True,
        "uses_private": False,
        "shown_to": frozenset({uuid.UUID(int=101)}),
    },
}


@pytest.mark.parametrize("changes", LIKE.values(), ids=LIKE)
def test_what_still_fits(changes: dict[str, Any]) -> None:
    other = replace(need(2), **changes)
    assert fits(need(1), other)
    assert fits(other, need(1))


def test_from_anywhere_fits_across_regions_if_both_say_so() -> None:
    far = need(2, region="wales", is_remote=True)
    assert not fits(need(1), far)
    assert fits(need(1, is_remote=True), far)


def test_roles_of_bodies_own_are_compared_by_the_skills_they_borrow() -> None:
    own = need(1, role_id=None, level=None, skills=frozenset(SKILLS[:4]))
    assert fits(own, need(2, role_id=None, skills=frozenset(SKILLS[:3])))
    assert fits(own, need(2, skills=frozenset(SKILLS[:4])))
    assert not fits(own, need(2, role_id=None, skills=frozenset(SKILLS[3:])))
    assert not fits(replace(own, skills=frozenset()), need(2, role_id=None))
    (group,) = best_groups([own, need(2, skills=frozenset(SKILLS[:4]))])
    assert group.days == 4


def test_the_fullest_week_goes_first_and_is_filled_up() -> None:
    groups = best_groups([need(1, "2"), need(2, "2"), need(3, "3"), need(4, "1")])
    assert [[one.post_id.int for one in group.needs] for group in groups] == [[1, 3], [2, 4]]
    (group,) = best_groups([need(1, "2"), need(2, "2"), need(3, "1")])
    assert group.days == 5


def test_needs_without_an_end_are_together_for_long() -> None:
    open_ended = [need(1, ends_on=None), need(2, ends_on=None)]
    (group,) = best_groups(open_ended)
    assert time_together(group.needs) > SHORTEST_TOGETHER


def test_what_was_refused_is_not_put_again() -> None:
    one, two, three = need(1, "3"), need(2, "2"), need(3, "1")
    (group,) = best_groups([one, two, three], [frozenset({one.post_id, two.post_id})])
    assert group.post_ids == {one.post_id, three.post_id}


def needs_of(draw: Callable[[Any], Any]) -> list[Need]:
    """Some needs of a few bodies, roles and regions, such as people post."""
    made = []
    for number in range(draw(st.integers(0, 9))):
        start = START + timedelta(days=draw(st.integers(0, 400)))
        length = draw(st.none() | st.integers(0, 500))
        made.append(
            Need(
                post_id=uuid.UUID(int=1 + number),
                body_id=uuid.UUID(int=draw(st.integers(101, 105))),
                days=Fraction(draw(st.integers(1, 10)), 2),
                starts_on=start,
                ends_on=None if length is None else start + timedelta(days=length),
                role_id=draw(st.sampled_from([ARCHITECT, ANALYST, None])),
                level=draw(st.none() | st.integers(1, 5)),
                skills=frozenset(draw(st.lists(st.sampled_from(SKILLS), max_size=4))),
                region=draw(st.sampled_from(["north_east", "wales", None])),
                is_remote=draw(st.booleans()),
                is_private=draw(st.booleans()),
                uses_private=draw(st.booleans()),
                shown_to=frozenset({uuid.UUID(int=draw(st.integers(101, 105)))}),
            )
        )
    return made


@settings(deadline=None)
@given(st.data())
def test_laws_of_groups(data: st.DataObject) -> None:
    needs = needs_of(data.draw)
    groups = best_groups(needs)
    assert best_groups(data.draw(st.permutations(needs))) == groups
    posts = [one.post_id for group in groups for one in group.needs]
    assert len(posts) == len(set(posts)), "a need is in one group at most"
    for group in groups:
        bodies = [one.body_id for one in group.needs]
        assert len(bodies) == len(set(bodies)), "no body with itself"
        assert max(one.days for one in group.needs) < group.days <= 5
        assert 2 <= len(group.needs) <= MOST_NEEDS
        assert time_together(group.needs) >= SHORTEST_TOGETHER
        assert is_group(group.needs)
        for one, other in combinations(group.needs, 2):
            both_remote = one.is_remote and other.is_remote
            assert both_remote or one.region == other.region is not None
            assert one.uses_private or one.is_shown_to(other.body_id)
            assert other.uses_private or other.is_shown_to(one.body_id)
    left = [one for one in needs if one.post_id not in posts]
    assert not any(fits(one, other) for one, other in combinations(left, 2)), "none is forgotten"


@settings(deadline=None)
@given(st.data())
def test_fitting_has_no_first_and_second(data: st.DataObject) -> None:
    for one, other in combinations(needs_of(data.draw), 2):
        assert fits(one, other) == fits(other, one)
        assert fits(one, other) == bool(best_groups([one, other]))


@settings(deadline=None)
@given(st.dictionaries(st.uuids(), st.sampled_from(Employs), min_size=2, max_size=MOST_NEEDS))
def test_the_lead_is_one_who_would(wishes: dict[uuid.UUID, Employs]) -> None:
    lead = lead_of(wishes, {body: Fraction(body.int % 3 + 1) for body in wishes})
    wanting = [body for body, wish in wishes.items() if wish is Employs.WE]
    if lead is None:
        assert len(wanting) > 1 or set(wishes.values()) == {Employs.OTHERS}
    else:
        assert wishes[lead] is not Employs.OTHERS
        assert wanting in ([], [lead])


@pytest.mark.parametrize("status", FitStatus)
@pytest.mark.parametrize("action", FitAction)
def test_every_status_against_every_action(status: FitStatus, action: FitAction) -> None:
    """What has ended stays so, and nothing is drafted that not all have agreed to."""
    if not FIT.may(status, action):
        with pytest.raises(MoveRefused):
            FIT.after(status, action)
        return
    after = FIT.after(status, action)
    assert status in LIVE
    if after is FitStatus.DRAFTED:
        assert status in {FitStatus.AGREED, FitStatus.DRAFTED}
