"""Long lists one page at a time, for people and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, TypeVar
from urllib.parse import urlencode

from litestar.params import QueryParameter

from app.core.errors import NotFound
from app.core.text import whole_number

PAGE_SIZE: Final = 20
LARGEST_PAGE: Final = 100
LAST_PAGE: Final = 100_000
_NEAR: Final = 1

T = TypeVar("T")

# What handlers of the API take: page from 1, page_size up to 100.
PageNumber = Annotated[int, QueryParameter(ge=1, le=LAST_PAGE)]
PageSize = Annotated[int, QueryParameter(ge=1, le=LARGEST_PAGE)]


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list is asked for: page `number` (from 1) of pages of `size`."""

    number: int = 1
    size: int = PAGE_SIZE

    @property
    def offset(self) -> int:
        """How many items come before it."""
        return (self.number - 1) * self.size


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """A page of a list, and how long the list is."""

    items: Sequence[T]
    total: int
    part: Part = Part()

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.part.size))

    @property
    def first(self) -> int:
        """The number of the first item on this page, from 1."""
        return min(self.part.offset + 1, self.total)

    @property
    def last(self) -> int:
        """The number of the last item on this page."""
        return min(self.part.offset + self.part.size, self.total)

    def require(self) -> "Paged[T]":
        """Itself. Raises NotFound for a page after the last."""
        if self.part.number > self.pages:
            raise NotFound("no-such-page", "There is no such page of this list.")
        return self

    def links(self, path: str, query: Mapping[str, str | Sequence[str]]) -> dict[str, Any]:
        """The pages around this one, as GOV.UK's pagination takes them; empty if there is one."""
        if self.pages == 1:
            return {}
        here = self.part.number
        kept = {k: v for k, v in query.items() if k != "page" and v}

        def to(number: int) -> str:
            pairs = kept if number == 1 else {**kept, "page": str(number)}
            return f"{path}?{urlencode(pairs, doseq=True)}" if pairs else path

        near = range(max(1, here - _NEAR), min(self.pages, here + _NEAR) + 1)
        shown = sorted({1, *near, self.pages})
        items: list[dict[str, Any]] = []
        for before, number in zip([0, *shown], shown, strict=False):
            if number > before + 1:
                items.append({"ellipsis": True})
            items.append({"number": str(number), "href": to(number), "current": number == here})
        links: dict[str, Any] = {"items": items}
        if here > 1:
            links["previous"] = {"href": to(here - 1)}
        if here < self.pages:
            links["next"] = {"href": to(here + 1)}
        return links


def part_of(query: Mapping[str, str]) -> Part:
    """The page that an address asks for; the first where it asks for none that can be."""
    number = whole_number(query.get("page", ""), len(str(LAST_PAGE))) or 1
    return Part(min(number, LAST_PAGE))


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """What the API answers for a list."""

    items: list[T]
    total: int
    page: int
    page_size: int
