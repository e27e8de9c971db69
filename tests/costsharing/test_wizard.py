"""The calculator's pages from the start to the check of answers."""

from tests.pages import PageClient


async def test_the_example_leads_to_the_summary(client: PageClient) -> None:
    page = await client.get("/calculator")
    answer = await client.submit(page, {"start": "example"})
    assert answer.status_code == 303
    page = await client.get(answer.headers["location"])
    assert page.status_code == 200
    assert "Northshire Council" in page.text
