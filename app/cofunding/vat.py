"""How VAT applies to what partners pay: asked and recorded, never decided by us. Pure.

A treatment adds VAT to invoices. It never changes the split: what a partner cannot recover is
a cost of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.cofunding.agreeing import PartyFacts
from app.core.errors import RuleBroken
from app.organisations.domain import OrganisationKind

UNDECIDED: Final = "undecided"
STANDARD: Final = "standard"

# Bodies that get VAT on their non-business work back by law, registered or not.
# Value Added Tax Act 1994, section 33.
SECTION_33: Final = frozenset(
    {OrganisationKind.COUNCIL, OrganisationKind.POLICE, OrganisationKind.FIRE}
)


@dataclass(frozen=True, slots=True)
class VatDecision:
    """What the employer's finance officer decided for all partners alike, and why."""

    treatment: str = UNDECIDED
    reason: str = ""

    @property
    def is_made(self) -> bool:
        """Whether anything was decided."""
        return self.treatment != UNDECIDED


def check_decision(decision: VatDecision, employer: PartyFacts) -> None:
    """Raise RuleBroken for a decision without its reason, or one that the employer cannot keep."""
    if not decision.is_made:
        return
    if not decision.reason:
        raise RuleBroken("vat-reason", "Enter why VAT applies in this way")
    if decision.treatment == STANDARD and employer.is_vat_registered is False:
        raise RuleBroken(
            "vat-not-registered",
            "Your organisation says in its settings that it is not registered for VAT, so it "
            "cannot charge VAT",
        )


def with_vat(
    inputs: Mapping[str, Any], decision: VatDecision, parties: Sequence[PartyFacts]
) -> dict[str, Any]:
    """The inputs with the treatment of each partner, share and fee alike; the employer is first.

    A partner that says it is not registered recovers nothing, unless section 33 lets it.
    """
    if not decision.is_made:
        return dict(inputs)
    facts = {one.party: one for one in parties[1:]}
    return {
        **inputs,
        "parties": [
            {**entry, "vat": _vat(decision, facts[entry["id"]])} if entry["id"] in facts else entry
            for entry in inputs["parties"]
        ],
    }


def _vat(decision: VatDecision, partner: PartyFacts) -> dict[str, str]:
    recovers = partner.is_vat_registered is not False or partner.kind in SECTION_33
    return {"share": decision.treatment, **({} if recovers else {"recoverable": "0"})}


def with_reasons(
    details: Mapping[str, Any], decision: VatDecision, partners: Sequence[str], *, on: date
) -> dict[str, Any]:
    """The agreement's details with why, by whom and when, for each partner."""
    if not decision.is_made:
        return dict(details)
    said = {
        "reason": decision.reason,
        "decided_by": "Finance officer of the employer",
        "decided_on": on.isoformat(),
    }
    parties = dict(details["parties"])
    for partner in partners:
        own = dict(parties[partner])
        parties[partner] = {**own, "vat": {**own.get("vat", {}), **said}}
    return {**details, "parties": parties}
