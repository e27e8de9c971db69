"""Each form, filled in and sent several times at once, does its work once: on real connections.

What one sending adds to each table is counted first, in a transaction that is undone; then the same
form with the same one-time key is sent by several connections at once, and must add as much. Forms
are found by the routes, so that a new one fails until it has a line here.
"""

import asyncio
import json
import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element

import asyncpg
import httpx
import pytest
from litestar.routes import HTTPRoute
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker

from app.cofunding.models import Funding, Pledge
from app.core.actor import VISITOR
from app.core.clock import london_today
from app.core.db import (
    ACT_AS_SYSTEM,
    SETTINGS_OF_SESSION,
    make_engine,
    make_sessions,
    make_system_sessions,
)
from app.core.permissions import Duty
from app.costsharing.example import example_inputs
from app.local.postgres import OWNER
from app.main import create_app
from app.opportunities.finding.projection import project
from app.organisations.joining.commands import begin, send
from app.organisations.joining.tasks import require_whole
from app.organisations.models import Membership, Organisation, Person, PersonSession
from app.roles.queries import skill_sources
from tests.cofunding.made import base_inputs
from tests.cofunding.region import Body, Region
from tests.conftest import ACT_AS_NOBODY, RequestSession, Servers
from tests.matching.alerts.making import link_of, make_alert
from tests.messages import link_in_last
from tests.opportunities.posts import make_whole_post
from tests.organisations.test_joining import ADA, fill_in_quickly
from tests.pages import parse, words
from tests.people import make_member, make_organisation, make_sign_in
from tests.roles.changed import changed_sheet
from tests.roles.test_import_pages import ANSWERS
from tests.test_access_matrix import filled
from tests.world import Here, World, made_world

POST = "/org/{org}/posts/{slug}"
ALERT, BY_LINK = "/alerts/{alert_id}", "/alerts/by-link/{token}"
INVITED = "/profile/invitations/{invitation_id}"
PLEDGE = "/opportunities/{slug}"
APPLICATION = "/join/a/{token}"
TIMES, MONEY_TIMES = 4, 20

# What changes without an entry in the record: nobody is known yet, or nothing has happened yet.
UNRECORDED = {
    *(f"/calculator{path}" for path in ("", "/load")),
    *(f"/calculator/d/{{token}}/{path}" for path in ("check", "delete", "forget-actuals")),
    *("/join", "/join/a/{token}/delete"),
    # What somebody has read in their own inbox is nobody else's business.
    *(f"/inbox/{path}" for path in ("read-all", "{message_id}/open", "{message_id}/unread")),
    # What is typed about an import stands with it; this one is not decided, so it is not applied.
    *(f"/operator/framework/imports/{{import_id}}{path}" for path in ("", "/apply")),
}

# What is not tried here, each with the reason and where else it is.
ELSEWHERE = {
    "/alerts/by-link/{token}/unsubscribe": "has no key: tests/matching/alerts/test_pages.py",
    "/api/v1/cost-splits": "for programs: stores nothing",
    "/api/v1/cost-splits/agreement": "for programs: stores nothing",
    "/demo/sign-in": "there is no demo here; a session only; tests/demo/test_region.py",
    "/sign-in/with/{org}": "leads to an identity provider; tests/sign_in/test_providers.py",
    "/account/second-factor/passkey": "needs an authenticator; tests/sign_in/test_factors.py",
    "/sign-in/passkey": "needs an authenticator; tests/sign_in/test_factors.py",
    "/account/second-factor/app": "needs a code of the app; tests/sign_in/test_factors.py",
    "/sign-in/second-factor": "needs a code of the app; tests/sign_in/test_factors.py",
    "/sign-in/recovery-code": "needs a code; tests/sign_in/test_factors.py",
    "/account/second-factor/recovery-codes": "shows codes once; tests/sign_in/test_factors.py",
}
# Forms of joint posts, which have not been tried in this way yet: tests/cofunding/fitting sends
# them one at a time.
NOT_YET = ("/org/{org}/joint-posts/",)


