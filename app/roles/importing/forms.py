"""What an import asks: the date of the file, and what became of what is gone."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from pydantic import Field as Default

from app.core.fields import Choice, Day, Each, FieldError, Keyed, Option, Raw, Setting, Text, Whole
from app.core.forms import Form
from app.roles.domain import EditionFacts, SuccessionKind, slug_of
from app.roles.importing.comparison import Difference, Gone
from app.roles.importing.proposal import REMOVED, Decisions, Fate, roles_to_order

KINDS = (
    Option(SuccessionKind.RENAMED, "Renamed", "One new skill has taken its place"),
    Option(SuccessionKind.MERGED, "Merged into another skill"),
    Option(SuccessionKind.SPLIT, "Split into several skills"),
    Option(SuccessionKind.RETIRED, "Retired", "Nothing takes its place"),
)
NOTHING: Any = Default(default_factory=dict)
# Between a role's slug and a level's in the name of a field: no slug has two hyphens in a row.
BETWEEN = "--"


class UploadForm(Form):
    """The day on which the file was published. The file itself is read apart."""

    as_of: Annotated[
        date,
        Day(
            label="Date of the edition",
            hint="The day on which you downloaded the file, or on which it was published",
            missing="Enter the date of the edition",
        ),
    ]


class DecisionForm(Form):
    """Answers by slug: what became of roles and skills, and the places of levels."""

    roles: Annotated[
        dict[str, str],
        Each(
            label="Roles that are gone",
            of=Choice(
                label="Role",
                look="select",
                options="role_answers",
                missing="Say what became of the role {item}",
            ),
            keys="gone_roles",
        ),
    ] = NOTHING
    skills: Annotated[
        dict[str, str],
        Each(
            label="Skills that are gone",
            of=Choice(label="Skill", options=KINDS, missing="Say what became of the skill {item}"),
            keys="gone_skills",
        ),
    ] = NOTHING
    into: Annotated[
        dict[str, str],
        Keyed(label="New skills", of=Text(label="New skill", max_length=1000), keys="gone_skills"),
    ] = NOTHING
    order: Annotated[
        dict[str, int],
        Each(
            label="Order of levels",
            of=Whole(
                label="Place", least=1, most=30, width="2", missing="Enter the place of {item}"
            ),
            keys="levels",
        ),
    ] = NOTHING

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """No two levels of a role stand in one place."""
        names = {option.value: option.text for option in setting.options["levels"]}
        taken: set[tuple[str, int]] = set()
        for key, place in self.order.items():
            role = key.partition(BETWEEN)[0]
            if (role, place) in taken:
                yield FieldError(f"order-{key}", f"Give {names[key]} a place of its own")
            taken.add((role, place))


def setting_of(current: EditionFacts, facts: EditionFacts, difference: Difference) -> Setting:
    """The lists that the form asks about, made of the difference."""
    new_roles = [Option(slug_of(name), f"Renamed to {name}") for name in difference.roles_added]
    return Setting(
        options={
            "gone_roles": [_gone(one) for one in difference.roles_gone],
            "role_answers": [
                Option("", "Choose"),
                Option(REMOVED, "Removed from the framework"),
                *new_roles,
            ],
            "gone_skills": [_gone(one) for one in difference.skills_gone],
            "levels": [
                Option(f"{role.slug}{BETWEEN}{level.slug}", level.name)
                for role in roles_to_order(current, facts)
                for level in role.levels
            ],
        }
    )


def _gone(one: Gone) -> Option:
    return Option(slug_of(one.name), one.name)


def first_answers(
    current: EditionFacts, facts: EditionFacts, difference: Difference
) -> dict[str, Raw]:
    """What stands in the form at first: likely names and the proposed order, no decision."""
    return {
        "into": {
            slug_of(one.name): one.perhaps[0] for one in difference.skills_gone if one.perhaps
        },
        "order": {
            f"{role.slug}{BETWEEN}{level.slug}": str(place)
            for role in roles_to_order(current, facts)
            for place, level in enumerate(role.levels, 1)
        },
    }


def decisions_of(form: DecisionForm) -> Decisions:
    """The answers as decisions."""
    fates = {}
    for slug, kind in form.skills.items():
        typed = form.into.get(slug, "") if kind != SuccessionKind.RETIRED else ""
        new = tuple(name for part in typed.split(";") if (name := " ".join(part.split())))
        fates[slug] = Fate(SuccessionKind(kind), new)
    places: dict[str, list[tuple[int, str]]] = {}
    for key, place in form.order.items():
        role, _, level = key.partition(BETWEEN)
        places.setdefault(role, []).append((place, level))
    return Decisions(
        skills=fates,
        roles=form.roles,
        orders={role: tuple(level for _, level in sorted(found)) for role, found in places.items()},
    )
