"""Errors as people and programs see them: a page, or problem+json under /api/ (RFC 9457)."""

import asyncio
import logging
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlsplit

import jinja2
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect
from markupsafe import Markup
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.core.actor import StepNeeded
from app.core.db import SAFE_METHODS
from app.core.errors import Busy, DomainError, FieldFault, TooMany
from app.core.once import AlreadyAnswered, Answer
from app.core.paths import own_path
from app.core.web import render

PROBLEM_JSON: Final = "application/problem+json"
_NO_STORE: Final = {"Cache-Control": "no-store"}
SIGN_IN_PAGE: Final = "/sign-in"
_log = logging.getLogger(__name__)

# Shown when even the templates cannot be used.
_PLAIN: Final = Markup(
    '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<title>{title} - Crossbench</title></head>"
    '<body><main><h1>{title}</h1><p>{detail}</p><p><a href="/">Go to the home page</a></p>'
    "</main></body></html>"
)

_SENTENCES: Final = {
    400: "We could not understand the request.",
    401: "You must sign in first.",
    403: "You may not do this.",
    404: "There is nothing at this address. If you typed or pasted it, check that it is whole.",
    405: "This address does not take that kind of request.",
    408: "The request took too long to arrive. Send it again.",
    413: "What you sent is too large. Send at most 1 MB.",
    500: "Something went wrong on our side. What you saved before is safe. Try again later.",
    503: "The service is busy or a part of it is away. Try again in a few seconds.",
}
_TITLES: Final = {
    400: "Request not understood",
    401: "You need to sign in",
    403: "You cannot do this",
    404: "Page not found",
    405: "Not allowed",
    408: "The request took too long",
    409: "This has changed",
    413: "Too large",
    422: "There is a problem",
    429: "Too many requests",
    500: "Sorry, there is a problem with the service",
    503: "Sorry, the service is busy",
}


@dataclass(frozen=True)
class Problem:
    """An error in the form both the page and the JSON are made from."""

    status: int
    code: str
    detail: str
    errors: tuple[FieldFault, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """A few words for the heading."""
        return _TITLES.get(self.status) or HTTPStatus(self.status).phrase


def handle_exception(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Answer any error: the framework calls this for all of them."""
    error = _innermost(error)
    if isinstance(error, AlreadyAnswered):
        return _once_more(error.answer)
    problem = to_problem(error)
    reference = request.scope.get("crossbench.reference", "")
    if problem.status >= 500:
        _log.error("problem %s", problem.code, exc_info=error, extra={"reference": reference})
    if request.scope["path"].startswith("/api/"):
        return _as_json(problem, str(reference))
    first = _first_step(problem, error)
    if first and (request.method in SAFE_METHODS or first != SIGN_IN_PAGE):
        back = quote(_way_back(request))
        return Redirect(f"{first}?next={back}", status_code=303, headers=_NO_STORE)
    return _as_page(request, problem, str(reference))


def _once_more(answer: Answer) -> Response[Any]:
    """What the same request was answered before."""
    if answer.location:
        return Redirect(answer.location, status_code=303, headers=_NO_STORE)
    return Response(answer.body.encode(), media_type=MediaType.JSON, status_code=answer.status)


def _first_step(problem: Problem, error: Exception) -> str:
    """The page that has to be passed before this one, or an empty text."""
    if problem.status == 401:
        return SIGN_IN_PAGE
    return error.path if isinstance(error, StepNeeded) else ""


def _way_back(request: Request[Any, Any, Any]) -> str:
    """The path to come back to: of the page itself, or of the page whose form was sent."""
    if request.method in SAFE_METHODS:
        return str(request.scope["path"])
    try:
        path = urlsplit(request.headers.get("referer", "")).path
    except ValueError:
        path = ""
    return own_path(path) or "/dashboard"


def to_problem(error: Exception) -> Problem:
    """Sort an exception: ours, the framework's, the database being away, or unexpected."""
    if isinstance(error, DomainError):
        wait = error.retry_after if isinstance(error, TooMany | Busy) else None
        headers = {} if wait is None else {"Retry-After": str(wait)}
        return Problem(error.status, error.code, error.message, error.errors, headers)
    if isinstance(error, ValidationException):
        return Problem(422, "invalid", "Something in the request is not valid.", _faults(error))
    if isinstance(error, HTTPException) and error.status_code != 500:
        status = error.status_code
        sentence = _SENTENCES.get(status, HTTPStatus(status).phrase + ".")
        return Problem(status, _slug(status), sentence, headers=dict(error.headers or {}))
    if _is_away(error):
        return Problem(503, "unavailable", _SENTENCES[503], headers={"Retry-After": "5"})
    return Problem(500, "internal-error", _SENTENCES[500])


def _is_away(error: Exception) -> bool:
    """Whether the database is away, full, or gave up on a lock or a slow statement."""
    if isinstance(error, PoolTimeout | ConnectionError | asyncio.TimeoutError):
        return True
    wrapped = error if isinstance(error, DBAPIError) else None
    state = getattr(wrapped.orig if wrapped else error, "sqlstate", None) or ""
    return (
        (wrapped is not None and wrapped.connection_invalidated)
        or state.startswith(("08", "53", "57"))
        or state in {"55P03", "40001", "40P01"}
    )


def _innermost(error: Exception) -> Exception:
    """The error itself where clean-up after it failed too and the framework grouped the two."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def _faults(error: ValidationException) -> tuple[FieldFault, ...]:
    extra = error.extra if isinstance(error.extra, list) else []
    return tuple(
        FieldFault(
            "/" + str(entry.get("key", "")).replace(".", "/"), "invalid", str(entry["message"])
        )
        for entry in extra
        if isinstance(entry, dict) and "message" in entry
    )


def _slug(status: int) -> str:
    return HTTPStatus(status).phrase.lower().replace(" ", "-")


def _as_json(problem: Problem, reference: str) -> Response[Any]:
    body: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if reference and problem.status >= 500:
        body["instance"] = f"urn:crossbench:error:{reference}"
    if problem.errors:
        body["errors"] = [
            {"path": e.path, "code": e.code, "message": e.message} for e in problem.errors
        ]
    return Response(
        body, media_type=PROBLEM_JSON, status_code=problem.status, headers=problem.headers
    )


def _as_page(request: Request[Any, Any, Any], problem: Problem, reference: str) -> Response[Any]:
    environment: jinja2.Environment = request.app.state.templates
    context = {"problem": problem, "reference": reference if problem.status >= 500 else ""}
    try:
        template = environment.select_template(
            [f"problems/{problem.status}.html", "problems/problem.html"]
        )
        return render(request, template.name or "", context, problem.status, problem.headers)
    except Exception as error:
        if not isinstance(error, jinja2.TemplatesNotFound):
            _log.exception("problem page could not be drawn", extra={"reference": reference})
    detail = problem.detail + (f" Reference: {reference}." if context["reference"] else "")
    return Response(
        _PLAIN.format(title=problem.title, detail=detail),
        media_type=MediaType.HTML,
        status_code=problem.status,
        headers=problem.headers,
    )
