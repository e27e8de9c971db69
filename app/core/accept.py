"""What a program says that it takes (Accept, Accept-Encoding), with the weights it gives. Pure.

As in RFC 9110 section 12: a weight of 0 means "not this one", a missing one means 1.
"""

import re
from collections.abc import Iterable

_WEIGHT = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


def weights(header: str) -> dict[str, float]:
    """Each name with its weight, in the order of the header; what has no valid weight is left out.

    >>> weights("gzip;q=0.5, br, *;q=0")
    {'gzip': 0.5, 'br': 1.0, '*': 0.0}
    """
    found: dict[str, float] = {}
    for item in header.split(","):
        name, *parameters = (part.strip() for part in item.lower().split(";"))
        given = [p.partition("=")[2].strip() for p in parameters if p.replace(" ", "")[:2] == "q="]
        if name and (not given or _WEIGHT.fullmatch(given[0])):
            found.setdefault(name, float(given[0]) if given else 1.0)
    return found


def takes_encoding(header: str, encoding: str) -> bool:
    """Whether an Accept-Encoding header takes the encoding.

    >>> takes_encoding("gzip;q=0, *", "gzip"), takes_encoding("*", "br"), takes_encoding("", "br")
    (False, True, False)
    """
    given = weights(header)
    return given.get(encoding, given.get("*", 0.0)) > 0


def best_kind(header: str, offered: Iterable[str]) -> str | None:
    """The kind that an Accept header wants most of those offered, or None if it wants none.

    What is named outright counts before what a wildcard covers; of equals the first of the header,
    then the first offered. Without a header any will do.

    >>> best_kind("text/*;q=0.5, */*;q=0.1", ["application/pdf", "text/plain"])
    'text/plain'
    >>> best_kind("application/pdf;q=0, */*", ["application/pdf"]) is None
    True
    """
    given = weights(header) if header.strip() else {"*/*": 1.0}
    places = list(given)
    best: tuple[float, int, str] | None = None
    for kind in offered:
        ranges = (kind, f"{kind.partition('/')[0]}/*", "*/*")
        match = next((one for one in ranges if one in given), None)
        if match is None or given[match] == 0:
            continue
        found = (given[match], -places.index(match), kind)
        if best is None or found[:2] > best[:2]:
            best = found
    return None if best is None else best[2]
