"""What the pages of alerts ask."""

from collections.abc import Sequence
from typing import Annotated, Final

from app.core.fields import Choice, Hidden, Option, Setting
from app.core.forms import Form
from app.matching.alerts.domain import FREQUENCY_NAMES, Frequency
from app.organisations.account.domain import LANGUAGE_NAMES
from app.organisations.fields import Email

LONGEST_SEARCH: Final = 8_000
_HINTS: Final = {
    Frequency.INSTANT: "Within a quarter of an hour",
    Frequency.DAILY: "At 7am, if there are new posts",
    Frequency.WEEKLY: "On Mondays at 7am, if there are new posts",
}
_OFTEN = Choice(
    label="How often do you want to hear?",
    options=[Option(f.value, name, _HINTS[f]) for f, name in FREQUENCY_NAMES.items()],
    missing="Choose how often you want to hear",
)
_LANGUAGE = Choice(
    label="Language of the emails",
    options=[Option(code, name) for code, name in LANGUAGE_NAMES.items()],
    missing="Choose the language of the emails",
    inline=True,
)
_ADDRESS = Choice(
    label="Where should we send it?",
    options="addresses",
    missing="Choose one of your addresses",
)


class OwnAlertForm(Form):
    """How often a person's alert comes, and to which of their addresses."""

    frequency: Annotated[Frequency, _OFTEN]
    address: Annotated[str, _ADDRESS]


class NewAlertForm(OwnAlertForm):
    """The same for a new one, with the search that it keeps."""

    search: Annotated[str, Hidden(max_length=LONGEST_SEARCH)] = ""


class VisitorAlertForm(Form):
    """How often a visitor's alert comes, and in which language."""

    frequency: Annotated[Frequency, _OFTEN]
    language: Annotated[str, _LANGUAGE]


class NewVisitorAlertForm(Form):
    """The same for a new one, with the address and the search."""

    email: Annotated[
        str,
        Email(
            label="Your email address",
            hint="We send a link there first. Nothing else comes until you have opened it",
            missing="Enter your email address",
        ),
    ]
    frequency: Annotated[Frequency, _OFTEN]
    language: Annotated[str, _LANGUAGE]
    search: Annotated[str, Hidden(max_length=LONGEST_SEARCH)] = ""


def addresses_of(email: str, private_email: str | None) -> Setting:
    """A person's proven addresses to choose from."""
    options: Sequence[Option] = (Option("account", email),)
    if private_email:
        options = (*options, Option("private", private_email, "Your private address"))
    return Setting(options={"addresses": options})