@dataclass
class Case:
    """A form: who sends what to which things, and how often.

    `things` names what `more` made; a value that begins with = is one of those too. Cases of a
    round follow each other in one database; what would stand in another's way has a later round.
    """

    path: str
    values: dict[str, Any] = field(default_factory=dict)
    who: str = "everything"
    things: dict[str, str] = field(default_factory=dict)
    times: int = TIMES
    page: str = ""
    file: bytes | None = None
    round: int = 0


def day(name: str, after: int) -> dict[str, str]:
    """The three boxes of a date, so many days from today."""
    when = london_today() + timedelta(days=after)
    parts = (("day", when.day), ("month", when.month), ("year", when.year))
    return {f"{name}-{part}": str(number) for part, number in parts}


ORGANISATION = "/operator/organisations/{key}"
DECISION = f"{ORGANISATION}/{{action}}"
IMPORT = "/operator/framework/imports/{import_id}"
ROLE = "/org/{org}/roles/{role_slug}"
PERSON = "/org/{org}/people/{member}"
DRAFT, WAITING = {POST: "draft"}, {POST: "waiting"}
PARTNERS = {POST: "partner_draft", "/org/{org}": "partner"}
PLEDGED, FUNDABLE = {PLEDGE: "pledged"}, {PLEDGE: "fundable"}
REASON = {"reason": "It is not needed any more."}
PROVIDER = {
    "issuer": "https://id.own-body.example",
    "client_id": "crossbench",
    "secret": "a secret of the tests",
    "domains": "own-body.example",
}
LOCAL_ROLE = {
    "name": "Shared officer",
    "summary": "Leads.",
    "basis": "Agreed by the board.",
    "owner": "Head of digital",
    **day("review_on", 300),
}
# What people do with their own profile, in rounds of their own: others need it as it was made.
SKILL, ASKED = "/profile/skills/{slug}", "/profile/confirmations/{confirmation_id}"
EVIDENCE = {"kind": "course", "title": "A course", "words": "It shows it."}
ASK = {"relation": "colleague", "name": "Cy Example", "email": "cy@elsewhere.example"}
LET = {"groups": ["name"], "recipient": "verified", **day("until", 90)}
LEVELS = {"levels-testing": "working", "levels-consultancy": "expert"}
OWN_PROFILE = [
    Case(
        "/confirm-skill/{token}", {"answer": "confirm", "name": "Ben Example"}, "visitor", round=4
    ),
    Case(f"{ASKED}/send", who="member", round=4),
    Case(f"{SKILL}/confirm", {**ASK, "language": "en"}, "member", round=4),
    Case("/profile/start", {"source": "=source", "standing": "wanted"}, "member", round=4),
    Case("/profile/answers", {"source": "=source", **LEVELS}, "member", round=4),
    Case("/profile/skills/add", {"skill": "Agile working", "level": "working"}, "member", round=4),
    Case(SKILL, {"level": "expert"}, "member", round=4),
    Case(f"{SKILL}/evidence", EVIDENCE, "member", round=4),
    Case("/profile/availability", {"days": "2"}, "member", round=4),
    Case("/profile/job", {"grade": "Grade 6"}, "member", round=4),
    Case("/profile/pause", day("until", 30), "member", round=4),
    Case("/profile/resume", who="member", round=4),
    Case("/profile/hidden", {"organisation": "Partner Body Council"}, "member", round=4),
    Case("/profile/hidden/{organisation_id}/remove", who="member", round=4),
    Case("/profile/visibility/new", LET, "member", round=4),
    Case("/profile/visibility/{grant_id}/withdraw", who="member", round=4),
    Case("/profile/changed-skills", who="member", round=4),
    Case("/profile/import/{import_id}", who="member", round=4),
    Case("/profile/import", who="member", file=b"Skill,Level\nTesting,3\n", round=4),
    Case("/profile/import/{import_id}/leave", who="member", round=5),
    Case(f"{ASKED}/withdraw", who="member", round=5),
    Case(f"{SKILL}/evidence/{{evidence_id}}/remove", who="member", round=5),
    Case(f"{SKILL}/remove", who="member", round=5),
    Case("/profile/roles/{entry_id}/remove", who="member", round=5),
    Case("/profile/delete", who="member", round=6),
]
CASES = [
    *OWN_PROFILE,
    # The member’s come first: others of their round end that sign-in.
    Case("/alerts/new", {"frequency": "daily", "address": "account"}),
    Case("/alerts/matches", {"frequency": "daily", "address": "account"}),
    Case(ALERT, {"frequency": "weekly"}, who="member"),
    Case(f"{ALERT}/pause", who="member"),
    Case(f"{ALERT}/resume", who="member"),
    Case(f"{ALERT}/keep", who="member"),
    Case(f"{ALERT}/end", who="member", round=1),
    Case(BY_LINK, {"frequency": "weekly"}, who="visitor"),
    Case(f"{BY_LINK}/confirm", who="visitor", things={BY_LINK: "waiting_alert"}),
    Case(f"{BY_LINK}/pause", who="visitor"),
    Case(f"{BY_LINK}/resume", who="visitor"),
    Case(f"{BY_LINK}/keep", who="visitor"),
    Case("/inbox/{message_id}/open", who="member"),
    Case("/inbox/{message_id}/unread", who="member"),
    Case("/inbox/read-all", who="member", round=1),
    Case("/inbox/preferences", {"alerts": "inbox"}, who="member"),
    Case(f"{INVITED}/decline", {"reason": "pay"}, who="member"),
    Case(f"{INVITED}/accept", who="member", round=1),
    Case(f"{INVITED}/take-back", who="member", round=1),
    Case(f"{INVITED}/never", who="member", round=2),
    Case("/account/details", {"name": "New Name Example", "language": "en"}),
    Case("/account/organisation", {"membership": "=membership"}),
    Case("/account/private-address", {"email": "me@home.example"}),
    Case("/account/private-address/confirm/{token}", who="member"),
    Case("/account/private-address/remove", who="member"),
    Case("/account/second-factor/app/remove", who="member"),
    Case("/account/second-factor/passkeys/{passkey_id}/remove", who="member"),
    Case("/account/sessions/{sign_in_id}/end", who="member", round=1),
    Case("/calculator", {"start": "example"}, who="visitor"),
    Case("/calculator/d/{token}/check", who="visitor"),
    Case("/calculator/d/{token}/delete", who="visitor", round=1),
    Case("/calculator/d/{token}/forget-actuals", who="visitor"),
    Case("/calculator/load", {"text": json.dumps(example_inputs())}, who="visitor"),
    Case("/employment/{token}", who="visitor"),
    Case("/invitations/{token}", {"name": "Ivy Invited Example"}, who="visitor", round=2),
    Case("/join", who="visitor"),
    Case("/keep-profile/{token}", who="visitor"),
    Case("/join/a/{token}/check", {"accepts": "yes"}, "visitor", {APPLICATION: "whole"}),
    Case("/join/a/{token}/delete", who="visitor", round=1),
    Case("/join/a/{token}/sent", {}, "visitor", {APPLICATION: "sent"}),
    Case("/join/confirm/{token}", {}, "visitor", {"/join/confirm/{token}": "confirm"}, round=1),
    Case("/operator/audit/heads", who="operator"),
    Case("/operator/framework/import", day("as_of", -1), "operator", file=changed_sheet()),
    Case(IMPORT, ANSWERS, who="operator"),
    Case(f"{IMPORT}/apply", who="operator"),
    Case(f"{IMPORT}/discard", who="operator", round=1),
    Case("/operator/mail/{message_id}/send-again", who="operator"),
    Case(
        f"{ORGANISATION}/administrator",
        {"email": "a@lonely-body.example"},
        "operator",
        {ORGANISATION: "lonely"},
    ),
    Case(f"{ORGANISATION}/domains", who="operator"),
    Case(
        f"{ORGANISATION}/{{action}}", REASON, "operator", {f"{ORGANISATION}/{{action}}": "refuse"}
    ),
    Case("/operator/second-factor", {"email": "=email"}, who="operator"),
    Case("/operator/work/{key}/again", who="operator"),
    Case(f"{PLEDGE}/ask", {"question": "Is there a car park?"}, who="partner"),
    Case(f"{PLEDGE}/funding/close", things=FUNDABLE, times=MONEY_TIMES),
    Case(f"{PLEDGE}/funding/{{pledger}}/turn-down", REASON),
    Case(
        f"{PLEDGE}/pledge",
        {"basis": "days", "days": "0.5", "commitment": "in_principle"},
        "stranger",
        times=MONEY_TIMES,
    ),
    Case(f"{PLEDGE}/pledge/approve", {"decision": "approve"}, things=PLEDGED, times=MONEY_TIMES),
    Case(f"{PLEDGE}/pledge/withdraw", REASON, things=PLEDGED, times=MONEY_TIMES, round=1),
    Case("/org/{org}/cost-splits/{reference}/papers/{number}"),
    Case("/org/{org}/cost-splits/{reference}/reopen", REASON, times=MONEY_TIMES),
    Case("/org/{org}/leave", round=3),
    Case("/org/{org}/people/invitations/{invitation}/resend"),
    Case("/org/{org}/people/invitations/{invitation}/withdraw", round=1),
    Case("/org/{org}/people/invite", {"email": "new@own-body.example"}),
    Case(f"{PERSON}/edit", {"job_title": "Analyst"}),
    Case(f"{PERSON}/end", {"reason": "left"}, round=2),
    Case(f"{PERSON}/second-factor"),
    Case(f"{POST}/changes/{{change_id}}", {"decision": "approve"}),
    Case(f"{POST}/confirm"),
    Case(f"{POST}/copy"),
    Case(f"{POST}/decide", {"decision": "approve"}, things=WAITING),
    Case(f"{POST}/delete", things=DRAFT, round=1),
    Case(f"{POST}/extend", {**day("closes_on", 60), "reason": "More time."}),
    Case(f"{POST}/fill", round=1),
    Case(f"{POST}/people/waive/{{skill}}", {"reason": "We teach it in the first month."}),
    Case(f"{POST}/people/waive/{{skill}}/take-back"),
    Case(f"{POST}/publish", {"when": "now"}, things=DRAFT, times=MONEY_TIMES),
    Case(f"{POST}/questions/{{question_id}}/answer", {"answer": "Yes."}),
    Case(f"{POST}/questions/{{question_id}}/hide", {"reason": "personal"}),
    Case(f"{POST}/questions/{{question_id}}/show"),
    Case(f"{POST}/people/keep"),
    Case(f"{POST}/people/stop-keeping"),
    Case(f"{POST}/people/{{profile_id}}/invite", {"note": "Come."}, things={POST: "fundable"}),
    Case(f"{POST}/people/invitations/{{invitation_id}}/withdraw", who="hr", round=3),
    Case(f"{POST}/recall", things=WAITING, round=1),
    Case(f"{POST}/submit", {}, "partner", PARTNERS),
    Case(f"{POST}/withdraw", REASON, round=2),
    Case("/org/{org}/posts/new", {"title": "An analyst", "kind": "short_assignment"}),
    Case("/org/{org}/renew", who="line"),
    Case("/org/{org}/roles/new", LOCAL_ROLE),
    Case(f"{ROLE}/edit", {"summary": "Leads more."}),
    Case(f"{ROLE}/skills"),
    Case(f"{ROLE}/skills/add", {"skill": "Accessibility", "proficiency": "working"}),
    Case(f"{ROLE}/skills/borrow", {"source": "=source", "unstated": "working"}),
    Case(f"{ROLE}/{{action}}", round=1),
    Case("/org/{org}/settings/apply-again/send", {}, "refused", {"/org/{org}": "refused"}),
    Case("/org/{org}/settings/remove-rate/{day}"),
    Case("/org/{org}/settings/sign-in", PROVIDER),
    Case("/org/{org}/settings/sign-in/remove"),
    Case("/org/{org}/settings/{section}", {"needs_post_approval": "yes"}, round=1),
    Case("/sign-in", {"email": "m@own-body.example"}, who="visitor"),
    Case("/sign-in/link/{token}", {"email": "m@own-body.example"}, who="visitor"),
    # Whoever sends these is signed out by them: they stand last in their round.
    Case("/account/sessions/end-all", round=2),
    Case("/account/erase/confirm", {"email": "=member_email"}, who="member", round=2),
    Case("/sign-out", round=1),
]
ROUNDS = sorted({case.round for case in CASES})


