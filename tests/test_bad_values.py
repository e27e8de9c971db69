"""What no field may make of what it is given: refused with 422 or kept as text, never 500.

Every form of every page is found by opening the pages, every parameter of the API in its
description, so that new ones are tried without a line here.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, quote_plus, urljoin, urlsplit

import pytest

from tests.access import expected
from tests.conftest import Servers
from tests.test_access_matrix import filled
from tests.world import NOWHERE, World, made_world

VALUES = {
    "nul": "a\0b",
    "surrogate": "a\ud800b",
    "controls": "a\x07\x1b[31mb",
    "bidi": "a\u202eb\u2066c",
    "script": "<script>zz()</script>",
    "template": "zz {{7*7}}${7*7}#{7*7} zz",
    "quotes": "'; DROP TABLE person; --\"",
    "lines": "a\r\nSet-Cookie: zz=1",
    "formula": "=1+1",
    "huge number": "9" * 400,
    "minus": "-1e999",
    "long": "long " * 60_000,
    "astral": "\U0001f9d1\u200d\U0001f52c" * 40,
}
# Tried in one field at a time too, since one that is refused may hide what another would do.
ALONE = ("script", "surrogate")
# The many pages of the calculator are slow, each costing the post: they get the worst alone.
SLOW, WORST = "/calculator/d/", ("nul", "surrogate", "script", "huge number")
NO_PAGES = ("/api/", "/static/", "/health/")
MOST_OF_A_KIND = 40
FINE = {200, 303, 403, 404, 409, 413, 422}
OWN = {"_csrf_token", "_once"}
# What a browser never sends, and nobody may set by sending it.
NEVER_ASKED = ("id", "organisation_id", "status", "created_by_id", "approved_at", "is_operator")


@dataclass
class Found(HTMLParser):
    """The forms of a page: where each goes, and its fields with their values; where it leads."""

    links: list[str] = field(default_factory=list)
    forms: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    select: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.append(urlsplit(given["href"]).path)
        if tag == "form":
            method = given.get("method", "get").upper()
            self.forms.append((method, given.get("action", ""), {}))
        name, fields = given.get("name", ""), self.forms[-1][2] if self.forms else {}
        if tag in {"input", "textarea", "select"} and name:
            is_off = given.get("type") in {"radio", "checkbox"} and "checked" not in given
            fields.setdefault(name, "" if is_off else given.get("value", ""))
            self.select = name if tag == "select" else ""
        if tag == "option" and self.select and "selected" in given:
            fields[self.select] = given.get("value", "")


@pytest.fixture(scope="module")
async def world(servers: Servers) -> AsyncIterator[World]:
    async with made_world(servers) as made:
        yield made


Form = tuple[str, str, dict[str, str]]


@pytest.fixture(scope="module")
async def forms(world: World) -> list[Form]:
    """Each form once, of the pages in the table and those that they lead to."""
    found: dict[tuple[str, str, frozenset[str]], Form] = {}
    for who in ("everything", "operator"):
        waiting = [
            filled(path, world.own)
            for (method, path), letters in expected().items()
            if method == "GET" and letters["hr"] != "?" and not path.startswith(NO_PAGES)
        ]
        first, seen = set(waiting), Counter[str]()
        while waiting:
            target = waiting.pop(0)
            answer = await world.ask(who, "GET", target)
            if not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            page = Found()
            page.feed(answer.text)
            for how, action, fields in page.forms:
                to = urlsplit(urljoin(f"http://x{target}", action or target)).path
                found.setdefault((how, to, frozenset(fields)), (how, to, fields))
            if target in first and who == "everything":
                waiting += [path for path in page.links if is_new(path, first, seen)]
    return list(found.values())


def is_new(path: str, first: set[str], seen: Counter[str]) -> bool:
    """Whether a page is to be opened too: of each kind of page (all but the end) some."""
    seen[path] += 1
    seen[path.rpartition("/")[0]] += seen[path] == 1
    is_page = path not in first and not path.startswith(NO_PAGES) and "." not in path
    return is_page and seen[path] == 1 and seen[path.rpartition("/")[0]] <= MOST_OF_A_KIND


def test_there_are_forms_to_try(forms: list[Form]) -> None:
    assert len(forms) > 10


def encoded(values: dict[str, str]) -> bytes:
    """As a browser sends a form, with what no browser would send."""
    return "&".join(
        f"{quote_plus(k)}={quote_plus(v.encode('utf-8', 'surrogatepass'))}"
        for k, v in values.items()
    ).encode()


async def send(world: World, who: str, form: Form, values: dict[str, str]) -> str:
    """Send a form; what is wrong with the answer, or nothing."""
    method, path, _ = form
    if method == "GET":
        # Beyond 64 kB of address the server hangs up by itself.
        query = encoded({name: value[:2000] for name, value in values.items()}).decode()
        answer = await world.ask(who, "GET", f"{path}?{query}")
    else:
        token = {"_csrf_token": world.token(world.people[who], path)}
        answer = await world.ask(
            who,
            "POST",
            path,
            content=encoded({**token, **values}),
            headers={"content-type": "application/x-www-form-urlencoded"},
        )
    return wrong_with(answer)


def wrong_with(answer: Any) -> str:
    if answer.status_code not in FINE:
        return f"status {answer.status_code}"
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    # The space: a token drawn by lot holds none, and would hold the rest once in a while.
    if is_page and ("<script>zz" in answer.text or "zz 49" in answer.text):
        return "not escaped"
    if "zz=1" in answer.headers.get("set-cookie", ""):
        return "a header of theirs"
    return ""


def hostile(fields: dict[str, str], names: tuple[str, ...], value: str) -> Iterator[dict[str, str]]:
    """All fields at once, then each alone with the others as the page had them."""
    mine = {name: text for name, text in fields.items() if name not in OWN}
    yield dict.fromkeys(mine, value)
    for name in names:
        yield {**mine, name: value}


@pytest.mark.parametrize("kind", VALUES)
async def test_each_value_in_each_field(world: World, forms: list[Form], kind: str) -> None:
    wrong: list[str] = []
    for form in forms:
        is_slow = form[1].startswith(SLOW)
        if is_slow and kind not in WORST:
            continue
        is_alone = kind in ALONE and not is_slow
        names = tuple(n for n in form[2] if n not in OWN) if is_alone else ()
        for values in hostile(form[2], names, VALUES[kind]):
            fault = await send(world, "everything", form, values)
            if fault:
                changed = [n for n, v in values.items() if v == VALUES[kind]]
                wrong.append(f"{form[0]} {form[1]} {changed}: {fault}")
    assert wrong == []


@pytest.mark.parametrize("name", NEVER_ASKED)
async def test_what_is_not_asked_is_refused(world: World, forms: list[Form], name: str) -> None:
    """Unknown fields are refused wherever a page asks anything."""
    for form in forms:
        method, path, fields = form
        asked = {k: v for k, v in fields.items() if k not in OWN}
        if method == "GET" or not asked or name in asked:
            continue
        values = {**asked, name: NOWHERE}
        token = {"_csrf_token": world.token(world.people["everything"], path)}
        answer = await world.ask(
            "everything",
            "POST",
            path,
            content=encoded({**token, **values}),
            headers={"content-type": "application/x-www-form-urlencoded"},
        )
        assert answer.status_code in {403, 404, 409, 422}, (path, name, answer.status_code)


@pytest.mark.parametrize("kind", [k for k in VALUES if k != "long"])
async def test_each_value_in_each_parameter(world: World, kind: str) -> None:
    """Of paths and of the API's queries; a page's own query is tried with its search forms."""
    value = quote(VALUES[kind].encode("utf-8", "surrogatepass"), safe="")
    wrong: list[str] = []
    for method, path in expected():
        if method != "GET" or "{" not in path:
            continue
        for name in world.own:
            if path.startswith(name):
                target = filled(path, {**world.own, name: value})
                answer = await world.ask("everything", "GET", target)
                if fault := wrong_with(answer):
                    wrong.append(f"{path} with {name}: {fault}")
    described = (await world.ask("visitor", "GET", "/api/openapi.json")).json()["paths"]
    for path, methods in described.items():
        for parameter in methods.get("get", {}).get("parameters", []):
            if parameter["in"] == "query":
                target = f"{filled(path, world.own)}?{parameter['name']}={value}"
                answer = await world.ask("visitor", "GET", target)
                if fault := wrong_with(answer):
                    wrong.append(f"{path}?{parameter['name']}: {fault}")
    assert wrong == []
