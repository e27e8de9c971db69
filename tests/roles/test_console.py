"""`crossbench framework` on a real database: loads, repeats itself, refuses in words."""

import argparse
from pathlib import Path

import pytest

from app.core.config import Settings, SettingsError
from app.core.migrate import upgrade
from app.roles import console
from app.roles.bundled import BUNDLED
from tests.conftest import Servers

WHOLE = "6 October 2026 (8 families, 53 roles, 206 levels, 186 skills, 1,833 cells)"


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
    assert run(settings, str(tmp_path / "none.json")) == 2
    assert "cannot be read" in capsys.readouterr().err
