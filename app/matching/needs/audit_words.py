"""How the record says what was done to needs. Pure."""

from typing import Final

SENTENCES: Final = {
    "match.need_kept": "Asked to hear when somebody suits the post {subject}",
    "match.need_ended": "Asked to hear no more of who suits the post {subject}",
}
