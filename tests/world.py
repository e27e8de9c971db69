"""A small exchange for tests that try every address as everybody: one body's things, a partner in
them, and a stranger whose rows all carry a canary word.
"""

import hashlib
import json
import re
import secrets
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
from litestar import Litestar
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker

from app.audit.signing import sign_heads
from app.cofunding.fitting.commands import notice_fits
from app.cofunding.fitting.models import FitSide
from app.core.actor import PERSON_SESSION
from app.core.assets import asset
from app.core.clock import london_today
from app.core.config import Settings
from app.core.csrf import token_for
from app.core.db import SETTINGS_OF_SESSION, make_engine, make_system_sessions
from app.core.outbox import Outbox
from app.core.permissions import Duty
from app.core.sessions import IDLE_SECONDS
from app.main import SECRET_PATHS, create_app
from app.matching.inviting.models import PostInvitation
from app.opportunities.domain import OpportunityKind
from app.opportunities.finding.projection import project
from app.opportunities.models import (
    Opportunity,
    OpportunityChange,
    OpportunityQuestion,
    OpportunitySkill,
)
from app.organisations.factors.models import AuthenticatorApp, Passkey
from app.organisations.joining.commands import begin
from app.organisations.joining.models import JoinRequest
from app.organisations.joining.terms import terms_on
from app.organisations.links import new_link
from app.organisations.members.models import AddressClaim, EmploymentProof, Invitation
from app.organisations.models import Membership, Organisation, Person, PersonSession
from app.organisations.queries import get_organisation
from app.organisations.sign_in.models import SignInLink
from app.profiles.models import Profile
from app.roles.models import Skill
from tests.canary import CANARY, id_in, plant
from tests.cofunding.region import make_shared
from tests.conftest import RequestSession, Servers
from tests.costsharing.wizard import example
from tests.matching.alerts.making import link_of, make_alert
from tests.notifications.written import make_failed_message, make_message
from tests.opportunities.posts import make_role, make_whole_post
from tests.people import make_member, make_organisation, make_person, make_sign_in
from tests.profiles.owned import profile_paths
from tests.roles.changed import make_import
from tests.roles.locals import ROLE_ACTION, local_role_of, org_paths

ALL_DUTIES = tuple(duty for duty in Duty if duty is not Duty.MEMBER)
DUTIES: dict[str, tuple[Duty, ...]] = {
    "member": (),
    "admin": (Duty.ORGANISATION_ADMIN,),
    "hr": (Duty.HR,),
    "hiring": (Duty.HIRING_MANAGER,),
    "line": (Duty.LINE_MANAGER,),
    "finance": (Duty.FINANCE_OFFICER,),
    "signatory": (Duty.AUTHORISED_SIGNATORY,),
    "suspended": (Duty.ORGANISATION_ADMIN,),
    "everything": ALL_DUTIES,
}
# What differs between two answers that are the same.
_CHANGES = re.compile(
    r'nonce="[^"]*"|nonce-[\w-]+|name="_(?:once|csrf_token)" value="[^"]*"|Reference: \w+'
    r'|data-(?:idle|longest)="\d+"'
)


@dataclass
class Here:
    """Somebody's browser: the id of its session, and of the sign-in that the session holds."""

    browser_id: str
    sign_in: uuid.UUID | None


