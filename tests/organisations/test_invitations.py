"""Invitations: who may send which, links that work once, and what accepting makes."""

import asyncio
import uuid
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import AuditEntry
from app.core.db import make_engine, make_sessions, make_system_sessions
from app.core.errors import NotFound, Refused, RuleBroken
from app.core.permissions import Duty
from app.organisations.links import new_link
from app.organisations.members.commands import invitations as commands
from app.organisations.members.models import Invitation
from app.organisations.models import Membership, MembershipDuty, Organisation, Person
from tests.conftest import Servers
from tests.messages import letters_to, link_in_last
from tests.pages import PageClient, assert_form_error, parse, words
from tests.people import as_actor, make_member, make_organisation, make_person, sign_in

ADMIN, HR = Duty.ORGANISATION_ADMIN, Duty.HR


@pytest.fixture
async def body(db: AsyncSession) -> Organisation:
    """A verified council whose email domain is northshire.example."""
    return await make_organisation(db, slug="northshire", name="Northshire Council")


@pytest.fixture
async def admin(client: PageClient, app: Any, db: AsyncSession, body: Organisation) -> Membership:
    """Its administrator, signed in."""
    person = await make_person(db, name="Ann Admin Example", email="ann@northshire.example")
    member = await make_member(db, body, ADMIN, person=person)
    await sign_in(client, app, db, member)
    return member


async def invite(client: PageClient, email: str, **values: Any) -> Any:
    """Send an invitation by the page."""
    page = await client.get("/org/northshire/people/invite")
    return await client.fill_in(page, {"email": email, **values})


NEW = "new@it.northshire.example"


async def test_somebody_is_invited_and_joins(
    client: PageClient, app: Any, db: AsyncSession, admin: Membership
) -> None:
    answer = await invite(
        client, NEW.upper(), duties=["finance_officer", "hr"], job_title="Head of finance",
        manager=admin.work_email,
    )  # fmt: skip
    assert answer.headers["location"] == "/org/northshire/people/invitations"
    listed = words(parse((await client.get(answer.headers["location"])).text))
    assert "Invitation sent to new@it.northshire.example" in listed
    assert "Waiting" in listed
    letter = (await letters_to(db, NEW))[0]
    assert (
        letter.subject == "Ann Admin Example invites you to join Northshire Council on Crossbench"
    )
    assert "Your duties there: HR, Finance officer" in letter.text
    link = await link_in_last(db, NEW, "/invitations/")
    client.cookies.clear()
    page = await client.get(link)
    assert "Join Northshire Council" in page.text
    assert await db.scalar(select(Person).where(Person.email == NEW)) is None
    assert_form_error(await client.fill_in(page), "name", "Enter your name")
    answer = await client.fill_in(page, {"name": "Nia New Example"})
    assert answer.headers["location"] == "/org/northshire"
    person = (await db.scalars(select(Person).where(Person.email == NEW))).one()
    member = (await db.scalars(select(Membership).where(Membership.person_id == person.id))).one()
    assert (member.work_email, member.job_title, member.manager_id) == (
        NEW, "Head of finance", admin.id
    )  # fmt: skip
    duties = await db.scalars(
        select(MembershipDuty.duty).where(MembershipDuty.membership_id == member.id)
    )
    assert set(duties) == {"finance_officer", "hr"}
    assert (await client.get(link)).status_code == 404
    entry = (
        await db.scalars(select(AuditEntry).where(AuditEntry.action == "membership.began"))
    ).one()
    assert (entry.chain, entry.person_id, entry.subject_id) == (
        member.organisation_id, person.id, member.id
    )  # fmt: skip
    told = await letters_to(db, "ann@northshire.example")
    assert told[-1].subject == "Nia New Example has joined Northshire Council"


async def test_a_plain_member_joins_and_sees_the_overview(
    client: PageClient, db: AsyncSession, admin: Membership
) -> None:
    await invite(client, NEW)
    client.cookies.clear()
    page = await client.get(await link_in_last(db, NEW, "/invitations/"))
    answer = await client.fill_in(page, {"name": "Nia New Example"})
    page = await client.get(answer.headers["location"])
    assert page.status_code == 200
    assert "You have joined Northshire Council" in page.text
    assert (await client.get("/org/northshire/people")).status_code == 403


async def test_whoever_is_signed_in_joins_with_their_account(
    client: PageClient, app: Any, db: AsyncSession, admin: Membership
) -> None:
    await invite(client, NEW)
    link = await link_in_last(db, NEW, "/invitations/")
    other = await make_member(db, await make_organisation(db, name="Other Body"))
    await sign_in(client, app, db, other)
    page = await client.get(link)
    assert 'name="name"' not in page.text
    assert (await client.fill_in(page)).status_code == 303
    found = await db.scalars(
        select(Membership.organisation_id).where(Membership.person_id == other.person_id)
    )
    assert set(found) == {admin.organisation_id, other.organisation_id}


