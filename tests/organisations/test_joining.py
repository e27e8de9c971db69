"""A body applies: tasks under a secret link, terms, an address confirmed by mail."""

from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import AuditEntry
from app.core.forms import gather
from app.organisations.joining import commands
from app.organisations.joining.models import DomainRequest, JoinRequest, TermsAcceptance
from app.organisations.joining.tasks import TASKS
from app.organisations.joining.terms import TERMS
from app.organisations.models import (
    AuthorisationLimit,
    Membership,
    MembershipDuty,
    Organisation,
    OrganisationDomain,
    OrganisationHistory,
    PensionRate,
    Person,
)
from tests.messages import letters_to, link_in_last
from tests.pages import PageClient, assert_form_error, parse, words
from tests.people import make_organisation, make_person, sign_in

ANSWERS: dict[str, dict[str, str]] = {
    "organisation": {"name": "Northshire Council", "name_cy": "", "kind": "council",
                     "region": "north_east"},
    "register": {"register_code": "ons", "number": "e06 012345"},
    "domains": {"domains-0-domain": "@Northshire.example", "domains-1-domain": "ns.example"},
    "finance": {"is_vat_registered": "yes", "pays_levy": "no", "full_time_hours": "37.5"},
    "pension": {"scheme": "lgps", "rate": "20.5", "starts_on-day": "1", "starts_on-month": "4",
                "starts_on-year": "2026"},
    "sponsor": {"senior_sponsor": "Sam Sponsor Example, director of resources"},
    "limits": {"finance_officer": "100,000", "authorised_signatory": "250000", "hr": ""},
    "you": {"person_name": "Ada Applicant Example", "job_title": "HR lead",
            "email": "Ada@It.Northshire.example"},
}  # fmt: skip
ADA = "ada@it.northshire.example"


async def begin(client: PageClient) -> str:
    """Begin an application; gives its address."""
    answer = await client.fill_in(await client.get("/join"))
    assert answer.status_code == 303
    return answer.headers["location"]


async def fill_in(client: PageClient, base: str, **changes: dict[str, str]) -> None:
    """Do every task, with other answers for some."""
    for slug, answers in ANSWERS.items():
        page = await client.get(f"{base}/{slug}")
        answer = await client.fill_in(page, {**answers, **changes.get(slug, {})})
        assert answer.status_code == 303, (slug, answer.text)


async def fill_in_quickly(db: AsyncSession, base: str, **changes: dict[str, str]) -> None:
    """The same without walking through the pages."""
    for task in TASKS:
        typed = {**ANSWERS[task.slug], **changes.get(task.slug, {})}
        raw = gather(task.form, {name: [value] for name, value in typed.items()})
        await commands.save_task(db, base.rpartition("/")[2], slug=task.slug, raw=raw)
    await db.commit()


async def accept(client: PageClient, base: str) -> Any:
    """Accept the terms and send."""
    return await client.fill_in(await client.get(f"{base}/check"), {"accepts": "yes"})


@pytest.fixture
async def sent(client: PageClient, db: AsyncSession) -> str:
    """The address of an application that waits for its confirmation."""
    base = await begin(client)
    await fill_in_quickly(db, base)
    answer = await accept(client, base)
    assert answer.headers["location"] == f"{base}/sent"
    return base


