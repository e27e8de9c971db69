"""What the pages of signing in ask."""

from dataclasses import dataclass
from typing import Annotated

from app.core.addresses import BadAddress, check_address
from app.core.fields import Hidden, Raw, Reader, Text
from app.core.forms import Form


@dataclass(frozen=True, kw_only=True)
class Email(Text):
    """One email address; its value is in lower case, as we keep addresses."""

    max_length: int = 254
    autocomplete: str = "email"
    spellcheck: bool = False
    inputmode: str = "email"

    def value(self, raw: Raw, path: str, reader: Reader) -> str | None:
        """The address, checked by the one function that says which are addresses."""
        text = super().value(raw, path, reader)
        if text is None:
            return None
        try:
            return check_address(text).lower()
        except BadAddress as bad:
            reader.fail(path, str(bad))
            return None


class SignInForm(Form):
    """Who wants to sign in, and where they were going."""

    email: Annotated[
        str,
        Email(
            label="Email address",
            hint="Your work address, or the private one that you gave us",
            missing="Enter your email address",
        ),
    ]
    next: Annotated[str, Hidden(max_length=600)] = ""


class UseLinkForm(Form):
    """The browser that asked has nothing to say; the button is all."""


class ConfirmAddressForm(Form):
    """Another browser says which address the link was sent to."""

    email: Annotated[
        str,
        Email(
            label="Email address",
            hint="The one that we sent the link to",
            missing="Enter the email address that we sent the link to",
        ),
    ]
