"""What somebody is missing for a role or a post, and how that changed."""

import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.core.actor import Actor
from app.core.clock import london_today
from app.matching.gaps.domain import Change, Point, counts, gaps, progress, to_learn
from app.matching.gaps.picture import draw, draw_course, said_of
from app.matching.rule import Asked, Held, Standing
from app.organisations.models import Organisation
from app.profiles import commands
from app.profiles.domain import KEEP_HISTORY, SkillClaim
from app.profiles.models import ProfileSkillHistory
from app.roles import queries as framework
from tests.conftest import ACT_AS_NOBODY
from tests.counting import counted
from tests.opportunities.posts import make_whole_post
from tests.pages import PageClient
from tests.people import make_member, make_organisation, make_sign_in, sign_in
from tests.profiles.owned import fill_profile, owner

TODAY = london_today()
A, B, C, D, E = (uuid.UUID(int=n) for n in range(1, 6))
NAMES = {A: "A", B: "B", C: "C (x)", D: "C (y)", E: "E " * 30}
NEAR = {C: frozenset({D}), D: frozenset({C})}
ASKED = (Asked(A, 2), Asked(B, 3, is_must=True), Asked(C, 3), Asked(E, 4))
HELD = {A: Held(2), B: Held(1), D: Held(4)}


def test_each_skill_stands_as_the_rule_of_matching_says() -> None:
    found = gaps(ASKED, HELD, NEAR)
    assert [line.standing for line in found.lines] == [
        Standing.MET, Standing.MORE_SHORT, Standing.NEAR, Standing.NOT_STATED,
    ]  # fmt: skip
    assert [line.asked.skill_id for line in to_learn(found)] == [B, C, E]
    assert counts(found)[Standing.ONE_SHORT] == 0
    assert said_of(found).startswith("Of 4 skills: 1 met, 1 more than one level short")


def test_the_picture_shows_each_level_once() -> None:
    picture = draw(gaps(ASKED, HELD, NEAR), NAMES)
    looks = {bar.lines[0][1]: [step.look for step in bar.steps] for bar in picture.bars}
    assert looks["A"] == ["held", "held", "none", "none"]
    assert looks["B"] == ["held", "missing", "missing", "none"]
    assert looks["C (x)"] == ["near", "near", "near", "none"]
    assert len(picture.bars[1].lines) == 2  # a long name is broken
    assert picture.bars[-1].y < picture.height
    assert picture.description == said_of(gaps(ASKED, HELD, NEAR))


def test_progress_is_told_by_the_days_on_which_it_changed() -> None:
    day = date(2026, 1, 1)
    changes = [
        Change(A, 1, day), Change(B, 3, day + timedelta(1)), Change(D, 1, day + timedelta(2)),
        Change(A, 2, day + timedelta(3)), Change(B, 0, day + timedelta(3)),
    ]  # fmt: skip
    asked = (Asked(A, 2), Asked(B, 3))
    found = progress(changes, asked, {A: Held(2)}, {}, day + timedelta(9))
    assert found == [
        Point(day, 0, 2, 4), Point(day + timedelta(1), 1, 2, 1),
        Point(day + timedelta(3), 1, 2, 3),
    ]  # fmt: skip
    course = draw_course(found)
    assert [one.height for one in course.columns] == [0, 50, 50]
    assert "1 January 2026: 0 of 2 met" in course.description
    assert draw_course([Point(day, 0, 0, 0)]).columns[0].height == 0


@given(
    st.lists(
        st.builds(
            Change,
            st.sampled_from([A, B, C, D]),
            st.integers(0, 4),
            st.dates(date(2025, 1, 1), date(2026, 1, 1)),
        )
    )
)
def test_the_last_point_is_what_the_page_says_now(changes: list[Change]) -> None:
    levels = {one.skill_id: one.level for one in sorted(changes, key=lambda one: one.on)}
    held = {skill: Held(level) for skill, level in levels.items() if level}
    points = progress(changes, ASKED, held, NEAR, date(2026, 2, 1))
    now = gaps(ASKED, held, NEAR)
    assert (points[-1].met, points[-1].short) == (counts(now)[Standing.MET], now.short)
    assert [one.on for one in points] == sorted({one.on for one in points})


