"""What the pages ask of who wants a skill confirmed, and of who is asked."""

from typing import Annotated, Final

from app.core.fields import Choice, Option, Text
from app.core.forms import Form
from app.organisations.account.domain import LANGUAGE_NAMES
from app.organisations.fields import Email
from app.profiles.confirming.domain import RELATION_NAMES, ConfirmationAction

LONGEST_NAME: Final = 80


class AskForm(Form):
    """Whom to ask, where they read mail, and in which language we write."""

    relation: Annotated[
        str,
        Choice(
            label="Whom do you ask?",
            options=[Option(one.value, name) for one, name in RELATION_NAMES.items()],
            missing="Choose whom you ask",
        ),
    ]
    name: Annotated[
        str,
        Text(
            label="Their name",
            max_length=LONGEST_NAME,
            autocomplete="off",
            spellcheck=False,
            missing="Enter the name of whoever you ask",
        ),
    ]
    email: Annotated[
        str,
        Email(
            label="Their email address",
            hint="A work address says more to whoever reads your profile later",
            autocomplete="off",
            missing="Enter the email address of whoever you ask",
        ),
    ]
    language: Annotated[
        str,
        Choice(
            label="Language of the email",
            options=[Option(code, name) for code, name in LANGUAGE_NAMES.items()],
            default="en",
            missing="Choose the language of the email",
            inline=True,
        ),
    ]


class AnswerForm(Form):
    """What whoever is asked says, and by which name."""

    answer: Annotated[
        str,
        Choice(
            label="What do you say?",
            name="Your answer",
            options=[
                Option(ConfirmationAction.CONFIRM, "Yes, I confirm this"),
                Option(ConfirmationAction.DECLINE, "I cannot confirm this"),
                Option(ConfirmationAction.DISOWN, "I do not know this person"),
            ],
            missing="Choose what you say",
        ),
    ]
    name: Annotated[
        str,
        Text(
            label="Your name",
            hint="As it will stand beside the skill if you confirm it",
            max_length=LONGEST_NAME,
            autocomplete="name",
            spellcheck=False,
            missing="Enter your name",
        ),
    ]
