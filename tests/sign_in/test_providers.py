"""Signing in with an organisation's own identity provider: the protocol, and every way it fails."""

import re
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.audit.models import AuditEntry
from app.core.config import Settings
from app.core.db import SETTINGS_OF_SESSION, new_id
from app.core.keys import derive_key, seal
from app.core.permissions import Duty
from app.organisations.models import Membership, Organisation, Person, PersonSession
from app.organisations.providers.commands import PURPOSE
from app.organisations.providers.models import IdentityProvider, OutsideIdentity
from tests.pages import PageClient, assert_form_error, parse
from tests.people import make_member, make_organisation, sign_in
from tests.sign_in.helpers import ask
from tests.sign_in.provider import CLIENT_ID, SECRET, Provider

CALLBACK = "/sign-in/organisation/callback"


@pytest.fixture(scope="module")
def running_provider() -> Iterator[Provider]:
    with Provider() as made:
        yield made


@pytest.fixture
def provider(running_provider: Provider) -> Provider:
    """The provider, right in everything."""
    running_provider.claims = {"sub": "subject-1", "email": "ada@moor.example"}
    running_provider.faults = set()
    return running_provider


@pytest.fixture
async def web(
    client: PageClient,
    app: Litestar,
    settings: Settings,
    sessions: async_sessionmaker[AsyncSession],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[PageClient]:
    """A client of an application that may call this machine."""
    loose = replace(settings, outgoing_loopback=True, public_url="http://testserver")
    usual = app.state.settings
    app.state.settings = loose
    sessions.configure(info={SETTINGS_OF_SESSION: loose})
    yield client
    app.state.settings = usual


@pytest.fixture
async def member(db: AsyncSession, settings: Settings, provider: Provider) -> Membership:
    """A plain member of a body whose sign-in is the provider."""
    body = await make_organisation(db, slug="moor", name="Moor Council")
    await set_up(db, settings, body, provider)
    return await make_member(db, body, work_email="ada@moor.example")


async def set_up(
    db: AsyncSession, settings: Settings, body: Organisation, provider: Provider, **changes: Any
) -> IdentityProvider:
    """Give a body this provider."""
    row_id = new_id()
    key = derive_key(settings.secret_key, PURPOSE)
    row = IdentityProvider(
        **{
            "id": row_id,
            "organisation_id": body.id,
            "issuer": provider.issuer,
            "client_id": CLIENT_ID,
            "sealed_secret": seal(key, SECRET.encode(), place=row_id.bytes),
            "domains": [f"{body.slug}.example"],
            "is_enabled": True,
            **changes,
        }
    )
    db.add(row)
    await db.commit()
    return row


async def go(web: PageClient, org: str = "moor") -> dict[str, str]:
    """Set out for the provider; gives what its authorisation page is asked."""
    page = await web.get(f"/sign-in/with/{org}")
    going = await web.submit(page)
    assert going.status_code == 200, going.text
    link = next(m for m in parse(going.text).iter("meta") if m.get("http-equiv") == "refresh")
    address = link.get("content", "").removeprefix("0; url=")
    return {k: v[0] for k, v in parse_qs(urlsplit(address).query).items()}


async def come_back(web: PageClient, provider: Provider, org: str = "moor") -> httpx.Response:
    """Sign in there and come back."""
    return await web.get(provider.authorize(await go(web, org)))


async def test_an_address_of_the_organisation_leads_to_its_sign_in(
    web: PageClient, db: AsyncSession, member: Membership
) -> None:
    """For known and unknown addresses alike; a link by email stays possible."""
    for email in ("ada@moor.example", "nobody@it.moor.example"):
        sent = await ask(web, email, "/account")
        assert sent.headers["location"] == "/sign-in/with/moor"
        page = await web.get("/sign-in/with/moor")
        assert "Moor Council" in page.text
        link = await web.submit(page, form=1)
        assert link.headers["location"] == "/sign-in/check-your-email"
    assert (await ask(web, "ada@fakemoor.example")).headers["location"].endswith("your-email")


async def test_a_first_sign_in_takes_the_work_address_and_later_ones_the_subject(
    web: PageClient, db: AsyncSession, provider: Provider, member: Membership
) -> None:
    await ask(web, "ada@moor.example", "/account")
    done = await come_back(web, provider)
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    row = (await db.scalars(select(PersonSession))).one()
    assert (row.person_id, row.how, row.vouched_by_id) == (
        member.person_id,
        "oidc",
        member.organisation_id,
    )
    assert (await web.get("/account")).status_code == 200
    identity = (await db.scalars(select(OutsideIdentity))).one()
    assert (identity.issuer, identity.subject) == (provider.issuer, "subject-1")
    web.cookies.clear()
    provider.claims = {"sub": "subject-1", "email": "another@elsewhere.example"}
    assert (await come_back(web, provider)).status_code == 303


async def test_pkce_state_and_nonce_are_sent(
    web: PageClient, provider: Provider, member: Membership
) -> None:
    asked = await go(web)
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == f"http://testserver{CALLBACK}"
    assert "openid" in asked["scope"].split()
    assert min(len(asked["state"]), len(asked["nonce"]), len(asked["code_challenge"])) > 25


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "eve@fakemoor.example"},
        {"email": "eve@moor.example.evil.example"},
        {"email": "eve@moor.example"},
        {"email": "ada@moor.example", "email_verified": False},
        {"email": ""},
        {"nonce": "another"},
        {"aud": "another"},
        {"aud": ["crossbench", "another"]},
        {"aud": ["crossbench", "another"], "azp": "another"},
        {"iss": "http://127.0.0.1:1"},
        {"exp": 1_000_000_000},
        {"sub": None},
    ],
)
async def test_a_wrong_claim_signs_nobody_in(
    web: PageClient,
    db: AsyncSession,
    provider: Provider,
    member: Membership,
    claims: dict[str, Any],
) -> None:
    provider.claims.update(claims)
    provider.claims = {k: v for k, v in provider.claims.items() if v is not None}
    await refused(web, db, await come_back(web, provider))


