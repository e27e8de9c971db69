"""What pages about a body's people ask."""

from collections.abc import Collection, Iterable
from typing import Annotated, Final

from app.core.fields import Choice, FieldError, Many, Option, Setting, Text
from app.core.forms import Form
from app.core.permissions import DUTY_NAMES, Duty
from app.organisations.fields import Email
from app.organisations.members.domain import END_REASONS, EndReason

DUTY_HINTS: Final[dict[Duty, str]] = {
    Duty.ORGANISATION_ADMIN: "Looks after members, settings and the record of who did what",
    Duty.HR: "Writes, approves and publishes posts, invites people, and pledges",
    Duty.HIRING_MANAGER: "Writes posts and answers questions about them",
    Duty.LINE_MANAGER: "Decides about the release of the people who report to them",
    Duty.FINANCE_OFFICER: "Approves pledges, and turns them into cost splits and agreements",
    Duty.AUTHORISED_SIGNATORY: "Signs agreements, and approves posts",
}


def duty_setting(allowed: Collection[Duty]) -> Setting:
    """The duties that a page offers, in their usual order; plain membership needs no box."""
    offered = [
        Option(duty.value, DUTY_NAMES[duty], DUTY_HINTS[duty])
        for duty in Duty
        if duty in allowed and duty in DUTY_HINTS
    ]
    return Setting(options={"duties": offered})


class InviteForm(Form):
    """Whom to invite, and for what."""

    email: Annotated[
        str,
        Email(
            label="Work email address",
            hint="In one of your organisation’s email domains: {domains}",
            missing="Enter a work email address",
            autocomplete="off",
        ),
    ]
    job_title: Annotated[
        str | None,
        Text(label="Job title (optional)", name="Job title", max_length=100),
    ] = None
    duties: Annotated[
        list[Duty],
        Many(
            label="What will they do for your organisation?",
            name="Duties",
            hint="Leave all boxes empty for somebody who only looks for opportunities and answers "
            "for themselves",
            options="duties",
        ),
    ] = []  # noqa: RUF012 (Pydantic copies it)
    manager: Annotated[
        str | None,
        Email(
            label="Work email address of their line manager (optional)",
            name="Line manager",
            hint="Somebody who is a member of your organisation already",
            autocomplete="off",
        ),
    ] = None


class MemberForm(Form):
    """What a member does for the body."""

    job_title: Annotated[
        str | None,
        Text(label="Job title (optional)", name="Job title", max_length=100),
    ] = None
    duties: Annotated[
        list[Duty],
        Many(label="Duties", options="duties"),
    ] = []  # noqa: RUF012 (Pydantic copies it)
    manager: Annotated[
        str | None,
        Email(
            label="Work email address of their line manager (optional)",
            name="Line manager",
            hint="Somebody who is a member of your organisation",
            autocomplete="off",
        ),
    ] = None


REPORTS_TO: Final = Email(
    label="Work email address of the new line manager (optional)",
    name="New line manager",
    hint="For everybody who reports to this person. Leave it blank to name one later for each",
    autocomplete="off",
)


class EndForm(Form):
    """Why somebody's access ends, and who takes over their reports."""

    reason: Annotated[
        EndReason,
        Choice(
            label="Why does their access end?",
            name="Reason",
            options=[
                Option(reason.value, text)
                for reason, text in END_REASONS.items()
                if reason is not EndReason.LAPSED
            ],
            missing="Select why their access ends",
        ),
    ]
    reports_to: Annotated[str | None, REPORTS_TO] = None


class LeaveForm(Form):
    """Somebody leaves by themselves."""

    reports_to: Annotated[str | None, REPORTS_TO] = None


class AcceptForm(Form):
    """Accept an invitation; a new account needs a name."""

    name: Annotated[
        str | None,
        Text(
            label="Your name",
            hint="As colleagues and other organisations should see it",
            autocomplete="name",
            max_length=100,
            spellcheck=False,
        ),
    ] = None

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Nobody has an account without a name."""
        if setting.words.get("asks_name") and not self.name:
            yield FieldError("name", "Enter your name")
