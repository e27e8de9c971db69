"""The open API of cost splits: the same figures, faults as problems, documents by Accept."""

import io
import json
from typing import Any

import jsonschema
import pikepdf
import pytest
from docx import Document
from openpyxl import load_workbook

from app.costsharing import api, console, engine
from app.costsharing.inputs_schema import INPUTS_SCHEMA
from tests.costsharing.inputs import CASES, case, small
from tests.pages import PageClient

SPLITS = "/api/v1/cost-splits"
AGREEMENT = f"{SPLITS}/agreement"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize("case_id", ["C01", "C05", "C13"])
async def test_api_gives_what_the_engine_gives(client: PageClient, case_id: str) -> None:
    inputs = case(case_id)
    want = engine.to_json(engine.cost(engine.parse_inputs(inputs)))
    bare = await client.post(SPLITS, json=inputs)
    wrapped = await client.post(SPLITS, json={"inputs": inputs, "title": "ignored"})
    assert bare.status_code == wrapped.status_code == 200
    assert bare.json() == wrapped.json() == want


async def test_faults_come_all_at_once_as_a_problem(client: PageClient) -> None:
    inputs = small(pay_day="32", method="weekly")
    answer = await client.post(SPLITS, json=inputs)
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    problem = answer.json()
    assert problem["status"] == 422
    assert {error["path"] for error in problem["errors"]} == {"/pay_day", "/method"}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"[]", b'{"term": 1, "term": 2}', b"null", b"[" * 100_000]
)
async def test_text_that_is_no_inputs_is_refused_in_words(client: PageClient, body: bytes) -> None:
    answer = await client.post(SPLITS, content=body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_keys_that_cannot_be_written_do_not_break_the_answer(client: PageClient) -> None:
    body = json.dumps(small()).replace('"NOR": "3"', '"NOR": "3", "\\udfff": "1"')
    answer = await client.post(SPLITS, content=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "unknown_party"


async def test_agreement_comes_as_the_kind_asked_for(client: PageClient) -> None:
    body = {"inputs": case("C01"), "agreement": {"jurisdiction": "england_and_wales"}}
    pdf = await client.post(AGREEMENT, json=body, headers={"accept": "application/pdf"})
    assert pdf.status_code == 200
    assert pdf.headers["content-type"] == "application/pdf"
    assert "CB-" in pdf.headers["content-disposition"]
    with pikepdf.open(io.BytesIO(pdf.content)) as opened:
        assert len(opened.pages) > 3
    docx = await client.post(AGREEMENT, json=body, headers={"accept": DOCX})
    assert "Northshire Council" in "\n".join(
        p.text for p in Document(io.BytesIO(docx.content)).paragraphs
    )
    xlsx = await client.post(AGREEMENT, json=body, headers={"accept": XLSX})
    assert "Summary" in load_workbook(io.BytesIO(xlsx.content)).sheetnames


async def test_other_kinds_and_bad_agreements_are_refused(client: PageClient) -> None:
    kind = await client.post(AGREEMENT, json=case("C01"), headers={"accept": "text/html"})
    assert kind.status_code == 406
    body = {"inputs": case("C01"), "agreement": {"jurisdiction": "france", "colour": "red"}}
    bad = await client.post(AGREEMENT, json=body, headers={"accept": "application/pdf"})
    assert bad.status_code == 422
    paths = {error["path"] for error in bad.json()["errors"]}
    assert paths == {"/agreement/jurisdiction", "/agreement/colour"}


def test_accept_header_is_read_in_order() -> None:
    assert api.wanted_kind("") == api.PDF
    assert api.wanted_kind("text/html, */*;q=0.8") == api.PDF
    assert api.wanted_kind(f"{XLSX}, {api.PDF}") == XLSX


async def test_openapi_file_describes_bodies_results_and_codes(client: PageClient) -> None:
    described = (await client.get("/api/openapi.json")).json()
    assert described["openapi"].startswith("3.1")
    operation = described["paths"][SPLITS]["post"]
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    result = operation["responses"]["200"]["content"]["application/json"]["schema"]
    for worked in CASES:
        jsonschema.validate(worked["inputs"], body)
        jsonschema.validate({"inputs": worked["inputs"]}, body)
        output = engine.to_json(engine.cost(engine.parse_inputs(worked["inputs"])))
        jsonschema.validate(output, result)
    codes = json.dumps(operation["responses"]["422"])
    assert "ni_year_missing" in codes
    assert described["paths"][AGREEMENT]["post"]["responses"]["200"]["content"].keys() >= {api.PDF}


def test_schema_is_valid_itself() -> None:
    jsonschema.Draft202012Validator.check_schema(INPUTS_SCHEMA)


async def test_limit_lets_120_a_minute_through(client: PageClient) -> None:
    wrong: dict[str, Any] = {}
    statuses = [(await client.post(SPLITS, json=wrong)).status_code for _ in range(125)]
    assert 429 in statuses
    late = await client.post(SPLITS, json=wrong)
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) >= 1


def test_days_are_those_of_london() -> None:
    assert console.london_today().year >= 2026


async def test_marks_before_pasted_text_are_dropped(client: PageClient) -> None:
    inputs = case("C01")
    inputs["parties"][0]["name"] = "North\ufeffshire Council"
    inputs["post"]["salary"][0]["source"] = "\ufeffPay policy"
    body = {"inputs": inputs, "agreement": {"title": "\ufeffShared CISO"}}
    answer = await client.post(AGREEMENT, json=body, headers={"accept": api.PDF})
    assert answer.status_code == 200
