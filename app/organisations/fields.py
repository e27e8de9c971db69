"""Questions that several pages of organisations ask: domains, numbers of registers, addresses."""

from dataclasses import dataclass
from decimal import Decimal

from app.core.addresses import BadAddress, check_address
from app.core.errors import RuleBroken
from app.core.fields import Exact, Option, Percent, Raw, Reader, Text
from app.organisations.domain import KIND_NAMES, PENSION_SCHEMES, REGION_NAMES, REGISTER_NAMES
from app.organisations.email_domains import check_domain

KINDS = tuple(Option(code.value, name) for code, name in KIND_NAMES.items())
REGIONS = tuple(Option(code.value, name) for code, name in REGION_NAMES.items())
REGISTERS = tuple(Option(code.value, name) for code, name in REGISTER_NAMES.items())
SCHEMES = (Option("", "Select a scheme"), *(Option(c, n) for c, n in PENSION_SCHEMES.items()))


@dataclass(frozen=True, kw_only=True)
class Email(Text):
    """One email address; its value is in lower case, as we keep addresses."""

    max_length: int = 254
    autocomplete: str = "email"
    spellcheck: bool = False
    inputmode: str = "email"

    def value(self, raw: Raw, path: str, reader: Reader) -> str | None:
        """The address, checked by the one function that says which are addresses."""
        text = super().value(raw, path, reader)
        if text is None:
            return None
        try:
            return check_address(text).lower()
        except BadAddress as bad:
            reader.fail(path, str(bad))
            return None


@dataclass(frozen=True, kw_only=True)
class Domain(Text):
    """An email domain that can stand for one body."""

    max_length: int = 254
    spellcheck: bool = False

    def value(self, raw: Raw, path: str, reader: Reader) -> str | None:
        """The domain as it is compared: lower case, ASCII, without what stands before an @."""
        text = super().value(raw, path, reader)
        if text is None:
            return None
        try:
            return check_domain(text)
        except RuleBroken as broken:
            reader.fail(path, broken.message)
            return None


@dataclass(frozen=True, kw_only=True)
class Number(Text):
    """A number of a public register; its value has no blanks and no small letters."""

    width: str = "20"
    max_length: int = 40
    spellcheck: bool = False

    def value(self, raw: Raw, path: str, reader: Reader) -> str | None:
        """The number in the letters of its register; its shape is for the form to judge."""
        text = super().value(raw, path, reader)
        return None if text is None else text.replace(" ", "").upper()


@dataclass(frozen=True, kw_only=True)
class Hours(Exact):
    """Hours a week; at most two decimals, as they are kept."""

    unit: str = "hours"
    example: str = "37"
    most: str = "60"
    least: str = "1"

    def value(self, raw: Raw, path: str, reader: Reader) -> str | None:
        """The hours as a decimal number."""
        text = super().value(raw, path, reader)
        if text is None:
            return None
        if "/" in text or len(text.partition(".")[2]) > 2:
            reader.fail(path, f"{self.called} must have 2 decimal places or fewer, like 37.5")
            return None
        if Decimal(text) < Decimal(self.least):
            reader.fail(path, f"{self.called} must be {self.least} or more")
            return None
        return text


@dataclass(frozen=True, kw_only=True)
class Rate(Percent):
    """A percentage of pay as a decimal rate, such as 0.205 for 20.5."""

    def value(self, raw: Raw, path: str, reader: Reader) -> str | None:
        """The rate, exact; fractions are for calculations, not for a body's own rate."""
        text = super().value(raw, path, reader)
        if text is not None and "/" in text:
            reader.fail(path, f"{self.called} must be a number, like {self.example}")
            return None
        return text
