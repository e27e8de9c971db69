"""Mail leaves by real protocols: a mail server in the test's loop, and Notify's HTTP interface."""

import asyncio
import base64
import ipaddress
import json
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.core.config import PRODUCTION, Notify, Settings, Smtp
from app.core.db import new_id
from app.core.outbox import TryAgain
from app.notifications import channels
from app.notifications.channels import RefusedForGood, compose, deliver
from app.notifications.domain import BadHeader, Channel
from app.notifications.letters import Letter
from tests.notifications.mail_server import Inbox, only, serving

FROM = "Crossbench <no-reply@posts.example>"
KEY = "crossbench-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0"
LETTER = Letter(
    id=new_id(),
    to_address="ada@x.example",
    organisation_name="Cyngor Llŷn",
    language="cy",
    subject="Croeso i £5",
    text="Helo Siân\nhttps://posts.example/come\n.\n..\nDiwedd\n",
    html="<p>Helo Siân</p>\n",
)


def by_mail(port: int, **more: Any) -> Settings:
    smtp = Smtp(host="127.0.0.1", port=port, **more)
    return Settings(smtp=smtp, mail_from=FROM)


async def send(port: int, **more: Any) -> Channel:
    return await deliver(by_mail(port, **more), LETTER)


class TestMail:
    """What the reader gets."""

    async def test_a_mail_says_who_wrote_and_comes_whole(self) -> None:
        inbox = Inbox()
        async with serving(inbox) as port:
            assert await send(port) == Channel.SMTP
        (mail,) = inbox.mails
        assert str(mail["From"]) == "Cyngor Llŷn via Crossbench <no-reply@posts.example>"
        assert str(mail["To"]) == "ada@x.example"
        assert str(mail["Subject"]) == "Croeso i £5"
        assert str(mail["Message-ID"]) == f"<{LETTER.id}@posts.example>"
        assert str(mail["Content-Language"]) == "cy"
        assert str(mail["Auto-Submitted"]) == "auto-generated"
        plain, html = mail.iter_parts()
        # Lines end with CR and LF on their way.
        assert plain.get_content().splitlines() == LETTER.text.splitlines()
        assert html.get_content().splitlines() == LETTER.html.splitlines()
        assert html.get_content_type() == "text/html"

    async def test_without_an_organisation_the_exchange_writes(self) -> None:
        assert str(compose(replace(LETTER, organisation_name=""), FROM)["From"]) == FROM

    def test_the_same_letter_has_the_same_id_each_time(self) -> None:
        first, second = compose(LETTER, FROM), compose(LETTER, FROM)
        assert first["Message-ID"] == second["Message-ID"]

    @pytest.mark.parametrize("name", ["Moor\r\nBcc: eve@y.example", "Moor\nX: y"])
    def test_no_name_begins_another_header(self, name: str) -> None:
        with pytest.raises(BadHeader):
            compose(replace(LETTER, organisation_name=name), FROM)

    def test_nor_does_a_subject(self) -> None:
        with pytest.raises(ValueError, match="linefeed"):
            compose(replace(LETTER, subject="Hello\r\nBcc: eve@y.example"), FROM)

    @pytest.mark.parametrize("name", ['Moor "The" Council', "Moor, Dale <x@y.example>", "A;B"])
    def test_a_name_of_special_characters_stays_a_name(self, name: str) -> None:
        sender = compose(replace(LETTER, organisation_name=name), FROM)["From"].addresses
        assert [one.addr_spec for one in sender] == ["no-reply@posts.example"]
        assert sender[0].display_name == f"{name} via Crossbench"


class TestTrouble:
    """What may pass is tried again; what was refused for good is not."""

    @pytest.mark.parametrize(
        "answers",
        [
            {"on_recipient": "450 try later"},
            {"on_data": "451 try later"},
            {"on_sender": "421 busy"},
            {"on_sender": "550 we do not know you"},
        ],
    )
    async def test_it_may_pass(self, answers: dict[str, str]) -> None:
        inbox = Inbox(**answers)  # type: ignore[arg-type]
        async with serving(inbox) as port:
            with pytest.raises(TryAgain):
                await send(port)
        assert inbox.mails == []

    @pytest.mark.parametrize(
        ("answers", "code"),
        [
            ({"on_recipient": "550 no such user"}, "smtp-550"),
            ({"on_data": "554 we do not like it"}, "smtp-554"),
        ],
    )
    async def test_it_will_not_pass(self, answers: dict[str, str], code: str) -> None:
        async with serving(Inbox(**answers)) as port:  # type: ignore[arg-type]
            with pytest.raises(RefusedForGood) as refusal:
                await send(port)
        assert refusal.value.code == code

    async def test_nobody_listens(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        with pytest.raises(TryAgain):
            await send(port)

    async def test_a_server_that_never_answers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(channels, "PATIENCE_SECONDS", 0.2)
        with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TryAgain):
            await send(silent.getsockname()[1])

    async def test_a_server_that_hangs_up_once_it_has_answered_has_the_mail(self) -> None:
        inbox = Inbox(hangs_up_after=True)
        async with serving(inbox) as port:
            assert await send(port) == Channel.SMTP
        assert len(inbox.mails) == 1

    async def test_a_server_that_hangs_up_before_it_answers_gets_it_again(self) -> None:
        inbox = Inbox(on_data="421 closing")
        async with serving(inbox) as port:
            with pytest.raises(TryAgain):
                await send(port)

    async def test_in_production_mail_waits_until_there_is_a_way(self) -> None:
        with pytest.raises(TryAgain):
            await deliver(Settings(environment=PRODUCTION), LETTER)
        assert await deliver(Settings(), LETTER) == Channel.MAILBOX


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, signed by itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mail.pem"
    plain = serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(pem)
    )
    return path


