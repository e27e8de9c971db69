"""`crossbench costs`: what it prints, where, and with which exit code."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from app.cli import main
from tests.costsharing.inputs import CASES, case, small


def run(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    code = main(["costs", *words])
    captured = capfd.readouterr()
    return code, captured.out, captured.err


def write(folder: Path, value: Any) -> str:
    """A JSON file with a value."""
    path = folder / "inputs.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return str(path)


def test_compute_prints_the_result(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for value in (case("C01"), {"inputs": case("C01"), "id": "C01"}):
        code, out, err = run(capfd, "compute", write(tmp_path, value))
        assert (code, err) == (0, "")
        assert json.loads(out)["parties"]["EAS"]["share"] == "45059.76"


def test_compute_reads_standard_input(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(json.dumps(small()).encode()))
    monkeypatch.setattr(sys, "stdin", stream)
    code, out, _ = run(capfd, "compute", "-")
    assert code == 0
    assert json.loads(out)["parties"]["NOR"]["share"] == "600.00"


def test_bad_input_goes_to_standard_error_alone(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capfd, "compute", write(tmp_path, small(pay_day="0", colour="red")))
    assert (code, out) == (2, "")
    assert {e["path"] for e in json.loads(err)["errors"]} == {"/pay_day", "/colour"}


def test_cases_are_computed_in_one_go(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capfd, "compute", write(tmp_path, {"cases": CASES}))
    assert code == 0
    outputs = json.loads(out)["cases"]
    assert [entry["id"] for entry in outputs] == [worked["id"] for worked in CASES]
    bad = [*CASES[:2], {"id": "bad", "inputs": {}}, "not an object"]
    code, out, err = run(capfd, "compute", write(tmp_path, {"cases": bad}))
    assert (code, err) == (2, "")
    results = json.loads(out)["cases"]
    assert [("output" in entry, "errors" in entry) for entry in results] == [
        (True, False),
        (True, False),
        (False, True),
        (False, True),
    ]


def test_working_is_text_for_a_person(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capfd, "compute", write(tmp_path, case("C10")), "--explain")
    assert code == 0
    assert "Overhead: 5% of £66,900.60" in out
    assert "£21,073.6890" in out


def test_agreement_is_written_with_its_copies(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = write(tmp_path, {"inputs": case("C01"), "agreement": {"title": "Shared CISO"}})
    out = {kind: tmp_path / f"agreement.{kind}" for kind in ("pdf", "docx", "xlsx")}
    words = ["agreement", source, "--out", str(out["pdf"])]
    words += ["--docx", str(out["docx"]), "--xlsx", str(out["xlsx"])]
    assert run(capfd, *words) == (0, "", "")
    with pikepdf.open(out["pdf"]) as opened:
        assert len(opened.pages) > 3
    assert out["docx"].read_bytes()[:2] == out["xlsx"].read_bytes()[:2] == b"PK"


@pytest.mark.parametrize("broken", ["source", "target", "agreement", "json"])
def test_what_cannot_be_done_is_said(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], broken: str
) -> None:
    agreement = {"jurisdiction": "france"} if broken == "agreement" else {}
    source = write(tmp_path, {"inputs": case("C01"), "agreement": agreement})
    if broken == "source":
        source = str(tmp_path / "absent.json")
    if broken == "json":
        Path(source).write_text("{", encoding="utf-8")
    target = tmp_path / ("no/folder/x.pdf" if broken == "target" else "x.pdf")
    code, out, err = run(capfd, "agreement", source, "--out", str(target))
    assert (code, out) == (2, "")
    assert json.loads(err)["errors"][0]["message"]
    assert not target.exists()


def test_cases_may_have_any_name(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cases.json"
    good = json.dumps(small())
    path.write_text(
        f'{{"cases": [{{"id": 1, "inputs": {good}}}, {{"id": "\\ud800", "inputs": {good}}},'
        f' {{"id": null, "inputs": {{"\\udfff": 1}}}}]}}',
        encoding="utf-8",
    )
    code, out, err = run(capfd, "compute", str(path))
    assert (code, err) == (2, "")
    results = json.loads(out)["cases"]
    assert [entry["id"] for entry in results] == [1, "\ud800", None]
    assert results[2]["errors"][0]["path"]
    assert run(capfd, "compute", str(path), "--explain")[0] == 2


def test_long_results_are_printed_without_indents(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    inputs = small(
        term={"start": "2026-04-01", "end": "2036-03-31"},
        schedule={"frequency": "monthly", "timing": "arrears"},
    )
    inputs["parties"].append({"id": "HAR", "name": "Harbour NHS Trust"})
    inputs["sharing"][0]["weights"]["HAR"] = "1"
    code, out, _ = run(capfd, "compute", write(tmp_path, inputs))
    assert code == 0
    assert out.count("\n") == 1
    assert len(json.loads(out)["invoices"]) == 240
