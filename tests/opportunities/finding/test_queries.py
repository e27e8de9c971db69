"""What a search finds, for whom, in which order, and how many by each filter."""

import itertools
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SYSTEM, VISITOR, Actor
from app.core.paging import Part
from app.opportunities.finding import queries
from app.opportunities.finding.domain import Search, Sort
from app.opportunities.finding.models import OpenPost
from app.organisations.models import Organisation
from tests.opportunities.finding.posts import make_post, role_of, skill_of, soon
from tests.people import as_actor, make_member, make_organisation, make_person

EVERYBODY = queries.everybody()


async def titles(
    db: AsyncSession, search: Search, viewer: queries.Viewer = EVERYBODY, part: Part | None = None
) -> list[str]:
    rows = await queries.list_posts(db, viewer, search, part or Part())
    return [row["title"] for row in rows]


@pytest.fixture
async def body(db: AsyncSession) -> Organisation:
    return await make_organisation(db, region="wales")


async def actors(db: AsyncSession) -> tuple[dict[str, Actor], dict[str, Organisation]]:
    """Who may ask, and the bodies they act for."""
    own = await make_organisation(db)
    named = await make_organisation(db)
    other = await make_organisation(db)
    applied = await make_organisation(db, status="applied")
    bodies = {"own": own, "named": named, "other": other, "applied": applied}
    found = {who: await as_actor(db, await make_member(db, one)) for who, one in bodies.items()}
    found["nobody"] = VISITOR
    found["bodiless"] = await as_actor(db, person=await make_person(db))
    found["system"] = SYSTEM
    return found, bodies


SEEN = {
    "nobody": "public",
    "bodiless": "public",
    "applied": "public",
    "other": "public verified",
    "named": "public verified named",
    "own": "public verified named own",
    "system": "public verified named own",
}


async def test_everybody_sees_what_the_audience_says(db: AsyncSession) -> None:
    who, bodies = await actors(db)
    for audience in ("public", "verified", "named", "own"):
        await make_post(
            db, bodies["own"], title=audience, audience=audience,
            named_organisation_ids=[bodies["named"].id, bodies["applied"].id],
        )  # fmt: skip
    for name, wanted in SEEN.items():
        viewer = queries.viewer_of(who[name])
        assert set(await titles(db, Search(), viewer)) == set(wanted.split()), name
        assert set(await titles(db, Search(q="example"), viewer)) == set(), name
        counts = await queries.count_posts(db, viewer, Search())
        assert counts.total == len(wanted.split()), name
        condition = queries.visible_to(who[name])
        seen = await db.scalars(select(OpenPost.title).where(condition))
        assert set(seen) == set(wanted.split()), name


async def test_nobody_sees_posts_of_a_body_that_is_not_verified(db: AsyncSession) -> None:
    applied = await make_organisation(db, status="applied")
    actor = await as_actor(db, await make_member(db, applied))
    await make_post(db, applied, title="Mine", audience="own")
    for viewer in (queries.viewer_of(actor), queries.viewer_of(SYSTEM)):
        assert await titles(db, Search(), viewer) == []


async def test_what_is_over_or_suspended_is_not_found(db: AsyncSession, body: Organisation) -> None:
    late = await make_post(db, body, title="Late", closes_on=soon(-1))
    today = await make_post(db, body, title="Today", closes_on=soon(0))
    assert await titles(db, Search()) == ["Today"]
    assert await queries.find_open_post(db, EVERYBODY, late.slug) is None
    former = await queries.find_former_post(db, EVERYBODY, late.slug)
    assert former is not None
    assert (former["title"], former["status"]) == ("Late", "closed")
    await db.execute(text("UPDATE organisation SET status = 'suspended'"))
    assert await titles(db, Search()) == []
    assert await queries.find_open_post(db, EVERYBODY, today.slug) is None
    assert await queries.find_former_post(db, EVERYBODY, late.slug) is None


async def test_only_whom_it_concerned_learns_of_an_end(db: AsyncSession) -> None:
    who, bodies = await actors(db)
    for audience in ("public", "verified", "named", "own"):
        await make_post(
            db, bodies["own"], slug=audience, audience=audience, status="closed",
            named_organisation_ids=[bodies["named"].id],
        )  # fmt: skip
    for name, wanted in SEEN.items():
        viewer = queries.viewer_of(who[name])
        found = [
            audience
            for audience in ("public", "verified", "named", "own")
            if await queries.find_former_post(db, viewer, audience)
        ]
        assert found == [a for a in ("public", "verified", "named", "own") if a in wanted.split()]


