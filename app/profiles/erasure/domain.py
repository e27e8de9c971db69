"""How a person's name and addresses are found in text, and what of them stays. Pure."""

import html
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

REMOVED: Final = "[removed]"
ERASED_NAME: Final = "Erased account"
ERASED_DOMAIN: Final = "erased.invalid"
"""No mail goes to a name below `.invalid` (RFC 2606)."""

KEEP_YEARS: Final = 6


@dataclass(frozen=True, slots=True)
class Traces:
    """What names a person in text that others wrote: the whole name, and addresses.

    Patterns mean the same to Python and to PostgreSQL, and are to be used without regard to case.
    """

    name: str
    addresses: frozenset[str]

    @property
    def address_pattern(self) -> str:
        """Finds one of the addresses, but not as a part of a longer one.

        >>> found = Traces("Ada Owner", frozenset({"ada@owner.example"})).address_pattern
        >>> [bool(re.search(found, t)) for t in ("to ada@owner.example.", "xada@owner.example")]
        [True, False]
        """
        each = "|".join(_variants(self.addresses))
        return rf"(?<![\w.+-])(?:{each})(?![\w-]|\.\w)"

    @property
    def name_pattern(self) -> str:
        """Finds the whole name. One of a single word counts only where it is all there is: May is a
        month, too.

        >>> ada = Traces("Ada Owner", frozenset())
        >>> [bool(re.search(ada.name_pattern, t, re.I)) for t in ("by ADA  owner,", "Ada Owners")]
        [True, False]
        >>> may = Traces("May", frozenset())
        >>> [bool(re.search(may.name_pattern, t)) for t in ("from May on", "May", '{"by": "May"}')]
        [False, True, True]
        """
        words = self.name.split()
        each = "|".join(_variants([" ".join(words)]))
        if len(words) > 1:
            return rf"(?<!\w)(?:{each})(?!\w)"
        return rf'(?:^\s*|(?<="))(?:{each})(?=\s*$|")'

    @property
    def pattern(self) -> str:
        """Finds either."""
        return f"{self.address_pattern}|{self.name_pattern}"

    def taken_out(self, text: str, name_too: bool = True) -> str:
        """A text without them.

        >>> Traces("Ada Owner", frozenset({"a@b.example"})).taken_out("Ask Ada Owner, a@b.example")
        'Ask [removed], [removed]'
        """
        pattern = self.pattern if name_too else self.address_pattern
        return re.sub(pattern, REMOVED, text, flags=re.IGNORECASE)


def _variants(texts: Iterable[str]) -> list[str]:
    """Texts as patterns: as they are, and as JSON and HTML write them; blanks may be any."""
    found = {
        one
        for text in texts
        for one in (
            text,
            json.dumps(text, ensure_ascii=False)[1:-1],
            html.escape(text).replace("&#x27;", "&#39;"),
        )
    }
    return [re.escape(one).replace(r"\ ", r"\s+") for one in sorted(found)]