async def test_an_address_of_another_account_is_not_taken_over(
    client: PageClient, app: Any, db: AsyncSession, admin: Membership
) -> None:
    await invite(client, NEW)
    await make_person(db, email=NEW)
    link = await link_in_last(db, NEW, "/invitations/")
    await sign_in(client, app, db, person=await make_person(db))
    answer = await client.fill_in(await client.get(link))
    assert answer.status_code == 422
    assert "has an account of its own. Sign out first" in answer.text


async def test_a_known_address_joins_with_its_account(
    client: PageClient, db: AsyncSession, admin: Membership
) -> None:
    known = await make_person(db, email=NEW, name="Known Example")
    await invite(client, NEW)
    client.cookies.clear()
    page = await client.get(await link_in_last(db, NEW, "/invitations/"))
    assert 'name="name"' not in page.text
    assert (await client.fill_in(page)).status_code == 303
    assert await db.scalar(select(Membership.id).where(Membership.person_id == known.id))


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"email": ""}, "email", "Enter a work email address"),
        ({"email": "new@gmail.com"}, "email", "This address is not in one of your organisation’s "
         "email domains: northshire.example"),
        ({"email": "new@fakenorthshire.example"}, "email", "This address is not in one of your "
         "organisation’s email domains: northshire.example"),
        ({"email": "old@northshire.example"}, "email",
         "Somebody with this address is a member already"),
        ({"email": "asked@northshire.example"}, "email", "This address has been invited already. "
         "You can send the invitation again, or withdraw it, in the list of invitations"),
        ({"email": NEW, "manager": "nobody@northshire.example"}, "manager",
         "No member of your organisation has this address"),
        ({"email": NEW, "duties": ["emperor"]}, "duties",
         "Pick from the answers that are offered"),
    ],
)  # fmt: skip
async def test_invitations_that_cannot_be_sent(
    client: PageClient, db: AsyncSession, admin: Membership, body: Organisation,
    values: dict[str, Any], field: str, message: str,
) -> None:  # fmt: skip
    await make_member(db, body, work_email="old@northshire.example")
    await invite(client, "asked@northshire.example")
    assert_form_error(await invite(client, **values), field, message)


async def test_hr_gives_only_the_duties_of_its_table(
    client: PageClient, app: Any, db: AsyncSession, body: Organisation
) -> None:
    await sign_in(client, app, db, await make_member(db, body, HR))
    page = await client.get("/org/northshire/people/invite")
    assert "Hiring manager" in page.text
    assert "Finance officer" not in page.text
    answer = await client.fill_in(page, {"email": NEW, "duties": ["finance_officer"]})
    assert_form_error(answer, "duties", "Pick from the answers that are offered")
    actor = await as_actor(db, await make_member(db, body, HR))
    with pytest.raises(Refused) as refused:
        await commands.invite(db, actor, email=NEW, duties=[Duty.FINANCE_OFFICER])
    assert refused.value.code == "duty-not-yours-to-give"


@pytest.mark.parametrize("duty", [d for d in Duty if d not in {ADMIN, HR}])
async def test_others_invite_nobody(
    client: PageClient, app: Any, db: AsyncSession, body: Organisation, duty: Duty
) -> None:
    await sign_in(client, app, db, await make_member(db, body, duty))
    assert (await client.get("/org/northshire/people/invite")).status_code == 403
    actor = await as_actor(db, await make_member(db, body, duty))
    with pytest.raises(Refused):
        await commands.invite(db, actor, email=NEW, duties=[])


@pytest.mark.parametrize("status", ["applied", "refused", "suspended", "closed"])
async def test_a_body_that_is_not_verified_invites_nobody_and_sees_nobody(
    client: PageClient, app: Any, db: AsyncSession, body: Organisation, admin: Membership,
    status: str,
) -> None:  # fmt: skip
    await invite(client, NEW)
    link = await link_in_last(db, NEW, "/invitations/")
    await db.execute(text("UPDATE organisation SET status = :s"), {"s": status})
    await db.commit()
    for path in ("people", "people/invite", "people/invitations"):
        assert (await client.get(f"/org/northshire/{path}")).status_code == 403, path
    assert (await client.get("/org/northshire")).status_code == 200
    assert (await client.get(link)).status_code == 404


async def test_sent_again_the_old_link_is_worth_nothing(
    client: PageClient, db: AsyncSession, admin: Membership
) -> None:
    await invite(client, NEW)
    first = await link_in_last(db, NEW, "/invitations/")
    page = await client.get("/org/northshire/people/invitations")
    await client.fill_in(page, form=0)
    second = await link_in_last(db, NEW, "/invitations/")
    assert first != second
    assert (await client.get(first)).status_code == 404
    assert (await client.get(second)).status_code == 200