@dataclass
class World:
    """The exchange, who is signed in, and which things stand for the parameters of paths.

    `own`, `foreign` and `nowhere` give a value for each parameter: a thing of the body of most
    people, one of the stranger, and one that is not there.
    """

    app: Litestar
    settings: Settings
    connection: AsyncConnection
    client: httpx.AsyncClient
    people: dict[str, Here] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    foreign: dict[str, str] = field(default_factory=dict)
    nowhere: dict[str, str] = field(default_factory=dict)
    foreign_ids: dict[str, uuid.UUID] = field(default_factory=dict)
    marked: dict[str, list[str]] = field(default_factory=dict)

    async def ask(
        self, who: str, method: str, path: str, *, data: dict[str, Any] | None = None, **more: Any
    ) -> httpx.Response:
        """One request as somebody, whose changes are undone; a POST carries its token."""
        here = self.people[who]
        await self._seat(here)
        headers = {
            "cookie": f"session={here.browser_id}",
            "sec-fetch-site": "same-origin",
            **more.pop("headers", {}),
        }
        if method == "POST" and "content" not in more and not path.startswith("/api/"):
            data = {"_csrf_token": self.token(here, path), **(data or {})}
        undo = await self.connection.begin_nested()
        try:
            answer = await self.client.request(method, path, data=data, headers=headers, **more)
        finally:
            self.client.cookies.clear()
            await undo.rollback()
        self.check(who, answer)
        return answer

    def check(self, who: str, answer: httpx.Response) -> None:
        """Nobody but the operator is ever shown the stranger's word, the demo's mailbox aside."""
        if who == "operator" or answer.request.url.path.startswith(OPEN_TO_ALL):
            return
        asked = str(answer.request.url)
        said = "\n".join([answer.text, *(f"{k}: {v}" for k, v in answer.headers.items())])
        for part in {asked, answer.request.url.path}:
            said = said.replace(part, "")
        assert CANARY not in said, f"{answer.request.method} {asked} tells {who} of the stranger"

    def token(self, here: Here, path: str) -> str:
        """The token of a form at this address."""
        subject = f"session:{here.browser_id}"
        for prefix in SECRET_PATHS:
            if path.startswith(prefix):
                subject = f"{prefix}{path.removeprefix(prefix).partition('/')[0]}"
        return token_for(self.settings.secret_key, subject)

    async def _seat(self, here: Here) -> None:
        """The session as it was, whatever an earlier request did to it; no limit is spent."""
        await self.app.state.redis.flushdb()
        values = {} if here.sign_in is None else {PERSON_SESSION: str(here.sign_in)}
        kept = json.dumps({"made_at": int(time.time()), "values": values}, sort_keys=True)
        key = hashlib.sha256(here.browser_id.encode()).hexdigest()
        await self.app.stores.get("sessions").set(key, kept, expires_in=IDLE_SECONDS)


def same(answer: httpx.Response) -> str:
    """The answer's body without what differs each time, and without its own address."""
    text = _CHANGES.sub("", answer.text)
    return text.replace(answer.request.url.path, "")


@asynccontextmanager
async def made_world(servers: Servers) -> AsyncIterator[World]:
    """The world in a database of its own, and an application whose changes are undone."""
    settings = await servers.clone_with_framework()
    engine = make_engine(settings.database_url, pool_size=2)
    app = create_app(settings)
    try:
        transport = httpx.ASGITransport(app)
        async with (
            engine.connect() as connection,
            httpx.AsyncClient(transport=transport, base_url="http://testserver") as client,
        ):
            world = World(app, settings, connection, client)
            await _fill(world, servers, engine)
            outer = await connection.begin()
            app.state.sessions = app.state.reading_sessions = async_sessionmaker(
                connection,
                expire_on_commit=False,
                join_transaction_mode="create_savepoint",
                sync_session_class=RequestSession,
                info={SETTINGS_OF_SESSION: settings},
            )
            yield world
            await outer.rollback()
    finally:
        await engine.dispose()
        await app.state.engine.dispose()
        await app.state.redis.aclose()


async def _fill(world: World, servers: Servers, engine: AsyncEngine) -> None:
    """Own and partner's things by the features' commands, the stranger's by force."""
    async with make_system_sessions(engine, world.settings)() as db:
        await _people(world, db)
        await _things(world, db)
    name = world.settings.database_url.rpartition("/")[2]
    root = await asyncpg.connect(servers.postgres.url("postgres", name))
    try:
        world.marked = await plant(root, world.foreign_ids)
    finally:
        await root.close()


async def _people(world: World, db: AsyncSession) -> None:
    """Somebody for every column of the table, and the stranger that nobody knows."""
    own = await make_organisation(db, slug="own-body", name="Own Body Council")
    partner = await make_organisation(db, slug="partner-body", name="Partner Body Council")
    outsider = await make_organisation(db, slug="outsider-body", name="Outsider Body Council")
    for who, duties in DUTIES.items():
        world.people[who] = await _seat_of(db, await make_member(db, own, *duties))
    suspended = await db.get_one(PersonSession, world.people["suspended"].sign_in)
    (await db.get_one(Person, suspended.person_id)).suspended_at = datetime.now(UTC)
    await db.commit()
    world.people["visitor"] = Here(secrets.token_hex(32), None)
    world.people["partner"] = await _seat_of(db, await make_member(db, partner, *ALL_DUTIES))
    world.people["stranger"] = await _seat_of(db, await make_member(db, outsider, *ALL_DUTIES))
    operator = await make_sign_in(db, person=await make_person(db, is_operator=True))
    world.people["operator"] = Here(secrets.token_hex(32), operator.id)
    foreign = await make_organisation(db, slug="foreign-body", name="Foreign Body Council")
    person = await make_person(db, name=f"{CANARY} Person", email=f"{CANARY}@foreign-body.example")
    member = await make_member(db, foreign, *ALL_DUTIES, person=person, job_title=CANARY)
    world.foreign_ids = {
        "organisation": foreign.id, "person": person.id, "membership": member.id
    }  # fmt: skip


