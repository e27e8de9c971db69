"""What is asked of somebody who asks, answers, or hides a question."""

from collections.abc import Iterable
from typing import Annotated

from app.core.fields import FieldError, Setting, Text, Tick
from app.core.forms import Form
from app.opportunities.questions.domain import (
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    personal_data_in,
    warning_about,
)

_CHECKED = Tick(label="It names nobody, and everybody may read it")


class AskForm(Form):
    """A question."""

    question: Annotated[
        str,
        Text(
            label="Your question",
            hint="Everybody who can see the post can read it. Your name and your organisation are "
            "not shown. Do not name people.",
            max_length=LONGEST_QUESTION,
            lines=5,
            missing="Enter your question",
        ),
    ]
    checked: Annotated[bool, _CHECKED] = False

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Addresses and numbers are let through only once somebody has looked at them."""
        found = personal_data_in(self.question)
        if found and not self.checked:
            yield FieldError("question", warning_about(found))


class AnswerForm(Form):
    """An answer."""

    answer: Annotated[
        str,
        Text(
            label="Your answer",
            hint="Everybody who can see the post can read it. Do not name people.",
            max_length=LONGEST_ANSWER,
            lines=6,
            missing="Enter your answer",
        ),
    ]
    checked: Annotated[bool, _CHECKED] = False

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """The same for answers."""
        found = personal_data_in(self.answer)
        if found and not self.checked:
            yield FieldError("answer", warning_about(found))


class HideForm(Form):
    """Why a question is hidden."""

    reason: Annotated[
        str,
        Text(
            label="Why do you hide it?",
            name="Reason",
            hint="Whoever asked reads this",
            max_length=500,
            lines=3,
            missing="Enter why you hide it",
        ),
    ]
