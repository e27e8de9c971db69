"""A message from its templates: subject, plain text and HTML, each complete or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Final

import jinja2

from app.core.clock import LONDON
from app.core.config import ROOT
from app.notifications.domain import check_line

EMAILS: Final = ROOT / "templates" / "emails"
LANGUAGES: Final = ("en", "cy")
OURS: Final = frozenset({"base_url", "language", "organisation_name"})
_MONTHS: Final = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
    "cy": (
        "Ionawr", "Chwefror", "Mawrth", "Ebrill", "Mai", "Mehefin", "Gorffennaf", "Awst", "Medi",
        "Hydref", "Tachwedd", "Rhagfyr",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Rendered:
    """What the person reads."""

    subject: str
    text: str
    html: str


def render_message(
    template: str,
    values: Mapping[str, Any],
    *,
    base_url: str,
    language: str = "en",
    organisation_name: str = "",
) -> Rendered:
    """Draw `templates/emails/TEMPLATE.{subject,txt,html}`, in Welsh from `cy/` where that exists.

    Raises jinja2.UndefinedError for a value that is missing, jinja2.TemplateNotFound, BadHeader
    for a subject or an organisation's name of more than one line, and ValueError for a value
    that has the name of one of ours.
    """
    taken = OURS & values.keys()
    if taken:
        raise ValueError(f"These values are filled in for every message: {sorted(taken)}.")
    if language not in LANGUAGES:
        raise ValueError(f"Messages are not written in {language!r}.")
    given = {
        **values,
        "base_url": base_url,
        "language": language,
        "organisation_name": check_line(organisation_name, "name of the organisation"),
    }
    subject = _draw(f"{template}.subject", language, given).strip("\n")
    return Rendered(
        subject=check_line(subject, "subject"),
        text=_draw(f"{template}.txt", language, given),
        html=_draw(f"{template}.html", language, given),
    )


def _draw(name: str, language: str, values: Mapping[str, Any]) -> str:
    names = [name] if language == "en" else [f"{language}/{name}", name]
    return _environment().select_template(names).render(values)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        autoescape=jinja2.select_autoescape(enabled_extensions=("html",), default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        loader=jinja2.FileSystemLoader(EMAILS),
    )
    environment.filters["day"] = day_in_words
    environment.filters["time"] = time_in_words
    return environment


@jinja2.pass_context
def day_in_words(context: jinja2.runtime.Context, value: date) -> str:
    """A date as it is written in the message's language, such as 1 April 2026."""
    day = value.astimezone(LONDON).date() if isinstance(value, datetime) else value
    return f"{day.day} {_MONTHS[context['language']][day.month - 1]} {day.year}"


def time_in_words(value: datetime) -> str:
    """The time of day in the United Kingdom, such as 2:05pm."""
    there = value.astimezone(LONDON)
    return f"{there.hour % 12 or 12}:{there.minute:02}{'am' if there.hour < 12 else 'pm'}"
