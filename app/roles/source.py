"""What every page that shows framework content needs: meanings of proficiencies, and the source."""

from typing import Any, Final

from app.roles.domain import FRAMEWORK_URL, LICENCE_URL, Proficiency

COMMON: Final[dict[str, Any]] = {
    "proficiencies": tuple(Proficiency),
    "licence_url": LICENCE_URL,
    "framework_url": FRAMEWORK_URL,
}
