"""Words and tables of the result pages: nothing lost between the engine and the page."""

import doctest
from fractions import Fraction

import pytest

from app.costsharing import engine, scenarios
from app.costsharing.engine.flags import with_names
from app.costsharing.engine.money import sterling
from app.costsharing.engine.result import Costing, Flag
from app.costsharing.presenting import comparing, flags, invoices, months, overview, rates, tables
from app.costsharing.presenting import working as working_view
from app.costsharing.presenting.tables import DataTable
from tests.costsharing.inputs import CASES, case
from tests.costsharing.made import large


def costing_of(case_id: str) -> Costing:
    return engine.cost(engine.parse_inputs(case(case_id)))


def pence(text: str) -> int:
    return int(text.replace("£", "").replace(",", "").replace(".", "").replace("+", ""))


def check_sums(table: DataTable) -> None:
    """Every column of figures adds up to its total row."""
    total = table.rows[-1]
    assert total.kind == "total", table.caption
    for column in range(len(total.cells)):
        if column + 1 in table.words:
            continue
        parts = [pence(r.cells[column]) for r in table.rows if r.kind == "body"]
        assert sum(parts) == pence(total.cells[column]), (table.caption, table.head[column + 1])


@pytest.mark.parametrize(
    "module", [tables, months, comparing, scenarios], ids=lambda module: module.__name__
)
def test_examples_in_the_words_of_functions_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@pytest.mark.parametrize("case_id", [c["id"] for c in CASES])
def test_every_table_adds_up_in_every_case(case_id: str) -> None:
    costing = costing_of(case_id)
    shown = overview.overview(costing)
    page = months.months_page(costing, "july", None)
    some = [shown.parties, shown.shares, shown.lines, shown.grants, page.totals, page.shares]
    some += [page.costs, invoices.invoices_page(costing, None).summary]
    for table in some:
        if table is not None:
            check_sums(table)
    for partner in invoices.invoices_page(costing, None).shown:
        check_sums(partner.table)


@pytest.mark.parametrize("year_end", ["march", "july", "december"])
@pytest.mark.parametrize("case_id", ["C03", "C05", "C08", "C09"])
def test_months_of_all_years_add_up_to_the_share_whatever_the_year_end(
    case_id: str, year_end: str
) -> None:
    costing = costing_of(case_id)
    first = months.months_page(costing, year_end, None)
    sums: dict[str, int] = {}
    for year, _ in first.years:
        page = months.months_page(costing, year_end, year)
        total = page.shares.rows[-1]
        for name, cell in zip(page.shares.head[1:-1], total.cells, strict=False):
            sums[name] = sums.get(name, 0) + pence(cell)
    names = {p.id: p.name for p in costing.inputs.parties}
    assert sums == {names[t.party]: t.share for t in costing.parties}


def test_the_host_gets_the_fee_that_partners_pay() -> None:
    table = overview.overview(costing_of("C10")).parties
    column = table.head.index("Host fee") - 1
    fees = [pence(row.cells[column]) for row in table.rows if row.kind == "body"]
    assert sum(fees) == 0
    assert min(fees) < 0


def test_columns_with_nothing_in_them_are_left_out() -> None:
    table = overview.overview(costing_of("C01")).parties
    assert table.head == ("Organisation", "Share")


def test_grants_and_shares_are_said_to_add_up() -> None:
    shown = overview.overview(costing_of("C06"))
    assert shown.proof.startswith("Grants of £30,000.00 and shares of £49,157.69 add up")


def test_an_annual_quote_is_called_indicative() -> None:
    inputs = case("C01")
    inputs["method"] = "annual"
    costing = engine.cost(engine.parse_inputs(inputs))
    assert any("Indicative only" in fact for fact in overview.overview(costing).facts)
    assert months.months_page(costing, "march", None).costs is None


def test_a_costing_without_a_post_shows_its_sums() -> None:
    inputs = case("C01")
    del inputs["post"]
    inputs["other_lines"] = [{"name": "Licences", "kind": "annual", "amount": "1000.00"}]
    costing = engine.cost(engine.parse_inputs(inputs))
    shown = overview.overview(costing)
    assert shown.total == "£1,000.00"
    assert "Licences" in [row.head for row in shown.lines.rows]
    assert rates.rates_used(costing.inputs) == ()


