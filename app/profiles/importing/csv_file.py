"""Reads a table of skills (CSV) as spreadsheets and HR systems write them. Pure.

Taken as they come: a byte order mark, UTF-8 or Windows-1252, commas, semicolons or tabs, any line
ends, columns in any order, capitals. A skill may stand on several lines, one for each piece of
evidence.
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from app.core.text import BadText, clean_line, clean_text, whole_number
from app.profiles.domain import EVIDENCE_NAMES, MOST_EVIDENCE, OLDEST_YEAR, EvidenceKind
from app.profiles.importing.domain import (
    LONGEST_NAME,
    LONGEST_TITLE,
    LONGEST_WORDS,
    MOST_ROWS,
    FileEvidence,
    FileFault,
    FileFaults,
    FileProfile,
    FileSkill,
    refused,
)
from app.roles.domain import Proficiency, slug_of

SKILL: Final = "Skill"
LEVEL: Final = "Level"
USED: Final = "Last used"
KIND: Final = "Evidence kind"
TITLE: Final = "Evidence"
YEAR: Final = "Evidence year"
WORDS: Final = "Why it shows the skill"
COLUMNS: Final = (SKILL, LEVEL, USED, KIND, TITLE, YEAR, WORDS)
NEEDED: Final = (SKILL, LEVEL)
TEMPLATE: Final = "\ufeff" + ",".join(COLUMNS) + "\r\n"
_FORMULA: Final = ("=", "+", "@", "\t", "\r")
_KINDS: Final = {
    **{one.value: one for one in EvidenceKind},
    **{name.lower(): one for one, name in EVIDENCE_NAMES.items()},
}


def read_csv(content: bytes, today: date) -> FileProfile:
    """What a table says. Raises FileFaults with every fault."""
    return _Reading(_rows(_text_of(content)), today).result()


def _text_of(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise refused("The file is not text. In a spreadsheet, save it as CSV.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with the line on which each begins, the head first."""
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        message = "From here on this is no table: look for a quotation mark that is missing."
        raise FileFaults([FileFault(line, "", message)]) from error


class _Reading:
    """Goes through the rows once, gathering skills and faults."""

    def __init__(self, rows: Iterator[tuple[int, list[str]]], today: date) -> None:
        self.faults: list[FileFault] = []
        self.found: dict[str, FileSkill] = {}
        self.day = today
        _, head = next(rows, (1, []))
        self.places = self._columns(head)
        if self.faults:
            return
        count = 0
        for line, row in rows:
            if any(cell.strip() for cell in row):
                count += 1
                if count > MOST_ROWS:
                    self._fail(line, "", f"There are more than {MOST_ROWS} rows.")
                    return
                self._read(line, row)

    def result(self) -> FileProfile:
        """What was found. Raises FileFaults where anything is wrong."""
        if not self.faults and not self.found:
            raise refused("The file has no rows of skills.")
        if self.faults:
            raise FileFaults(self.faults)
        return FileProfile(tuple(self.found.values()))

    def _fail(self, line: int, column: str, message: str) -> None:
        self.faults.append(FileFault(line, column, message))

    def _columns(self, head: Sequence[str]) -> dict[str, int]:
        known = {slug_of(name): name for name in COLUMNS}
        places: dict[str, int] = {}
        for place, text in enumerate(head):
            name = known.get(slug_of(text))
            if name in places:
                self._fail(1, name or "", "This column is there twice.")
            elif name is not None:
                places[name] = place
        for name in NEEDED:
            if name not in places:
                self._fail(1, name, "This column is missing. Its name stands in the first line.")
        return places

    def _cell(self, line: int, row: Sequence[str], name: str, most: int) -> str:
        place = self.places.get(name)
        text = row[place] if place is not None and place < len(row) else ""
        try:
            clean = clean_text(text).strip() if name == WORDS else clean_line(text).strip()
        except BadText:
            self._fail(line, name, "It has characters in it that cannot be read.")
            return ""
        if clean.startswith(_FORMULA):
            self._fail(line, name, "Formulas are not taken: the cell begins with one.")
            return ""
        if len(clean) > most:
            self._fail(line, name, f"It has more than {most} characters.")
            return ""
        return clean

    def _read(self, line: int, row: Sequence[str]) -> None:
        before = len(self.faults)
        name = " ".join(self._cell(line, row, SKILL, LONGEST_NAME).split())
        level = self._level(line, self._cell(line, row, LEVEL, LONGEST_NAME))
        used = self._year(line, USED, self._cell(line, row, USED, 10))
        evidence = self._evidence(line, row)
        if not name and len(self.faults) == before:
            self._fail(line, SKILL, "The name of the skill is missing.")
        if len(self.faults) > before or level is None:
            return
        key = slug_of(name)
        first = self.found.get(key)
        if first is None:
            self.found[key] = FileSkill(line, name, "", int(level), used, evidence)
        elif first.level != level:
            said = Proficiency(first.level).label
            self._fail(line, LEVEL, f"Line {first.line} says {said} for the same skill.")
        elif len(first.evidence) + len(evidence) > MOST_EVIDENCE:
            self._fail(line, TITLE, f"A skill has at most {MOST_EVIDENCE} pieces of evidence.")
        else:
            latest = max((one for one in (first.last_used, used) if one), default=None)
            more = (*first.evidence, *(one for one in evidence if one not in first.evidence))
            self.found[key] = FileSkill(first.line, first.name, "", first.level, latest, more)

    def _level(self, line: int, text: str) -> Proficiency | None:
        number = whole_number(text, 1)
        found = Proficiency.from_slug(text)
        if number is not None and 1 <= number <= len(Proficiency):
            found = Proficiency(number)
        if found is None:
            words = ", ".join(one.label for one in Proficiency)
            self._fail(line, LEVEL, f"It must be one of {words}, or a number from 1 to 4.")
        return found

    def _year(self, line: int, column: str, text: str) -> int | None:
        if not text:
            return None
        year = whole_number(text, 4)
        if year is None or not OLDEST_YEAR <= year <= self.day.year:
            message = f"It must be a year between {OLDEST_YEAR} and {self.day.year}."
            self._fail(line, column, message)
            return None
        return year

    def _evidence(self, line: int, row: Sequence[str]) -> tuple[FileEvidence, ...]:
        kind = self._cell(line, row, KIND, LONGEST_NAME)
        title = self._cell(line, row, TITLE, LONGEST_TITLE)
        words = self._cell(line, row, WORDS, LONGEST_WORDS)
        year = self._year(line, YEAR, self._cell(line, row, YEAR, 10))
        if not (kind or title or words or year):
            return ()
        found = _KINDS.get(kind.lower())
        if found is None:
            known = ", ".join(EVIDENCE_NAMES.values())
            self._fail(line, KIND, f"It must be one of {known}.")
        for column, text in ((TITLE, title), (WORDS, words)):
            if not text:
                self._fail(line, column, "Evidence needs this too.")
        return (FileEvidence(found or "", title, year, words),)
