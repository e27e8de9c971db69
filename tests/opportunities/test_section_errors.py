"""Every error that a person can make on each section, and that nothing typed is lost."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import london_today
from app.opportunities.domain import OpportunityKind
from app.opportunities.models import Opportunity
from app.opportunities.writing.domain import Section
from app.roles.models import Role
from app.roles.queries.editions import current_edition
from tests.costsharing.wizard import example
from tests.opportunities.bodies import Body, make_body
from tests.opportunities.posts import cost_of, make_whole_post
from tests.opportunities.typed import on, typed
from tests.pages import PageClient, assert_form_error, parse, words
from tests.people import sign_in

SHARED, SWAP = OpportunityKind.SHARED_POST, OpportunityKind.JOB_SWAP
WANTED, OFFERED = OpportunityKind.SECONDMENT_WANTED, OpportunityKind.SECONDMENT_OFFERED
SHORT = OpportunityKind.SHORT_ASSIGNMENT
TODAY = london_today()
LONG = "a" * 8001

# Kind, section, what is typed instead of sound answers, the field's id, the message.
Wrong = tuple[OpportunityKind, str, dict[str, Any], str, str]
WRONG: list[Wrong] = [
    (SHARED, "role", {"title": ""}, "title", "Enter a title"),
    (SHARED, "role", {"title": "a" * 121}, "title", "Title must be 120 characters or fewer"),
    (SHARED, "role", {"role": ""}, "role", "Choose a role"),
    (SHARED, "role", {"role": "role:1"}, "role", "Choose a role"),
    (SHARED, "level", {"level": ""}, "level", "Choose a level"),
    (SHARED, "skills", {"action": "add", "new": ""}, "new", "Choose a skill to add"),
    (SHARED, "skills", {"skills-0-need": "useful"}, "new", "Add at least one skill that is a must"),
    (SHARED, "work", {"summary": ""}, "summary", "Enter a summary"),
    (SHARED, "work", {"summary": "a" * 301}, "summary", "Summary must be 300 characters or fewer"),
    (SHARED, "work", {"description": " "}, "description", "Enter a description"),
    (SHARED, "work", {"description": LONG}, "description",
     "Description must be 8000 characters or fewer"),
    (OFFERED, "wants", {"wants_description": ""}, "wants_description", "Enter what you look for"),
    (SWAP, "wants", {"wants_title": ""}, "wants_title", "Enter the role you look for"),
    (SWAP, "wants", {"wants_regions": ["mars"]}, "wants_regions",
     "Pick from the answers that are offered"),
    (SHARED, "place", {"place": ""}, "place", "Enter the place of work"),
    (SHARED, "place", {"region": ""}, "region", "Choose a region"),
    (SHARED, "place", {"postcode_area": "N1"}, "postcode_area",
     "Postcode area must be one or two letters, like NE"),
    (SHARED, "pattern", {"remote": ""}, "remote", "Choose where the work is done"),
    (SHARED, "pattern", {"office_days": ""}, "office_days",
     "Enter the days a week at the place of work"),
    (SHARED, "pattern", {"office_days": "1.3"}, "office_days",
     "Days a week at the place of work must be whole or half days, like 1.5"),
    (SHARED, "pattern", {"office_days": "0"}, "office_days",
     "Days a week at the place of work must be more than 0"),
    (SHARED, "pattern", {"office_days": "4"}, "office_days",
     "Days a week at the place of work must not be more than the 3 days a week that are worked"),
    (SHARED, "time", {"unit": ""}, "unit", "Choose days or FTE"),
    (SHARED, "time", {"days_per_week": ""}, "days_per_week", "Enter the days a week"),
    (SHARED, "time", {"days_per_week": "three"}, "days_per_week",
     "Days a week must be a number, like 2.5"),
    (SHARED, "time", {"days_per_week": "6"}, "days_per_week", "Days a week must be 5 or less"),
    (SHARED, "time", {"days_per_week": "0"}, "days_per_week", "Days a week must be more than 0"),
    (SHARED, "time", {"days_per_week": "1.001"}, "days_per_week",
     "Days a week must have 2 decimal places or fewer"),
    (SHARED, "time", {"unit": "fte", "fte": ""}, "fte", "Enter the FTE"),
    (SHARED, "time", {"unit": "fte", "fte": "1.2"}, "fte", "FTE must be 1 or less"),
    (SHARED, "time", {"unit": "fte", "fte": "0.001"}, "fte", "FTE must be 0.01 or more"),
    (SHARED, "time", {"own_days": "3"}, "own_days",
     "Days a week that your own organisation takes must be fewer than the days of the post, "
     "to leave some"),
    (SHARED, "time", {"own_days": "0"}, "own_days",
     "Days a week that your own organisation takes must be more than 0"),
    (SHARED, "time", {"own_days": "0.125"}, "own_days",
     "Days a week that your own organisation takes must have 2 decimal places or fewer"),
    (SHARED, "time", {"full_time_hours": ""}, "full_time_hours",
     "Enter the hours of a full-time week"),
    (SHARED, "time", {"full_time_hours": "0.5"}, "full_time_hours",
     "Hours of a full-time week must be 1 or more"),
    (SHARED, "time", {"full_time_hours": "61"}, "full_time_hours",
     "Hours of a full-time week must be 60 or less"),
    (SHARED, "dates", on("starts_on", TODAY - timedelta(days=1)), "starts_on-day",
     "Start date must be in the future"),
    (SHARED, "dates", {"starts_on-day": ""}, "starts_on-day", "Start date must include a day"),
    (SHARED, "dates", {"starts_on-month": "13"}, "starts_on-month",
     "Start date: the month must be 1 to 12, or its name"),
    (SWAP, "dates", {"ends_on-day": "", "ends_on-month": "", "ends_on-year": ""}, "ends_on-day",
     "Enter an end date"),
    (SWAP, "dates", on("ends_on", TODAY), "ends_on-day", "End date must be after the start date"),
    (SHARED, "dates", {"ends_on-day": "", "ends_on-month": "", "ends_on-year": ""}, "ends_on-day",
     "Enter an end date: the contract is for a fixed term"),
    (SHORT, "dates", {"weeks": ""}, "weeks", "Enter the number of weeks"),
    (SHORT, "dates", {"weeks": "13"}, "weeks", "Number of weeks must be between 2 and 12"),
    (SHARED, "pay", {"pay_from": ""}, "pay_from", "Enter the lowest pay"),
    (SHARED, "pay", {"pay_to": "a lot"}, "pay_to",
     "Highest pay must be an amount in pounds, like 84,000 or 84,000.50"),
    (SHARED, "pay", {"pay_to": "70000"}, "pay_to",
     "Highest pay must not be less than the lowest pay"),
    (WANTED, "pay", {"who_pays": ""}, "who_pays", "Choose who pays"),
    (WANTED, "pay", {"pay_from": "50000"}, "pay_to",
     "Enter the highest pay, or the same amount again"),
    (SHARED, "cost", {"how": ""}, "how", "Choose how you want to say what the post costs"),
    (SHARED, "cost", {"salary": ""}, "salary", "Enter the pay to reckon with"),
    (SHARED, "cost", {"pension": ""}, "pension", "Enter the employer pension contribution"),
    (SHARED, "cost", {"pension": "101"}, "pension",
     "Employer pension contribution must be 100 or less"),
    (SHARED, "cost", {"levy": ""}, "levy",
     "Say whether your organisation pays the apprenticeship levy"),
    (SHARED, "cost", {"other": "-5"}, "other", "Other costs a year must be 0 or more"),
    (SHARED, "cost", {"later-0-amount": "5"}, "later-0-start-day", "Enter the date"),
    (SHARED, "cost", {**on("later-0-start", TODAY), "later-0-amount": "90000"},
     "later-0-start-day", "The date the pay changes must be after the start date"),
    (SHARED, "cost", {"how": "calculation"}, "link",
     "Enter the link of the calculation, or paste its file"),
    (SHARED, "cost", {"how": "calculation", "link": "a", "file": "b"}, "link",
     "Enter the link or the file, not both"),
    (SHARED, "cost", {"how": "calculation", "link": "https://x.example/calculator"}, "link",
     "Enter the whole link of the calculation, as the calculator gave it"),
    (SHARED, "cost", {"how": "calculation", "link": "a" * 43}, "link",
     "There is no calculation at this link. Perhaps it was deleted"),
    (SHARED, "cost", {"how": "calculation", "file": '{"inputs": {}}'}, "file",
     "This calculation has no post in it whose cost we could use"),
    (SHARED, "checks", {"checks": []}, "checks", "Choose the checks required"),
    (SHARED, "checks", {"checks": ["none", "sc"]}, "checks",
     "Choose checks, or none, but not both"),
    (SHARED, "contract", {"contract_type": ""}, "contract_type", "Choose the type of contract"),
    (SHARED, "contract", {"contract_type": "loan"}, "contract_type",
     "Choose the type of contract"),
    (SHARED, "contract", {"legal_power": ""}, "legal_power", "Choose the legal power"),
    (SHARED, "contract", {"legal_power": "other"}, "legal_power_note", "Enter which power it is"),
    (SHARED, "contract", {"is_politically_restricted": ""}, "is_politically_restricted",
     "Say whether the post is politically restricted"),
    (SHARED, "redeployees", {"first": ""}, "first", "Choose yes if redeployees come first"),
    (SHARED, "redeployees", {"first": "yes"}, "redeployees_first_until-day",
     "Enter the last day on which redeployees come first"),
    (SHARED, "contact", {"contact_name": ""}, "contact_name", "Enter who can be asked"),
    (SHARED, "contact", {"contact_email": ""}, "contact_email", "Enter their email address"),
    (SHARED, "contact", {"contact_email": "jobs@"}, "contact_email",
     "Enter an email address in the correct format, like name@example.gov.uk"),
    (SHARED, "contact", {"adjustments": ""}, "adjustments",
     "Enter how you help with adjustments"),
    (SHARED, "closing", on("closes_on", TODAY - timedelta(days=1)), "closes_on-day",
     "Closing date must be today or in the future"),
    (SHARED, "closing", on("closes_on", TODAY + timedelta(days=400)), "closes_on-day",
     "Closing date must be within a year from today"),
    (SHARED, "closing", {"closes_on-year": "27"}, "closes_on-year",
     "Closing date: the year must include 4 numbers"),
    (SHARED, "audience", {"audience": ""}, "audience", "Choose who can see the post"),
    (SHARED, "audience", {"audience": "named"}, "named-0-organisation",
     "Name at least one organisation"),
    (SHARED, "welsh", {"summary_cy": ""}, "summary_cy",
     "Enter the summary in Welsh, or take the other Welsh text out"),
]  # fmt: skip


@pytest.fixture
async def body(client: PageClient, app: Litestar, db: AsyncSession) -> Body:
    made = await make_body(db, "hr", slug="northshire")
    await sign_in(client, app, db, made.members["hr"])
    return made


@pytest.fixture
def make(db: AsyncSession, body: Body) -> Callable[..., Any]:
    async def made(kind: OpportunityKind) -> Opportunity:
        return await make_whole_post(db, body.organisation.id, kind, today=TODAY)

    return made


def sound(kind: OpportunityKind, section: str, page: Any) -> dict[str, Any]:
    """What one would have typed; of a list, what the page offers first."""
    if section == "role":
        options = [str(o.get("value")) for o in parse(page.text).iter("option")]
        return {"title": "Security lead", "role": options[1]}
    if section == "skills":
        return {"skills-0-level": "3", "skills-0-need": "must", "new": ""}
    return {} if section == "level" else typed(kind, Section(section))


@pytest.mark.parametrize("section", dict.fromkeys(section for _, section, *_ in WRONG))
async def test_each_error_is_said_beside_its_field(
    client: PageClient, db: AsyncSession, make: Callable[..., Any], section: str
) -> None:
    posts: dict[OpportunityKind, Opportunity] = {}
    for kind, _, changes, field, message in (one for one in WRONG if one[1] == section):
        post = posts.get(kind) or await make(kind)
        posts[kind] = post
        if section == "level":
            role = await db.scalar(select(Role).where(Role.slug == "security-architect"))
            assert role
            post.role_id, post.edition_id = role.id, (await current_edition(db)).id
            await db.commit()
        page = await client.get(f"/org/northshire/posts/{post.slug}/edit/{section}")
        assert page.status_code == 200
        answer = await client.fill_in(page, {**sound(kind, section, page), **changes})
        assert_form_error(answer, field, message)
    for post in posts.values():
        await db.refresh(post)
        assert (post.version, post.sections_done) == (1, {})


async def test_each_section_has_its_errors_in_the_table() -> None:
    assert {section for _, section, *_ in WRONG} == {*Section, "level"}


async def test_nothing_typed_is_lost_with_an_error(
    client: PageClient, make: Callable[..., Any]
) -> None:
    post = await make(SHARED)
    path = f"/org/northshire/posts/{post.slug}/edit/contact"
    page = await client.get(path)
    typed_in = {"contact_name": "Ŵyn & co <b>", "contact_email": "no", "adjustments": "Ask us."}
    answer = await client.fill_in(page, typed_in)
    fields = {f.get("name"): f.get("value") for f in parse(answer.text).iter("input")}
    assert (fields["contact_name"], fields["contact_email"]) == ("Ŵyn & co <b>", "no")
    assert [words(area) for area in parse(answer.text).iter("textarea")] == ["Ask us."]


async def test_a_stale_page_keeps_what_was_typed_and_shows_what_was_saved(
    client: PageClient, db: AsyncSession, make: Callable[..., Any]
) -> None:
    post = await make(SHARED)
    path = f"/org/northshire/posts/{post.slug}/edit/place"
    old = await client.get(path)
    saved = await client.fill_in(old, {"place": "Southtown", "region": "wales"})
    assert saved.status_code == 303
    answer = await client.fill_in(old, {"place": "Westtown", "region": "london"})
    assert answer.status_code == 409
    said = words(next(parse(answer.text).iter("main")))
    assert "Somebody else saved this section after you opened it." in said
    assert "Southtown" in said
    fields = {f.get("name"): f.get("value") for f in parse(answer.text).iter("input")}
    assert fields["place"] == "Westtown"
    again = await client.fill_in(answer, {"place": "Westtown", "region": "london"})
    assert again.status_code == 303
    await db.refresh(post)
    assert post.place == "Westtown"


async def test_unknown_fields_are_refused(client: PageClient, make: Callable[..., Any]) -> None:
    post = await make(SHARED)
    page = await client.get(f"/org/northshire/posts/{post.slug}/edit/place")
    for name in ("status", "organisation_id", "approved_by_id"):
        answer = await client.fill_in(page, {**typed(SHARED, Section.PLACE), name: "open"})
        assert answer.status_code == 422
    await client.fill_in(page, typed(SHARED, Section.PLACE))


async def test_sections_of_other_kinds_are_not_there(
    client: PageClient, make: Callable[..., Any]
) -> None:
    post = await make(SHORT)
    for section in ("cost", "wants", "nothing"):
        answer = await client.get(f"/org/northshire/posts/{post.slug}/edit/{section}")
        assert answer.status_code == 404


async def test_skills_are_added_and_removed_without_losing_the_rest(
    client: PageClient, db: AsyncSession, make: Callable[..., Any]
) -> None:
    post = await make(SHARED)
    path = f"/org/northshire/posts/{post.slug}/edit/skills"
    page = await client.get(path)
    new = next(
        str(o.get("value")) for o in parse(page.text).iter("option") if words(o) == "Accessibility"
    )
    kept = {"skills-0-level": "4", "skills-0-need": "must"}
    page = await client.fill_in(page, {**kept, "new": new, "action": "add"})
    assert page.status_code == 200
    chosen = [o.get("value") for o in parse(page.text).iter("option") if o.get("selected") == ""]
    assert chosen[:2] == ["4", "must"]
    assert_form_error(
        await client.fill_in(page, {**kept, "skills-1-need": "must", "new": new, "action": "add"}),
        "new",
        "This skill is in the list already",
    )
    gone = await client.fill_in(
        page, {**kept, "skills-1-need": "must", "action": "remove:skills:0"}
    )
    assert [f for f in parse(gone.text).iter("fieldset") if f.get("class", "").startswith("govuk")]
    saved = await client.fill_in(gone, {"skills-0-level": "2", "skills-0-need": "must"})
    assert saved.status_code == 303


async def test_a_calculation_of_other_dates_is_not_taken_over(
    client: PageClient, db: AsyncSession, make: Callable[..., Any]
) -> None:
    post = await make(SHARED)
    page = await client.get(f"/org/northshire/posts/{post.slug}/edit/cost")
    link = f"http://testserver{await example(db)}"
    answer = await client.fill_in(page, {"how": "calculation", "link": link})
    assert_form_error(answer, "how", "Work out the cost again: the post has another start date now")


async def test_a_calculation_is_taken_over_without_its_parties(
    client: PageClient, db: AsyncSession, make: Callable[..., Any]
) -> None:
    post = await make(SHARED)
    whole = {**cost_of(post.starts_on, post.ends_on), "method": "monthly"}
    line = {"name": "Laptop", "kind": "one_off", "amount": "900.00"}
    line["date"] = post.starts_on.isoformat()
    split = {
        "parties": [{"id": "A", "name": "Ours", "host": True}, {"id": "B", "name": "Theirs"}],
        "sharing": [{"from": post.starts_on.isoformat(), "basis": "equal", "parties": ["A", "B"]}],
        "other_lines": [{**line, "charge_to": "A"}],
    }
    file = json.dumps({"inputs": {**whole, **split}})
    page = await client.get(f"/org/northshire/posts/{post.slug}/edit/cost")
    saved = await client.fill_in(page, {"how": "calculation", "file": file})
    assert saved.status_code == 303
    await db.refresh(post)
    assert post.cost_inputs == {**whole, "other_lines": [line]}
    assert post.cost_answers == {"how": "calculation"}
    broken = await client.fill_in(page, {"how": "calculation", "file": "{"})
    assert broken.status_code == 422
