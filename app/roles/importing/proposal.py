"""From the official file to an edition: what a person must decide, and what their answers make.

Pure. The file knows roles and skills by name only. What it has by the same name stays the same
thing; what is gone was renamed, merged, split or retired, and somebody has to say which.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from app.core.errors import FieldFault
from app.roles.domain import (
    EditionFacts,
    LevelFacts,
    Named,
    RoleFacts,
    Succession,
    SuccessionKind,
    free_slug,
    slug_of,
    words_of,
)
from app.roles.importing.comparison import Difference, compare_editions
from app.roles.importing.official_csv import Sheet, SheetRole

# Parts of addresses below /roles that are no roles.
RESERVED: Final = frozenset({"compare", "local"})
REMOVED: Final = "removed"
# Words at the start of a level's name, the lowest first; a name without one stands in the middle.
_STEPS: Final = (
    ("apprentice",),
    ("trainee",),
    ("junior", "assistant"),
    ("associate",),
    (),
    ("senior",),
    ("lead",),
    ("principal",),
    ("head", "director"),
)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a skill: `new` has one name, several where it was split, none if retired."""

    kind: SuccessionKind
    new: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decisions:
    """A person's answers, by slugs of names: of skills and roles that are gone, and the order of
    levels where some are new (role slug to level slugs, the lowest first).
    """

    skills: Mapping[str, Fate] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    orders: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def step_of(level: str) -> int:
    """How senior a level sounds, from its first word.

    >>> [step_of(n) for n in ("Trainee tester", "Tester", "Head of testing")]
    [1, 4, 8]
    """
    first = next(iter(words_of(level)), "")
    plain_step = next(i for i, names in enumerate(_STEPS) if not names)
    return next((i for i, names in enumerate(_STEPS) if first in names), plain_step)


