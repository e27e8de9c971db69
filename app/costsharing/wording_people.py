"""The tables on parties, decisions, grants, exits, approvals and signatures of the agreement."""

from collections.abc import Iterator

from app.costsharing.agreement import AgreementDetails, GrantTerms, PartyDetails
from app.costsharing.agreement_schema import BODY_KINDS, EXIT_RULES
from app.costsharing.engine.inputs import Inputs, Party
from app.costsharing.engine.money import sterling
from app.costsharing.engine.result import Costing
from app.costsharing.wording_figures import grants_used
from app.costsharing.wording_money import contact_words
from app.costsharing.wording_values import TO_BE_AGREED, counted, day, names_of
from app.documents.model import Column, Row, SignatureBlock, Table

_EXIT_COSTS = {
    "notice_pay": "Pay in notice",
    "statutory_redundancy": "Statutory redundancy pay",
    "enhanced_redundancy": "Redundancy pay above the statutory sum",
    "earlier_service": "Service with other bodies that counts towards redundancy pay",
    "pension_strain": "Pension strain (early payment of a pension)",
    "settlements": "Settlements, tribunal awards and their legal costs",
    "termination_ni": "Employer National Insurance on termination pay",
    "redeployment": "A party that redeploys the person",
    "leave_equipment_leases": "Untaken leave, equipment and leases",
    "leavers_tail": "Exit costs caused after a party has left",
}

_RULES = {
    "by_shares": "All parties, by their shares",
    "ender_pays": "The party that ends the arrangement pays all",
    "host_bears": "The host bears it",
    "by_service": "All parties, by the time that the person served in this post for each",
    "by_cause": "The party that causes the event",
    "service_in_post_only": "The partners pay for service in this post only; the host bears what "
    "follows from earlier service",
    "share_all": "All parties share what follows from all service, by their shares",
    "by_fault_then_shares": "The party at fault; where nobody is, all parties by their shares",
    "follows_payment": "Whoever bears the payment on which it falls due",
    "redeploying_party_spared": "Is spared its share of the exit costs",
    "all_still_pay": "Still pays its share of the exit costs",
    "no_tail": "The leaver owes nothing for events after its last day",
}


def parties_table(inputs: Inputs, details: AgreementDetails) -> Table:
    """Give the parties in their order, with role, address, register and contact."""
    rows = tuple(
        Row(
            (
                party.name,
                "Host" if party.host else "Partner",
                *_party_cells(details.party(party.id)),
            )
        )
        for party in inputs.parties
    )
    titles = ("Party", "Role", "Kind and register", "Address", "Contact")
    return Table("Parties", tuple(Column(title) for title in titles), rows)


def _party_cells(party: PartyDetails) -> tuple[str, str, str]:
    kind = BODY_KINDS.get(party.kind, "")
    register = f"{party.register.name} {party.register.identifier}".strip()
    about = ", ".join(part for part in (kind[:1].upper() + kind[1:], register) if part)
    return (
        about or TO_BE_AGREED,
        ", ".join(party.address) or TO_BE_AGREED,
        contact_words(party.contact) or TO_BE_AGREED,
    )


def decisions_table(inputs: Inputs, details: AgreementDetails) -> Table:
    """Give each party's decision to enter into the agreement."""
    rows = []
    for party in inputs.parties:
        own = [decision for decision in details.decisions if decision.party == party.id]
        rows += [
            Row(
                (
                    party.name,
                    decision.body or TO_BE_AGREED,
                    day(decision.on) or TO_BE_AGREED,
                    decision.minute or TO_BE_AGREED,
                )
            )
            for decision in own
        ]
        if not own:
            rows.append(Row((party.name, TO_BE_AGREED, TO_BE_AGREED, TO_BE_AGREED)))
    titles = ("Party", "Decided by", "Date", "Minute")
    return Table("Decisions", tuple(Column(title) for title in titles), tuple(rows))


def consultation_table(details: AgreementDetails) -> Table:
    """Give who was consulted, when, by whom and the response."""
    rows = tuple(
        Row(
            (
                item.who or TO_BE_AGREED,
                day(item.on) or TO_BE_AGREED,
                item.by or TO_BE_AGREED,
                item.response or TO_BE_AGREED,
            )
        )
        for item in details.consultation
    )
    titles = ("Consulted", "Date", "By", "Response")
    return Table("Consultation", tuple(Column(title) for title in titles), rows)


