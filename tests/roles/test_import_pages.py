"""The operator imports an edition: sees what it changes, decides, checks, applies; nobody else."""

import re
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.core.permissions import Duty
from app.roles import queries
from app.roles.importing.models import FrameworkImport, FrameworkImportHistory
from app.roles.models import FrameworkEdition
from tests.counting import counted
from tests.pages import PageClient, assert_form_error, parse, words
from tests.people import make_member, make_organisation, make_person, sign_in
from tests.roles.changed import NEW_SKILL, changed_sheet
from tests.roles.sending import submit
from tests.roles.sheets import as_csv

HOME = "/operator/framework"
DAY = {"as_of-day": "20", "as_of-month": "11", "as_of-year": "2026"}
ANSWERS = {
    "roles-agile-coach": "agile-adviser",
    "skills-cyber-risk-management": "renamed",
    "into-cyber-risk-management": NEW_SKILL,
    "skills-changing-security-culture": "retired",
    "into-changing-security-culture": "",
    "order-security-architect--trainee-security-architect": "1",
    "order-security-architect--security-architect": "2",
    "order-security-architect--lead-security-architect": "3",
    "order-security-architect--principal-security-architect": "4",
}


@pytest.fixture
async def operator(client: PageClient, app: Litestar, db: AsyncSession) -> PageClient:
    """A client signed in as the operator of the exchange."""
    await sign_in(client, app, db, person=await make_person(db, is_operator=True))
    return client


async def send(client: PageClient, content: bytes, **values: str) -> Any:
    """Upload a file as the page does."""
    page = await client.get(f"{HOME}/import")
    hidden = {
        str(i.get("name")): i.get("value", "")
        for i in next(parse(page.text).iter("main")).iter("input")
        if i.get("type") == "hidden"
    }
    files = {"file": ("roles.csv", content, "text/csv")}
    return await client.post(f"{HOME}/import", data={**hidden, **DAY, **values}, files=files)


async def begin(client: PageClient) -> str:
    """The address of an import that waits."""
    answer = await send(client, changed_sheet())
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def count(db: AsyncSession, table: type[Any]) -> int:
    return await db.scalar(select(func.count()).select_from(table)) or 0


async def test_an_edition_is_seen_decided_checked_and_applied(
    operator: PageClient, db: AsyncSession
) -> None:
    address = await begin(operator)
    page = await operator.get(address)
    said = words(parse(page.text))
    assert "Nothing is changed yet" in said
    assert "Alike: Agile adviser" in said
    assert f"Alike: {NEW_SKILL}" in said
    assert await count(db, FrameworkEdition) == 1
    answer = await submit(operator, page, ANSWERS)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{address}/check")
    check = await operator.get(f"{address}/check")
    said = words(parse(check.text))
    assert f"Cyber risk management Renamed to {NEW_SKILL}" in said
    assert "Changing security culture Retired: nothing takes its place" in said
    assert "Agile coach Renamed to Agile adviser" in said
    assert await count(db, FrameworkEdition) == 1
    done = await submit(operator, check)
    assert done.headers["location"] == HOME
    home = await operator.get(HOME)
    assert "The edition of 20 November 2026 is now the current one" in words(parse(home.text))
    role = await queries.get_role(db, "agile-coach")
    assert (role.name, role.is_current) == ("Agile adviser", True)
    old = await queries.get_skill(db, "cyber-risk-management")
    (became,) = await queries.successions_of(db, old.id)
    assert became.new is not None
    assert became.new.name == NEW_SKILL
    levels = await queries.list_levels(db, (await queries.get_role(db, "security-architect")).id)
    assert levels[0].name == "Trainee security architect"
    assert await count(db, FrameworkImportHistory) == 1


async def test_applying_twice_applies_once(operator: PageClient, db: AsyncSession) -> None:
    address = await begin(operator)
    await submit(operator, await operator.get(address), ANSWERS)
    check = await operator.get(f"{address}/check")
    assert (await submit(operator, check)).status_code == 303
    again = await submit(operator, check)
    assert again.status_code in (303, 409)
    assert await count(db, FrameworkEdition) == 2
    ended = await operator.get(address)
    assert "This import was applied" in ended.text
    assert (await operator.get(f"{address}/check")).headers["location"] == address


