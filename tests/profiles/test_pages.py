"""The pages on which people keep their own profile."""

import re
import uuid
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.audit.domain import EXCHANGE
from app.audit.models import AuditEntry
from app.core.clock import london_today
from app.organisations.models import PersonSession
from app.profiles import commands, queries
from app.profiles.domain import SkillClaim
from app.profiles.models import Profile, ProfileEvidence, ProfileHiding, ProfileSkill
from app.roles import queries as framework
from tests.conftest import ACT_AS_NOBODY
from tests.counting import counted
from tests.pages import PageClient, assert_form_error
from tests.people import make_member, make_organisation, make_sign_in, sign_in
from tests.profiles.owned import SKILL, fill_profile, owner, skill_id

YEAR = london_today().year
TABLES = (
    "profile", "profile_availability", "profile_job", "profile_pay", "profile_role",
    "profile_skill", "profile_evidence",
)  # fmt: skip


@pytest.fixture
async def session_id(app: Litestar, db: AsyncSession, client: PageClient) -> uuid.UUID:
    """The sign-in of somebody plain, in the client."""
    member = await make_member(db, await make_organisation(db, name="Own Council"))
    return await sign_in(client, app, db, member)


@pytest.fixture
async def me(db: AsyncSession, session_id: uuid.UUID) -> uuid.UUID:
    """Their person's id."""
    return (await db.get_one(PersonSession, session_id)).person_id


async def post(client: PageClient, path: str, values: dict[str, Any]) -> httpx.Response:
    """Send the last form of a page."""
    return await client.fill_in(await client.get(path), values, form=-1)


async def source_of(db: AsyncSession) -> str:
    return next(
        one.value
        for one in await framework.skill_sources(db)
        if one.value.startswith("business-architect/")
    )


async def test_starting_from_a_role(client: PageClient, db: AsyncSession, me: uuid.UUID) -> None:
    page = await client.get("/profile")
    assert "Nobody but you sees any of it" in page.text
    source = await source_of(db)
    answer = await post(client, "/profile/start", {"source": source, "standing": "wanted"})
    assert answer.headers["location"] == f"/profile/answers?source={source}"
    page = await client.get(answer.headers["location"])
    first, second, third, *_ = sorted(set(re.findall(r'name="levels-([a-z0-9-]+)"', page.text)))
    sent = {
        f"levels-{first}": "practitioner",
        f"used-{first}": str(YEAR),
        f"levels-{second}": "none",
        f"levels-{third}": "awareness",
    }
    answer = await client.fill_in(page, sent)
    assert answer.headers["location"] == "/profile"
    rows = (await db.scalars(select(ProfileSkill).where(ProfileSkill.person_id == me))).all()
    assert sorted(row.level for row in rows) == [1, 3]
    page = await client.get("/profile")
    assert "2 skills" in page.text
    assert "Wanted" in page.text
    page = await client.get(f"/profile/answers?source={source}")
    assert re.search(r'value="practitioner"\s+checked', page.text)
    answer = await client.fill_in(page, {f"levels-{first}": "none"})
    assert answer.status_code == 303
    left = await db.scalars(select(ProfileSkill.level).where(ProfileSkill.person_id == me))
    assert list(left) == [1]


async def test_a_year_needs_a_level(client: PageClient, db: AsyncSession, me: uuid.UUID) -> None:
    page = await client.get(f"/profile/answers?source={await source_of(db)}")
    slug = sorted(set(re.findall(r'name="levels-([a-z0-9-]+)"', page.text)))[0]
    answer = await client.fill_in(page, {f"used-{slug}": str(YEAR)})
    assert answer.status_code == 422
    assert "Choose a level for" in answer.text
    unknown = await client.get("/profile/answers?source=nothing")
    assert unknown.headers["location"] == "/profile/start"


async def test_evidence_is_not_lost_by_the_way(
    client: PageClient, db: AsyncSession, session_id: uuid.UUID
) -> None:
    await fill_profile(db, await owner(db, session_id))
    sources = await framework.skill_sources(db)
    for source in sources:
        if source.level_id is None:
            continue
        skills = await framework.skills_of_level(db, source.level_id)
        if SKILL in {one.slug for one in skills}:
            break
    page = await client.get(f"/profile/answers?source={source.value}")
    answer = await client.fill_in(page, {f"levels-{SKILL}": "none"})
    assert answer.status_code == 422
    assert "has evidence" in answer.text


