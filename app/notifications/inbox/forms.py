"""What the page of preferences asks."""

from typing import Annotated

from app.core.fields import Choice, Option
from app.core.forms import Form
from app.notifications.inbox.domain import CHOOSABLE, WAY_NAMES, Kind, Way

_WAYS = [Option(way.value, name) for way, name in WAY_NAMES.items()]
_ALERTS, _INVITATIONS, _POSTS = CHOOSABLE


class WaysForm(Form):
    """How messages of each kind are to come."""

    alerts: Annotated[
        Way,
        Choice(
            label=_ALERTS.name,
            hint=_ALERTS.hint,
            options=_WAYS,
            missing="Choose how alerts are to come",
        ),
    ]
    invitations: Annotated[
        Way,
        Choice(
            label=_INVITATIONS.name,
            hint=_INVITATIONS.hint,
            options=_WAYS,
            missing="Choose how invitations are to come",
        ),
    ]
    posts: Annotated[
        Way,
        Choice(
            label=_POSTS.name,
            hint=_POSTS.hint,
            options=_WAYS,
            missing="Choose how messages about posts are to come",
        ),
    ]

    def ways(self) -> dict[Kind, Way]:
        """The answers by kind."""
        return {
            Kind.ALERTS: Way(self.alerts),
            Kind.INVITATIONS: Way(self.invitations),
            Kind.POSTS: Way(self.posts),
        }
