"""The pages about the service: what they promise is true and leads somewhere."""

import re

import pytest

from app.costsharing import engine
from app.costsharing.engine.money import sterling
from tests.costsharing.inputs import case
from tests.pages import PageClient, parse, words

PAGES = ("/", "/privacy", "/accessibility", "/cookies")


@pytest.mark.parametrize("path", PAGES)
async def test_pages_are_there_and_set_no_cookie(client: PageClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers


async def test_the_example_of_the_home_page_is_what_the_engine_says(client: PageClient) -> None:
    costing = engine.cost(engine.parse_inputs(case("C01")))
    text = words(parse((await client.get("/")).text))
    assert sterling(costing.total) in text
    for total in costing.parties:
        assert sterling(total.share) in text


async def test_home_says_who_it_is_for_before_anything_else(client: PageClient) -> None:
    page = parse((await client.get("/")).text)
    main = next(page.iter("main"))
    beginning = words(main)[:400]
    assert "Share a post. Split its cost to the penny." in beginning
    assert "UK public bodies" in beginning
    assert "funding agreement" in beginning


async def test_nothing_is_promised_that_is_not_there(client: PageClient) -> None:
    for path in PAGES:
        text = words(parse((await client.get(path)).text)).lower()
        assert "coming soon" not in text
        assert "lorem" not in text


async def test_links_within_the_service_lead_somewhere(client: PageClient) -> None:
    for path in PAGES:
        page = parse((await client.get(path)).text)
        targets = {a.get("href", "") for a in page.iter("a")}
        for target in sorted(t for t in targets if t.startswith("/")):
            assert (await client.get(target)).status_code == 200, f"{path} -> {target}"


async def test_the_current_page_is_marked_in_the_navigation(client: PageClient) -> None:
    for path, name in (("/", "Home"), ("/calculator", "Cost calculator")):
        page = parse((await client.get(path)).text)
        marked = [words(a) for a in page.iter("a") if a.get("aria-current") == "page"]
        assert marked == [name]


async def test_cookies_page_names_the_cookie_that_is_set(client: PageClient) -> None:
    text = words(parse((await client.get("/cookies")).text))
    answer = await client.get("/calculator")
    name = answer.headers["set-cookie"].split("=")[0]
    assert name in text


async def test_our_pages_carry_neither_crown_nor_the_name_of_gov_uk_as_ours(
    client: PageClient,
) -> None:
    text = (await client.get("/")).text
    assert "crown" not in text.lower()
    assert "govuk-logo" not in text
    assert "It is not part of GOV.UK." in words(parse(text))


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 422, 429, 500, 503])
async def test_each_problem_has_a_page_that_says_what_to_do(
    client: PageClient, status: int
) -> None:
    environment = client._transport.app.state.templates  # type: ignore[attr-defined]
    problem = {
        "title": "Title",
        "detail": "What happened.",
        "status": status,
        "errors": [{"message": "Enter a date"}],
        "headers": {"Retry-After": "1"},
    }
    text = environment.get_template(f"problems/{status}.html").render(
        problem=problem, reference="ab12" if status >= 500 else ""
    )
    page = parse(text)
    main = words(next(page.iter("main")))
    assert re.search(r"\b(home page|Go back|try again)\b", main), main
    assert ("ab12" in main) == (status >= 500)


async def test_a_page_that_is_not_there_says_so_kindly(client: PageClient) -> None:
    answer = await client.get("/not-a-page")
    assert answer.status_code == 404
    assert "Page not found" in answer.text
    assert "check that it is right" in answer.text
