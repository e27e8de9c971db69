"""Who shares the cost, which of them employs the person, and what is costed."""

from collections.abc import Iterable
from typing import Annotated

from app.core.fields import (
    Choice,
    FieldError,
    Hidden,
    Option,
    Setting,
    Text,
    list_of,
    map_of,
    text_of,
)
from app.core.forms import Form, Rows
from app.costsharing.steps.step import Facts, Inputs, Raws, Step, party_ids

SECTION = "Who shares the cost"


class PartyRow(Form):
    """One body; its code is ours and stays when the name changes."""

    id: Annotated[str | None, Hidden(max_length=12)] = None
    name: Annotated[
        str,
        Text(
            label="Name of organisation",
            missing="Enter the name of the organisation",
            autocomplete="off",
            spellcheck=False,
        ),
    ]


class PartiesForm(Form):
    """Two bodies or more."""

    parties: Annotated[
        list[PartyRow],
        Rows(
            name="Organisations",
            form=PartyRow,
            legend="Organisation {n}",
            add="Add another organisation",
            least=2,
            most=60,
            start=2,
            movable=True,
            missing="Enter at least two organisations that share the cost",
        ),
    ]

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Each body once."""
        seen: set[str] = set()
        for i, party in enumerate(self.parties):
            if party.name.casefold() in seen:
                message = f"{party.name} is listed already. Remove it, or make the names different"
                yield FieldError(f"parties-{i}-name", message)
            seen.add(party.name.casefold())


def tidy_parties(raw: Raws, facts: Facts) -> Raws:  # noqa: ARG001
    """Give each named body a code that later pages can rely on."""
    rows = [map_of(r) for r in list_of(raw.get("parties"))]
    named = [r for r in rows if text_of(r.get("name")).strip()]
    ids = party_ids([(text_of(r.get("id")), text_of(r.get("name"))) for r in named])
    for row, code in zip(named, ids, strict=True):
        row["id"] = code
    return {"parties": rows}


def put_parties(form: PartiesForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """Parties in the agreement's order; the host and VAT are added by their own pages."""
    out["parties"] = [{"id": p.value, "name": p.text} for p in facts.parties]


class HostForm(Form):
    """The one that employs."""

    host: Annotated[
        str,
        Choice(
            label="Which organisation employs the person?",
            name="Host",
            hint="It pays the salary and invoices the others. We call it the host.",
            options="parties",
            missing="Select the organisation that employs the person",
        ),
    ]


def put_host(form: HostForm, facts: Facts, out: Inputs) -> None:  # noqa: ARG001
    """Mark the host among the parties."""
    for party in list_of(out.get("parties")):
        if isinstance(party, dict) and party["id"] == form.host:
            party["host"] = True


class WhatForm(Form):
    """A post whose pay is worked out, or a sum that is agreed."""

    kind: Annotated[
        str,
        Choice(
            label="What are you costing?",
            name="What is costed",
            options=(
                Option("post", "A post", "We work out pay, National Insurance and pension"),
                Option("sum", "A cost that is already agreed", "You type the sum, we share it"),
            ),
            missing="Select what you are costing",
        ),
    ]
    title: Annotated[
        str | None,
        Text(
            label="Name of the post or service (optional)",
            name="Name of the post or service",
            hint="For example, chief information security officer. It is shown on the agreement.",
            width="20",
        ),
    ] = None


STEPS = (
    Step(
        slug="parties",
        section=SECTION,
        title="Which organisations share the cost?",
        form=PartiesForm,
        tidy=tidy_parties,
        put=put_parties,
        intro=(
            "Include the organisation that employs the person, even if it pays no share itself.",
            "List them in the order your agreement will. When a penny is left over and two "
            "organisations have an equal claim to it, the one listed first pays it.",
        ),
    ),
    Step(
        slug="host",
        section=SECTION,
        title="Which organisation employs the person?",
        form=HostForm,
        put=put_host,
    ),
    Step(slug="what", section="The post and its pay", title="What are you costing?", form=WhatForm),
)
