"""What a body says of itself: each section, who may change it, and what is recorded."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import AuditEntry
from app.core.clock import london_today
from app.core.permissions import Duty
from app.organisations.joining.models import DomainRequest
from app.organisations.joining.terms import TERMS
from app.organisations.models import Membership, Organisation, PensionRate
from app.organisations.queries import limit_of, pension_rate_on
from app.organisations.settings.pages import SECTIONS
from tests.pages import PageClient, assert_form_error, parse, words
from tests.people import make_member, make_organisation, sign_in

BASE = "/org/northshire/settings"


@pytest.fixture
async def body(client: PageClient, app: Any, db: AsyncSession) -> Organisation:
    """A verified council whose administrator is signed in."""
    made = await make_organisation(db, slug="northshire", name="Northshire Council")
    member: Membership = await make_member(db, made, Duty.ORGANISATION_ADMIN)
    await sign_in(client, app, db, member)
    return made


async def save(client: PageClient, section: str, values: dict[str, str]) -> Any:
    """Save a section by its page."""
    return await client.fill_in(await client.get(f"{BASE}/{section}"), values)


VALUES: dict[str, tuple[dict[str, str], str]] = {
    "profile": ({"about": "We look after roads.", "website": "https://northshire.example"},
                "organisation.changed"),
    "finance": ({"is_vat_registered": "yes", "pays_levy": "no", "full_time_hours": "36.25",
                 "scheme": "lgps"}, "organisation.changed"),
    "rates": ({"rate": "20.5", "starts_on-day": "1", "starts_on-month": "4",
               "starts_on-year": "2026"}, "organisation.rate_set"),
    "limits": ({"finance_officer": "100000"}, "organisation.limit_set"),
    "sponsor": ({"senior_sponsor": "Sam Example, director"}, "organisation.sponsor_confirmed"),
    "approval": ({"needs_post_approval": "yes"}, "organisation.changed"),
    "domains": ({"domain": "new.example"}, "organisation.domain_asked"),
    "terms": ({"accepts": "yes"}, "organisation.terms_accepted"),
}  # fmt: skip


async def test_every_section_is_kept_and_recorded(
    client: PageClient, db: AsyncSession, body: Organisation
) -> None:
    assert set(VALUES) == set(SECTIONS)
    for section, (values, action) in VALUES.items():
        answer = await save(client, section, values)
        assert answer.headers["location"] == BASE, section
        entries = await db.scalars(select(AuditEntry).where(AuditEntry.action == action))
        assert all(entry.chain == body.id for entry in entries), section
    shown = words(parse((await client.get(BASE)).text))
    for said in ("We look after roads.", "36.25 hours", "20.5% from 1 April 2026", "£100,000.00",
                 "Sam Example, director", "new.example: waits for the operator",
                 f"Version {TERMS[-1].version}, accepted"):  # fmt: skip
        assert said in shown, said
    await db.refresh(body)
    assert body.needs_post_approval is True
    assert body.sponsor_confirmed_on == london_today()
    rate = await pension_rate_on(db, body.id, date(2026, 5, 1))
    assert rate is not None
    assert (str(rate.rate), rate.scheme) == ("0.205", "lgps")
    assert await limit_of(db, body.id, Duty.FINANCE_OFFICER) == 100_000


async def test_rates_are_replaced_and_removed_and_limits_taken_away(
    client: PageClient, db: AsyncSession, body: Organisation
) -> None:
    await save(client, "rates", VALUES["rates"][0])
    await save(client, "rates", {**VALUES["rates"][0], "rate": "21"})
    assert [str(r) for r in await db.scalars(select(PensionRate.rate))] == ["0.21"]
    await client.fill_in(await client.get(BASE))
    assert list(await db.scalars(select(PensionRate.rate))) == []
    await save(client, "limits", {"hr": "5"})
    await save(client, "limits", {"hr": ""})
    assert await limit_of(db, body.id, Duty.HR) is None


@pytest.mark.parametrize(
    ("section", "values", "field", "message"),
    [
        ("profile", {"website": "javascript:alert(1)"}, "website",
         "Website must be an address that starts with https://"),
        ("finance", {"full_time_hours": "0"}, "full_time_hours",
         "Full-time week must be 1 or more"),
        ("rates", {"rate": "101"}, "rate", "Employer’s rate must be 100 or less"),
        ("approval", {}, "needs_post_approval", "Select yes if a second person approves each post"),
        ("domains", {"domain": "gmail.com"}, "domain", "Anybody can have an address at gmail.com. "
         "Enter a domain that only people who work for your organisation have"),
        ("domains", {"domain": "northshire.example"}, "domain",
         "Your organisation has this domain already"),
        ("terms", {}, "accepts", "Confirm that you may accept these terms for your organisation"),
    ],
)  # fmt: skip
async def test_wrong_answers_are_shown_again(
    client: PageClient, body: Organisation, section: str, values: dict[str, str], field: str,
    message: str,
) -> None:  # fmt: skip
    if section == "approval":
        page = await client.get(f"{BASE}/approval")
        answer = await client.fill_in(page, {"needs_post_approval": ""})
    else:
        answer = await save(client, section, values)
    assert_form_error(answer, field, message)


async def test_a_domain_is_asked_for_once(
    client: PageClient, db: AsyncSession, body: Organisation
) -> None:
    await save(client, "domains", {"domain": "new.example"})
    answer = await save(client, "domains", {"domain": "new.example"})
    assert_form_error(answer, "domain", "You have asked for this domain already")
    assert list(await db.scalars(select(DomainRequest.domain))) == ["new.example"]


async def test_a_refused_body_applies_again(
    client: PageClient, db: AsyncSession, body: Organisation
) -> None:
    await db.execute(text("UPDATE organisation SET status = 'refused'"))
    await db.commit()
    answer = await client.fill_in(await client.get(BASE))
    assert answer.headers["location"] == "/org/northshire"
    await db.refresh(body)
    assert body.status == "applied"
    assert "is checking your organisation" in (await client.get("/org/northshire")).text


async def test_fields_of_others_are_refused(client: PageClient, body: Organisation) -> None:
    for section, (values, _) in VALUES.items():
        answer = await save(client, section, {**values, "organisation_id": "x", "status": "x"})
        assert answer.status_code == 422, section
