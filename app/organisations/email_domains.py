"""Email domains: which may stand for a body, and whether an address lies in one of them. Pure."""

import re
from collections.abc import Iterable
from typing import Final

from app.core.errors import RuleBroken

# Anybody can have an address there, so it says nothing of where somebody works.
PUBLIC_PROVIDERS: Final = frozenset(
    {
        *("aol.com", "aol.co.uk", "blueyonder.co.uk", "btinternet.com", "btopenworld.com"),
        *("duck.com", "email.com", "fastmail.com", "fastmail.fm", "freeserve.co.uk"),
        *("gmail.com", "gmx.co.uk", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hey.com"),
        *("hotmail.co.uk", "hotmail.com", "hotmail.fr", "hushmail.com", "icloud.com", "inbox.com"),
        *("live.co.uk", "live.com", "live.ie", "mac.com", "mail.com", "mail.ru", "me.com"),
        *("msn.com", "ntlworld.com", "o2.co.uk", "outlook.com", "outlook.co.uk", "pm.me"),
        *("plus.com", "plus.net", "proton.me", "protonmail.ch", "protonmail.com", "qq.com"),
        *("rocketmail.com", "sky.com", "supanet.com", "talktalk.net", "tiscali.co.uk", "tuta.com"),
        *("tuta.io", "tutanota.com", "virgin.net", "virginmedia.com", "web.de", "wanadoo.co.uk"),
        *("yahoo.co.uk", "yahoo.com", "yahoo.fr", "yahoo.ie", "yandex.com", "yandex.ru"),
        *("ymail.com", "zoho.com", "zohomail.eu"),
    }
)
# Names are given out below these: they belong to nobody by themselves.
SUFFIXES: Final = frozenset(
    {
        *("ac.uk", "co.uk", "gov.uk", "judiciary.uk", "ltd.uk", "me.uk", "mod.uk", "net.uk"),
        *("nhs.uk", "org.uk", "plc.uk", "police.uk", "pnn.police.uk", "sch.uk", "gov.je"),
        *("uk.com", "org.je", "eu.org"),
    }
)
# Many bodies have addresses there. A body may name one, and addresses right at it count; those
# below it are of other bodies.
SHARED: Final = frozenset({"hscni.net", "nhs.net", "nhs.scot", "wales.nhs.uk"})

LONGEST: Final = 253
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
EXAMPLE: Final = "northshire.gov.uk"


def check_domain(text: str) -> str:
    """The domain in lower case and ASCII. Raises RuleBroken where it cannot stand for one body.

    What stands before an @ is left away, as people paste whole addresses.

    >>> check_domain("@Northshire.GOV.UK")
    'northshire.gov.uk'
    """
    domain = text.strip().rpartition("@")[2].rstrip(".").lower()
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        domain = ""
    if not is_domain(domain):
        raise RuleBroken(
            "domain-shape", f"Enter the part of an email address after the @, like {EXAMPLE}"
        )
    if _lies_in(domain, PUBLIC_PROVIDERS):
        raise RuleBroken(
            "domain-public",
            f"Anybody can have an address at {domain}. Enter a domain that only people who work "
            "for your organisation have",
        )
    if domain in SUFFIXES:
        raise RuleBroken(
            "domain-suffix",
            f"{domain} belongs to many organisations. Enter your own, like {EXAMPLE}",
        )
    return domain


def is_domain(domain: str) -> bool:
    """Whether this is a name of at least two parts that mail can be sent to, no number address."""
    labels = domain.split(".")
    return (
        len(domain) <= LONGEST
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
    )


def is_in_domains(address: str, domains: Iterable[str]) -> bool:
    """Whether an email address lies in one of a body's domains: right at it, or below it.

    A look-alike does not, however much of the name it has. Below a domain that many bodies share
    (such as nhs.net) addresses are of other bodies.

    >>> is_in_domains("ada@it.northshire.gov.uk", ["northshire.gov.uk"])
    True
    >>> is_in_domains("ada@fake-northshire.gov.uk", ["northshire.gov.uk"])
    False
    """
    local, at, domain = address.rpartition("@")
    if not (local and at):
        return False
    domain = domain.lower()
    return any(
        domain == own if own in SHARED else _lies_in(domain, (own,))
        for own in (one.lower() for one in domains)
        if own
    )


def _lies_in(domain: str, wanted: Iterable[str]) -> bool:
    """Whether a domain is one of these or below one, whole parts compared."""
    return any(domain == one or domain.endswith(f".{one}") for one in wanted)
