"""The people of the demo region: who they are, that they load once, and that they sign in."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import AuditEntry
from app.core.permissions import Duty
from app.demo.commands import everybody, load_people, load_region
from app.demo.others import BODIES
from app.organisations.domain import OrganisationKind, OrganisationStatus
from app.organisations.email_domains import check_domain, is_in_domains
from app.organisations.models import Membership, Organisation, OrganisationHistory, Person
from app.organisations.queries import find_actor, limit_of, pension_rate_on
from app.organisations.registers import check_number
from tests.pages import PageClient, parse, words
from tests.people import make_person

# The slugs that checks from outside rely on.
CONTRACT = {
    "operator", "admin-northshire", "hr-northshire", "finance-northshire", "manager-northshire",
    "staff-northshire", "finance-second-northshire", "hr-eastmoor", "finance-eastmoor",
    "manager-eastmoor", "staff-eastmoor", "hr-harbour-nhs", "finance-harbour-nhs",
    "staff-harbour-nhs",
}  # fmt: skip
TODAY = date(2026, 11, 25)


@pytest.fixture
async def region(db: AsyncSession) -> None:
    """The bodies and people of the region, in the test's transaction."""
    await load_people(db, now=datetime.now(UTC), today=TODAY)
    await db.commit()


def test_the_people_that_others_rely_on_are_there() -> None:
    slugs = [one.slug for one, _ in everybody()]
    assert len(slugs) == len(set(slugs))
    assert set(slugs) >= CONTRACT
    mails = [mail for _, mail in everybody()]
    assert len(mails) == len(set(mails))


def test_every_kind_of_body_is_there() -> None:
    assert {body.kind for body in BODIES} == set(OrganisationKind)
    assert [body.slug for body in BODIES][:3] == ["northshire", "eastmoor", "harbour-nhs"]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.slug)
def test_bodies_are_valid_in_form_and_nobodys(body: Any) -> None:
    assert check_number(body.register, body.register_id, body.kind) == body.register_id
    assert "999" in body.register_id or body.register_id == "Z9X9Z"
    assert check_domain(body.domain) == body.domain
    assert body.domain.endswith(".example")
    assert "invented" in body.about
    for one in body.people:
        assert is_in_domains(one.email_at(body.domain), [body.domain])
        assert not one.manager or one.manager in {other.slug for other in body.people}
    assert any(Duty.ORGANISATION_ADMIN in one.duties for one in body.people)


async def test_the_people_of_the_region_load_once(region: None, db: AsyncSession) -> None:
    assert not await load_region(db, now=datetime.now(UTC), today=TODAY)
    assert await db.scalar(select(func.count()).select_from(Person)) == len(everybody())
    found = (await db.scalars(select(Organisation))).all()
    assert len(found) == len(BODIES)
    assert {one.slug for one in found if one.status != OrganisationStatus.VERIFIED} == {"saltmarsh"}
    assert all(one.terms_accepted_at and one.senior_sponsor for one in found)
    northshire = next(one for one in found if one.slug == "northshire")
    rate = await pension_rate_on(db, northshire.id, TODAY)
    assert rate is not None
    assert str(rate.rate) == "0.169"
    assert await limit_of(db, northshire.id, Duty.FINANCE_OFFICER) == 750_000


async def test_what_was_done_is_on_record(region: None, db: AsyncSession) -> None:
    verified = select(func.count()).select_from(AuditEntry).where(
        AuditEntry.action == "organisation.verified"
    )  # fmt: skip
    assert await db.scalar(verified) == len([body for body in BODIES if body.is_verified])
    moves = select(func.count()).select_from(OrganisationHistory)
    assert await db.scalar(moves) == 2 * len(BODIES) - 1


async def test_staff_have_a_line_manager(region: None, db: AsyncSession) -> None:
    staff = await db.scalar(
        select(Membership.manager_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Person.email == "stella.example@northshire.example")
    )
    assert staff is not None
    manager = await db.get_one(Membership, staff)
    assert manager.job_title == "Head of digital"


