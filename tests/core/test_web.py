"""The environment of the templates."""

from dataclasses import replace
from pathlib import Path

from app.core.config import Settings
from app.core.web import make_environment


def test_text_is_escaped(settings: Settings) -> None:
    template = make_environment(settings).from_string("{{ name }}")
    assert template.render(name="<script>") == "&lt;script&gt;"


def test_compiled_templates_are_kept_in_a_private_folder(
    settings: Settings, tmp_path: Path
) -> None:
    made = make_environment(replace(settings, var=tmp_path / "var"))
    assert made.bytecode_cache is not None
    assert (tmp_path / "var" / "templates").stat().st_mode & 0o077 == 0


def test_a_folder_others_may_write_is_not_trusted(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "var" / "templates"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    assert make_environment(replace(settings, var=tmp_path / "var")).bytecode_cache is None


def test_a_folder_that_cannot_be_made_costs_speed_only(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    assert make_environment(replace(settings, var=tmp_path / "var")).bytecode_cache is None
