"""What the pages of second factors ask."""

from typing import Annotated

from app.core.fields import Hidden, Text
from app.core.forms import Form
from app.organisations.fields import Email

CODE = Text(
    label="6-digit code",
    hint="Your app shows a new one every 30 seconds",
    missing="Enter the code that your app shows",
    max_length=20,
    width="5",
    inputmode="numeric",
    autocomplete="one-time-code",
    spellcheck=False,
)


class CodeForm(Form):
    """A code of an authenticator app."""

    code: Annotated[str, CODE]


class PasskeyForm(Form):
    """What the browser says of a passkey, put there by the script."""

    credential: Annotated[
        str,
        Hidden(max_length=8000, missing="Your browser did not show a passkey. Try again"),
    ]


class NewPasskeyForm(PasskeyForm):
    """A passkey with a name by which its owner knows it."""

    name: Annotated[
        str,
        Text(
            label="Name of this passkey",
            hint="Such as “work laptop” or “blue key”",
            missing="Enter a name for this passkey",
            max_length=60,
        ),
    ]


class RecoveryForm(Form):
    """One of the codes that were written down."""

    code: Annotated[
        str,
        Text(
            label="Recovery code",
            hint="One of the ten that you wrote down. It works once",
            missing="Enter a recovery code",
            max_length=60,
            width="20",
            autocomplete="off",
            spellcheck=False,
        ),
    ]


class ConfirmForm(Form):
    """A page with a button and nothing to fill in."""


class ResetForm(Form):
    """Whose factors the operator resets."""

    email: Annotated[
        str,
        Email(
            label="Email address of the person",
            missing="Enter the email address of the person",
            autocomplete="off",
        ),
    ]
