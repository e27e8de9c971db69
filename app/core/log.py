"""Logs as JSON lines on standard error, without personal data."""

import json
import logging
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from typing import Any, Final

_access = logging.getLogger("crossbench.access")
_HIDDEN: Final = "[hidden]"


class JsonLines(logging.Formatter):
    """One JSON object a line; text from people is encoded, so it cannot forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line: dict[str, Any] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        for name in ("reference", "method", "path", "status", "milliseconds"):
            if name in record.__dict__:
                line[name] = record.__dict__[name]
        if record.exc_info:
            line["exception"] = "".join(told(record.exc_info[1]))
        return json.dumps(line)


def _message(record: logging.LogRecord) -> str:
    """What is said; arq says what an exception says, too, so of that only the pattern is kept."""
    is_theirs = record.exc_info and record.name.startswith("arq.")
    return str(record.msg) if is_theirs else record.getMessage()


def told(error: BaseException | None, seen: frozenset[int] = frozenset()) -> Iterator[str]:
    """An error by its class and the way to it, after what caused it; never by its message.

    What an error says may be what somebody typed: the database names the values that it refuses.
    """
    if error is None or id(error) in seen:
        return
    seen |= {id(error)}
    yield from told(
        error.__cause__ or (None if error.__suppress_context__ else error.__context__), seen
    )
    for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from told(one, seen)
    yield from traceback.format_tb(error.__traceback__)
    code = getattr(getattr(error, "orig", error), "sqlstate", None)
    yield f"{type(error).__module__}.{type(error).__qualname__}{f' {code}' if code else ''}\n"


def set_up_logging() -> None:
    """Send everything of this process to standard error as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # Their lines repeat ours, or name the arguments of jobs and the addresses that we call.
    for name in ("uvicorn.access", "arq.jobs", "arq.worker", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)


def log_access(
    *,
    method: str,
    path: str,
    status: int,
    seconds: float,
    reference: str,
    secret_paths: Sequence[str],
) -> None:
    """Write the line of one request. No address, no query string, no secret link."""
    if not _access.isEnabledFor(logging.INFO):
        return
    # Made here and not by `info`, which looks for the calling line: half the cost, each time.
    record = logging.LogRecord(_access.name, logging.INFO, __file__, 0, "request", None, None)
    record.__dict__.update(
        method=method,
        path=scrub(path, secret_paths),
        status=status,
        milliseconds=round(seconds * 1000, 1),
        reference=reference,
    )
    _access.handle(record)


def scrub(path: str, secret_paths: Sequence[str]) -> str:
    """The path with the secret part of a link hidden.

    >>> scrub("/notes/d/abc/print", ["/notes/d/"])
    '/notes/d/[hidden]/print'
    """
    for prefix in secret_paths:
        if path.startswith(prefix):
            _, slash, rest = path[len(prefix) :].partition("/")
            return f"{prefix}{_HIDDEN}{slash}{rest}"
    return path
