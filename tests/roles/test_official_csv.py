"""The official CSV: its quirks are taken, every fault is told with row and column."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.roles.edition_file import bundled_edition
from app.roles.importing.comparison import compare_editions
from app.roles.importing.official_csv import SheetFaults, read_roles_csv
from app.roles.importing.proposal import facts_of_sheet
from tests.roles.facts import NEXT
from tests.roles.sheets import HEAD, Rows, as_csv, rows_of, sheet_of

BUNDLED = bundled_edition()
WHOLE = sheet_of(BUNDLED)


def faults(content: bytes) -> list[tuple[int, str]]:
    with pytest.raises(SheetFaults) as refused:
        read_roles_csv(content)
    return [(fault.row, fault.column) for fault in refused.value.faults]


def test_the_whole_framework_comes_through_unchanged() -> None:
    sheet = read_roles_csv(WHOLE)
    assert (sheet.rows, sheet.repeats) == (1833 + 28, 0)
    facts = facts_of_sheet(sheet, BUNDLED, NEXT)
    assert facts.counts() == BUNDLED.counts()
    assert compare_editions(BUNDLED, facts).is_empty
    known = {role.slug: role for role in BUNDLED.roles}
    for role in facts.roles:
        was = known[role.slug]
        assert [v.slug for v in role.levels] == [v.slug for v in was.levels]
        assert [v.grades for v in role.levels] == [v.grades for v in was.levels]


def test_repeats_blanks_and_other_spellings_change_nothing() -> None:
    def quirks(rows: Rows) -> None:
        rows += [list(row) for row in rows[100:116]]
        rows[5][3] += "  "
        rows[6][5] = f" {rows[6][5]}\u00a0"
        rows[7][5] = rows[7][5].upper()
        rows.insert(50, [""] * 10)

    sheet = read_roles_csv(sheet_of(BUNDLED, quirks))
    assert sheet.repeats == 16
    assert compare_editions(BUNDLED, facts_of_sheet(sheet, BUNDLED, NEXT)).is_empty


def test_columns_may_stand_in_any_order_and_descriptions_may_be_left_out() -> None:
    order = [9, 1, 0, 5, 7, 3]
    rows = [[row[i] for i in order] for row in rows_of(BUNDLED)]
    sheet = read_roles_csv(as_csv(rows, [HEAD[i].upper() for i in order]))
    assert len(sheet.roles) == 53


@pytest.mark.parametrize(
    ("column", "value", "place"),
    [
        (0, "", "Role Family"),
        (0, "Data", "Role Family"),
        (1, "", "Role"),
        (1, "=cmd|' /C calc'!A0", "Role"),
        (1, "x" * 201, "Role"),
        (1, "…", "Role"),
        (3, "+1", "Role Level"),
        (3, "NOT IN USE", "Skill Level"),
        (5, "@SUM(A1)", "Skill Name"),
        (5, "-2+3", "Skill Name"),
        (5, "a\x07b", "Skill Name"),
        (7, "Superb", "Skill Level"),
        (7, "", "Skill Level"),
        (7, "NOT IN USE", "Role Level"),
        (9, "Junior", "Role Type"),
        (9, "Senior Civil Service", "Role Type"),
        (2, "=HYPERLINK(1)", "Role Description"),
        (6, "\tx", "Skill Description"),
        (8, "x" * 20_001, "Skill Level Description"),
    ],
)
def test_a_fault_is_told_with_row_and_column(column: int, value: str, place: str) -> None:
    def change(rows: Rows) -> None:
        rows[10][column] = value

    assert faults(sheet_of(BUNDLED, change)) == [(12, place)]


def test_descriptions_may_begin_with_a_hyphen() -> None:
    def change(rows: Rows) -> None:
        rows[10][2] = "- a list"

    assert read_roles_csv(sheet_of(BUNDLED, change))


def test_all_faults_come_at_once_up_to_a_limit() -> None:
    def change(rows: Rows) -> None:
        rows[0][7] = "Superb"
        rows[3][5] = ""
        rows[9][1] = "=1"
        rows[9][7] = ""

    assert faults(sheet_of(BUNDLED, change)) == [
        (2, "Skill Level"), (5, "Skill Name"), (11, "Role"), (11, "Skill Level")
    ]  # fmt: skip
    with pytest.raises(SheetFaults) as refused:
        read_roles_csv(as_csv([["x"] * 10] * 1000))
    assert len(refused.value.faults) == 200
    assert refused.value.is_cut


def test_a_contradiction_names_both_rows() -> None:
    def change(rows: Rows) -> None:
        again = list(rows[20])
        again[7] = "Expert" if again[7] != "Expert" else "Working"
        rows.append(again)

    with pytest.raises(SheetFaults) as refused:
        read_roles_csv(sheet_of(BUNDLED, change))
    (fault,) = refused.value.faults
    assert (fault.row, fault.column) == (1833 + 28 + 2, "Skill Level")
    assert "Row 22 says" in fault.message


def test_a_role_has_levels_or_not() -> None:
    def change(rows: Rows) -> None:
        senior = next(row for row in rows if row[9])
        senior[3], senior[7] = "Lead", "Expert"

    found = faults(sheet_of(BUNDLED, change))
    assert {column for _, column in found} == {"Role Level"}


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (b"", 1),
        (b"\xff\xfe\x00", 0),
        (b"Role\x00", 0),
        (b"x" * 5_000_001, 0),
        (as_csv([]), 0),
        (as_csv([], HEAD[1:]), 1),
        (as_csv([], [*HEAD, "Role"]), 1),
        (as_csv([], [*HEAD, "Salary"]), 1),
        (as_csv([["a"] * 9]), 2),
        (as_csv([["a"] * 11]), 2),
        (as_csv([]) + b'"never closed', 2),
        (as_csv([]) + b'"' + b"x" * 200_000 + b'"', 2),
        (as_csv([["Data", "R", "", "L", "", "S", "", "Working", "", ""]] * 20_001), 20_002),
    ],
)
def test_what_is_no_such_file_is_refused(content: bytes, row: int) -> None:
    assert faults(content)[0][0] == row


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_mutation_of_the_file_breaks_the_reader(data: st.DataObject) -> None:
    part = WHOLE[:20_000]
    place = data.draw(st.integers(0, len(part)))
    cut = data.draw(st.integers(0, 200))
    junk = data.draw(st.binary(max_size=40))
    with contextlib.suppress(SheetFaults):
        assert read_roles_csv(part[:place] + junk + part[place + cut :]).roles