@pytest.fixture
async def actor(app: Litestar, db: AsyncSession, client: PageClient) -> Actor:
    """Somebody with a profile, signed in."""
    member = await make_member(db, await make_organisation(db, name="Own Council"))
    found = await owner(db, await sign_in(client, app, db, member))
    await fill_profile(db, found)
    return found


async def wanted_level(db: AsyncSession) -> str:
    sources = await framework.skill_sources(db)
    return next(one.value for one in sources if one.value.startswith("business-architect/"))


async def test_somebody_is_compared_with_a_level_and_sees_progress(
    client: PageClient, db: AsyncSession, connection: AsyncConnection, actor: Actor
) -> None:
    page = await client.get("/profile/gaps")
    source = await wanted_level(db)
    assert f'value="{source}"' in page.text
    shown = await client.get(f"/profile/gaps?with={source}")
    assert "Not stated" in shown.text
    assert "Nothing has changed yet" in shown.text
    await db.execute(update(ProfileSkillHistory).values(on_day=TODAY - timedelta(30)))
    found = next(one for one in await framework.skill_sources(db) if one.value == source)
    assert found.level_id is not None
    needed = await framework.skills_of_level(db, found.level_id)
    claims = {one.skill_id: SkillClaim(one.proficiency or 1) for one in needed[:2]}
    await commands.save_skills(db, actor, claims=claims, today=TODAY)
    await db.commit()
    with counted(connection) as seen:
        shown = await client.get(f"/profile/gaps?with={source}")
    assert len(seen) <= 8, seen
    assert "Skills met over time" in shown.text
    assert f"2 of {len(needed)}" in shown.text


async def test_posts_are_compared_as_far_as_one_may_see_them(
    client: PageClient, db: AsyncSession, connection: AsyncConnection, actor: Actor
) -> None:
    own = await db.get_one(Organisation, actor.organisation_id)
    other = await make_organisation(db, name="Other")
    needs = {"status": "open", "today": TODAY}
    seen_post = await make_whole_post(db, other.id, **needs)
    hidden = await make_whole_post(db, other.id, audience="own", **needs)
    await db.commit()
    page = await client.get(f"/opportunities/{seen_post.slug}")
    href = f"/profile/gaps?with=post:{seen_post.id}"
    assert href in page.text
    with counted(connection) as queries:
        shown = await client.get(href)
    assert shown.status_code == 200
    assert len(queries) <= 8, queries
    for nothing in (
        f"post:{hidden.id}",
        f"post:{uuid.uuid4()}",
        "post:x",
        "none/at-all",
        "local:x",
    ):
        assert (await client.get(f"/profile/gaps?with={nothing}")).status_code == 404
    assert own.id != other.id


async def test_what_was_claimed_is_ones_own_and_forgotten_in_time(
    db: AsyncSession, connection: AsyncConnection, actor: Actor
) -> None:
    skill = (await db.scalars(select(ProfileSkillHistory.skill_id))).one()
    for level, days in ((4, 0), (0, 0), (2, 0)):
        claims = {skill: SkillClaim(level) if level else None}
        await commands.save_skills(db, actor, claims=claims, today=TODAY - timedelta(days))
    rows = await db.scalars(select(ProfileSkillHistory.level))
    assert list(rows) == [2]
    old = TODAY - KEEP_HISTORY
    for level, days in ((1, 30), (2, 20), (3, 10)):
        claims = {skill: SkillClaim(level)}
        await commands.save_skills(db, actor, claims=claims, today=old - timedelta(days))
    await commands.forget_old_levels(db)
    left = await db.scalars(select(ProfileSkillHistory.level).order_by(ProfileSkillHistory.on_day))
    assert list(left) == [3, 2]
    stranger = await make_sign_in(db, await make_member(db, await make_organisation(db)))
    await connection.execute(ACT_AS_NOBODY)
    await connection.execute(text("SELECT app_act_for(:one)"), {"one": stranger.id})
    assert await connection.scalar(text("SELECT count(*) FROM profile_skill_history")) == 0
