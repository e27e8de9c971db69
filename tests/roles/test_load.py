"""Loading editions: the whole framework, once; what is renamed, merged or retired is kept."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SYSTEM
from app.core.errors import RuleBroken
from app.core.paging import Part
from app.roles import commands, queries
from app.roles.bundled import BUNDLED, bundled_date
from app.roles.domain import Counts, Succession, SuccessionKind
from app.roles.edition_file import bundled_edition, read_edition
from app.roles.models import LevelSkill, RoleLevel, RoleSkill, SkillSuccessor
from tests.roles.facts import NEXT, edition, rename_skill, with_level, with_role


async def count(db: AsyncSession, table: type[Any]) -> int:
    return await db.scalar(select(func.count()).select_from(table)) or 0


def test_the_bundled_file_holds_what_it_says() -> None:
    stated = json.loads(BUNDLED.read_bytes())["counts"]
    assert bundled_edition().counts() == Counts(*stated.values()) == Counts(8, 53, 206, 186, 1833)
    assert bundled_edition().as_of == bundled_date() == date(2026, 10, 6)


async def test_the_whole_framework_is_there(db: AsyncSession) -> None:
    current = await queries.current_edition(db)
    assert (current.families, current.roles, current.levels) == (8, 53, 206)
    assert (current.skills, current.cells) == (186, 1833)
    assert current.licence == "Open Government Licence v3.0"
    families = await queries.list_families(db)
    roles = [role for family in families for role in family.roles]
    assert (len(families), len(roles)) == (8, 53)
    assert sum(role.levels for role in roles) == await count(db, RoleLevel) == 206
    assert await count(db, LevelSkill) == 1833
    facts = {role.slug: role for role in bundled_edition().roles}
    assert {role.slug for role in roles} == set(facts)


async def test_every_cell_is_as_in_the_file(db: AsyncSession) -> None:
    for facts in bundled_edition().roles:
        role = await queries.get_role(db, facts.slug)
        levels = await queries.list_levels(db, role.id)
        assert [(v.slug, v.grades) for v in levels] == [(v.slug, v.grades) for v in facts.levels]
        cells = await queries.list_cells(db, role.id, role.edition_id)
        names = {level.id: level.slug for level in levels}
        found = {(names[c.level_id], c.name): c.proficiency for c in cells}
        assert found == {(v.slug, s): int(p) for v in facts.levels for s, p in v.skills.items()}


async def test_roles_without_levels_list_their_skills(db: AsyncSession) -> None:
    role = await queries.get_role(db, "chief-information-security-officer")
    assert role.is_senior
    assert await queries.list_levels(db, role.id) == ()
    skills = await queries.skills_of_role(db, role.id)
    assert len(skills) == 8
    assert {skill.proficiency for skill in skills} == {None}
    assert await count(db, RoleSkill) == 28


async def test_the_same_edition_again_changes_nothing(db: AsyncSession) -> None:
    before = [await count(db, table) for table in (RoleLevel, LevelSkill, SkillSuccessor)]
    again = await commands.load_edition(db, SYSTEM, facts=bundled_edition())
    assert not again.is_new
    await commands.load_bundled(db)
    after = [await count(db, table) for table in (RoleLevel, LevelSkill, SkillSuccessor)]
    assert after == before
    assert (await queries.list_editions(db, Part())).total == 1


async def test_an_edition_is_never_overwritten(db: AsyncSession) -> None:
    other = with_level(
        bundled_edition(),
        "security-architect",
        "security-architect",
        lambda level: replace(level, grades=("AO",)),
    )
    with pytest.raises(RuleBroken) as refused:
        await commands.load_edition(db, SYSTEM, facts=other)
    assert refused.value.code == "edition-differs"
    assert "6 October 2026" in refused.value.message


@pytest.mark.parametrize(
    "table", ["framework_edition", "edition_role", "role_level", "level_skill", "skill_successor"]
)
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET created_at = now()"])
async def test_the_application_may_not_rewrite_an_edition(
    db: AsyncSession, table: str, change: str
) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        await db.execute(text(change.format(table)))


async def test_a_later_edition_keeps_ids_and_the_earlier_one_stays(db: AsyncSession) -> None:
    before = await queries.get_role(db, "security-architect")
    old_levels = await queries.list_levels(db, before.id)
    old_skills = await queries.skills_of_level(db, old_levels[0].id)

    def change(level: Any) -> Any:
        return replace(level, skills=dict(list(level.skills.items())[1:]))

    facts = with_level(edition(), "security-architect", old_levels[0].slug, change)
    facts = with_role(facts, "security-architect", lambda r: replace(r, name="Cyber architect"))
    loaded = await commands.load_edition(db, SYSTEM, facts=facts)
    assert loaded.is_new
    after = await queries.get_role(db, "security-architect")
    assert (after.id, after.name, after.as_of) == (before.id, "Cyber architect", NEXT)
    assert await queries.skills_of_level(db, old_levels[0].id) == old_skills
    new_levels = await queries.list_levels(db, after.id)
    assert {v.id for v in new_levels}.isdisjoint(v.id for v in old_levels)
    new_skills = await queries.skills_of_level(db, new_levels[0].id)
    assert set(new_skills) < set(old_skills)
    assert await queries.list_levels(db, before.id, edition_id=before.edition_id) == old_levels


async def test_an_earlier_edition_loaded_later_is_not_current(db: AsyncSession) -> None:
    older = with_role(edition(date(2025, 9, 27)), "agile-coach", lambda r: replace(r, name="Coach"))
    assert (await commands.load_edition(db, SYSTEM, facts=older)).is_new
    assert (await queries.current_edition(db)).as_of == bundled_date()
    assert (await queries.get_role(db, "agile-coach")).name == "Agile coach"
    assert (await queries.list_editions(db, Part())).total == 2


async def test_a_role_that_is_gone_can_still_be_read(db: AsyncSession) -> None:
    facts = edition()
    gone = next(role for role in facts.roles if role.slug == "agile-coach")
    left = tuple(role for role in facts.roles if role is not gone)
    used = frozenset[str]().union(*(role.skill_names() for role in left))
    facts = replace(facts, roles=left, skills=tuple(s for s in facts.skills if s.name in used))
    await commands.load_edition(db, SYSTEM, facts=facts)
    role = await queries.get_role(db, "agile-coach")
    assert not role.is_current
    assert role.as_of == bundled_date()
    assert "agile-coach" not in {r.slug for f in await queries.list_families(db) for r in f.roles}


async def test_what_became_of_skills_is_kept_in_a_table(db: AsyncSession) -> None:
    old = await queries.get_skill(db, "systems-analysis")
    assert not old.is_current
    (became,) = await queries.successions_of(db, old.id)
    assert became.kind is SuccessionKind.RENAMED
    assert became.new is not None
    assert became.new.name == "Digital and data systems analysis"
    gone = await queries.get_skill(db, "technical-breadth")
    (became,) = await queries.successions_of(db, gone.id)
    assert (became.kind, became.new) == (SuccessionKind.RETIRED, None)
    assert await count(db, SkillSuccessor) == 18 + 9 + 14


async def test_a_renamed_skill_is_found_by_its_former_names(db: AsyncSession) -> None:
    facts = rename_skill(edition(), "Digital and data systems analysis", "Systems insight")
    facts = replace(
        facts,
        successions=(
            *facts.successions,
            Succession(
                "Digital and data systems analysis", SuccessionKind.RENAMED, "Systems insight", NEXT
            ),
        ),
    )
    await commands.load_edition(db, SYSTEM, facts=facts)
    for q in ("systems insight", "digital and data systems", "systems analysis"):
        assert "Systems insight" in {s.name for s in await queries.find_skills(db, q)}
    old = await queries.get_skill(db, "digital-and-data-systems-analysis")
    assert not old.is_current
    assert "Digital and data systems analysis" not in {
        s.name for s in await queries.find_skills(db, "systems")
    }


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (b"", ""),
        (b"\xff", ""),
        (b"[" * 100_000, ""),
        (b"[]", ""),
        (b'{"framework": 1}', "/framework"),
        (b"x" * 5_000_001, ""),
        (b'{"framework": "\\ud800"}', ""),
    ],
)
def test_what_is_no_edition_is_refused_in_words(content: bytes, path: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        read_edition(content)
    assert path in {fault.path for fault in refused.value.errors}


def test_contradictions_are_told_all_at_once() -> None:
    file = json.loads(BUNDLED.read_bytes())
    level = file["families"][0]["roles"][0]["levels"][0]
    level["skills"]["Juggling"] = "working"
    level["skills"]["Consultancy"] = "superb"
    file["skills"].append({"name": "Accessibility", "slug": "accessibility"})
    file["renamed_skills"][0]["date"] = "some day"
    with pytest.raises(RuleBroken) as refused:
        read_edition(json.dumps(file).encode())
    codes = [fault.code for fault in refused.value.errors]
    assert codes == ["proficiency", "date"]
    del level["skills"]["Consultancy"]
    file["renamed_skills"][0]["date"] = "2024-11-30"
    with pytest.raises(RuleBroken) as refused:
        read_edition(json.dumps(file).encode())
    assert {fault.code for fault in refused.value.errors} == {"skill", "twice"}
