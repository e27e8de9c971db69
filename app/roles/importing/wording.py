"""What an import would change, in words for the page and for the command line. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.roles.domain import EditionFacts, Proficiency, SuccessionKind, slug_of
from app.roles.importing.comparison import Difference, Gone
from app.roles.importing.proposal import REMOVED, Decisions


@dataclass(frozen=True, slots=True)
class Total:
    """A line of the overview: a thing, how many are added and how many gone."""

    name: str
    added: int
    gone: int


def totals(difference: Difference) -> tuple[Total, ...]:
    """How many families, roles, levels and skills come and go."""
    return (
        Total("Families", len(difference.families_added), len(difference.families_gone)),
        Total("Roles", len(difference.roles_added), len(difference.roles_gone)),
        Total(
            "Levels of roles that stay",
            sum(len(one.added) for one in difference.levels),
            sum(len(one.gone) for one in difference.levels),
        ),
        Total("Skills", len(difference.skills_added), len(difference.skills_gone)),
    )


def decided_lines(
    difference: Difference, decisions: Decisions, facts: EditionFacts
) -> tuple[tuple[str, str], ...]:
    """What was decided, each as a name and what becomes of it."""
    roles = {slug_of(role.name): role.name for role in facts.roles}
    lines = []
    for gone in difference.roles_gone:
        new = decisions.roles[slug_of(gone.name)]
        text = "Removed from the framework" if new == REMOVED else f"Renamed to {roles[new]}"
        lines.append((gone.name, text))
    for gone in difference.skills_gone:
        fate = decisions.skills[slug_of(gone.name)]
        lines.append((gone.name, _fate_in_words(fate.kind, fate.new)))
    return tuple(lines)


def _fate_in_words(kind: SuccessionKind, new: tuple[str, ...]) -> str:
    if kind is SuccessionKind.RETIRED:
        return "Retired: nothing takes its place"
    word = {
        SuccessionKind.RENAMED: "Renamed to",
        SuccessionKind.MERGED: "Merged into",
        SuccessionKind.SPLIT: "Split into",
    }[kind]
    return f"{word} {' and '.join(new)}"


def difference_lines(difference: Difference) -> Iterator[str]:
    """The difference line by line for a terminal: + added, - gone, > moved, ~ changed."""
    if difference.is_empty:
        yield "Nothing: the file says what the current edition says."
        return
    yield from _section(
        "Families", _plus(difference.families_added), _minus(difference.families_gone)
    )
    yield from _section("Roles", _plus(difference.roles_added), _perhaps(difference.roles_gone))
    yield from _section(
        "Roles in another family",
        (f"> {one.role}: from {one.before} to {one.after}" for one in difference.roles_moved),
    )
    for one in difference.levels:
        yield from _section(f"Levels of {one.role}", _plus(one.added), _perhaps(one.gone))
    yield from _section("Skills", _plus(difference.skills_added), _perhaps(difference.skills_gone))
    yield from _section(
        "What levels need",
        (
            f"~ {one.level}, {one.skill}: {_needed(one.before)} -> {_needed(one.after)}"
            for one in difference.cells
        ),
    )


def _section(title: str, *parts: Iterable[str]) -> Iterator[str]:
    lines = [line for part in parts for line in part]
    if lines:
        yield f"{title} ({len(lines)})"
        yield from (f"  {line}" for line in lines)


def _plus(names: Iterable[str]) -> Iterator[str]:
    return (f"+ {name}" for name in names)


def _minus(names: Iterable[str]) -> Iterator[str]:
    return (f"- {name}" for name in names)


def _perhaps(gone: Iterable[Gone]) -> Iterator[str]:
    for one in gone:
        guess = f" (perhaps renamed: {', '.join(one.perhaps)})" if one.perhaps else ""
        yield f"- {one.name}{guess}"


def _needed(proficiency: Proficiency | None) -> str:
    return proficiency.label if proficiency else "not needed"
