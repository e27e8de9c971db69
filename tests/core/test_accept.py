"""What programs say that they take, by the weights they give."""

import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.core.accept import best_kind, takes_encoding, weights
from app.core.config import Settings
from tests.conftest import Servers
from tests.pages import PageClient

PDF, TEXT = "application/pdf", "text/plain"


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", {}),
        ("br, gzip", {"br": 1.0, "gzip": 1.0}),
        ("GZIP ; Q=0.5", {"gzip": 0.5}),
        ("gzip;q=0.000", {"gzip": 0.0}),
        ("gzip;q=1.000;x=y, br;q=2, deflate;q=", {"gzip": 1.0}),
        ("gzip, gzip;q=0", {"gzip": 1.0}),
    ],
)
def test_weights_are_read_as_written(header: str, found: dict[str, float]) -> None:
    assert weights(header) == found


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("gzip", True),
        ("gzip;q=0", False),
        ("br", False),
        ("*", True),
        ("*;q=0", False),
        ("", False),
    ],
)
def test_an_encoding_of_weight_0_is_not_taken(header: str, taken: bool) -> None:
    assert takes_encoding(header, "gzip") is taken


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("", PDF),
        ("*/*", PDF),
        (f"{TEXT}, {PDF}", TEXT),
        (f"{TEXT};q=0.5, {PDF}", PDF),
        ("text/*", TEXT),
        (f"{PDF};q=0, */*;q=0.1", TEXT),
        (f"{PDF};q=0", None),
        ("image/png", None),
    ],
)
def test_the_kind_that_is_wanted_most(header: str, kind: str | None) -> None:
    assert best_kind(header, [PDF, TEXT]) == kind


@pytest.mark.parametrize(("header", "packed"), [("gzip", True), ("gzip;q=0", False), ("*", True)])
async def test_pages_are_packed_for_whom_it_suits(
    client: PageClient, header: str, packed: bool
) -> None:
    answer = await client.get("/", headers={"accept-encoding": header})
    assert (answer.headers.get("content-encoding") == "gzip") is packed


def test_what_is_no_http_is_answered_with_our_headers(
    servers: Servers, settings: Settings, start_live_server: Callable[[Settings], Any]
) -> None:
    with start_live_server(settings) as live:
        where = urlsplit(live.url)
        with socket.create_connection((where.hostname, where.port), timeout=5) as connection:
            connection.sendall(b"NOT HTTP AT ALL\r\n\r\n")
            answer = b""
            while part := connection.recv(4096):
                answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    lines = {line.split(b":")[0].lower() for line in head.split(b"\r\n")[1:]}
    assert {b"content-security-policy", b"strict-transport-security"} <= lines
    assert {b"x-content-type-options", b"referrer-policy", b"cache-control"} <= lines
    assert b"server" not in lines
    assert body == b"Invalid HTTP request received."
