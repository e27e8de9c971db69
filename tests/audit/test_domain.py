"""What may stand in the record."""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.audit.domain import (
    NotForTheRecord,
    check_action,
    check_facts,
    check_kind,
    check_reference,
    keyed_hash,
    link,
)
from app.audit.models import ActorKind

ID = uuid.UUID("01890a5d-ac96-774b-bcce-b302099a8057")


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, None),
        (True, True),
        (12, 12),
        (Decimal("-12.50"), "-12.50"),
        (ID, str(ID)),
        (date(2027, 4, 1), "2027-04-01"),
        (datetime(2027, 4, 1, 9, 30, tzinfo=UTC), "2027-04-01T09:30:00+00:00"),
        ("finance_officer", "finance_officer"),
        ("", ""),
        (ActorKind.SYSTEM, "system"),
        (["hr", 3], ["hr", 3]),
        ("a" * 64, "a" * 64),
    ],
)
def test_codes_ids_numbers_and_dates_are_kept(value: Any, kept: Any) -> None:
    assert check_facts({"fact": value}) == {"fact": kept}


@pytest.mark.parametrize(
    "value",
    [
        "Ada Example",
        "ada@northshire.example",
        "x" * 81,
        "a\nb",
        "Siân",
        1.5,
        b"abc",
        {"name": "x"},
        object(),
        ["Ada Example"],
        list(range(101)),
    ],
)
def test_names_and_free_text_are_refused(value: Any) -> None:
    with pytest.raises(NotForTheRecord):
        check_facts({"fact": value})


def test_names_of_facts_and_their_number_are_bounded() -> None:
    with pytest.raises(NotForTheRecord):
        check_facts({"Ada Example": 1})
    with pytest.raises(NotForTheRecord):
        check_facts({f"fact_{number}": 1 for number in range(31)})


@pytest.mark.parametrize("action", ["verified", "Organisation.verified", "a.b.c.d", "a. b", ""])
def test_actions_are_named_by_feature_and_verb(action: str) -> None:
    with pytest.raises(NotForTheRecord):
        check_action(action)


def test_kinds_and_references_are_codes() -> None:
    assert check_kind("membership") == "membership"
    assert check_reference("01J-x.y:z") == "01J-x.y:z"
    with pytest.raises(NotForTheRecord):
        check_kind("a membership")
    with pytest.raises(NotForTheRecord):
        check_reference("GET /?q=Ada Example")


def test_a_keyed_hash_needs_the_key() -> None:
    assert keyed_hash("ada@x.example", b"one") == keyed_hash("ada@x.example", b"one")
    assert keyed_hash("ada@x.example", b"one") != keyed_hash("ada@x.example", b"two")
    assert link(b"", b"x") != link(link(b"", b"x"), b"x")
