"""What an application to join asks, one task at a time."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated, Final

from app.core.errors import RuleBroken
from app.core.fields import Choice, Day, FieldError, Money, Setting, Text, Tick, YesNo
from app.core.forms import Form, Rows
from app.organisations.domain import OrganisationKind, Register
from app.organisations.fields import (
    KINDS,
    REGIONS,
    REGISTERS,
    SCHEMES,
    Domain,
    Email,
    Hours,
    Number,
    Rate,
)
from app.organisations.joining.domain import MOST_DOMAINS
from app.organisations.registers import check_number

MAY_BIND: Final = "Confirm that you may accept these terms for your organisation"


class BodyForm(Form):
    """What the body is called, what it is and where."""

    name: Annotated[
        str,
        Text(
            label="Name of your organisation",
            hint="As it stands in its register",
            missing="Enter the name of your organisation",
            autocomplete="organization",
        ),
    ]
    name_cy: Annotated[
        str | None,
        Text(
            label="Name in Welsh (optional)",
            name="Name in Welsh",
            hint="If it has one",
            spellcheck=False,
        ),
    ] = None
    kind: Annotated[
        OrganisationKind,
        Choice(
            label="What kind of organisation is it?",
            name="Kind of organisation",
            options=KINDS,
            missing="Select what kind of organisation it is",
        ),
    ]
    region: Annotated[
        str,
        Choice(
            label="Where is its main office?",
            name="Region",
            options=REGIONS,
            missing="Select where its main office is",
        ),
    ]


class RegisterForm(Form):
    """The number by which a public register knows the body."""

    register_code: Annotated[
        Register,
        Choice(
            label="Which number can we look you up by?",
            name="Kind of number",
            hint="Councils usually have an ONS code, NHS bodies an ODS code, universities a UKPRN",
            options=REGISTERS,
            missing="Select which number we can look you up by",
        ),
    ]
    number: Annotated[
        str,
        Number(label="The number or code", missing="Enter the number or code"),
    ]

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """The shape that the register gives its numbers."""
        kind = OrganisationKind(setting.words.get("kind", OrganisationKind.OTHER))
        try:
            check_number(self.register_code, self.number, kind)
        except RuleBroken as broken:
            yield FieldError("number", broken.message)


class DomainRow(Form):
    """One email domain."""

    domain: Annotated[
        str,
        Domain(
            label="Email domain",
            hint="The part after the @, like northshire.gov.uk",
            missing="Enter an email domain",
        ),
    ]


class DomainsForm(Form):
    """The email domains of the body."""

    domains: Annotated[
        list[DomainRow],
        Rows(
            form=DomainRow,
            name="Domains",
            legend="Email domain {n}",
            add="Add another domain",
            least=1,
            most=MOST_DOMAINS,
            missing="Enter an email domain",
        ),
    ]

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Each domain once."""
        seen: set[str] = set()
        for place, row in enumerate(self.domains):
            if row.domain in seen:
                yield FieldError(f"domains-{place}-domain", "You have entered this domain already")
            seen.add(row.domain)


class FinanceForm(Form):
    """What finance needs: VAT, the levy and the full-time week."""

    is_vat_registered: Annotated[
        bool,
        YesNo(
            label="Is your organisation registered for VAT?",
            name="Registered for VAT",
            missing="Select yes if your organisation is registered for VAT",
        ),
    ]
    pays_levy: Annotated[
        bool,
        YesNo(
            label="Does your organisation pay the apprenticeship levy?",
            name="Pays the apprenticeship levy",
            hint="Employers with a pay bill over £3 million a year do",
            missing="Select yes if your organisation pays the apprenticeship levy",
        ),
    ]
    full_time_hours: Annotated[
        Decimal,
        Hours(
            label="How many hours is a full-time week?",
            name="Full-time week",
            hint="Without breaks, for example 37",
            missing="Enter how many hours a full-time week is",
        ),
    ]


class PensionForm(Form):
    """The pension scheme most staff are in, and the employer's rate."""

    scheme: Annotated[
        str,
        Choice(
            label="Which pension scheme are most of your staff in?",
            name="Pension scheme",
            options=SCHEMES,
            look="select",
            missing="Select the pension scheme",
        ),
    ]
    rate: Annotated[
        Decimal | None,
        Rate(
            label="Employer’s rate (optional)",
            name="Employer’s rate",
            hint="What your organisation pays, as a percentage of pensionable pay. "
            "You can add it, and later rates, when you have joined",
        ),
    ] = None
    starts_on: Annotated[
        date | None,
        Day(
            label="Since when has this rate applied?",
            name="The day since when this rate has applied",
            hint="For example, 1 4 2026",
        ),
    ] = None

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """A rate and its date come together."""
        if self.rate is not None and self.starts_on is None:
            message = "Enter the day since when this rate has applied"
            yield FieldError("starts_on", message, ("day",))
        if self.rate is None and self.starts_on is not None:
            yield FieldError("rate", "Enter the employer’s rate, or remove its date")


class SponsorForm(Form):
    """Who stands behind the body's part in the exchange."""

    senior_sponsor: Annotated[
        str,
        Text(
            label="Name and job title of the senior sponsor",
            name="Senior sponsor",
            hint="Somebody at director level who answers for your organisation’s part here",
            missing="Enter the name and job title of the senior sponsor",
        ),
    ]


class LimitsForm(Form):
    """The most that holders of a duty may commit the body to."""

    finance_officer: Annotated[
        Decimal | None,
        Money(
            label="Finance officers may approve up to (optional)", name="Limit of finance officers"
        ),
    ] = None
    authorised_signatory: Annotated[
        Decimal | None,
        Money(
            label="Authorised signatories may sign up to (optional)",
            name="Limit of authorised signatories",
        ),
    ] = None
    hr: Annotated[
        Decimal | None,
        Money(label="HR may pledge up to (optional)", name="Limit of HR"),
    ] = None


class ApplicantForm(Form):
    """Who applies: the first administrator."""

    person_name: Annotated[
        str,
        Text(
            label="Your name",
            missing="Enter your name",
            autocomplete="name",
            spellcheck=False,
            max_length=100,
        ),
    ]
    job_title: Annotated[
        str,
        Text(
            label="Your job title",
            missing="Enter your job title",
            autocomplete="organization-title",
            max_length=100,
        ),
    ]
    email: Annotated[
        str,
        Email(
            label="Your work email address",
            hint="We send a link to this address that sends your application",
            missing="Enter your work email address",
        ),
    ]


class SendForm(Form):
    """Accept the terms and send."""

    accepts: Annotated[bool, Tick(label="I accept the participation terms for my organisation")]

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Nobody joins without."""
        if not self.accepts:
            yield FieldError("accepts", MAY_BIND)