async def _seat_of(db: AsyncSession, member: Membership) -> Here:
    return Here(secrets.token_hex(32), (await make_sign_in(db, member)).id)


MESSAGES = ("/demo/mailbox/{message_id}", "/operator/mail/{message_id}")
# Where everybody may read everything: only a demo has it, and says so.
OPEN_TO_ALL = "/demo/mailbox"
INVITATION_OF_A_POST = "/org/{org}/posts/{slug}/people/invitations/{invitation_id}"
PERSON_FOR_A_POST = "/org/{org}/posts/{slug}/people/{profile_id}"
PASSKEYS = "/account/second-factor/passkeys/{passkey_id}"
NOWHERE = "0" * 43
"""No token, no slug and no id of anything."""


async def _things(world: World, db: AsyncSession) -> None:
    """What the parameters of paths stand for. Add a line for each new parameter.

    Whoever has a secret link may use it, so those are the same for everybody.
    """
    confirm, application = new_link(), await begin(db)
    await db.execute(
        update(JoinRequest).values(
            confirm_sha256=confirm.sha256, confirm_until=datetime.now(UTC) + timedelta(days=1)
        )
    )
    await db.commit()
    everybodys = {
        "/calculator/d/{token}": (await example(db)).rpartition("/")[2],
        "/calculator/d/{token}/{step}": "parties",
        "/join/a/{token}": application,
        "/join/a/{token}/{task}": "organisation",
        "/join/confirm/{token}": confirm.token,
        "/join/terms/{version}": terms_on(london_today()).version,
        "/api/v1/roles/{slug}": "business-architect",
        "/roles/{slug}": "business-architect",
        "/skills/{slug}": "accessibility",
        "/static/{name}": asset("site.css").rpartition("/")[2],
    }
    imports = "/operator/framework/imports/{import_id}"
    local = await local_role_of(db, world.people["hr"].sign_in)
    world.own = {
        **everybodys,
        **dict.fromkeys(MESSAGES, str(await make_failed_message(db))),
        "/organisations/{slug}": "own-body",
        **org_paths("own-body", local),
        imports: str(await make_import(db)),
    }
    world.foreign = {
        **everybodys,
        **dict.fromkeys(MESSAGES, str(id_in("message"))),
        "/organisations/{slug}": "foreign-body",
        **org_paths("foreign-body", f"{CANARY}-local_role-slug"),
        imports: str(id_in("framework_import")),
    }
    await _things_of_sign_ins(world, db)
    await _things_of_members(world, db)
    await _things_of_alerts(world, db)
    await _things_of_the_operator(world, db)
    await _things_of_funding(world, db)
    await _things_of_posts(world, db)
    await _things_of_published(world, db)
    await _things_of_fits(world, db)
    owned = await profile_paths(db, world.people["member"].sign_in)
    world.own |= owned.own
    world.foreign |= owned.foreign
    await _things_of_invitations(world, db)
    world.nowhere = {
        **{key: str(uuid.uuid4()) if key.endswith("_id}") else NOWHERE for key in world.own},
        **ROLE_ACTION,
        **NO_FUNDING,
        "/sitemap/{number}": "99",
    }


async def _things_of_sign_ins(world: World, db: AsyncSession) -> None:
    """A link to sign in, which whoever holds it may use; the member's own claim and sign-in."""
    sign_in = world.people["member"].sign_in
    signed_in = await db.get_one(PersonSession, sign_in)
    member = signed_in.person_id
    link, claim, later = new_link(), new_link(), datetime.now(UTC) + timedelta(hours=1)
    db.add_all(
        [
            SignInLink(
                token_sha256=link.sha256,
                email="m@own-body.example",
                person_id=member,
                expires_at=later,
            ),
            AddressClaim(
                token_sha256=claim.sha256,
                email="m@home.example",
                person_id=member,
                expires_at=later,
            ),
        ]
    )
    await db.commit()
    for things, session in ((world.own, sign_in), (world.foreign, id_in("person_session"))):
        things["/sign-in/link/{token}"] = link.token
        things["/account/private-address/confirm/{token}"] = claim.token
        things["/account/sessions/{sign_in_id}"] = str(session)
        things[PASSKEYS] = str(id_in("passkey"))
    passkey = Passkey(
        person_id=member, name="key", credential_id="AAAA", public_key="AAAA", sign_count=0
    )
    db.add_all([passkey, AuthenticatorApp(person_id=member, sealed_secret=b"-", last_step=0)])
    await db.commit()
    world.own[PASSKEYS] = str(passkey.id)


