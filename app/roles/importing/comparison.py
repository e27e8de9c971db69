"""What is different between two editions, and what may only have been renamed. Pure.

In the source a rename looks like one thing gone and one added. Names and uses that are alike make
a guess; what it was, a person says.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from app.roles.domain import EditionFacts, Proficiency, RoleFacts, plain, slug_of

LIKELY: Final = 0.5
CLOSE: Final = 0.1
MOST_GUESSES: Final = 3


@dataclass(frozen=True, slots=True)
class Gone:
    """A name that the new edition does not have, and the added names it may now have."""

    name: str
    perhaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell of the matrix that is new, gone (`after` is None) or asks for something else."""

    role: str
    level: str
    skill: str
    before: Proficiency | None
    after: Proficiency | None


@dataclass(frozen=True, slots=True)
class LevelChanges:
    """A role whose levels differ."""

    role: str
    added: tuple[str, ...]
    gone: tuple[Gone, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A role in another family."""

    role: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that a new edition would change.

    Cells are those of levels and skills that both editions have: what comes and goes with a level
    or a skill is not said again for each cell.
    """

    families_added: tuple[str, ...]
    families_gone: tuple[str, ...]
    roles_added: tuple[str, ...]
    roles_gone: tuple[Gone, ...]
    roles_moved: tuple[Moved, ...]
    levels: tuple[LevelChanges, ...]
    skills_added: tuple[str, ...]
    skills_gone: tuple[Gone, ...]
    cells: tuple[CellChange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the two say the same."""
        return not any(getattr(self, name) for name in self.__slots__)


def compare_editions(old: EditionFacts, new: EditionFacts) -> Difference:
    """What `new` adds to `old`, no longer has, and says otherwise. Roles are told by name."""
    before = {slug_of(role.name): role for role in old.roles}
    after = {slug_of(role.name): role for role in new.roles}
    both = [(before[key], after[key]) for key in before if key in after]
    roles_added = [role for key, role in after.items() if key not in before]
    roles_gone = [role for key, role in before.items() if key not in after]
    families = ({f.name for f in old.families}, {f.name for f in new.families})
    skills_gone, skills_added = _skills(old, new)
    lone = {*skills_added, *(gone.name for gone in skills_gone)}
    return Difference(
        families_added=tuple(sorted(families[1] - families[0])),
        families_gone=tuple(sorted(families[0] - families[1])),
        roles_added=_sorted(role.name for role in roles_added),
        roles_gone=_roles_gone(roles_gone, roles_added),
        roles_moved=tuple(
            Moved(a.name, b.family, a.family) for b, a in both if b.family != a.family
        ),
        levels=tuple(found for b, a in both if (found := _levels(b, a))),
        skills_added=skills_added,
        skills_gone=skills_gone,
        cells=tuple(change for b, a in both for change in _cells(b, a) if change.skill not in lone),
    )


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=str.casefold))


def likeness(first: str, second: str) -> float:
    """How alike two names are, from 0 to 1.

    >>> likeness("Systems analysis", "Systems analysis")
    1.0
    """
    a, b = plain(first), plain(second)
    return max(
        SequenceMatcher(None, a, b).ratio(),
        SequenceMatcher(None, " ".join(sorted(a.split())), " ".join(sorted(b.split()))).ratio(),
    )


def overlap(first: frozenset[str], second: frozenset[str]) -> float:
    """How much of two sets is common, from 0 to 1.

    >>> overlap(frozenset("abc"), frozenset("bcd"))
    0.5
    """
    return len(first & second) / len(first | second) if first | second else 0.0


def _guesses(
    gone: Iterable[str], added: Sequence[str], score: Callable[[str, str], float]
) -> tuple[Gone, ...]:
    """For each name that is gone the likeliest of those added, best first.

    An added name is offered to whatever it resembles most, and to others only where they come
    close: one thing is seldom the new name of two.
    """
    names = list(gone)
    scores = {(old, new): score(old, new) for old in names for new in added}
    best = {new: max((scores[old, new] for old in names), default=0.0) for new in added}
    found = []
    for old in names:
        likely = [
            (scores[old, new], new)
            for new in added
            if scores[old, new] >= max(LIKELY, best[new] - CLOSE)
        ]
        likely.sort(key=lambda pair: (-pair[0], pair[1]))
        found.append(Gone(old, tuple(new for _, new in likely[:MOST_GUESSES])))
    return tuple(found)


def _roles_gone(gone: list[RoleFacts], added: list[RoleFacts]) -> tuple[Gone, ...]:
    old = {role.name: role for role in gone}
    new = {role.name: role for role in added}

    def score(before: str, after: str) -> float:
        shared = overlap(old[before].skill_names(), new[after].skill_names())
        return max(likeness(before, after), shared)

    return _guesses(_sorted(old), list(new), score)


def _uses(facts: EditionFacts) -> Mapping[str, frozenset[str]]:
    """Where each skill is used: roles and levels by name."""
    uses: dict[str, set[str]] = {}
    for role in facts.roles:
        for skill in role.skills:
            uses.setdefault(skill, set()).add(slug_of(role.name))
        for level in role.levels:
            for skill in level.skills:
                uses.setdefault(skill, set()).add(f"{slug_of(role.name)}/{slug_of(level.name)}")
    return {skill: frozenset(places) for skill, places in uses.items()}


def _skills(old: EditionFacts, new: EditionFacts) -> tuple[tuple[Gone, ...], tuple[str, ...]]:
    before = {slug_of(s.name): s.name for s in old.skills}
    after = {slug_of(s.name): s.name for s in new.skills}
    added = _sorted(name for key, name in after.items() if key not in before)
    gone = _sorted(name for key, name in before.items() if key not in after)
    used, now = _uses(old), _uses(new)
    nothing: frozenset[str] = frozenset()

    def score(name: str, other: str) -> float:
        alike = likeness(name, other)
        shared = overlap(used.get(name, nothing), now.get(other, nothing))
        return max(alike, (3 * alike + 2 * shared) / 5)

    return _guesses(gone, added, score), added


def _levels(before: RoleFacts, after: RoleFacts) -> LevelChanges | None:
    old = {slug_of(level.name): level.name for level in before.levels}
    new = {slug_of(level.name): level.name for level in after.levels}
    added = [name for key, name in new.items() if key not in old]
    gone = _guesses((name for key, name in old.items() if key not in new), added, likeness)
    return LevelChanges(after.name, tuple(added), gone) if added or gone else None


def _cells(before: RoleFacts, after: RoleFacts) -> Iterable[CellChange]:
    old = {slug_of(level.name): level for level in before.levels}
    for level in after.levels:
        if slug_of(level.name) not in old:
            continue
        was, now = old[slug_of(level.name)].skills, level.skills
        for skill in _sorted({*was, *now}):
            if was.get(skill) != now.get(skill):
                yield CellChange(after.name, level.name, skill, was.get(skill), now.get(skill))
