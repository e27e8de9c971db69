"""Filling a profile from a file: one's own earlier export, or a table from HR."""

import json
from contextlib import suppress
from datetime import date
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import london_today
from app.profiles import commands as profiles
from app.profiles import queries
from app.profiles.data.queries import portable
from app.profiles.domain import Availability, SkillClaim
from app.profiles.importing.commands import forget_files, read_file
from app.profiles.importing.csv_file import COLUMNS, TEMPLATE, read_csv
from app.profiles.importing.domain import (
    MOST_ROWS,
    FileFaults,
    FileJob,
    FileKind,
    FileProfile,
    FileSkill,
)
from app.profiles.importing.json_file import read_json
from app.profiles.importing.models import ProfileImport
from app.profiles.importing.plan import Catalogue, HeldSkill, Named, State, Step, make_plan
from app.profiles.models import ConsentGrant, ProfileSkill
from tests.pages import PageClient
from tests.people import make_member, make_organisation, sign_in
from tests.profiles.owned import SKILL, fill_profile, owner, skill_id

TODAY = london_today()
DAY = date(2026, 11, 25)
HEAD = ",".join(COLUMNS)


@pytest.fixture
async def actor(app: Litestar, db: AsyncSession, client: PageClient) -> Actor:
    """Somebody plain, signed in."""
    member = await make_member(db, await make_organisation(db, name="Own Council"))
    return await owner(db, await sign_in(client, app, db, member))


async def upload(client: PageClient, content: bytes, name: str = "skills.csv") -> httpx.Response:
    """Choose a file and send it."""
    page = await client.get("/profile/import")
    hidden = {"_csrf_token": "", "_once": ""}
    for one in hidden:
        part = page.text[page.text.rindex(f'name="{one}"') :]
        hidden[one] = part.partition('value="')[2].partition('"')[0]
    files = {"file": (name, content, "text/csv")}
    return await client.post("/profile/import", data=hidden, files=files)


async def held(db: AsyncSession, actor: Actor) -> list[int]:
    wanted = select(ProfileSkill.level).where(ProfileSkill.person_id == actor.person_id)
    return sorted(await db.scalars(wanted))


def faults(content: bytes) -> list[tuple[int, str]]:
    with pytest.raises(FileFaults) as caught:
        read_csv(content, DAY)
    return [(one.line, one.column) for one in caught.value.faults]


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{HEAD}\r\nCafé,working,2025,,,,\r\n".encode(),
        f"{HEAD}\nCafé,2,2025".encode("cp1252"),
        f"{HEAD}\rCafé,Working ,2025\r\r".replace(",", ";").encode(),
        "level\tskill\tLAST USED\tUnit\nWORKING\tCafé\t2025\tFinance\n".encode(),
    ],
)
def test_tables_are_read_as_they_come(content: bytes) -> None:
    (one,) = read_csv(content, DAY).skills
    assert (one.name, one.level, one.last_used) == ("Café", 2, 2025)


def test_a_skill_may_have_several_pieces_of_evidence() -> None:
    rows = 'Cost,3,2024,Job,"A, post",2020,"It, does\nshow"\ncost,3,2025,award,Prize,,Why\n'
    (one,) = read_csv(f"{HEAD}\n{rows}".encode(), DAY).skills
    assert one.last_used == 2025
    assert [(e.kind, e.title, e.year) for e in one.evidence] == [
        ("job", "A, post", 2020), ("award", "Prize", None),
    ]  # fmt: skip


def test_every_fault_of_a_table_is_told_with_its_line() -> None:
    rows = (
        "Cost,5,2024,,,,\n,2,,,,,\n=cmd(),2,,,,,\nRisk,2,2050,,,,\nTeam,1,,hobby,,,\n"
        "Agile,1,,,,,\nagile,2,,,,,\n"
    )
    assert faults(f"{HEAD}\n{rows}".encode()) == [
        (2, "Level"), (3, "Skill"), (4, "Skill"), (5, "Last used"), (6, "Evidence kind"),
        (6, "Evidence"), (6, "Why it shows the skill"), (8, "Level"),
    ]  # fmt: skip
    assert faults(b"Name,Grade\nA,B") == [(1, "Skill"), (1, "Level")]
    assert faults(b"Skill,Skill,Level\nA,B,1") == [(1, "Skill")]
    assert faults(b"Skill,Level\n") == [(0, "")]
    assert faults(b"Skill,Level\0\n") == [(0, "")]
    assert faults(b'Skill,Level\nA,1\n"B,1') == [(3, "")]
    long = "".join(f"S{n},1\n" for n in range(MOST_ROWS + 1))
    assert faults(f"Skill,Level\n{long}".encode()) == [(MOST_ROWS + 2, "")]
    assert faults(TEMPLATE.encode()) == [(0, "")]


@given(st.binary(max_size=300))
def test_whatever_bytes_come_are_read_or_refused(content: bytes) -> None:
    for start in (b"", f"{HEAD}\n".encode(), b"{"):
        with suppress(FileFaults):
            assert read_file(start + content, DAY)[1].skills is not None


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"version": 2},
        {"skills": [{"skill": "a", "level": "best"}]},
        {"skills": [{"skill": "a", "level": "working"}] * 2},
        {"skills": [{"skill": "a", "level": "working", "last_used": 2050}]},
        {"skills": [{"skill": "a\0", "level": "working"}]},
        {"availability": {"from": "2027-01-02", "until": "2027-01-01"}},
        {"roles": "none"},
    ],
)
def test_an_export_that_was_changed_is_refused(change: dict[str, Any]) -> None:
    good: dict[str, Any] = {"format": "crossbench-profile", "version": 1, "skills": []}
    assert read_json(json.dumps(good).encode(), DAY) == FileProfile(())
    with pytest.raises(FileFaults):
        read_json(json.dumps({**good, **change}).encode(), DAY)
    with pytest.raises(FileFaults):
        read_json(b"[" * 100_000, DAY)


