"""Read all templates for what our rules forbid: unescaped text, inline style or script, left-overs.

Prints each fault as `file:line: what`, and exits 1 when there is one.
"""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = ROOT / "templates"
LONGEST = 250

# Where text is printed without escaping, and why that is right: file and expression.
SAFE: dict[str, tuple[str, ...]] = {}

Fault = tuple[int, str]


def find_unescaped(name: str, text: str) -> Iterator[Fault]:
    """`|safe` and `Markup` beyond the list above."""
    for number, line in numbered(text):
        if re.search(r"\|\s*safe\b|Markup\(|autoescape\s+false", line) and not any(
            allowed in line for allowed in SAFE.get(name, ())
        ):
            yield number, "prints text without escaping it"


def find_inline(name: str, text: str) -> Iterator[Fault]:
    """Style and script that our content security policy refuses; mail knows no other style."""
    is_mail = name.startswith("templates/emails/")
    for number, line in numbered(text):
        attribute = not is_mail and re.search(r"\sstyle\s*=\s*[\"']", line)
        if attribute or re.search(r"<style\b(?![^>]*nonce)", line):
            yield number, "inline style"
        if re.search(r"<[^>{]*\son[a-z]+\s*=", line):
            yield number, "inline event handler"
        if re.search(r"<script\b(?![^>]*(src=|nonce=))", line):
            yield number, "inline script without a nonce"
        if re.search(r"(href|src|action)\s*=\s*[\"']\s*(javascript:|http:)", line):
            yield number, "address that is not ours or not https"


def find_unused_imports(_: str, text: str) -> Iterator[Fault]:
    """Macros that are imported and never called."""
    for number, line in numbered(text):
        found = re.search(r"{%-?\s*from\s+\S+\s+import\s+(.+?)\s*-?%}", line)
        if not found:
            continue
        names = found[1].removesuffix("with context").split(",")
        for name in (part.split(" as ")[-1].strip() for part in names):
            if len(re.findall(rf"\b{re.escape(name)}\b", text)) < 2:
                yield number, f"imports {name} and does not use it"


def find_too_long(_: str, text: str) -> Iterator[Fault]:
    """A template that wants to be divided."""
    lines = text.count("\n")
    if lines > LONGEST:
        yield lines, f"{lines} lines: more than {LONGEST}, move a part to components/"


CHECKS: tuple[Callable[[str, str], Iterator[Fault]], ...] = (
    find_unescaped,
    find_inline,
    find_unused_imports,
    find_too_long,
)


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; comments are blank."""
    bare = re.sub(r"{#.*?#}", lambda c: "\n" * c[0].count("\n"), text, flags=re.DOTALL)
    yield from enumerate(bare.splitlines(), 1)


def main() -> int:
    """Check every template."""
    faults = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        name, text = path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
        faults += [f"{name}:{line}: {what}" for check in CHECKS for line, what in check(name, text)]
    print("\n".join(faults) or "Templates: no faults.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