async def test_one_skill_and_its_evidence(
    client: PageClient, db: AsyncSession, me: uuid.UUID
) -> None:
    empty = await post(client, "/profile/skills/add", {})
    assert_form_error(empty, "skill", "Enter the name of a skill")
    unknown = await post(client, "/profile/skills/add", {"skill": "Juggling", "level": "expert"})
    assert_form_error(unknown, "skill", "The framework has no skill named Juggling")
    added = await post(client, "/profile/skills/add", {"skill": "accessibility", "level": "expert"})
    assert added.headers["location"] == "/profile/skills/accessibility"
    wanted = "/profile/skills/accessibility/evidence"
    evidence = {"kind": "job", "title": "Tester", "year": "2024", "words": "Tested with readers."}
    future = await post(client, wanted, {**evidence, "year": str(YEAR + 1)})
    assert_form_error(future, "year", f"The year must be between 1970 and {YEAR}")
    saved = await post(client, wanted, evidence)
    assert saved.headers["location"] == "/profile/skills/accessibility"
    page = await client.get("/profile/skills/accessibility")
    assert "Tested with readers." in page.text
    changed = await client.fill_in(page, {"level": "working", "used": str(YEAR - 1)})
    assert changed.headers["location"] == "/profile/skills"
    page = await client.get("/profile/skills")
    assert "Working" in page.text
    assert f"Last used {YEAR - 1}. 1 piece of evidence." in page.text
    piece = await db.scalar(select(ProfileEvidence.id).where(ProfileEvidence.person_id == me))
    gone = await post(client, f"{wanted}/{piece}/remove", {})
    assert gone.headers["location"] == "/profile/skills/accessibility"
    await post(client, wanted, evidence)
    assert (await post(client, "/profile/skills/accessibility/remove", {})).status_code == 303
    assert not await db.scalar(select(ProfileEvidence.id).where(ProfileEvidence.person_id == me))
    assert (await client.get("/profile/skills/accessibility")).status_code == 404


async def test_availability(client: PageClient, me: uuid.UUID) -> None:
    days = await post(client, "/profile/availability", {"days": "2.25"})
    message = "Most days a week must be whole or half days, like 2 or 2.5"
    assert_form_error(days, "days", message)
    dates = {
        "from_on-day": "1", "from_on-month": "4", "from_on-year": "2027",
        "until_on-day": "31", "until_on-month": "3", "until_on-year": "2027",
    }  # fmt: skip
    wrong = await post(client, "/profile/availability", dates)
    assert wrong.status_code == 422
    assert "The last day must be after the first" in wrong.text
    values = {
        **dates,
        "until_on-year": "2028",
        "moves": ["secondment:go", "job_swap:go"],
        "days": "2.5",
        "months": "12",
        "regions": ["wales", "london"],
        "remote": "either",
    }
    assert (await post(client, "/profile/availability", values)).status_code == 303
    page = (await client.get("/profile")).text
    assert "At most 2.5 days a week, from 1 April 2027, until 31 March 2028" in page
    assert "for at most 12 months" in page
    assert "Change places with somebody" in page
    page = (await client.get("/profile/availability")).text
    assert re.search(r'value="secondment:go"\s+checked', page)
    assert 'value="2.5"' in page


async def test_job_can_be_given_and_left_out_again(client: PageClient, me: uuid.UUID) -> None:
    values = {"employer": "Own Council", "grade": "Grade 7", "salary_point": "SCP 32"}
    assert (await post(client, "/profile/job", values)).status_code == 303
    page = (await client.get("/profile")).text
    assert "SCP 32" in page
    assert (await post(client, "/profile/job", {"grade": "Grade 8"})).status_code == 303
    page = (await client.get("/profile")).text
    assert "Grade 8" in page
    assert "SCP 32" not in page


async def test_pausing(client: PageClient, db: AsyncSession, me: uuid.UUID) -> None:
    def day(value: Any) -> dict[str, str]:
        return {
            "until-day": str(value.day),
            "until-month": str(value.month),
            "until-year": str(value.year),
        }

    today = london_today()
    past = await post(client, "/profile/pause", day(today - timedelta(days=1)))
    assert "The last day of the pause must be today or later" in past.text
    long = await post(client, "/profile/pause", day(today + timedelta(days=400)))
    assert "The pause can last for a year at most" in long.text
    assert (await post(client, "/profile/pause", day(today))).status_code == 303
    assert "Nobody finds you." in (await client.get("/profile")).text
    page = await client.get("/profile/pause")
    assert (await client.fill_in(page, {}, form=0)).status_code == 303
    assert (await db.get_one(Profile, await _id(db, me))).paused_until is None


async def _id(db: AsyncSession, person_id: uuid.UUID) -> uuid.UUID:
    found = await db.scalar(
        select(Profile.id)
        .where(Profile.person_id == person_id)
        .execution_options(populate_existing=True)
    )
    assert found is not None
    return found


