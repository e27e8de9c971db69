"""Errors of our rules: what went wrong, in a sentence the person can act on. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldFault:
    """One fault of one field: where it is (a JSON pointer), a stable word, a sentence."""

    path: str
    code: str
    message: str


class DomainError(Exception):
    """A rule says no. `code` is short and stable, `message` is shown to the person."""

    status = 422

    def __init__(self, code: str, message: str, errors: Sequence[FieldFault] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.errors = tuple(errors)


class NotFound(DomainError):
    """It does not exist, or the person may not know that it does."""

    status = 404


class Refused(DomainError):
    """The person may know of it but not do this to it."""

    status = 403


class MoveRefused(DomainError):
    """The thing is in a state from which this step does not lead on."""

    status = 409


class Stale(DomainError):
    """Somebody else changed it since the person last saw it."""

    status = 409


class RuleBroken(DomainError):
    """What was given breaks a rule."""

    status = 422


class TooMany(DomainError):
    """Asked more often than allowed; `retry_after` is in seconds."""

    status = 429

    def __init__(self, code: str, message: str, *, retry_after: int) -> None:
        super().__init__(code, message)
        self.retry_after = retry_after


class Busy(DomainError):
    """We cannot answer right now; `retry_after` is in seconds."""

    status = 503

    def __init__(self, code: str, message: str, *, retry_after: int = 5) -> None:
        super().__init__(code, message)
        self.retry_after = retry_after