async def add_more(world: World) -> dict[str, str]:
    """Things in the states that some forms need, by name."""
    engine = make_engine(world.settings.database_url, pool_size=2)
    async with make_system_sessions(engine, world.settings)() as db:
        own, partner = [
            (await db.scalars(select(Organisation).where(Organisation.slug == slug))).one()
            for slug in ("own-body", "partner-body")
        ]
        more = {
            **await _people(world, db),
            **await _posts(world, db, own, partner),
            **await _applications(db),
            "partner": partner.slug,
            "waiting_alert": link_of(db, await make_alert(db, status="waiting", started_at=None)),
            "refuse": "refuse",
        }
        await db.commit()
    await engine.dispose()
    return more


async def _people(world: World, db: AsyncSession) -> dict[str, str]:
    """Somebody whose proof of employment is due, and a body that was refused."""

    async def member_of(who: str) -> Membership:
        signed_in = await db.get_one(PersonSession, world.people[who].sign_in)
        return await db.get_one(Membership, signed_in.membership_id)

    (await member_of("line")).proof_renewed_on = london_today() - timedelta(days=350)
    member = await db.get_one(Person, (await member_of("member")).person_id)
    refused = await make_organisation(db, slug="refused-body", status="refused")
    admin = await make_member(db, refused, Duty.ORGANISATION_ADMIN)
    world.people["refused"] = Here(secrets.token_hex(32), (await make_sign_in(db, admin)).id)
    lonely = await make_organisation(db, slug="lonely-body")
    sources = await skill_sources(db)
    return {
        "membership": str((await member_of("everything")).id),
        "email": (await member_of("signatory")).work_email,
        "member_email": member.email,
        "refused": refused.slug,
        "lonely": str(lonely.id),
        "source": sources[0].value,
    }


