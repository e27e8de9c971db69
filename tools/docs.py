"""Write the generated docs: the table of settings, personal columns, diagrams of lifecycles.

With --check: say which of them differ.
"""

import importlib
import sys

from sqlalchemy import Table

from app.core.config import ROOT, SETTINGS
from app.core.lifecycle import Lifecycle
from app.core.privacy import Activity, Mark, mark_of
from app.core.tables import all_tables, know_all

PAGE = ROOT / "docs" / "operations.md"
PERSONAL = ROOT / "docs" / "personal-data.md"
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


ABOUT_PERSONAL = """# Personal data, column by column

Written by `make docs` from the marks on the models (`app/core/privacy.py`). The headings are the
activities of the [record of processing](record-of-processing.md); how long each is kept is in the
[retention schedule](retention.md). The last column says what erasure of a person does with it. Who
did, decided or saw something is kept as an id beside it; erasure leaves the id and nothing that
says whose it was.
"""


def personal() -> str:
    """The page of all columns that hold personal data, by activity."""
    know_all()
    parts = [ABOUT_PERSONAL]
    for activity in Activity:
        rows = [row for table in all_tables() for row in _rows(table, activity)]
        if rows:
            head = ["| Table | Columns | When a person is erased |", "|---|---|---|"]
            parts.append("\n".join([f"## {activity}", "", *head, *rows]) + "\n")
    return "\n".join(parts)


def _rows(table: Table, activity: Activity) -> list[str]:
    """The columns of one table that serve an activity, those with the same mark in one row."""
    found: dict[str, list[str]] = {}
    for column in table.columns:
        mark = mark_of(column)
        if mark is not None and mark.activity is activity and column.name not in _NOT_TOLD:
            found.setdefault(_fate(mark), []).append(f"`{column.name}`")
    return [f"| `{table.name}` | {', '.join(names)} | {fate} |" for fate, names in found.items()]


_NOT_TOLD = {"id", "created_at", "updated_at"}


def _fate(mark: Mark) -> str:
    return f"{mark.erasure}: {mark.note}" if mark.note else str(mark.erasure)


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
    wanted = {PAGE: renewed(PAGE.read_text("utf-8")), PERSONAL: personal()}
    for lifecycle in lifecycles():
        wanted[DIAGRAMS / f"{lifecycle.name.replace(' ', '-')}.md"] = diagram(lifecycle)
    there = {*DIAGRAMS.glob("*.md"), PAGE, *([PERSONAL] if PERSONAL.exists() else [])}
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
