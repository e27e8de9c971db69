"""Run every measure, print the table, write bench.json; `python -m bench start` runs one module."""

import importlib
import json
import pkgutil
import sys
import traceback
from collections.abc import Sequence

import bench
from app.core.config import Settings
from bench.measure import Measure

_NOT_MEASURES = {"__main__", "load", "measure", "people", "posts", "saving", "serving"}


def modules() -> list[str]:
    """Names of the modules that measure something."""
    return sorted(
        m.name for m in pkgutil.iter_modules(bench.__path__) if m.name not in _NOT_MEASURES
    )


def table(measures: Sequence[Measure]) -> str:
    """The measures for a person."""
    marks = {True: "met", False: "MISSED", None: ""}
    rows = [("measure", "value", "unit", "goal", "", "how")]
    rows += [(m.name, f"{m.value:g}", m.unit, m.goal or "", marks[m.met], m.how) for m in measures]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=False))
        + f"  {row[5]}"
        for row in rows
    )


def main(arguments: Sequence[str]) -> int:
    """Measure all, or the named modules; exit 0 if everything could be measured."""
    measures: list[Measure] = []
    failed = []
    for name in arguments or modules():
        module = importlib.import_module(f"bench.{name}")
        if hasattr(module, "measures"):
            print(f"measuring: {name}", file=sys.stderr, flush=True)
            try:
                measures += module.measures()
            except Exception:
                traceback.print_exc()
                failed.append(name)
    print(table(measures))
    target = Settings.from_environment().var / "bench.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps([m.as_json() for m in measures], indent=2) + "\n", "utf-8")
    print(f"Written to {target}")
    if failed:
        print(f"Could not be measured: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
