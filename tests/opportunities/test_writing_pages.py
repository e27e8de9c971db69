"""Writing posts in a browser without script: each kind from nothing to open."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.permissions import Duty
from app.opportunities.domain import OpportunityKind
from app.opportunities.finding.models import OpenPost
from app.opportunities.models import Opportunity
from app.opportunities.writing.domain import Section
from app.organisations.models import Membership, Organisation
from tests.opportunities.typed import typed, typed_sections
from tests.pages import PageClient, parse, words
from tests.people import make_member, make_organisation, sign_in

KINDS = tuple(OpportunityKind)


@pytest.fixture
async def body(db: AsyncSession) -> Organisation:
    return await make_organisation(db, slug="northshire", name="Northshire Council", pays_levy=True)


@pytest.fixture
async def hr(db: AsyncSession, body: Organisation) -> Membership:
    return await make_member(db, body, Duty.HR)


@pytest.fixture
def act_as(client: PageClient, app: Litestar, db: AsyncSession) -> Callable[..., Awaitable[Any]]:
    async def act(member: Membership) -> None:
        await sign_in(client, app, db, member)

    return act


def text_of(answer: httpx.Response) -> str:
    main = next(e for e in parse(answer.text).iter("main"))
    return words(main)


def value_of(answer: httpx.Response, name: str, label: str) -> str:
    """The value of the option or radio with this text."""
    page = parse(answer.text)
    for option in page.iter("option"):
        if words(option).startswith(label):
            return str(option.get("value"))
    for radio in page.iter("input"):
        if radio.get("name") == name:
            labels = [e for e in page.iter("label") if e.get("for") == radio.get("id")]
            if labels and words(labels[0]).startswith(label):
                return str(radio.get("value"))
    raise AssertionError(f"no {label} in {name}")


def rows_of(answer: httpx.Response) -> dict[str, str]:
    """The skill rows as they would be sent again."""
    page = parse(answer.text)
    sent: dict[str, str] = {}
    for chosen in page.iter("select"):
        name = chosen.get("name", "")
        if name.startswith("skills-"):
            options = [o for o in chosen.iter("option") if o.get("selected") is not None]
            sent[name] = options[0].get("value", "") if options else ""
    return sent


async def start(client: PageClient, kind: OpportunityKind, title: str = "Security lead") -> str:
    """Begin a post; gives the address of its page."""
    page = await client.get("/org/northshire/posts/new")
    begun = await client.fill_in(page, {"kind": kind.value, "title": title})
    assert begun.status_code == 303, begun.text
    return begun.headers["location"]


async def choose_role(client: PageClient, path: str, role: str, level: str) -> None:
    page = await client.get(f"{path}/edit/role")
    saved = await client.fill_in(
        page, {"title": "Security lead", "role": value_of(page, "role", role)}
    )
    assert saved.status_code == 303
    if level:
        assert saved.headers["location"] == f"{path}/edit/level"
        page = await client.get(saved.headers["location"])
        saved = await client.fill_in(page, {"level": value_of(page, "level", level)})
        assert saved.status_code == 303
    assert saved.headers["location"] == path


async def save(
    client: PageClient, path: str, section: str, answers: dict[str, Any]
) -> httpx.Response:
    page = await client.get(f"{path}/edit/{section}")
    assert page.status_code == 200, page.status_code
    return await client.fill_in(page, answers)


async def complete(client: PageClient, path: str, kind: OpportunityKind) -> None:
    """Answer every section of a post."""
    await choose_role(client, path, "Security architect", "Lead security architect")
    page = await client.get(f"{path}/edit/skills")
    saved = await client.fill_in(page, rows_of(page))
    assert saved.status_code == 303, text_of(saved)
    for section in typed_sections(kind):
        saved = await save(client, path, section, typed(kind, section))
        assert saved.status_code == 303, (section, text_of(saved))
        assert saved.headers["location"] == path


@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_from_nothing_to_open(
    client: PageClient, db: AsyncSession, hr: Membership, act_as: Any, kind: OpportunityKind
) -> None:
    await act_as(hr)
    path = await start(client, kind)
    assert "You have completed 0 of" in text_of(await client.get(path))
    await complete(client, path, kind)
    page = await client.get(path)
    assert "Everything that this post needs is there." in text_of(page)
    assert "Northtown" in text_of(await client.get(f"{path}/preview"))
    opened = await client.fill_in(await client.get(f"{path}/publish"), {"when": "now"})
    assert opened.headers["location"] == path
    page = await client.get(path)
    assert "The post is open." in text_of(page)
    shown = await db.scalar(select(OpenPost.title))
    assert shown == "Security lead"
    post = await db.scalar(select(Opportunity))
    assert post
    assert (post.status, post.kind) == ("open", kind)
    assert post.region == "north_east"
    assert post.postcode_area == "NE"
    assert (post.cost_inputs is not None) == (kind is OpportunityKind.SHARED_POST)


async def test_a_new_shared_post_shows_its_cost_by_year(
    client: PageClient, hr: Membership, act_as: Any
) -> None:
    await act_as(hr)
    path = await start(client, OpportunityKind.SHARED_POST)
    for section in (Section.TIME, Section.DATES, Section.COST):
        saved = await save(client, path, section, typed(OpportunityKind.SHARED_POST, section))
        assert saved.status_code == 303, text_of(saved)
    page = text_of(await client.get(f"{path}/edit/cost"))
    assert re.search(r"20\d\d/\d\d ?£[\d,]+\.\d\d", page), page


@pytest.mark.parametrize("duty", [Duty.ORGANISATION_ADMIN, Duty.HR])
async def test_a_body_that_is_not_verified_reads_why_it_cannot_post_yet(
    client: PageClient,
    db: AsyncSession,
    body: Organisation,
    act_as: Callable[..., Awaitable[Any]],
    duty: Duty,
) -> None:
    body.status = "applied"
    await act_as(await make_member(db, body, duty))
    answer = await client.get("/org/northshire/posts/new")
    assert answer.status_code == 403
    assert "You cannot write posts yet: your organisation is not verified." in text_of(answer)
    lists = await client.get("/org/northshire/posts")
    assert "Write a new post" not in text_of(lists)
    assert "once the operator has verified your organisation" in text_of(lists)
    assert "write a new one" not in text_of(await client.get("/dashboard"))
