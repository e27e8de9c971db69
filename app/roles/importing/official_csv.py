"""Reads the official download of roles (CSV): what it says, or every fault with row and column.

Pure. The file has a row for each role level and skill. Its quirks, all seen in real copies: rows
that are repeated, levels in alphabetical order, blanks at the end of names, and NOT IN USE where
a senior role has no levels. Descriptions are passed over: we hold facts only.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from app.core.text import BadText, clean_line
from app.roles.domain import LONGEST_NAME, Proficiency, slug_of

LARGEST_FILE: Final = 5_000_000
MOST_ROWS: Final = 20_000
MOST_FAULTS: Final = 200
LONGEST_CELL: Final = 20_000
NOT_IN_USE: Final = "NOT IN USE"
SENIOR: Final = "Senior Civil Service"

FAMILY: Final = "Role Family"
ROLE: Final = "Role"
LEVEL: Final = "Role Level"
SKILL: Final = "Skill Name"
NEEDED: Final = "Skill Level"
KIND: Final = "Role Type"
READ: Final = (FAMILY, ROLE, LEVEL, SKILL, NEEDED, KIND)
PASSED_OVER: Final = (
    "Role Description",
    "Role Level Description",
    "Skill Description",
    "Skill Level Description",
)
# A spreadsheet would run what begins so. Descriptions may begin with a list's hyphen.
_FORMULA: Final = ("=", "+", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class SheetFault:
    """Something wrong: the row as a spreadsheet numbers it (0 for the whole file), the column."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        where = f"Row {self.row}" if self.row else "The file"
        return f"{where}, {self.column}: {self.message}" if self.column else self.message


class SheetFaults(ValueError):
    """The file cannot be taken: all that is wrong with it, up to a limit."""

    def __init__(self, faults: list[SheetFault]) -> None:
        super().__init__("; ".join(map(str, faults[:3])))
        self.faults = tuple(faults[:MOST_FAULTS])
        self.is_cut = len(faults) > MOST_FAULTS


@dataclass(slots=True)
class SheetRole:
    """A role of the file: levels in the order of the file, skills of a role without levels."""

    name: str
    family: str
    is_senior: bool
    levels: dict[str, dict[str, Proficiency]] = field(default_factory=dict)
    skills: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the file says; `repeats` counts rows that said again what an earlier one had said."""

    roles: tuple[SheetRole, ...]
    rows: int
    repeats: int


def read_roles_csv(content: bytes) -> Sheet:
    """The facts of the official CSV. Raises SheetFaults with every fault."""
    if len(content) > LARGEST_FILE:
        raise SheetFaults([SheetFault(0, "", "The file must be smaller than 5 MB.")])
    return _Reading(_rows_of(content)).result()


def _rows_of(content: bytes) -> Iterator[list[str]]:
    """The rows, the head first. Raises SheetFaults where it is no CSV of text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = "The file is not UTF-8 text. In a spreadsheet, save it as CSV UTF-8."
        raise SheetFaults([SheetFault(0, "", message)]) from error
    if "\x00" in text:
        raise SheetFaults([SheetFault(0, "", "The file is not text: it holds zero bytes.")])
    lines = (f"{line}\n" for line in text.split("\n"))
    read = 0
    try:
        for row in csv.reader(lines, strict=True):
            read += 1
            yield row
    except csv.Error as error:
        message = "From here on this is not CSV: look for a quotation mark that is missing."
        if "field limit" in str(error):
            message = f"A cell holds at most {LONGEST_CELL:,} characters."
        raise SheetFaults([SheetFault(read + 1, "", message)]) from error


