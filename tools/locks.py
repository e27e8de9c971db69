"""Check that lock files name no address and carry a hash for each package; exits 1 otherwise."""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def faults_of_requirements(path: Path) -> list[str]:
    """Faults of a lock file of Python packages."""
    faults = [f"{path.name}: names an address"] if "://" in path.read_text("utf-8") else []
    for block in path.read_text("utf-8").replace("\\\n", " ").splitlines():
        if block.strip() and not block.lstrip().startswith("#") and "--hash=sha256:" not in block:
            faults.append(f"{path.name}: no hash for {block.split()[0]}")
    return faults


def faults_of_npm(path: Path) -> list[str]:
    """Faults of npm's lock file."""
    text = path.read_text("utf-8")
    faults = [f"{path.name}: names an address"] if "://" in text else []
    for name, package in json.loads(text)["packages"].items():
        if name and "integrity" not in package:
            faults.append(f"{path.name}: no hash for {name}")
    return faults


def main() -> int:
    """Check every lock file."""
    faults = [f for p in sorted(ROOT.glob("requirements*.lock")) for f in faults_of_requirements(p)]
    faults += faults_of_npm(ROOT / "package-lock.json")
    print("\n".join(faults) or "Lock files: no faults.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
