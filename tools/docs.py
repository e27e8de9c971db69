"""Write the generated docs: the table of settings and the diagrams of lifecycles.

With --check: say which of them differ.
"""

import importlib
import sys

from app.core.config import ROOT, SETTINGS
from app.core.lifecycle import Lifecycle

PAGE = ROOT / "docs" / "operations.md"
DIAGRAMS = ROOT / "docs" / "lifecycles"
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


def lifecycles() -> list[Lifecycle]:
    """Every lifecycle of the features, by name."""
    found = {}
    for path in sorted(ROOT.glob("app/**/domain.py")):
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        found.update({v.name: v for v in vars(module).values() if isinstance(v, Lifecycle)})
    return [found[name] for name in sorted(found)]


def diagram(lifecycle: Lifecycle) -> str:
    """The page of one lifecycle."""
    article = "an" if lifecycle.name[0] in "aeiou" else "a"
    title = f"# The life of {article} {lifecycle.name}"
    return f"{title}\n\nWritten by `make docs`.\n\n```mermaid\n{lifecycle.mermaid()}```\n"


def main(arguments: list[str]) -> int:
    """Write the pages, or only compare."""
    wanted = {PAGE: renewed(PAGE.read_text("utf-8"))}
    for lifecycle in lifecycles():
        wanted[DIAGRAMS / f"{lifecycle.name.replace(' ', '-')}.md"] = diagram(lifecycle)
    there = {*DIAGRAMS.glob("*.md"), PAGE}
    wrong = [p for p, t in wanted.items() if p not in there or p.read_text("utf-8") != t]
    left = sorted(there - set(wanted))
    if arguments == ["--check"]:
        for path in [*wrong, *left]:
            print(f"{path.relative_to(ROOT)} is out of date: run make docs.")
        if not wrong and not left:
            print("Docs: no faults.")
        return 1 if wrong or left else 0
    DIAGRAMS.mkdir(exist_ok=True)
    for path in left:
        path.unlink()
    for path in wrong:
        path.write_text(wanted[path], "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
