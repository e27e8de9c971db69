"""Who may look after messages that could not be delivered."""

from app.core.actor import Actor
from app.notifications.domain import no_such_message


def require_operator(actor: Actor) -> None:
    """Raise NotFound for everybody but operators: these messages are not theirs to know of."""
    if not actor.is_operator:
        raise no_such_message()
