"""What mails about confirming a skill say of levels, in English and in Welsh. Pure."""

from typing import Final

from app.roles.domain import Proficiency

_WELSH: Final = {
    Proficiency.AWARENESS: "Ymwybyddiaeth",
    Proficiency.WORKING: "Gweithio",
    Proficiency.PRACTITIONER: "Ymarferydd",
    Proficiency.EXPERT: "Arbenigwr",
}


def level_in(level: Proficiency, language: str) -> str:
    """A level in a word of a language.

    >>> level_in(Proficiency.EXPERT, "cy"), level_in(Proficiency.EXPERT, "en")
    ('Arbenigwr', 'Expert')
    """
    return _WELSH[level] if language == "cy" else level.label
