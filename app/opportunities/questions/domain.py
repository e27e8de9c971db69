"""What must not stand in a text that everybody reads: addresses and numbers of people. Pure."""

import re
from typing import Final

LONGEST_QUESTION: Final = 1000
LONGEST_ANSWER: Final = 3000

_EMAIL: Final = re.compile(r"[^\s@<>()\[\],;:\"]+@[^\s@<>()\[\],;:\"]+\.[^\s@<>()\[\],;:\".]+")
# Ten or more digits in a row as people write telephone numbers, with the usual marks between.
_PHONE: Final = re.compile(r"(?<![\w£.,])\+?\(?\d(?:[\s().\-\u2010-\u2015]{0,2}\d){9,14}(?!\w)")
_NI_NUMBER: Final = re.compile(r"\b[A-Za-z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-Da-d]\b")


def personal_data_in(text: str) -> tuple[str, ...]:
    """What looks like an email address, a telephone number or a National Insurance number.

    >>> personal_data_in("Ask ada@body.example, or ring 01632 960 123 before 1 April 2027.")
    ('ada@body.example', '01632 960 123')
    >>> personal_data_in("The pay is £84,000 for 37 hours, from 1 4 2027 to 31 3 2029.")
    ()
    """
    found = [match for kind in (_EMAIL, _NI_NUMBER, _PHONE) for match in kind.finditer(text)]
    inside: list[re.Match[str]] = []
    for match in sorted(found, key=lambda one: one.start()):
        if not inside or match.start() >= inside[-1].end():
            inside.append(match)
    return tuple(match[0].strip(".-(?! '") for match in inside)


def warning_about(found: tuple[str, ...]) -> str:
    """What a person is told before such a text is shown to others.

    >>> warning_about(("ada@body.example",))
    'Everybody who can see the post reads this. Take out “ada@body.example”, or confirm below'
    """
    listed = "”, “".join(found[:3])
    return f"Everybody who can see the post reads this. Take out “{listed}”, or confirm below"