def test_a_plan_says_what_becomes_of_each_line() -> None:
    catalogue = Catalogue(
        {"agile": "Agile", "new-name": "New name", "user-focus-x": "User focus (x)"},
        {"old-name": (Named("new-name", "New name"),), "gone": ()},
    )
    held_now = {"agile": HeldSkill(2, 2025, True, frozenset())}
    state = State(held_now, frozenset(), Availability(), FileJob(None, None, None))

    def skill(line: int, name: str, level: int = 2) -> FileSkill:
        return FileSkill(line, name, "", level, None)

    said = (
        skill(2, "Agile"), skill(3, "Old name"), skill(4, "Gone"), skill(5, "User focus"),
        skill(6, "New name"),
    )  # fmt: skip
    plan = make_plan(FileProfile(said), state, catalogue, {5: "user-focus-x"})
    assert [(one.line, one.slug, one.step) for one in plan.skills] == [
        (2, "agile", Step.SAME), (3, "new-name", Step.ADD), (5, "user-focus-x", Step.ADD),
        (6, "new-name", Step.LEAVE),
    ]  # fmt: skip
    assert [(one.line, bool(one.near)) for one in plan.unknown] == [(4, False), (5, True)]
    plan = make_plan(FileProfile((skill(2, "Agile", 3),)), state, catalogue, {})
    assert plan.skills[0].ends_confirmation


async def test_a_table_is_checked_then_applied_once(
    client: PageClient, db: AsyncSession, actor: Actor
) -> None:
    empty = await upload(client, b"")
    assert empty.status_code == 422
    wrong = await upload(client, b"Skill,Level\nAccessibility,9\n")
    assert wrong.status_code == 422
    assert "Line 2, Level" in wrong.text
    content = b"Skill;Level\r\nAccessibility;3\r\nAcessibility and inclusin;2\r\n"
    answer = await upload(client, content)
    page = await client.get(answer.headers["location"])
    assert "Line 3: Acessibility and inclusin" in page.text
    assert await held(db, actor) == []
    done = await client.press(page, str(page.url.path), **{"means-3": "leave"})
    assert done.status_code == 303, done.text
    again = await client.press(page, str(page.url.path), **{"means-3": "leave"})
    assert again.headers["location"] == done.headers["location"]
    assert await held(db, actor) == [3]
    assert (await client.get(answer.headers["location"])).status_code == 404
    assert await db.scalar(select(func.count()).select_from(ProfileImport)) == 0
    assert await db.scalar(select(func.count()).select_from(ConsentGrant)) == 0


async def test_what_changed_meanwhile_is_not_overwritten(
    client: PageClient, db: AsyncSession, actor: Actor
) -> None:
    answer = await upload(client, b"Skill,Level\nAccessibility,3\n")
    page = await client.get(answer.headers["location"])
    claims = {await skill_id(db): SkillClaim(1)}
    await profiles.save_skills(db, actor, claims=claims, today=TODAY)
    await db.commit()
    stale = await client.press(page, str(page.url.path))
    assert stale.status_code == 409
    assert await held(db, actor) == [1]
    page = await client.get(answer.headers["location"])
    assert "Awareness becomes Practitioner" in page.text
    left = await client.press(page, f"{page.url.path}/leave")
    assert left.headers["location"] == "/profile/import"
    assert await held(db, actor) == [1]


async def test_ones_own_export_comes_back_whole(
    client: PageClient, db: AsyncSession, actor: Actor
) -> None:
    assert actor.person_id is not None
    await fill_profile(db, actor)
    export = (await client.get("/profile/data.json")).content
    before = await portable(db, actor.person_id)
    same = await upload(client, export, "data.json")
    assert (
        "Everything in this file is in your profile already"
        in (await client.get(same.headers["location"])).text
    )
    await profiles.delete_profile(db, actor)
    await db.commit()
    answer = await upload(client, export, "data.json")
    page = await client.get(answer.headers["location"])
    assert (await client.press(page, str(page.url.path))).status_code == 303
    after = await portable(db, actor.person_id)
    assert before is not None
    assert after is not None
    assert {**after, "profile": ""} == {**before, "profile": ""}
    assert (await queries.get_skill(db, actor, SKILL)).evidence == 1


async def test_files_are_forgotten_after_a_day(
    client: PageClient, db: AsyncSession, actor: Actor
) -> None:
    answer = await upload(client, b"Skill,Level\nAccessibility,3\n")
    template = await client.get("/profile/import/template.csv")
    assert template.text.strip("\ufeff\r\n") == HEAD
    old = func.now() - func.make_interval(0, 0, 0, 2)
    await db.execute(update(ProfileImport).values(created_at=old))
    await db.commit()
    assert (await client.get(answer.headers["location"])).status_code == 404
    await forget_files(db)
    assert await db.scalar(select(func.count()).select_from(ProfileImport)) == 0


def test_kinds_of_files_are_told_apart() -> None:
    kind, _ = read_file(b"Skill,Level\nA,1", DAY)
    assert kind is FileKind.CSV
