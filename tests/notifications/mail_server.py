"""A mail server that speaks the real protocol, in the loop of the test."""

import asyncio
import email
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Inbox:
    """What the server took, and what it answers or does first."""

    mails: list[EmailMessage] = field(default_factory=list)
    on_sender: str = ""
    on_recipient: str = ""
    on_data: str = ""
    before_answer: Callable[[], Awaitable[None]] | None = None
    hangs_up_after: bool = False
    secure: list[bool] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 (these names are aiosmtpd's)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.on_sender:
            return self.on_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.on_recipient:
            return self.on_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.before_answer is not None:
            await self.before_answer()
        if self.on_data:
            return self.on_data
        content = envelope.content
        assert isinstance(content, bytes)
        mail = email.message_from_bytes(content, policy=default)
        assert isinstance(mail, EmailMessage)
        assert [str(mail["To"])] == envelope.rcpt_tos
        self.mails.append(mail)
        self.secure.append(session.ssl is not None)
        if self.hangs_up_after:
            await server.push("250 OK")
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"

    def ids(self) -> list[str]:
        """Message-IDs, in the order in which mails came."""
        return [str(mail["Message-ID"]) for mail in self.mails]


def only(user: str, password: str) -> Callable[..., AuthResult]:
    """Lets in one user."""

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and (data.login, data.password) == (
            user.encode(),
            password.encode(),
        )
        return AuthResult(success=good, handled=good)

    return check


@asynccontextmanager
async def serving(
    inbox: Inbox, *, tls: ssl.SSLContext | None = None, **more: Any
) -> AsyncIterator[int]:
    """Serve until the block ends; gives the port. `tls` is for the first byte."""
    protocols: list[SMTP] = []

    loop = asyncio.get_running_loop()

    def make() -> SMTP:
        protocols.append(SMTP(inbox, hostname="mail.example", loop=loop, **more))
        return protocols[-1]

    server = await loop.create_server(make, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for protocol in protocols:
            if protocol.transport is not None:
                protocol.transport.abort()
        tasks = [p._handler_coroutine for p in protocols if p._handler_coroutine is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()
