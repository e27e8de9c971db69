"""Rules of links, of what a browser is called, and of addresses. Pure."""

import re
from datetime import timedelta
from enum import StrEnum
from typing import Final

LINK_LIVES: Final = timedelta(minutes=10)
"""How long a sign-in link may be used (security rule 14)."""

MOST_WRONG_TRIES: Final = 5
"""How often another browser may name a wrong address before a link is worth nothing."""


class LinkUse(StrEnum):
    """What came of opening a link: it signed somebody in, or why it did not."""

    DONE = "done"
    GONE = "gone"
    OTHER_BROWSER = "other_browser"
    WRONG_ADDRESS = "wrong_address"


class How(StrEnum):
    """How somebody signed in."""

    LINK = "link"
    OIDC = "oidc"
    DEMO = "demo"


HOW_NAMES: Final[dict[str, str]] = {
    How.LINK: "Link in an email",
    How.OIDC: "Your organisation’s own sign-in",
    How.DEMO: "Demo sign-in",
}

# In the order in which they are looked for: most name others as well.
_BROWSERS: Final = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"(Firefox|FxiOS)/"),
    ("Chrome", r"(Chrome|Chromium|CriOS|HeadlessChrome)/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS: Final = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("ChromeOS", r"CrOS"),
    ("Mac", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux"),
)


def browser_name(user_agent: str) -> str:
    """What a person would call their browser; nothing finer is kept.

    >>> browser_name("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox on Windows'
    >>> browser_name("curl/8")
    'Unknown browser'
    """
    browser = next((name for name, mark in _BROWSERS if re.search(mark, user_agent)), "")
    system = next((name for name, mark in _SYSTEMS if re.search(mark, user_agent)), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or (f"Browser on {system}" if system else "Unknown browser")


def domain_of(email: str) -> str:
    """The domain of an address, in lower case.

    >>> domain_of("ada@IT.Moor.example")
    'it.moor.example'
    """
    return email.rpartition("@")[2].lower()


def domains_above(email: str) -> list[str]:
    """The address's domain and all that it lies below, the nearest first.

    >>> domains_above("ada@it.moor.example")
    ['it.moor.example', 'moor.example', 'example']
    """
    parts = domain_of(email).split(".")
    return [".".join(parts[at:]) for at in range(len(parts))]
