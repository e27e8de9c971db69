"""Who is asking, access levels of handlers, and the guard that refuses a handler declaring none."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from app.core.errors import DomainError, NotFound, Refused
from app.core.permissions import ALLOWED, Decision, Duty, Permission, permissions_of, refuse

ACCESS: Final = "access"
PUBLIC: Final[dict[str, Any]] = {ACCESS: "public"}
SIGNED_IN: Final[dict[str, Any]] = {ACCESS: "signed-in"}
# For the few pages that somebody needs who is signed in but has yet to give a second factor.
BEFORE_FACTOR: Final[dict[str, Any]] = {**SIGNED_IN, "before_factor": True}

# Where the request keeps who asks, for the layout of pages.
ACTOR_SCOPE: Final = "crossbench.actor"
REFUSED_SCOPE: Final = "crossbench.refused"
"""Where a page that shows a refusal beside a field leaves its code, for the record."""
# Where the second factor is asked for.
FACTOR_PAGE: Final = "/sign-in/second-factor"

# The one value that the browser's session holds of a person: the id of a `person_session` row.
PERSON_SESSION: Final = "person_session_id"


class NotSignedIn(DomainError):
    """Nobody is signed in. On a page the person is sent to sign in and comes back."""

    status = 401


class StepNeeded(DomainError):
    """Something has to be done first. On a page the person is sent to `path` and comes back."""

    status = 403

    def __init__(self, code: str, message: str, *, path: str) -> None:
        super().__init__(code, message)
        self.path = path


@dataclass(frozen=True, slots=True)
class ActingFor:
    """A membership as the actor has it now: the organisation and what they do for it.

    `has_terms` is false once the organisation has let the days of grace pass in which to accept a
    new version of the participation terms.
    """

    organisation_id: uuid.UUID
    slug: str
    name: str
    kind: str
    region: str
    is_verified: bool
    membership_id: uuid.UUID
    duties: frozenset[Duty]
    has_terms: bool = True

    @property
    def permissions(self) -> frozenset[Permission]:
        """What these duties grant."""
        return permissions_of(self.duties)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking, read from the database on each request.

    A visitor has no `person_id`; the system (worker, timers, command line) has kind "system".
    `acting_for` is the organisation that the person has chosen to act for in this session.
    `has_recent_factor` says that a second factor was given within the last ten minutes. Where an
    organisation's identity provider vouched for the person, `vouched_by_id` is that organisation,
    and the sign-in reaches no further. `unread` is how many messages in their inbox are new.
    """

    kind: Literal["visitor", "person", "system"] = "visitor"
    person_id: uuid.UUID | None = None
    name: str = ""
    email: str = ""
    language: str = "en"
    is_operator: bool = False
    is_demo: bool = False
    acting_for: ActingFor | None = None
    memberships: tuple[ActingFor, ...] = ()
    person_session_id: uuid.UUID | None = None
    second_factor_at: datetime | None = None
    has_recent_factor: bool = False
    vouched_by_id: uuid.UUID | None = None
    unread: int = field(default=0, compare=False)
    request_reference: str = field(default="", compare=False)

    @property
    def organisation_id(self) -> uuid.UUID | None:
        """The organisation acted for, if any."""
        return self.acting_for.organisation_id if self.acting_for else None

    @property
    def is_signed_in(self) -> bool:
        """Whether this is a person we know."""
        return self.person_id is not None

    @property
    def lacks_factor(self) -> bool:
        """Whether this sign-in has yet to give a second factor before it may act as it would.

        The operator needs one, and whoever holds a duty other than plain member at the
        organisation acted for. Demo people, who exist only where demo mode is on, need none.
        """
        if self.second_factor_at is not None or self.is_demo:
            return False
        duties = self.acting_for.duties if self.acting_for else frozenset()
        return self.is_operator or bool(duties - {Duty.MEMBER})

    def can(self, permission: Permission) -> bool:
        """Whether the organisation acted for grants this; the thing itself is not looked at."""
        return self.acting_for is not None and permission in self.acting_for.permissions

    def may(self, permission: Permission, what: str) -> Decision:
        """The same as a Decision whose sentence says `what` cannot be done and why."""
        if self.acting_for is None:
            return refuse("no-organisation", f"You cannot {what}: you act for no organisation.")
        if permission not in self.acting_for.permissions:
            return refuse(
                "duty-missing",
                f"You cannot {what}: your duties at {self.acting_for.name} do not include it. "
                "Ask an administrator of your organisation.",
            )
        return ALLOWED

    def may_commit(self, what: str) -> Decision:
        """Whether the organisation acted for may enter into something new, `what` by name."""
        if self.acting_for is None or self.acting_for.has_terms:
            return ALLOWED
        return refuse(
            "terms-not-accepted",
            f"You cannot {what} yet: {self.acting_for.name} has not accepted the new participation "
            "terms. An administrator of your organisation can do so in its settings.",
        )


