"""What the pages on consent ask."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated

from app.core.fields import Choice, Day, FieldError, Many, Option, Text
from app.core.forms import Form
from app.organisations.domain import KIND_NAMES, REGION_NAMES
from app.profiles.consent.domain import (
    GRANTABLE,
    GROUP_HINTS,
    GROUP_NAMES,
    Grant,
    Group,
    Purpose,
    Recipient,
)
from app.profiles.queries import Body
from app.roles.domain import slug_of

NO_BODY = "There is no verified organisation named {name}"


class GiveForm(Form):
    """What somebody lets whom see, and until when."""

    groups: Annotated[
        list[str],
        Many(
            label="What may they see?",
            name="What they may see",
            hint="Levels and evidence bring the skills that they belong to",
            options=[Option(one.value, GROUP_NAMES[one], GROUP_HINTS[one]) for one in GRANTABLE],
            missing="Choose what they may see",
        ),
    ]
    recipient: Annotated[
        str,
        Choice(
            label="Who may see it?",
            name="Who may see it",
            options=(
                Option(Recipient.BODY, "One organisation"),
                Option(Recipient.KIND, "Organisations of one kind", "Not your own employer"),
                Option(Recipient.REGION, "Organisations of one region", "Not your own employer"),
                Option(Recipient.VERIFIED, "All verified organisations", "Not your own employer"),
            ),
            missing="Choose who may see it",
        ),
    ]
    body: Annotated[
        str | None,
        Text(
            label="Name of the organisation",
            hint="As the directory of organisations has it",
            missing="Enter the name of the organisation",
            only_if=("recipient", "body"),
        ),
    ] = None
    kind: Annotated[
        str | None,
        Choice(
            label="Kind of organisation",
            look="select",
            options=(
                Option("", "Choose a kind"),
                *(Option(one.value, name) for one, name in KIND_NAMES.items()),
            ),
            missing="Choose a kind of organisation",
            only_if=("recipient", "kind"),
        ),
    ] = None
    region: Annotated[
        str | None,
        Choice(
            label="Region",
            look="select",
            options=(
                Option("", "Choose a region"),
                *(Option(one.value, name) for one, name in REGION_NAMES.items()),
            ),
            missing="Choose a region",
            only_if=("recipient", "region"),
        ),
    ] = None
    until: Annotated[
        date,
        Day(
            label="Until when?",
            name="Last day",
            hint="Within two years. For example, 31 3 2027",
            missing="Enter the last day on which they may see it",
        ),
    ]

    def grant(self, bodies: Mapping[str, Body]) -> Grant | FieldError:
        """The answers as the command takes them, or what is wrong with the name of a body."""
        recipient = Recipient(self.recipient)
        body = bodies.get(slug_of(self.body or ""))
        if recipient is Recipient.BODY and body is None:
            return FieldError("body", NO_BODY.format(name=self.body))
        return Grant(
            groups=frozenset(Group(group) for group in self.groups),
            recipient=recipient,
            purpose=Purpose.FOUND,
            until_on=self.until,
            organisation_id=body.id if body and recipient is Recipient.BODY else None,
            of=self.kind or self.region,
        )


class PreviewForm(Form):
    """An organisation through whose eyes to look."""

    organisation: Annotated[
        str,
        Text(
            label="Organisation",
            hint="Begin to type its name and pick it from the list",
            missing="Enter the name of an organisation",
        ),
    ]


def by_name(bodies: Iterable[Body]) -> dict[str, Body]:
    """Bodies by how their name compares."""
    return {slug_of(one.name): one for one in bodies}