async def test_an_application_becomes_a_body_that_waits(
    client: PageClient, db: AsyncSession, sent: str
) -> None:
    operator = await make_person(db, is_operator=True)
    assert await db.scalar(select(func.count()).select_from(Organisation)) == 0
    page = await client.get(sent + "/sent")
    assert ADA.capitalize()[:3] in page.text
    link = await link_in_last(db, ADA, "/join/confirm/")
    shown = await client.get(link)
    assert "Northshire Council" in shown.text
    assert (await client.get(link)).status_code == 200
    assert await db.scalar(select(func.count()).select_from(Organisation)) == 0
    answer = await client.fill_in(shown)
    assert answer.headers["location"] == "/join/confirmed"
    assert "Application sent" in (await client.get("/join/confirmed")).text
    body = (await db.scalars(select(Organisation))).one()
    assert (body.status, body.register_id, body.kind) == ("applied", "E06012345", "council")
    assert body.slug.startswith("northshire-council-")
    assert str(body.full_time_hours) == "37.50"
    assert (body.is_vat_registered, body.pays_levy, body.pension_scheme) == (True, False, "lgps")
    assert body.terms_version == TERMS[-1].version
    person = (await db.scalars(select(Person).where(Person.email == ADA))).one()
    member = (await db.scalars(select(Membership))).one()
    assert (member.person_id, member.organisation_id) == (person.id, body.id)
    assert list(await db.scalars(select(MembershipDuty.duty))) == ["organisation_admin"]
    domains = await db.scalars(select(DomainRequest.domain).order_by(DomainRequest.domain))
    assert list(domains) == ["northshire.example", "ns.example"]
    assert list(await db.scalars(select(OrganisationDomain))) == []
    assert [str(rate) for rate in await db.scalars(select(PensionRate.rate))] == ["0.205"]
    limits = await db.execute(select(AuthorisationLimit.duty, AuthorisationLimit.amount))
    assert {row.duty: str(row.amount) for row in limits} == {
        "finance_officer": "100000.00", "authorised_signatory": "250000.00"
    }  # fmt: skip
    history = (await db.scalars(select(OrganisationHistory))).one()
    assert (history.from_status, history.to_status, history.by_id) == (None, "applied", person.id)
    accepted = (await db.scalars(select(TermsAcceptance))).one()
    assert accepted.accepted_by_id == person.id
    entry = (
        await db.scalars(select(AuditEntry).where(AuditEntry.action == "organisation.applied"))
    ).one()
    assert (entry.chain, entry.person_id) == (body.id, person.id)
    assert [one.subject for one in await letters_to(db, operator.email)] == [
        "An application to join waits: Northshire Council"
    ]
    assert "Application sent" in (await client.get(sent, follow_redirects=True)).text


async def test_the_link_works_once(client: PageClient, db: AsyncSession, sent: str) -> None:
    link = await link_in_last(db, ADA, "/join/confirm/")
    page = await client.get(link)
    await client.fill_in(page)
    assert (await client.get(link)).status_code == 404
    other = await client.get("/join/confirm/" + "A" * 43)
    assert other.status_code == 404
    again = {"_csrf_token": "x"}
    assert (await client.post(link, data=again)).status_code == 403
    assert await db.scalar(select(func.count()).select_from(Organisation)) == 1
    assert words(parse((await client.get(link)).text)) == words(parse(other.text))


async def test_an_old_link_and_one_after_a_change_do_not_work(
    client: PageClient, db: AsyncSession, sent: str
) -> None:
    first = await link_in_last(db, ADA, "/join/confirm/")
    await client.fill_in(await client.get(f"{sent}/sent"))
    second = await link_in_last(db, ADA, "/join/confirm/")
    assert first != second
    assert (await client.get(first)).status_code == 404
    page = await client.get(f"{sent}/sponsor")
    await client.fill_in(page, ANSWERS["sponsor"])
    assert (await client.get(second)).status_code == 404
    assert (await client.get(f"{sent}/sent")).headers["location"] == sent


async def test_a_link_ends_after_fourteen_days(
    client: PageClient, db: AsyncSession, sent: str
) -> None:
    link = await link_in_last(db, ADA, "/join/confirm/")
    await db.execute(text("UPDATE join_request SET confirm_until = now()"))
    await db.commit()
    assert (await client.get(link)).status_code == 404


async def test_whoever_is_signed_in_with_the_address_needs_no_mail(
    client: PageClient, app: Any, db: AsyncSession
) -> None:
    person = await make_person(db, email=ADA, name="Ada Example")
    await sign_in(client, app, db, person=person)
    base = await begin(client)
    await fill_in_quickly(db, base)
    await accept(client, base)
    body = (await db.scalars(select(Organisation))).one()
    assert body.terms_accepted_by_id == person.id
    assert [one.subject for one in await letters_to(db, ADA)] == [
        "We have received the application of Northshire Council"
    ]


