"""The bill of materials leaves nothing out, and a check that could not be made says so."""

import json
from pathlib import Path

import pytest

from app.core.config import ROOT
from tools import supply

BILL = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "components": [{"name": "Alembic", "version": "1.20.1"}],
}


def test_every_locked_package_is_read() -> None:
    for name in supply.LOCKED:
        text = (ROOT / name).read_text("utf-8")
        assert len(supply.pinned(text)) == text.replace(" == ", "").count("==") > 0


def test_a_bill_that_leaves_something_out_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "new" / "x.cdx.json"
    with pytest.raises(SystemExit, match=r"leaves out.*arq"):
        supply.write(target, json.dumps(BILL), {("alembic", "1.20.1"), ("arq", "0.28.0")})
    assert not target.exists()
    with pytest.raises(SystemExit, match="leaves out"):
        supply.write(target, json.dumps(BILL), {("alembic", "1.20.2")})
    supply.write(target, json.dumps(BILL), {("alembic", "1.20.1")})
    assert json.loads(target.read_text()) == BILL


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:9/v1/query", "https://[::1]:9/"])
def test_a_check_that_could_not_be_made_says_so_and_fails_nothing(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert supply.audit(address) == 0
    assert "NOT checked" in capsys.readouterr().out


def test_a_failing_tool_is_heard(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="failed"):
        supply.run("false")
    assert supply.main([]) == 2
    assert "Say sbom or audit" in capsys.readouterr().err
