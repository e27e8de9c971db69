"""Read drawn documents back: the tag tree, text and fonts of a PDF."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
import pypdf


@dataclass
class Tag:
    """One element of a PDF's structure: its kind, its parent's kind and its own dictionary."""

    kind: str
    parent: str
    depth: int
    raw: Any


def tags(pdf: bytes) -> list[Tag]:
    """Give every element of the tag tree in reading order."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return list(_walk(file.Root.StructTreeRoot.K, "", 0))


def _walk(node: Any, parent: str, depth: int) -> Iterator[Tag]:
    if isinstance(node, pikepdf.Array):
        for inner in node:
            yield from _walk(inner, parent, depth)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        kind = str(node.S).lstrip("/")
        attributes = repr(node.get("/A", "")) + repr(node.get("/Lang", ""))
        yield Tag(kind, parent, depth, attributes)
        if "/K" in node:
            yield from _walk(node.K, kind, depth + 1)


def page_texts(pdf: bytes) -> list[str]:
    """Give the text of each page."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def flat_text(pdf: bytes) -> str:
    """Give all text without spaces and line ends, which depend on where lines broke."""
    return squeezed("".join(page_texts(pdf)))


def squeezed(text: str) -> str:
    """Take out white space, and the hyphens that fonts draw with one glyph made alike."""
    return re.sub(r"\s", "", text).replace("\u2011", "-")


def fonts(pdf: bytes) -> list[tuple[str, bool]]:
    """Give each font with whether its program is embedded."""
    found = []
    with pikepdf.open(io.BytesIO(pdf)) as file:
        for page in file.pages:
            for font in page.Resources.get("/Font", {}).values():
                inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
                descriptor = inner.FontDescriptor
                embedded = any(key in descriptor for key in ("/FontFile2", "/FontFile3"))
                found.append((str(inner.BaseFont), embedded))
    return found
