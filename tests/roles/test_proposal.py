"""What an import asks, what it takes for an answer, and the edition that the answers make."""

from dataclasses import replace

import pytest

from app.roles.domain import Proficiency, SuccessionKind
from app.roles.edition_file import bundled_edition
from app.roles.importing.comparison import CellChange, compare_editions
from app.roles.importing.domain import sheet_as_json, sheet_from_json
from app.roles.importing.official_csv import read_roles_csv
from app.roles.importing.proposal import (
    REMOVED,
    Decisions,
    Fate,
    check_decisions,
    decide,
    facts_of_sheet,
    propose_order,
    roles_to_order,
)
from app.roles.importing.wording import difference_lines, totals
from tests.roles.changed import (
    GONE_SKILL,
    NEW_SKILL,
    RENAMED_SKILL,
    changed_edition,
    changed_sheet,
)
from tests.roles.facts import NEXT

CURRENT = bundled_edition()
FACTS = facts_of_sheet(read_roles_csv(changed_sheet()), CURRENT, NEXT)
DIFFERENCE = compare_editions(CURRENT, FACTS)
KINDS = SuccessionKind
SOUND = Decisions(
    skills={
        "cyber-risk-management": Fate(KINDS.RENAMED, (NEW_SKILL,)),
        "changing-security-culture": Fate(KINDS.RETIRED),
    },
    roles={"agile-coach": "agile-adviser"},
)


def test_what_is_added_gone_and_perhaps_renamed_is_found() -> None:
    assert DIFFERENCE.roles_added == ("Agile adviser",)
    (role,) = DIFFERENCE.roles_gone
    assert (role.name, role.perhaps) == ("Agile coach", ("Agile adviser",))
    assert DIFFERENCE.skills_added == (NEW_SKILL,)
    gone = {one.name: one.perhaps for one in DIFFERENCE.skills_gone}
    assert gone == {RENAMED_SKILL: (NEW_SKILL,), GONE_SKILL: ()}
    (moved,) = DIFFERENCE.roles_moved
    assert (moved.role, moved.after) == ("Test manager", "Product and delivery")
    (levels,) = DIFFERENCE.levels
    assert (levels.role, levels.added) == ("Security architect", ("Trainee security architect",))
    assert DIFFERENCE.cells == (
        CellChange(
            "Security architect",
            "Security architect",
            "Analysis",
            Proficiency.WORKING,
            Proficiency.EXPERT,
        ),
    )


def test_the_overview_counts_what_comes_and_goes() -> None:
    assert [(t.added, t.gone) for t in totals(DIFFERENCE)] == [(0, 0), (1, 1), (1, 0), (1, 2)]
    said = "\n".join(difference_lines(DIFFERENCE))
    assert f"- {RENAMED_SKILL} (perhaps renamed: {NEW_SKILL})" in said
    assert "~ Security architect, Analysis: Working -> Expert" in said
    same = compare_editions(CURRENT, CURRENT)
    assert same.is_empty
    assert list(difference_lines(same)) == ["Nothing: the file says what the current edition says."]


def test_a_file_is_kept_and_read_back_as_it_was() -> None:
    sheet = read_roles_csv(changed_sheet())
    assert sheet_from_json(sheet_as_json(sheet)) == sheet


def test_new_levels_are_placed_by_what_they_are_called() -> None:
    (role,) = roles_to_order(CURRENT, FACTS)
    assert [level.name for level in role.levels][:2] == [
        "Trainee security architect",
        "Security architect",
    ]
    for facts in CURRENT.roles:
        names = [level.name for level in facts.levels]
        assert list(propose_order(sorted(names), names)) == names


def test_sound_answers_make_the_edition() -> None:
    assert check_decisions(CURRENT, FACTS, SOUND) == []
    made = decide(CURRENT, FACTS, SOUND)
    role = next(role for role in made.roles if role.name == "Agile adviser")
    assert role.slug == "agile-coach"
    assert role.since == next(r for r in CURRENT.roles if r.slug == "agile-coach").since
    fates = {(s.old, s.kind, s.new, s.on) for s in made.successions}
    assert fates == {
        (RENAMED_SKILL, KINDS.RENAMED, NEW_SKILL, NEXT),
        (GONE_SKILL, KINDS.RETIRED, None, NEXT),
    }
    types = [entry["type"] for entry in made.history[len(CURRENT.history) :]]
    assert types == ["role_renamed", "role_moved", "role_level_added", "skills_changed"]
    assert made.counts() == changed_edition().counts()


