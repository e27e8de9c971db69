"""Pages of the record: a body's own chain, the exchange's, and the signed heads."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import queries as entries
from app.audit.commands import record
from app.audit.heads import MEDIA_TYPE
from app.audit.models import AuditEntry
from app.audit.signing import sign_heads
from app.audit.words import ids_of, say, title_of
from app.core.actor import SIGNED_IN, Actor
from app.core.errors import NotFound
from app.core.files import get_file, list_files
from app.core.form_pages import PRIVATE, see_other
from app.core.paging import Paged, part_of
from app.core.web import flash, render
from app.organisations.permissions import acting_at, may_read_audit, require_operator, uuid_of
from app.organisations.record import queries

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as a page says it: when, who, for whom if not for this body, and what."""

    number: int | None
    at: datetime
    who: str
    acting_for: str
    what: str
    person_id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of a chain, in words, with what narrows it."""

    found: Paged[Line]
    actions: list[tuple[str, str]]
    action: str
    person: uuid.UUID | None
    person_name: str


async def shown(db: AsyncSession, request: AnyRequest, chain: uuid.UUID | None) -> Shown:
    """The entries of a chain that the address asks for. Raises NotFound after the last page."""
    query = request.query_params
    known = await queries.list_actions(db, chain)
    action = query.get("action", "") if query.get("action", "") in known else ""
    person = uuid_of(query["person"]) if query.get("person") else None
    part = part_of(query)
    page = await entries.list_entries(
        db, organisation_id=chain, page=part.number, action=action or None, person_id=person
    )
    wanted = ids_of(page.items) | ({person} if person else set())
    names = await queries.names_of(db, wanted)
    lines = [line_of(entry, names, chain) for entry in page.items]
    return Shown(
        Paged(lines, page.total, part).require(),
        [(one, title_of(one)) for one in known],
        action,
        person,
        names.get(person, "somebody no longer here") if person else "",
    )


def line_of(entry: AuditEntry, names: dict[uuid.UUID, str], chain: uuid.UUID | None) -> Line:
    """One entry in words."""
    who = {"system": "Crossbench", "visitor": "Somebody not signed in"}.get(entry.actor_kind, "")
    if entry.person_id is not None:
        who = names.get(entry.person_id, "Somebody no longer here")
    other = entry.acting_organisation_id
    acting_for = names.get(other, "") if other and other != chain else ""
    return Line(entry.number, entry.created_at, who, acting_for, say(entry, names), entry.person_id)


def context_of(found: Shown, path: str) -> dict[str, Any]:
    """What both pages draw."""
    asked = {"action": found.action, "person": str(found.person or "")}
    return {
        "shown": found,
        "found": found.found,
        "links": found.found.links(path, asked),
        "path": path,
        "is_filtered": any(asked.values()),
    }


@get("/org/{org:str}/audit", opt=SIGNED_IN)
async def show_own(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """The body's own chain, for its administrators."""
    body = acting_at(actor, org)
    may_read_audit(actor).require()
    found = await shown(db, request, body.organisation_id)
    context = {"body": body, **context_of(found, f"/org/{body.slug}/audit")}
    return render(request, "organisations/record/own.html", context, headers=PRIVATE)


@get("/operator/audit", opt=SIGNED_IN)
async def show_exchange(request: AnyRequest, db: Db, actor: Who) -> Page:
    """The exchange's own chain, and the signed heads to take away."""
    require_operator(actor)
    found = await shown(db, request, None)
    context = {
        **context_of(found, "/operator/audit"),
        "heads": await list_files(db, media_type=MEDIA_TYPE, page_size=5),
    }
    return render(request, "organisations/record/exchange.html", context, headers=PRIVATE)


@post("/operator/audit/heads", opt=SIGNED_IN)
async def sign_now(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Sign the heads of all chains as they are now."""
    require_operator(actor)
    await sign_heads(db)
    await record(db, actor, "audit.heads_signed", subject=None)
    flash(request, "Signed heads are ready to download")
    return see_other("/operator/audit")


@get("/operator/audit/heads/{key:str}", opt=SIGNED_IN)
async def download_heads(db: Db, actor: Who, key: FromPath[str]) -> Response[bytes]:
    """The file of signed heads, to be kept where nobody can rewrite both."""
    require_operator(actor)
    file = await get_file(db, uuid_of(key))
    if file.media_type != MEDIA_TYPE:
        raise NotFound("no-such-file", "There is no such file.")
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, media_type=file.media_type, headers=headers)


handlers: list[ControllerRouterHandler] = [show_own, show_exchange, sign_now, download_heads]
