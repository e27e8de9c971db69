"""The ways a message leaves: a mail server, GOV.UK Notify, or only the demo mailbox."""

import asyncio
import logging
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as MAIL_POLICY
from email.utils import formatdate, parseaddr
from typing import Final

import aiosmtplib
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from app.core.config import Notify, Settings, Smtp
from app.core.outbox import TryAgain
from app.notifications.domain import Channel, check_line
from app.notifications.letters import Letter

PATIENCE_SECONDS: Final = 8
RETRY_SECONDS: Final = 20

_log = logging.getLogger(__name__)


class RefusedForGood(Exception):
    """The server will never take this message; `code` says why in its own short word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def deliver(settings: Settings, letter: Letter) -> Channel:
    """Hand a letter over, and say which way it went. Raises TryAgain, RefusedForGood.

    In production a message waits until there is a way; in demo mode the mailbox is one.
    """
    if settings.smtp:
        await _by_smtp(settings.smtp, compose(letter, settings.mail_from))
        return Channel.SMTP
    if settings.notify:
        await asyncio.to_thread(_by_notify, settings.notify, letter)
        return Channel.NOTIFY
    if settings.is_production:
        raise _misconfigured("neither SMTP_URL nor NOTIFY_API_KEY is set")
    return Channel.MAILBOX


def compose(letter: Letter, sender: str) -> EmailMessage:
    """The mail, the same each time: its Message-ID is the message's id, so that a repeat shows."""
    name, address = parseaddr(sender)
    local, _, domain = address.rpartition("@")
    shown = f"{letter.organisation_name} via Crossbench" if letter.organisation_name else name
    mail = EmailMessage(policy=MAIL_POLICY)
    mail["From"] = Address(check_line(shown, "name"), local, domain)
    mail["To"] = Address(addr_spec=letter.to_address)
    mail["Subject"] = letter.subject
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = f"<{letter.id}@{domain}>"
    # No out-of-office answers to a machine.
    mail["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        mail["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.text, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    mail["Content-Language"] = letter.language
    return mail


async def _by_smtp(smtp: Smtp, mail: EmailMessage) -> None:
    """One connection a mail. Once the server has answered, nothing may make it count as unsent."""
    client = aiosmtplib.SMTP(
        hostname=smtp.host,
        port=smtp.port,
        username=smtp.user or None,
        password=smtp.password or None,
        use_tls=smtp.tls == "always",
        start_tls={"starttls": True, "always": False}.get(smtp.tls),
        local_hostname=parseaddr(str(mail["From"]))[1].rpartition("@")[2],
        timeout=PATIENCE_SECONDS,
    )
    try:
        await client.connect()
        await client.send_message(mail)
        with suppress(aiosmtplib.SMTPException, OSError):
            await client.quit(timeout=1)
    except (aiosmtplib.SMTPException, OSError) as error:
        raise _smtp_trouble(error) from error
    finally:
        client.close()


def _smtp_trouble(error: Exception) -> Exception:
    """Whether the trouble may pass.

    A refused recipient or text is refused for good. A refused sender, sign-in or greeting is a
    mistake of ours: the mail waits until somebody has mended the settings.
    """
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPRecipientRefused | aiosmtplib.SMTPDataError):
        return RefusedForGood(f"smtp-{error.code}") if error.code >= 500 else _wait(error)
    if isinstance(error, aiosmtplib.SMTPResponseException) and error.code >= 500:
        return _misconfigured(f"the mail server says {error.code}")
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return _misconfigured("the mail server does not offer what SMTP_URL asks for")
    return _wait(error)


def _by_notify(notify: Notify, letter: Letter) -> None:
    """Notify keeps the layout of mail in its template; ours fills subject and body."""
    client = NotificationsAPIClient(notify.api_key, base_url=notify.url, timeout=PATIENCE_SECONDS)
    try:
        client.send_email_notification(
            email_address=letter.to_address,
            template_id=notify.template_id,
            personalisation={"subject": letter.subject, "body": letter.text},
            reference=str(letter.id),
            one_click_unsubscribe_url=letter.unsubscribe or None,
        )
    except APIError as error:
        if error.status_code == 400:
            raise RefusedForGood("notify-400") from error
        if error.status_code in {401, 403, 404}:
            raise _misconfigured(f"GOV.UK Notify says {error.status_code}") from error
        raise _wait(error) from error
    finally:
        client.request_session.close()


def _wait(error: Exception) -> TryAgain:
    _log.warning("mail waits: %s", type(error).__name__)
    return TryAgain(RETRY_SECONDS)


def _misconfigured(what: str) -> TryAgain:
    _log.error("mail waits: %s", what)
    return TryAgain(RETRY_SECONDS)