def test_a_role_that_was_not_renamed_leaves_its_address_to_nobody() -> None:
    answers = replace(SOUND, roles={"agile-coach": REMOVED})
    assert check_decisions(CURRENT, FACTS, answers) == []
    made = decide(CURRENT, FACTS, answers)
    assert "agile-coach" not in {role.slug for role in made.roles}
    types = [entry["type"] for entry in made.history[len(CURRENT.history) :]]
    assert types[:2] == ["role_removed", "role_added"]


def test_the_order_of_levels_is_what_the_answer_says() -> None:
    slugs = ("security-architect", "trainee-security-architect")
    (role,) = roles_to_order(CURRENT, FACTS)
    rest = tuple(v.slug for v in role.levels if v.slug not in slugs)
    answers = replace(SOUND, orders={"security-architect": (*slugs, *rest)})
    assert check_decisions(CURRENT, FACTS, answers) == []
    made = decide(CURRENT, FACTS, answers)
    role = next(role for role in made.roles if role.slug == "security-architect")
    assert [level.slug for level in role.levels][:2] == list(slugs)
    wrong = replace(SOUND, orders={"security-architect": slugs})
    assert [f.path for f in check_decisions(CURRENT, FACTS, wrong)] == ["/order/security-architect"]


OLD = "cyber-risk-management"


@pytest.mark.parametrize(
    ("fate", "code"),
    [
        (None, "undecided"),
        (Fate(KINDS.RENAMED), "number"),
        (Fate(KINDS.RENAMED, ("No such skill",)), "unknown"),
        (Fate(KINDS.RENAMED, ("User focus",)), "not-new"),
        (Fate(KINDS.RENAMED, (NEW_SKILL, "User focus")), "number"),
        (Fate(KINDS.MERGED), "number"),
        (Fate(KINDS.SPLIT, (NEW_SKILL,)), "number"),
        (Fate(KINDS.SPLIT, (NEW_SKILL, NEW_SKILL)), "number"),
        (Fate(KINDS.RETIRED, (NEW_SKILL,)), "number"),
    ],
)
def test_answers_that_cannot_be_are_refused(fate: Fate | None, code: str) -> None:
    skills = {k: v for k, v in SOUND.skills.items() if k != OLD}
    if fate is not None:
        skills[OLD] = fate
    faults = check_decisions(CURRENT, FACTS, replace(SOUND, skills=skills))
    assert [fault.code for fault in faults] == [code]


@pytest.mark.parametrize(
    "fate",
    [Fate(KINDS.MERGED, ("User focus",)), Fate(KINDS.SPLIT, (NEW_SKILL, "user  FOCUS"))],
)
def test_other_sound_fates(fate: Fate) -> None:
    answers = replace(SOUND, skills={**SOUND.skills, OLD: fate})
    assert check_decisions(CURRENT, FACTS, answers) == []
    made = decide(CURRENT, FACTS, answers)
    kinds = [s.kind for s in made.successions if s.old == RENAMED_SKILL]
    assert kinds == [fate.kind] * len(fate.new)


def test_two_skills_cannot_both_be_renamed_to_one() -> None:
    both = {slug: Fate(KINDS.RENAMED, (NEW_SKILL,)) for slug in SOUND.skills}
    faults = check_decisions(CURRENT, FACTS, replace(SOUND, skills=both))
    assert [fault.code for fault in faults] == ["twice"]


@pytest.mark.parametrize(("answer", "code"), [(None, "undecided"), ("user-focus", "not-new")])
def test_a_role_was_renamed_to_a_new_one_or_removed(answer: str | None, code: str) -> None:
    roles = {} if answer is None else {"agile-coach": answer}
    faults = check_decisions(CURRENT, FACTS, replace(SOUND, roles=roles))
    assert [fault.code for fault in faults] == [code]
