"""The list of posts and the page of a post, as visitors and members see them."""

import json
from xml.etree.ElementTree import Element

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.organisations.models import Organisation
from tests.counting import counted
from tests.opportunities.finding.counting import counted_by_driver
from tests.opportunities.finding.posts import make_post, make_posts, role_of, skill_of, soon
from tests.pages import PageClient, parse, words
from tests.people import make_member, make_organisation, make_person, sign_in


@pytest.fixture
async def body(db: AsyncSession) -> Organisation:
    return await make_organisation(db, name="Moor Council", region="wales")


def found(page: Element) -> list[str]:
    return [words(e) for e in page.iter("h3") if "cb-post__title" in e.get("class", "")]


def said(page: Element) -> str:
    return words(next(e for e in page.iter("h2") if e.get("data-said") is not None))


def counts(page: Element) -> dict[str, str]:
    return {e.get("data-count", ""): words(e) for e in page.iter() if e.get("data-count")}


async def test_a_post_is_listed_with_what_matters(
    client: PageClient, db: AsyncSession, body: Organisation
) -> None:
    await make_post(
        db, body, title="Security lead", title_cy="Arweinydd diogelwch",
        redeployees_first_until=soon(3),
    )  # fmt: skip
    answer = await client.get("/opportunities")
    assert answer.headers["cache-control"] == "private, no-cache"
    page = parse(answer.text)
    assert found(page) == ["Security lead"]
    text = words(page)
    for part in (
        "1 post", "Jointly funded post", "Moor Council", "2.5 days a week", "Hybrid",
        "Exampleton, Wales", "£60,000 to £70,000 a year", "Closes ", "Redeployees come first until",
    ):  # fmt: skip
        assert part in text, part
    welsh = [words(e) for e in page.iter() if e.get("lang") == "cy"]
    assert welsh == ["Arweinydd diogelwch"]


async def test_filters_narrow_and_can_be_removed(
    client: PageClient, db: AsyncSession, body: Organisation
) -> None:
    await make_post(db, body, title="A", remote="remote")
    await make_post(db, body, title="B", remote="hybrid", kind="job_swap")
    page = parse((await client.get("/opportunities?remote=remote&region=wales&q=")).text)
    assert (said(page), found(page)) == ("1 post", ["A"])
    assert counts(page)["remote:hybrid"] == "1"
    assert counts(page)["kind:job_swap"] == "0"
    tags = [e.get("href") for e in page.iter("a") if e.get("class") == "cb-tags__tag"]
    assert tags == ["/opportunities?remote=remote", "/opportunities?region=wales"]
    canonical = next(e.get("href") for e in page.iter("link") if e.get("rel") == "canonical")
    assert canonical == "http://testserver/opportunities?region=wales&remote=remote"


async def test_little_found_offers_wider_searches(
    client: PageClient, db: AsyncSession, body: Organisation
) -> None:
    await make_post(db, body, title="Plumber", remote="remote")
    await make_post(db, body, title="Joiner", region="south_west", remote="hybrid")
    address = "/opportunities?q=plumbr&region=wales&remote=remote"
    page = parse((await client.get(address)).text)
    offers = {words(e) for e in page.iter("a") if "opportunities?" in e.get("href", "")}
    assert said(page) == "No posts found"
    assert {"plumber", "Without the search words"} <= offers
    page = parse((await client.get("/opportunities?region=wales&remote=hybrid")).text)
    text = words(page)
    for part in ("Any region (1)", "Wherever the work is done (1)", "Also in South West (1)"):
        assert part in text, part


async def test_an_empty_exchange_says_so(client: PageClient) -> None:
    assert "There are no open posts at the moment" in (await client.get("/opportunities")).text


async def test_a_wrong_number_of_days_is_said_beside_its_field(client: PageClient) -> None:
    answer = await client.get("/opportunities?min_days=lots")
    assert answer.status_code == 422
    page = parse(answer.text)
    title = page.find(".//title")
    assert title is not None
    assert words(title).startswith("Error: ")
    field = next(e for e in page.iter("input") if e.get("id") == "min_days")
    assert field.get("value") == "lots"
    assert field.get("aria-describedby") == "min_days-error"
    links = [e.get("href") for e in page.iter("a")]
    assert "#min_days" in links


@pytest.mark.parametrize("q", ["<script>alert(1)</script>", "{{7*7}}", "'\";--", "a & b | !", "\\"])
async def test_hostile_words_are_only_words(client: PageClient, q: str) -> None:
    answer = await client.get("/opportunities", params={"q": q})
    assert answer.status_code == 200
    field = next(e for e in parse(answer.text).iter("input") if e.get("id") == "q")
    assert field.get("value") == " ".join(q.split())


async def test_pages_of_the_list(client: PageClient, db: AsyncSession, body: Organisation) -> None:
    for number in range(23):
        await make_post(db, body, title=f"P{number}", closes_on=soon(number + 1))
    first = parse((await client.get("/opportunities?sort=closing")).text)
    second = parse((await client.get("/opportunities?sort=closing&page=2")).text)
    beyond = parse((await client.get("/opportunities?sort=closing&page=99")).text)
    assert len(found(first)) == 20
    assert found(second) == found(beyond) == ["P20", "P21", "P22"]
    assert said(second) == "23 posts, page 2 of 2"


