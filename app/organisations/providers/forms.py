"""What the pages of identity providers ask."""

from typing import Annotated

from app.core.fields import Text, Tick
from app.core.forms import Form


class ContinueForm(Form):
    """Go on to the organisation's own sign-in."""


class ProviderForm(Form):
    """An organisation's identity provider."""

    issuer: Annotated[
        str,
        Text(
            label="Issuer",
            hint="For Entra ID: https://login.microsoftonline.com/ with your tenant’s id and /v2.0",
            missing="Enter the issuer’s address",
            pattern=r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?",
            wrong="Enter the issuer’s address, beginning with https://",
            max_length=300,
            spellcheck=False,
            inputmode="url",
        ),
    ]
    client_id: Annotated[
        str,
        Text(label="Client ID", missing="Enter the client ID", max_length=200, spellcheck=False),
    ]
    secret: Annotated[
        str,
        Text(
            label="Client secret",
            hint="Leave blank to keep the one that is saved. It is never shown again",
            max_length=500,
            spellcheck=False,
            autocomplete="off",
        ),
    ] = ""
    domains: Annotated[
        str,
        Text(
            label="Email domains that sign in this way",
            hint="One on each line. Each must be a domain of your organisation",
            missing="Enter at least one email domain",
            lines=3,
            max_length=2000,
            spellcheck=False,
        ),
    ]
    is_enabled: Annotated[bool, Tick(label="Send people of these domains to this sign-in")] = False
