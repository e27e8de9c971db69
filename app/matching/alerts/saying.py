"""What an alert is about, as pages and messages say it, and where its list is."""

from typing import Final

from app.matching.alerts.models import Alert
from app.matching.alerts.queries import search_of
from app.matching.alerts.wording import Names, describe
from app.opportunities.finding.links import search_path

MATCHES: Final = "/matches"
SUITING: Final = {
    "en": "Posts that suit your profile",
    "cy": "Swyddi sy’n addas i’ch proffil",
}


def said_of(alert: Alert, names: Names, language: str = "en") -> str:
    """What an alert looks for, on one line."""
    return SUITING[language] if alert.is_match else describe(search_of(alert), names, language)


def list_path(alert: Alert) -> str:
    """Where the list is that an alert tells of."""
    return MATCHES if alert.is_match else search_path(search_of(alert))
