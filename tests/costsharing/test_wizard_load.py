"""Loading a saved calculation: from a file, from text, and what is wrong in it."""

import json

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.costsharing import commands
from app.costsharing.steps.build import with_built
from app.costsharing.steps.load import answers_from_inputs
from tests.costsharing.inputs import case
from tests.costsharing.wizard import (
    assert_form_error,
    example,
    shown_values,
    slug_of,
)
from tests.pages import PageClient, parse, words


async def test_actual_costs_can_be_left_out(client: PageClient, db: AsyncSession) -> None:
    answers = answers_from_inputs(case("C13"))
    begun = await commands.begin_draft(db, answers=with_built(answers))
    await db.commit()
    base = f"/calculator/d/{begun.token}"
    page = await client.get(f"{base}/check")
    assert "Actual costs" in page.text
    assert slug_of(await client.submit(page)) == "check"
    page = await client.get(f"{base}/check")
    assert "Actual costs" not in page.text


async def load(client: PageClient, text: str = "", content: bytes | None = None) -> httpx.Response:
    """Load a file, or pasted text."""
    page = await client.get("/calculator/load")
    values = shown_values(page)
    files = {"file": ("inputs.json", content or b"", "application/json")}
    if content is None:
        files = {"file": ("", b"", "application/octet-stream")}
    return await client.post("/calculator/load", data={**values, "text": text}, files=files)


async def test_inputs_load_from_a_file_and_from_pasted_text(client: PageClient) -> None:
    inputs = case("C10")
    for answer in (
        await load(client, content=json.dumps(inputs).encode()),
        await load(client, json.dumps({"inputs": inputs, "agreement": {"version": "7"}})),
    ):
        assert slug_of(answer) == "check"
        page = await client.get(answer.headers["location"])
        assert "Saltmarsh Fire and Rescue Authority" in page.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Choose a file, or paste the text of one"),
        ("{", "What is wrong in the file"),
        ("[]", "What is wrong in the file"),
        ('{"a": 1, "a": 2}', "What is wrong in the file"),
        ('{"inputs": {"term": {"start": 3}}}', "/term/start"),
        ("NaN", "What is wrong in the file"),
        ("[" * 5000, "What is wrong in the file"),
        ('{"inputs": "\\u0000"}', "What is wrong in the file"),
    ],
)
async def test_a_wrong_file_is_explained(client: PageClient, text: str, said: str) -> None:
    page = await load(client, text)
    assert page.status_code == 422
    assert said in words(parse(page.text))
    assert shown_values(page)["text"] == text


async def test_faults_of_an_agreement_are_shown_too(client: PageClient) -> None:
    page = await load(client, json.dumps({"inputs": case("C01"), "agreement": {"x": 1}}))
    assert page.status_code == 422
    assert "/agreement" in page.text


async def test_large_and_broken_files_are_refused(client: PageClient) -> None:
    page = await load(client, content=b" " * 500_001 + b"{}")
    assert_form_error(page, "file", "The file must be smaller than 500 kB")
    assert (await load(client, content=b"\xff\xfe\x00")).status_code == 422


async def test_a_saved_file_opens_as_the_same_calculation(
    client: PageClient, db: AsyncSession
) -> None:
    first = await example(db)
    saved = await client.get(f"{first}/inputs.json")
    assert saved.status_code == 200
    answer = await load(client, content=saved.content)
    second = answer.headers["location"].removesuffix("/check")
    again = await client.get(f"{second}/inputs.json")
    assert json.loads(again.content)["inputs"] == json.loads(saved.content)["inputs"]
    assert json.loads(again.content).get("agreement") == json.loads(saved.content).get("agreement")


@pytest.mark.parametrize("number", range(1, 16))
async def test_every_worked_case_goes_from_file_to_result(client: PageClient, number: int) -> None:
    answer = await load(client, content=json.dumps(case(f"C{number:02d}")).encode())
    page = await client.get(answer.headers["location"])
    answer = await client.submit(page, form=1 if number == 13 else 0)
    assert slug_of(answer) == "result"
    assert (await client.get(answer.headers["location"])).status_code == 200
