"""What the tests of the calculator's pages share."""

from typing import Any
from urllib.parse import urlsplit

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from app.costsharing import commands
from app.costsharing.example import example_inputs
from app.costsharing.steps.build import with_built
from app.costsharing.steps.load import answers_from_inputs
from tests.pages import PageClient, parse, words

Values = dict[str, Any]


def day(path: str, day: str, month: str, year: str) -> Values:
    """The three boxes of a date."""
    return {f"{path}-day": day, f"{path}-month": month, f"{path}-year": year}


async def example(db: AsyncSession, **inputs: Any) -> str:
    """A calculation filled in from the example, with changes, and the path of its pages."""
    answers = answers_from_inputs({**example_inputs(), **inputs})
    begun = await commands.begin_draft(db, answers=with_built(answers))
    await db.commit()
    return f"/calculator/d/{begun.token}"


def assert_form_error(page: httpx.Response, field: str, message: str) -> None:
    """Summary, link, text beside the field and the title all say it."""
    tree = parse(page.text)
    assert page.status_code == 422
    title = tree.find(".//title")
    assert title is not None
    assert words(title).startswith("Error: ")
    links = {
        words(a): a.get("href", "")
        for box in tree.iter("div")
        if box.get("class") == "govuk-error-summary"
        for a in box.iter("a")
    }
    assert message in links, (message, links)
    target = links[message].removeprefix("#")
    identifiers = {e.get("id"): e for e in tree.iter() if e.get("id")}
    assert target in identifiers, f"the summary links to #{target}, which is not there"
    beside = identifiers.get(f"{field}-error")
    assert beside is not None, f"no message beside {field}"
    assert message in words(beside)


def slug_of(answer: httpx.Response) -> str:
    """The page that an answer leads to."""
    assert answer.status_code == 303, words(parse(answer.text))
    return urlsplit(answer.headers["location"]).path.rsplit("/", 1)[-1]


def shown_values(page: httpx.Response) -> Values:
    """What a browser would send of a page as it stands."""
    found: Values = {}
    tree = parse(page.text)
    for e in tree.iter("input"):
        name, kind = e.get("name"), e.get("type")
        if name and (kind in ("text", "hidden") or "checked" in e.keys()):  # noqa: SIM118
            found[name] = e.get("value", "")
    for e in tree.iter("select"):
        picked = [o for o in e.iter("option") if "selected" in o.keys()]  # noqa: SIM118
        found[str(e.get("name"))] = (picked or list(e.iter("option")))[0].get("value", "")
    for e in tree.iter("textarea"):
        found[str(e.get("name"))] = e.text or ""
    return found


async def save(client: PageClient, address: str, values: Values) -> httpx.Response:
    """Open a page, change these answers and continue."""
    page = await client.get(address)
    assert page.status_code == 200, address
    return await client.post(address, data={**shown_values(page), **values, "action": "continue"})
