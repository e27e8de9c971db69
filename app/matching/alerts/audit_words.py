"""How the record says what was done to alerts. Pure."""

from typing import Final

SENTENCES: Final = {
    "alert.asked": "Asked for an alert about posts, to be confirmed by email",
    "alert.confirm": "Confirmed an alert about posts",
    "alert.changed": "Changed how an alert about posts comes",
    "alert.pause": "Paused an alert about posts",
    "alert.resume": "Took an alert about posts up again",
    "alert.kept": "Said that an alert about posts is still wanted",
    "alert.end": "Ended an alert about posts",
}