async def _posts(
    world: World, db: AsyncSession, own: Organisation, partner: Organisation
) -> dict[str, str]:
    """Posts in all states, one with an approved pledge, and our own pledge for another."""
    partner.needs_post_approval = True
    today = london_today()
    made = {"created_by_id": (await make_member(db, own, Duty.HR)).person_id}
    draft = await make_whole_post(db, own.id, today=today, **made)
    waiting = await make_whole_post(db, own.id, today=today, status="awaiting_approval", **made)
    theirs = await make_whole_post(db, partner.id, today=today, **made)
    values = {"status": "open", "days_per_week": Decimal(5), "cost_inputs": base_inputs()}
    shared = await make_whole_post(db, own.id, today=today, **values)
    await project(db, shared.id)
    bodies = [
        Body(
            body,
            await make_member(db, body, Duty.HR),
            await make_member(db, body, Duty.FINANCE_OFFICER),
            await make_member(db, body),
        )
        for body in (own, partner)
    ]
    region = Region(db, bodies[0], bodies[1], bodies[0], shared)
    await region.pledge(bodies[1], "2")
    await region.approve(bodies[1])
    pledge = await db.get_one(Pledge, uuid.UUID(world.own["/org/{org}/pledges/{pledge_id}"]))
    return {
        "draft": draft.slug,
        "waiting": waiting.slug,
        "partner_draft": theirs.slug,
        "fundable": shared.slug,
        "pledged": (await db.get_one(Funding, pledge.funding_id)).slug,
    }