@pytest.mark.parametrize("fault", ["signature", "unsigned", "issuer", "large"])
async def test_a_wrong_provider_signs_nobody_in(
    web: PageClient, db: AsyncSession, provider: Provider, member: Membership, fault: str
) -> None:
    asked = await go(web)
    provider.faults = {fault}
    await refused(web, db, await web.get(provider.authorize(asked)))
    if fault in {"issuer", "large"}:
        page = await web.get("/sign-in/with/moor")
        assert (await web.submit(page)).status_code == 502


async def refused(web: PageClient, db: AsyncSession, answer: httpx.Response) -> None:
    """Nobody is signed in, and the record says so."""
    assert answer.status_code == 403
    assert "You are not signed in" in answer.text
    assert not (await db.scalars(select(PersonSession))).all()
    entries = await db.scalars(select(AuditEntry).where(AuditEntry.action == "sign_in.refused"))
    assert entries.all()


@pytest.mark.parametrize("what", ["state", "no state", "code", "twice", "other browser", "late"])
async def test_only_the_sign_in_begun_here_comes_back(
    web: PageClient, db: AsyncSession, provider: Provider, member: Membership, what: str
) -> None:
    asked = await go(web)
    address = provider.authorize(asked)
    if what == "state":
        address = re.sub(r"state=[^&]+", "state=another", address)
    if what == "no state":
        address = re.sub(r"&state=[^&]+", "", address)
    if what == "code":
        address = re.sub(r"code=[^&]+", "code=another", address)
    if what == "other browser":
        web.cookies.clear()
    if what == "late":
        monkey = pytest.MonkeyPatch()
        now = time.time() + 601
        monkey.setattr("app.organisations.providers.pages.time.time", lambda: now)
        answer = await web.get(address)
        monkey.undo()
        await refused(web, db, answer)
        return
    if what == "twice":
        assert (await web.get(address)).status_code == 303
        assert (await web.get(address)).status_code == 403
        return
    await refused(web, db, await web.get(address))


async def test_the_same_email_from_another_issuer_gets_nothing(
    web: PageClient, db: AsyncSession, settings: Settings, provider: Provider, member: Membership
) -> None:
    """Rule 16: also for a body that has the person as its own member by that address."""
    assert (await come_back(web, provider)).status_code == 303
    web.cookies.clear()
    other = await make_organisation(db, slug="fell", name="Fell Council")
    await set_up(db, settings, other, provider, domains=["moor.example"])
    answer = await come_back(web, provider, "fell")
    assert answer.status_code == 403
    provider.claims = {"sub": "subject-2", "email": "ada@moor.example"}
    assert (await come_back(web, provider)).status_code == 403


