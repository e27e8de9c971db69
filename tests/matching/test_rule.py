"""The rule of matches: gates, shortfalls, near skills, conditions, and an order without gaps."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.matching import rule
from app.matching.rule import (
    Answer,
    Asked,
    Availability,
    Condition,
    Held,
    Person,
    Post,
    Standing,
    Terms,
)

SKILLS = [uuid.UUID(int=n) for n in range(1, 9)]
# The first three are variants of one skill, the next two of another; the others stand alone.
NEAR = rule.near_of(
    [
        (SKILLS[0], "User focus"),
        (SKILLS[1], "User focus (frontend developer)"),
        (SKILLS[2], "User focus (designer)"),
        (SKILLS[3], "Systems design"),
        (SKILLS[4], "Systems design (frontend developer)"),
        (SKILLS[5], "Coaching"),
        (SKILLS[6], "Testing"),
        (SKILLS[7], "Data"),
    ]
)
TERMS = Terms("secondment_wanted")

helds = st.builds(Held, st.integers(1, 4), st.booleans(), st.booleans())
people = st.builds(
    Person, st.uuids(), st.dictionaries(st.sampled_from(SKILLS), helds), st.just(Availability())
)
asked_lists = st.lists(
    st.builds(
        Asked,
        st.sampled_from(SKILLS),
        st.none() | st.integers(1, 4),
        st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    unique_by=lambda asked: asked.skill_id,
)
posts = st.builds(lambda asked: Post(uuid.UUID(int=99), tuple(asked), TERMS), asked_lists)


def one(asked: Asked, held: dict[uuid.UUID, Held]) -> rule.Line:
    person = Person(uuid.UUID(int=1), held)
    return rule.match(person, Post(uuid.UUID(int=2), (asked,), TERMS), NEAR).lines[0]


def placed(person: Person, post: Post) -> rule.Place:
    return rule.place(rule.match(person, post, NEAR), person.id)


@pytest.mark.parametrize(
    ("asked", "held", "standing", "short"),
    [
        (3, {SKILLS[5]: 4}, Standing.MET, 0),
        (3, {SKILLS[5]: 3}, Standing.MET, 0),
        (3, {SKILLS[5]: 2}, Standing.ONE_SHORT, 1),
        (3, {SKILLS[5]: 1}, Standing.MORE_SHORT, 2),
        (3, {SKILLS[6]: 4}, Standing.NOT_STATED, 3),
        (None, {SKILLS[5]: 1}, Standing.MET, 0),
        (None, {}, Standing.NOT_STATED, 1),
    ],
)
def test_a_skill_says_how_far_it_is_met(
    asked: int | None, held: dict[uuid.UUID, int], standing: Standing, short: int
) -> None:
    line = one(Asked(SKILLS[5], asked), {skill: Held(level) for skill, level in held.items()})
    assert (line.standing, line.short) == (standing, short)


@pytest.mark.parametrize(
    ("asked", "held", "standing", "short"),
    [
        (3, {1: 4}, Standing.NEAR, 1),
        (3, {1: 3}, Standing.NEAR, 1),
        (3, {1: 2}, Standing.NEAR, 2),
        (3, {1: 1}, Standing.NEAR, 3),
        (1, {1: 4}, Standing.NEAR, 1),
        (4, {0: 1, 1: 4}, Standing.NEAR, 1),
        (4, {0: 3, 1: 4}, Standing.ONE_SHORT, 1),
        (2, {0: 2, 1: 4}, Standing.MET, 0),
        (4, {1: 2, 2: 4}, Standing.NEAR, 1),
    ],
)
def test_a_near_skill_counts_a_level_less_and_never_meets_what_is_asked(
    asked: int, held: dict[int, int], standing: Standing, short: int
) -> None:
    line = one(Asked(SKILLS[0], asked), {SKILLS[n]: Held(level) for n, level in held.items()})
    assert (line.standing, line.short) == (standing, short)
    if standing is Standing.NEAR:
        assert line.near_id == SKILLS[max((n for n in held if n), key=lambda n: held[n])]


def test_a_near_skill_opens_no_gate() -> None:
    line = one(Asked(SKILLS[0], 1, is_must=True), {SKILLS[1]: Held(4)})
    assert line.is_gate_missed


FREE = Availability(
    frozenset({"secondment_wanted"}),
    Decimal(2),
    date(2027, 1, 1),
    date(2027, 12, 31),
    12,
    frozenset({"north_east"}),
)
ASKS = Terms(
    "secondment_wanted", Decimal(2), date(2027, 1, 1), date(2027, 12, 31), "north_east", False
)


@pytest.mark.parametrize(
    ("condition", "terms", "answer"),
    [
        (Condition.MOVE, {}, Answer.MET),
        (Condition.MOVE, {"move": "job_swap"}, Answer.MISSED),
        (Condition.DAYS, {}, Answer.MET),
        (Condition.DAYS, {"days": Decimal("2.5")}, Answer.MISSED),
        (Condition.DAYS, {"days": None}, Answer.OPEN),
        (Condition.LENGTH, {}, Answer.MET),
        (Condition.LENGTH, {"ends_on": None}, Answer.OPEN),
        (Condition.DATES, {}, Answer.MET),
        (Condition.DATES, {"starts_on": date(2026, 12, 31), "ends_on": None}, Answer.MISSED),
        (
            Condition.DATES,
            {"starts_on": date(2027, 2, 1), "ends_on": date(2028, 1, 1)},
            Answer.MISSED,
        ),
        (Condition.DATES, {"ends_on": None}, Answer.MET),
        (Condition.DATES, {"starts_on": None}, Answer.OPEN),
        (Condition.PLACE, {}, Answer.MET),
        (Condition.PLACE, {"region": "wales"}, Answer.MISSED),
        (Condition.PLACE, {"region": None}, Answer.OPEN),
        (Condition.PLACE, {"region": "wales", "is_remote": True}, Answer.MET),
    ],
)
def test_each_condition_has_an_answer_of_its_own(
    condition: Condition, terms: dict[str, object], answer: Answer
) -> None:
    found = rule.conditions(FREE, replace(ASKS, **terms))  # type: ignore[arg-type]
    assert found[condition] is answer
    others = [found[other] for other in Condition if other is not condition]
    assert Answer.MISSED not in others


@pytest.mark.parametrize(
    ("remote", "is_remote", "region", "answer"),
    [
        ("remote_only", True, None, Answer.MET),
        ("remote_only", False, "north_east", Answer.MISSED),
        ("remote_only", False, None, Answer.MISSED),
        ("on_site", True, "north_east", Answer.MISSED),
        ("on_site", False, "north_east", Answer.MET),
        ("on_site", False, None, Answer.OPEN),
        ("either", True, "wales", Answer.MET),
        ("either", False, "wales", Answer.MISSED),
    ],
)
def test_how_and_where_somebody_would_work_are_both_asked(
    remote: str, is_remote: bool, region: str | None, answer: Answer
) -> None:
    terms = replace(ASKS, region=region, is_remote=is_remote)
    assert rule.conditions(replace(FREE, remote=remote), terms)[Condition.PLACE] is answer


def test_a_move_that_lasts_longer_than_somebody_wants_is_missed() -> None:
    shorter = replace(FREE, months=11)
    assert rule.conditions(shorter, ASKS)[Condition.LENGTH] is Answer.MISSED


def test_whoever_wants_no_kind_of_post_matches_none() -> None:
    host_only = replace(FREE, moves=frozenset())
    assert rule.conditions(host_only, ASKS)[Condition.MOVE] is Answer.MISSED


def test_whoever_has_nothing_of_what_is_asked_is_no_match() -> None:
    post = Post(uuid.UUID(int=2), (Asked(SKILLS[5], 2),), TERMS)
    assert not rule.match(Person(uuid.UUID(int=1), {SKILLS[6]: Held(4)}), post, NEAR).fits
    assert rule.match(Person(uuid.UUID(int=1), {SKILLS[5]: Held(1)}), post, NEAR).fits


def test_what_a_person_left_open_stands_in_nobodys_way() -> None:
    assert set(rule.conditions(Availability(), ASKS).values()) == {Answer.OPEN}
    only_until = Availability(until_on=date(2027, 6, 30))
    assert rule.conditions(only_until, ASKS)[Condition.DATES] is Answer.MISSED


def test_a_missed_condition_or_gate_means_that_the_two_do_not_match() -> None:
    person = Person(uuid.UUID(int=1), {SKILLS[5]: Held(2)}, FREE)
    post = Post(uuid.UUID(int=2), (Asked(SKILLS[5], 2, is_must=True),), ASKS)
    assert rule.match(person, post, NEAR).fits
    assert not rule.match(person, replace(post, terms=replace(ASKS, region="wales")), NEAR).fits
    assert not rule.match(replace(person, held={SKILLS[5]: Held(1)}), post, NEAR).fits


@given(people, posts, st.sampled_from(SKILLS), st.integers(1, 4))
def test_excess_in_one_skill_mends_no_gap_elsewhere(
    person: Person, post: Post, skill: uuid.UUID, level: int
) -> None:
    """Raise one skill: no line changes but its own and those of skills near to it."""
    before = rule.match(person, post, NEAR)
    held = {**person.held, skill: Held(level)}
    after = rule.match(replace(person, held=held), post, NEAR)
    for was, now in zip(before.lines, after.lines, strict=True):
        if skill != was.asked.skill_id and skill not in NEAR.get(was.asked.skill_id, ()):
            assert now == was
    if after.short == 0:
        assert all(line.standing is Standing.MET for line in after.lines)


def raised(person: Person) -> Iterator[Person]:
    for skill in SKILLS:
        was = person.held.get(skill, Held(0))
        for level in range(was.level + 1, 5):
            yield replace(person, held={**person.held, skill: replace(was, level=level)})


@settings(max_examples=40)
@given(people, posts)
def test_raising_a_level_or_stating_a_skill_never_lowers_a_place(
    person: Person, post: Post
) -> None:
    before = placed(person, post)
    assert all(placed(better, post) <= before for better in raised(person))


@given(people, posts, st.sampled_from(SKILLS))
def test_a_confirmation_or_use_never_lowers_a_place(
    person: Person, post: Post, skill: uuid.UUID
) -> None:
    if skill in person.held:
        before = placed(person, post)
        held = {**person.held, skill: replace(person.held[skill], is_recent=True)}
        used = replace(person, held=held)
        assert placed(used, post) <= before
        held = {**held, skill: replace(held[skill], is_confirmed=True)}
        assert placed(replace(person, held=held), post) <= placed(used, post)


@given(people, posts)
def test_a_gate_missed_weighs_more_than_everything_else(person: Person, post: Post) -> None:
    """Whoever misses fewer must-haves comes first, however short they are of the rest."""
    best = Person(uuid.UUID(int=1), {skill: Held(4, True, True) for skill in SKILLS})
    if rule.match(person, post, NEAR).gates_missed:
        assert placed(best, post) < placed(person, post)
        met = {a.skill_id: Held(a.levels) for a in post.asked if a.is_gate}
        assert placed(Person(uuid.UUID(int=2**128 - 1), met), post) < placed(person, post)


@given(people, posts)
def test_a_waiver_changes_its_own_gate_alone(person: Person, post: Post) -> None:
    before = rule.match(person, post, NEAR)
    for n, asked in enumerate(post.asked):
        waived = replace(asked, is_waived=True)
        changed = replace(post, asked=(*post.asked[:n], waived, *post.asked[n + 1 :]))
        after = rule.match(person, changed, NEAR)
        assert after.gates_missed == before.gates_missed - before.lines[n].is_gate_missed
        assert after.lines == (
            *before.lines[:n], replace(before.lines[n], asked=waived), *before.lines[n + 1 :]
        )  # fmt: skip
        assert placed(person, changed)[1:] == placed(person, post)[1:]


@given(st.lists(people, max_size=8, unique_by=lambda person: person.id), posts, st.randoms())
def test_the_order_is_total_and_does_not_depend_on_what_it_was(
    found: list[Person], post: Post, chance: object
) -> None:
    matches = [(person.id, rule.match(person, post, NEAR)) for person in found]
    ordered = rule.in_order(matches)
    chance.shuffle(matches)  # type: ignore[attr-defined]
    assert rule.in_order(matches) == ordered
    places = [rule.place(match, of) for of, match in ordered]
    assert all(a < b and not b < a for a, b in pairwise(places))


@given(people, posts)
def test_levels_short_add_up_and_stay_within_what_is_asked(person: Person, post: Post) -> None:
    found = rule.match(person, post, NEAR)
    for line in found.lines:
        assert 0 <= line.short <= line.asked.levels
        assert (line.short == 0) == (line.standing is Standing.MET)
    assert found.short == sum(line.short for line in found.lines)


def test_the_printed_order_has_a_line_for_each_part_of_a_place() -> None:
    person = Person(uuid.UUID(int=1), {})
    assert len(rule.ORDER_WORDS) == len(placed(person, Post(uuid.UUID(int=2), (), TERMS)))
