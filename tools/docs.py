"""Write the generated part of the docs: the table of settings. With --check: say if it differs."""

import sys
from pathlib import Path

from app.core.config import SETTINGS

PAGE = Path(__file__).resolve().parents[1] / "docs" / "operations.md"
START = "<!-- settings: written by `make docs` -->\n"
END = "<!-- end of settings -->\n"


def table() -> str:
    """The settings as a table."""
    rows = [f"| `{s.name}` | {s.default} | {s.meaning} |" for s in SETTINGS]
    return "\n".join(["| Setting | If not set | What it does |", "|---|---|---|", *rows]) + "\n"


def renewed(text: str) -> str:
    """The page with the table as it should be."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}{table()}{END}{after}"


def main(arguments: list[str]) -> int:
    """Write the page, or only compare."""
    text = PAGE.read_text("utf-8")
    wanted = renewed(text)
    if arguments == ["--check"]:
        if text != wanted:
            print("docs/operations.md is out of date: run make docs.")
            return 1
        print("Docs: no faults.")
        return 0
    PAGE.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
