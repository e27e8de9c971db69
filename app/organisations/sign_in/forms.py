"""What the pages of signing in ask."""

from typing import Annotated

from app.core.fields import Hidden
from app.core.forms import Form
from app.organisations.fields import Email


class SignInForm(Form):
    """Who wants to sign in, and where they were going; by a link even if there is another way."""

    email: Annotated[
        str,
        Email(
            label="Email address",
            hint="Your work address, or the private one that you gave us",
            missing="Enter your email address",
        ),
    ]
    next: Annotated[str, Hidden(max_length=600)] = ""
    by_link: Annotated[str, Hidden(max_length=3)] = ""


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