async def _things_of_alerts(world: World, db: AsyncSession) -> None:
    """The member's own alert and message; the link of a visitor's, which whoever has it may use."""
    sign_in = await db.get_one(PersonSession, world.people["member"].sign_in)
    own = await make_alert(db, sign_in.person_id)
    link = link_of(db, await make_alert(db))
    message = await make_message(db, person_id=sign_in.person_id, in_inbox=True)
    kept = ((world.own, own.id, message.id), (world.foreign, id_in("alert"), id_in("message")))
    for things, alert_id, message_id in kept:
        things["/alerts/by-link/{token}"] = link
        things["/alerts/{alert_id}"] = str(alert_id)
        things["/inbox/{message_id}"] = str(message_id)


async def _things_of_published(world: World, db: AsyncSession) -> None:
    """The post of `_things_of_funding` as it is published, and the stranger's by its id."""
    slug = world.own["/opportunities/{slug}"]
    post = (await db.scalars(select(Opportunity).where(Opportunity.slug == slug))).one()
    await project(db, post.id)
    await db.commit()
    for things, post_id in ((world.own, post.id), (world.foreign, id_in("open_post"))):
        things["/api/v1/opportunities/{opportunity_id}"] = str(post_id)
        things["/sitemap/{number}"] = "1"


async def _things_of_members(world: World, db: AsyncSession) -> None:
    """A body's plain member and an invitation; links that whoever holds them may use."""
    sign_in = await db.get_one(PersonSession, world.people["member"].sign_in)
    member = await db.get_one(Membership, sign_in.membership_id)
    invited, proof, later = new_link(), new_link(), datetime.now(UTC) + timedelta(hours=1)
    invitation = Invitation(
        organisation_id=member.organisation_id,
        email="invited@own-body.example",
        duties=[Duty.MEMBER],
        token_sha256=invited.sha256,
        sent_at=datetime.now(UTC),
        expires_at=later,
    )
    db.add_all(
        [
            invitation,
            EmploymentProof(
                organisation_id=member.organisation_id,
                membership_id=member.id,
                token_sha256=proof.sha256,
                expires_at=later,
            ),
        ]
    )
    await db.commit()
    for things, slug, one, asked in (
        (world.own, "own-body", member.id, invitation.id),
        (world.foreign, "foreign-body", world.foreign_ids["membership"], id_in("invitation")),
    ):
        things["/org/{org}"] = things["/sign-in/with/{org}"] = slug
        things["/org/{org}/people/{member}"] = str(one)
        things["/org/{org}/people/invitations/{invitation}"] = str(asked)
        things["/org/{org}/settings/{section}"] = "approval"
        things["/org/{org}/settings/remove-rate/{day}"] = "2026-04-01"
        things["/invitations/{token}"] = invited.token
        things["/employment/{token}"] = proof.token


PLEDGE, SPLIT = "/org/{org}/pledges/{pledge_id}", "/org/{org}/cost-splits/{reference}"
PAPERS = f"{SPLIT}/papers/{{number}}"
NO_FUNDING = {PLEDGE: str(uuid.uuid4()), PAPERS: "9"}


async def _things_of_funding(world: World, db: AsyncSession) -> None:
    """A post that own body and partner pay for, a split of another, and a pledge of own body."""
    bodies = await db.scalars(
        select(Organisation)
        .where(Organisation.slug.in_(["own-body", "partner-body"]))
        .order_by(Organisation.slug)
    )
    made = await make_shared(db, *bodies)
    world.own |= {
        "/opportunities/{slug}": made.open_slug,
        "/opportunities/{slug}/funding/{pledger}": "partner-body",
        PLEDGE: str(made.pledge_id),
        SPLIT: made.reference,
    }
    world.foreign |= {
        "/opportunities/{slug}": f"{CANARY}-opportunity-slug",
        "/opportunities/{slug}/funding/{pledger}": "foreign-body",
        PLEDGE: str(id_in("pledge")),
        SPLIT: f"{CANARY}-cost_split-reference",
    }
    for things in (world.own, world.foreign):
        things |= {PAPERS: "1", f"{PAPERS}/{{kind}}": "pdf"}


