"""What the pages of a local role ask."""

from datetime import date
from typing import Annotated

from pydantic import Field as Default

from app.core.fields import Choice, Day, Each, Option, Setting, Text
from app.core.forms import Form
from app.roles.domain import Proficiency
from app.roles.local.domain import Details
from app.roles.queries import SkillAt

REMOVE = "remove"
LEVELS = tuple(Option(one.slug, one.label) for one in Proficiency)


class DetailsForm(Form):
    """What a local role says of itself."""

    name: Annotated[
        str,
        Text(
            label="Name of the role",
            hint="For example, Shared chief information security officer",
            max_length=120,
            missing="Enter the name of the role",
        ),
    ]
    summary: Annotated[
        str,
        Text(
            label="What the role is for",
            hint="In a few sentences. It is shown with every post that uses the role",
            lines=5,
            max_length=2000,
            missing="Say what the role is for",
        ),
    ]
    basis: Annotated[
        str,
        Text(
            label="What it rests on",
            hint="Why no role of the framework fits, and who agreed this one: for example, "
            "the digital board on 3 March 2027",
            name="Basis",
            lines=3,
            max_length=1000,
            missing="Say what the role rests on",
        ),
    ]
    owner: Annotated[
        str,
        Text(
            label="Who looks after it",
            hint="A post or a team, not a person’s name, since everybody can read it",
            name="Owner",
            max_length=120,
            missing="Enter the post or team that looks after the role",
        ),
    ]
    review_on: Annotated[
        date,
        Day(
            label="When it is to be reviewed",
            hint="Within three years. For example, 31 3 2028",
            name="Review date",
            missing="Enter the date of the next review",
        ),
    ]

    def details(self) -> Details:
        """The answers as the command takes them."""
        return Details(self.name, self.summary, self.basis, self.owner, self.review_on)


class LevelsForm(Form):
    """The proficiency of each skill that a role has, by the skill's slug."""

    levels: Annotated[
        dict[str, str],
        Each(
            label="Skills",
            of=Choice(
                label="Proficiency",
                look="select",
                options=(*LEVELS, Option(REMOVE, "Remove this skill")),
                missing="Choose a proficiency for {item}",
            ),
            keys="skills",
        ),
    ] = Default(default_factory=dict)


def setting_of(skills: tuple[SkillAt, ...]) -> Setting:
    """The skills that are asked about."""
    return Setting(options={"skills": [Option(one.slug, one.name) for one in skills]})


class AddForm(Form):
    """One skill of the framework, by its name."""

    skill: Annotated[
        str,
        Text(
            label="Skill",
            hint="Begin to type its name, or copy it from the list of skills",
            missing="Enter the name of a skill",
        ),
    ]
    proficiency: Annotated[
        str,
        Choice(
            label="Proficiency",
            look="select",
            options=(Option("", "Choose"), *LEVELS),
            missing="Choose a proficiency",
        ),
    ]


class BorrowForm(Form):
    """All skills of a level, or of a role without levels."""

    source: Annotated[
        str,
        Choice(
            label="Level or role",
            look="select",
            options="sources",
            missing="Choose a level or role to borrow from",
        ),
    ]
    unstated: Annotated[
        str,
        Choice(
            label="Proficiency where the framework states none",
            look="select",
            options=LEVELS,
            default=Proficiency.PRACTITIONER.slug,
            missing="Choose a proficiency",
        ),
    ]
