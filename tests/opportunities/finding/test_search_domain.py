"""Filters of an address: read, written again, dropped one at a time, and put right."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.opportunities.domain import OpportunityKind, Remote
from app.opportunities.finding.domain import (
    FILTERS,
    LAST_PAGE,
    LONGEST_WORDS,
    NEIGHBOURS,
    SORT_NAMES,
    Search,
    Sort,
    read_search,
    respell,
)
from app.opportunities.finding.links import search_path
from app.organisations.domain import Region

SLUGS = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)
DAYS = st.none() | st.integers(0, 14).map(lambda halves: Decimal(halves) / 2)


@st.composite
def searches(draw: st.DrawFn) -> Search:
    low, high = sorted((draw(DAYS), draw(DAYS)), key=lambda d: (d is not None, d or 0))
    words = draw(st.text(alphabet="abcŵŷ-\"' ", max_size=20))
    return Search(
        q=" ".join(words.split()),
        kind=tuple(sorted(draw(st.sets(st.sampled_from(OpportunityKind), max_size=3)))),
        family=tuple(sorted(draw(st.sets(SLUGS, max_size=2)))),
        role=tuple(sorted(draw(st.sets(SLUGS, max_size=2)))),
        region=tuple(sorted(draw(st.sets(st.sampled_from(Region), max_size=3)))),
        remote=tuple(sorted(draw(st.sets(st.sampled_from(Remote), max_size=2)))),
        min_days=low,
        max_days=high,
        pay=draw(st.none() | st.integers(1, 200_000)),
        sort=draw(st.none() | st.sampled_from(Sort)),
        page=draw(st.integers(1, LAST_PAGE)),
    )


def asked(search: Search) -> dict[str, list[str]]:
    query: dict[str, list[str]] = {}
    for name, value in search.pairs():
        query.setdefault(name, []).append(value)
    return query


@given(searches())
def test_an_address_leads_back_to_its_search(search: Search) -> None:
    again, wrong = read_search(asked(search))
    assert wrong == ()
    assert again == search
    assert search_path(again) == search_path(search)


@given(searches())
def test_each_filter_can_be_dropped_by_itself(search: Search) -> None:
    for name in search.filters:
        dropped = search.without(name)
        assert dropped.filters == tuple(one for one in search.filters if one != name)
        assert dropped.page == 1
    assert set(search.filters) <= set(FILTERS)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"min_days": ["lots"]}, "min_days"),
        ({"min_days": ["-1"]}, "min_days"),
        ({"max_days": ["7.5"]}, "max_days"),
        ({"max_days": ["NaN"]}, "max_days"),
        ({"max_days": ["1e9"]}, "max_days"),
        ({"max_days": ["٣"]}, "max_days"),
        ({"min_days": ["3"], "max_days": ["2"]}, "max_days"),
        ({"q": ["x" * (LONGEST_WORDS + 1)]}, "q"),
        ({"q": ["a\x00b"]}, "q"),
        ({"q": ["a\ud800b"]}, "q"),
    ],
)
def test_what_people_type_wrong_is_said(query: dict[str, list[str]], name: str) -> None:
    search, wrong = read_search(query)
    assert [one.name for one in wrong] == [name]
    assert read_search(asked(search))[1] in ((), wrong)


@pytest.mark.parametrize(
    "query",
    [
        {"kind": ["no-such-kind"]},
        {"region": ["atlantis", ""]},
        {"role": ["../etc", "a b", "", "x" * 200]},
        {"sort": ["price"]},
        {"page": ["0"]},
        {"page": ["-3"]},
        {"page": ["²"]},
        {"page": ["9" * 40]},
        {"pay": ["lots"]},
        {"pay": ["0"]},
        {"min_days": [""], "max_days": [" "], "q": ["  "]},
        {"utm_source": ["mail"]},
        {},
    ],
)
def test_what_no_one_types_is_passed_over(query: dict[str, list[str]]) -> None:
    assert read_search(query) == (Search(), ())


def test_a_page_far_away_is_the_last_that_can_be() -> None:
    assert read_search({"page": ["10000"]})[0].page == LAST_PAGE
    assert read_search({"page": ["10001"]})[0].page == LAST_PAGE


def test_words_lose_what_turns_their_direction() -> None:
    assert read_search({"q": ["  tŷ\u202e \t mawr "]})[0].q == "tŷ mawr"


def test_the_usual_order_depends_on_whether_there_are_words() -> None:
    assert Search().order is Sort.NEWEST
    assert Search(q="x").order is Sort.RELEVANCE
    assert Search(sort=Sort.RELEVANCE).order is Sort.NEWEST
    assert Search(q="x", sort=Sort.PAY).order is Sort.PAY
    assert set(SORT_NAMES) == set(Sort)


def test_neighbours_are_mutual_and_never_oneself() -> None:
    assert set(NEIGHBOURS) == set(Region)
    for region, others in NEIGHBOURS.items():
        assert region not in others
        for other in others:
            assert region in NEIGHBOURS[other], (region, other)


def test_words_are_put_right_where_they_stand() -> None:
    assert respell("Secuirty lead", {"secuirty": "security"}) == "security lead"
    assert respell("nothing wrong", {}) == "nothing wrong"
