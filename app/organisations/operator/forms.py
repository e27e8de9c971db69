"""What the operator's pages ask."""

from collections.abc import Iterable, Sequence
from typing import Annotated

from app.core.fields import FieldError, Many, Option, Setting, Text, Tick
from app.core.forms import Form
from app.organisations.fields import Email
from app.organisations.operator.queries import AskedDomain


def domain_setting(asked: Sequence[AskedDomain]) -> Setting:
    """The domains that wait for an answer, and who holds them already."""
    return Setting(
        options={
            "domains": [
                Option(str(one.id), one.domain, f"{one.holder} has it" if one.holder else "")
                for one in asked
            ]
        }
    )


class VerifyForm(Form):
    """The operator has looked the body up."""

    domains: Annotated[
        list[str],
        Many(
            label="Which email domains are the organisation’s own?",
            name="Email domains",
            hint="Those that you leave out are turned down",
            options="domains",
        ),
    ] = []  # noqa: RUF012 (Pydantic copies it)
    looked_up: Annotated[
        bool, Tick(label="I have looked its number up, and name and domains belong to it")
    ]

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Nobody is verified unseen, or without a domain if some wait; it may have some already."""
        if setting.options.get("domains") and not self.domains:
            yield FieldError("domains", "Select at least one email domain")
        if not self.looked_up:
            yield FieldError("looked_up", "Confirm that you have looked the organisation up")


class ReasonForm(Form):
    """Why a body is refused or suspended; its administrators read it."""

    reason: Annotated[
        str,
        Text(
            label="Reason",
            hint="The organisation’s administrators see it",
            lines=4,
            max_length=1000,
            missing="Enter the reason",
        ),
    ]


class DomainsForm(Form):
    """Which of the domains that a body asks for become its own."""

    domains: Annotated[
        list[str],
        Many(label="Email domains to add", options="domains"),
    ] = []  # noqa: RUF012 (Pydantic copies it)
    reason: Annotated[
        str | None,
        Text(label="Reason for those turned down (optional)", name="Reason", max_length=500),
    ] = None


class AdministratorForm(Form):
    """Whom to invite where a body has lost its last administrator."""

    email: Annotated[
        str,
        Email(
            label="Work email address of a new administrator",
            missing="Enter a work email address",
            autocomplete="off",
        ),
    ]


class ConfirmForm(Form):
    """Nothing to say: the button is the answer."""
