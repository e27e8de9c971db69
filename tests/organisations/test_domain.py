"""What organisations are: names for every code, and the states they pass through."""

import itertools

import pytest

from app.core.errors import MoveRefused
from app.costsharing.rates import PENSION_SCHEMES as PRICED_SCHEMES
from app.organisations.domain import (
    KIND_NAMES,
    ORGANISATION,
    PENSION_SCHEMES,
    REGION_NAMES,
    OrganisationAction,
    OrganisationKind,
    OrganisationStatus,
    Region,
)

# Written by hand: what each action leads to, and from where.
MOVES = {
    ("applied", "verify"): "verified",
    ("applied", "refuse"): "refused",
    ("refused", "apply_again"): "applied",
    ("verified", "suspend"): "suspended",
    ("suspended", "restore"): "verified",
    ("verified", "close"): "closed",
    ("suspended", "close"): "closed",
}


@pytest.mark.parametrize(
    ("status", "action"), list(itertools.product(OrganisationStatus, OrganisationAction))
)
def test_every_status_against_every_action(
    status: OrganisationStatus, action: OrganisationAction
) -> None:
    wanted = MOVES.get((status.value, action.value))
    if wanted is None:
        with pytest.raises(MoveRefused):
            ORGANISATION.after(status, action)
    else:
        assert ORGANISATION.after(status, action).value == wanted


def test_schemes_are_those_that_have_rates() -> None:
    assert {one.code: one.name for one in PRICED_SCHEMES} == PENSION_SCHEMES


def test_every_kind_and_region_has_a_name() -> None:
    assert set(KIND_NAMES) == set(OrganisationKind)
    assert set(REGION_NAMES) == set(Region)
