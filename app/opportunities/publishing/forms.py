"""What is asked when a post is approved, published, extended or withdrawn."""

from datetime import date
from typing import Annotated, Final

from app.core.fields import Choice, Day, Option, Text
from app.core.forms import Form

LONGEST_REASON: Final = 500


def _reason(label: str, hint: str, missing: str) -> Text:
    return Text(
        label=label, name="Reason", hint=hint, max_length=LONGEST_REASON, lines=3, missing=missing
    )


class DecideForm(Form):
    """Approve, or send back with a reason."""

    decision: Annotated[
        str,
        Choice(
            label="What do you decide?",
            name="Your decision",
            options=(
                Option("approve", "Approve it"),
                Option("send_back", "Send it back"),
            ),
            missing="Choose whether you approve it",
        ),
    ]
    reason: Annotated[
        str | None,
        Text(
            label="Why do you send it back?",
            name="Reason",
            hint="Whoever wrote it reads this",
            max_length=LONGEST_REASON,
            lines=3,
            missing="Enter why you send it back",
            only_if=("decision", "send_back"),
        ),
    ] = None


class PublishForm(Form):
    """Now, or on a later day."""

    when: Annotated[
        str,
        Choice(
            label="When should it open?",
            name="When it opens",
            options=(
                Option("now", "Now"),
                Option("later", "On a later day"),
            ),
            missing="Choose when it should open",
        ),
    ]
    publish_on: Annotated[
        date | None,
        Day(
            label="On which day?",
            name="Day of publishing",
            hint="It opens shortly after midnight, for example, 4 1 2027",
            missing="Enter the day on which it opens",
            only_if=("when", "later"),
        ),
    ] = None


class ExtendForm(Form):
    """A later closing date, and why."""

    closes_on: Annotated[
        date,
        Day(
            label="New closing date",
            hint="The last day on which it is open, for example, 31 1 2027",
            missing="Enter the new closing date",
        ),
    ]
    reason: Annotated[
        str,
        _reason(
            "Why do you extend it?",
            "It stands in the history of the post, which your organisation sees",
            "Enter why you extend it",
        ),
    ]


class WithdrawForm(Form):
    """Why the post is taken away."""

    reason: Annotated[
        str,
        _reason(
            "Why do you withdraw it?",
            "Everybody who asked about it or pledged to it reads this. Do not name people.",
            "Enter why you withdraw it",
        ),
    ]
