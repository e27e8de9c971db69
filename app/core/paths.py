"""Where to go next, as handed to us from outside: only paths of our own. Pure."""

import re
from typing import Final

# One slash first and no second: "//" and "/\" begin an address of somebody else's, and browsers
# drop tabs and line ends before they look.
_OWN: Final = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]{0,500}")


def own_path(text: str) -> str:
    """The text if it is a path of ours to which we may send somebody, else an empty text.

    >>> own_path("/org/moor/people"), own_path("//evil.example"), own_path("https:evil.example")
    ('/org/moor/people', '', '')
    """
    return text if _OWN.fullmatch(text) else ""
