"""The inbox of a person, its messages, and how they want them."""

import uuid
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor, me
from app.core.db import settings_of
from app.core.form_pages import PRIVATE, bind_request, form_page, see_other
from app.core.keys import CannotUnseal
from app.core.paging import part_of
from app.core.web import flash, render
from app.notifications.domain import pieces
from app.notifications.inbox import commands, queries
from app.notifications.inbox.domain import FIXED
from app.notifications.inbox.forms import WaysForm
from app.notifications.letters import open_letter

AnyRequest = Request[Any, Any, Any]
Page = Response[Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]

INBOX: Final = "/inbox"


@get("/", opt=SIGNED_IN)
async def list_inbox(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Messages to the person, the newest first."""
    found = (await queries.list_inbox(db, me(actor), part_of(request.query_params))).require()
    context = {"found": found, "links": found.links(INBOX, {}), "unread": actor.unread}
    return render(request, "inbox/list.html", context, headers=PRIVATE)


@get("/{message_id:uuid}", opt=SIGNED_IN)
async def show_in_inbox(
    request: AnyRequest, db: Db, actor: Who, message_id: FromPath[uuid.UUID]
) -> Page:
    """One message with its text, as long as that is kept."""
    message = await queries.get_in_inbox(db, me(actor), message_id)
    settings = settings_of(db)
    try:
        text = open_letter(settings, message).text
    except CannotUnseal:
        text = ""
    context = {"message": message, "pieces": list(pieces(text, settings.base_url)), "text": text}
    return render(request, "inbox/message.html", context, headers=PRIVATE)


@post("/{message_id:uuid}/open", opt=SIGNED_IN)
async def open_message(db: Db, actor: Who, message_id: FromPath[uuid.UUID]) -> Page:
    """Open a message that was not read: the list does, since a page by itself notes nothing."""
    await commands.mark(db, actor, message_id=message_id, is_read=True)
    return see_other(f"{INBOX}/{message_id}")


@post("/{message_id:uuid}/unread", opt=SIGNED_IN)
async def put_back(
    request: AnyRequest, db: Db, actor: Who, message_id: FromPath[uuid.UUID]
) -> Page:
    """Let a message look as new."""
    await commands.mark(db, actor, message_id=message_id, is_read=False)
    flash(request, "The message counts as unread.")
    return see_other(INBOX)


@post("/read-all", opt=SIGNED_IN)
async def read_all(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Nothing in the inbox is new any more."""
    await commands.mark_all_read(db, actor)
    flash(request, "All messages are marked as read.")
    return see_other(INBOX)


@get("/preferences", opt=SIGNED_IN)
async def show_preferences(request: AnyRequest, db: Db, actor: Who) -> Page:
    """How messages come, and which of them cannot be turned down."""
    chosen = await queries.preferences_of(db, me(actor))
    raw = {kind.value: way.value for kind, way in chosen.items()}
    context = {"fixed": FIXED, "back_href": INBOX}
    return form_page(request, "inbox/preferences.html", WaysForm, raw, context=context)


@post("/preferences", opt=SIGNED_IN)
async def choose_ways(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Keep what was chosen."""
    bound = await bind_request(request, WaysForm)
    if bound.form is None:
        context = {"fixed": FIXED, "back_href": INBOX}
        return form_page(
            request,
            "inbox/preferences.html",
            WaysForm,
            bound.raw,
            errors=bound.errors,
            context=context,
        )
    await commands.choose_ways(db, actor, bound.form.ways())
    flash(request, "Your choices are saved.")
    return see_other(INBOX)


router = Router(
    INBOX,
    route_handlers=[
        list_inbox,
        show_in_inbox,
        open_message,
        put_back,
        read_all,
        show_preferences,
        choose_ways,
    ],
    include_in_schema=False,
)