FILTERS: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"kind": ("job_swap",)}, {"kind": "job_swap"}, {}),
    ({"region": ("wales", "scotland")}, {"region": "scotland"}, {"region": "london"}),
    ({"remote": ("remote",)}, {"remote": "remote"}, {}),
    ({"min_days": Decimal(3)}, {"days_per_week": 3}, {"days_per_week": 2.5}),
    ({"max_days": Decimal(2)}, {"days_per_week": 2}, {"days_per_week": None}),
    ({"min_days": Decimal(1), "max_days": Decimal(1)}, {"days_per_week": 1}, {}),
    ({"pay": 70_001}, {"pay_to": 80_000}, {}),
    ({"pay": 65_000}, {"pay_from": 66_000, "pay_to": None}, {"pay_from": None, "pay_to": None}),
    ({"q": "plumber"}, {"title": "Plumbers"}, {}),
]


@pytest.mark.parametrize(("asked", "fits", "fails"), FILTERS)
async def test_each_filter_keeps_what_fits(
    db: AsyncSession,
    body: Organisation,
    asked: dict[str, Any],
    fits: dict[str, Any],
    fails: dict[str, Any],
) -> None:
    yes = await make_post(db, body, **fits)
    await make_post(db, body, **{"region": "london", **fails})
    search = Search(**asked)
    assert await titles(db, search) == [yes.title]
    assert (await queries.count_posts(db, EVERYBODY, search)).total == 1
    assert await queries.count_some(db, EVERYBODY, search) == 1


async def test_roles_and_families_are_filters_with_names(
    db: AsyncSession, body: Organisation
) -> None:
    architect = await role_of(db, "security-architect")
    analyst = await role_of(db, "business-analyst")
    await make_post(db, body, title="A", role_id=architect.id)
    await make_post(db, body, title="B", role_id=analyst.id)
    await make_post(db, body, title="C")
    assert await titles(db, Search(role=("security-architect",))) == ["A"]
    counts = await queries.count_posts(db, EVERYBODY, Search(role=("security-architect",)))
    assert counts.total == 1
    assert counts.by_value["role"] == {"security-architect": 1, "business-analyst": 1}
    assert counts.names["role"]["business-analyst"] == "Business analyst"
    # A value that no post is left for is listed with nought, in no order.
    [family] = [slug for slug, posts in counts.by_value["family"].items() if posts]
    assert await titles(db, Search(family=(family,))) == ["A"]
    assert counts.names["family"][family] != family


async def test_counts_are_those_of_the_other_filters(db: AsyncSession, body: Organisation) -> None:
    for region, remote, days in (
        ("wales", "remote", 1),
        ("wales", "hybrid", 2),
        ("london", "remote", 3),
        ("london", "hybrid", 4),
        ("london", "hybrid", 5),
    ):
        await make_post(db, body, region=region, remote=remote, days_per_week=days)
    search = Search(region=("london",), remote=("hybrid",), max_days=Decimal(4))
    counts = await queries.count_posts(db, EVERYBODY, search)
    assert counts.total == 1
    assert counts.by_value["region"] == {"wales": 1, "london": 1}
    assert counts.by_value["remote"] == {"remote": 1, "hybrid": 1}
    assert counts.by_value["kind"] == {"shared_post": 1}
    assert counts.without == {"region": 2, "remote": 2, "days": 2}
    for name, values in counts.by_value.items():
        for value, count in values.items():
            if value:
                assert len(await titles(db, search.only(name, [value]))) == count
    for name, count in counts.without.items():
        assert len(await titles(db, search.without(name))) == count


async def test_orders(db: AsyncSession, body: Organisation) -> None:
    now = datetime.now(UTC)
    for title, hours, closes, pay in (("A", 1, 20, 50), ("B", 2, 10, None), ("C", 3, 30, 90)):
        published = now - timedelta(hours=hours)
        await make_post(
            db, body, title=title, published_at=published, closes_on=soon(closes),
            pay_from=pay, pay_to=pay,
        )  # fmt: skip
    assert await titles(db, Search()) == ["A", "B", "C"]
    assert await titles(db, Search(sort=Sort.CLOSING)) == ["B", "A", "C"]
    assert await titles(db, Search(sort=Sort.PAY)) == ["C", "A", "B"]
    assert await titles(db, Search(), part=Part(2, 2)) == ["C"]


async def test_the_best_match_comes_first(db: AsyncSession, body: Organisation) -> None:
    await make_post(db, body, title="Clerk", description="Knows a plumber", closes_on=soon(1))
    await make_post(db, body, title="Foreman", summary="Leads one plumber", closes_on=soon(2))
    await make_post(db, body, title="Plumber", closes_on=soon(3))
    assert await titles(db, Search(q="plumber")) == ["Plumber", "Foreman", "Clerk"]
    assert await titles(db, Search(q="plumber", sort=Sort.CLOSING)) == [
        "Clerk", "Foreman", "Plumber",
    ]  # fmt: skip
    assert await titles(db, Search(q="plumber -leads")) == ["Plumber", "Clerk"]
    assert await titles(db, Search(q='"leads one"')) == ["Foreman"]


