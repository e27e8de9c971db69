"""Email addresses: the one place that says which are addresses. Pure."""

import re
from typing import Final

EMAIL: Final = r"[^@\s,;<>\"]{1,64}@[^@\s.,;<>\"]+(\.[^@\s.,;<>\"]+)+"
"""What a form lets through as an address that is only printed, such as a contact's."""

LONGEST: Final = 254
SENTENCE: Final = "Enter an email address in the correct format, like name@example.gov.uk"
_LOCAL: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class BadAddress(ValueError):
    """No email address that mail can be sent to; the message says so to the person."""

    def __init__(self) -> None:
        super().__init__(SENTENCE)


def check_address(text: str) -> str:
    """The address that mail is sent to, its domain in lower case and in ASCII.

    Raises BadAddress for anything that is no address, in particular for line ends, lists of
    addresses and names with an address in angle brackets.

    >>> check_address(" Ada.Example@Northshire.EXAMPLE ")
    'Ada.Example@northshire.example'
    >>> check_address("info@münster.example")
    'info@xn--mnster-3ya.example'
    """
    local, at, domain = text.strip(" ").rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise BadAddress from None
    labels = domain.split(".")
    is_good = (
        at
        and len(local) <= 64
        and len(local) + 1 + len(domain) <= LONGEST
        and _LOCAL.fullmatch(local)
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
    )
    if not is_good:
        raise BadAddress
    return f"{local}@{domain}"