async def test_hiding_from_an_organisation(
    client: PageClient, db: AsyncSession, me: uuid.UUID
) -> None:
    body = await make_organisation(db, name="Nosy Council")
    unknown = await post(client, "/profile/hidden", {"organisation": "Nobody Council"})
    message = "There is no verified organisation named Nobody Council"
    assert_form_error(unknown, "organisation", message)
    for _ in range(2):
        hidden = await post(client, "/profile/hidden", {"organisation": "nosy council"})
        assert hidden.status_code == 303
    page = await client.get("/profile/hidden")
    assert "Nosy Council" in page.text
    assert "1 organisation" in (await client.get("/profile")).text
    assert (await client.fill_in(page, {}, form=0)).status_code == 303
    rows = await db.scalars(select(ProfileHiding.id).where(ProfileHiding.person_id == me))
    assert list(rows) == []
    assert body.id


async def test_a_role_is_taken_off(
    client: PageClient, db: AsyncSession, session_id: uuid.UUID, me: uuid.UUID
) -> None:
    await fill_profile(db, await owner(db, session_id))
    role = (await queries.list_roles(db, me))[0]
    assert (await post(client, f"/profile/roles/{role.id}/remove", {})).status_code == 303
    assert await queries.list_roles(db, me) == []
    assert (await client.get(f"/profile/roles/{role.id}/remove")).status_code == 404


async def test_what_people_do_stands_in_the_exchanges_record_alone(
    db: AsyncSession, session_id: uuid.UUID, me: uuid.UUID
) -> None:
    await fill_profile(db, await owner(db, session_id))
    found = await db.execute(
        select(AuditEntry.action, AuditEntry.chain).where(AuditEntry.subject_id == me)
    )
    entries = [tuple(row) for row in found]
    assert {action for action, _ in entries} == {
        "profile.role_named",
        "profile.skills_saved",
        "profile.evidence_added",
        "profile.availability_set",
        "profile.job_set",
    }
    assert {chain for _, chain in entries} == {EXCHANGE}


async def test_who_comes_by_the_employers_sign_in_reaches_no_profile(
    client: PageClient, db: AsyncSession, session_id: uuid.UUID
) -> None:
    body = await make_organisation(db)
    await db.execute(
        update(PersonSession)
        .where(PersonSession.id == session_id)
        .values(how="oidc", vouched_by_id=body.id)
    )
    await db.commit()
    for path in ("/profile", "/profile/skills", "/profile/availability", "/profile/hidden"):
        page = await client.get(path)
        assert page.status_code == 403
        assert "Your profile is yours alone" in page.text


async def test_rows_are_closed_to_everybody_else(
    db: AsyncSession, connection: AsyncConnection, session_id: uuid.UUID
) -> None:
    """A colleague, the operator and a visitor see none of it, whatever is asked."""
    await fill_profile(db, await owner(db, session_id))
    colleague = await make_sign_in(db, await make_member(db, await make_organisation(db)))
    as_operator = text("SELECT set_config('app.is_operator', 'on', true)")
    for who, seen in ((session_id, 1), (colleague.id, 0), (None, 0)):
        await connection.execute(ACT_AS_NOBODY)
        if who is None:
            await connection.execute(as_operator)
        else:
            await connection.execute(text("SELECT app_act_for(:id)"), {"id": who})
        for table in TABLES:
            count = await connection.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608
            assert count == seen, (table, who)


@pytest.mark.parametrize("many", [1, 20, 80])
async def test_the_number_of_queries_stays(
    client: PageClient,
    connection: AsyncConnection,
    db: AsyncSession,
    session_id: uuid.UUID,
    many: int,
) -> None:
    actor = await owner(db, session_id)
    skills = (await framework.current_skills(db))[:many]
    claims = {one.id: SkillClaim(2) for one in skills}
    await commands.save_skills(db, actor, claims=claims, today=london_today())
    await db.commit()
    with counted(connection) as list_of:
        assert (await client.get("/profile/skills")).status_code == 200
    with counted(connection) as page_of:
        assert (await client.get("/profile")).status_code == 200
    assert len(list_of) <= 6
    assert len(page_of) <= 8


async def test_a_profile_holds_a_hundred_skills(
    client: PageClient, db: AsyncSession, session_id: uuid.UUID
) -> None:
    actor = await owner(db, session_id)
    skills = [one for one in await framework.current_skills(db) if one.slug != SKILL][:100]
    claims = {one.id: SkillClaim(2) for one in skills}
    await commands.save_skills(db, actor, claims=claims, today=london_today())
    await db.commit()
    full = await post(client, "/profile/skills/add", {"skill": "Accessibility", "level": "expert"})
    assert full.status_code == 422
    assert "at most 100 skills" in full.text
    assert await skill_id(db)
