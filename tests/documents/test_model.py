"""The document as data: numbers of sections, and widths of columns that never cut a figure."""

import pytest

from app.documents import model
from app.documents.model import Column, Document, Row, Section, Table, column_shares


def test_only_numbered_sections_count() -> None:
    terms, notes = Section("Terms", ()), Section("Notes", (), numbered=False)
    document = Document("T", "", "R", (notes, terms, notes, terms))
    assert [n for n, _ in model.numbered_sections(document)] == [None, 1, None, 2]


def test_a_ragged_table_is_refused() -> None:
    with pytest.raises(ValueError, match="needs 2 cells"):
        Table("T", (Column("A"), Column("B")), (Row(("one",)),))


def test_column_shares_add_up_and_leave_room_for_figures() -> None:
    money = Column("Share", "right")
    row = Row(("N" * 200, "£123,456,789.00", "£1.00"))
    shares = column_shares(Table("T", (Column("Party"), money, money), (row,)))
    assert sum(shares) == pytest.approx(1)
    assert shares[1] * model.LINE_CHARACTERS >= len("£123,456,789.00")


def test_a_wide_table_is_set_in_small_type() -> None:
    money = tuple(Column("Year", "right") for _ in range(9))
    wide = Table("T", (Column("Party"), *money), (Row(("N" * 40, *["£1,234,567.89"] * 9)),))
    assert model.is_compact(wide)
    assert not model.is_compact(Table("T", (Column("Party"),), (Row(("Northshire",)),)))


def test_a_table_of_figures_alone_gives_the_rest_to_its_first_column() -> None:
    shares = column_shares(Table("T", (Column("A", "right"), Column("B", "right")), ()))
    assert shares[0] > shares[1]


def test_an_empty_column_to_sign_in_gets_room() -> None:
    columns = (Column("Who"), Column("Signature"))
    signing = Table("T", columns, (Row(("Budget holder", "")),), tall=True)
    plain = Table("T", columns, (Row(("Budget holder", "")),))
    assert column_shares(signing)[1] > column_shares(plain)[1]
