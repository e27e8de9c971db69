"""What the pages of a profile ask."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field as Default

from app.core.fields import (
    Choice,
    Day,
    Exact,
    FieldError,
    Hidden,
    Keyed,
    Many,
    Option,
    Setting,
    Text,
    Whole,
    ratio,
)
from app.core.forms import Form
from app.organisations.domain import REGION_NAMES
from app.profiles.domain import (
    EVIDENCE_NAMES,
    MOVE_NAMES,
    REMOTE_NAMES,
    STANDING_NAMES,
    Availability,
    RemoteWork,
    RoleStanding,
    SkillClaim,
    moves_of,
    year_of_use,
)
from app.roles.domain import Proficiency

NOT_HELD = "none"
LEVELS = tuple(Option(one.slug, one.label, one.meaning) for one in Proficiency)
YEARS_BACK = 40


def years(today: date) -> tuple[Option, ...]:
    """The years in which a skill can have been used last, the latest first."""
    found = [
        Option(str(year), str(year)) for year in range(today.year, today.year - YEARS_BACK, -1)
    ]
    return (Option("", "Choose a year"), *found)


class RoleForm(Form):
    """A role and level, and how one stands to it."""

    source: Annotated[
        str,
        Choice(
            label="Role and level",
            look="select",
            options="sources",
            missing="Choose a role and level",
        ),
    ]
    standing: Annotated[
        str,
        Choice(
            label="How do you stand to this role?",
            name="How you stand to this role",
            options=[Option(one.value, name) for one, name in STANDING_NAMES.items()],
            default=RoleStanding.HELD.value,
            missing="Choose how you stand to this role",
        ),
    ]


class AnswersForm(Form):
    """How well one has each skill of a level, and when each was last used."""

    source: Annotated[str, Hidden(missing="Choose a role and level", max_length=300)]
    levels: Annotated[
        dict[str, str],
        Keyed(
            label="Levels",
            of=Choice(label="Level", options=(*LEVELS, Option(NOT_HELD, "I do not have this"))),
            keys="skills",
        ),
    ] = Default(default_factory=dict)
    used: Annotated[
        dict[str, str],
        Keyed(
            label="Last used",
            of=Choice(label="Last used", look="select", options="years"),
            keys="skills",
        ),
    ] = Default(default_factory=dict)


class ClaimForm(Form):
    """How well one has a skill, and when it was last used."""

    level: Annotated[
        str,
        Choice(
            label="How well do you have this skill?",
            name="Level",
            options=LEVELS,
            missing="Choose how well you have this skill",
        ),
    ]
    used: Annotated[
        str | None,
        Choice(
            label="When did you last use it?",
            name="Year of the last use",
            hint="Leave it if you cannot say",
            look="select",
            options="years",
        ),
    ] = None

    def claim(self) -> SkillClaim:
        """The answers as the command takes them."""
        return claim_of(self.level, self.used)


class AddSkillForm(ClaimForm):
    """A skill of the framework by its name, with the same answers."""

    skill: Annotated[
        str,
        Text(
            label="Skill",
            hint="Begin to type its name and pick it from the list",
            missing="Enter the name of a skill",
        ),
    ]


def claim_of(level: str, used: str | None) -> SkillClaim:
    """A claim of the word for a level and a year."""
    proficiency = Proficiency.from_slug(level) or Proficiency.AWARENESS
    return SkillClaim(int(proficiency), year_of_use(int(used)) if used else None)


class EvidenceForm(Form):
    """What shows a skill."""

    kind: Annotated[
        str,
        Choice(
            label="What kind of evidence is it?",
            name="Kind of evidence",
            options=[Option(one.value, name) for one, name in EVIDENCE_NAMES.items()],
            missing="Choose what kind of evidence it is",
        ),
    ]
    title: Annotated[
        str,
        Text(
            label="What was it?",
            name="What it was",
            hint="For example, Service manager for parking permits",
            max_length=150,
            missing="Say what it was",
        ),
    ]
    year: Annotated[
        int | None,
        Whole(
            label="Year",
            hint="When it ended, or this year if it goes on. You can leave it empty",
            most=9999,
            width="4",
        ),
    ] = None
    words: Annotated[
        str,
        Text(
            label="Why does it show this skill?",
            name="Why it shows this skill",
            hint="In a few sentences: what you did, and what came of it. Name no other people",
            lines=6,
            max_length=1500,
            missing="Say why it shows this skill",
        ),
    ]


class AvailabilityForm(Form):
    """When, how much and where; every answer can be left open."""

    moves: Annotated[
        list[str] | None,
        Many(
            label="What would you like to do?",
            hint="Choose all that suit you. You are matched with posts of these kinds only",
            options=[Option(one.value, name) for one, name in MOVE_NAMES.items()],
        ),
    ] = None
    days: Annotated[
        str | None,
        Exact(
            label="Most days a week",
            hint="Such as 2 or 2.5. Leave it empty if any number suits you",
            most="7",
            above_zero=True,
            unit="days",
        ),
    ] = None
    from_on: Annotated[
        date | None, Day(label="From when?", name="First day", hint="For example, 1 4 2027")
    ] = None
    until_on: Annotated[
        date | None, Day(label="Until when?", name="Last day", hint="For example, 31 3 2028")
    ] = None
    months: Annotated[
        int | None,
        Whole(
            label="How long may a move last?",
            name="Months",
            hint="The most months, up to 60. Leave it empty if it does not matter",
            least=1,
            most=60,
        ),
    ] = None
    regions: Annotated[
        list[str] | None,
        Many(
            label="Where would you work?",
            hint="Regions that you would travel to. Choose none if it does not matter",
            options=[Option(one.value, name) for one, name in REGION_NAMES.items()],
        ),
    ] = None
    remote: Annotated[
        str | None,
        Choice(
            label="Would you work remotely?",
            options=[Option(one.value, name) for one, name in REMOTE_NAMES.items()],
        ),
    ] = None

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Days are whole or half ones."""
        if self.days is not None and ratio(self.days) * 2 % 1:
            yield FieldError("days", "Most days a week must be whole or half days, like 2 or 2.5")

    def found(self) -> Availability:
        """The answers as the command takes them."""
        return Availability(
            moves=moves_of(self.moves or ()),
            days=None if self.days is None else ratio(self.days).quantize(Decimal("0.1")),
            from_on=self.from_on,
            until_on=self.until_on,
            months=self.months,
            regions=tuple(self.regions or ()),
            remote=None if self.remote is None else RemoteWork(self.remote),
        )


class JobForm(Form):
    """Employer, grade and pay, each of which can be left out."""

    employer: Annotated[str | None, Text(label="Employer", max_length=150)] = None
    grade: Annotated[
        str | None, Text(label="Grade", hint="As your employer calls it", max_length=60)
    ] = None
    salary_point: Annotated[
        str | None,
        Text(
            label="Salary point",
            hint="For example, SCP 32. An organisation sees it at an offer, or if you let it",
            max_length=60,
        ),
    ] = None


class PauseForm(Form):
    """Until when nobody finds the person."""

    until: Annotated[
        date,
        Day(
            label="Until when?",
            name="Last day of the pause",
            hint="The last day on which nobody finds you. For example, 31 3 2027",
            missing="Enter the last day of the pause",
        ),
    ]


class HideForm(Form):
    """An organisation to hide from, by its name."""

    organisation: Annotated[
        str,
        Text(
            label="Organisation",
            hint="Begin to type its name and pick it from the list",
            missing="Enter the name of an organisation",
        ),
    ]


def sources_setting(sources: Sequence[Option]) -> Setting:
    """Roles and levels to choose from."""
    return Setting(options={"sources": (Option("", "Choose a role and level"), *sources)})