class TestTls:
    """A password and mail go over TLS, to a server whose certificate is trusted."""

    @pytest.fixture
    def tls(self, certificate: Path) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        return context

    @pytest.fixture
    def trusted(self, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    @pytest.mark.usefixtures("trusted")
    async def test_starttls_with_a_password(self, tls: ssl.SSLContext) -> None:
        inbox = Inbox()
        options = {
            "tls_context": tls,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": only("us", "secret"),
        }
        async with serving(inbox, **options) as port:
            await send(port, tls="starttls", user="us", password="secret")
            with pytest.raises(TryAgain):
                await send(port, tls="starttls", user="us", password="wrong")
        assert inbox.secure == [True]

    @pytest.mark.usefixtures("trusted")
    async def test_tls_from_the_first_byte(self, tls: ssl.SSLContext) -> None:
        inbox = Inbox()
        async with serving(inbox, tls=tls) as port:
            await send(port, tls="always")
        assert len(inbox.mails) == 1

    async def test_a_server_nobody_vouches_for_gets_nothing(self, tls: ssl.SSLContext) -> None:
        inbox = Inbox()
        async with serving(inbox, tls_context=tls) as port:
            with pytest.raises(TryAgain):
                await send(port, tls="starttls")
        assert inbox.mails == []

    async def test_a_server_without_tls_gets_nothing_where_it_is_demanded(self) -> None:
        inbox = Inbox()
        async with serving(inbox) as port:
            with pytest.raises(TryAgain):
                await send(port, tls="starttls")
        assert inbox.mails == []


@dataclass
class NotifyStub:
    """The part of Notify's HTTP interface that sends an email."""

    status: int = 201
    answer: dict[str, Any] = field(default_factory=lambda: {"id": "x"})
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)

    async def answer_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {
            name.lower(): value
            for name, _, value in (line.partition(": ") for line in head[1:] if line)
        }
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        self.asked.append((head[0], headers, body))
        content = json.dumps(self.answer).encode()
        writer.write(
            f"HTTP/1.1 {self.status} X\r\nContent-Type: application/json\r\nConnection: close\r\n"
            f"Content-Length: {len(content)}\r\n\r\n".encode()
            + content
        )
        await writer.drain()
        writer.close()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[Settings]:
        server = await asyncio.start_server(self.answer_one, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server:
            notify = Notify(api_key=KEY, template_id="t-1", url=f"http://127.0.0.1:{port}")
            yield Settings(notify=notify)


class TestNotify:
    """GOV.UK Notify, spoken to over HTTP by its own client."""

    async def test_subject_and_text_fill_the_template(self) -> None:
        stub = NotifyStub()
        async with stub.serving() as settings:
            assert await deliver(settings, LETTER) == Channel.NOTIFY
        ((line, headers, body),) = stub.asked
        assert line == "POST /v2/notifications/email HTTP/1.1"
        assert body == {
            "email_address": "ada@x.example",
            "template_id": "t-1",
            "personalisation": {"subject": LETTER.subject, "body": LETTER.text},
            "reference": str(LETTER.id),
        }
        token = headers["authorization"].removeprefix("Bearer ")
        claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        assert claims["iss"] == KEY[-73:-37]

    @pytest.mark.parametrize("status", [429, 500, 503, 403])
    async def test_it_may_pass(self, status: int) -> None:
        stub = NotifyStub(status, {"errors": [{"error": "E", "message": "m"}]})
        async with stub.serving() as settings:
            with pytest.raises(TryAgain):
                await deliver(settings, LETTER)

    async def test_it_will_not_pass(self) -> None:
        stub = NotifyStub(400, {"errors": [{"error": "ValidationError", "message": "m"}]})
        async with stub.serving() as settings:
            with pytest.raises(RefusedForGood) as refusal:
                await deliver(settings, LETTER)
        assert refusal.value.code == "notify-400"

    async def test_nobody_listens(self) -> None:
        notify = Notify(api_key=KEY, template_id="t", url="http://127.0.0.1:1")
        with pytest.raises(TryAgain):
            await deliver(Settings(notify=notify), LETTER)
