"""A POST from a page needs the token of its session or link, and our origin."""

import pytest

from tests.pages import PageClient


async def token(web: PageClient, path: str = "/t/token") -> str:
    return (await web.get(path)).text


async def test_its_own_token_lets_a_form_through(web: PageClient) -> None:
    answer = await web.post("/t/change", data={"_csrf_token": await token(web)})
    assert (answer.status_code, answer.text) == (200, "changed")


async def test_a_script_may_send_it_as_a_header(web: PageClient) -> None:
    headers = {"x-csrftoken": await token(web)}
    assert (await web.post("/t/change", json={}, headers=headers)).status_code == 200


@pytest.mark.parametrize("given", ["", "x", ".", "0" * 32 + "." + "0" * 64, "ŵ.ŷ"])
async def test_a_missing_or_made_up_token_is_refused(web: PageClient, given: str) -> None:
    await token(web)
    answer = await web.post("/t/change", data={"_csrf_token": given})
    assert answer.status_code == 403
    assert "out of date" in answer.text


async def test_a_token_of_another_session_is_refused(web: PageClient) -> None:
    foreign = await token(web)
    web.cookies.clear()
    await token(web)
    assert (await web.post("/t/change", data={"_csrf_token": foreign})).status_code == 403


async def test_each_token_is_different(web: PageClient) -> None:
    assert await token(web) != await token(web)


@pytest.mark.parametrize("site", ["cross-site", "same-site", ""])
async def test_another_site_is_refused_even_with_the_token(web: PageClient, site: str) -> None:
    data = {"_csrf_token": await token(web)}
    answer = await web.post("/t/change", data=data, headers={"sec-fetch-site": site})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://testserver", 200),
        ("https://testserver", 403),
        ("http://testserver.example", 403),
        ("null", 403),
        (None, 403),
    ],
)
async def test_without_that_header_the_origin_must_be_ours(
    web: PageClient, origin: str | None, status: int
) -> None:
    data = {"_csrf_token": await token(web)}
    del web.headers["sec-fetch-site"]
    headers = {} if origin is None else {"origin": origin}
    assert (await web.post("/t/change", data=data, headers=headers)).status_code == status


async def test_a_secret_link_needs_no_session(web: PageClient) -> None:
    mine = await token(web, "/calculator/d/one/t-token")
    web.cookies.clear()
    answer = await web.post("/calculator/d/one/t-change", data={"_csrf_token": mine})
    assert answer.status_code == 200


async def test_a_token_is_good_for_its_link_only(web: PageClient) -> None:
    mine = await token(web, "/calculator/d/one/t-token")
    for path in ("/calculator/d/two/t-change", "/t/change"):
        assert (await web.post(path, data={"_csrf_token": mine})).status_code == 403


async def test_programs_need_none_where_a_handler_says_so(web: PageClient) -> None:
    del web.headers["sec-fetch-site"]
    answer = await web.post("/api/t/change", json={"a": 1})
    assert answer.json() == {"got": {"a": 1}}


async def test_a_page_without_a_form_starts_no_session(web: PageClient) -> None:
    assert "set-cookie" not in (await web.get("/cookies")).headers


async def test_an_origin_that_is_no_address_is_refused(client: PageClient) -> None:
    answer = await client.post("/calculator", data={}, headers={"origin": "http://[evil"})
    assert answer.status_code == 403
