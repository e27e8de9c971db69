"""Posts for whoever asks: explained, in the order of the rule, and nobody else's business."""

from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.matching import following, rule
from app.opportunities.queries import get_facts
from app.organisations.models import Person, PersonSession
from app.profiles.models import ProfileAvailability, ProfileSkill
from tests.counting import counted
from tests.matching.made import a_profile, a_skill, an_open_post
from tests.pages import PageClient, parse, words
from tests.people import make_organisation, make_person, sign_in


async def titles(client: PageClient, path: str = "/matches") -> list[str]:
    answer = await client.get(path)
    assert answer.status_code == 200
    found = parse(answer.text).findall(".//h2")
    return [words(one) for one in found if one.get("class", "").endswith("cb-match__title")]


async def signed_in(client: PageClient, app: Litestar, db: AsyncSession, level: int = 3) -> Any:
    """Sign in somebody whose profile names one skill."""
    person_id = await a_profile(db, await a_skill(db), level)
    await sign_in(client, app, db, person=await db.get_one(Person, person_id))
    return person_id


async def open_posts(db: AsyncSession, number: int, **changes: Any) -> None:
    body, skill = await make_organisation(db), await a_skill(db)
    for n in range(number):
        post = await an_open_post(
            db, body, skill, **{"title": f"Post {n}", "audience": "public", **changes}
        )
        await following.keep_facts(db, await get_facts(db, post))
    await db.commit()


async def test_without_a_profile_the_page_says_how_to_begin(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    await open_posts(db, 1)
    await sign_in(client, app, db, person=await make_person(db))
    page = await client.get("/matches")
    assert "Build your profile" in page.text
    assert "Post 0" not in page.text


async def test_a_match_is_explained_and_the_order_is_printed(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    await open_posts(db, 1)
    await signed_in(client, app, db)
    page = words(parse((await client.get("/matches")).text))
    assert "Meets the must-have. Of 1 skill: 1 met." in page
    assert "Agile working Must-have Working Practitioner Met" in page
    assert "Days a week 2.5 Not stated Left open" in page
    for line in rule.ORDER_WORDS:
        assert line in page


async def test_a_gap_in_a_must_have_is_said_first(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    await open_posts(db, 1)
    await signed_in(client, app, db, level=1)
    page = words(parse((await client.get("/matches")).text))
    assert "Misses 1 of 1 must-have. Of 1 skill: 1 one level short." in page


async def test_posts_that_miss_a_condition_or_are_not_for_me_are_left_out(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    await open_posts(db, 1, title="Swap", kind="job_swap")
    await open_posts(db, 1, title="Not for me", audience="verified")
    person_id = await signed_in(client, app, db)
    assert await titles(client) == ["Swap"]
    db.add(ProfileAvailability(person_id=person_id, moves=["secondment:go"]))
    await db.commit()
    assert await titles(client) == []
    assert "No open post suits you" in (await client.get("/matches")).text


@pytest.mark.parametrize("number", [1, 20, 45])
async def test_the_list_is_paged_and_asks_the_same_for_few_and_many(
    client: PageClient, app: Litestar, db: AsyncSession, connection: AsyncConnection, number: int
) -> None:
    await open_posts(db, number)
    await signed_in(client, app, db)
    with counted(connection) as seen:
        first = await titles(client)
    assert len(first) == min(number, 20)
    assert len(seen) <= 6, seen
    if number == 45:
        rest = await titles(client, "/matches?page=2") + await titles(client, "/matches?page=3")
        assert sorted(first + rest) == sorted(f"Post {n}" for n in range(45))
        assert (await client.get("/matches?page=4")).status_code == 404


async def test_skills_taken_back_leave_nothing_to_match(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    await open_posts(db, 1)
    person_id = await signed_in(client, app, db)
    await db.execute(delete(ProfileSkill).where(ProfileSkill.person_id == person_id))
    await db.commit()
    assert await db.scalar(select(ProfileSkill.id).limit(1)) is None
    assert "names none yet" in (await client.get("/matches")).text


async def test_a_sign_in_that_an_employer_vouches_for_sees_no_matches(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    await signed_in(client, app, db)
    body = await make_organisation(db)
    await db.execute(update(PersonSession).values(how="oidc", vouched_by_id=body.id))
    await db.commit()
    assert (await client.get("/matches")).status_code == 403
