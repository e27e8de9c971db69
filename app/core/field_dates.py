"""Questions that are answered by a date or a month."""

import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from app.core.field import Field, Posted, Raw, Reader, Setting, map_of, text_of

EARLIEST, LATEST = 1950, 2150
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def month_number(text: str) -> int | None:
    """The number of a month typed as 4, 04, Apr or April."""
    text = text.strip().lower()
    if re.fullmatch(r"\d{1,2}", text, re.ASCII):
        return int(text) if 1 <= int(text) <= 12 else None
    found = [n for n, month in enumerate(MONTHS, 1) if len(text) >= 3 and month.startswith(text)]
    return found[0] if len(found) == 1 else None


def _could_be(part: str, typed: str) -> bool:
    """Whether what was typed can be that part of a date at all."""
    if part == "month":
        return month_number(typed) is not None
    return bool(re.fullmatch(r"\d{4}" if part == "year" else r"\d{1,2}", typed, re.ASCII))


@dataclass(frozen=True, kw_only=True)
class Day(Field):
    """A date typed as day, month and year."""

    kind = "date"
    default: Raw = None
    parts: ClassVar[tuple[str, ...]] = ("day", "month", "year")

    def gather(self, posted: Posted, path: str) -> Raw:
        """The parts as typed."""
        return {p: (list(posted.get(f"{path}-{p}", ())) or [""])[-1][:40] for p in self.parts}

    def names(self, path: str, posted: Posted, setting: Setting) -> set[str]:
        """One input for each part."""
        return {f"{path}-{p}" for p in self.parts} & set(posted)

    def is_blank(self, raw: Raw) -> bool:
        """Whether no part was typed."""
        return not any(text_of(map_of(raw).get(p)).strip() for p in self.parts)

    def first_input(self, path: str, setting: Setting) -> str:
        """The first part."""
        return f"{path}-{self.parts[0]}"

    def value(self, raw: Raw, path: str, reader: Reader) -> object | None:
        """The date, after naming the part that is missing or wrong."""
        typed = {p: text_of(map_of(raw).get(p)).strip() for p in self.parts}
        gone = [p for p in self.parts if not typed[p]]
        if gone:
            reader.fail(path, f"{self.called} must include a {' and '.join(gone)}", *gone)
            return None
        wrong = [p for p in self.parts if not _could_be(p, typed[p])]
        if len(wrong) > 1:
            example = "27 3 2027" if "day" in self.parts else "3 2027"
            reader.fail(path, f"{self.called} must be a real date, like {example}", *wrong)
            return None
        if not re.fullmatch(r"\d{4}", typed["year"], re.ASCII):
            reader.fail(path, f"{self.called}: the year must include 4 numbers", "year")
            return None
        month = month_number(typed["month"])
        year = int(typed["year"])
        if month is None:
            reader.fail(path, f"{self.called}: the month must be 1 to 12, or its name", "month")
            return None
        if not EARLIEST <= year <= LATEST:
            reader.fail(path, f"{self.called} must be between {EARLIEST} and {LATEST}", "year")
            return None
        return self.built(typed, month, year, path, reader)

    def built(
        self, typed: dict[str, str], month: int, year: int, path: str, reader: Reader
    ) -> object | None:
        """The date of sound parts, if the calendar has it."""
        text = typed["day"]
        try:
            return date(year, month, int(text) if re.fullmatch(r"\d{1,2}", text, re.ASCII) else 0)
        except ValueError:
            reader.fail(path, f"{self.called} must be a real date", "day")
            return None


@dataclass(frozen=True, kw_only=True)
class Month(Day):
    """A month typed as month and year; its value is YYYY-MM."""

    kind = "month"
    parts: ClassVar[tuple[str, ...]] = ("month", "year")

    def built(
        self,
        typed: dict[str, str],
        month: int,
        year: int,
        path: str,
        reader: Reader,
    ) -> str:
        """The month as the inputs write it."""
        return f"{year:04d}-{month:02d}"