class _Reading:
    """Goes through the rows once, gathering roles and faults."""

    def __init__(self, rows: Iterator[list[str]]) -> None:
        self.faults: list[SheetFault] = []
        self.roles: dict[str, SheetRole] = {}
        self.first_rows: dict[tuple[str, str, str], int] = {}
        self.names: dict[tuple[str, str], str] = {}
        self.repeats = 0
        self.count = 0
        try:
            self._read_all(rows)
        except SheetFaults as broken:
            self.faults += broken.faults

    def _read_all(self, rows: Iterator[list[str]]) -> None:
        head = next(rows, [])
        self.columns = self._columns(head)
        self.width = len(head)
        if self.faults:
            return
        for number, row in enumerate(rows, 2):
            if not any(cell.strip() for cell in row):
                continue
            self.count += 1
            if self.count > MOST_ROWS:
                self._fail(number, "", f"There are more than {MOST_ROWS:,} rows.")
                break
            self._read(number, row)

    def result(self) -> Sheet:
        """The sheet. Raises SheetFaults where anything is wrong."""
        if not self.faults and not self.roles:
            self._fail(0, "", "The file has no rows of roles.")
        if self.faults:
            raise SheetFaults(self.faults)
        return Sheet(tuple(self.roles.values()), self.count, self.repeats)

    def _fail(self, row: int, column: str, message: str) -> None:
        self.faults.append(SheetFault(row, column, message))

    def _columns(self, head: list[str]) -> dict[str, int]:
        known = {name.lower(): name for name in (*READ, *PASSED_OVER)}
        found: dict[str, int] = {}
        for place, text in enumerate(head):
            name = known.get(" ".join(text.split()).lower())
            if name is None:
                shown = text.strip()[:40]
                self._fail(1, shown or f"column {place + 1}", "This column is not expected here.")
            elif name in found:
                self._fail(1, name, "This column is there twice.")
            else:
                found[name] = place
        for name in READ:
            if name not in found:
                self._fail(1, name, "This column is missing.")
        return found

    def _read(self, number: int, row: list[str]) -> None:
        if len(row) != self.width:
            self._fail(number, "", f"This row has {len(row)} cells; the head has {self.width}.")
            return
        before = len(self.faults)
        self._check_passed_over(number, row)
        cells = {name: self._cell(number, name, row[self.columns[name]]) for name in READ}
        is_senior = self._senior(number, cells[KIND])
        if len(self.faults) > before:
            return
        role = self._role(number, cells[FAMILY], cells[ROLE], is_senior=is_senior)
        self._skill(number, role, cells)

    def _check_passed_over(self, number: int, row: list[str]) -> None:
        for name in PASSED_OVER:
            cell = row[self.columns[name]] if name in self.columns else ""
            if cell.startswith(_FORMULA):
                self._fail(number, name, "Formulas are not taken: a cell begins with one.")
            if len(cell) > LONGEST_CELL:
                self._fail(number, name, f"A cell holds at most {LONGEST_CELL:,} characters.")

    def _cell(self, number: int, name: str, text: str) -> str:
        if text.startswith((*_FORMULA, "-")):
            self._fail(number, name, "Formulas are not taken: a cell begins with one.")
            return ""
        try:
            clean = " ".join(clean_line(text).split())
        except BadText:
            self._fail(number, name, "It has characters in it that cannot be read.")
            return ""
        if len(clean) > LONGEST_NAME:
            self._fail(number, name, f"A name has at most {LONGEST_NAME} characters.")
        elif not clean and name != KIND:
            self._fail(number, name, "This cell is empty.")
        elif clean and name != KIND and clean != NOT_IN_USE and not slug_of(clean):
            self._fail(number, name, "A name has letters or digits in it.")
        return clean

    def _senior(self, number: int, text: str) -> bool:
        if text and text.casefold() != SENIOR.casefold():
            self._fail(number, KIND, f"This is neither empty nor {SENIOR}.")
        return bool(text)

    def _name(self, kind: str, name: str) -> str:
        """The name as it was first spelt: capitals and dashes make no difference."""
        return self.names.setdefault((kind, slug_of(name)), name)

    def _role(self, number: int, family: str, name: str, *, is_senior: bool) -> SheetRole:
        family, name = self._name(FAMILY, family), self._name(ROLE, name)
        role = self.roles.setdefault(name, SheetRole(name, family, is_senior))
        if role.family != family:
            self._fail(number, FAMILY, f"{name} was in the family {role.family} further up.")
        if role.is_senior != is_senior:
            self._fail(number, KIND, f"{name} had another role type further up.")
        return role

    def _skill(self, number: int, role: SheetRole, cells: Mapping[str, str]) -> None:
        skill = self._name(SKILL, cells[SKILL])
        level, needed = cells[LEVEL], cells[NEEDED]
        if (level == NOT_IN_USE) != (needed == NOT_IN_USE):
            column = NEEDED if level == NOT_IN_USE else LEVEL
            other = LEVEL if level == NOT_IN_USE else NEEDED
            self._fail(number, column, f"{other} says NOT IN USE and this does not agree.")
            return
        if level == NOT_IN_USE:
            self._skill_without_level(number, role, skill)
            return
        proficiency = Proficiency.from_slug(needed)
        if proficiency is None:
            words = ", ".join(one.label for one in Proficiency)
            self._fail(number, NEEDED, f"{needed!r} is none of {words}.")
            return
        if role.skills:
            self._fail(number, LEVEL, f"{role.name} had no levels further up.")
        level = self._name(f"{LEVEL} of {role.name}", level)
        held = role.levels.setdefault(level, {})
        first = self.first_rows.setdefault((role.name, level, skill), number)
        if skill in held and held[skill] is not proficiency:
            message = f"Row {first} says {held[skill].label} for the same level and skill."
            self._fail(number, NEEDED, message)
        self.repeats += skill in held
        held.setdefault(skill, proficiency)

    def _skill_without_level(self, number: int, role: SheetRole, skill: str) -> None:
        if role.levels:
            self._fail(number, LEVEL, f"{role.name} had levels further up.")
        if skill in role.skills:
            self.repeats += 1
        else:
            role.skills.append(skill)
