"""Writing to people, delivering what was written, and forgetting it in time."""

import logging
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final, Literal

from sqlalchemy import delete, func, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor
from app.core.addresses import check_address
from app.core.config import Settings
from app.core.db import new_id, settings_of
from app.core.keys import CannotUnseal
from app.core.outbox import enqueue, revive
from app.notifications import queries
from app.notifications.channels import RefusedForGood, deliver
from app.notifications.domain import KEEP_TEXT, TRY_FOR, Channel
from app.notifications.inbox.domain import Way, kind_of
from app.notifications.inbox.queries import way_for
from app.notifications.letters import open_letter, seal_letter
from app.notifications.models import Message
from app.notifications.permissions import require_operator
from app.notifications.rendering import Rendered, render_message

DELIVER: Final = "notifications.deliver"

_log = logging.getLogger(__name__)


async def send(
    db: AsyncSession,
    *,
    to: str,
    template: str,
    values: Mapping[str, Any],
    language: Literal["en", "cy"] = "en",
    person_id: uuid.UUID | None = None,
    organisation_name: str = "",
    inbox: bool = True,
    unsubscribe_path: str = "",
) -> uuid.UUID:
    """Write to somebody: the message and its delivery are part of the caller's transaction.

    `template` names files in `templates/emails/`; `values` fill them, and every value they ask for
    must be there. `organisation_name` is who writes, empty for the exchange itself. With a
    `person_id` the message also stands in that person's inbox, unless `inbox` is false (for links
    that sign somebody in); kinds that people choose for come as they chose. `unsubscribe_path` is
    where a POST ends such messages (RFC 8058). Gives the message's id, which becomes its
    Message-ID.

    Raises BadAddress, BadHeader, jinja2.UndefinedError, jinja2.TemplateNotFound.
    """
    settings = settings_of(db)
    rendered = render_message(
        template,
        values,
        base_url=settings.base_url,
        language=language,
        organisation_name=organisation_name,
    )
    message_id = new_id()
    way = await _way(db, person_id, template, inbox=inbox)
    unsubscribe = f"{settings.base_url}{unsubscribe_path}" if unsubscribe_path else ""
    by_mail = way is not Way.INBOX
    db.add(
        Message(
            id=message_id,
            to_address=check_address(to),
            person_id=person_id,
            organisation_name=organisation_name,
            template=template,
            language=language,
            subject=rendered.subject,
            sealed=seal_letter(settings, message_id, rendered, unsubscribe),
            in_inbox=way is not Way.MAIL,
            channel=None if by_mail else Channel.INBOX,
            sent_at=None if by_mail else func.now(),
        )
    )
    await db.flush()
    if by_mail:
        await enqueue(db, DELIVER, message_id=str(message_id))
    return message_id


def draft_letter(
    db: AsyncSession,
    *,
    template: str,
    values: Mapping[str, Any],
    language: Literal["en", "cy"] = "en",
) -> Rendered:
    """What `send` would write, for whoever has it sent to look at first. Raises as `send`."""
    base_url = settings_of(db).base_url
    return render_message(template, values, base_url=base_url, language=language)


async def delete_letters(db: AsyncSession, message_ids: Sequence[uuid.UUID]) -> None:
    """Delete messages altogether, those that wait to be handed over too."""
    if message_ids:
        await db.execute(delete(Message).where(Message.id.in_(message_ids)))


async def _way(db: AsyncSession, person_id: uuid.UUID | None, template: str, *, inbox: bool) -> Way:
    """How a message goes: as its reader chose, where there is something to choose."""
    if person_id is None or not inbox:
        return Way.MAIL
    kind = kind_of(template)
    return await way_for(db, person_id, kind) if kind else Way.BOTH


async def deliver_message(db: AsyncSession, message_id: uuid.UUID) -> None:
    """Hand a message over, unless that was done: the worker calls it, perhaps more than once.

    Raises TryAgain while the trouble may pass. A message that the server refuses for good is
    marked failed, for operators to see.
    """
    message = await queries.lock_message(db, message_id)
    if message is None or message.sent_at or message.failed_at:
        return
    settings = settings_of(db)
    try:
        channel = await deliver(settings, open_letter(settings, message))
    except CannotUnseal:
        _fail(message, "key-changed")
    except RefusedForGood as refusal:
        _fail(message, refusal.code)
    else:
        message.channel, message.sent_at = channel.value, func.now()
    await db.flush()


def _fail(message: Message, code: str) -> None:
    """The address stays out of the log."""
    _log.error("message %s (%s) could not be delivered: %s", message.id, message.template, code)
    message.failed_at, message.failure = func.now(), code


async def try_again(db: AsyncSession, actor: Actor, *, message_id: uuid.UUID) -> None:
    """An operator has mended what was wrong: a failed message goes out once more.

    Raises NotFound where there is no such failed message or its text is gone, and for anybody who
    is no operator.
    """
    require_operator(actor)
    message = await queries.lock_failed_message(db, message_id)
    message.failed_at, message.failure = None, None
    await db.flush()
    await record(db, actor, "message.sent_again", subject=("message", message.id))
    await enqueue(db, DELIVER, message_id=str(message.id))


async def keep_trying(db: AsyncSession) -> None:
    """Each hour: send what a long outage held up; after two days give up and say so.

    The outbox gives up after its rounds, about half an hour. A mail server may be away for longer.
    """
    await db.execute(
        update(Message)
        .where(
            Message.sent_at.is_(None),
            Message.failed_at.is_(None),
            Message.created_at < func.now() - TRY_FOR,
        )
        .values(failed_at=func.now(), failure="gave-up")
    )
    await revive(db, DELIVER, younger_than=TRY_FOR)


async def forget_texts(db: AsyncSession) -> None:
    """Delete text and address of messages after 30 days; the line in the inbox stays."""
    await db.execute(
        update(Message)
        .where(Message.sealed.is_not(None), Message.created_at < func.now() - KEEP_TEXT)
        .values(sealed=None, to_address=None)
    )


async def take_out_of_messages(
    db: AsyncSession,
    taken_out: Callable[[str, bool], str],
    *,
    organisation_names: Collection[str],
) -> None:
    """Take what names somebody out of messages to others, sealed texts too.

    `taken_out` does that to a text: addresses always, the name where it is told so. That is for
    messages of the exchange itself and of these bodies: elsewhere somebody else may have it.
    """
    settings, after = settings_of(db), None
    own = {"", *organisation_names}
    while found := await queries.list_after(db, after):
        for message in found:
            _take_out(settings, message, taken_out, name_too=message.organisation_name in own)
        await db.flush()
        after = found[-1].id
        for message in found:
            db.expunge(message)


def _take_out(
    settings: Settings, message: Message, taken_out: Callable[[str, bool], str], *, name_too: bool
) -> None:
    message.subject = taken_out(message.subject, name_too)
    try:
        letter = open_letter(settings, message)
    except CannotUnseal:
        return
    text, page = taken_out(letter.text, name_too), taken_out(letter.html, name_too)
    if (text, page) != (letter.text, letter.html):
        rendered = Rendered(message.subject, text, page)
        message.sealed = seal_letter(settings, message.id, rendered, letter.unsubscribe)
