"""The spreadsheet: its formulas give, to the penny, what the engine gives."""

import io
import random
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.costsharing import engine
from app.costsharing.engine.money import allocate
from app.costsharing.workbook import cost_workbook
from app.costsharing.workbook_shares import has_live_shares
from tests.costsharing.generate import random_inputs
from tests.costsharing.inputs import CASES, case

TODAY = date(2026, 11, 22)
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
SHEETS = ["Summary", "Months", "Periods", "Shares", "Shares by year", "Shares by month", "Invoices"]
RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""


def workbook(inputs: dict[str, Any]) -> bytes:
    costing = engine.cost(engine.parse_inputs(inputs))
    sha256 = engine.inputs_sha256(inputs)
    return cost_workbook(costing, inputs_sha256=sha256, today=TODAY, data=inputs)


def opened(file: bytes | Path, *, values: bool = True) -> openpyxl.Workbook:
    source = io.BytesIO(file) if isinstance(file, bytes) else file
    return openpyxl.load_workbook(source, data_only=values)


def formulas(file: bytes) -> Iterator[tuple[str, str, Any]]:
    """Give each formula's sheet, cell and cached result."""
    results = opened(file)
    for sheet in opened(file, values=False):
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet.title, cell.coordinate, results[sheet.title][cell.coordinate].value


