"""The mailbox of the demo, and the operator's page of mail that could not be delivered."""

import uuid
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC, SIGNED_IN, Actor
from app.core.config import Settings
from app.core.db import settings_of
from app.core.form_pages import PRIVATE, see_other
from app.core.keys import CannotUnseal
from app.core.paging import part_of
from app.core.slots import Fragment
from app.core.text import BadText, clean_line
from app.core.web import flash, render
from app.notifications import commands, queries
from app.notifications.domain import Channel, pieces
from app.notifications.inbox.domain import Kind, kind_of
from app.notifications.letters import Letter, open_letter
from app.notifications.models import Message
from app.notifications.permissions import require_operator

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]

MAILBOX: Final = "/demo/mailbox"
MAIL: Final = "/operator/mail"
LONGEST_SEARCH: Final = 100
CHANNEL_WORDS: Final = {
    Channel.MAILBOX: "Delivered to this mailbox only",
    Channel.SMTP: "Sent by the mail server",
    Channel.NOTIFY: "Sent by GOV.UK Notify",
    Channel.INBOX: "Put into the inbox only",
}
# What the page says after "Not delivered".
FAILURE_WORDS: Final = {
    "gave-up": "it could not be handed over for two days",
    "key-changed": "SECRET_KEY was changed while it waited",
}

REFUSED_BY: Final = {"smtp": "the mail server", "notify": "GOV.UK Notify"}


@get("/", opt=PUBLIC)
async def show_mailbox(request: AnyRequest, db: Db) -> Response[str]:
    """Every message of the demo, newest first, or those to addresses that hold some text."""
    to = _searched(request)
    found = (await queries.list_mailbox(db, to=to, part=part_of(request.query_params))).require()
    links = found.links(MAILBOX, {"to": to})
    context = {"found": found, "links": links, "to": to, "state": _state}
    return render(request, "notifications/mailbox.html", context, headers=PRIVATE)


@get("/{message_id:uuid}", opt=PUBLIC)
async def show_message(
    request: AnyRequest, db: Db, message_id: FromPath[uuid.UUID]
) -> Response[str]:
    """One message: its text with links of ours, its HTML as source."""
    message = await queries.get_message(db, message_id)
    settings = settings_of(db)
    letter = _opened(settings, message)
    context = {
        "message": message,
        "letter": letter,
        "pieces": list(pieces(letter.text, settings.base_url)) if letter else [],
        "state": _state,
    }
    return render(request, "notifications/message.html", context, headers=PRIVATE)


@get("/", opt=SIGNED_IN)
async def show_failed(request: AnyRequest, db: Db, actor: Who) -> Response[str]:
    """Mail that a server refused for good, or that we gave up."""
    require_operator(actor)
    found = (await queries.list_failed(db, part_of(request.query_params))).require()
    settings = settings_of(db)
    context = {
        "found": found,
        "links": found.links(MAIL, {}),
        "late": await queries.count_late(db),
        "failure": _failure,
        "subject": _subject,
        "has_channel": bool(settings.smtp or settings.notify),
        "is_production": settings.is_production,
    }
    return render(request, "notifications/failed.html", context, headers=PRIVATE)


@post("/{message_id:uuid}/send-again", opt=SIGNED_IN)
async def send_again(
    request: AnyRequest, db: Db, actor: Who, message_id: FromPath[uuid.UUID]
) -> Response[Any]:
    """Let a failed message go out once more."""
    await commands.try_again(db, actor, message_id=message_id)
    flash(request, "The message goes out again.")
    return see_other(MAIL)


async def failed_mail_panel(db: AsyncSession, actor: Actor, _: uuid.UUID | None) -> Fragment | None:
    """For the dashboard of an operator: that mail could not be delivered, where it is so."""
    if not actor.is_operator:
        return None
    failed, late = await queries.count_failed(db), await queries.count_late(db)
    if not failed and not late:
        return None
    return Fragment("notifications/failed_panel.html", {"failed": failed, "late": late})


def _searched(request: AnyRequest) -> str:
    try:
        return clean_line(request.query_params.get("to", "")).strip()[:LONGEST_SEARCH]
    except BadText:
        return ""


def _opened(settings: Settings, message: Message) -> Letter | None:
    try:
        return open_letter(settings, message)
    except CannotUnseal:
        return None


def _state(message: Message) -> str:
    if message.failed_at is not None:
        return f"Not delivered: {_failure(message)}"
    return CHANNEL_WORDS[Channel(message.channel)] if message.channel else "On its way"


def _subject(message: Message) -> str:
    """What an operator reads of a message: not which posts somebody looks for."""
    is_alert = kind_of(message.template) is Kind.ALERTS
    return "New posts for somebody’s alert" if is_alert else message.subject


def _failure(message: Message) -> str:
    code = message.failure or ""
    channel, _, number = code.partition("-")
    if channel in REFUSED_BY and number.isdigit():
        return f"{REFUSED_BY[channel]} refused it ({number})"
    return FAILURE_WORDS.get(code, code)


mailbox_router = Router(
    MAILBOX, route_handlers=[show_mailbox, show_message], include_in_schema=False
)
router = Router(MAIL, route_handlers=[show_failed, send_again], include_in_schema=False)
