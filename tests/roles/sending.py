"""Sends the forms of a page's own part: the layout around it has forms too."""

from typing import Any
from urllib.parse import urljoin

import httpx

from tests.pages import PageClient, parse


async def submit(
    client: PageClient,
    page: httpx.Response,
    values: dict[str, Any] | None = None,
    *,
    form: int = 0,
) -> httpx.Response:
    """Post a form inside the page's main part with its hidden fields and these values."""
    main = next(parse(page.text).iter("main"))
    forms = [one for one in main.iter("form") if one.get("method", "").lower() == "post"]
    hidden = {
        str(field.get("name")): field.get("value", "")
        for field in forms[form].iter("input")
        if field.get("type") == "hidden"
    }
    target = urljoin(str(page.url), forms[form].get("action") or str(page.url))
    return await client.post(target, data={**hidden, **(values or {})})
