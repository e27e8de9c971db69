"""What a clause of the agreement is made of: terms with gaps to fill, and places for tables."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Term:
    """One numbered term.

    `{words}` in the text are filled from the costing and the agreement details. `when` names facts
    that must all hold, separated by blanks; a fact with `!` before it must not hold. If a word is
    not known, `otherwise` is printed in the place of the text: it ends in "To be agreed", or is
    empty where nothing needs to be said.
    """

    text: str
    when: str = ""
    otherwise: str = ""
    items: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table or list made from the figures stands inside a clause."""

    name: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class ClauseText:
    """A clause with its heading; whoever changes a word gives it a new version and dates."""

    id: str
    heading: str
    version: str
    reviewed_on: date
    review_by: date
    parts: tuple[Term | Place, ...]