async def test_members_see_more_and_nothing_is_kept(
    client: PageClient, app: Litestar, db: AsyncSession, body: Organisation
) -> None:
    other = await make_organisation(db)
    await make_post(db, body, title="Open", slug="open")
    await make_post(db, body, title="Verified", slug="verified", audience="verified")
    await make_post(db, body, title="Own", slug="own", audience="own")
    page = parse((await client.get("/opportunities")).text)
    assert (found(page), said(page)) == (["Open"], "1 post")
    assert (await client.get("/opportunities/verified")).status_code == 404
    await sign_in(client, app, db, await make_member(db, other))
    answer = await client.get("/opportunities")
    page = parse(answer.text)
    assert (set(found(page)), said(page)) == ({"Open", "Verified"}, "2 posts")
    assert "Only verified organisations see this" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert (await client.get("/opportunities/verified")).status_code == 200
    assert (await client.get("/opportunities/own")).status_code == 404
    missing = await client.get("/opportunities/none")
    assert missing.status_code == 404


async def test_a_post_has_its_page(
    client: PageClient, db: AsyncSession, body: Organisation
) -> None:
    role = await role_of(db)
    must, useful = await skill_of(db, "Analysis"), await skill_of(db, "Security technology")
    await make_post(
        db, body, slug="lead", title="Security lead", role_id=role.id, title_cy="Arweinydd",
        description="One.\n\n- first\n- second", description_cy="Gwaith da.",
        checks=["bpss", "sc"], redeployees_first_until=soon(3), is_politically_restricted=True,
        skills=[(must, 3, True), (useful, None, False)], adjustments="Ask us.",
    )  # fmt: skip
    page = parse((await client.get("/opportunities/lead")).text)
    text = words(page)
    for part in (
        "Security lead", "Moor Council", "people at risk of redundancy come first", "Analysis: ",
        "Security Check (SC)", "Local Government Act 1972", "Yes: whoever holds it", "Ask us.",
        "posts@example.test", "2 days a week at the place of work", "full time is 37 hours",
    ):  # fmt: skip
        assert part in text, part
    links = {e.get("href") for e in page.iter("a")}
    assert {"/roles/security-architect", "/skills/analysis", "/skills/security-technology"} <= links
    welsh = next(e for e in page.iter("section") if e.get("lang") == "cy")
    assert words(welsh) == "Arweinydd Gwaith da."
    data = next(e for e in page.iter("script") if e.get("type") == "application/ld+json")
    assert json.loads(data.text or "")["title"] == "Security lead"


async def test_text_cannot_leave_the_data_for_search_engines(
    client: PageClient, db: AsyncSession, body: Organisation
) -> None:
    hostile = "</script><script>alert('x')</script>"
    await make_post(db, body, slug="bad", title=hostile, description=hostile)
    page = parse((await client.get("/opportunities/bad")).text)
    scripts = [e for e in page.iter("script") if not e.get("src")]
    assert len(scripts) == 2
    assert json.loads(scripts[0].text or scripts[1].text or "")["title"] == hostile


@pytest.mark.parametrize(
    ("status", "heading", "shows_title"),
    [
        ("closed", "This post has closed", True),
        ("withdrawn", "This post was withdrawn", False),
        ("hidden", "This post is not shown at the moment", True),
    ],
)
async def test_the_address_of_a_former_post_says_what_became_of_it(
    client: PageClient,
    db: AsyncSession,
    body: Organisation,
    status: str,
    heading: str,
    shows_title: bool,
) -> None:
    role = await role_of(db)
    reason = "Money" if status == "withdrawn" else None
    await make_post(
        db, body, slug="gone", title="Gone lead", status=status, role_id=role.id,
        withdrawn_reason=reason,
    )  # fmt: skip
    await make_post(db, body, title="Still here", role_id=role.id)
    answer = await client.get("/opportunities/gone")
    assert answer.status_code == 410
    assert heading in answer.text
    assert ("Gone lead" in answer.text) is shows_title
    assert "Still here" in answer.text
    await make_post(
        db, body, slug="private", status=status, audience="own", withdrawn_reason=reason
    )
    assert (await client.get("/opportunities/private")).status_code == 404


async def test_two_hundred_posts_cost_no_more_queries_than_twenty(
    client: PageClient,
    app: Litestar,
    db: AsyncSession,
    connection: AsyncConnection,
    body: Organisation,
) -> None:
    async def queries(path: str) -> int:
        app.state.counts.clear()
        with counted(connection) as seen:
            async with counted_by_driver(connection) as read:
                assert (await client.get(path)).status_code == 200
        return len(seen) + len(read)

    paths = ("/opportunities", "/opportunities?q=example&region=wales", "/opportunities/post-0")
    numbers: dict[str, list[int]] = {path: [] for path in paths}
    for made, wanted in ((0, 1), (1, 20), (20, 200)):
        await make_posts(db, body, range(made, wanted))
        for path in paths:
            numbers[path].append(await queries(path))
    assert numbers[paths[0]] == [2, 2, 2]
    assert numbers[paths[1]] == [4, 2, 2], "where little is found, wider searches are looked for"
    assert numbers[paths[2]] == [2, 2, 2], "without questions"
    await sign_in(client, app, db, await make_member(db, body))
    assert [await queries(path) for path in paths] == [3, 3, 3]


async def test_only_visitors_are_asked_to_sign_in_to_ask(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    await make_post(db, await make_organisation(db), slug="open-one")
    page = await client.get("/opportunities/open-one")
    assert 'href="/opportunities/open-one/ask"' in page.text
    await sign_in(client, app, db, person=await make_person(db))
    page = await client.get("/opportunities/open-one")
    assert "Members of verified organisations can ask questions." in words(parse(page.text))
    assert "/ask" not in page.text
