"""The calculator's pages: the journey, changes, two tabs, nothing lost."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.costsharing import commands, queries
from tests.costsharing.wizard import (
    Values,
    assert_form_error,
    day,
    example,
    save,
    shown_values,
    slug_of,
)
from tests.pages import PageClient, parse, words

JOURNEY: tuple[tuple[str, Values], ...] = (
    ("parties", {"parties-0-name": "Northshire Council", "parties-1-name": "Eastmoor Council"}),
    ("host", {"host": "NOR"}),
    ("what", {"kind": "post", "title": "Chief information security officer"}),
    ("hours", {"contracted": "22.2", "full_time": "37", "year": "whole"}),
    ("salary", {**day("salary-0-start", "1", "4", "2026"), "salary-0-annual": "£84,000"}),
    ("awards", {}),
    ("allowances", {"allowances-0-name": "Market supplement", "allowances-0-annual": "1,000"}),
    ("dates", {**day("start", "1", "April", "2026"), **day("end", "31", "3", "2027")}),
    ("method", {"method": "monthly", "apportionment": "calendar", "pay": "last"}),
    ("ni-basis", {"basis": "own"}),
    ("ni-years", {}),
    ("pension-scheme", {"scheme": "nhs"}),
    ("pension", {}),
    ("levy", {"levy": "yes"}),
    ("other-costs", {}),
    ("overhead", {"charged": "no"}),
    ("basis-1", {"basis": "percent"}),
    ("weights-1", {"weights-NOR": "60%", "weights-EAS": "40"}),
    ("change-1", {"changes": "no"}),
    ("extras", {}),
    ("invoices", {"frequency": "quarterly", "timing": "arrears", "profile": "equal"}),
    ("vat", {"how": "later"}),
    ("agreement", {"add": "no"}),
)


async def test_the_journey_from_start_to_result(client: PageClient) -> None:
    page = await client.get("/calculator")
    assert "90 days" in page.text
    answer = await client.submit(page, {"start": "blank"})
    base = answer.headers["location"].rsplit("/", 1)[0]
    for slug, values in JOURNEY:
        assert slug_of(answer) == slug
        answer = await save(client, f"{base}/{slug}", values)
    assert slug_of(answer) == "check"
    page = await client.get(f"{base}/check")
    text = words(parse(page.text))
    for said in (
        "Northshire Council",
        "1 April 2026, full-time annual salary £84,000.00",
        "Market supplement, amount a year £1,000.00, It counts for pension",
        "23.78%",
        "Eastmoor Council: 40%",
    ):
        assert said in text, said
    answer = await client.submit(page)
    assert answer.headers["location"] == f"{base}/result"
    assert (await client.get(f"{base}/result")).status_code == 200


async def test_the_example_leads_to_its_answers(client: PageClient) -> None:
    page = await client.get("/calculator")
    answer = await client.submit(page, {"start": "example"})
    page = await client.get(answer.headers["location"])
    assert "Chief information security officer" in page.text
    answer = await client.submit(page)
    assert slug_of(answer) == "result"


async def test_pages_are_private_and_keep_their_secret(
    client: PageClient, db: AsyncSession
) -> None:
    base = await example(db)
    for slug in ("parties", "check", "saved", "delete"):
        page = await client.get(f"{base}/{slug}")
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "same-origin"
    page = await client.get(f"{base}/saved")
    assert f"http://testserver{base}" in page.text or base in page.text
    assert "90 days after you last saved" in words(parse(page.text))


async def test_resuming_leads_to_the_first_gap_or_to_the_summary(
    client: PageClient, db: AsyncSession
) -> None:
    base = await example(db)
    assert slug_of(await client.get(base)) == "check"
    begun = await commands.begin_draft(db, answers={"steps": {}})
    await db.commit()
    assert slug_of(await client.get(f"/calculator/d/{begun.token}")) == "parties"


async def test_a_wrong_link_is_not_found(client: PageClient) -> None:
    for token in ("x", "a" * 43, "%00", "a" * 42 + "%C3%A9"):
        for tail in ("", "/parties", "/check", "/saved", "/delete", "/result"):
            answer = await client.get(f"/calculator/d/{token}{tail}")
            assert answer.status_code == 404, (token, tail)


async def test_a_page_that_does_not_exist_leads_back(client: PageClient, db: AsyncSession) -> None:
    base = await example(db)
    assert slug_of(await client.get(f"{base}/no-such-page")) == base.rsplit("/", 1)[1]
    assert slug_of(await client.get(f"{base}/grants")) == base.rsplit("/", 1)[1]


async def test_only_pages_that_are_needed_are_asked(client: PageClient, db: AsyncSession) -> None:
    base = await example(db)
    assert slug_of(await save(client, f"{base}/ni-basis", {"basis": "proportional"})) == "whole-pay"
    assert slug_of(await save(client, f"{base}/ni-basis", {"basis": "own"})) == "ni-years"
    assert slug_of(await save(client, f"{base}/agreement", {"add": "yes"})) == "agreement-basics"
    assert slug_of(await save(client, f"{base}/what", {"kind": "sum"})) == "dates"
    page = await save(client, f"{base}/other-costs", {})
    assert_form_error(page, "lines-0-name", "Enter the cost that is shared")


async def test_rows_are_added_moved_and_removed_without_script(
    client: PageClient, db: AsyncSession
) -> None:
    base = await example(db)
    address = f"{base}/parties"
    values = shown_values(await client.get(address))
    answer = await client.post(address, data={**values, "action": "add:parties"})
    assert answer.headers["location"] == f"{address}?added=yes#parties-2-name"
    page = await client.get(address)
    assert "Organisation 3" in page.text
    values = {**shown_values(page), "parties-2-name": "Harbour NHS Trust", "action": "up:parties:2"}
    await client.post(address, data=values)
    values = shown_values(await client.get(address))
    assert values["parties-1-name"] == "Harbour NHS Trust"
    assert values["parties-1-id"] == "HAR"
    answer = await client.post(address, data={**values, "action": "remove:parties:0"})
    values = shown_values(await client.get(address))
    assert [values["parties-0-name"], values["parties-1-name"]] == [
        "Harbour NHS Trust",
        "Eastmoor District Council",
    ]


async def test_changing_an_answer_returns_to_the_summary_by_way_of_what_it_opens(
    client: PageClient, db: AsyncSession
) -> None:
    base = await example(db)
    answer = await save(client, f"{base}/levy?return=check", {"levy": "no"})
    assert slug_of(answer) == "check"
    answer = await save(client, f"{base}/basis-1?return=check", {"basis": "weighted"})
    assert answer.headers["location"] == f"{base}/weights-1?return=check"
    factor = {
        "factors-0-name": "Population",
        "factors-0-weight": "1",
        "factors-0-values-NOR": "128,917",
        "factors-0-values-EAS": "96,688",
    }
    answer = await save(client, f"{base}/weights-1?return=check", factor)
    assert slug_of(answer) == "check"


async def test_a_leaver_is_a_new_period_from_a_date(client: PageClient, db: AsyncSession) -> None:
    base = await example(db)
    change = {"changes": "yes", **day("start", "16", "10", "2026")}
    assert slug_of(await save(client, f"{base}/change-1", change)) == "basis-2"
    page = await client.get(f"{base}/basis-2")
    assert "from 16 October 2026" in page.text
    assert slug_of(await save(client, f"{base}/basis-2", {"basis": "days"})) == "weights-2"
    assert shown_values(await client.get(f"{base}/weights-2"))["weights-NOR"] == "3"
    answer = await save(client, f"{base}/weights-2", {"weights-EAS": ""})
    assert slug_of(answer) == "change-2"
    assert slug_of(await save(client, f"{base}/change-2", {"changes": "no"})) == "extras"
    page = await client.get(f"{base}/check")
    assert "(period 2)" in page.text


async def test_vat_is_asked_and_recorded_for_each_partner(
    client: PageClient, db: AsyncSession
) -> None:
    base = await example(db)
    answer = await save(client, f"{base}/vat", {"how": "each", "registered": "yes"})
    assert slug_of(answer) == "vat-facts-EAS"
    facts = {"kind": "local_authority", "directs": "both", "power": "s113", "private": "unknown"}
    assert slug_of(await save(client, f"{base}/vat-facts-EAS", facts)) == "vat-EAS"
    page = await save(client, f"{base}/vat-EAS", {})
    assert_form_error(page, "share", "Select how the share is treated for VAT")
    decided = {"share": "standard", "recoverable": "10", "decided_by": "VAT accountant"}
    assert slug_of(await save(client, f"{base}/vat-EAS", decided)) == "agreement"
    page = await client.get(f"{base}/check")
    assert "Standard-rated" in page.text
    token = base.rsplit("/", 1)[1]
    draft = await queries.get_draft(db, token)
    await db.refresh(draft)
    party = draft.answers["inputs"]["parties"][1]
    assert party["vat"] == {
        "share": "standard",
        "fee": "standard",
        "rate": "0.20",
        "recoverable": "0.10",
    }
    said = draft.answers["agreement"]["parties"]["EAS"]
    assert said["kind"] == "local_authority"
    assert said["vat"]["questions"] == {
        "host_registered": "yes",
        "directed_by": "both",
        "power_used": "s113",
        "private_supply": "unknown",
    }


async def test_save_and_come_back_later_keeps_even_half_an_answer(
    client: PageClient, db: AsyncSession
) -> None:
    base = await example(db)
    address = f"{base}/dates"
    values = {**shown_values(await client.get(address)), "end-year": "", "action": "later"}
    answer = await client.post(address, data=values)
    assert slug_of(answer) == "saved"
    assert slug_of(await client.get(base)) == "dates"
    assert shown_values(await client.get(address))["end-day"] == "31"


async def test_answers_in_two_tabs_are_not_lost(client: PageClient, db: AsyncSession) -> None:
    base = await example(db)
    address = f"{base}/levy"
    first = shown_values(await client.get(address))
    other = shown_values(await client.get(address))
    assert slug_of(await client.post(address, data={**first, "levy": "no"})) == "other-costs"
    page = await client.post(address, data={**other, "levy": "other", "rate": "0.6"})
    assert page.status_code == 409
    text = words(parse(page.text))
    assert "changed in another tab" in text
    values = shown_values(page)
    assert values["rate"] == "0.6"
    assert slug_of(await client.post(address, data=values)) == "other-costs"
    answer = await client.post(address, data={**other, "levy": "other", "rate": "0.6"})
    assert slug_of(answer) == "other-costs"
    salary = f"{base}/salary"
    assert (
        slug_of(
            await client.post(
                salary, data={**shown_values(await client.get(salary)), "version": "1"}
            )
        )
        == "awards"
    )


async def test_an_ended_session_loses_nothing(client: PageClient, db: AsyncSession) -> None:
    base = await example(db)
    values = shown_values(await client.get(f"{base}/levy"))
    client.cookies.clear()
    assert (
        slug_of(await client.post(f"{base}/levy", data={**values, "levy": "no"})) == "other-costs"
    )


async def test_a_change_of_dates_brings_in_the_tax_years_it_needs(
    client: PageClient, db: AsyncSession
) -> None:
    base = await example(db)
    await save(client, f"{base}/dates", day("end", "31", "3", "2028"))
    page = await client.get(f"{base}/check")
    answer = await client.submit(page)
    assert answer.status_code == 422
    assert f'href="{base}/ni-years?return=check"' in answer.text
    values = shown_values(await client.get(f"{base}/ni-years?return=check"))
    assert [values["years-0-tax_year"], values["years-1-tax_year"]] == ["2026/27", "2027/28"]
    answer = await client.post(f"{base}/ni-years", data={**values, "action": "continue"})
    assert slug_of(answer) == "check"


async def test_one_address_cannot_begin_without_end(client: PageClient) -> None:
    page = await client.get("/calculator")
    answers = [(await client.submit(page, {"start": "blank"})).status_code for _ in range(120)]
    assert set(answers) == {303}
    answer = await client.submit(page, {"start": "blank"})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


async def test_a_page_left_unfinished_says_so_when_opened_again(
    client: PageClient, db: AsyncSession
) -> None:
    address = f"{await example(db)}/dates"
    assert (await save(client, address, day("end", "31", "3", ""))).status_code == 422
    again = await client.get(address)
    assert again.status_code == 200
    assert "Error: " in again.text
    assert "must include a year" in again.text
    assert "Error: " not in (await client.get(f"{address}?added=yes")).text


async def test_all_organisations_can_be_replaced_at_once(
    client: PageClient, db: AsyncSession
) -> None:
    base = await example(db)
    values = {"parties-0-name": "Westmoor Council", "parties-1-name": "Harbour NHS Trust"}
    answer = await save(client, f"{base}/parties", values)
    assert answer.status_code in {303, 422}
    assert "Westmoor Council" in (await client.get(f"{base}/parties")).text


async def test_a_comparison_takes_a_fraction_as_award(client: PageClient, db: AsyncSession) -> None:
    base = await example(db)
    day_of_award = "award_from-day=1&award_from-month=4&award_from-year=2026"
    page = await client.get(f"{base}/result/compare?basis=keep&award=1/3&{day_of_award}")
    assert page.status_code in {200, 422}


async def test_a_button_with_a_number_of_any_length_is_no_error_of_ours(
    client: PageClient, db: AsyncSession
) -> None:
    address = f"{await example(db)}/parties"
    values = shown_values(await client.get(address))
    answer = await client.post(address, data={**values, "action": f"up:parties:{'9' * 5000}"})
    assert answer.status_code in {303, 422}
