"""The layout is written by hand for speed: it must say what GOV.UK Frontend's macros would say."""

from typing import Any
from xml.etree.ElementTree import Element

import pytest
from litestar import Litestar

from tests.pages import PageClient, parse, words

NAVIGATION = """
{% set parts = "govuk_frontend_jinja/components/" %}
{% from parts ~ "skip-link/macro.html" import govukSkipLink %}
{% from parts ~ "service-navigation/macro.html" import govukServiceNavigation %}
<!DOCTYPE html><html><head><title>x</title></head><body>
{{ govukSkipLink({"href": "#main-content", "text": "Skip to main content"}) }}
{{ govukServiceNavigation({
  "navigationLabel": "Main", "menuButtonText": "Menu", "classes": "cb-navigation",
  "navigation": places
}) }}
</body></html>
"""


def shape(element: Element) -> list[Any]:
    """Names, attributes and words of an element and all in it."""
    text = " ".join((element.text or "").split())
    return [element.tag, dict(element.attrib), text, [shape(child) for child in element]]


def by_class(page: Element, name: str) -> Element:
    return next(e for e in page.iter() if name in e.get("class", "").split())


@pytest.mark.parametrize("path", ["/", "/calculator", "/calculator/load", "/privacy"])
async def test_the_layout_is_what_the_macros_draw(
    client: PageClient, app: Litestar, path: str
) -> None:
    page = parse((await client.get(path)).text)
    places = [
        {
            "text": words(link),
            "href": link.get("href"),
            "current": link.get("href") == path,
            "active": link.get("href") != "/" and path.startswith(f"{link.get('href')}/"),
        }
        for link in by_class(page, "govuk-service-navigation__list").iter("a")
    ]
    drawn = app.state.templates.from_string(NAVIGATION).render(places=places)
    for name in ("govuk-skip-link", "govuk-service-navigation"):
        assert shape(by_class(page, name)) == shape(by_class(parse(drawn), name))
    assert sum(place["current"] or place["active"] for place in places) == (path != "/privacy")


async def test_no_page_ends_above_its_footer(client: PageClient) -> None:
    page = parse((await client.get("/privacy")).text)
    body = page.find("body")
    assert body is not None
    assert [child.tag for child in body] == ["script", "a", "header", "div", "footer"]
