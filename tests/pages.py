"""A client for pages that checks every HTML answer, and fills in forms as a browser would."""

from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

import html5lib
import httpx

XHTML = "{http://www.w3.org/1999/xhtml}"


def parse(text: str) -> Element:
    """The page as a tree. Strict: a page that is not well-formed HTML fails the test."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree: Element = parser.parse(text)
    return tree


def words(element: Element) -> str:
    """The text a person reads, in one line."""
    return " ".join("".join(element.itertext()).split())


def check_page(response: httpx.Response) -> None:
    """What holds for every page of ours."""
    page = parse(response.text)
    where = f"{response.request.method} {response.request.url.path}"
    headings = page.findall(".//h1")
    assert len(headings) == 1, f"{where}: {len(headings)} h1"
    assert words(headings[0]), f"{where}: empty h1"
    title = page.find(".//title")
    assert title is not None, f"{where}: no title"
    assert words(title), f"{where}: empty title"
    assert page.get("lang"), f"{where}: no language"
    for form in page.iter("form"):
        if form.get("method", "get").lower() == "post":
            for name in ("_csrf_token", "_once"):
                hidden = [i for i in form.iter("input") if i.get("name") == name]
                assert hidden, f"{where}: a form without {name}"
                assert hidden[0].get("value"), f"{where}: an empty {name}"
    for link in page.iter("a"):
        pictures = [i.get("alt") for i in link.iter("img") if i.get("alt")]
        named = words(link) or link.get("aria-label") or pictures
        assert named or link.get("href") is None, f"{where}: an empty link to {link.get('href')}"
    identifiers = [e.get("id") for e in page.iter() if e.get("id")]
    assert len(identifiers) == len(set(identifiers)), f"{where}: an id twice: {identifiers}"
    for element in page.iter():
        bad = [a for a in element.keys() if a == "style" or str(a).startswith("on")]  # noqa: SIM118
        assert not bad, f"{where}: inline {bad} on {element.tag}"


class PageClient(httpx.AsyncClient):
    """An HTTP client that behaves as a browser on our pages and checks what it gets."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(
            transport=httpx.ASGITransport(app=app),
            base_url="http://testserver",
            headers={"sec-fetch-site": "same-origin"},
            event_hooks={"response": [self._check]},
            **options,
        )

    async def _check(self, response: httpx.Response) -> None:
        await response.aread()
        is_page = response.headers.get("content-type", "").startswith("text/html")
        if is_page and response.request.method != "HEAD":
            check_page(response)

    async def submit(
        self, page: httpx.Response, values: dict[str, Any] | None = None, *, form: int = 0
    ) -> httpx.Response:
        """Post a page's form (the first by default) with its hidden fields and these values."""
        return await self._send(page, parse(page.text), values, form)

    async def fill_in(
        self, page: httpx.Response, values: dict[str, Any] | None = None, *, form: int = 0
    ) -> httpx.Response:
        """The same for a form of the page's own, whatever stands in its header."""
        main = next(parse(page.text).iter("main"))
        return await self._send(page, main, values, form)

    async def press(self, page: httpx.Response, action: str = "", **values: str) -> httpx.Response:
        """Send a form of the page's own as it stands, with these answers changed.

        It is the one that goes to `action`, or the first.
        """
        main = next(parse(page.text).iter("main"))
        forms = [f for f in main.iter("form") if f.get("method", "").lower() == "post"]
        chosen = next(f for f in forms if not action or f.get("action") == action)
        given = {
            str(field.get("name")): field.get("value", "")
            for field in chosen.iter("input")
            if field.get("type") not in {"radio", "checkbox"} or field.get("checked") is not None
        }
        return await self.post(str(chosen.get("action")), data={**given, **values})

    async def _send(
        self, page: httpx.Response, part: Element, values: dict[str, Any] | None, form: int
    ) -> httpx.Response:
        forms = [f for f in part.iter("form") if f.get("method", "").lower() == "post"]
        chosen = forms[form]
        hidden = {
            str(field.get("name")): field.get("value", "")
            for field in chosen.iter("input")
            if field.get("type") == "hidden"
        }
        target = urljoin(str(page.url), chosen.get("action") or str(page.url))
        return await self.post(target, data={**hidden, **(values or {})})


def assert_form_error(response: httpx.Response, field: str, message: str) -> None:
    """The error is in the title, in the summary with a link to the field, and beside the field."""
    assert response.status_code == 422, response.status_code
    page = parse(response.text)
    title = page.find(".//title")
    assert title is not None
    assert words(title).startswith("Error: "), words(title)
    summary = next(e for e in page.iter() if e.get("class", "") == "govuk-error-summary")
    links = {link.get("href"): words(link) for link in summary.iter("a")}
    assert links.get(f"#{field}") == message, links
    target = next((e for e in page.iter() if e.get("id") == field), None)
    assert target is not None, f"no element with the id {field}"
    beside = [words(e) for e in page.iter("p") if "govuk-error-message" in e.get("class", "")]
    assert f"Error: {message}" in beside, beside