async def test_a_discarded_import_changes_nothing(operator: PageClient, db: AsyncSession) -> None:
    address = await begin(operator)
    page = await operator.get(address)
    done = await submit(operator, page, form=1)
    assert done.headers["location"] == HOME
    assert "This import was discarded" in (await operator.get(address)).text
    assert await count(db, FrameworkEdition) == 1
    assert (await submit(operator, page, ANSWERS)).status_code == 409


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        (
            {"skills-cyber-risk-management": ""},
            "skills-cyber-risk-management",
            "Say what became of the skill Cyber risk management",
        ),
        (
            {"into-cyber-risk-management": "Juggling"},
            "into-cyber-risk-management",
            "The new edition has no skill named Juggling",
        ),
        (
            {"into-cyber-risk-management": ""},
            "into-cyber-risk-management",
            "Enter the one skill that took the place of Cyber risk management",
        ),
        (
            {"roles-agile-coach": ""},
            "roles-agile-coach",
            "Say what became of the role Agile coach",
        ),
        (
            {"order-security-architect--security-architect": "1"},
            "order-security-architect--security-architect",
            "Give Security architect a place of its own",
        ),
        (
            {"order-security-architect--security-architect": ""},
            "order-security-architect--security-architect",
            "Enter the place of Security architect",
        ),
    ],
)
async def test_answers_that_are_missing_or_wrong_are_asked_for(
    operator: PageClient, db: AsyncSession, changes: dict[str, str], field: str, message: str
) -> None:
    address = await begin(operator)
    page = await submit(operator, await operator.get(address), {**ANSWERS, **changes})
    assert_form_error(page, field, message)
    assert "Trainee security architect" in page.text
    assert (await operator.get(f"{address}/check")).headers["location"] == address


async def test_fields_that_are_not_ours_are_refused(operator: PageClient) -> None:
    address = await begin(operator)
    page = await submit(operator, await operator.get(address), {**ANSWERS, "status": "applied"})
    assert page.status_code == 422


async def test_faults_are_listed_with_row_and_column(
    operator: PageClient, db: AsyncSession
) -> None:
    page = await send(operator, changed_sheet().replace(b",Expert,", b",Superb,", 2))
    assert page.status_code == 422
    said = words(parse(page.text))
    assert "2 things are wrong in the file. Nothing was imported" in said
    assert re.search(r"Row \d+, Skill Level 'Superb' is none of Awareness, Working", said)
    assert await count(db, FrameworkImport) == 0


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"as_of-year": "2199"}, "as_of-year", "Date of the edition must be between 1950 and 2150"),
        ({"as_of-day": ""}, "as_of-day", "Date of the edition must include a day"),
        (
            {"as_of-month": "10", "as_of-day": "6"},
            "as_of",
            "The date of the edition must be after that of the current one, 6 October 2026",
        ),
        (
            {"as_of-year": "2149"},
            "as_of",
            "The date of the edition must be today or in the past",
        ),
    ],
)
async def test_a_date_that_cannot_be_is_refused(
    operator: PageClient, values: dict[str, str], field: str, message: str
) -> None:
    page = await send(operator, changed_sheet(), **values)
    assert page.status_code == 422
    assert message in words(parse(page.text))
    assert f'href="#{field}' in page.text


async def test_a_file_is_needed_and_not_too_large(operator: PageClient) -> None:
    page = await submit(operator, await operator.get(f"{HOME}/import"), DAY)
    assert_form_error(page, "file", "Choose the file of roles")
    large = await send(operator, as_csv([["x" * 1000]]) + b"x" * 5_000_000)
    assert large.status_code == 422
    assert "smaller than 5 MB" in large.text
    assert (await send(operator, b"x" * 5_100_000)).status_code == 413
    other = await operator.post("/calculator", content=b"x" * 1_000_001)
    assert other.status_code == 413


async def test_another_edition_since_makes_the_import_stale(
    operator: PageClient, db: AsyncSession
) -> None:
    first, second = await begin(operator), await begin(operator)
    await submit(operator, await operator.get(first), ANSWERS)
    late = await operator.get(second)
    await submit(operator, await operator.get(f"{first}/check"))
    assert (await submit(operator, late, ANSWERS)).status_code == 409
    stale = await operator.get(second)
    assert stale.status_code == 409
    assert "Another edition was applied" in stale.text


async def test_to_everybody_else_these_pages_are_not_there(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    assert (await client.get(HOME)).headers["location"].startswith("/sign-in")
    organisation = await make_organisation(db)
    for duty in (Duty.ORGANISATION_ADMIN, Duty.HR, Duty.MEMBER):
        await sign_in(client, app, db, member=await make_member(db, organisation, duty))
        nothing = await client.get("/no-such-page")
        for path in ("", "/import", f"/imports/{organisation.id}"):
            page = await client.get(HOME + path)
            assert page.status_code == nothing.status_code == 404


@pytest.mark.parametrize("part", ["", "/changes", "/check"])
async def test_pages_of_an_import_make_few_queries(
    operator: PageClient, connection: AsyncConnection, part: str
) -> None:
    address = await begin(operator)
    await submit(operator, await operator.get(address), ANSWERS)
    with counted(connection) as seen:
        assert (await operator.get(address + part)).status_code == 200
    assert 0 < len(seen) <= 8, seen


async def test_the_list_of_editions_makes_few_queries(
    operator: PageClient, connection: AsyncConnection
) -> None:
    with counted(connection) as seen:
        await operator.get(HOME)
    assert len(seen) <= 6, seen