async def test_withdrawn_the_link_is_worth_nothing_and_the_address_is_free(
    client: PageClient, db: AsyncSession, admin: Membership
) -> None:
    await invite(client, NEW)
    link = await link_in_last(db, NEW, "/invitations/")
    page = await client.get("/org/northshire/people/invitations")
    await client.fill_in(page, form=1)
    assert (await client.get(link)).status_code == 404
    assert "Withdrawn" in (await client.get("/org/northshire/people/invitations")).text
    assert (await invite(client, NEW)).status_code == 303


async def test_after_seven_days_the_link_has_ended(
    client: PageClient, db: AsyncSession, admin: Membership
) -> None:
    await invite(client, NEW)
    link = await link_in_last(db, NEW, "/invitations/")
    lives = await db.scalar(text("SELECT expires_at - sent_at FROM invitation"))
    assert lives.days == 7
    await db.execute(text("UPDATE invitation SET expires_at = now()"))
    await db.commit()
    await client.get("/org/northshire")
    gone = await client.get(link)
    wrong = await client.get("/invitations/" + "A" * 43)
    assert gone.status_code == wrong.status_code == 404
    assert words(parse(gone.text)) == words(parse(wrong.text))
    page = await client.get("/org/northshire/people/invitations")
    assert "Expired" in page.text
    await client.fill_in(page, form=0)
    assert (await client.get(await link_in_last(db, NEW, "/invitations/"))).status_code == 200


async def test_a_manager_who_left_meanwhile_is_not_named(
    client: PageClient, db: AsyncSession, admin: Membership, body: Organisation
) -> None:
    manager = await make_member(db, body)
    await invite(client, NEW, manager=manager.work_email)
    await db.execute(
        text("UPDATE membership SET ended_at = now() WHERE id = :id"), {"id": manager.id}
    )
    await db.commit()
    client.cookies.clear()
    page = await client.get(await link_in_last(db, NEW, "/invitations/"))
    await client.fill_in(page, {"name": "Nia New Example"})
    member = await db.scalar(select(Membership).where(Membership.work_email == NEW))
    assert member.manager_id is None


async def test_another_body_s_invitation_looks_like_none(
    client: PageClient, app: Any, db: AsyncSession, admin: Membership
) -> None:
    other = await make_organisation(db, slug="eastmoor")
    foreign = await as_actor(db, await make_member(db, other, ADMIN))
    made = await commands.invite(db, foreign, email="new@eastmoor.example", duties=[])
    await db.commit()
    own = await as_actor(db, admin)
    for command in (commands.resend, commands.withdraw):
        with pytest.raises(NotFound):
            await command(db, own, made.id)
        with pytest.raises(NotFound):
            await command(db, own, uuid.uuid4())
    assert "eastmoor" not in (await client.get("/org/northshire/people/invitations")).text
    page = await client.get("/org/northshire/people/invite")
    token = {"_csrf_token": words_of_token(page)}
    for key in (made.id, uuid.uuid4(), "x"):
        answer = await client.post(f"/org/northshire/people/invitations/{key}/withdraw", data=token)
        assert answer.status_code == 404


def words_of_token(page: Any) -> str:
    """The token of the first form of a page."""
    fields = [f for f in parse(page.text).iter("input") if f.get("name") == "_csrf_token"]
    return str(fields[0].get("value"))


async def test_of_twenty_at_once_one_joins(servers: Servers) -> None:
    """A link is used once, whoever is quicker."""
    settings = await servers.clone()
    engine = make_engine(settings.database_url, pool_size=10)
    async with make_system_sessions(engine, settings)() as db:
        body = await make_organisation(db)
        link = new_link()
        db.add(
            Invitation(
                organisation_id=body.id, email="new@x.example", duties=["member"],
                token_sha256=link.sha256, sent_at=func.now(),
                expires_at=func.now() + text("interval '1 day'"),
            )
        )  # fmt: skip
        people = [await make_person(db) for _ in range(20)]
        await db.commit()
        actors = [await as_actor(db, person=person) for person in people]
    sessions = make_sessions(engine, settings)

    async def accept(actor: Any) -> bool:
        try:
            async with sessions.begin() as db:
                await commands.accept(db, actor, link.token, name=None)
        except (NotFound, RuleBroken):
            return False
        return True

    won = await asyncio.gather(*(accept(actor) for actor in actors))
    assert won.count(True) == 1
    async with sessions() as db:
        assert await db.scalar(select(func.count()).select_from(Membership)) == 1
    await engine.dispose()