async def test_the_page_lists_everybody_with_a_form_each(region: None, client: PageClient) -> None:
    page = parse((await client.get("/demo")).text)
    shown = [
        [i.get("value") for i in form.iter("input") if i.get("name") == "persona"]
        for form in page.iter("form")
        if form.get("action") == "/demo/sign-in"
    ]
    assert sorted(shown) == sorted([one.slug] for one, _ in everybody())
    names = [words(button) for button in page.iter("button") if button.get("type") == "submit"]
    assert "Sign in as Harriet Example" in names
    assert len(names) == len(set(names))


async def test_a_page_without_people_says_how_to_get_them(client: PageClient) -> None:
    page = await client.get("/demo")
    assert "crossbench demo load" in page.text
    assert "<form" not in page.text


@pytest.mark.parametrize("slug", ["operator", "hr-northshire", "staff-harbour-nhs"])
async def test_anybody_signs_in_with_one_click(
    region: None, client: PageClient, app: Litestar, db: AsyncSession, slug: str
) -> None:
    before = client.cookies.get("session")
    page = await client.get("/demo")
    forms = [f for f in parse(page.text).iter("form") if f.get("method") == "post"]
    number = next(
        i for i, form in enumerate(forms) if any(e.get("value") == slug for e in form.iter("input"))
    )
    answer = await client.submit(page, form=number)
    assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard")
    assert client.cookies.get("session") != before
    session_id = await db.scalar(text("SELECT id FROM person_session WHERE how = 'demo'"))
    actor = await find_actor(db, uuid.UUID(str(session_id)))
    assert actor is not None
    assert actor.is_demo
    assert actor.is_operator is (slug == "operator")
    if actor.acting_for:
        assert slug.endswith(actor.acting_for.slug)


@pytest.mark.parametrize("persona", ["", "nobody", "hr-northshire'--"])
async def test_somebody_who_is_not_there_is_refused(
    region: None, client: PageClient, persona: str
) -> None:
    answer = await client.submit(await client.get("/demo"), {"persona": persona})
    assert_form_error_on_top(answer)


def assert_form_error_on_top(answer: Any) -> None:
    assert answer.status_code == 422
    page = parse(answer.text)
    summary = next(e for e in page.iter() if e.get("class", "") == "govuk-error-summary")
    assert [(a.get("href"), words(a)) for a in summary.iter("a")] == [
        ("#persona", "Choose somebody from the list")
    ]


async def test_nobody_real_can_be_signed_in_as(client: PageClient, db: AsyncSession) -> None:
    await make_person(db, email="harriet.example@northshire.example", name="Somebody real")
    page = await client.get("/calculator")
    token = {i.get("name"): i.get("value") for i in parse(page.text).iter("input")}
    data = {"_csrf_token": token["_csrf_token"], "persona": "hr-northshire"}
    answer = await client.post("/demo/sign-in", data=data)
    assert answer.status_code == 422
    assert "not in the demo region any more" in answer.text
    assert (await client.get("/dashboard")).status_code == 303


async def test_the_operator_can_verify_the_body_that_waits(
    client: PageClient, db: AsyncSession, region: None
) -> None:
    await client.fill_in(await client.get("/demo"), {"persona": "operator"})
    waiting = await db.scalar(select(Organisation).where(Organisation.status == "applied"))
    assert waiting is not None
    page = await client.get(f"/operator/organisations/{waiting.id}/verify")
    assert "saltmarsh.example" in page.text
    box = next(e for e in parse(page.text).iter("input") if e.get("name") == "domains")
    answer = await client.fill_in(page, {"looked_up": "yes", "domains": box.get("value")})
    assert answer.status_code == 303
    await db.refresh(waiting)
    assert waiting.status == "verified"
