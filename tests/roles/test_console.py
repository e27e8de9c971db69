"""`crossbench framework` on a real database: loads, repeats itself, refuses in words."""

import argparse
import re
from pathlib import Path

import pytest

from app.core.config import Settings, SettingsError
from app.core.migrate import upgrade
from app.roles import console
from app.roles.bundled import BUNDLED
from app.roles.edition_file import bundled_edition
from tests.conftest import Servers
from tests.roles.changed import changed_sheet
from tests.roles.sheets import sheet_of

WHOLE = "6 October 2026 (8 families, 53 roles, 206 levels, 186 skills, 1,833 cells)"


def compare(settings: Settings, file: Path) -> int:
    return console.diff(settings, argparse.Namespace(file=str(file)))


def test_diff_shows_what_the_official_file_would_change(
    servers: Servers, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "roles.csv"
    file.write_bytes(changed_sheet())
    for settings in (servers.clone_now(empty=True), servers.clone_now()):
        assert compare(settings, file) == 0
        said = capsys.readouterr().out
        assert "Compared with the edition of 6 October 2026:" in said
        assert "- Agile coach (perhaps renamed: Agile adviser)" in said
    file.write_bytes(sheet_of(bundled_edition()))
    assert compare(settings, file) == 0
    assert "Nothing: the file says what the current edition says." in capsys.readouterr().out
    assert compare(settings, BUNDLED) == 0
    file.write_bytes(changed_sheet().replace(b",Expert,", b",Superb,", 2))
    assert compare(settings, file) == 2
    faults = capsys.readouterr().err.splitlines()
    assert len(faults) == 3
    assert re.fullmatch(r"Row \d+, Skill Level: 'Superb' is none of .*", faults[1])
    assert compare(settings, tmp_path / "none.csv") == 2


def run(settings: Settings, file: str | None = None) -> int:
    return console.load(settings, argparse.Namespace(file=file))


def test_load_adds_the_bundled_edition_once(
    servers: Servers, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    settings = servers.clone_now(empty=True)
    with pytest.raises(SettingsError, match="crossbench db upgrade"):
        run(settings)
    upgrade(settings)
    assert run(settings) == 0
    assert capsys.readouterr().out == f"Loaded the edition of {WHOLE}.\n"
    assert run(settings) == 0
    assert run(settings, str(BUNDLED)) == 0
    said = capsys.readouterr().out.splitlines()
    assert said == [f"Nothing changed: the edition of {WHOLE} was there already."] * 2
    console.load_bundled(settings)
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"framework": 1}')
    assert run(settings, str(wrong)) == 2
    assert "/framework: " in capsys.readouterr().err
    wrong.write_bytes(changed_sheet())
    assert run(settings, str(wrong)) == 2
    assert "/operator/framework" in capsys.readouterr().err
    assert run(settings, str(tmp_path / "none.json")) == 2
    assert "cannot be read" in capsys.readouterr().err
