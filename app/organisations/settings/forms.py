"""What the settings of a body ask; pages of joining share most of it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Annotated

from app.core.fields import Choice, Day, FieldError, Setting, Text, Tick, YesNo
from app.core.forms import Form
from app.organisations.fields import SCHEMES, Domain, Rate
from app.organisations.joining.forms import FinanceForm


class ProfileForm(Form):
    """What the public page says beside the checked facts."""

    name_cy: Annotated[
        str | None, Text(label="Name in Welsh (optional)", name="Name in Welsh", spellcheck=False)
    ] = None
    about: Annotated[
        str | None,
        Text(
            label="About your organisation (optional)",
            name="About your organisation",
            hint="A few sentences for people who do not know it",
            lines=5,
            max_length=1500,
        ),
    ] = None
    website: Annotated[
        str | None,
        Text(
            label="Website (optional)",
            name="Website",
            hint="For example, https://www.northshire.gov.uk",
            pattern=r"https://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(/[^\s<>\"']*)?",
            wrong="Website must be an address that starts with https://",
            spellcheck=False,
        ),
    ] = None


class MoneyForm(FinanceForm):
    """What finance needs, and the pension scheme."""

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


class RateForm(Form):
    """An employer's pension rate from a day on."""

    rate: Annotated[
        Decimal,
        Rate(
            label="Employer’s rate",
            hint="As a percentage of pensionable pay",
            missing="Enter the employer’s rate",
        ),
    ]
    starts_on: Annotated[
        date,
        Day(
            label="From",
            name="The day from which it applies",
            hint="For example, 1 4 2027",
            missing="Enter the day from which it applies",
        ),
    ]
    source: Annotated[
        str | None,
        Text(label="Source (optional)", name="Source", hint="Such as the actuary’s certificate"),
    ] = None


class ApprovalForm(Form):
    """Whether a second person approves posts."""

    needs_post_approval: Annotated[
        bool,
        YesNo(
            label="Does a second person approve each post before it opens?",
            name="Posts need a second person’s approval",
            missing="Select yes if a second person approves each post",
        ),
    ]


class DomainForm(Form):
    """Another email domain."""

    domain: Annotated[
        str,
        Domain(
            label="Email domain",
            hint="The part after the @. The operator checks that it is yours",
            missing="Enter an email domain",
        ),
    ]


class TermsForm(Form):
    """Accept the terms that count today."""

    accepts: Annotated[bool, Tick(label="I accept the participation terms for my organisation")]

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Without the tick nothing is accepted."""
        if not self.accepts:
            yield FieldError(
                "accepts", "Confirm that you may accept these terms for your organisation"
            )
