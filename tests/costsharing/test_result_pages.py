"""The result pages: every figure there, doubtful things flagged, long tables cut into pages."""

import re

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from tests.costsharing.inputs import case
from tests.costsharing.made import begin, large
from tests.pages import PageClient, parse, words

PARTS = ("", "/months", "/invoices", "/working", "/compare")


@pytest.mark.parametrize("number", range(1, 16))
async def test_every_page_of_every_worked_case_is_drawn(
    client: PageClient, db: AsyncSession, number: int
) -> None:
    base = await begin(db, case(f"C{number:02d}"))
    for part in PARTS:
        answer = await client.get(f"{base}/result{part}")
        assert answer.status_code == 200, part


async def test_the_summary_shows_total_shares_and_where_the_figures_come_from(
    client: PageClient, db: AsyncSession
) -> None:
    base = await begin(db, case("C01"))
    answer = await client.get(f"{base}/result")
    text = words(parse(answer.text))
    for figure in ("£112,649.40", "£67,589.64", "£45,059.76", "£11,849.40", "19.5%"):
        assert figure in text
    assert "1 April 2026 to 31 March 2027" in text
    assert "The shares add up to £112,649.40, to the penny." in text
    assert re.search(r"Reference CB-[0-9A-F]{4}-[0-9A-F]{4}\. Method version \d", text)
    assert re.search(r"[0-9a-f]{64}", text)
    for download in ("agreement.pdf", "agreement.docx", "cost.xlsx", "inputs.json"):
        assert f'href="{base}/{download}"' in answer.text


async def test_the_picture_says_in_words_what_it_shows(
    client: PageClient, db: AsyncSession
) -> None:
    base = await begin(db, case("C01"))
    page = parse((await client.get(f"{base}/result")).text)
    picture = next(e for e in page.iter() if e.get("role") == "img")
    labels = picture.get("aria-labelledby", "").split()
    said = [words(e) for e in picture if e.get("id") in labels]
    assert said == [
        "Shares by financial year",
        "One bar, divided by what each organisation pays. The table has the same figures.",
    ]


async def test_flags_name_the_body_and_say_what_to_do(client: PageClient, db: AsyncSession) -> None:
    inputs = case("C01")
    del inputs["parties"][1]["vat"]
    base = await begin(db, inputs)
    text = words(parse((await client.get(f"{base}/result")).text))
    assert "Before you rely on these figures" in text
    assert "VAT is not decided" in text
    assert "Eastmoor District Council" in text
    assert "EAS" not in text
    assert "What to do:" in text


async def test_assumed_and_outdated_rates_are_marked(client: PageClient, db: AsyncSession) -> None:
    base = await begin(db, large(3, 5))
    text = words(parse((await client.get(f"{base}/result")).text))
    assert "Past its last known day, 31 March 2029" in text
    assert "Assumed" in text


async def test_months_are_shown_for_a_university_year(client: PageClient, db: AsyncSession) -> None:
    base = await begin(db, case("C01"))
    answer = await client.get(f"{base}/result/months?year_end=july&year=2026")
    text = words(parse(answer.text))
    assert "Share of each organisation by month, 2026/27" in text
    assert "August 2026" in text
    assert "July 2026" not in text
    assert "April to July" not in text


async def test_nonsense_in_the_address_shows_the_first_page(
    client: PageClient, db: AsyncSession
) -> None:
    base = await begin(db, large(12, 5))
    for query in (
        "months?year_end=never&year=99999999999",
        "months?year=-1",
        "invoices?party=nobody",
        "months?year=2026&year=2027",
        "invoices?party=P01&party=P02",
        "working?page=999",
        "working?page=x",
    ):
        answer = await client.get(f"{base}/result/{query}")
        assert answer.status_code == 200, query


async def test_no_cache_keeps_a_result(client: PageClient, db: AsyncSession) -> None:
    base = await begin(db, case("C01"))
    for part in PARTS:
        answer = await client.get(f"{base}/result{part}")
        assert answer.headers["cache-control"] == "no-store"


async def test_many_invoices_are_shown_one_partner_at_a_time(
    client: PageClient, db: AsyncSession
) -> None:
    base = await begin(db, large(12, 5))
    first = await client.get(f"{base}/result/invoices")
    assert first.text.count('id="invoices-') == 2  # the table and its caption
    other = await client.get(f"{base}/result/invoices?party=P05")
    assert "Invoices to University of Northshire" in other.text
    assert 'id="invoices-P05"' in other.text


async def test_a_long_working_is_cut_into_sections(client: PageClient, db: AsyncSession) -> None:
    base = await begin(db, large(12, 5))
    first = await client.get(f"{base}/result/working")
    page = parse(first.text)
    shown = [e.get("id") for e in page.iter("section") if e.get("class") == "cb-part"]
    assert shown[0] == "section-1"
    second = await client.get(f"{base}/result/working?page=2")
    assert f'id="{shown[-1]}"' not in second.text
    assert "page=1" in second.text
    assert "page=3" in second.text


async def test_the_largest_calculation_stays_within_reach(
    client: PageClient, db: AsyncSession
) -> None:
    base = await begin(db, large(60, 10))
    for part in PARTS:
        answer = await client.get(f"{base}/result{part}")
        assert answer.status_code == 200
        assert len(answer.content) < 400_000, part


async def test_a_credit_note_is_shown_at_year_end(client: PageClient, db: AsyncSession) -> None:
    base = await begin(db, case("C13"))
    text = words(parse((await client.get(f"{base}/result/invoices")).text))
    assert "Credit note" in text


async def test_unfinished_answers_lead_back_to_the_questions(
    client: PageClient, db: AsyncSession
) -> None:
    base = await begin(db, {"term": {"start": "2026-04-01", "end": "2027-03-31"}})
    for part in PARTS:
        answer = await client.get(f"{base}/result{part}")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"{base}/check"


async def test_a_wrong_link_is_not_found(client: PageClient) -> None:
    for token in ("a" * 43, "x", "..%2f"):
        answer = await client.get(f"/calculator/d/{token}/result")
        assert answer.status_code == 404


async def test_names_cannot_put_markup_into_the_page(client: PageClient, db: AsyncSession) -> None:
    inputs = case("C01")
    inputs["parties"][1]["name"] = '<script>alert("x")</script>{{7*7}}'
    base = await begin(db, inputs)
    for part in PARTS:
        answer = await client.get(f"{base}/result{part}")
        assert "<script>alert" not in answer.text
        assert "49" not in re.findall(r"script&gt;(\d+)", answer.text)
