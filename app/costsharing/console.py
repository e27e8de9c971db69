"""The `crossbench costs` commands: compute a costing, draw its agreement. No server needed."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

from app.core.clock import london_today
from app.costsharing import engine
from app.costsharing.request import compute, take_apart

BAD_INPUT = 2
LONG = 200


def register(commands: Any) -> None:
    """Add `costs compute` and `costs agreement` to the command line."""
    costs = commands.add_parser("costs", help="cost a shared post and draw its agreement")
    actions = costs.add_subparsers(metavar="ACTION", required=True)
    compute = actions.add_parser("compute", help="cost the inputs of a JSON file")
    compute.add_argument("file", metavar="FILE", help="a JSON file, or - for standard input")
    compute.add_argument("--explain", action="store_true", help="print the working as text")
    compute.set_defaults(run=_compute)
    agreement = actions.add_parser("agreement", help="draw the funding agreement")
    agreement.add_argument("file", metavar="FILE", help="a JSON file, or - for standard input")
    agreement.add_argument("--out", metavar="X.pdf", required=True, help="where the PDF goes")
    agreement.add_argument("--docx", metavar="X.docx", help="where an editable copy goes")
    agreement.add_argument("--xlsx", metavar="X.xlsx", help="where the workbook goes")
    agreement.set_defaults(run=_agreement)


def _compute(options: argparse.Namespace) -> int:
    try:
        data = _read(options.file)
        if isinstance(data, dict) and isinstance(data.get("cases"), list):
            return _compute_cases(data["cases"], explain=options.explain)
        _print(_explained(data) if options.explain else _as_json(compute(data)))
    except engine.InputFaults as faults:
        return _refuse(faults)
    return 0


def _compute_cases(cases: list[Any], *, explain: bool) -> int:
    results: list[dict[str, Any]] = []
    texts: list[str] = []
    faulty = False
    for case in cases:
        name = _plain(case.get("id")) if isinstance(case, dict) else None
        try:
            if explain:
                texts.append(f"Case {name}\n\n{_explained(case)}")
            else:
                results.append({"id": name, "output": compute(case)})
        except engine.InputFaults as faults:
            faulty = True
            results.append({"id": name, **faults.as_json()})
            texts.append(f"Case {name}: {faults}")
    _print("\n".join(texts) if explain else _as_json({"cases": results}))
    return BAD_INPUT if faulty else 0


def _plain(value: object) -> Any:
    """A case's name as it came, numbers too."""
    return json.loads(value.literal) if isinstance(value, engine.JsonNumber) else value


def _explained(data: object) -> str:
    costing = engine.cost(engine.parse_inputs(take_apart(data).inputs))
    return engine.as_text(engine.explain(costing))


def _agreement(options: argparse.Namespace) -> int:
    try:
        files = _documents(options)
    except engine.InputFaults as faults:
        return _refuse(faults)
    except ValueError as error:
        # Only a document past the limits of size or pages comes here; its message says what to do.
        return _refuse(engine.InputFaults([engine.Fault("", "too_long", str(error))]))
    for path, content in files:
        try:
            Path(path).write_bytes(content)
        except OSError as error:
            reason = error.strerror or str(error)
            fault = engine.Fault("", "cannot_write", f"{path} cannot be written: {reason}.")
            return _refuse(engine.InputFaults([fault]))
    return 0


def _documents(options: argparse.Namespace) -> list[tuple[str, bytes]]:
    """Every file asked for, drawn before the first is written."""
    # Drawing needs libraries that computing does not: loaded only here, so that costs are quick.
    from app.costsharing import papers  # noqa: PLC0415

    costed = papers.cost_with_agreement(_read(options.file))
    today = london_today()
    files = [(options.out, papers.draw_pdf(costed, today))]
    if options.docx:
        files.append((options.docx, papers.draw_docx(costed, today)))
    if options.xlsx:
        files.append((options.xlsx, papers.draw_xlsx(costed, today)))
    return files


def _read(file: str) -> Any:
    if file == "-":
        stream: BinaryIO = sys.stdin.buffer
        return engine.read_json(stream.read())
    try:
        return engine.read_json(Path(file).read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
        fault = engine.Fault("", "cannot_read", f"{file} cannot be read: {reason}.")
        raise engine.InputFaults([fault]) from error


def _refuse(faults: engine.InputFaults) -> int:
    text = json.dumps(faults.as_json(), ensure_ascii=False, indent=2) + "\n"
    sys.stderr.buffer.write(text.encode())
    sys.stderr.flush()
    return BAD_INPUT


def _as_json(value: dict[str, Any]) -> str:
    # Indenting takes longer than costing where there are thousands of invoices.
    is_long = len(value.get("invoices", value.get("cases", ()))) > LONG
    return json.dumps(value, ensure_ascii=False, indent=None if is_long else 2)


def _print(text: str) -> None:
    # Halves of surrogate pairs in a case's name become the escapes that JSON has for them.
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.flush()