async def test_tasks_show_how_far_they_are(client: PageClient) -> None:
    base = await begin(client)
    page = await client.get(base)
    assert "You have completed 0 of 8 tasks" in page.text
    assert "Cannot start yet" in page.text
    await fill_in(client, base)
    page = await client.get(base)
    assert "You have completed 8 of 8 tasks" in page.text
    assert "Cannot start yet" not in page.text
    check = words(parse((await client.get(f"{base}/check")).text))
    for said in ("Northshire Council", "E06012345", "37.5 hours", "20.5%", "1 April 2026",
                 "£100,000.00", "Council", "North East", "Not given", "No limit",
                 ADA):  # fmt: skip
        assert said in check, said


@pytest.mark.parametrize(
    ("slug", "changes", "field", "message"),
    [
        ("organisation", {"name": ""}, "name", "Enter the name of your organisation"),
        ("organisation", {"kind": "circus"}, "kind", "Select what kind of organisation it is"),
        ("register", {"number": "12"}, "number", "ONS code must be a letter and 8 numbers, like "
         "E06012345"),
        ("domains", {"domains-0-domain": "gmail.com"}, "domains-0-domain",
         "Anybody can have an address at gmail.com. Enter a domain that only people who work for "
         "your organisation have"),
        ("domains", {"domains-1-domain": "northshire.example"}, "domains-1-domain",
         "You have entered this domain already"),
        ("domains", {"domains-0-domain": "", "domains-1-domain": ""}, "domains-0-domain",
         "Enter an email domain"),
        ("finance", {"full_time_hours": "61"}, "full_time_hours",
         "Full-time week must be 60 or less"),
        ("finance", {"full_time_hours": "0"}, "full_time_hours",
         "Full-time week must be 1 or more"),
        ("finance", {"full_time_hours": "37.125"}, "full_time_hours",
         "Full-time week must have 2 decimal places or fewer, like 37.5"),
        ("pension", {"rate": "101"}, "rate", "Employer’s rate must be 100 or less"),
        ("pension", {"rate": "1/3"}, "rate", "Employer’s rate must be a number, like 19.5"),
        ("pension", {"rate": ""}, "rate", "Enter the employer’s rate, or remove its date"),
        ("pension", {"scheme": ""}, "scheme", "Select the pension scheme"),
        ("limits", {"hr": "-1"}, "hr", "Limit of HR must be 0 or more"),
        ("you", {"email": "ada"}, "email",
         "Enter an email address in the correct format, like name@example.gov.uk"),
        ("you", {"email": "ada@evilnorthshire.example"}, "email",
         "This address is not in one of your organisation’s email domains: northshire.example, "
         "ns.example"),
    ],
)  # fmt: skip
async def test_wrong_answers_are_shown_again(
    client: PageClient, slug: str, changes: dict[str, str], field: str, message: str
) -> None:
    base = await begin(client)
    if slug in {"register", "you"}:
        for before in ("organisation", "domains"):
            await client.fill_in(await client.get(f"{base}/{before}"), ANSWERS[before])
    page = await client.get(f"{base}/{slug}")
    answer = await client.fill_in(page, {**ANSWERS[slug], **changes})
    assert_form_error(answer, field, message)
    assert "Completed" not in (await client.get(base)).text or slug in {"register", "you"}


async def test_rows_are_added_and_removed_without_scripts(client: PageClient) -> None:
    base = await begin(client)
    page = await client.get(f"{base}/domains")
    page = await client.fill_in(page, {"domains-0-domain": "a.example", "action": "add:domains"})
    assert page.status_code == 200
    assert 'name="domains-1-domain"' in page.text
    page = await client.fill_in(
        page,
        {"domains-0-domain": "a.example", "domains-1-domain": "b.example",
         "action": "remove:domains:0"},
    )  # fmt: skip
    assert 'value="b.example"' in page.text
    assert "a.example" not in page.text


