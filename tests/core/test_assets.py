"""The built style sheet and script: named by content, packed, served for good, made once."""

import gzip
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.core import assets
from tests.pages import PageClient


def test_names_follow_the_content() -> None:
    manifest = json.loads((assets.BUILD / "manifest.json").read_text("utf-8"))
    assert set(manifest["files"]) >= {"site.css", "site.js", "mark.svg"}
    for name, hashed in manifest["files"].items():
        assert assets.asset(name) == f"/static/{hashed}"
        content = (assets.BUILD / hashed).read_bytes()
        assert gzip.decompress((assets.BUILD / f"{hashed}.gz").read_bytes()) == content


def test_an_unknown_name_is_an_error_not_an_empty_address() -> None:
    with pytest.raises(assets.AssetError, match=r"no file named site\.scss"):
        assets.asset("site.scss")


def test_without_a_build_the_message_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "BUILD", tmp_path)
    with pytest.raises(assets.AssetError, match="make install"):
        assets.asset("site.css")


def test_what_is_built_is_not_built_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("nothing was to be run")

    monkeypatch.setattr(assets, "_run", refuse)
    assert assets.build() is False


def test_a_change_of_a_source_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(assets, "BUILD", tmp_path)
    monkeypatch.setattr(assets, "_packages_are_current", lambda: True)
    monkeypatch.setattr(assets, "node_and_npm", lambda: ("/usr/bin/node", ["/usr/bin/npm"]))
    monkeypatch.setattr(assets, "_run", lambda command, *_: ran.append(command))
    assert assets.build() is True
    assert [command[1].rsplit("/", 1)[-1] for command in ran] == ["build.js"]


def test_a_machine_without_node_gets_one_by_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(assets.shutil, "which", lambda *_, **__: None)
    monkeypatch.setattr(assets.sys, "prefix", str(tmp_path))
    monkeypatch.setattr(assets, "_run", lambda command, *_: ran.append(command))
    node, npm = assets.node_and_npm()
    assert node.startswith(str(tmp_path))
    assert npm[0] == node
    assert "--require-hashes" in ran[0]
    assert str(assets.NODE_LOCK) in ran[0]


def test_an_old_node_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(*_: Any, **__: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 0, stdout="v18.19.0\n")

    monkeypatch.setattr(assets.subprocess, "run", answer)
    assert assets._is_recent("node") is False


def test_a_failed_step_says_what_was_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(assets.AssetError, match="Could not try it"):
        assets._run(["false"], {}, "try it")

    def fail() -> bool:
        raise assets.AssetError("No network.")

    monkeypatch.setattr(assets, "build", fail)
    assert assets.main([]) == 1
    assert capsys.readouterr().err == "No network.\n"


def test_packages_are_fetched_by_the_lock_before_the_first_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(assets, "BUILD", tmp_path)
    monkeypatch.setattr(assets, "_package_mark", lambda: tmp_path / "mark")
    monkeypatch.setattr(assets, "node_and_npm", lambda: ("/usr/bin/node", ["/usr/bin/npm"]))
    monkeypatch.setattr(assets, "_run", lambda command, *_: ran.append(command))
    assert assets.build() is True
    assert ran[0] == ["/usr/bin/npm", "ci", "--no-progress"]
    assert assets.build() is True
    assert [command[0] for command in ran[1:]] == ["/usr/bin/node"] * 2
    monkeypatch.setattr(assets, "build", lambda: True)
    assert assets.main([]) == 0
    assert "Built the style sheet and script" in capsys.readouterr().out


def test_a_new_lock_names_no_sponsor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = {"packages": {"": {}, "node_modules/x": {"funding": {"url": "https://example.org"}}}}
    (tmp_path / "package-lock.json").write_text(json.dumps(lock), "utf-8")
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    monkeypatch.setattr(assets, "node_and_npm", lambda: ("/usr/bin/node", ["/usr/bin/npm"]))
    monkeypatch.setattr(assets, "_run", lambda *_: None)
    assert assets.main(["lock"]) == 0
    assert "://" not in (tmp_path / "package-lock.json").read_text("utf-8")


def test_a_broken_manifest_counts_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "manifest.json").write_text("[1", "utf-8")
    assert assets._read_manifest(tmp_path) == {}
    (tmp_path / "manifest.json").write_text("[1]", "utf-8")
    assert assets._read_manifest(tmp_path) == {}


def test_lock_files_name_no_host() -> None:
    for name in ("package-lock.json", "requirements-node.lock"):
        assert "://" not in (assets.ROOT / name).read_text("utf-8")
    lock = json.loads((assets.ROOT / "package-lock.json").read_text("utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert all("integrity" in package for package in packages.values())


@pytest.mark.parametrize(
    ("accepts", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br;q=0.5", "br"),
        ("identity", None),
        ("", None),
    ],
)
async def test_a_file_is_sent_as_the_browser_likes_it(
    client: PageClient, accepts: str, encoding: str | None
) -> None:
    answer = await client.get(assets.asset("site.css"), headers={"accept-encoding": accepts})
    assert answer.status_code == 200
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "accept-encoding" in answer.headers["vary"].lower()


@pytest.mark.parametrize(
    "name", ["manifest.json", "site.css", "..%2fassets.py", "%2e%2e/styles/site.scss", "x"]
)
async def test_only_built_files_are_served(client: PageClient, name: str) -> None:
    assert (await client.get(f"/static/{name}")).status_code == 404
