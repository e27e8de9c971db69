"""How pages call what a profile holds: groups, kinds, regions, purposes, levels. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from app.core.words import day_in_words
from app.organisations.domain import KIND_NAMES, REGION_NAMES
from app.profiles.consent.domain import GROUP_NAMES, PURPOSE_NAMES
from app.profiles.domain import EVIDENCE_NAMES, MOVE_NAMES, REMOTE_NAMES
from app.roles.domain import Proficiency

NAMES: Final[Mapping[str, Any]] = {
    "group_names": GROUP_NAMES,
    "kind_names": KIND_NAMES,
    "region_names": REGION_NAMES,
    "purpose_names": PURPOSE_NAMES,
    "shown_names": {
        "evidence": EVIDENCE_NAMES,
        "moves": MOVE_NAMES,
        "regions": REGION_NAMES,
        "remote": REMOTE_NAMES,
        "levels": {one.slug: one for one in Proficiency},
        "day": lambda text: day_in_words(date.fromisoformat(text)),
    },
}