async def test_what_does_not_fit_any_more_is_said_before_sending(
    client: PageClient, db: AsyncSession
) -> None:
    base = await begin(client)
    await fill_in_quickly(db, base)
    page = await client.get(f"{base}/domains")
    await client.fill_in(page, {"domains-0-domain": "elsewhere.example"})
    page = await client.get(f"{base}/check")
    assert "not in one of your organisation’s email domains: elsewhere.example" in page.text
    assert 'name="accepts"' not in page.text
    assert "Error: " in (await client.get(f"{base}/you")).text


async def test_nobody_joins_without_accepting_the_terms(
    client: PageClient, db: AsyncSession
) -> None:
    base = await begin(client)
    await fill_in_quickly(db, base)
    answer = await client.fill_in(await client.get(f"{base}/check"))
    assert_form_error(
        answer, "accepts", "Confirm that you may accept these terms for your organisation"
    )


async def test_a_number_that_a_checked_body_holds_is_refused(
    client: PageClient, db: AsyncSession
) -> None:
    await make_organisation(db, register="ons", register_id="E06012345")
    base = await begin(client)
    await fill_in_quickly(db, base)
    answer = await accept(client, base)
    assert answer.status_code == 422
    assert "An organisation with this number is here already" in answer.text


async def test_whoever_only_claims_a_number_keeps_nobody_out(
    client: PageClient, db: AsyncSession, sent: str
) -> None:
    await make_organisation(db, register="ons", register_id="E06012345", status="applied")
    link = await link_in_last(db, ADA, "/join/confirm/")
    assert (await client.fill_in(await client.get(link))).status_code == 303


async def test_an_application_can_be_deleted_and_is_then_gone(
    client: PageClient, db: AsyncSession
) -> None:
    base = await begin(client)
    answer = await client.fill_in(await client.get(f"{base}/delete"))
    assert answer.headers["location"] == "/join"
    assert (await client.get(base)).status_code == 404
    assert list(await db.scalars(select(JoinRequest))) == []


async def test_unknown_links_and_idle_applications_look_alike(
    client: PageClient, db: AsyncSession
) -> None:
    base = await begin(client)
    await db.execute(text("UPDATE join_request SET last_used_at = now() - interval '90 days'"))
    await db.commit()
    gone = await client.get(base)
    never = await client.get("/join/a/" + "A" * 43)
    strange = await client.get("/join/a/x")
    assert gone.status_code == never.status_code == strange.status_code == 404
    assert words(parse(gone.text)) == words(parse(never.text)) == words(parse(strange.text))


async def test_fields_of_others_are_refused(client: PageClient) -> None:
    base = await begin(client)
    for task in TASKS:
        for name in ("organisation_id", "status", "terms_accepted_by_id", "slug", "id"):
            page = await client.get(f"{base}/{task.slug}")
            answer = await client.fill_in(page, {**ANSWERS[task.slug], name: "x"})
            assert answer.status_code == 422, (task.slug, name)


async def test_terms_are_shown_by_version(client: PageClient) -> None:
    page = await client.get("/join/terms")
    assert TERMS[-1].sections[-1].title in page.text
    assert (await client.get(f"/join/terms/{TERMS[0].version}")).status_code == 200
    assert (await client.get("/join/terms/none")).status_code == 404


async def test_tokens_are_kept_as_hashes_only(
    client: PageClient, db: AsyncSession, sent: str
) -> None:
    token = sent.rpartition("/")[2]
    secret = (await link_in_last(db, ADA, "/join/confirm/")).rpartition("/")[2]
    tables = await db.scalars(
        text(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = 'public'::regnamespace AND has_table_privilege(oid, 'SELECT')"
        )
    )
    for table in list(tables):
        rows = await db.scalars(text(f'SELECT t::text FROM "{table}" t'))  # noqa: S608
        assert not [row for row in rows if token in row or secret in row], table
