"""Cells of our spreadsheets: text that stays text, figures, and formulas with their results."""

from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import xlsxwriter

# A cell that begins so could be taken for a formula when it is pasted or saved as CSV.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
_LONGEST_TEXT = 32_000

FORMATS: dict[str, dict[str, Any]] = {
    "text": {"text_wrap": True, "valign": "top"},
    "label": {"bold": True, "valign": "top"},
    "line": {"valign": "top"},
    "title": {"bold": True, "font_size": 16, "font_color": "#1B3F66"},
    "heading": {"bold": True, "font_size": 12, "font_color": "#1B3F66"},
    "head": {
        "bold": True, "text_wrap": True, "valign": "bottom", "bottom": 2, "bottom_color": "#1B3F66",
    },
    "head_right": {
        "bold": True, "text_wrap": True, "valign": "bottom", "align": "right", "bottom": 2,
        "bottom_color": "#1B3F66",
    },
    "note": {"text_wrap": True, "valign": "top", "font_color": "#4A5159"},
    "money": {"num_format": "£#,##0.00;-£#,##0.00", "valign": "top"},
    "whole": {"num_format": "#,##0", "valign": "top"},
    "weight": {"num_format": "General", "valign": "top", "bg_color": "#FFF8E1"},
    "day": {"num_format": "d mmm yyyy", "align": "left", "valign": "top"},
    "total_text": {"bold": True, "top": 2, "top_color": "#1B3F66", "bg_color": "#EEF2F6"},
    "total": {
        "num_format": "£#,##0.00;-£#,##0.00", "bold": True, "top": 2, "top_color": "#1B3F66",
        "bg_color": "#EEF2F6",
    },
}  # fmt: skip


def safe_text(text: str) -> str:
    """Give text that no spreadsheet takes for a formula, at most as long as a cell holds.

    >>> safe_text("=1+1"), safe_text("Northshire")
    ("'=1+1", 'Northshire')
    """
    text = text[:_LONGEST_TEXT]
    return f"'{text}" if text.startswith(_RISKY) else text


class Workbook:
    """A workbook in memory with our formats; `finish` gives its bytes."""

    def __init__(self, *, title: str, subject: str, created_on: date) -> None:
        self._out = BytesIO()
        self._book = xlsxwriter.Workbook(
            self._out,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        )
        self._book.set_properties(
            {
                "title": title,
                "subject": subject,
                "author": "Crossbench",
                "created": datetime.combine(created_on, time()),
            }
        )
        self._book.set_calc_mode("auto")
        self.formats = {
            name: self._book.add_format({"font_name": "Arial", "font_size": 10, **look})
            for name, look in FORMATS.items()
        }

    def sheet(self, name: str, widths: Sequence[float], *, title: str, note: str = "") -> "Sheet":
        """Add a sheet with its title in the first cell and a note below."""
        return Sheet(self, self._book.add_worksheet(name), widths, title=title, note=note)

    def finish(self) -> bytes:
        """Close the workbook and give the file."""
        self._book.close()
        return self._out.getvalue()


class Sheet:
    """A sheet that is written from top to bottom; rows and columns count from nought."""

    def __init__(
        self, book: Workbook, sheet: Any, widths: Sequence[float], *, title: str, note: str
    ) -> None:
        self.row = 0
        self.name = str(sheet.get_name())
        self._sheet = sheet
        self._formats = book.formats
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&A&RPage &P of &N")
        self.line(title, "title")
        if note:
            self.line(note, "note", wide=len(widths))
        self.row += 1

    def line(self, text: str, look: str = "text", *, wide: int = 0) -> None:
        """Write a line of text of its own, over several columns where it is long."""
        if wide > 1:
            self._sheet.merge_range(self.row, 0, self.row, wide - 1, "", self._formats[look])
            self._sheet.set_row(self.row, 15 * (1 + len(text) // 110))
        self.text(0, text, look)
        self.row += 1

    def head(self, titles: Sequence[str], right: int, *, freeze: bool = False) -> None:
        """Write column headings; those from column `right` on stand over figures."""
        for column, title in enumerate(titles):
            self.text(column, title, "head" if column < right else "head_right")
        self.row += 1
        if freeze:
            self._sheet.freeze_panes(self.row, 1)
            self._sheet.repeat_rows(self.row - 1)

    def text(self, column: int, text: str, look: str = "text") -> None:
        """Write text as text, whatever it begins with."""
        self._sheet.write_string(self.row, column, safe_text(text), self._formats[look])

    def number(self, column: int, value: int, look: str = "whole") -> None:
        """Write a whole number."""
        self._sheet.write_number(self.row, column, value, self._formats[look])

    def money(self, column: int, pence: int, look: str = "money") -> None:
        """Write pence as pounds."""
        self._sheet.write_number(self.row, column, pence / 100, self._formats[look])

    def day(self, column: int, value: date) -> None:
        """Write a day as a date."""
        moment = datetime.combine(value, time())
        self._sheet.write_datetime(self.row, column, moment, self._formats["day"])

    def formula(self, column: int, formula: str, result: float, look: str = "money") -> None:
        """Write a formula with the result that it gives for the figures as they stand."""
        self._sheet.write_formula(self.row, column, formula, self._formats[look], result)


def cell(row: int, column: int) -> str:
    """Name a cell.

    >>> cell(0, 0), cell(9, 27)
    ('A1', 'AB10')
    """
    return str(xlsxwriter.utility.xl_rowcol_to_cell(row, column))


def block(first: int, last: int, column: int) -> str:
    """Name the cells of a column from one row to another, fixed.

    >>> block(3, 7, 1)
    '$B$4:$B$8'
    """
    name = xlsxwriter.utility.xl_col_to_name(column, col_abs=True)
    return f"{name}${first + 1}:{name}${last + 1}"