def without_results(file: bytes) -> bytes:
    """Put nought for every cached result, so that only a real recalculation gets them right."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(file)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/"):
                data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1<v>0</v>", data)
            new.writestr(name, data)
    return out.getvalue()


def recalculated(files: dict[str, bytes], folder: Path) -> dict[str, openpyxl.Workbook]:
    """Let LibreOffice work out every formula afresh."""
    profile, out = folder / "profile", folder / "out"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE)
    paths = []
    for name, file in files.items():
        paths.append(folder / f"{name}.xlsx")
        paths[-1].write_bytes(without_results(file))
    command = [
        OFFICE or "", f"-env:UserInstallation={profile.as_uri()}", "--headless",
        "--convert-to", "xlsx", "--outdir", str(out), *map(str, paths),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return {name: opened(out / f"{name}.xlsx") for name in files}


def test_the_sheets_are_there_and_the_first_cell_says_what_each_is() -> None:
    book = opened(workbook(case("C01")))
    assert book.sheetnames == [*SHEETS, "Working", "Inputs"]
    assert all(isinstance(sheet["A1"].value, str) for sheet in book)
    assert "True-up" in opened(workbook(case("C13"))).sheetnames


def test_reference_method_and_hash_are_on_the_summary() -> None:
    inputs = case("C01")
    sha256 = engine.inputs_sha256(inputs)
    values = [cell.value for row in opened(workbook(inputs))["Summary"].iter_rows() for cell in row]
    assert {sha256, engine.reference(sha256), engine.METHOD_VERSION} <= set(values)


@pytest.mark.parametrize("case_id", [c["id"] for c in CASES])
def test_cached_results_are_the_engine_s(case_id: str) -> None:
    inputs = case(case_id)
    costing = engine.cost(engine.parse_inputs(inputs))
    book = opened(workbook(inputs))
    summary = {row[0].value: row for row in book["Summary"].iter_rows()}
    for party, total in zip(costing.inputs.parties, costing.parties, strict=True):
        assert round(summary[party.name][1].value * 100) == total.share
        assert round(summary[party.name][4].value * 100) == total.gross
    net = [row[8].value for row in book["Invoices"].iter_rows(min_row=5) if row[1].value]
    assert [round(value * 100) for value in net] == [i.net for i in costing.invoices]
    shares = [row[8].value for row in book["Shares"].iter_rows(min_row=5) if row[1].value]
    wanted = [
        segment.shares[party]
        for segment in costing.segments
        for party in (
            segment.parties if has_live_shares(costing.inputs, segment) else segment.shares
        )
    ]
    assert [round(value * 100) for value in shares] == wanted


def test_plain_weights_are_live_and_other_rules_are_labelled_values() -> None:
    live = opened(workbook(case("C01")), values=False)["Shares"]
    assert live["I5"].data_type == "f"
    capped = opened(workbook(case("C07")), values=False)["Shares"]
    assert capped["I5"].data_type == "n"
    assert capped["E5"].value == "value"


def test_an_annual_costing_has_no_months_and_says_so() -> None:
    inputs = {**case("C01"), "method": "annual"}
    book = opened(workbook(inputs))
    assert "annual method gives no months" in str(book["Months"]["A4"].value)


def test_text_stays_text_whatever_it_begins_with() -> None:
    inputs = case("C01")
    inputs["parties"][1]["name"] = '=HYPERLINK("http://bad.example";"x")'
    file = workbook(inputs)
    for sheet in opened(file, values=False):
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and "HYPERLINK" in cell.value:
                    assert cell.data_type == "s"
                    assert cell.value.startswith("'=")


def test_two_parties_of_one_name_keep_their_own_rows() -> None:
    inputs = case("C01")
    inputs["parties"][1]["name"] = inputs["parties"][0]["name"]
    sheet = opened(workbook(inputs))["Shares by year"]
    assert [round(sheet[f"C{row}"].value * 100) for row in (5, 6, 7)] == [
        6758964, 4505976, 11264940,
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(15))
def test_random_costings_give_a_workbook(seed: int) -> None:
    inputs = random_inputs(random.Random(seed))
    try:
        file = workbook(inputs)
    except engine.InputFaults:
        return
    assert all(result is not None for _, _, result in formulas(file))


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_libreoffice_works_out_the_same_in_every_cell(tmp_path: Path) -> None:
    inputs = {c["id"]: case(c["id"]) for c in CASES}
    for seed in range(4):
        made = random_inputs(random.Random(1000 + seed))
        try:
            engine.cost(engine.parse_inputs(made))
        except engine.InputFaults:
            continue
        inputs[f"R{seed}"] = made
    files = {name: workbook(data) for name, data in inputs.items()}
    afresh = recalculated(files, tmp_path)
    compared = 0
    for name, file in files.items():
        for sheet, cell, result in formulas(file):
            got = afresh[name][sheet][cell].value
            assert got == pytest.approx(result, abs=1e-6), (name, sheet, cell)
            compared += 1
    assert compared > 800


@pytest.mark.slow
@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_changed_weights_are_shared_to_the_penny_too(tmp_path: Path) -> None:
    rng = random.Random(7)
    files, wanted = {}, {}
    for number in range(8):
        inputs = case("C02")
        ids = [party["id"] for party in inputs["parties"]]
        weights = [rng.randint(0, 9) for _ in ids[1:]] + [rng.randint(1, 9)]
        inputs["sharing"][0] = {
            "from": inputs["sharing"][0]["from"],
            "basis": "weights",
            "weights": dict.fromkeys(ids, "1"),
        }
        book = opened(workbook(inputs), values=False)
        for row, weight in enumerate(weights, start=5):
            book["Shares"][f"D{row}"].value = weight
        out = io.BytesIO()
        book.save(out)
        costing = engine.cost(engine.parse_inputs(inputs))
        files[f"W{number}"] = out.getvalue()
        wanted[f"W{number}"] = allocate(costing.segments[0].shared_pool, weights)
    for name, book in recalculated(files, tmp_path).items():
        got = [round(book["Shares"][f"I{row}"].value * 100) for row in range(5, 8)]
        assert got == wanted[name]


def test_nothing_to_invoice_is_said() -> None:
    inputs = case("C01")
    weights = {"NOR": "1", "EAS": "0"}
    inputs["sharing"][0]["weights"] = weights
    assert opened(workbook(inputs))["Invoices"]["A5"].value == "No invoice falls due."


def test_inputs_are_listed_as_they_came_in() -> None:
    inputs = case("C01")
    inputs["cap_overflow"] = "host"
    rows = {r[0].value: r[1].value for r in opened(workbook(inputs))["Inputs"].iter_rows()}
    assert rows["/parties/0/host"] == "true"
    assert rows["/post/salary/0/annual_fte"] == "84000.00"
    costing = engine.cost(engine.parse_inputs(inputs))
    without = cost_workbook(costing, inputs_sha256="0" * 64, today=TODAY)
    assert opened(without)["Inputs"].max_row == 4


def test_weights_too_large_for_a_sheet_are_made_smaller_or_left_as_values() -> None:
    inputs = case("C01")
    inputs["sharing"][0].update(basis="budget")
    inputs["sharing"][0]["weights"] = {"NOR": "3000000000000", "EAS": "2000000000000"}
    sheet = opened(workbook(inputs))["Shares"]
    assert (sheet["D5"].value, sheet["D6"].value) == (3, 2)
    inputs["sharing"][0]["weights"] = {"NOR": "3000000000001", "EAS": "2000000000000"}
    assert opened(workbook(inputs), values=False)["Shares"]["E5"].value == "value"
