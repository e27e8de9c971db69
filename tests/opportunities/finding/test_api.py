"""The open API, the feeds and the site map: public posts only, in forms that programs know."""

import uuid
from typing import Any
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import fromstring as parsed

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.organisations.models import Organisation
from tests.opportunities.finding.posts import make_post, make_posts, role_of, skill_of
from tests.pages import PageClient
from tests.people import make_organisation

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def read(document: bytes) -> Element:
    return parsed(document)  # noqa: S314 (our own answer)


@pytest.fixture
async def body(db: AsyncSession) -> Organisation:
    return await make_organisation(db, slug="moor", name="Moor & Co Council", region="wales")


async def test_a_list_has_the_agreed_form(
    json_client: PageClient, db: AsyncSession, body: Organisation
) -> None:
    role = await role_of(db)
    post = await make_post(db, body, slug="lead", title="Lead <b>", role_id=role.id)
    await make_post(db, body, audience="verified")
    answer = (await json_client.get("/api/v1/opportunities")).json()
    assert (answer["total"], answer["page"], answer["page_size"]) == (1, 1, 20)
    item = answer["items"][0]
    assert item["id"] == str(post.id)
    assert item["url"] == "http://testserver/opportunities/lead"
    assert (item["title"], item["role"]) == ("Lead <b>", "security-architect")
    assert (item["days_per_week"], item["pay_from"]) == ("2.50", "60000.00")


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("kind=job_swap", {"B"}),
        ("kind=job_swap&kind=shared_post", {"A", "B"}),
        ("region=london", {"B"}),
        ("remote=remote", {"B"}),
        ("role=security-architect", {"A"}),
        ("family=architecture", {"A"}),
        ("min_days=3", {"B"}),
        ("max_days=2.5", {"A"}),
        ("q=third", {"B"}),
        ("pay=80000", {"B"}),
        ("sort=closing", {"A", "B"}),
        ("page=2", set()),
        ("role=no-such-role", set()),
    ],
)
async def test_filters_of_the_list(
    json_client: PageClient, db: AsyncSession, body: Organisation, query: str, titles: set[str]
) -> None:
    role = await role_of(db)
    await make_post(db, body, title="A", role_id=role.id)
    await make_post(
        db, body, title="B", kind="job_swap", region="london", remote="remote",
        days_per_week=4, pay_to=90_000, summary="The third",
    )  # fmt: skip
    answer = await json_client.get(f"/api/v1/opportunities?{query}")
    assert answer.status_code == 200, answer.text
    if "no-such-role" in query:
        assert answer.json()["total"] == 0
    assert {item["title"] for item in answer.json()["items"]} == titles


