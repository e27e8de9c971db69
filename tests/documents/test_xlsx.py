"""Cells of spreadsheets: text stays text."""

import io
from datetime import date

import openpyxl
import pytest

from app.documents.xlsx import Workbook, safe_text


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0"])
def test_text_that_could_be_a_formula_gets_an_apostrophe(start: str) -> None:
    assert safe_text(f"{start}1+1") == f"'{start}1+1"


def test_other_text_stays_as_it_is_up_to_what_a_cell_holds() -> None:
    assert safe_text("1+1") == "1+1"
    assert safe_text("") == ""
    assert len(safe_text("x" * 40_000)) == 32_000


def test_text_is_written_as_text_and_figures_as_figures() -> None:
    book = Workbook(title="T", subject="S", created_on=date(2026, 11, 22))
    sheet = book.sheet("One", (20, 20), title="Title", note="A note " * 40)
    sheet.text(0, "=HYPERLINK(1)")
    sheet.text(1, "https://council.example")
    sheet.row += 1
    sheet.money(0, 1234)
    sheet.number(1, 7)
    sheet.row += 1
    sheet.day(0, date(2026, 11, 22))
    sheet.formula(1, "=B4*2", 14, "whole")
    found = openpyxl.load_workbook(io.BytesIO(book.finish()))["One"]
    assert (found["A4"].data_type, found["A4"].value) == ("s", "'=HYPERLINK(1)")
    assert found["B4"].data_type == "s"
    assert found["B4"].hyperlink is None
    assert (found["A5"].value, found["B5"].value) == (12.34, 7)
    assert found["A6"].value.date() == date(2026, 11, 22)
    assert found["B6"].data_type == "f"
