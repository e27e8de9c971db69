"""Clauses on invoices, payment, VAT, the true-up and the conditions on the money."""

from datetime import date

from app.costsharing.clauses.model import ClauseText, Place, Term

_REVIEWED = date(2026, 11, 22)
_REVIEW_BY = date(2027, 11, 1)

MONEY: tuple[ClauseText, ...] = (
    ClauseText(
        "invoices",
        "Invoices",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "The host invoices each partner {frequency} in {timing}, as in Schedule 3. The "
                "invoices of each partner add up to its share{and_fee} in Schedule 2."
            ),
            Term(
                "Each period’s share is divided evenly over the invoices of that period. A part "
                "period at the start, at the end or beside a change carries a whole instalment.",
                when="profile_equal",
            ),
            Term(
                "Each period’s share is divided over its invoices by the days that each covers.",
                when="profile_days",
            ),
            Term("No invoice is sent for nothing, and the host is never invoiced for its share."),
            Term(
                "An invoice shows the number in Schedule 3, the period, the partner’s purchase "
                "order number and cost centre, the reference {reference}, and the net amount, VAT "
                "and total. An invoice is corrected by a credit note, never by being edited."
            ),
        ),
    ),
    ClauseText(
        "payment",
        "Payment details",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "A partner pays a valid and undisputed invoice within {payment_days} of its date.",
            ),
            Term(
                "That is longer than the 30 days that the law implies into public contracts. Where "
                "that law applies between the parties, 30 days apply in its place.",
                when="over_30_days",
            ),
            Term(
                "Before each financial year, and before the first invoice, each partner gives the "
                "host a purchase order that covers the year’s invoices. A missing purchase order "
                "does not end the duty to pay."
            ),
            Term(
                "Schedule 4 gives each party’s purchase order, its value, cost centre, supplier "
                "record and invoice contact."
            ),
            Term(
                "Remittance advice: {remittance}",
                otherwise="Where remittance advice is sent: To be agreed.",
            ),
            Term(
                "Bank details are never given or changed by email. A change counts only when the "
                "payer has rung the host on a number that it held before and has had it confirmed."
            ),
            Term("{payment_text}"),
        ),
    ),
    ClauseText(
        "vat",
        "VAT",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "All costs and shares in this agreement are stated without VAT. VAT never changes "
                "how the cost is shared; VAT that a partner cannot recover is that partner’s own "
                "cost. The table shows the treatment of each partner’s share and fee, who decided "
                "it and why."
            ),
            Place("vat_table"),
            Term(
                "The treatment for {vat_undecided} is not yet decided. No VAT is included for "
                "{vat_undecided}, and no invoice may be sent there until the treatment is decided "
                "and recorded in a new version of this agreement.",
                when="vat_undecided",
            ),
            Term(
                "A body that lets another have its employee for payment usually makes a taxable "
                "supply of staff, even at cost. The treatment depends on the law and the facts, "
                "and no statutory power settles it alone."
            ),
            Term(
                "If HM Revenue and Customs takes another view, the VAT is added to the price and "
                "the partner concerned pays it against a valid VAT invoice.",
                when="vat_partner",
            ),
            Term(
                "If HM Revenue and Customs takes another view, the host bears the VAT.",
                when="vat_host",
            ),
            Term(
                "If HM Revenue and Customs takes another view, the parties bear the VAT that "
                "cannot be recovered by their shares.",
                when="vat_shares",
            ),
            Term(
                "Who bears VAT if HM Revenue and Customs takes another view: To be agreed.",
                when="!vat_partner !vat_host !vat_shares",
            ),
        ),
    ),
    ClauseText(
        "true_up",
        "True-up",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "After each financial year the host works out the actual cost, shares it by the "
                "rules of this agreement, and gives each partner the result by {true_up_by}.",
                otherwise="Day by which the host gives the actual cost of the past financial year: "
                "To be agreed. The host shares the actual cost by the rules of this agreement.",
            ),
            Term(
                "The host shows with it {true_up_evidence}",
                otherwise="Evidence that the host shows with the actual cost (payroll records, "
                "invoices paid): To be agreed.",
            ),
            Term(
                "If a partner’s actual share{and_fee} is above what it was invoiced, the host "
                "sends a supplementary invoice; if below, a credit note that names the invoices it "
                "corrects. VAT follows the treatment of those invoices. One partner’s credit is "
                "never set against another’s debt."
            ),
            Term(
                "No money moves for a partner whose difference is at most {tolerance} of its share "
                "for the year.",
                otherwise="Difference up to which no money moves: To be agreed.",
            ),
            Place("true_up_table", when="true_up"),
            Term(
                "At the year end the host tells each partner the amount of work done and not yet "
                "invoiced, so that both enter the same figure in their accounts."
            ),
        ),
    ),
    ClauseText(
        "not_included",
        "Not included",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "The figures do not include:",
                items=(
                    "redundancy pay, notice pay and pension strain, which the clause on exit costs "
                    "deals with;",
                    "cover for sickness, family leave or a vacancy;",
                    "claims, settlements and their legal costs;",
                    "accommodation and equipment that a party gives the person on its own site;",
                    "backfill of the person’s earlier post.",
                ),
            ),
            Place("not_included_list", when="not_included"),
            Term(
                "While the post is vacant or the person is away for long: {vacancy}",
                otherwise="What is charged while the post is vacant or the person is away for "
                "long: To be agreed.",
            ),
        ),
    ),
    ClauseText(
        "late",
        "Late payment and disputes",
        "2026.1",
        _REVIEWED,
        date(2027, 4, 1),
        (
            Term(
                "A partner that disputes an invoice says so, with reasons, within 10 working days "
                "of getting it, and pays the part that it does not dispute in time."
            ),
            Term(
                "Interest on late payment runs at the rate set by law for late payment of "
                "commercial debts, so far as that law applies between the parties.",
                when="interest_statutory",
            ),
            Term("The parties charge each other no interest.", when="interest_none"),
            Term("Interest on late payment: {interest_text}", when="interest_other"),
            Term(
                "Interest on late payment: To be agreed.",
                when="!interest_statutory !interest_none !interest_other",
            ),
            Term(
                "A dispute goes first to {dispute_first}.",
                otherwise="Who first tries to settle a dispute: To be agreed.",
            ),
            Term(
                "If it is not settled there within 20 working days, it goes to {dispute_second}, "
                "and after that the parties try mediation before any court.",
                otherwise="Who tries next, if it is not settled within 20 working days: To be "
                "agreed. After that the parties try mediation before any court.",
            ),
        ),
    ),
    ClauseText(
        "conditions",
        "Conditions on money",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term("No grant is counted in the figures.", when="!grants"),
            Term(
                "The terms of the grants bind each party so far as they concern it. A party that "
                "causes a grant to be paid back bears what is paid back.",
                when="grants",
            ),
            Place("grants_table", when="grants"),
            Term(
                "If a grant is smaller than planned, or ends, the cost that it would have met is "
                "shared by the rules of this agreement.",
                when="grants",
            ),
            Term(
                "Each party uses the time and money under this agreement for its own lawful "
                "functions and keeps what it needs to show that no unlawful subsidy is given."
            ),
        ),
    ),
    ClauseText(
        "records",
        "Records and audit",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "The host keeps the records behind the figures and the invoices for "
                "{records_years} after the end of the financial year they belong to.",
                otherwise="How long the host keeps the records behind the figures (six years and "
                "the current one is usual): To be agreed.",
            ),
            Term(
                "Access: {records_access}",
                otherwise="Each partner, its auditors and a grant’s funder may see those records "
                "on reasonable notice. Further rules of access: To be agreed.",
            ),
            Term(
                "Each party answers requests for information made to it, and asks the others "
                "before it releases what came from them."
            ),
        ),
    ),
)
