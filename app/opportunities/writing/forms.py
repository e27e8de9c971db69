"""The questions of each section of a post; a form is made of those that a kind needs."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Final

from pydantic import create_model

from app.core.fields import (
    Choice,
    Day,
    Exact,
    FieldError,
    Hidden,
    Option,
    Setting,
    YesNo,
    ratio,
)
from app.core.forms import STRANGE, Form, Rows
from app.opportunities.domain import (
    AUDIENCE_NAMES,
    CONTRACT_NAMES,
    FULL_WEEK,
    KIND_LINES,
    KIND_NAMES,
    Audience,
    OpportunityKind,
)
from app.opportunities.writing.cost_forms import CostForm
from app.opportunities.writing.domain import CONTRACTS, NEEDS, Section, answers_of
from app.opportunities.writing.questions import QUESTIONS, TITLE
from app.roles.domain import Proficiency

MOST_SKILLS: Final = 25
MOST_NAMED: Final = 40
LEAST_FTE: Final = Decimal("0.01")
_ID: Final = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


_AUDIENCE_HINTS: Final = {
    Audience.OWN: "Members of your organisation, signed in",
    Audience.NAMED: "Members of your organisation and of those you name, signed in",
    Audience.VERIFIED: "Members of every organisation that we have verified, signed in",
    Audience.PUBLIC: "Anybody on the web; it also goes into feeds, search engines and open data",
}


class StartForm(Form):
    """A new post: its kind and what to call it."""

    kind: Annotated[
        str,
        Choice(
            label="What do you want to post?",
            name="What you post",
            options=tuple(
                Option(kind.value, KIND_NAMES[kind], KIND_LINES[kind]) for kind in OpportunityKind
            ),
            missing="Choose what you want to post",
        ),
    ]
    title: Annotated[str, TITLE]


class RoleForm(Form):
    """Title, and the role of the framework or of the organisation's own."""

    title: Annotated[str, TITLE]
    role: Annotated[
        str,
        Choice(
            label="Role",
            hint="The nearest role of the capability framework, or one that your organisation "
            "has defined. It brings the skills that the role needs.",
            options="roles",
            look="select",
            missing="Choose a role",
        ),
    ]


class LevelForm(Form):
    """The level of the role."""

    level: Annotated[
        str,
        Choice(
            label="Which level is the post?",
            name="Level",
            options="levels",
            missing="Choose a level",
        ),
    ]


class SkillRow(Form):
    """A skill that is there: how well it is needed, and whether it is a must."""

    skill: Annotated[str, Hidden(pattern=_ID, wrong=STRANGE, missing=STRANGE)]
    level: Annotated[
        str | None,
        Choice(
            label="Level needed",
            options=(
                Option("", "Any level"),
                *(Option(str(int(one)), one.label) for one in Proficiency),
            ),
            look="select",
        ),
    ] = None
    need: Annotated[
        str,
        Choice(
            label="Need",
            options=(Option("must", "Must have"), Option("useful", "Useful")),
            look="select",
            missing="Choose whether it is a must or useful",
        ),
    ]


class SkillsForm(Form):
    """The skills of a post, and one to add."""

    skills: Annotated[
        list[SkillRow], Rows(label="Skills", form=SkillRow, most=MOST_SKILLS, start=0)
    ] = []  # noqa: RUF012 (Pydantic copies it)
    new: Annotated[
        str | None,
        Choice(
            label="Add a skill",
            options="skills",
            look="select",
            counts=False,
        ),
    ] = None


class TimeForm(Form):
    """How much of a week, as days or as FTE."""

    unit: Annotated[
        str,
        Choice(
            label="How do you count it?",
            name="How you count it",
            options=(Option("days", "Days a week"), Option("fte", "FTE")),
            missing="Choose days or FTE",
        ),
    ]
    days_per_week: Annotated[
        str | None,
        Exact(
            label="Days a week",
            hint="Of a full-time week of 5 days, such as 3 or 2.5",
            most="5",
            above_zero=True,
            unit="days",
            missing="Enter the days a week",
            only_if=("unit", "days"),
        ),
    ] = None
    fte: Annotated[
        str | None,
        Exact(
            label="FTE",
            hint="Such as 0.6, or 22.2/37",
            most="1",
            above_zero=True,
            example="0.6",
            missing="Enter the FTE",
            only_if=("unit", "fte"),
        ),
    ] = None
    full_time_hours: Annotated[
        str,
        Exact(
            label="Hours of a full-time week",
            hint="As the employer counts them, such as 37",
            most="60",
            above_zero=True,
            unit="hours",
            example="37",
            missing="Enter the hours of a full-time week",
        ),
    ]

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """A post is kept in hundredths of a day and of an hour."""
        if not ratio(self.full_time_hours) >= 1:
            yield FieldError("full_time_hours", "Hours of a full-time week must be 1 or more")
        if self.days_per_week and not has_places(self.days_per_week, 2):
            yield FieldError("days_per_week", "Days a week must have 2 decimal places or fewer")
        if self.fte and ratio(self.fte) < LEAST_FTE:
            yield FieldError("fte", f"FTE must be {LEAST_FTE} or more")


OWN_DAYS: Final = "Days a week that your own organisation takes"