async def test_beyond_the_ranked_hits_the_order_is_by_closing_date(
    db: AsyncSession, body: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.opportunities.finding.queries.search.RANKED", 4)
    for number in range(7):
        is_best = number in {3, 5}
        words = {"title": f"Plumber {number}"} if is_best else {"summary": "plumber"}
        await make_post(
            db, body, **{"title": f"Post {number}", **words}, closes_on=soon(number + 1)
        )
    pages = [await titles(db, Search(q="plumber"), part=Part(page, 2)) for page in (1, 2, 3, 4)]
    assert pages == [
        ["Plumber 3", "Post 0"], ["Post 1", "Post 2"], ["Post 4", "Plumber 5"], ["Post 6"],
    ]  # fmt: skip
    odd = [await titles(db, Search(q="plumber"), part=Part(page, 3)) for page in (1, 2, 3)]
    assert sorted(itertools.chain(*odd)) == sorted(itertools.chain(*pages))


async def test_common_words_find_the_same_posts_in_the_same_order(
    db: AsyncSession, body: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.opportunities.finding.queries.search.RANKED", 4)
    for number in range(9):
        await make_post(
            db, body, title=f"Plumber {number}", closes_on=soon(9 - number),
            pay_to=Decimal(60_000 + number % 3), audience="own" if number == 4 else "public",
            region="wales" if number % 2 else "london",
            summary="plumber" if number % 4 else "none",
        )  # fmt: skip
    await make_post(db, body, title="Joiner", closes_on=soon(1))
    few = await queries.count_posts(db, EVERYBODY, Search(q="plumber"))
    assert few.total == 8
    many = replace(few, total=100_000, among=100_000)
    for sort, part in itertools.product(Sort, (Part(1, 2), Part(2, 2), Part(3, 2), Part(1, 20))):
        for region in ((), ("wales",)):
            search = Search(q="plumber", sort=sort, region=region)
            ways = [
                [row["title"] for row in await queries.list_posts(db, EVERYBODY, search, part, one)]
                for one in (None, few, many)
            ]
            assert ways[0] == ways[1] == ways[2], (sort, part)
            assert ways[0] or (region and part.number == 3)


async def test_misspelt_words_have_near_ones(db: AsyncSession, body: Organisation) -> None:
    architect = await role_of(db)
    design = await skill_of(db, "Designing secure systems")
    await make_post(
        db, body, title="Secürity lead", role_id=architect.id, skills=[(design, 3, True)]
    )
    await make_post(db, body, title="Zzyzxsecret", audience="verified")
    words = ["secuirty", "ARCHITCT", "security", "qqqq", "zzyzxsecret"]
    assert await queries.near_words(db, words) == {
        "secuirty": "security",
        "ARCHITCT": "architect",
    }


async def test_similar_posts_are_of_the_role_first(db: AsyncSession, body: Organisation) -> None:
    architect = await role_of(db, "security-architect")
    cousin = await role_of(db, "business-architect")
    other = await role_of(db, "business-analyst")
    gone = await make_post(db, body, status="closed", role_id=architect.id)
    await make_post(db, body, title="Far", role_id=other.id, kind="job_swap", region="london")
    await make_post(db, body, title="Family", role_id=cousin.id, closes_on=soon(5))
    await make_post(db, body, title="Role", role_id=architect.id, closes_on=soon(9))
    await make_post(db, body, title="Hidden", role_id=architect.id, audience="own")
    former = await queries.find_former_post(db, EVERYBODY, gone.slug)
    assert former is not None
    found = [row["title"] for row in await queries.list_similar(db, EVERYBODY, former)]
    assert found == ["Role", "Family"]


async def test_a_post_is_found_by_slug_and_by_id(db: AsyncSession, body: Organisation) -> None:
    post = await make_post(db, body, audience="verified")
    actor = queries.viewer_of(await as_actor(db, await make_member(db, body)))
    for viewer, seen in ((EVERYBODY, False), (actor, True)):
        by_slug = await queries.find_open_post(db, viewer, post.slug)
        by_id = await queries.find_open_post_by_id(db, viewer, post.id)
        assert (by_slug is not None, by_id is not None) == (seen, seen)
    assert await queries.find_open_post_by_id(db, actor, uuid.uuid4()) is None


async def test_the_state_of_what_is_public(db: AsyncSession, body: Organisation) -> None:
    assert await queries.public_state(db, EVERYBODY) == (0, None)
    await make_post(db, body, slug="a")
    await make_post(db, body, slug="b", audience="own")
    total, changed = await queries.public_state(db, EVERYBODY)
    assert total == 1
    assert changed is not None
    listed = await queries.list_public(db, EVERYBODY, Part(1, 100))
    assert [row["slug"] for row in listed] == ["a"]