VISITOR: Final = Actor()
SYSTEM: Final = Actor(kind="system", name="Crossbench")


def me(actor: Actor) -> uuid.UUID:
    """The id of the person; pages for people who are signed in have one."""
    assert actor.person_id is not None  # noqa: S101
    return actor.person_id


def person_session_id(connection: ASGIConnection[Any, Any, Any, Any]) -> uuid.UUID | None:
    """The id that the browser's session holds, if somebody signed in with it."""
    return person_session_of(connection.scope)


def person_session_of(scope: Scope) -> uuid.UUID | None:
    """The same from the scope of a request."""
    session = scope.get("session")
    value = session.get(PERSON_SESSION) if isinstance(session, dict) else None
    return uuid.UUID(value) if isinstance(value, str) else None


def require_declared_access(scope: Scope, handler: BaseRouteHandler) -> None:
    """Let a request through only to a handler that says who may call it.

    Raises Refused where nothing is declared, NotSignedIn where a sign-in is needed. OPTIONS answers
    carry no data, and the framework makes their handlers itself, so they pass. Whether the session
    still counts is asked of the database, with the actor; this runs no SQL.
    """
    if scope.get("method") == "OPTIONS":
        return
    access = handler.opt.get(ACCESS)
    if access == SIGNED_IN[ACCESS]:
        if person_session_of(scope) is None:
            raise not_signed_in()
    elif access != PUBLIC[ACCESS]:
        raise Refused("access-not-declared", "You cannot use this page.")


class AccessMiddleware:
    """Asks `require_declared_access` of each request, before its dependencies are there.

    As a guard of the framework the same costs fifteen times as much: it copies the handler.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass. Raises Refused or NotSignedIn."""
        require_declared_access(scope, scope["route_handler"])
        await self.app(scope, receive, send)


def require_recent_factor(actor: Actor) -> None:
    """Raise StepNeeded unless a second factor was given within the last ten minutes.

    For what would harm most in the wrong hands: signing, API keys, payment details, factors. Call
    it where the page is shown and again where it is sent. Demo people pass.
    """
    if not actor.has_recent_factor and not actor.is_demo:
        raise StepNeeded(
            "recent-factor-needed",
            "Show again that it is you: this needs your second factor within the last ten minutes.",
            path=FACTOR_PAGE,
        )


def not_signed_in() -> NotSignedIn:
    """The answer where a sign-in is needed, or the one there was has ended."""
    return NotSignedIn("not-signed-in", "You must sign in first.")


def acting_in(actor: Actor, slug: str) -> ActingFor:
    """The organisation of an address below `/org/SLUG`, if the actor acts for it.

    Raises NotFound for every other body, whether it is there or not.
    """
    if actor.acting_for is None or actor.acting_for.slug != slug:
        raise NotFound(
            "not-found",
            "There is nothing at this address. If you typed or pasted it, check that it is whole.",
        )
    return actor.acting_for
