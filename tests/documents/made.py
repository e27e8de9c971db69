"""A small document with one of everything."""

from app.documents.model import (
    Block,
    Bullets,
    Clause,
    Column,
    Document,
    Paragraph,
    Row,
    Section,
    SignatureBlock,
    Subheading,
    Table,
)


def table(rows: int = 2, name: str = "Eastmoor District Council") -> Table:
    """A table with a total."""
    body = [Row((f"{name} {number}", "£1,234.56", "30 Jun 2026")) for number in range(rows)]
    return Table(
        "Shares by party",
        (Column("Party"), Column("Share", "right"), Column("Due")),
        (*body, Row(("Total", "£2,469.12", ""), "total")),
    )


def document(*blocks: Block, text: str = "The host employs the person.") -> Document:
    """A document with its text in every kind of place."""
    first = Section(
        "Before signing",
        (Paragraph(text, note=True), Bullets((text, "Second point")), table(), *blocks),
        numbered=False,
    )
    second = Section(
        "Parties",
        (
            Clause(text, (f"first {text}", "second item")),
            Subheading("Further terms"),
            Clause("Gwneir hyn yn Gymraeg: ŵ ŷ Ŵ Ŷ.", language="cy"),
        ),
    )
    third = Section("Signatures", (Clause(text), signature()), new_page=True)
    return Document(
        title="Funding agreement",
        subtitle="Shared post",
        reference="CB-0000-0000",
        sections=(first, second, third),
        footer=("CB-0000-0000 · method 1.0", "a" * 64),
        draft="Draft, not signed",
        created_on="2026-11-22",
    )


def signature() -> SignatureBlock:
    """Where someone signs."""
    lines = (("Name", "Ffion Tŷ-Gwyn"), ("Signature", ""), ("Date", ""))
    return SignatureBlock("Signed for Northshire Council", lines)
