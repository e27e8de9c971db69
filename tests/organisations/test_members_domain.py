"""Who may give which duty, invitations by their dates, line managers, and yearly proof."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import RuleBroken
from app.core.permissions import GRANTS, Duty, Permission
from app.organisations.members.domain import (
    MAY_GIVE,
    InvitationState,
    check_manager,
    givable,
    invitation_state,
    may_change_duties,
    proof_ends_on,
)

ADMIN, HR = frozenset({Duty.ORGANISATION_ADMIN}), frozenset({Duty.HR})
duties = st.frozensets(st.sampled_from(Duty))


@pytest.mark.parametrize(
    ("giver", "before", "after", "is_self", "others", "code"),
    [
        (ADMIN, set(), {Duty.FINANCE_OFFICER}, False, 1, ""),
        (ADMIN, {Duty.ORGANISATION_ADMIN}, set(), False, 1, ""),
        (ADMIN, {Duty.ORGANISATION_ADMIN}, set(), False, 0, "last-administrator"),
        (ADMIN, {Duty.ORGANISATION_ADMIN}, set(), True, 0, "last-administrator"),
        (ADMIN, ADMIN, ADMIN | {Duty.FINANCE_OFFICER}, True, 0, "duty-for-yourself"),
        (ADMIN, ADMIN, ADMIN | {Duty.AUTHORISED_SIGNATORY}, True, 3, "duty-for-yourself"),
        (ADMIN, ADMIN, ADMIN | HR, True, 0, ""),
        (HR, set(), {Duty.LINE_MANAGER}, False, 1, ""),
        (HR, set(), {Duty.FINANCE_OFFICER}, False, 1, "duty-not-yours-to-give"),
        (HR, HR, HR | ADMIN, True, 1, "duty-not-yours-to-give"),
        (HR, {Duty.HR}, set(), False, 1, "duty-not-yours-to-give"),
        (frozenset({Duty.FINANCE_OFFICER}), set(), HR, False, 1, "duty-not-yours-to-give"),
        (frozenset({Duty.MEMBER}), set(), set(), False, 1, ""),
    ],
)
def test_who_may_change_which_duties(
    giver: frozenset[Duty], before: set[Duty], after: set[Duty], is_self: bool, others: int,
    code: str,
) -> None:  # fmt: skip
    answer = may_change_duties(
        giver, frozenset(before), frozenset(after), is_self=is_self, other_administrators=others
    )
    assert answer.code == code
    assert bool(answer) is not bool(code)


@given(duties, duties, duties, st.booleans())
def test_nobody_goes_beyond_the_table(
    giver: frozenset[Duty], before: frozenset[Duty], after: frozenset[Duty], is_self: bool
) -> None:
    answer = may_change_duties(giver, before, after, is_self=is_self, other_administrators=1)
    changed = (before ^ after) - {Duty.MEMBER}
    allowed = {duty for own in giver for duty in MAY_GIVE.get(own, ())}
    if answer:
        assert changed <= allowed
        gained = (after - before) & {
            Duty.ORGANISATION_ADMIN, Duty.FINANCE_OFFICER, Duty.AUTHORISED_SIGNATORY
        }  # fmt: skip
        assert not (is_self and gained)
    last = may_change_duties(giver, before, after, is_self=is_self, other_administrators=0)
    if Duty.ORGANISATION_ADMIN in before - after:
        assert not last


def test_whoever_may_give_a_duty_may_invite_or_change_members() -> None:
    for duty in MAY_GIVE:
        assert {Permission.MEMBER_INVITE} <= GRANTS[duty]
    givers = {duty for duty in Duty if Permission.MEMBER_INVITE in GRANTS[duty]}
    assert givers == set(MAY_GIVE)
    assert givable(frozenset({Duty.MEMBER})) == frozenset()


def test_an_invitation_s_dates_say_what_became_of_it() -> None:
    now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    soon = now + timedelta(seconds=1)

    def state(**changes: datetime | None) -> InvitationState:
        dates = {"expires_at": soon, "accepted_at": None, "withdrawn_at": None, **changes}
        return invitation_state(now, **dates)  # type: ignore[arg-type]

    assert state() is InvitationState.OPEN
    assert state(expires_at=now) is InvitationState.EXPIRED
    assert state(accepted_at=now, expires_at=now) is InvitationState.ACCEPTED
    assert state(withdrawn_at=now) is InvitationState.WITHDRAWN


@given(st.data())
def test_whatever_is_allowed_makes_no_circle(data: st.DataObject) -> None:
    people = [uuid.UUID(int=n) for n in range(1, 8)]
    managers: dict[uuid.UUID, uuid.UUID | None] = dict.fromkeys(people)
    for _ in range(data.draw(st.integers(1, 20))):
        member, manager = data.draw(st.sampled_from(people)), data.draw(st.sampled_from(people))
        try:
            check_manager(member, manager, managers)
        except RuleBroken:
            continue
        managers[member] = manager
    for person in people:
        seen = set()
        above: uuid.UUID | None = person
        while above is not None:
            assert above not in seen
            seen.add(above)
            above = managers[above]


def test_a_manager_is_somebody_of_the_same_body() -> None:
    one, other = uuid.uuid4(), uuid.uuid4()
    check_manager(one, None, {})
    with pytest.raises(RuleBroken, match="works for your organisation"):
        check_manager(one, other, {one: None})
    with pytest.raises(RuleBroken, match="reports to them"):
        check_manager(one, one, {one: None})
    knot = {one: None, other: uuid.UUID(int=5), uuid.UUID(int=5): other}
    with pytest.raises(RuleBroken, match="reports to them"):
        check_manager(one, other, knot)


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_proof_ends_after_a_year(renewed: date) -> None:
    end = proof_ends_on(renewed)
    assert end.year == renewed.year + 1
    assert 365 <= (end - renewed).days <= 366
