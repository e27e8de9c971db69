"""The list of a body's posts: by status on the day, by words, in pages, with the same queries."""

from datetime import timedelta

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.core.clock import london_today
from app.opportunities.domain import OpportunityKind
from app.opportunities.models import Opportunity
from tests.counting import counted
from tests.opportunities.bodies import Body, make_body
from tests.opportunities.posts import make_whole_post, whole
from tests.pages import PageClient, parse, words
from tests.people import sign_in

TODAY = london_today()


@pytest.fixture
async def body(client: PageClient, app: Litestar, db: AsyncSession) -> Body:
    made = await make_body(db, "hr", "member", slug="northshire")
    await sign_in(client, app, db, made.members["hr"])
    return made


async def titles(client: PageClient, query: str = "") -> list[str]:
    page = parse((await client.get(f"/org/northshire/posts{query}")).text)
    return [words(h) for h in page.iter("h3")]


async def add(db: AsyncSession, body: Body, number: int) -> None:
    values = whole(OpportunityKind.SHORT_ASSIGNMENT, TODAY)
    db.add_all(
        Opportunity(
            organisation_id=body.organisation.id,
            kind=OpportunityKind.SHORT_ASSIGNMENT,
            slug=f"post-{n}",
            **{**values, "title": f"Post {n:03d}"},
        )
        for n in range(number)
    )
    await db.commit()


async def test_an_empty_list_says_what_posts_are(client: PageClient, body: Body) -> None:
    page = await client.get("/org/northshire/posts")
    assert "Your organisation has no posts yet." in words(next(parse(page.text).iter("main")))


async def test_posts_by_status_and_by_words(
    client: PageClient, db: AsyncSession, body: Body
) -> None:
    yesterday = TODAY - timedelta(days=1)
    for title, more in (
        ("Data engineer", {}),
        ("Security lead", {"status": "open"}),
        ("Old security lead", {"status": "open", "closes_on": yesterday}),
    ):
        await make_whole_post(db, body.organisation.id, today=TODAY, title=title, **more)
    assert set(await titles(client)) == {"Data engineer", "Security lead", "Old security lead"}
    assert await titles(client, "?status=open") == ["Security lead"]
    assert await titles(client, "?status=closed") == ["Old security lead"]
    assert await titles(client, "?q=lead+SECURITY&status=open") == ["Security lead"]
    assert await titles(client, "?q=%25") == []
    assert await titles(client, "?status=nonsense&q=data") == ["Data engineer"]


async def test_another_body_does_not_see_them(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body
) -> None:
    await add(db, body, 1)
    other = await make_body(db, "hr")
    await sign_in(client, app, db, other.members["hr"])
    for path in ("", "/new", "/post-0", "/post-0/preview"):
        assert (await client.get(f"/org/northshire/posts{path}")).status_code == 404


@pytest.mark.parametrize("number", [1, 20, 200])
async def test_pages_ask_the_same_however_many_posts_there_are(
    client: PageClient,
    db: AsyncSession,
    connection: AsyncConnection,
    body: Body,
    number: int,
) -> None:
    await add(db, body, number)
    for path, most in (
        ("", 6),
        ("/post-0", 8),
        ("/post-0/preview", 8),
        ("/post-0/edit/place", 6),
        ("/post-0/edit/audience", 6),
    ):
        with counted(connection) as seen:
            page = await client.get(f"/org/northshire/posts{path}")
        assert page.status_code == 200
        assert len(seen) <= most, (path, seen)
    assert len(await titles(client)) == min(number, 20)
    if number > 20:
        assert (await titles(client, "?page=2"))[0] != (await titles(client))[0]
        assert (await client.get("/org/northshire/posts?page=99")).status_code == 404


async def test_a_member_reads_and_cannot_write(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body
) -> None:
    await add(db, body, 1)
    await sign_in(client, app, db, body.members["member"])
    page = await client.get("/org/northshire/posts")
    assert "Write a new post" not in page.text
    shown = await client.get("/org/northshire/posts/post-0")
    assert shown.status_code == 200
    assert "/edit/" not in shown.text
    assert (await client.get("/org/northshire/posts/post-0/edit/place")).status_code == 403


async def test_the_dashboard_says_what_waits(
    client: PageClient, db: AsyncSession, body: Body
) -> None:
    hidden = {"status": "hidden"}
    due = {"status": "open", "review_on": TODAY}
    for more in (hidden, due, {"status": "awaiting_approval"}):
        await make_whole_post(db, body.organisation.id, today=TODAY, **more)
    said = words(next(parse((await client.get("/dashboard")).text).iter("main")))
    assert "1 post to approve" in said
    assert "1 open post to confirm" in said
    assert "1 hidden post to confirm or withdraw" in said


async def test_the_dashboard_says_what_hr_has_to_go_on_with(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body
) -> None:
    soon = {"status": "open", "closes_on": TODAY + timedelta(days=14)}
    later = {"status": "open", "closes_on": TODAY + timedelta(days=15)}
    for more in ({}, soon, later, {"status": "approved"}):
        await make_whole_post(db, body.organisation.id, today=TODAY, **more)
    said = words(next(parse((await client.get("/dashboard")).text).iter("main")))
    assert "1 draft to finish" in said
    assert "1 approved post to publish" in said
    assert "1 open post to fill or extend, closing within 14 days" in said
    await sign_in(client, app, db, body.members["member"])
    said = words(next(parse((await client.get("/dashboard")).text).iter("main")))
    assert "Nothing waits for you on the posts of" in said
