"""A form on a page: what its template is drawn from, before and after somebody sent it."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from litestar import Request, Response

from app.core.actor import REFUSED_SCOPE
from app.core.errors import DomainError, Refused
from app.core.fields import FieldError, Raw, Setting, printable
from app.core.forms import NO_SETTING, Bound, Form, bind, posted_of, view
from app.core.once import SeeOther
from app.core.text import BadText, check_tree
from app.core.web import render

AnyRequest = Request[Any, Any, Any]
F = TypeVar("F", bound=Form)

# What a person typed is their own: no cache may keep it, and Back asks for it afresh.
PRIVATE = {"Cache-Control": "no-store"}
UNREADABLE = "This page cannot take some of the characters you typed. Remove them and try again"


def see_other(path: str) -> SeeOther:
    """Send the browser on after a change, to be asked for with GET."""
    return SeeOther(path, status_code=303, headers=PRIVATE)


async def bind_request(
    request: AnyRequest, form: type[F], setting: Setting = NO_SETTING
) -> Bound[F]:
    """The form that a browser sent: typed, or the answers as typed with what is wrong."""
    sent = await request.form()
    bound = bind(posted_of(sent.multi_items()), form, setting)
    try:
        check_tree(bound.raw)
    except BadText:
        return Bound(None, bound.raw, bound.errors or (FieldError("", UNREADABLE),))
    return bound


def error_list(errors: Sequence[FieldError]) -> list[dict[str, str]]:
    """The errors as the summary on top of the page lists them."""
    return [{"text": e.message, **({"href": f"#{e.anchor}"} if e.anchor else {})} for e in errors]


def form_page(
    request: AnyRequest,
    template: str,
    form: type[Form],
    raw: Mapping[str, Raw] | None = None,
    *,
    setting: Setting = NO_SETTING,
    errors: Sequence[FieldError] = (),
    context: Mapping[str, Any] | None = None,
) -> Response[str]:
    """A page with a form: empty, filled in, or again with what is wrong (status 422).

    The template extends `layouts/form.html` and draws `fields` with `components/fields.html`; a
    field by its name is `by_name.NAME`.
    """
    for one in errors:
        if one.refusal:
            # It ends up in the record, as a refusal with a page of its own does.
            scope: dict[str, Any] = request.scope  # type: ignore[assignment]
            scope[REFUSED_SCOPE] = one.refusal
    shown = {str(k): printable(v) for k, v in (raw or {}).items()}
    fields = view(form, shown, setting, errors)
    return render(
        request,
        template,
        {
            "fields": fields,
            "by_name": {one.id: one for one in fields},
            "errors": error_list(errors),
            **(context or {}),
        },
        422 if errors else 200,
        PRIVATE,
    )


def errors_of(error: DomainError, fields: Mapping[str, str] | None = None) -> list[FieldError]:
    """A refusal of our rules as errors of the form: `fields` says which field a code belongs to.

    Faults with a path of their own stand beside that field; the rest stands on top.
    """
    if error.errors:
        return [FieldError(e.path.strip("/").replace("/", "-"), e.message) for e in error.errors]
    refusal = error.code if isinstance(error, Refused) else ""
    return [FieldError((fields or {}).get(error.code, ""), error.message, refusal=refusal)]