async def _applications(db: AsyncSession) -> dict[str, str]:
    """Whole applications to join: one that waits to be sent, one sent, one to be confirmed."""
    tokens = {}
    for name in ("whole", "sent"):
        tokens[name] = await begin(db)
        number = {"register": {"register_code": "ons", "number": f"E0601234{len(tokens)}"}}
        await fill_in_quickly(db, f"/join/a/{tokens[name]}", **number)
    await send(db, VISITOR, tokens["sent"], read=require_whole)
    confirm = (await link_in_last(db, ADA, "/join/confirm/")).rpartition("/")[2]
    return {**tokens, "confirm": confirm}


class Place:
    """The world in a database that is cloned afresh for each form."""

    def __init__(self, servers: Servers, world: World, more: dict[str, str]) -> None:
        self.servers, self.world, self.more = servers, world, more
        self.name = world.settings.database_url.rpartition("/")[2]
        self.app = create_app(world.settings)
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://testserver"
        )

    @asynccontextmanager
    async def fresh(self) -> AsyncIterator[AsyncEngine]:
        """The application on a database of its own, and an engine on the same."""
        admin = await asyncpg.connect(self.servers.postgres.url("postgres", "postgres"))
        await admin.execute(f"CREATE DATABASE once OWNER {OWNER} TEMPLATE {self.name}")
        url = self.world.settings.database_url.removesuffix(self.name) + "once"
        engine = make_engine(url, pool_size=5)
        sessions = make_sessions(engine, self.world.settings)
        self.app.state.sessions = self.app.state.reading_sessions = sessions
        try:
            yield engine
        finally:
            await engine.dispose()
            await admin.execute("DROP DATABASE once WITH (FORCE)")
            await admin.close()

    async def send(self, case: Case, form: dict[str, Any]) -> tuple[int, str]:
        """One sending of a form that is filled in."""
        files = {"file": ("roles.csv", case.file, "text/csv")} if case.file else None
        here = self.world.people[case.who]
        headers = {"cookie": f"session={here.browser_id}", "sec-fetch-site": "same-origin"}
        answer = await self.client.post(self.target(case), data=form, files=files, headers=headers)
        return answer.status_code, answer.headers.get("location", "") or said(answer)

    def target(self, case: Case) -> str:
        """The address of the form, with things that it can be sent for."""
        things = {key: self.more[name] for key, name in case.things.items()}
        return filled(case.path, {**self.world.own, **things})

    async def seat(self, case: Case) -> None:
        """The sender's session, and no limit spent."""
        await self.world._seat(self.world.people[case.who])

    async def form(self, case: Case) -> dict[str, Any]:
        """The form as its page shows it, with the values of the case, a token and a key."""
        here, target = self.world.people[case.who], self.target(case)
        headers = {"cookie": f"session={here.browser_id}", "sec-fetch-site": "same-origin"}
        page = await self.client.get(case.page or target, headers=headers)
        shown = form_at(page.text, target) if page.status_code == 200 else {}
        token = self.world.token(here, target)
        own = {"_csrf_token": token, "_once": secrets.token_urlsafe(32)}
        values = {
            name: self.more[value[1:]] if str(value).startswith("=") else value
            for name, value in case.values.items()
        }
        return {**shown, **values, **own}