async def _things_of_fits(world: World, db: AsyncSession) -> None:
    """A proposal to join a need of own body with one of partner's; each has its own side."""
    role, _ = await make_role(db)
    for slug in ("own-body", "partner-body"):
        body = await get_organisation(db, slug)
        await make_whole_post(
            db, body.id, OpportunityKind.SECONDMENT_WANTED, london_today(), status="open",
            role_id=role.id, days_per_week=2, office_days=1, pay_from=50_000, pay_to=60_000,
        )  # fmt: skip
    await notice_fits(db)
    fit_id = await db.scalar(select(FitSide.fit_id).where(FitSide.status == "proposed"))
    await db.commit()
    world.own["/org/{org}/joint-posts/{fit_id}"] = str(fit_id)
    world.foreign["/org/{org}/joint-posts/{fit_id}"] = str(id_in("fit"))


async def _things_of_posts(world: World, db: AsyncSession) -> None:
    """An open post that verified bodies see, with a change that waits for approval."""
    own = await get_organisation(db, "own-body")
    author = await make_person(db)
    post = await make_whole_post(
        db, own.id, today=london_today(), status="open", audience="verified",
        created_by_id=author.id,
    )  # fmt: skip
    change = OpportunityChange(
        opportunity_id=post.id,
        section="contact",
        answers={"contact_name": "Another team"},
        by_id=author.id,
    )
    question = OpportunityQuestion(opportunity_id=post.id, question="Is the place fixed?")
    db.add_all([change, question])
    await db.commit()
    must = select(Skill.slug).join(OpportunitySkill, OpportunitySkill.skill_id == Skill.id)
    skill = (await db.scalars(must.where(OpportunitySkill.opportunity_id == post.id))).one()
    posts = "/org/{org}/posts/{slug}"
    own_ids = {"opportunity_change": change.id, "opportunity_question": question.id}
    foreign_slug = f"{CANARY}-opportunity-slug"
    for things, body, slug, ids in (
        (world.own, "own-body", post.slug, own_ids),
        (world.foreign, "foreign-body", foreign_slug, {name: id_in(name) for name in own_ids}),
    ):
        things["/org/{org}"] = body
        things[posts] = slug
        things[f"{posts}/people/waive/{{skill}}"] = skill
        things[f"{posts}/edit/{{page}}"] = "contact"
        things[f"{posts}/changes/{{change_id}}"] = str(ids["opportunity_change"])
        things[f"{posts}/questions/{{question_id}}"] = str(ids["opportunity_question"])


async def _things_of_invitations(world: World, db: AsyncSession) -> None:
    """An invitation that the member got from their own body, which they let see them."""
    signed_in = await db.get_one(PersonSession, world.people["member"].sign_in)
    author = await db.get_one(PersonSession, world.people["hr"].sign_in)
    profile = (
        await db.scalars(select(Profile).where(Profile.person_id == signed_in.person_id))
    ).one()
    slug = world.own["/org/{org}/posts/{slug}"]
    post = (await db.scalars(select(Opportunity).where(Opportunity.slug == slug))).one()
    await project(db, post.id)
    made = PostInvitation(
        person_id=profile.person_id, profile_id=profile.id, organisation_id=post.organisation_id,
        opportunity_id=post.id, by_id=author.person_id, status="sent",
    )  # fmt: skip
    db.add(made)
    await db.commit()
    for things, one in ((world.own, made.id), (world.foreign, id_in("post_invitation"))):
        things[PERSON_FOR_A_POST] = things["/org/{org}/profiles/{profile_id}"]
        things[INVITATION_OF_A_POST] = str(one)
        things["/profile/invitations/{invitation_id}"] = str(one)


async def _things_of_the_operator(world: World, db: AsyncSession) -> None:
    """A body that applies, work that failed, and signed heads."""
    applying = await make_organisation(db, slug="applying-body", status="applied")
    work = Outbox(job="notifications.deliver", arguments={}, failed_at=datetime.now(UTC))
    db.add(work)
    heads = await sign_heads(db)
    await db.commit()
    for things in (world.own, world.foreign):
        things["/operator/organisations/{key}"] = str(applying.id)
        things["/operator/organisations/{key}/{action}"] = "verify"
        things["/operator/work/{key}"] = str(work.id)
        things["/operator/audit/heads/{key}"] = str(heads.id)
