"""What is asked of somebody who waives a must-have."""

from typing import Annotated

from app.core.fields import Text
from app.core.forms import Form


class WaiveForm(Form):
    """Why people without it are looked at too."""

    reason: Annotated[
        str,
        Text(
            label="Why do you waive it?",
            name="Reason",
            hint="It stands with the post, with your name and the date. Your colleagues read it.",
            max_length=500,
            lines=3,
            missing="Enter why you waive it",
        ),
    ]