def said(answer: httpx.Response) -> str:
    """What a page says is wrong."""
    boxes = [e for e in parse(answer.text).iter() if "error-summary" in str(e.get("class"))]
    return words(boxes[0]) if boxes else answer.text[:200]


def form_at(text_of_page: str, target: str) -> dict[str, Any]:
    """What a browser would send of the form of a page that leads to an address."""
    for form in parse(text_of_page).iter("form"):
        if form.get("method", "").lower() == "post" and form.get("action", target) == target:
            return fields_of(form)
    return {}


def fields_of(form: Element) -> dict[str, Any]:
    """Names and values of a form as it stands."""
    found: dict[str, Any] = {}
    for e in form.iter():
        name, kind = str(e.get("name") or ""), e.get("type", "text")
        is_on = "checked" in e.keys()  # noqa: SIM118
        if not name:
            continue
        if e.tag == "textarea":
            found[name] = (e.text or "").strip()
        elif e.tag == "select":
            options = list(e.iter("option"))
            picked = [o for o in options if "selected" in o.keys()]  # noqa: SIM118
            found[name] = (picked or options)[0].get("value", "")
        elif e.tag == "input" and kind == "checkbox" and is_on:
            found.setdefault(name, []).append(e.get("value", ""))
        elif e.tag == "input" and (is_on or kind not in {"radio", "checkbox", "file"}):
            found[name] = e.get("value", "")
    return found


