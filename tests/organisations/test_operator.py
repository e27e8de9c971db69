"""The operator checks bodies, answers domains, looks after failed work, and reads the record."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.heads import read_heads
from app.audit.models import AuditEntry
from app.core.config import Settings
from app.core.outbox import Outbox, enqueue
from app.core.permissions import Duty
from app.organisations.joining.models import DomainRequest
from app.organisations.models import Organisation, OrganisationDomain, OrganisationHistory
from tests.messages import letters_to, link_in_last
from tests.pages import PageClient, assert_form_error, parse, words
from tests.people import make_member, make_organisation, make_person, sign_in

ADMIN = Duty.ORGANISATION_ADMIN


@pytest.fixture
async def operator(client: PageClient, app: Any, db: AsyncSession) -> Any:
    """The operator, signed in."""
    person = await make_person(db, name="Olive Operator Example", is_operator=True)
    await sign_in(client, app, db, person=person)
    return person


@pytest.fixture
async def applying(db: AsyncSession, operator: Any) -> Organisation:
    """A body that applied with two domains, and its administrator."""
    body = await make_organisation(
        db, slug="makeshift", name="Northshire Council", status="applied", register_id="E06012345"
    )
    await db.execute(text("DELETE FROM organisation_domain"))
    await make_member(db, body, ADMIN, work_email="ada@northshire.example")
    db.add_all(
        DomainRequest(organisation_id=body.id, domain=domain)
        for domain in ("northshire.example", "nhs.net")
    )
    await db.commit()
    return body


async def domains(db: AsyncSession, body: Organisation) -> set[str]:
    """The email domains of a body."""
    found = await db.scalars(
        select(OrganisationDomain.domain).where(OrganisationDomain.organisation_id == body.id)
    )
    return set(found)


async def asked(db: AsyncSession, domain: str) -> str:
    """The id of a request for a domain."""
    return str(await db.scalar(select(DomainRequest.id).where(DomainRequest.domain == domain)))


async def test_a_body_is_verified(
    client: PageClient, db: AsyncSession, applying: Organisation, operator: Any
) -> None:
    assert "1 application" in (await client.get("/dashboard")).text
    listed = await client.get("/operator/organisations?status=applied")
    assert "Northshire Council" in listed.text
    page = await client.get(f"/operator/organisations/{applying.id}/verify")
    own = await asked(db, "northshire.example")
    assert_form_error(
        await client.fill_in(page, {"domains": [own]}),
        "looked_up",
        "Confirm that you have looked the organisation up",
    )
    answer = await client.fill_in(page, {"domains": [own], "looked_up": "yes"})
    assert answer.headers["location"] == f"/operator/organisations/{applying.id}"
    shown = await client.get(answer.headers["location"])
    assert "Verified" in words(parse(shown.text))
    await db.refresh(applying)
    assert (applying.status, applying.slug) == ("verified", "northshire-council")
    assert await domains(db, applying) == {"northshire.example"}
    refused = await db.scalar(
        select(DomainRequest.is_added).where(DomainRequest.domain == "nhs.net")
    )
    assert refused is False
    moves = (await db.scalars(select(OrganisationHistory))).one()
    assert (moves.from_status, moves.to_status, moves.by_id) == (
        "applied", "verified", operator.id
    )  # fmt: skip
    entry = (
        await db.scalars(select(AuditEntry).where(AuditEntry.action == "organisation.verify"))
    ).one()
    assert (entry.chain, entry.person_id) == (applying.id, operator.id)
    letters = await letters_to(db, "ada@northshire.example")
    assert letters[-1].subject == "Northshire Council is verified"
    assert "/org/northshire-council" in letters[-1].text


async def test_a_number_or_a_domain_that_another_body_has_stops_it(
    client: PageClient, db: AsyncSession, applying: Organisation
) -> None:
    other = await make_organisation(db, name="Holder Council")
    db.add(OrganisationDomain(organisation_id=other.id, domain="northshire.example"))
    db.add(OrganisationDomain(organisation_id=other.id, domain="nhs.net"))
    await db.commit()
    page = await client.get(f"/operator/organisations/{applying.id}/verify")
    assert "Holder Council has it" in page.text
    own, shared = await asked(db, "northshire.example"), await asked(db, "nhs.net")
    answer = await client.fill_in(page, {"domains": [own], "looked_up": "yes"})
    assert_form_error(answer, "domains", "northshire.example belongs to Holder Council already")
    await db.refresh(applying)
    assert applying.status == "applied"
    await make_organisation(db, register_id="E06012345")
    answer = await client.fill_in(page, {"domains": [shared], "looked_up": "yes"})
    assert "An organisation with this number is here already" in answer.text
    await db.execute(text("UPDATE organisation SET register_id = 'X' WHERE status = 'verified'"
                          " AND register_id = 'E06012345'"))  # fmt: skip
    await db.commit()
    answer = await client.fill_in(page, {"domains": [shared], "looked_up": "yes"})
    assert answer.status_code == 303


async def test_bodies_are_refused_suspended_restored_and_closed(
    client: PageClient, db: AsyncSession, applying: Organisation
) -> None:
    base = f"/operator/organisations/{applying.id}"
    page = await client.get(f"{base}/refuse")
    assert_form_error(await client.fill_in(page, {"reason": ""}), "reason", "Enter the reason")
    await client.fill_in(page, {"reason": "The number is not yours."})
    letter = (await letters_to(db, "ada@northshire.example"))[-1]
    assert "The number is not yours." in letter.text
    assert "The number is not yours." in (await client.get(base)).text
    assert (await client.fill_in(await client.get(f"{base}/verify"), {})).status_code == 422
    await db.execute(text("UPDATE organisation SET status = 'verified'"))
    await db.commit()
    for action, status in (("suspend", "suspended"), ("restore", "verified"), ("close", "closed")):
        page = await client.get(f"{base}/{action}")
        values = {} if action == "restore" else {"reason": "Because."}
        assert (await client.fill_in(page, values)).status_code == 303, action
        await db.refresh(applying)
        assert applying.status == status
    page = await client.get(f"{base}/restore")
    assert (await client.fill_in(page)).status_code == 409
    assert (await client.get(f"{base}/apply_again")).status_code == 404


async def test_suspended_in_mid_session_nothing_of_the_body_opens(
    client: PageClient, app: Any, db: AsyncSession, operator: Any
) -> None:
    body = await make_organisation(db, slug="northshire")
    await sign_in(client, app, db, await make_member(db, body, ADMIN))
    assert (await client.get("/org/northshire/people")).status_code == 200
    await db.execute(text("UPDATE organisation SET status = 'suspended'"))
    await db.commit()
    assert (await client.get("/org/northshire/people")).status_code == 403


async def test_domains_asked_for_later_are_answered(
    client: PageClient, db: AsyncSession, operator: Any
) -> None:
    body = await make_organisation(db)
    db.add_all(DomainRequest(organisation_id=body.id, domain=f"{n}.example") for n in ("a", "b"))
    await db.commit()
    page = await client.get(f"/operator/organisations/{body.id}/domains")
    answer = await client.fill_in(
        page, {"domains": [await asked(db, "a.example")], "reason": "Not yours."}
    )
    assert answer.status_code == 303
    assert await domains(db, body) == {f"{body.slug}.example", "a.example"}


async def test_a_body_without_administrator_gets_one(
    client: PageClient, db: AsyncSession, operator: Any
) -> None:
    body = await make_organisation(db, slug="northshire")
    path = f"/operator/organisations/{body.id}/administrator"
    page = await client.get(path)
    answer = await client.fill_in(page, {"email": "new@elsewhere.example"})
    assert_form_error(
        answer, "email", "This address is not in one of the organisation’s email domains"
    )
    assert (await client.fill_in(page, {"email": "new@northshire.example"})).status_code == 303
    link = await link_in_last(db, "new@northshire.example", "/invitations/")
    assert "Administrator" in (await client.get(link)).text


async def test_failed_work_is_shown_and_goes_round_again(
    client: PageClient, db: AsyncSession, operator: Any
) -> None:
    row = await enqueue(db, "some.job")
    await db.execute(
        text("UPDATE outbox SET failed_at = now(), attempt = 5, last_error = 'Trouble'")
    )
    await db.commit()
    page = await client.get("/operator/work")
    assert "some.job" in page.text
    assert "Trouble" in page.text
    assert (await client.fill_in(page)).status_code == 303
    again = await db.get_one(Outbox, row, populate_existing=True)
    assert (again.failed_at, again.attempt) == (None, 0)
    assert "some.job" not in (await client.get("/operator/work")).text


async def test_signed_heads_can_be_taken_away(
    client: PageClient, db: AsyncSession, operator: Any, settings: Settings
) -> None:
    page = await client.get("/operator/audit")
    await client.fill_in(page)
    page = await client.get("/operator/audit")
    links = [a.get("href", "") for a in parse(page.text).iter("a")]
    path = next(one for one in links if one.startswith("/operator/audit/heads/"))
    answer = await client.get(path)
    assert answer.headers["content-disposition"].startswith("attachment")
    assert json.loads(answer.content)["title"] == "Crossbench audit heads"
    assert read_heads(answer.content, settings.secret_key)


async def test_administrators_read_their_own_record_in_words(
    client: PageClient, app: Any, db: AsyncSession, operator: Any
) -> None:
    body = await make_organisation(db, slug="northshire", name="Northshire Council")
    person = await make_person(db, name="Ann Admin Example")
    admin = await make_member(db, body, ADMIN, person=person)
    await sign_in(client, app, db, admin)
    page = await client.get("/org/northshire/people/invite")
    await client.fill_in(page, {"email": "new@northshire.example", "duties": ["hr"]})
    shown = words(parse((await client.get("/org/northshire/audit")).text))
    assert "Sent an invitation, with the duties hr, member" in shown
    assert "Ann Admin Example" in shown
    other = f"/org/northshire/audit?person={admin.person_id}&action=invitation.sent"
    assert "1 entry of Ann Admin Example" in words(parse((await client.get(other)).text))
    assert (await client.get("/org/northshire/audit?person=x")).status_code == 404
    total = await db.scalar(
        select(func.count()).select_from(AuditEntry).where(AuditEntry.chain != body.id)
    )
    assert total is not None
    assert "Signed in" not in shown