@pytest.mark.parametrize("what", ["suspended", "left", "disabled"])
async def test_whoever_may_not_come_any_more_does_not(
    web: PageClient, db: AsyncSession, provider: Provider, member: Membership, what: str
) -> None:
    assert (await come_back(web, provider)).status_code == 303
    web.cookies.clear()
    asked = await go(web)
    if what == "suspended":
        (await db.get_one(Person, member.person_id)).suspended_at = datetime.now(UTC)
    elif what == "left":
        member.ended_at = datetime.now(UTC)
    else:
        (await db.scalars(select(IdentityProvider))).one().is_enabled = False
    await db.commit()
    answer = await web.get(provider.authorize(asked))
    assert answer.status_code == (404 if what == "disabled" else 403)


async def test_without_the_setting_this_machine_is_not_called(
    client: PageClient, db: AsyncSession, provider: Provider, member: Membership
) -> None:
    provider.asked.clear()
    page = await client.get("/sign-in/with/moor")
    answer = await client.submit(page)
    assert (answer.status_code, "does not answer" in answer.text) == (502, True)
    assert provider.asked == []


# Setting it up


async def test_an_administrator_sets_it_up(
    web: PageClient, app: Litestar, db: AsyncSession, provider: Provider
) -> None:
    body = await make_organisation(db, slug="moor")
    admin = await make_member(db, body, Duty.ORGANISATION_ADMIN)
    await sign_in(web, app, db, admin)
    page = await web.get("/org/moor/settings/sign-in")
    assert f"http://testserver{CALLBACK}" in page.text
    values = {
        "issuer": provider.issuer,
        "client_id": CLIENT_ID,
        "secret": SECRET,
        "domains": "moor.example\r\nit.moor.example",
        "is_enabled": "yes",
    }
    wrong = await web.submit(page, {**values, "domains": "fell.example"}, form=1)
    assert_form_error(wrong, "domains", "fell.example is not a domain of your organisation")
    none = await web.submit(page, {**values, "secret": ""}, form=1)
    assert_form_error(none, "secret", "Enter the client secret")
    away = await web.submit(page, {**values, "issuer": "http://127.0.0.1:9"}, form=1)
    assert_form_error(
        away, "issuer", "There is no identity provider at this address that we can reach"
    )
    assert SECRET not in away.text
    assert not (await db.scalars(select(IdentityProvider))).all()
    saved = await web.submit(page, values, form=1)
    assert saved.status_code == 303
    row = (await db.scalars(select(IdentityProvider))).one()
    assert SECRET.encode() not in row.sealed_secret
    page = await web.get("/org/moor/settings/sign-in")
    assert SECRET not in page.text
    sealed = row.sealed_secret
    await web.submit(page, {**values, "secret": "", "client_id": "new"}, form=1)
    await db.refresh(row)
    assert (row.client_id, row.sealed_secret) == ("new", sealed)
    page = await web.get("/org/moor/settings/sign-in")
    other = await web.submit(page, {**values, "secret": "", "issuer": "http://x.example"}, form=1)
    assert_form_error(other, "secret", "Enter the client secret of the new provider")
    page = await web.get("/org/moor/settings/sign-in/remove")
    await web.submit(page, form=1)
    assert not (await db.scalars(select(IdentityProvider))).all()
    found = await db.scalars(
        select(AuditEntry.action).where(AuditEntry.chain == body.id).order_by(AuditEntry.id)
    )
    assert list(found) == [
        "identity_provider.set_up",
        "identity_provider.set_up",
        "identity_provider.removed",
    ]


async def test_others_do_not(web: PageClient, app: Litestar, db: AsyncSession) -> None:
    body = await make_organisation(db, slug="moor")
    await sign_in(web, app, db, await make_member(db, body, Duty.HR))
    assert (await web.get("/org/moor/settings/sign-in")).status_code == 403
    admin = await make_member(db, await make_organisation(db), Duty.ORGANISATION_ADMIN)
    await sign_in(web, app, db, admin)
    assert (await web.get("/org/moor/settings/sign-in")).status_code == 404
    assert (await web.get(f"/sign-in/with/{uuid.uuid4()}")).status_code == 404