@pytest.fixture(scope="module")
async def place(servers: Servers) -> AsyncIterator[Place]:
    async with made_world(servers) as world:
        more = await add_more(world)
    made = Place(servers, world, more)
    yield made
    await made.client.aclose()
    for connections in (made.app.state.engine, made.app.state.reading_engine):
        await connections.dispose()
    await made.app.state.reader.close()
    for app in (made.app, world.app):  # the world's own is opened again by its seats
        await app.state.redis.aclose()


async def counts(connection: AsyncConnection) -> dict[str, int]:
    """How many rows each table has, as at a COMMIT; one-time keys aside."""
    await connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    await connection.execute(text("SET CONSTRAINTS ALL DEFERRED"))
    await connection.execute(ACT_AS_NOBODY)
    await connection.execute(ACT_AS_SYSTEM)
    names = (
        "SELECT relname FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace AND has_table_privilege(oid, 'SELECT')"
    )
    tables = set(await connection.scalars(text(names))) - {"request_key", "alembic_version"}
    each = ", ".join(f"(SELECT count(*) FROM {one}) AS {one}" for one in sorted(tables))  # noqa: S608
    row = (await connection.execute(text(f"SELECT {each}"))).one()
    return dict(row._mapping)


def added(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """What changed."""
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


async def alone(place: Place, case: Case, engine: AsyncEngine) -> tuple[Any, dict[str, int]]:
    """The answer to one sending and what it adds, in a transaction that is undone."""
    shared = place.app.state.sessions
    async with engine.connect() as connection:
        outer = await connection.begin()
        before = await counts(connection)
        place.app.state.sessions = async_sessionmaker(
            connection,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
            sync_session_class=RequestSession,
            info={SETTINGS_OF_SESSION: place.world.settings},
        )
        try:
            form = await place.form(case)
            answer = await place.send(case, form)
            return answer, added(before, await counts(connection))
        finally:
            place.app.state.sessions = shared
            await outer.rollback()


async def fault_of(place: Place, case: Case, engine: AsyncEngine) -> str:
    """What is wrong when a form is sent at once, or nothing."""
    await place.seat(case)
    first, once = await alone(place, case, engine)
    if first[0] != 303:
        return f"the form alone: {first}"
    if "audit_entry" not in once and case.path not in UNRECORDED:
        return "nothing of it is recorded"
    async with engine.connect() as connection:
        before = await counts(connection)
    await place.seat(case)
    form = await place.form(case)
    answers = await asyncio.gather(*(place.send(case, form) for _ in range(case.times)))
    async with engine.connect() as connection:
        together = added(before, await counts(connection))
    if together != once:
        return f"once {once}, together {together}"
    # Who waited too long for the first, on a machine that is busy, is told to try again.
    done = {answer for answer in answers if answer[0] != 503}
    return "" if len(done) == 1 and done.pop()[0] == 303 else f"answers {set(answers)}"


@pytest.mark.parametrize("number", ROUNDS)
async def test_a_form_sent_at_once_does_its_work_once(place: Place, number: int) -> None:
    wrong = []
    async with place.fresh() as engine:
        for case in CASES:
            if case.round == number and (fault := await fault_of(place, case, engine)):
                wrong.append(f"{case.path}: {fault}")
    assert not wrong, "\n".join(wrong)


def test_every_form_is_tried(place: Place) -> None:
    posts = {
        route.path_format
        for route in place.app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if "POST" in handler.http_methods and not handler.opt.get("repeatable")
    }
    there = {path for path in posts if not path.startswith(NOT_YET)}
    tried = {case.path for case in CASES if not case.path.startswith(NOT_YET)}
    assert there == tried | set(ELSEWHERE)
