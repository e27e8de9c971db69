"""Calculations for the tests of pages: small, large and with everything in them."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from app.costsharing import commands
from tests.costsharing.inputs import case

NAMES = (
    "Northshire Council",
    "Eastmoor District Council",
    "Harbour NHS Trust",
    "Vale and Downs Police",
    "Midmoor Fire and Rescue Authority",
    "University of Northshire",
    "Saltmarsh Charity for Rural Carers",
    "Department for Examples",
)


def large(parties: int = 12, years: int = 5) -> dict[str, Any]:
    """Many parties over many years with monthly invoices, a fee, VAT and doubtful rates."""
    inputs = case("C01")
    ids = [f"P{number:02d}" for number in range(parties)]
    inputs["term"] = {"start": "2026-04-01", "end": f"{2026 + years}-03-31"}
    inputs["parties"] = [_party(number, party) for number, party in enumerate(ids)]
    weights = {party: str(1 + number % 5) for number, party in enumerate(ids)}
    inputs["sharing"] = [{"from": "2026-04-01", "basis": "days", "weights": weights}]
    first = inputs["post"]["ni"]["years"][0]
    inputs["post"]["ni"]["years"] = [
        {**first, "tax_year": f"{year}/{(year + 1) % 100:02d}", "assumed": year > 2026}
        for year in range(2026, 2027 + years)
    ]
    inputs["post"]["pension"][0]["until"] = "2029-03-31"
    inputs["schedule"] = {"frequency": "monthly", "timing": "arrears", "profile": "equal"}
    inputs["host_fee"] = {"mode": "percent_of_share", "rate": "0.05"}
    return inputs


def _party(number: int, party_id: str) -> dict[str, Any]:
    name = NAMES[number % len(NAMES)] + (f" {number}" if number >= len(NAMES) else "")
    if number == 0:
        return {"id": party_id, "name": name, "host": True}
    vat = {"vat": {"share": "standard", "recoverable": "0.5"}} if number % 3 else {}
    return {"id": party_id, "name": name, **vat}


async def begin(db: AsyncSession, inputs: dict[str, Any], **more: Any) -> str:
    """Store a calculation and give the path of its pages."""
    begun = await commands.begin_draft(db, answers={"inputs": inputs, "agreement": {}, **more})
    await db.commit()
    return f"/calculator/d/{begun.token}"