@pytest.mark.parametrize(
    "query",
    [
        "kind=banana", "region=atlantis", "min_days=lots", "min_days=8", "max_days=nan",
        "sort=price", "page=0", "page_size=101", "q=" + "x" * 201, "min_days=3&max_days=2",
        "q=a%00b", "pay=-1",
    ],
)  # fmt: skip
async def test_bad_input_is_said_in_problem_json(json_client: PageClient, query: str) -> None:
    answer = await json_client.get(f"/api/v1/opportunities?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["errors"]


async def test_a_post_whole_and_what_is_gone(
    json_client: PageClient, db: AsyncSession, body: Organisation
) -> None:
    skill = await skill_of(db, "Analysis")
    post = await make_post(db, body, skills=[(skill, 3, True)])
    closed = await make_post(db, body, status="closed")
    private = await make_post(db, body, audience="verified")
    answer = (await json_client.get(f"/api/v1/opportunities/{post.id}")).json()
    assert answer["post"]["id"] == str(post.id)
    assert answer["skills"] == [
        {"slug": "analysis", "name": "Analysis", "level": 3, "must_have": True}
    ]
    assert answer["organisation"]["slug"] == "moor"
    for post_id, status in ((closed.id, 410), (private.id, 404), (uuid.uuid4(), 404)):
        answer = await json_client.get(f"/api/v1/opportunities/{post_id}")
        assert answer.status_code == status
        assert answer.json()["status"] == status


async def test_the_api_is_described(json_client: PageClient) -> None:
    described: dict[str, Any] = (await json_client.get("/api/openapi.json")).json()
    listed = described["paths"]["/api/v1/opportunities"]["get"]
    names = {parameter["name"] for parameter in listed["parameters"]}
    assert names == {
        "q", "kind", "family", "role", "region", "remote", "min_days", "max_days", "pay", "sort",
        "page", "page_size",
    }  # fmt: skip
    assert "/api/v1/opportunities/{opportunity_id}" in described["paths"]
    schema = described["components"]["schemas"]
    post = next(value for name, value in schema.items() if name.endswith("PostItem"))
    assert {"id", "title", "closes_on", "url"} <= set(post["properties"])


async def test_the_atom_feed(client: PageClient, db: AsyncSession, body: Organisation) -> None:
    post = await make_post(db, body, slug="lead", title="Lead & <more>")
    await make_post(db, body, audience="verified", title="zzhidden")
    answer = await client.get("/opportunities.atom?region=wales")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert "zzhidden" not in answer.text
    feed = read(answer.content)
    assert feed.findtext(f"{ATOM}id") == "http://testserver/opportunities.atom?region=wales"
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == "Lead & <more>"
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{post.id}"
    for name in ("updated", "published", "summary"):
        assert entry.findtext(f"{ATOM}{name}"), name
    empty = read((await client.get("/opportunities.atom?region=london")).content)
    assert empty.findall(f"{ATOM}entry") == []
    assert empty.findtext(f"{ATOM}updated")


async def test_the_json_feed(client: PageClient, db: AsyncSession, body: Organisation) -> None:
    post = await make_post(db, body, slug="lead")
    await make_post(db, body, audience="own", title="zzhidden")
    answer = await client.get("/opportunities.json")
    assert answer.headers["content-type"].startswith("application/feed+json")
    feed = answer.json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    (item,) = feed["items"]
    assert (item["id"], item["url"]) == (str(post.id), "http://testserver/opportunities/lead")
    assert item["content_text"]
    assert "zzhidden" not in answer.text


@pytest.mark.parametrize("path", ["/opportunities.atom", "/opportunities.json", "/sitemap.xml"])
async def test_whoever_has_it_already_gets_nothing_again(
    client: PageClient, db: AsyncSession, body: Organisation, path: str
) -> None:
    await make_post(db, body)
    first = await client.get(path)
    tag, changed = first.headers["etag"], first.headers["last-modified"]
    assert first.headers["cache-control"] == "public, max-age=60"
    for headers in ({"if-none-match": tag}, {"if-modified-since": changed}):
        again = await client.get(path, headers=headers)
        assert (again.status_code, again.content) == (304, b""), headers
    for headers in ({"if-none-match": '"other"'}, {"if-modified-since": "rubbish"}):
        assert (await client.get(path, headers=headers)).status_code == 200
    await make_post(db, body)
    assert (await client.get(path, headers={"if-none-match": tag})).status_code == 200


async def test_the_site_map_holds_public_posts(
    client: PageClient, db: AsyncSession, body: Organisation
) -> None:
    await make_post(db, body, slug="lead")
    await make_post(db, body, slug="zzhidden", audience="verified")
    addresses = [
        one.findtext(f"{MAP}loc")
        for one in read((await client.get("/sitemap.xml")).content).findall(f"{MAP}url")
    ]
    assert "http://testserver/opportunities/lead" in addresses
    assert "http://testserver/" in addresses
    assert "http://testserver/organisations/moor" in addresses
    assert not any("zzhidden" in (address or "") for address in addresses)
    assert "Sitemap: http://testserver/sitemap.xml" in (await client.get("/robots.txt")).text
    assert (await client.get("/sitemap/2")).status_code == 404


async def test_a_large_site_map_is_an_index(
    client: PageClient, db: AsyncSession, body: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.opportunities.finding.sitemap.LARGEST_FILE", 100)
    await make_posts(db, body, range(105))
    index = read((await client.get("/sitemap.xml")).content)
    files = [one.findtext(f"{MAP}loc") or "" for one in index.findall(f"{MAP}sitemap")]
    assert len(files) == 3 + 2  # pages, bodies, roles and skills; then posts
    posts: list[str | None] = []
    for file in files:
        part = read((await client.get(file)).content)
        posts += [
            loc for one in part.findall(f"{MAP}url")
            if "/opportunities/" in (loc := one.findtext(f"{MAP}loc") or "")
        ]  # fmt: skip
    assert len(set(posts)) == len(posts) == 105


async def test_the_site_map_holds_bodies_roles_and_skills(
    client: PageClient, db: AsyncSession, body: Organisation
) -> None:
    await make_organisation(db, slug="waits", status="applied")
    first = await client.get("/sitemap.xml")
    addresses = {
        one.findtext(f"{MAP}loc"): one.findtext(f"{MAP}lastmod")
        for one in read(first.content).findall(f"{MAP}url")
    }
    assert sum("/roles/" in str(one) for one in addresses) == 53
    assert sum("/skills/" in str(one) for one in addresses) == 186
    assert addresses["http://testserver/organisations/moor"] is not None
    assert "http://testserver/organisations/waits" not in addresses
    assert len(addresses) == 6 + 53 + 186 + 1
    body.status = "suspended"
    await db.commit()
    again = await client.get("/sitemap.xml", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 200
    assert b"/organisations/moor" not in again.content
