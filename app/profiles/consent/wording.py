"""The words that somebody reads before they let others see something, by version. Pure.

A grant keeps the version that its owner read. Words are never changed: new words are a new version.
"""

from typing import Final

CURRENT: Final = "2026-11"

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "2026-11": (
        "You let the organisations that you choose see the parts of your profile that you choose. "
        "They may use them for the purpose that you choose and for nothing else, until the date "
        "that you choose.",
        "People of those organisations who look for staff will see these parts. Each time one of "
        "them opens your profile you can see who it was, when, and what was shown.",
        "You can take it back at any time, and it ends at once. What somebody has read before that "
        "they may remember: we tell you what has been seen.",
    ),
}


def words_of(version: str) -> tuple[str, ...]:
    """The words of a version, paragraph by paragraph.

    >>> words_of(CURRENT)[0].startswith("You let")
    True
    """
    return WORDS[version]
