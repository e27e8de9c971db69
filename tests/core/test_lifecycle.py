"""State machines as tables, and every lifecycle of the application, status by action."""

from enum import StrEnum

import pytest

from app.core.errors import MoveRefused
from app.core.lifecycle import Lifecycle
from app.organisations.domain import ORGANISATION, OrganisationAction, OrganisationStatus


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    BROKEN = "broken"


class Turn(StrEnum):
    GO = "go"
    STOP = "stop"
    BREAK = "break"


LIGHT = Lifecycle(
    "traffic light",
    Light.RED,
    {
        (Light.RED, Turn.GO): Light.GREEN,
        (Light.GREEN, Turn.STOP): Light.RED,
        (Light.GREEN, Turn.BREAK): Light.BROKEN,
    },
)


def test_every_status_against_every_action() -> None:
    for status in Light:
        for action in Turn:
            if (status, action) in LIGHT.moves:
                assert LIGHT.after(status, action) == LIGHT.moves[status, action]
                assert action in LIGHT.actions_from(status)
            else:
                with pytest.raises(MoveRefused, match=status.value):
                    LIGHT.after(status, action)
                assert not LIGHT.may(status, action)


def test_the_diagram_has_a_beginning_and_an_end() -> None:
    assert LIGHT.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> red",
        "    red --> green: go",
        "    green --> red: stop",
        "    green --> broken: break",
        "    broken --> [*]",
    ]


def test_a_closed_organisation_stays_closed() -> None:
    assert ORGANISATION.actions_from(OrganisationStatus.CLOSED) == ()
    assert ORGANISATION.may(OrganisationStatus.APPLIED, OrganisationAction.VERIFY)
