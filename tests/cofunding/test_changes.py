"""What changed of a post or a pledge, in words."""

import doctest
from datetime import date
from decimal import Decimal
from types import ModuleType

import pytest

from app.cofunding import changes, domain, figures
from app.cofunding.changes import (
    Change,
    PledgeTerms,
    Terms,
    amount_in_words,
    pledge_changes,
    post_changes,
    terms_from,
)
from app.cofunding.domain import PledgeBasis
from app.costsharing.splits import domain as splits
from app.costsharing.splits import frozen
from tests.cofunding.made import base_inputs
from tests.costsharing.inputs import changed

WEEK, START, END = Decimal("5.00"), date(2026, 4, 1), date(2027, 3, 31)


def terms(**changes: object) -> Terms:
    values = {"week": WEEK, "starts_on": START, "ends_on": END, "base": base_inputs(), **changes}
    return Terms(**values)  # type: ignore[arg-type]


def test_nothing_has_changed() -> None:
    assert post_changes(terms(), terms()) == []
    assert terms_from(terms().plain()) == terms()
    assert (
        terms_from(terms(week=None, starts_on=None, ends_on=None, base=None).plain()).base is None
    )


def test_each_field_that_differs_is_named_with_both_sides() -> None:
    first = base_inputs()
    dearer = changed(first, "/post/salary/0/annual_fte", "71000.00")
    start = first["post"]["salary"][0]
    assert post_changes(terms(), terms(week=Decimal(4), base=dearer)) == [
        Change("Days a week of the post", "5 days", "4 days"),
        Change(
            "Salary from 1 April 2020",
            f"£{Decimal(start['annual_fte']):,.2f}",
            "£71,000.00",
        ),
    ]


def test_what_comes_and_what_goes() -> None:
    added = base_inputs(
        other_lines=[
            {"name": "Laptop", "kind": "one_off", "amount": "900", "date": "2026-04-01"},
            {"name": "Travel", "kind": "annual", "amount": "1200.50"},
        ],
        overhead={"rate": "0.05", "base": "all"},
        grants=[{"name": "Cyber fund", "amount": "5000", "eligible": "all", "rate": "1/3"}],
        host_fee={"mode": "fixed_annual", "amount": "250"},
        method="annual",
        schedule={"frequency": "quarterly", "timing": "advance"},
    )
    found = {c.what: (c.before, c.after) for c in post_changes(terms(), terms(base=added))}
    assert found["Laptop (once)"] == ("None", "£900.00 on 1 April 2026")
    assert found["Travel (a year)"] == ("None", "£1,200.50")
    assert found["Overhead"] == ("None", "5%")
    assert found["Grant: Cyber fund"] == ("None", "£5,000.00, 100/3% of eligible cost")
    assert found["Fee of the employer"] == ("None", "£250.00 a year")
    assert found["Invoices"][1] == "quarterly, in advance, 30 days to pay"
    gone = {c.what: c.after for c in post_changes(terms(base=added), terms(base=None))}
    assert gone["Laptop (once)"] == "None"
    assert gone["Apprenticeship levy"] == "None"


def test_pay_in_detail() -> None:
    more = base_inputs()
    more["post"]["allowances"] = [{"name": "Market supplement", "annual": "3000"}]
    more["post"]["pension"][0]["assumed"] = True
    more["post"]["backdated_awards"] = [
        {
            "effective": "2026-04-01",
            "paid_month": "2026-10",
            "salary": [{"from": "2026-04-01", "annual_fte": "71000"}],
        }
    ]
    more["host_fee"] = {"mode": "percent_of_share", "rate": "0.02"}
    found = {c.what: c.after for c in post_changes(terms(), terms(base=more))}
    assert found["Allowance: Market supplement"] == "£3,000.00 a year"
    assert found["Backdated salary from 1 April 2026"] == "£71,000.00, paid in 2026-10"
    assert found["Fee of the employer"] == "2%"
    assert any(
        name.startswith("Employer pension") and v.endswith("(assumed)") for name, v in found.items()
    )


def test_a_new_source_is_no_change() -> None:
    more = base_inputs()
    more["post"]["salary"][0]["source"] = "Another page of the same pay scale"
    assert post_changes(terms(), terms(base=more)) == []


def test_a_post_of_other_costs_only() -> None:
    only = {
        "term": {"start": "2026-04-01", "end": "2027-03-31"},
        "other_lines": [{"name": "Service", "kind": "total", "amount": "1000"}],
    }
    found = [c.what for c in post_changes(terms(base=None), terms(base=only))]
    assert found == ["Time that is priced", "Service (for the whole term)"]


def test_changes_of_a_pledge() -> None:
    before = PledgeTerms(PledgeBasis.DAYS, "1", Decimal("9000.00"), "If the board agrees", END)
    after = PledgeTerms(PledgeBasis.SUM, "8000.00")
    assert pledge_changes(before, before) == []
    assert pledge_changes(before, after) == [
        Change("Pledge", "1 day a week", "£8,000.00 a year"),
        Change("Ceiling", "£9,000.00 in a financial year", "None"),
        Change("Conditions", "If the board agrees", "None"),
        Change("Counts until", "31 March 2027", "None"),
    ]
    assert amount_in_words(PledgeBasis.PERCENT, "12.50") == "12.5% of the post"
    assert after.amount == "8000.00"


@pytest.mark.parametrize("module", [changes, domain, figures, splits, frozen])
def test_examples(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0
