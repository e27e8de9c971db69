"""What the pages of a person's own account ask."""

from typing import Annotated

from app.core.fields import Choice, Hidden, Option, Text
from app.core.forms import Form
from app.organisations.account.domain import LANGUAGE_NAMES
from app.organisations.fields import Email


class DetailsForm(Form):
    """Name and language."""

    name: Annotated[
        str,
        Text(
            label="Full name",
            hint="As colleagues and other organisations see it",
            missing="Enter your full name",
            max_length=100,
            autocomplete="name",
            spellcheck=False,
        ),
    ]
    language: Annotated[
        str,
        Choice(
            label="Language of our emails",
            hint="Pages are in English. Emails that we have in Welsh can come in Welsh",
            options=[Option(code, name) for code, name in LANGUAGE_NAMES.items()],
            missing="Choose the language of our emails",
        ),
    ]


class PrivateAddressForm(Form):
    """An address that stays when the work address goes."""

    email: Annotated[
        str, Email(label="Private email address", missing="Enter your private email address")
    ]


class ConfirmForm(Form):
    """A page with a button and nothing to fill in."""


class OrganisationForm(Form):
    """For which organisation to act."""

    membership: Annotated[
        str,
        Choice(
            label="Which organisation do you want to act for?",
            options="memberships",
            missing="Choose an organisation",
        ),
    ]
    next: Annotated[str, Hidden(max_length=600)] = ""
