"""What each kind of post needs: every kind can be completed, nothing incomplete is published."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import MoveRefused
from app.costsharing.agreement_schema import LEGAL_POWERS
from app.opportunities.domain import (
    KIND_LINES,
    KIND_NAMES,
    OPPORTUNITY,
    STATUS_NAMES,
    LegalPower,
    OpportunityAction,
    OpportunityKind,
    OpportunityStatus,
    PostFacts,
    is_over,
)
from app.opportunities.writing.domain import (
    GROUPS,
    NEEDS,
    SECTION_NAMES,
    Section,
    answers_of,
    gaps,
    gaps_in,
    sections_of,
)
from tests.opportunities.posts import TODAY, facts

KINDS = tuple(OpportunityKind)
# An answer of NEEDS as the fields that hold it, and what these are when nothing was answered.
BLANK: dict[str, dict[str, Any]] = {
    "title": {"title": ""},
    "role": {"role_id": None, "local_role_id": None},
    "skills": {"skills": ()},
    "checks": {"checks": ()},
}


def without(post: PostFacts, name: str) -> PostFacts:
    if name.startswith("wants_"):
        gone = name.removeprefix("wants_")
        return replace(post, wants={k: v for k, v in (post.wants or {}).items() if k != gone})
    return replace(post, **BLANK.get(name, {name: None}))


def musts(kind: OpportunityKind) -> list[tuple[Section, str]]:
    return [(section, name) for section, need in NEEDS[kind].items() for name in need.must]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_completed(kind: OpportunityKind) -> None:
    assert gaps(facts(kind), TODAY) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_each_answer_a_kind_must_have_is_missed_in_its_section(kind: OpportunityKind) -> None:
    for section, name in musts(kind):
        found = gaps(without(facts(kind), name), TODAY)
        assert (section, name) in [(gap.section, gap.field) for gap in found], name
        assert all(gap.message for gap in found)


@given(st.data())
def test_nothing_incomplete_can_be_published(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(KINDS))
    gone = data.draw(st.sets(st.sampled_from(musts(kind))))
    post = facts(kind)
    for _, name in gone:
        post = without(post, name)
    found = {(gap.section, gap.field) for gap in gaps(post, TODAY)}
    assert gone <= found
    assert bool(found) == bool(gone)


def test_each_section_has_a_name_and_one_place_in_the_list() -> None:
    listed = [section for group in GROUPS.values() for section in group]
    assert sorted(listed) == sorted(Section) == sorted(SECTION_NAMES)
    for kind in KINDS:
        assert set(sections_of(kind)) == set(NEEDS[kind])
        assert len(set(sum((answers_of(kind, s) for s in sections_of(kind)), ()))) == sum(
            len(answers_of(kind, s)) for s in sections_of(kind)
        ), "an answer stands in two sections"


def test_each_kind_and_status_has_its_words() -> None:
    assert set(KIND_NAMES) == set(KIND_LINES) == set(KINDS)
    assert set(STATUS_NAMES) == set(OpportunityStatus)


def test_legal_powers_are_those_of_the_agreement() -> None:
    assert {power.value for power in LegalPower} - {"to_confirm"} == set(LEGAL_POWERS)


LATER = TODAY + timedelta(days=90)
WRONG: list[tuple[OpportunityKind, dict[str, Any], Section, str, str]] = [
    (
        OpportunityKind.SHARED_POST,
        {"office_days": None},
        Section.PATTERN,
        "office_days",
        "Enter the days a week at the place of work",
    ),
    (
        OpportunityKind.SHARED_POST,
        {"office_days": Decimal(0)},
        Section.PATTERN,
        "office_days",
        "Days a week at the place of work must be more than 0",
    ),
    (
        OpportunityKind.SHARED_POST,
        {"office_days": Decimal("3.5")},
        Section.PATTERN,
        "office_days",
        "Days a week at the place of work must not be more than the 3 days a week that are worked",
    ),
    (
        OpportunityKind.JOB_SWAP,
        {"ends_on": LATER},
        Section.DATES,
        "ends_on",
        "End date must be after the start date",
    ),
    (
        OpportunityKind.SHARED_POST,
        {"ends_on": None},
        Section.DATES,
        "ends_on",
        "Enter an end date: the contract is for a fixed term",
    ),
    (
        OpportunityKind.SHORT_ASSIGNMENT,
        {"starts_on": TODAY - timedelta(days=1), "closes_on": TODAY - timedelta(days=2)},
        Section.DATES,
        "starts_on",
        "Start date must be in the future",
    ),
    (
        OpportunityKind.SECONDMENT_WANTED,
        {"pay_from": Decimal(1)},
        Section.PAY,
        "pay_to",
        "Enter the highest pay, or the same amount again",
    ),
    (
        OpportunityKind.SECONDMENT_WANTED,
        {"pay_to": Decimal(1)},
        Section.PAY,
        "pay_from",
        "Enter the lowest pay, or the same amount again",
    ),
    (
        OpportunityKind.SHARED_POST,
        {"pay_from": Decimal(90001)},
        Section.PAY,
        "pay_to",
        "Highest pay must not be less than the lowest pay",
    ),
    (
        OpportunityKind.SHARED_POST,
        {"days_per_week": Decimal(4)},
        Section.COST,
        "cost_inputs",
        "Work out the cost again: the post has other days a week now",
    ),
    (
        OpportunityKind.SHARED_POST,
        {"starts_on": LATER + timedelta(days=1)},
        Section.COST,
        "cost_inputs",
        "Work out the cost again: the post has another start date now",
    ),
    (
        OpportunityKind.SHARED_POST,
        {"checks": ["none", "sc"]},
        Section.CHECKS,
        "checks",
        "Choose checks, or none, but not both",
    ),
    (
        OpportunityKind.SHARED_POST,
        {"contract_type": "secondment"},
        Section.CONTRACT,
        "contract_type",
        "Choose the type of contract",
    ),
    (
        OpportunityKind.SHARED_POST,
        {"redeployees_first_until": TODAY + timedelta(days=30)},
        Section.REDEPLOYEES,
        "redeployees_first_until",
        "Last day for redeployees must be before the closing date, 25 December 2026",
    ),
    (
        OpportunityKind.JOB_SWAP,
        {"closes_on": TODAY - timedelta(days=1)},
        Section.CLOSING,
        "closes_on",
        "Closing date must be today or in the future",
    ),
    (
        OpportunityKind.JOB_SWAP,
        {"closes_on": TODAY + timedelta(days=367)},
        Section.CLOSING,
        "closes_on",
        "Closing date must be within a year from today",
    ),
    (
        OpportunityKind.SECONDMENT_WANTED,
        {"closes_on": LATER},
        Section.CLOSING,
        "closes_on",
        "Closing date must be before the start date, 23 February 2027",
    ),
    (
        OpportunityKind.SHARED_POST,
        {"audience": "named"},
        Section.AUDIENCE,
        "named_organisation_ids",
        "Name at least one organisation",
    ),
    (
        OpportunityKind.SHARED_POST,
        {"title_cy": "Prif swyddog", "summary_cy": "Arwain"},
        Section.WELSH,
        "description_cy",
        "Enter the description in Welsh, or take the other Welsh text out",
    ),
]


@pytest.mark.parametrize(("kind", "changes", "section", "field", "message"), WRONG)
def test_answers_that_do_not_fit_together_are_named(
    kind: OpportunityKind, changes: dict[str, Any], section: Section, field: str, message: str
) -> None:
    found = gaps_in(facts(kind, **changes), section, TODAY)
    assert [(gap.field, gap.message) for gap in found] == [(field, message)]


def test_what_is_offered_may_be_free_before_answers_end() -> None:
    post = facts(OpportunityKind.SECONDMENT_OFFERED, closes_on=LATER + timedelta(days=5))
    assert gaps(post, TODAY) == ()


def test_a_published_post_may_have_begun() -> None:
    post = facts(
        OpportunityKind.JOB_SWAP, status=OpportunityStatus.OPEN, starts_on=TODAY - timedelta(days=9)
    )
    assert gaps(post, TODAY) == ()


def test_the_last_day_counts() -> None:
    assert not is_over(None, TODAY)
    assert not is_over(TODAY, TODAY)
    assert is_over(TODAY, TODAY + timedelta(days=1))


def test_changes_are_named() -> None:
    before = facts(OpportunityKind.SHARED_POST)
    after = replace(before, days_per_week=Decimal(4), starts_on=date(2027, 5, 1))
    assert after.changed_since(before) == {"days_per_week", "starts_on"}


_S, _A = OpportunityStatus, OpportunityAction
MOVES = {
    _S.DRAFT: {_A.SUBMIT: "awaiting_approval", _A.SCHEDULE: "scheduled", _A.PUBLISH: "open"},
    _S.AWAITING_APPROVAL: {_A.APPROVE: "approved", _A.SEND_BACK: "draft", _A.RECALL: "draft"},
    _S.APPROVED: {_A.SCHEDULE: "scheduled", _A.PUBLISH: "open", _A.RECALL: "draft"},
    _S.SCHEDULED: {_A.SCHEDULE: "scheduled", _A.PUBLISH: "open", _A.RECALL: "draft"},
    _S.OPEN: {
        _A.CONFIRM: "open",
        _A.EXTEND: "open",
        _A.HIDE: "hidden",
        _A.CLOSE: "closed",
        _A.FILL: "closed",
        _A.WITHDRAW: "withdrawn",
    },
    _S.HIDDEN: {
        _A.CONFIRM: "open",
        _A.EXTEND: "open",
        _A.CLOSE: "closed",
        _A.FILL: "closed",
        _A.WITHDRAW: "withdrawn",
    },
    _S.CLOSED: {_A.EXTEND: "open"},
    _S.WITHDRAWN: {},
}


@pytest.mark.parametrize("status", OpportunityStatus)
@pytest.mark.parametrize("action", OpportunityAction)
def test_every_status_against_every_action(
    status: OpportunityStatus, action: OpportunityAction
) -> None:
    wanted = MOVES[status].get(action)
    if wanted is None:
        with pytest.raises(MoveRefused):
            OPPORTUNITY.after(status, action)
    else:
        assert OPPORTUNITY.after(status, action) == wanted
