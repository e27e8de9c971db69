"""Kinds of move, places, days and recipients of consent as the numbers of the tables. Pure."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from app.matching.rule import ON_SITE, REMOTE_ONLY, Availability, Terms
from app.opportunities.domain import OpportunityKind
from app.organisations.domain import OrganisationKind, Region

# The order is that of the tables, and `match_keys` of the database knows it too: what is new goes
# to the end, and the rows are written again.
KINDS: Final = tuple(OrganisationKind)
REGIONS: Final = tuple(Region)
MOVES: Final = tuple(OpportunityKind)

ALL_VERIFIED: Final = 1
_FIRST_REGION: Final = 12

# Of moves: that something is said at all. Of places: from anywhere, and a place not yet named.
SAID: Final = 1 << 14
ANYWHERE: Final = 1 << len(REGIONS)
SOMEWHERE: Final = ANYWHERE << 1
EVERY_REGION: Final = ANYWHERE - 1


def recipient_key(*, kind: str | None = None, region: str | None = None) -> int:
    """The bit of the bodies of a kind, of a region, or of all verified ones.

    >>> recipient_key(), recipient_key(kind="council"), recipient_key(region="north_east")
    (1, 2, 4096)
    """
    if kind is not None:
        return 2 << KINDS.index(OrganisationKind(kind))
    if region is not None:
        return 1 << (_FIRST_REGION + REGIONS.index(Region(region)))
    return ALL_VERIFIED


def move_bit(move: str) -> int:
    """The bit of a kind of post.

    >>> move_bit("job_swap")
    8
    """
    return 1 << MOVES.index(OpportunityKind(move))


def moves_of(moves: Iterable[str] | None) -> int:
    """The kinds of post somebody would take; zero where that is left open.

    >>> moves_of(None), moves_of([]) == SAID, moves_of(["job_swap"]) == SAID + 8
    (0, True, True)
    """
    return 0 if moves is None else SAID | sum(move_bit(move) for move in set(moves))


def places_of_post(terms: Terms) -> int:
    """Where the work is: from anywhere, in a region, or at a place not yet named."""
    if terms.is_remote:
        return ANYWHERE
    return SOMEWHERE if terms.region is None else _regions([terms.region])


def places_of_person(who: Availability) -> int:
    """Where somebody would work, as far as they say; everything where it is left open."""
    if who.remote == REMOTE_ONLY:
        return ANYWHERE
    places = SOMEWHERE | (_regions(who.regions) or EVERY_REGION)
    return places if who.remote == ON_SITE else places | ANYWHERE


def _regions(regions: Iterable[str]) -> int:
    return sum({1 << REGIONS.index(Region(region)) for region in regions})


def hundredths(days: Decimal | None) -> int | None:
    """Days a week in hundredths of a day.

    >>> hundredths(Decimal("2.5"))
    250
    """
    return None if days is None else int(days * 100)
