"""Outgoing calls: public https hosts only, the checked address, no redirects, quick and small."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest

from app.core import http
from app.core.config import Settings, SettingsError
from app.core.http import CallRefused, GuardedTransport, is_public, outgoing


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
     "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
     "not an address"],
)  # fmt: skip
def test_what_is_not_public(address: str) -> None:
    assert not is_public(address)


def test_what_is_public() -> None:
    assert all(map(is_public, ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"]))


def calls(*addresses: str, loopback: bool = False) -> httpx2.AsyncClient:
    """A client whose every name has these addresses."""

    async def resolver(_: str, __: int) -> list[str]:
        return list(addresses)

    transport = GuardedTransport(allow_loopback=loopback, resolver=resolver)
    return httpx2.AsyncClient(transport=transport)


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("http://idp.example/", ["93.184.215.14"]),
        ("https://idp.example:8443/", ["93.184.215.14"]),
        ("https://user:secret@idp.example/", ["93.184.215.14"]),
        ("https://idp.example/", ["127.0.0.1"]),
        ("https://idp.example/", ["93.184.215.14", "10.0.0.1"]),
        ("https://idp.example/", []),
        ("https://10.0.0.1/", ["10.0.0.1"]),
    ],
)
async def test_what_is_refused_is_not_called(url: str, addresses: list[str]) -> None:
    async with calls(*addresses) as client:
        with pytest.raises(CallRefused):
            await client.get(url)


async def test_a_name_that_changes_its_address_is_asked_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rebinding: the address that was checked is the one that is called."""
    asked, called = [], []

    async def resolver(host: str, _: int) -> list[str]:
        asked.append(host)
        return ["93.184.215.14"] if len(asked) == 1 else ["127.0.0.1"]

    async def send(_: object, request: httpx2.Request) -> httpx2.Response:
        called.append((request.url.host, request.headers["host"], request.extensions))
        return httpx2.Response(200, stream=Words())

    monkeypatch.setattr(httpx2.AsyncHTTPTransport, "handle_async_request", send)
    async with httpx2.AsyncClient(transport=GuardedTransport(resolver=resolver)) as client:
        await client.get("https://idp.example/x")
    assert asked == ["idp.example"]
    assert [(host, name) for host, name, _ in called] == [("93.184.215.14", "idp.example")]
    assert called[0][2]["sni_hostname"] == "idp.example"


class Words(httpx2.AsyncByteStream):
    """An answer of two letters."""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield b"{}"


class Server:
    """A server on this machine that says one thing."""

    def __init__(self, answer: bytes, *, wait: float = 0) -> None:
        self.answer, self.wait = answer, wait

    async def __aenter__(self) -> str:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"http://idp.example:{self.server.sockets[0].getsockname()[1]}/"

    async def __aexit__(self, *_: object) -> None:
        self.server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(self.wait)
        writer.write(self.answer)
        await writer.drain()
        writer.close()


def said(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """An answer in bytes."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    """A client that may call this machine."""
    async with calls("127.0.0.1", loopback=True) as made:
        yield made


async def test_a_redirect_is_not_followed(client: httpx2.AsyncClient) -> None:
    moved = said(b"", "location: http://127.0.0.1:1/", status="302 Found")
    async with Server(moved) as url:
        assert (await client.get(url)).status_code == 302


async def test_too_much_is_refused(client: httpx2.AsyncClient) -> None:
    async with Server(said(b"x" * (http.LARGEST_ANSWER + 1))) as url:
        with pytest.raises(CallRefused, match="too large"):
            await client.get(url)
    async with Server(said(b"x" * http.LARGEST_ANSWER)) as url:
        assert len((await client.get(url)).content) == http.LARGEST_ANSWER


async def test_packed_answers_are_refused(client: httpx2.AsyncClient) -> None:
    async with Server(said(b"x", "content-encoding: gzip")) as url:
        with pytest.raises(CallRefused, match="packed"):
            await client.get(url)


async def test_slow_answers_are_given_up(
    client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "SECONDS", 0.1)
    async with Server(said(b"{}"), wait=0.5) as url:
        with pytest.raises(CallRefused, match="too long"):
            await client.get(url)


async def test_who_does_not_answer_is_not_reached(client: httpx2.AsyncClient) -> None:
    with pytest.raises(CallRefused, match="not be reached"):
        await client.get("http://idp.example:1/")


async def test_names_without_an_address_are_refused() -> None:
    with pytest.raises(CallRefused):
        await http.resolve("no-such-host.invalid", 443)
    assert await http.resolve("127.0.0.1", 443) == ["127.0.0.1"]


def test_this_machine_is_called_where_a_setting_says_so_and_never_in_production() -> None:
    assert not Settings.from_environment({}).outgoing_loopback
    assert Settings.from_environment({"OIDC_ALLOW_LOOPBACK": "yes"}).outgoing_loopback
    assert outgoing(Settings())["follow_redirects"] is False
    with pytest.raises(SettingsError, match="OIDC_ALLOW_LOOPBACK"):
        Settings.from_environment({"OIDC_ALLOW_LOOPBACK": "yes", "CROSSBENCH_ENV": "production"})
