"""Entries in words."""

import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.audit import words
from app.audit.words import (
    GONE,
    actions,
    ids_of,
    register,
    register_all,
    register_codes,
    say,
    title_of,
)

ADA, NORTH, EAST = (uuid.UUID(int=number) for number in (1, 2, 3))
NAMES = {ADA: "Ada Example", NORTH: "Northshire Council"}


@dataclass
class SomeEntry:
    action: str = "test.said"
    facts: dict[str, Any] = field(default_factory=dict)
    subject_id: uuid.UUID | None = ADA
    person_id: uuid.UUID | None = None
    acting_organisation_id: uuid.UUID | None = None


@pytest.fixture(autouse=True)
def own_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_SENTENCES", {})
    monkeypatch.setattr(words, "_CODES", {})


def test_a_sentence_is_filled_with_the_subject_and_facts() -> None:
    register("test.said", "Gave {subject} the duty {duty} from {on} at {body}")
    facts = {"duty": "finance_officer", "on": "2027-04-01", "body": str(NORTH)}
    assert say(SomeEntry(facts=facts), NAMES) == (
        "Gave Ada Example the duty finance officer from 1 April 2027 at Northshire Council"
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("226928.68", "226,928.68"),
        ("417.00", "417.00"),
        (None, "nothing"),
        ("", "nothing"),
        (True, "yes"),
        (False, "no"),
        (3, "3"),
        ("12.50", "12.50"),
        (["hr", str(ADA)], "hr, Ada Example"),
        ([], "nothing"),
        ("2027-04-01T09:00:00+00:00", "1 April 2027"),
        ("2027-99-99", "2027-99-99"),
        ("E06000001", "E06000001"),
        (str(EAST), GONE),
        ("x" * 36, "x" * 36),
    ],
)
def test_facts_in_words(value: Any, said: str) -> None:
    register("test.said", "{fact}")
    assert say(SomeEntry(facts={"fact": value}), NAMES) == said


def test_codes_of_a_fact_have_words() -> None:
    register("test.said", "Signed in {how}")
    register_codes("how", {"link": "by a link in an email"})
    assert say(SomeEntry(facts={"how": "link"}), NAMES) == "Signed in by a link in an email"
    assert say(SomeEntry(facts={"how": "by_letter"}), NAMES) == "Signed in by letter"
    assert say(SomeEntry(facts={"how": ["link"]}), NAMES) == "Signed in link"


def test_whoever_is_gone_or_never_was_named_does_not_make_it_fail() -> None:
    register("test.said", "{subject} and {lost}")
    assert say(SomeEntry(subject_id=EAST), NAMES) == f"{GONE} and nothing"
    assert say(SomeEntry(subject_id=None), NAMES) == f"{GONE} and nothing"


def test_an_action_nobody_put_into_words_is_still_said() -> None:
    assert actions() == frozenset()
    assert say(SomeEntry(action="cost_split.closed_early"), NAMES) == "cost split: closed early"


def test_an_action_has_a_title_to_choose_it_by() -> None:
    register("test.said", "Froze version {version}, £{total} in all")
    register("test.named", "{subject} joined")
    assert title_of("test.said") == "Froze version"
    assert title_of("test.named") == "Test: named"
    assert title_of("cost_split.closed_early") == "Cost split: closed early"


def test_an_action_has_one_sentence() -> None:
    register_all({"test.said": "One"})
    register("test.said", "One")
    assert actions() == {"test.said"}
    with pytest.raises(ValueError, match="already"):
        register("test.said", "Two")


def test_a_page_is_told_whose_names_to_look_up() -> None:
    entry = SomeEntry(
        facts={"body": str(NORTH), "of": [str(EAST), "hr"], "days": 3}, person_id=uuid.UUID(int=9)
    )
    assert ids_of([entry]) == {ADA, NORTH, EAST, uuid.UUID(int=9)}