def propose_order(names: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Levels in order of seniority: known ones keep theirs, new ones go where their names say.

    The file may list them by the alphabet, so its own order says nothing.

    >>> propose_order(["Head", "Lead", "Senior", "Junior"], ["Senior", "Lead"])
    ('Junior', 'Senior', 'Lead', 'Head')
    """
    by_slug = {slug_of(name): name for name in names}
    order = [by_slug[slug_of(name)] for name in known if slug_of(name) in by_slug]
    new = [name for name in names if name not in order]
    for name in sorted(new, key=step_of):
        place = next((i for i, o in enumerate(order) if step_of(o) > step_of(name)), len(order))
        order.insert(place, name)
    return tuple(order)


def facts_of_sheet(sheet: Sheet, current: EditionFacts, as_of: date) -> EditionFacts:
    """The file as an edition, before anybody decided: what is gone is gone, what is new is new."""
    skill_names = {slug_of(skill.name): skill for skill in current.skills}
    known_roles = {slug_of(role.name): role for role in current.roles}
    known_families = {slug_of(family.name): family for family in current.families}
    taken = {role.slug for role in current.roles} | RESERVED
    now = {slug_of(role.name) for role in sheet.roles}
    # A role under a new name may have its levels from one that is gone.
    left = [v for r in current.roles if slug_of(r.name) not in now for v in r.levels]
    roles: list[RoleFacts] = []
    for one in sheet.roles:
        known = known_roles.get(slug_of(one.name))
        slug = known.slug if known else free_slug(slug_of(one.name), taken)
        taken.add(slug)
        family = known_families.get(slug_of(one.family))
        before = known.levels if known else left
        name = family.name if family else one.family
        roles.append(_role(one, slug, name, known, before, skill_names))
    names = {name for role in roles for name in role.skill_names()}
    families = {role.family for role in roles}
    return replace(
        current,
        as_of=as_of,
        families=tuple(
            known_families.get(slug_of(name)) or Named(name, slug_of(name))
            for name in sorted(families, key=str.casefold)
        ),
        roles=tuple(sorted(roles, key=lambda r: (r.family.casefold(), r.name.casefold()))),
        skills=tuple(
            skill_names.get(slug_of(name)) or Named(name, slug_of(name))
            for name in sorted(names, key=str.casefold)
        ),
        successions=(),
    )


def _role(
    sheet: SheetRole,
    slug: str,
    family: str,
    known: RoleFacts | None,
    levels_before: Iterable[LevelFacts],
    skills: Mapping[str, Named],
) -> RoleFacts:
    def named(name: str) -> str:
        """The spelling that the current edition has, where it has it."""
        skill = skills.get(slug_of(name))
        return skill.name if skill else name

    before = {slug_of(level.name): level for level in levels_before}
    order = propose_order(list(sheet.levels), [level.name for level in before.values()])
    levels = []
    for name in order:
        was = before.get(slug_of(name))
        levels.append(
            LevelFacts(
                name=was.name if was else name,
                slug=was.slug if was else slug_of(name),
                grades=was.grades if was else (),
                skills={named(k): v for k, v in sheet.levels[name].items()},
            )
        )
    return RoleFacts(
        name=known.name if known else sheet.name,
        slug=slug,
        family=family,
        is_senior=sheet.is_senior,
        levels=tuple(levels),
        skills=tuple(named(skill) for skill in sheet.skills),
        since=known.since if known else None,
    )


def roles_to_order(current: EditionFacts, facts: EditionFacts) -> tuple[RoleFacts, ...]:
    """Roles with levels that are new, so that somebody should look at their order."""
    known = {level.slug for role in current.roles for level in role.levels}
    return tuple(
        role
        for role in facts.roles
        if len(role.levels) > 1 and not known.issuperset(level.slug for level in role.levels)
    )


def check_decisions(
    current: EditionFacts, facts: EditionFacts, decisions: Decisions
) -> list[FieldFault]:
    """What is missing or cannot be, with the path of each: `skills/SLUG`, `roles/SLUG`, ..."""
    faults: list[FieldFault] = []
    difference = compare_editions(current, facts)
    _check_skills(faults, difference, facts, decisions)
    _check_roles(faults, difference, decisions)
    for role in roles_to_order(current, facts):
        order = decisions.orders.get(role.slug)
        if order is not None and sorted(order) != sorted(level.slug for level in role.levels):
            faults.append(
                FieldFault(f"/order/{role.slug}", "order", "Give each level a place of its own")
            )
    return faults


def _check_skills(
    faults: list[FieldFault], difference: Difference, facts: EditionFacts, decisions: Decisions
) -> None:
    now = {slug_of(skill.name) for skill in facts.skills}
    added = {slug_of(name) for name in difference.skills_added}
    renamed: dict[str, str] = {}
    for gone in difference.skills_gone:
        slug = slug_of(gone.name)
        fate = decisions.skills.get(slug)
        if fate is None:
            message = f"Say what became of {gone.name}"
            faults.append(FieldFault(f"/skills/{slug}", "undecided", message))
            continue
        into = f"/into/{slug}"
        wrong = [name for name in fate.new if slug_of(name) not in now]
        if wrong:
            message = f"The new edition has no skill named {wrong[0]}"
            faults.append(FieldFault(into, "unknown", message))
        elif message := _wrong_number(gone.name, fate):
            faults.append(FieldFault(into, "number", message))
        elif fate.kind is SuccessionKind.RENAMED:
            new = slug_of(fate.new[0])
            if new not in added:
                message = f"{fate.new[0]} is not new, so {gone.name} was merged into it"
                faults.append(FieldFault(into, "not-new", message))
            elif new in renamed:
                message = f"{renamed[new]} was renamed to {fate.new[0]} as well: one was merged"
                faults.append(FieldFault(into, "twice", message))
            renamed.setdefault(new, gone.name)


def _wrong_number(name: str, fate: Fate) -> str:
    """What is wrong with how many skills took its place."""
    count = len({slug_of(new) for new in fate.new})
    if fate.kind is SuccessionKind.RETIRED:
        return f"Nothing takes the place of {name} if it was retired" if count else ""
    if fate.kind is SuccessionKind.SPLIT:
        words = f"Enter the skills that {name} was split into, with ; between them"
        return "" if count > 1 else words
    return "" if count == 1 else f"Enter the one skill that took the place of {name}"


def _check_roles(faults: list[FieldFault], difference: Difference, decisions: Decisions) -> None:
    added = {slug_of(name) for name in difference.roles_added}
    renamed: dict[str, str] = {}
    for gone in difference.roles_gone:
        slug = slug_of(gone.name)
        answer = decisions.roles.get(slug)
        path = f"/roles/{slug}"
        if answer is None:
            faults.append(FieldFault(path, "undecided", f"Say what became of {gone.name}"))
        elif answer != REMOVED and answer not in added:
            faults.append(FieldFault(path, "not-new", "Pick a role that is new"))
        elif answer != REMOVED and answer in renamed:
            message = f"{renamed[answer]} was renamed to the same role"
            faults.append(FieldFault(path, "twice", message))
        else:
            renamed.setdefault(answer, gone.name)


def decide(current: EditionFacts, facts: EditionFacts, decisions: Decisions) -> EditionFacts:
    """The edition that the answers make. Check them first with `check_decisions`."""
    difference = compare_editions(current, facts)
    became = {new: old for old, new in decisions.roles.items() if new != REMOVED}
    old_roles = {slug_of(role.name): role for role in current.roles}
    names = {slug_of(skill.name): skill.name for skill in facts.skills}

    def settled(role: RoleFacts) -> RoleFacts:
        by_slug = {level.slug: level for level in role.levels}
        order = decisions.orders.get(role.slug, by_slug)
        old = old_roles.get(became.get(slug_of(role.name), ""))
        return replace(
            role,
            slug=old.slug if old else role.slug,
            since=old.since if old else role.since,
            levels=tuple(by_slug[slug] for slug in order),
        )

    successions = [
        Succession(gone.name, fate.kind, names[slug_of(new)] if new else None, facts.as_of)
        for gone in difference.skills_gone
        for fate in (decisions.skills[slug_of(gone.name)],)
        for new in (fate.new or (None,))
    ]
    entries = _history(difference, decisions, facts)
    return replace(
        facts,
        roles=tuple(settled(role) for role in facts.roles),
        successions=tuple(successions),
        history=(*current.history, *entries),
    )


def _history(
    difference: Difference, decisions: Decisions, facts: EditionFacts
) -> list[dict[str, Any]]:
    """Lines of the change log for what this edition changes."""
    day = {"date": facts.as_of.isoformat()}
    new_names = {slug_of(role.name): role.name for role in facts.roles}
    entries: list[dict[str, Any]] = []
    renamed: set[str] = set()
    for gone in difference.roles_gone:
        answer = decisions.roles.get(slug_of(gone.name), REMOVED)
        if answer == REMOVED:
            entries.append({**day, "type": "role_removed", "role": gone.name})
        else:
            renamed.add(answer)
            now = new_names[answer]
            entries.append({**day, "type": "role_renamed", "from": gone.name, "to": now})
    added = [name for name in difference.roles_added if slug_of(name) not in renamed]
    entries += [{**day, "type": "role_added", "role": name} for name in added]
    for moved in difference.roles_moved:
        places = {"from": moved.before, "to": moved.after}
        entries.append({**day, "type": "role_moved", "role": moved.role, **places})
    for one in difference.levels:
        entries += [
            {**day, "type": "role_level_added", "role": one.role, "to": name} for name in one.added
        ]
        entries += [
            {**day, "type": "role_level_removed", "role": one.role, "from": gone.name}
            for gone in one.gone
        ]
    changed: dict[str, int] = {}
    for cell in difference.cells:
        changed[cell.role] = changed.get(cell.role, 0) + 1
    entries += [
        {**day, "type": "skills_changed", "role": role, "detail": _changed_in_words(count)}
        for role, count in changed.items()
    ]
    return entries


def _changed_in_words(count: int) -> str:
    places = "1 place" if count == 1 else f"{count} places"
    return f"What its levels need changed in {places}."