def test_rates_are_listed_only_while_they_apply() -> None:
    inputs = case("C01")
    inputs["post"]["salary"] = [
        {"from": "2019-04-01", "annual_fte": "70000.00"},
        {"from": "2020-04-01", "annual_fte": "84000.00", "until": "2026-06-30"},
        {"from": "2026-10-01", "annual_fte": "86000.00", "assumed": True, "source": "A guess"},
        {"from": "2030-04-01", "annual_fte": "99000.00"},
    ]
    shown = [r for r in rates.rates_used(engine.parse_inputs(inputs)) if "Salary" in r.name]
    assert [(r.figure, r.applies) for r in shown] == [
        ("£84,000.00 a year", "Until 30 September 2026"),
        ("£86,000.00 a year", "From 1 October 2026"),
    ]
    assert shown[0].doubts == ("Past its last known day, 30 June 2026",)
    assert shown[1].doubts == ("Assumed",)
    assert shown[1].source == "A guess"


def test_every_flag_has_words_and_advice() -> None:
    costing = costing_of("C01")
    for code in flags.ADVICE:
        made = flags._view(code, [Flag(code, "Message.")], {})
        assert made.advice
        assert made.title != "Something to check"
    assert costing.flags == () or flags.flag_views(costing)


def test_a_short_id_is_not_looked_for_in_the_sentence() -> None:
    said = with_names(Flag("vat_undecided", "VAT of A is open.", "A"), {"A": "Northshire"})
    assert said == "Northshire: VAT of A is open."


def test_a_true_up_is_shown_with_its_document() -> None:
    table = invoices.invoices_page(costing_of("C13"), None).true_up
    assert table is not None
    assert {"Credit note"} <= {row.cells[2] for row in table.rows}


def test_a_long_schedule_shows_one_partner() -> None:
    costing = engine.cost(engine.parse_inputs(large(12, 5)))
    page = invoices.invoices_page(costing, "P03")
    assert (page.chosen, len(page.shown)) == ("P03", 1)
    assert invoices.invoices_page(costing, "nobody").chosen == "P01"


def test_treatments_of_share_and_fee_are_told_apart() -> None:
    inputs = case("C10")
    inputs["parties"][1]["vat"] = {"share": "exempt", "fee": "standard"}
    page = invoices.invoices_page(engine.cost(engine.parse_inputs(inputs)), None)
    assert (
        page.shown[0].treatment == "VAT on the share: exempt. VAT on the host fee: standard-rated."
    )


def test_every_section_of_the_working_is_on_one_page() -> None:
    costing = engine.cost(engine.parse_inputs(large(12, 5)))
    first = working_view.working_page(costing, None)
    seen = [
        section.number
        for page in range(1, len(first.pages) + 1)
        for section in working_view.working_page(costing, page).shown
    ]
    assert seen == list(range(1, len(engine.explain(costing)) + 1))
    assert len(first.pages) > 1


def test_parties_are_named_in_the_working() -> None:
    page = working_view.working_page(costing_of("C01"), None)
    heads = [row.head for section in page.shown for t in section.tables for row in t.rows]
    assert "Northshire Council (NOR)" in heads


def test_comparing_a_costing_with_itself_shows_no_difference() -> None:
    costing = costing_of("C12")
    shown = comparing.compare(costing, costing)
    assert shown.difference == "£0.00"
    assert {cell for row in shown.years.rows for cell in row.cells} == {"£0.00"}


def test_differences_add_up_to_the_change_of_the_total() -> None:
    inputs = case("C07")
    start = engine.parse_inputs(inputs).start
    changed = scenarios.vary(inputs, scenarios.Scenario(award=Fraction(4, 100), award_from=start))
    now, then = (engine.cost(engine.parse_inputs(i)) for i in (inputs, changed))
    shown = comparing.compare(now, then)
    check_sums(shown.bodies)
    check_sums(shown.lines)
    assert shown.now == sterling(now.total)
    assert pence(shown.difference) == then.total - now.total