def grants_table(costing: Costing, details: AgreementDetails) -> Table:
    """Give each grant with what it meets and the terms that pass down."""
    terms = {grant.name: grant for grant in details.grants}
    used = dict(grants_used(costing))
    rows = []
    for grant in costing.inputs.grants:
        own = terms.get(grant.name, GrantTerms())
        funder = f"{grant.name}, from {own.funder}" if own.funder else grant.name
        rows.append(Row((funder, sterling(sum(used[grant.name].values())), _grant_words(own))))
    columns = (Column("Grant"), Column("Used", "right"), Column("Terms that bind the parties"))
    return Table("Grants and their terms", columns, tuple(rows))


def _grant_words(grant: GrantTerms) -> str:
    labelled = {
        "Purpose": grant.purpose,
        "Evidence": grant.evidence,
        "Clawback": grant.clawback,
        "Publicity": grant.publicity,
        "Subsidy control": grant.subsidy_control,
    }
    return "; ".join(
        f"{label}: {text.rstrip('.') or TO_BE_AGREED}" for label, text in labelled.items()
    )


def exit_table(details: AgreementDetails) -> Table:
    """Give one rule for each kind of exit cost."""
    rows = tuple(Row((_EXIT_COSTS[row], exit_rule(row, details))) for row in EXIT_RULES)
    return Table("Who pays on exit", (Column("Cost or event"), Column("Rule")), rows)


def exit_rule(row: str, details: AgreementDetails) -> str:
    """Write the rule of one row, with the parties' own words after it."""
    rule = details.exit_rules.get(row)
    if rule is None:
        return TO_BE_AGREED
    text = rule.text.strip()
    if rule.rule == "other":
        return text
    if rule.rule == "capped_by_policy":
        return f"All parties by their shares, up to what this policy gives: {text}"
    if rule.rule == "leaver_pays_tail":
        return _tail(details) + (f". {text}" if text else "")
    return _RULES[rule.rule] + (f". {text}" if text else "")


def _tail(details: AgreementDetails) -> str:
    months = details.leaving.tail_months
    within = f"{counted(months, 'month')} of leaving" if months else "a time that is to be agreed"
    return f"The leaver pays its share of exit costs that are caused within {within}"


def finance_role(details: AgreementDetails, party: Party) -> str:
    """Name the officer who answers for a body's money, by kind of body and jurisdiction."""
    kind = details.party(party.id).kind
    if kind in {"local_authority", "fire"} and details.jurisdiction == "england_and_wales":
        return "Section 151 officer or delegate"
    if kind == "local_authority" and details.jurisdiction == "scotland":
        return "Section 95 officer (proper officer for finance) or delegate"
    if kind in {"nhs_body", "education", "charity", "company", "government_department"}:
        return "Director of finance or delegate"
    return "Chief finance officer or delegate"


def approvals_table(inputs: Inputs, details: AgreementDetails) -> Table:
    """Give the approvals in the order in which they are made, with room to sign."""
    rows = [
        ("1. Person in the post", inputs.host.name, "Was consulted and has seen the terms"),
        ("2. Human resources of the host", inputs.host.name, "Status, terms and checks"),
    ]
    steps = [
        ("3. Budget holder", "Has the money, names the purchase order"),
        ("4. Finance officer", "Figures, VAT and accruals"),
        ("5. {finance}", "Above the value that the body sets"),
        ("6. Legal or monitoring officer", "Where a seal or a committee’s decision is needed"),
    ]
    for step, what in steps:
        rows += [
            (step.format(finance=finance_role(details, party)), party.name, what)
            for party in inputs.parties
        ]
    columns = tuple(Column(t) for t in ("Who", "Body", "Answers for", "Name, signature and date"))
    cells = tuple(Row((*row, "")) for row in rows)
    return Table("Approvals before signature, in this order", columns, cells, tall=True)


def signature_blocks(inputs: Inputs, details: AgreementDetails) -> Iterator[SignatureBlock]:
    """Give a block for each authorised signatory of each party, in agreement order."""
    names = names_of(inputs)
    for party in inputs.parties:
        signatories = details.party(party.id).signatories
        for signatory in signatories or (None,):
            yield SignatureBlock(
                f"Signed for and on behalf of {names[party.id]}",
                (
                    ("Name", signatory.name if signatory else ""),
                    ("Role", (signatory.role if signatory else "") or "Authorised signatory"),
                    ("Signature", ""),
                    ("Date", ""),
                ),
            )
