"""How the record says what was done about matches. Pure."""

from typing import Final

SENTENCES: Final = {
    "match.waived": "Waived a must-have of a post: {skill}",
    "match.waiver_taken_back": "Made a waived must-have of a post a must-have again: {skill}",
}
