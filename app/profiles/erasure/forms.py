"""What the page asks before an account is erased."""

from typing import Annotated

from app.core.forms import Form
from app.organisations.fields import Email


class EraseForm(Form):
    """The person's own address, so that nobody erases an account by a slip."""

    email: Annotated[
        str,
        Email(
            label="Type your email address to confirm",
            hint="The one that you sign in with",
            missing="Enter the email address that you sign in with",
        ),
    ]