class SharedTimeForm(TimeForm):
    """The same for a jointly funded post: how much of its week the employer takes is asked too."""

    own_days: Annotated[
        str | None,
        Exact(
            label="Days a week that your own organisation takes (optional)",
            name=OWN_DAYS,
            hint="Partners are looked for to take the rest. You pay for days nobody pledges",
            most="5",
            above_zero=True,
            unit="days",
            example="2",
        ),
    ] = None

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Some of the week is left for partners."""
        yield from super().rules(setting)
        if self.own_days is None:
            return
        days = self.days_per_week if self.unit == "days" else None
        week = ratio(days) if days else ratio(self.fte or "0") * FULL_WEEK
        if not has_places(self.own_days, 2):
            yield FieldError("own_days", f"{OWN_DAYS} must have 2 decimal places or fewer")
        elif ratio(self.own_days) >= week:
            yield FieldError(
                "own_days", f"{OWN_DAYS} must be fewer than the days of the post, to leave some"
            )


class RedeployeesForm(Form):
    """Whether redeployees come first, and until when."""

    first: Annotated[
        bool,
        YesNo(
            label="Do people at risk of redundancy come first?",
            name="Whether redeployees come first",
            hint="Redeployees of your own organisation",
            missing="Choose yes if redeployees come first",
        ),
    ]
    redeployees_first_until: Annotated[
        date | None,
        Day(
            label="Until when?",
            name="Last day for redeployees",
            hint="The last day on which only they are looked at, before the closing date",
            missing="Enter the last day on which redeployees come first",
            only_if=("first", "yes"),
        ),
    ] = None


class NamedRow(Form):
    """A body that may see the post."""

    organisation: Annotated[
        str,
        Choice(
            label="Organisation",
            options="organisations",
            look="select",
            missing="Choose an organisation",
        ),
    ]


class AudienceForm(Form):
    """Who may see the post."""

    audience: Annotated[
        str,
        Choice(
            label="Who can see this post?",
            name="Who can see it",
            options=tuple(
                Option(one.value, AUDIENCE_NAMES[one], _AUDIENCE_HINTS[one]) for one in Audience
            ),
            missing="Choose who can see the post",
        ),
    ]
    named: Annotated[
        list[NamedRow] | None,
        Rows(
            label="Organisations",
            form=NamedRow,
            legend="Organisation {n}",
            add="Add another organisation",
            most=MOST_NAMED,
            missing="Name at least one organisation",
            least=1,
            only_if=("audience", Audience.NAMED),
        ),
    ] = None


_OWN_FORMS: Final[Mapping[Section, type[Form]]] = {
    Section.ROLE: RoleForm,
    Section.SKILLS: SkillsForm,
    Section.TIME: TimeForm,
    Section.COST: CostForm,
    Section.REDEPLOYEES: RedeployeesForm,
    Section.AUDIENCE: AudienceForm,
}


@cache
def form_of(kind: OpportunityKind, section: Section) -> type[Form]:
    """The form of a section for a kind."""
    own = _OWN_FORMS.get(section)
    if section is Section.TIME and kind is OpportunityKind.SHARED_POST:
        own = SharedTimeForm
    if own is not None:
        return own
    need = NEEDS[kind][section]
    fields: dict[str, Any] = {}
    for name in answers_of(kind, section):
        value, question = QUESTIONS[name]
        if name in need.must:
            fields[name] = (Annotated[value, question], ...)
        else:
            # A question below an option is asked only with it, and is then a must.
            asked = question if question.only_if else replace(question, missing="")
            fields[name] = (Annotated[value | None, asked], None)
    return create_model(f"{kind.value}_{section.value}", __base__=Form, **fields)


_PLACES: Final[Mapping[OpportunityKind, str]] = {
    **dict.fromkeys(OpportunityKind, "Place of work"),
    OpportunityKind.SECONDMENT_OFFERED: "Where the person works now",
    OpportunityKind.JOB_SWAP: "Place of work of your post",
}
_WANTS: Final[Mapping[OpportunityKind, str]] = {
    **dict.fromkeys(OpportunityKind, "What you look for"),
    OpportunityKind.SECONDMENT_OFFERED: "What kind of secondment would suit",
    OpportunityKind.JOB_SWAP: "What you look for in return",
}
_OPTIONAL: Final = " (optional)"


def words_of(kind: OpportunityKind, section: Section) -> dict[str, str]:
    """What the labels of a section say for a kind."""
    needs = NEEDS[kind][section]
    may = {"pay_from", "legal_power"} & set(needs.may)
    offered = kind is OpportunityKind.SECONDMENT_OFFERED
    return {
        "place": _PLACES[kind],
        "wants": _WANTS[kind],
        "starts": "Free from" if offered else "Start date",
        "ends": "Free until"
        if offered
        else f"End date{_OPTIONAL if 'ends_on' in needs.may else ''}",
        "optional": _OPTIONAL if may else "",
    }


def contract_options(kind: OpportunityKind) -> tuple[Option, ...]:
    """The contracts that a kind can have."""
    return tuple(Option(one.value, CONTRACT_NAMES[one]) for one in CONTRACTS[kind])


def has_places(text: str, most: int) -> bool:
    """Whether a number has at most so many decimal places; a fraction is none.

    >>> has_places("2.25", 2), has_places("1/3", 2)
    (True, False)
    """
    return "/" not in text and len(text.partition(".")[2].rstrip("0")) <= most
