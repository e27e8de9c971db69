"""A role's skills level by level, two levels side by side, and where a skill is used. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from app.roles.domain import Proficiency

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A skill, and what each level needs of it; None where a level does not ask for it."""

    slug: str
    name: str
    cells: tuple[Proficiency | None, ...]


@dataclass(frozen=True, slots=True)
class Need(Generic[K]):
    """That something (a level) needs a skill."""

    of: K
    slug: str
    name: str
    proficiency: int | None


def make_matrix(levels: Sequence[UUID], needs: Iterable[Need[UUID]]) -> tuple[MatrixRow, ...]:
    """Rows of skills by name, columns in the order of the levels."""
    names: dict[str, str] = {}
    found: dict[tuple[str, UUID], Proficiency] = {}
    for need in needs:
        names[need.slug] = need.name
        if need.proficiency is not None:
            found[need.slug, need.of] = Proficiency(need.proficiency)
    return tuple(
        MatrixRow(slug, name, tuple(found.get((slug, level)) for level in levels))
        for slug, name in sorted(names.items(), key=lambda pair: pair[1].casefold())
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """A skill at two levels, and the difference in words."""

    slug: str
    name: str
    first: Proficiency | None
    second: Proficiency | None

    @property
    def steps(self) -> int:
        """How many steps up (or, below zero, down) it is from the first to the second."""
        return (self.second or 0) - (self.first or 0)

    @property
    def kind(self) -> str:
        """`new`, `gone`, `up`, `down` or `same`."""
        if self.first is None:
            return "new"
        if self.second is None:
            return "gone"
        return "up" if self.steps > 0 else "down" if self.steps < 0 else "same"

    @property
    def words(self) -> str:
        """The difference as the page says it.

        >>> Comparison("a", "A", Proficiency.WORKING, Proficiency.EXPERT).words
        '2 steps up'
        """
        if self.kind == "new":
            return "Not needed before"
        if self.kind == "gone":
            return "No longer needed"
        if self.kind == "same":
            return "The same"
        size = abs(self.steps)
        return f"{size} step{'s' if size > 1 else ''} {self.kind}"


def compare_levels(
    first: Mapping[str, tuple[str, int]], second: Mapping[str, tuple[str, int]]
) -> tuple[Comparison, ...]:
    """Two levels, each as skill slug to name and proficiency: every skill of either, by name."""
    names = {slug: name for slug, (name, _) in (*first.items(), *second.items())}

    def at(level: Mapping[str, tuple[str, int]], slug: str) -> Proficiency | None:
        return Proficiency(level[slug][1]) if slug in level else None

    return tuple(
        Comparison(slug, name, at(first, slug), at(second, slug))
        for slug, name in sorted(names.items(), key=lambda pair: pair[1].casefold())
    )


def summary(rows: Sequence[Comparison]) -> str:
    """The differences in one sentence, for those who do not want to read the table.

    >>> summary(())
    'Neither needs any skill.'
    """
    if not rows:
        return "Neither needs any skill."
    count = {kind: sum(row.kind == kind for row in rows) for kind in _SAID}
    parts = [text.format(n=count[kind]) for kind, text in _SAID.items() if count[kind]]
    return f"{len(rows)} skill{'' if len(rows) == 1 else 's'}: {', '.join(parts)}."


_SAID = {
    "new": "{n} not needed before",
    "up": "{n} at a higher level",
    "same": "{n} at the same level",
    "down": "{n} at a lower level",
    "gone": "{n} no longer needed",
}


@dataclass(frozen=True, slots=True)
class UseRow:
    """A role that uses a skill: for each proficiency from 1 to 4 the names of its levels."""

    slug: str
    name: str
    levels: tuple[tuple[str, ...], ...]
    has_levels: bool


def group_uses(uses: Iterable[tuple[str, str, str | None, int | None]]) -> tuple[UseRow, ...]:
    """Uses (role slug, role name, level name, proficiency) as one row for each role, in order."""
    found: dict[str, tuple[str, dict[int, list[str]]]] = {}
    for slug, name, level, proficiency in uses:
        _, levels = found.setdefault(slug, (name, {}))
        if level is not None and proficiency is not None:
            levels.setdefault(proficiency, []).append(level)
    return tuple(
        UseRow(slug, name, tuple(tuple(levels.get(p, ())) for p in Proficiency), bool(levels))
        for slug, (name, levels) in found.items()
    )
