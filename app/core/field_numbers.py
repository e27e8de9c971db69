"""Questions that are answered by a number: money, exact numbers, percentages, counts."""

import re
from dataclasses import dataclass
from decimal import Decimal

from app.core.field import Field, Raw, Reader, text_of

MONEY = re.compile(r"(\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.(\d{1,2}))?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Money(Field):
    """An amount in pounds, as people type it: 84000, £84,000 or 84,000.50."""

    kind = "money"
    above_zero: bool = False
    width: str = "10"

    def value(self, raw: Raw, path: str, reader: Reader) -> Decimal | None:
        """Pounds with two decimals."""
        text = re.sub(r"[\s\u00a0£]", "", text_of(raw))
        if text.startswith(("-", "\u2212")):
            reader.fail(path, f"{self.called} must be 0 or more")
            return None
        if re.fullmatch(r"[\d,]+\.\d{3,}", text):
            reader.fail(path, f"{self.called} must not be finer than a penny, like 84,000.50")
            return None
        match = MONEY.fullmatch(text)
        if match is None:
            reader.fail(
                path, f"{self.called} must be an amount in pounds, like 84,000 or 84,000.50"
            )
            return None
        amount = Decimal(text.replace(",", "")).quantize(Decimal("0.01"))
        if self.above_zero and not amount:
            reader.fail(path, f"{self.called} must be more than £0")
            return None
        return amount


EXACT = re.compile(r"\d{1,15}(\.\d{1,12})?(/\d{1,15}(\.\d{1,12})?)?", re.ASCII)


def ratio(text: str) -> Decimal:
    """The size of '3', '2.5' or '22.2/37', to compare with a limit; not for money."""
    top, _, bottom = text.partition("/")
    return Decimal(top) / Decimal(bottom or "1")


@dataclass(frozen=True, kw_only=True)
class Exact(Field):
    """A number kept exactly as typed: a decimal, or a fraction such as 22.2/37."""

    kind = "number"
    above_zero: bool = False
    most: str = ""
    unit: str = ""
    example: str = "2.5"
    width: str = "5"

    def value(self, raw: Raw, path: str, reader: Reader) -> str | None:
        """The number as the inputs hold it: no spaces, no thousands marks."""
        text = re.sub(r"[\s\u00a0]", "", text_of(raw)).removesuffix("%")
        if text.startswith(("-", "\u2212")):
            reader.fail(path, f"{self.called} must be 0 or more")
            return None
        if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text, re.ASCII):
            text = text.replace(",", "")
        if text.startswith("."):
            text = "0" + text
        if not EXACT.fullmatch(text) or ("/" in text and not ratio_is_sound(text)):
            reader.fail(path, f"{self.called} must be a number, like {self.example}")
            return None
        if self.above_zero and not ratio(text):
            reader.fail(path, f"{self.called} must be more than 0")
            return None
        if self.most and ratio(text) > Decimal(self.most):
            reader.fail(path, f"{self.called} must be {self.most} or less")
            return None
        return text


def ratio_is_sound(text: str) -> bool:
    """Whether a fraction divides by something."""
    return bool(Decimal(text.partition("/")[2]))


def shift(text: str, places: int) -> str:
    """Move the decimal point of a number or of a fraction's upper part.

    >>> shift("19.5", -2), shift("0.195", 2), shift("1/3", 2)
    ('0.195', '19.5', '100/3')
    """
    top, slash, bottom = text.partition("/")
    return f"{Decimal(top).scaleb(places):f}{slash}{bottom}"


@dataclass(frozen=True, kw_only=True)
class Percent(Exact):
    """A percentage as people type it, 19.5 or 19.5%; its value is the rate, 0.195."""

    kind = "percent"
    most: str = "100"
    example: str = "19.5"

    def value(self, raw: Raw, path: str, reader: Reader) -> str | None:
        """The rate, exact."""
        text = super().value(raw, path, reader)
        if text is None:
            return None
        if len(text.partition("/")[0].partition(".")[2]) > 10:
            reader.fail(path, f"{self.called} must have 10 decimal places or fewer")
            return None
        return shift(text, -2) if ratio(text) else "0"


@dataclass(frozen=True, kw_only=True)
class Whole(Field):
    """A whole number."""

    kind = "whole"
    least: int = 0
    most: int = 999
    width: str = "3"

    def value(self, raw: Raw, path: str, reader: Reader) -> int | None:
        """The number within its limits."""
        text = text_of(raw).strip()
        if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
            reader.fail(path, f"{self.called} must be a whole number, like {max(30, self.least)}")
            return None
        if not self.least <= int(text) <= self.most:
            reader.fail(path, f"{self.called} must be between {self.least} and {self.most}")
            return None
        return int(text)
