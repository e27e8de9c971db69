"""What we depend on: a bill of materials (CycloneDX) from the lock files, and a check of them.

`sbom` writes a file for each lock, by well-kept tools. `audit` asks a source of known faults (an
address that answers as OSV does) about each Python package. The tools have an environment of their
own: neither the application nor its tests need them.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from app.core.assets import node_and_npm

ROOT: Final = Path(__file__).resolve().parents[1]
LOCK: Final = ROOT / "requirements-supply.lock"
LOCKED: Final = ("requirements.lock", "requirements-uv.lock", "requirements-node.lock")
SOURCE: Final = "ADVISORIES_URL"
UNCHECKED: Final = "Dependencies were NOT checked against known faults:"
_PIN: Final = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)


def pinned(text: str) -> set[tuple[str, str]]:
    """Names and versions in a lock file of Python packages.

    >>> sorted(pinned("a-b==1.0 ; sys_platform == 'linux'\\n    --hash=sha256:0\\nc==2\\n"))
    [('a-b', '1.0'), ('c', '2')]
    """
    return {(name.lower(), version) for name, version in _PIN.findall(text)}


def run(*command: str) -> str:
    """What a command prints. Raises SystemExit with what it said where it fails."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def tool(name: str) -> str:
    """A tool of the environment for this, which is made where it is missing or old."""
    folder = Path(sys.prefix) / "supply"
    stamp = folder / ".installed"
    if not stamp.exists() or stamp.read_text() != LOCK.read_text():
        uv = shutil.which("uv") or str(Path(sys.prefix) / "bin/uv")
        shutil.rmtree(folder, ignore_errors=True)
        run(uv, "venv", "-q", "--python", sys.executable, str(folder))
        python = str(folder / "bin/python")
        run(uv, "pip", "sync", "-q", "--python", python, "--require-hashes", str(LOCK))
        stamp.write_text(LOCK.read_text())
    return str(folder / "bin" / name)


def write(target: Path, made: str, wanted: set[tuple[str, str]]) -> None:
    """Keep a bill of materials. Raises SystemExit where it leaves out something that is locked."""
    bill: dict[str, Any] = json.loads(made)
    listed = {(one["name"].lower(), one["version"]) for one in bill["components"]}
    if bill["bomFormat"] != "CycloneDX" or not wanted <= listed:
        sys.exit(f"{target.name} leaves out {sorted(wanted - listed)}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(made)
    print(f"{target}: CycloneDX {bill['specVersion']}, {len(listed)} components")


def sbom(folder: Path) -> int:
    """Write both bills of materials into a folder."""
    maker = tool("cyclonedx-py")
    for name in LOCKED:
        text = (ROOT / name).read_text("utf-8")
        options = ("--pyproject", "pyproject.toml", "--output-reproducible", "--of", "JSON")
        made = run(maker, "requirements", name, *options)
        write(folder / f"{name.removesuffix('.lock')}.cdx.json", made, pinned(text))
    _, npm = node_and_npm()
    made = run(*npm, "sbom", "--package-lock-only", "--sbom-format", "cyclonedx")
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    front = {
        (path.rpartition("node_modules/")[2].lower(), one["version"])
        for path, one in packages.items()
        if path
    }
    write(folder / "front-end.cdx.json", made, front)
    return 0


def reachable(address: str) -> bool:
    """Whether anything answers at the host and port of an address."""
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((parts.hostname or "", port), timeout=10):
            return True
    except OSError:
        return False


def audit(address: str) -> int:
    """Check the locked packages: 1 where a fault is known, 0 where none is or nobody can be asked.

    A check that could not be made says so in capitals and fails nothing.
    """
    if not address:
        print(f"{UNCHECKED} {SOURCE} names no source, such as an address that answers as OSV does.")
        return 0
    if not reachable(address):
        print(f"{UNCHECKED} the source that {SOURCE} names cannot be reached.")
        return 0
    files = [part for name in LOCKED for part in ("-r", name)]
    options = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "--strict")
    source = ("--vulnerability-service", "osv", "--osv-url", address)
    command = (tool("pip-audit"), *files, *options, *source)
    return subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603


def main(arguments: list[str]) -> int:
    """`sbom` or `audit`."""
    if arguments == ["sbom"]:
        return sbom(Path(os.environ.get("CROSSBENCH_VAR") or ROOT / "var") / "sbom")
    if arguments == ["audit"]:
        return audit(os.environ.get(SOURCE, ""))
    print("Say sbom or audit.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
