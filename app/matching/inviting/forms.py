"""What is asked of a body that invites somebody, and of somebody who declines."""

from collections.abc import Iterable
from typing import Annotated, Final

from app.core.fields import Choice, FieldError, Option, Setting, Text
from app.core.forms import Form
from app.matching.inviting.domain import REASON_NAMES, DeclineReason
from app.opportunities.questions.domain import personal_data_in

NO_ADDRESSES: Final = (
    "Leave out email addresses and telephone numbers: they answer through Crossbench"
)


class InviteForm(Form):
    """Words to somebody who is invited."""

    note: Annotated[
        str | None,
        Text(
            label="A few words to them (optional)",
            name="Your words",
            hint="Why you think that the post suits them. They read it on Crossbench, not in the "
            "email. Leave out addresses and telephone numbers.",
            max_length=1000,
            lines=5,
        ),
    ] = None

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Contact is through the exchange, both ways."""
        if self.note and personal_data_in(self.note):
            yield FieldError("note", NO_ADDRESSES)


class DeclineForm(Form):
    """Why somebody declines."""

    reason: Annotated[
        DeclineReason,
        Choice(
            label="Why does it not suit you?",
            hint="The organisation sees your answer. It learns nothing else about you from it.",
            options=[Option(one.value, name) for one, name in REASON_NAMES.items()],
            missing="Choose why it does not suit you",
        ),
    ]
    words: Annotated[
        str | None,
        Text(
            label="Anything to add? (optional)",
            name="What you add",
            hint="The organisation sees this too. Do not write who you are.",
            max_length=500,
            lines=3,
        ),
    ] = None
