"""The questions of posts that are asked one by one: each answer's type, and how it is asked."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from app.core.addresses import BadAddress, check_address
from app.core.fields import (
    Choice,
    Day,
    Exact,
    Field,
    Many,
    Money,
    Option,
    Raw,
    Reader,
    Text,
    Whole,
    YesNo,
    ratio,
)
from app.opportunities.domain import (
    CHECK_NAMES,
    LEGAL_POWER_NAMES,
    REMOTE_NAMES,
    WHO_PAYS_NAMES,
    LegalPower,
    Remote,
)
from app.organisations.domain import REGION_NAMES


class Email(Text):
    """An email address that mail can be sent to."""

    def value(self, raw: Raw, path: str, reader: Reader) -> str | None:
        """The address, its domain in lower case."""
        text = super().value(raw, path, reader)
        if text is None:
            return None
        try:
            return check_address(text)
        except BadAddress as bad:
            reader.fail(path, str(bad))
            return None


class HalfDays(Exact):
    """A number of whole and half days."""

    def value(self, raw: Raw, path: str, reader: Reader) -> str | None:
        """The number, with no more than a half behind the point."""
        text = super().value(raw, path, reader)
        if text is not None and ("/" in text or ratio(text) * 2 % 1):
            reader.fail(path, f"{self.called} must be whole or half days, like {self.example}")
            return None
        return text


def _options(names: Mapping[Any, str], *, blank: str = "") -> tuple[Option, ...]:
    first = (Option("", blank),) if blank else ()
    return (*first, *(Option(str(value), name) for value, name in names.items()))


TITLE: Final = Text(
    label="Title of the post",
    name="Title",
    hint="As people would search for it, such as Chief information security officer. "
    "Leave out grades and codes.",
    max_length=120,
    missing="Enter a title",
)
_REGIONS: Final = _options(REGION_NAMES)

# Each answer of a section: the type of its value, and the question. A question that a kind may
# leave open loses its `missing`.
QUESTIONS: Final[Mapping[str, tuple[Any, Field]]] = {
    "summary": (
        str,
        Text(
            label="Summary",
            hint="One or two sentences. They stand in lists and feeds.",
            max_length=300,
            lines=3,
            missing="Enter a summary",
        ),
    ),
    "description": (
        str,
        Text(
            label="Description",
            hint="What the person will do, for whom, and what they need to know before they "
            "answer. An empty line begins a new paragraph. Do not name people.",
            max_length=8000,
            lines=14,
            missing="Enter a description",
        ),
    ),
    "wants_title": (
        str,
        Text(
            label="Role that you look for in return",
            name="Role that you look for",
            max_length=120,
            missing="Enter the role you look for",
        ),
    ),
    "wants_description": (
        str,
        Text(
            label="{wants}",
            name="What you look for",
            hint="What the other body should offer, and what would make it a good match",
            max_length=2000,
            lines=6,
            missing="Enter what you look for",
        ),
    ),
    "wants_regions": (
        list[str],
        Many(
            label="Regions that would suit (optional)",
            name="Regions",
            hint="Leave all empty if it can be anywhere",
            options=_REGIONS,
        ),
    ),
    "place": (
        str,
        Text(
            label="{place}",
            name="Place of work",
            hint="A town, or the name of the site. No street is needed.",
            max_length=120,
            missing="Enter the place of work",
        ),
    ),
    "postcode_area": (
        str,
        Text(
            label="Postcode area (optional)",
            name="Postcode area",
            hint="The letters a postcode there begins with, such as NE or B",
            max_length=2,
            pattern="[A-Za-z]{1,2}",
            wrong="Postcode area must be one or two letters, like NE",
            width="2",
            spellcheck=False,
        ),
    ),
    "region": (
        str,
        Choice(
            label="Region",
            options=_options(REGION_NAMES, blank="Choose a region"),
            look="select",
            missing="Choose a region",
        ),
    ),
    "remote": (
        str,
        Choice(
            label="Where is the work done?",
            name="Where the work is done",
            options=_options(REMOTE_NAMES),
            missing="Choose where the work is done",
        ),
    ),
    "office_days": (
        str,
        HalfDays(
            label="Days a week at the place of work",
            hint="In whole or half days, such as 2 or 1.5",
            most="7",
            unit="days",
            example="1.5",
            missing="Enter the days a week at the place of work",
            only_if=("remote", Remote.HYBRID),
        ),
    ),
    "starts_on": (
        date,
        Day(
            label="{starts}",
            name="Start date",
            hint="For example, 1 4 2027",
            missing="Enter a start date",
        ),
    ),
    "ends_on": (
        date,
        Day(
            label="{ends}",
            name="End date",
            hint="The last day, for example, 31 3 2029",
            missing="Enter an end date",
        ),
    ),
    "weeks": (
        int,
        Whole(
            label="How many weeks?",
            name="Number of weeks",
            hint="From 2 to 12",
            least=2,
            most=12,
            width="2",
            missing="Enter the number of weeks",
        ),
    ),
    "who_pays": (
        str,
        Choice(
            label="Who pays?",
            name="Who pays",
            options=_options(WHO_PAYS_NAMES),
            missing="Choose who pays",
        ),
    ),
    "pay_from": (
        Decimal,
        Money(
            label="Lowest pay a year{optional}",
            name="Lowest pay",
            hint="For a full-time post, before any share of the week is taken",
            above_zero=True,
            missing="Enter the lowest pay",
        ),
    ),
    "pay_to": (
        Decimal,
        Money(
            label="Highest pay a year{optional}",
            name="Highest pay",
            hint="The same amount again if there is no range",
            above_zero=True,
            missing="Enter the highest pay",
        ),
    ),
    "pay_note": (
        str,
        Text(
            label="Anything to add about pay (optional)",
            name="What you add about pay",
            hint="Such as the grade, an allowance, or which part is paid",
            max_length=300,
            lines=2,
        ),
    ),
    "checks": (
        list[str],
        Many(
            label="Which checks must be done before the start?",
            name="Checks",
            hint="Select all that apply. Say only what this work needs: checks take weeks.",
            options=_options(CHECK_NAMES),
            missing="Choose the checks required",
        ),
    ),
    "contract_type": (
        str,
        Choice(
            label="Type of contract",
            options="contracts",
            missing="Choose the type of contract",
        ),
    ),
    "legal_power": (
        str,
        Choice(
            label="Under which power do the bodies share this work?{optional}",
            name="Legal power",
            hint="Ask your legal team. You can say that it is not yet confirmed.",
            options=_options(LEGAL_POWER_NAMES),
            missing="Choose the legal power",
        ),
    ),
    "legal_power_note": (
        str,
        Text(
            label="Which power?",
            name="The power",
            max_length=300,
            missing="Enter which power it is",
            only_if=("legal_power", LegalPower.OTHER),
        ),
    ),
    "is_politically_restricted": (
        bool,
        YesNo(
            label="Is the post politically restricted?",
            hint="In councils: under Part I of the Local Government and Housing Act 1989",
            missing="Say whether the post is politically restricted",
        ),
    ),
    "contact_name": (
        str,
        Text(
            label="Who can be asked about it",
            name="Contact",
            hint="A team or a person who has agreed to be named here",
            max_length=120,
            missing="Enter who can be asked",
        ),
    ),
    "contact_email": (
        str,
        Email(
            label="Email address",
            hint="Everybody who can see the post sees it too. A shared mailbox is best.",
            max_length=254,
            inputmode="email",
            spellcheck=False,
            missing="Enter their email address",
        ),
    ),
    "adjustments": (
        str,
        Text(
            label="How you help with adjustments",
            name="Adjustments",
            hint="What disabled people can ask for, in the process and in the work, and how",
            max_length=1000,
            lines=4,
            missing="Enter how you help with adjustments",
        ),
    ),
    "closes_on": (
        date,
        Day(
            label="Closing date",
            hint="The last day on which it is open, for example, 31 1 2027",
            missing="Enter a closing date",
        ),
    ),
    "title_cy": (str, Text(label="Title in Welsh", max_length=120)),
    "summary_cy": (str, Text(label="Summary in Welsh", max_length=300, lines=3)),
    "description_cy": (str, Text(label="Description in Welsh", max_length=8000, lines=14)),
}
