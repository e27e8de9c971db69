"""Every error a person can make in the calculator, and hostile input."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.forms import STRANGE
from tests.costsharing.wizard import (
    Values,
    assert_form_error,
    day,
    example,
    save,
    shown_values,
    slug_of,
)
from tests.pages import PageClient

WRONG: tuple[tuple[str, Values, str, str], ...] = (
    (
        "parties",
        {"parties-1-name": ""},
        "parties-1-name",
        "Enter at least two organisations that share the cost",
    ),
    (
        "parties",
        {"parties-1-name": "northshire council"},
        "parties-1-name",
        "northshire council is listed already. Remove it, or make the names different",
    ),
    (
        "parties",
        {"parties-0-name": "x" * 201},
        "parties-0-name",
        "Name of organisation must be 200 characters or fewer",
    ),
    ("host", {"host": ""}, "host", "Select the organisation that employs the person"),
    ("host", {"host": "XXX"}, "host", "Select the organisation that employs the person"),
    ("what", {"kind": ""}, "kind", "Select what you are costing"),
    ("hours", {"contracted": ""}, "contracted", "Enter the hours a week of this post"),
    ("hours", {"contracted": "0"}, "contracted", "Hours a week of this post must be more than 0"),
    ("hours", {"contracted": "169"}, "contracted", "Hours a week of this post must be 168 or less"),
    (
        "hours",
        {"full_time": "many"},
        "full_time",
        "Hours in the full-time week must be a number, like 37 or 37.5",
    ),
    ("hours", {"year": "part", "weeks_paid": ""}, "weeks_paid", "Enter the weeks paid in a year"),
    (
        "hours",
        {"year": "part", "weeks_paid": "53", "weeks_year": "52.143"},
        "weeks_paid",
        "Weeks paid in a year must not be more than the weeks in the year",
    ),
    (
        "hours",
        {"year": "part", "weeks_paid": "40/2", "weeks_year": "52"},
        "weeks_paid",
        "Enter the weeks as a number without a stroke, like 44.6",
    ),
    (
        "salary",
        day("salary-0-start", "", "", ""),
        "salary-0-start",
        "Enter the date this salary starts",
    ),
    (
        "salary",
        {"salary-0-annual": "lots"},
        "salary-0-annual",
        "Full-time annual salary must be an amount in pounds, like 84,000 or 84,000.50",
    ),
    (
        "salary",
        {**day("salary-1-start", "1", "4", "2020"), "salary-1-annual": "1"},
        "salary-1-start",
        "Each salary must start later than the one before it",
    ),
    (
        "awards",
        {"awards-0-annual": "90000"},
        "awards-0-paid",
        "Enter the month the award is first paid in",
    ),
    (
        "allowances",
        {"allowances-0-name": "Supplement"},
        "allowances-0-annual",
        "Enter the amount a year of the allowance",
    ),
    ("dates", day("start", "", "4", "2026"), "start", "The first day must include a day"),
    ("dates", day("end", "31", "2", "2027"), "end", "The last day must be a real date"),
    (
        "dates",
        day("end", "31", "3", "2025"),
        "end",
        "The last day must be the same as or after the first day",
    ),
    (
        "dates",
        day("end", "1", "4", "2036"),
        "end",
        "The last day must be within 10 years of the first day",
    ),
    ("method", {"pay": "day", "day": "32"}, "day", "Day of the month must be between 1 and 31"),
    ("ni-basis", {"basis": ""}, "basis", "Select whether the post is the person’s only job"),
    (
        "ni-years",
        {"years-0-rate": ""},
        "years-0-rate",
        "Enter the employer rate of National Insurance",
    ),
    (
        "ni-years",
        {"years-0-tax_year": "2026"},
        "years-0-tax_year",
        "Enter the tax year as two years with a stroke, like 2026/27",
    ),
    ("pension-scheme", {"scheme": "none"}, "scheme", "Select the pension scheme"),
    (
        "pension",
        {"rates-0-rate": "195"},
        "rates-0-rate",
        "Employer contribution must be 100 or less",
    ),
    ("levy", {"levy": "other", "rate": ""}, "rate", "Enter the levy rate"),
    ("other-costs", {"lines-0-name": "Laptop"}, "lines-0-amount", "Enter the amount of the cost"),
    (
        "other-costs",
        {"lines-0-name": "Laptop", "lines-0-amount": "900", "lines-0-kind": "one_off"},
        "lines-0-on",
        "Enter the date of a cost that is charged once",
    ),
    (
        "other-costs",
        {"lines-0-name": "Travel", "lines-0-amount": "900", **day("lines-0-on", "1", "5", "2026")},
        "lines-0-on",
        "Remove the date, or select that the cost is charged once",
    ),
    (
        "other-costs",
        {"lines-0-name": "pension", "lines-0-amount": "9"},
        "lines-0-name",
        "pension is the name of a line of ours. Use another name",
    ),
    ("overhead", {"charged": "yes", "rate": ""}, "rate", "Enter the overhead as a percentage"),
    (
        "overhead",
        {"charged": "yes", "rate": "5", "base": "some"},
        "lines",
        "Select at least one cost that bears overhead",
    ),
    ("basis-1", {"basis": "whim"}, "basis", "Select how the cost is shared"),
    (
        "weights-1",
        {"weights-NOR": "", "weights-EAS": ""},
        "weights",
        "Enter a number for at least one organisation",
    ),
    ("weights-1", {"weights-NOR": "-3"}, "weights-NOR", "Northshire Council must be 0 or more"),
    ("change-1", {"changes": "yes"}, "start", "Enter the first day of the new way of sharing"),
    ("invoices", {"payment_days": ""}, "payment_days", "Enter the number of days to pay"),
    ("vat", {"how": ""}, "how", "Select whether you know how the shares are treated for VAT"),
    ("agreement", {"add": ""}, "add", "Select whether you want to add details for the agreement"),
)


@pytest.mark.parametrize(("slug", "values", "field", "message"), WRONG)
async def test_every_error_is_said_beside_its_field_and_nothing_typed_is_lost(
    client: PageClient, db: AsyncSession, slug: str, values: Values, field: str, message: str
) -> None:
    base = await example(db)
    page = await save(client, f"{base}/{slug}", values)
    assert_form_error(page, field, message)
    shown = shown_values(page)
    for name, typed in values.items():
        if typed and name in shown:
            assert shown[name] == typed


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("33.33", "66.66"), "The percentages add up to 99.99. They must add up to 100. Add 0.01"),
        (("60", "50"), "The percentages add up to 110. They must add up to 100. Take off 10"),
    ],
)
async def test_percentages_say_by_how_much_they_miss(
    client: PageClient, db: AsyncSession, values: tuple[str, str], message: str
) -> None:
    weights = {"NOR": "50", "EAS": "50"}
    sharing = [{"from": "2026-04-01", "basis": "percent", "weights": weights}]
    base = await example(db, sharing=sharing)
    typed = dict(zip(("weights-NOR", "weights-EAS"), values, strict=True))
    assert_form_error(await save(client, f"{base}/weights-1", typed), "weights-NOR", message)


async def test_the_engines_faults_are_shown_on_the_page_that_mends_them(
    client: PageClient, db: AsyncSession
) -> None:
    base = await example(db)
    page = await save(client, f"{base}/salary", day("salary-0-start", "1", "5", "2026"))
    assert page.status_code == 422
    assert "salary-0-start-error" in page.text
    page = await client.get(f"{base}/check")
    answer = await client.submit(page)
    assert answer.status_code == 422
    assert f'href="{base}/salary?return=check"' in answer.text
    page = await client.get(f"{base}/salary?return=check")
    assert "salary-0-start-error" in page.text


async def test_what_cannot_be_combined_is_said(client: PageClient, db: AsyncSession) -> None:
    base = await example(db)
    page = await client.get(f"{base}/extras")
    hidden = shown_values(page)
    page = await client.post(f"{base}/extras", data={**hidden, "extras": ["caps", "in-kind"]})
    assert_form_error(
        page,
        "extras",
        "Contributions in kind cannot be combined with fixed sums, minimums or caps. "
        "Select one or the other",
    )


EXTRA_PAGES: tuple[tuple[str, Values, str, str], ...] = (
    ("grants", {"grants-0-amount": "5"}, "grants-0-name", "Enter the name of the grant"),
    ("fixed", {}, "sums", "Enter a fixed sum for at least one organisation"),
    (
        "minimums",
        {"sums-NOR": "x"},
        "sums-NOR",
        "Northshire Council must be an amount in pounds, like 84,000 or 84,000.50",
    ),
    ("caps", {}, "sums", "Enter a cap for at least one organisation"),
    ("fee", {"mode": "percent_of_share"}, "rate", "Enter the fee as a percentage of the share"),
    ("fee", {"mode": "fixed_annual"}, "amount", "Enter the fee a year from each partner"),
)


@pytest.mark.parametrize(("slug", "values", "field", "message"), EXTRA_PAGES)
async def test_pages_that_were_asked_for_have_their_errors(
    client: PageClient, db: AsyncSession, slug: str, values: Values, field: str, message: str
) -> None:
    base = await example(db)
    hidden = shown_values(await client.get(f"{base}/extras"))
    answer = await client.post(f"{base}/extras", data={**hidden, "extras": [slug]})
    assert slug_of(answer) == slug
    assert_form_error(await save(client, f"{base}/{slug}", values), field, message)


@pytest.mark.parametrize("bad", ["a\x00b", "a\x1bb", "\x7f"])
async def test_characters_that_are_no_text_are_refused_and_not_kept(
    client: PageClient, db: AsyncSession, bad: str
) -> None:
    base = await example(db)
    for slug, field in (("parties", "parties-0-name"), ("what", "title"), ("hours", "contracted")):
        page = await save(client, f"{base}/{slug}", {field: bad})
        assert page.status_code == 422
    page = await client.get(f"{base}/parties")
    assert shown_values(page)["parties-0-name"] == "Northshire Council"


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "{{7*7}}", "' OR 1=1 --", "Ŵy \u202eN"]
)
async def test_hostile_text_is_shown_as_text(
    client: PageClient, db: AsyncSession, hostile: str
) -> None:
    base = await example(db)
    assert (await save(client, f"{base}/parties", {"parties-1-name": hostile})).status_code == 303
    for slug in ("parties", "host", "weights-1", "check"):
        page = await client.get(f"{base}/{slug}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text


@pytest.mark.parametrize("strange", ["organisation_id", "status", "parties-0-host", "token_sha256"])
async def test_fields_that_are_not_asked_are_refused(
    client: PageClient, db: AsyncSession, strange: str
) -> None:
    base = await example(db)
    page = await save(client, f"{base}/parties", {strange: "1"})
    assert page.status_code == 422
    assert STRANGE in page.text


async def test_a_post_without_its_token_or_from_elsewhere_is_refused(
    client: PageClient, db: AsyncSession
) -> None:
    base = await example(db)
    values = shown_values(await client.get(f"{base}/levy"))
    other = await example(db)
    foreign = shown_values(await client.get(f"{other}/levy"))["_csrf_token"]
    for wrong in ({"_csrf_token": ""}, {"_csrf_token": foreign}):
        assert (await client.post(f"{base}/levy", data={**values, **wrong})).status_code == 403
    answer = await client.post(
        f"{base}/levy", data=values, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403


async def test_whole_pay_by_date_needs_its_dates(client: PageClient, db: AsyncSession) -> None:
    base = await example(db)
    await save(client, f"{base}/ni-basis", {"basis": "proportional"})
    address = f"{base}/whole-pay"
    page = await save(client, address, {"whole-0-annual": ""})
    assert_form_error(page, "whole-0-annual", "Enter the person’s whole annual pay")
    two = {
        "whole-0-annual": "90000",
        "whole-1-annual": "91000",
        **day("whole-1-start", "1", "9", "2026"),
    }
    page = await save(client, address, two)
    assert_form_error(page, "whole-0-start", "Enter the date this pay starts")
    page = await save(client, address, {**two, **day("whole-0-start", "1", "10", "2026")})
    assert_form_error(page, "whole-1-start", "Each pay must start later than the one before it")
    answer = await save(client, address, {**two, **day("whole-0-start", "1", "4", "2026")})
    assert slug_of(answer) == "ni-years"


async def test_tax_years_are_in_order(client: PageClient, db: AsyncSession) -> None:
    base = await example(db)
    late = {"years-1-tax_year": "2025/26", "years-1-rate": "15", "years-1-monthly": "417"}
    page = await save(client, f"{base}/ni-years", {**late, "years-1-annual": "5000"})
    assert_form_error(
        page, "years-1-tax_year", "Each tax year must be later than the one before it"
    )


async def test_costs_have_names_of_their_own(client: PageClient, db: AsyncSession) -> None:
    base = await example(db)
    twice = {
        "lines-0-name": "Travel",
        "lines-0-amount": "1",
        "lines-1-name": "Travel",
        "lines-1-amount": "2",
        "lines-1-kind": "annual",
    }
    page = await save(client, f"{base}/other-costs", twice)
    assert_form_error(page, "lines-1-name", "Give each cost its own name, not Travel")


@pytest.mark.parametrize("bytes_sent", ["%ED%A0%80", "%FF%FE", "%00", "%F0%9F", "%C0%AE"])
async def test_bytes_that_are_no_text_never_break_the_page(
    client: PageClient, db: AsyncSession, bytes_sent: str
) -> None:
    base = await example(db)
    values = shown_values(await client.get(f"{base}/what"))
    body = f"_csrf_token={values['_csrf_token']}&version=1&kind=post&title=a{bytes_sent}b"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await client.post(f"{base}/what", content=body, headers=headers)
    assert answer.status_code in {303, 400, 422}
    assert (await client.get(f"{base}/check")).status_code == 200


async def test_answers_that_grow_too_large_are_refused_and_shown(
    client: PageClient, db: AsyncSession
) -> None:
    base = await example(db)
    await save(client, f"{base}/agreement", {"add": "yes"})
    long = {
        f"decisions-{row}-{name}": "x" * 19_000
        for row in range(36)
        for name in ("party", "body", "minute")
    }
    values = shown_values(await client.get(f"{base}/agreement-decisions"))
    answer = await client.post(f"{base}/agreement-decisions", data={**values, **long})
    assert answer.status_code in {413, 422}


async def test_a_page_that_is_no_longer_asked_leads_on(
    client: PageClient, db: AsyncSession
) -> None:
    base = await example(db)
    values = shown_values(await client.get(f"{base}/salary"))
    await save(client, f"{base}/what", {"kind": "sum"})
    answer = await client.post(f"{base}/salary", data=values)
    assert answer.status_code == 303
    assert answer.headers["location"] == base


async def test_the_answers_can_be_deleted(client: PageClient, db: AsyncSession) -> None:
    base = await example(db)
    answer = await client.submit(await client.get(f"{base}/delete"))
    assert answer.headers["location"] == "/calculator"
    assert (await client.get(f"{base}/check")).status_code == 404


async def test_weights_that_are_all_nil_are_refused_with_a_link(
    client: PageClient, db: AsyncSession
) -> None:
    base = await example(db)
    page = await save(client, f"{base}/weights-1", {"weights-NOR": "0", "weights-EAS": "0"})
    message = (
        "In the segment from 1 April 2026 to 31 March 2027: every weight is nil and there is "
        "cost to share. Give at least one above nil."
    )
    assert_form_error(page, "weights", message)
