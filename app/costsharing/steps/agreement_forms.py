"""What is asked for the funding agreement: all of it may be left to be agreed."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import create_model

from app.core.fields import (
    Choice,
    Day,
    Exact,
    FieldError,
    Many,
    Money,
    Option,
    Setting,
    Text,
    Whole,
    YesNo,
)
from app.core.forms import Form, Rows
from app.costsharing.agreement_schema import EXIT_RULES, JURISDICTIONS
from app.costsharing.steps.agreement_asking import (
    OPEN,
    OTHER,
    PHONE,
    Paths,
    email,
    kinds,
    line,
    needs_words,
    pick,
    words,
)


class StartForm(Form):
    """Now or not."""

    add: Annotated[
        bool,
        YesNo(
            label="Do you want to add details for the funding agreement now?",
            name="Details for the agreement",
            hint="You can skip this. Whatever is left open prints as “To be agreed”, and you can "
            "come back to it.",
            missing="Select whether you want to add details for the agreement",
        ),
    ]


class BasicsForm(Form):
    """Law and version."""

    title: Annotated[str | None, line("Title of the agreement")] = None
    version: Annotated[str | None, line("Version", hint="For example, draft 1", most=100)] = None
    version_date: Annotated[date | None, Day(label="Date of this version")] = None
    replaces: Annotated[str | None, line("What it replaces", hint="An earlier agreement")] = None
    jurisdiction: Annotated[
        str | None,
        pick("Which law applies?", *(Option(k, v) for k, v in JURISDICTIONS.items()), name="Law"),
    ] = None
    power: Annotated[
        str | None,
        pick(
            "Which legal power do the organisations use?",
            Option("lga1972_s113", "Local Government Act 1972, section 113"),
            Option("nhs2006_s75", "NHS Act 2006, section 75"),
            Option("nhs_wales_2006_s33", "NHS (Wales) Act 2006, section 33"),
            Option("police1996_s22a", "Police Act 1996, section 22A"),
            Option("goods_services_1970", "Local Authorities (Goods and Services) Act 1970"),
            Option("lgs1973_s56", "Local Government (Scotland) Act 1973, section 56"),
            Option("own_powers", "Each organisation’s own powers"),
            Option("other", "Another power, in the words below"),
            hint="Section 113 is law in England and Wales only",
            name="Legal power",
        ),
    ] = None
    power_text: Annotated[str | None, words("More about the legal power")] = None
    employer: Annotated[
        str | None,
        pick(
            "Who is the employer?",
            Option("host", "{host} alone"),
            Option("joint", "The organisations jointly, by contract"),
            name="Employer",
        ),
    ] = None
    background: Annotated[str | None, words("Why do the organisations share this?")] = None

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Another power is named."""
        yield from needs_words(self.power, self.power_text, "power_text")


BASICS = {
    "title": "title",
    "version": "version",
    "version_date": "version_date",
    "replaces": "replaces",
    "jurisdiction": "jurisdiction",
    "power": "legal_power.code",
    "power_text": "legal_power.text",
    "employer": "employer.kind",
    "background": "background",
}


class DecisionRow(Form):
    """A body's decision to share."""

    party: Annotated[
        str,
        Choice(
            label="Organisation",
            look="select",
            options="deciders",
            missing="Select the organisation that decided",
        ),
    ]
    body: Annotated[str | None, line("Who decided?", hint="For example, cabinet or board")] = None
    on: Annotated[date | None, Day(label="Date", name="The date of the decision")] = None
    minute: Annotated[str | None, line("Minute", most=100)] = None


class ConsultationRow(Form):
    """Whom the bodies asked."""

    who: Annotated[
        str | None, line("Who was consulted?", hint="For example, the post holder or a union")
    ] = None
    on: Annotated[date | None, Day(label="Date", name="The date of the consultation")] = None
    by: Annotated[str | None, line("Consulted by")] = None
    response: Annotated[str | None, words("What did they say?")] = None


class DecisionsForm(Form):
    """Decisions taken and people consulted."""

    decisions: Annotated[
        list[DecisionRow],
        Rows(
            name="Decisions",
            form=DecisionRow,
            legend="Decision {n}",
            add="Add another decision",
            most=120,
        ),
    ] = []  # noqa: RUF012 (Pydantic copies it)
    consultation: Annotated[
        list[ConsultationRow],
        Rows(
            name="Consultation",
            form=ConsultationRow,
            legend="Consultation {n}",
            add="Add another consultation",
            most=20,
        ),
    ] = []  # noqa: RUF012 (Pydantic copies it)


DECISIONS = {"decisions": "decisions", "consultation": "consultation"}


class PostForm(Form):
    """The post in words."""

    grade: Annotated[str | None, line("Grade", most=100)] = None
    base: Annotated[str | None, line("Official base", hint="It decides what counts as travel")] = (
        None
    )
    duties: Annotated[str | None, words("Main duties")] = None
    pattern: Annotated[str | None, words("Which days for which organisation?")] = None
    swapping: Annotated[str | None, words("How are days swapped?")] = None
    priority: Annotated[str | None, words("What comes first when both call?")] = None
    out_of_hours: Annotated[str | None, words("What applies out of hours?")] = None
    vacancy: Annotated[
        str | None, words("Who pays what while the post is vacant or the person is absent?")
    ] = None


POST = {
    "grade": "post.grade",
    "base": "post.base",
    "duties": "post.duties",
    "pattern": "post.working_pattern",
    "swapping": "post.swapping",
    "priority": "post.priority",
    "out_of_hours": "post.out_of_hours",
    "vacancy": "vacancy",
}


class SignatoryRow(Form):
    """Who signs."""

    name: Annotated[str | None, line("Who signs?", hint="Leave blank until it is known")] = None
    role: Annotated[str | None, line("Role", hint="For example, section 151 officer")] = None


class PartyForm(Form):
    """One party's particulars."""

    kind: Annotated[str | None, pick("Kind of body", *kinds())] = None
    address: Annotated[str | None, Text(label="Address", lines=3, max_length=900)] = None
    contact_name: Annotated[str | None, line("Name of contact")] = None
    contact_role: Annotated[str | None, line("Role of contact")] = None
    contact_email: Annotated[str | None, email("Email address of contact")] = None
    contact_phone: Annotated[
        str | None,
        Text(
            label="Telephone number of contact",
            max_length=40,
            pattern=PHONE,
            wrong="Enter a telephone number, like 01632 960 001",
            inputmode="tel",
            width="20",
        ),
    ] = None
    invoice_name: Annotated[str | None, line("Name of contact for invoices")] = None
    invoice_email: Annotated[str | None, email("Email address for invoices")] = None
    cost_centre: Annotated[str | None, line("Cost centre", most=100)] = None
    supplier: Annotated[str | None, line("Supplier number", most=100)] = None
    po_number: Annotated[str | None, line("Purchase order number", most=100)] = None
    po_value: Annotated[Decimal | None, Money(label="Purchase order value")] = None
    po_until: Annotated[date | None, Day(label="Last day of the purchase order")] = None
    signatories: Annotated[
        list[SignatoryRow],
        Rows(
            name="Who signs",
            form=SignatoryRow,
            legend="Signature {n}",
            add="Add another signature",
            most=12,
        ),
    ] = []  # noqa: RUF012 (Pydantic copies it)


PARTY = {
    "kind": "kind",
    "address": "address[]",
    "contact_name": "contact.name",
    "contact_role": "contact.role",
    "contact_email": "contact.email",
    "contact_phone": "contact.phone",
    "invoice_name": "invoice_contact.name",
    "invoice_email": "invoice_contact.email",
    "cost_centre": "cost_centre",
    "supplier": "supplier_number",
    "po_number": "purchase_order.number",
    "po_value": "purchase_order.value",
    "po_until": "purchase_order.valid_to",
    "signatories": "signatories",
}


class CostForm(Form):
    """What is in the cost, and the yearly budget."""

    included: Annotated[str | None, words("What is included in the cost?")] = None
    excluded: Annotated[str | None, words("What is not included?")] = None
    not_included: Annotated[
        str | None,
        words(
            "What is settled separately?",
            hint="One on each line, such as redundancy or cover for long absence",
        ),
    ] = None
    overhead_reason: Annotated[str | None, words("What is the overhead for?")] = None
    fee_reason: Annotated[str | None, words("What is the fee for?")] = None
    set_by: Annotated[
        str | None,
        line("When is each year’s budget set?", hint="For example, 31 January", most=100),
    ] = None
    approved_by: Annotated[str | None, line("Who approves the budget?")] = None
    overspend: Annotated[str | None, words("Who bears an overspend?")] = None
    underspend: Annotated[str | None, words("Who keeps an underspend?")] = None


COST = {
    "included": "cost_base.included",
    "excluded": "cost_base.excluded",
    "not_included": "not_included[]",
    "overhead_reason": "overhead_reason",
    "fee_reason": "fee_reason",
    "set_by": "budget.set_by",
    "approved_by": "budget.approved_by",
    "overspend": "budget.overspend",
    "underspend": "budget.underspend",
}


class PriceForm(Form):
    """What moves the price, and the year end."""

    source: Annotated[
        str | None,
        line("Where do the weights come from?", hint="For example, mid-2025 population estimate"),
    ] = None
    source_on: Annotated[date | None, Day(label="Date of that source")] = None
    review_on: Annotated[date | None, Day(label="When are the shares looked at again?")] = None
    reason: Annotated[str | None, words("Why are the shares fair?")] = None
    automatic: Annotated[
        list[str],
        Many(
            label="What changes the price by itself?",
            hint="Anything else needs every organisation’s agreement",
            options=(
                Option("national_award", "A national pay award"),
                Option("increment", "An increment"),
                Option("employer_ni", "A change of employer National Insurance"),
                Option("pension", "A change of the pension rate"),
                Option("levy", "A change of the apprenticeship levy"),
            ),
        ),
    ] = []  # noqa: RUF012 (Pydantic copies it)
    notice_days: Annotated[
        int | None, Whole(label="Days of notice of a new price", least=1, most=365)
    ] = None
    ceiling: Annotated[
        str | None,
        Exact(label="The most the price may rise in a year", unit="%", most="100", example="3"),
    ] = None
    true_up_by: Annotated[
        str | None,
        line(
            "When is the cost compared with what was invoiced?",
            hint="For example, 30 June after the year end",
            most=100,
        ),
    ] = None
    tolerance: Annotated[
        str | None,
        Exact(label="No money moves for differences up to", unit="%", most="100", example="1"),
    ] = None
    evidence: Annotated[str | None, words("What evidence of cost is given?")] = None


PRICE = {
    "source": "shares.source",
    "source_on": "shares.on",
    "review_on": "shares.review_on",
    "reason": "shares.reason",
    "automatic": "uplifts.automatic",
    "notice_days": "uplifts.notice_days",
    "ceiling": "uplifts.ceiling_percent",
    "true_up_by": "true_up.by",
    "tolerance": "true_up.tolerance_percent",
    "evidence": "true_up.evidence",
}


class TermsForm(Form):
    """Paying, VAT, disputes, records."""

    vat_bearer: Annotated[
        str | None,
        pick(
            "Who bears VAT if the tax authority disagrees?",
            Option("partner", "The partner concerned"),
            Option("host", "{host}"),
            Option("by_shares", "All, by their shares"),
        ),
    ] = None
    interest: Annotated[
        str | None,
        pick(
            "Interest on late payment",
            Option("statutory", "As the law provides"),
            Option("none", "None"),
            OTHER,
        ),
    ] = None
    interest_text: Annotated[str | None, words("More about late payment")] = None
    remittance: Annotated[str | None, words("Where are payments announced?")] = None
    first: Annotated[str | None, line("Who tries to settle a dispute first?")] = None
    second: Annotated[str | None, line("Who next?")] = None
    records: Annotated[
        int | None,
        Whole(label="Years for which records are kept", hint="Six is usual", least=1, most=50),
    ] = None
    access: Annotated[str | None, words("Who may look at the records?")] = None

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Another rule on interest is said."""
        yield from needs_words(self.interest, self.interest_text, "interest_text")


TERMS = {
    "vat_bearer": "vat_bearer",
    "interest": "late_payment.interest",
    "interest_text": "late_payment.text",
    "remittance": "payment.remittance",
    "first": "disputes.first",
    "second": "disputes.second",
    "records": "records_years",
    "access": "records_access",
}


class GrantTermsRow(Form):
    """What a funder asks."""

    name: Annotated[
        str,
        Choice(
            label="Grant",
            look="select",
            options="granted",
            missing="Select the grant",
        ),
    ]
    funder: Annotated[str | None, line("Who gives it?")] = None
    purpose: Annotated[str | None, words("What is it for?")] = None
    evidence: Annotated[str | None, words("What evidence does the funder ask for?")] = None
    clawback: Annotated[str | None, words("When must it be paid back?")] = None
    publicity: Annotated[str | None, words("How is the funder named?")] = None
    subsidy_control: Annotated[str | None, words("What applies under subsidy control?")] = None


class GrantTermsForm(Form):
    """Terms of grants that all must keep."""

    grants: Annotated[
        list[GrantTermsRow],
        Rows(
            name="Terms of grants",
            form=GrantTermsRow,
            legend="Terms {n}",
            add="Add terms of another grant",
            most=20,
        ),
    ] = []  # noqa: RUF012 (Pydantic copies it)


GRANTS = {"grants": "grants"}


class LeavingForm(Form):
    """Joining, leaving, ending."""

    agreed_by: Annotated[str | None, line("Who must agree when another organisation joins?")] = None
    buy_in: Annotated[str | None, words("What does a new organisation pay for set-up?")] = None
    notice: Annotated[
        int | None,
        Whole(label="Months of notice to leave", hint="6 or 12 are usual", least=1, most=36),
    ] = None
    ends: Annotated[
        str | None,
        pick(
            "When may the notice end?",
            Option("any_day", "On any day"),
            Option("end_of_quarter", "At the end of a quarter"),
            Option("end_of_march", "On 31 March"),
        ),
    ] = None
    after: Annotated[
        str | None,
        pick(
            "Who takes the leaver’s share?",
            Option("rebase", "The others, by their weights"),
            Option("host_takes", "{host}"),
            Option("leaver_until_notice_ends", "The leaver, until its notice ends"),
        ),
    ] = None
    tail: Annotated[
        int | None,
        Whole(
            label="Months after leaving in which the leaver pays exit costs it caused",
            least=1,
            most=36,
        ),
    ] = None
    successors: Annotated[
        str | None,
        pick(
            "If an organisation is merged or replaced",
            Option("bound", "Its successor is bound"),
            Option("bound_with_review", "Its successor is bound and may ask for a review"),
            OTHER,
        ),
    ] = None
    successors_text: Annotated[str | None, words("More about successors")] = None
    events: Annotated[str | None, words("What ends the agreement for all?")] = None
    wind_down: Annotated[str | None, words("What happens while it winds down?")] = None
    equipment: Annotated[str | None, words("Who keeps the equipment at the end?")] = None
    early: Annotated[str | None, words("What is charged if it ends early?")] = None

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """Another rule on successors is said."""
        yield from needs_words(self.successors, self.successors_text, "successors_text")


LEAVING = {
    "agreed_by": "joining.agreed_by",
    "buy_in": "joining.buy_in",
    "notice": "leaving.notice_months",
    "ends": "leaving.notice_ends",
    "after": "leaving.shares_after",
    "tail": "leaving.tail_months",
    "successors": "successors.rule",
    "successors_text": "successors.text",
    "events": "ending.events",
    "wind_down": "ending.wind_down",
    "equipment": "ending.equipment",
    "early": "ending.early_charges",
}

EXIT_LABELS = {
    "notice_pay": "Notice pay",
    "statutory_redundancy": "Statutory redundancy pay",
    "enhanced_redundancy": "Redundancy pay above the statutory sum",
    "earlier_service": "Redundancy pay for service with other employers",
    "pension_strain": "Early payment of pension",
    "settlements": "Settlements and tribunal awards",
    "termination_ni": "National Insurance on payments at the end",
    "redeployment": "An organisation that redeploys the person",
    "leave_equipment_leases": "Untaken leave, equipment and leases",
    "leavers_tail": "Costs caused within the months after leaving",
}
RULE_TEXTS = {
    "by_shares": "Paid by shares",
    "ender_pays": "Paid by the organisation that ends it",
    "host_bears": "Paid by {host}",
    "by_service": "By length of service in the post",
    "by_cause": "Paid by the organisation that causes it",
    "capped_by_policy": "By shares, capped at an agreed policy",
    "service_in_post_only": "Only service in this post is shared",
    "share_all": "All service is shared",
    "by_fault_then_shares": "By fault, else by shares",
    "follows_payment": "As the payment it is due on",
    "redeploying_party_spared": "It is spared its share",
    "all_still_pay": "It still pays its share",
    "leaver_pays_tail": "The leaver pays its share of them",
    "no_tail": "The leaver does not pay them",
    "other": "Another rule",
}


def exit_form(name: str, rows: tuple[str, ...]) -> type[Form]:
    """A form with one rule for each kind of exit cost, and words where the rule needs them."""
    fields: dict[str, object] = {}
    for row in rows:
        rules = [Option(r, RULE_TEXTS[r]) for r in EXIT_RULES[row]]
        asked = Choice(label=EXIT_LABELS[row], options=(OPEN, *rules))
        fields[row] = (Annotated[str | None, asked], None)
        for rule, label, missing in (
            ("capped_by_policy", "Which policy?", "Enter the policy that caps it"),
            ("other", "Which rule?", "Enter the rule in words"),
        ):
            if rule in EXIT_RULES[row]:
                text = Text(
                    label=label, missing=missing, max_length=2000, lines=2, only_if=(row, rule)
                )
                fields[f"{row}_{rule}"] = (Annotated[str | None, text], None)
    made: type[Form] = create_model(name, __base__=Form, **fields)  # type: ignore[call-overload]
    return made


FIRST_EXITS = tuple(EXIT_RULES)[:5]
LAST_EXITS = tuple(EXIT_RULES)[5:]
FirstExitForm = exit_form("FirstExitForm", FIRST_EXITS)
LastExitForm = exit_form("LastExitForm", LAST_EXITS)


def exit_paths(rows: tuple[str, ...]) -> Paths:
    """Where each rule and its words go."""
    found: dict[str, str] = {}
    for row in rows:
        found[row] = f"exit_rules.{row}.rule"
        for rule in ("capped_by_policy", "other"):
            if rule in EXIT_RULES[row]:
                found[f"{row}_{rule}"] = f"exit_rules.{row}.text"
    return found


PAGES: Mapping[str, tuple[type[Form], Paths]] = {
    "agreement-basics": (BasicsForm, BASICS),
    "agreement-decisions": (DecisionsForm, DECISIONS),
    "agreement-post": (PostForm, POST),
    "agreement-cost": (CostForm, COST),
    "agreement-price": (PriceForm, PRICE),
    "agreement-terms": (TermsForm, TERMS),
    "agreement-grants": (GrantTermsForm, GRANTS),
    "agreement-leaving": (LeavingForm, LEAVING),
    "agreement-exit": (FirstExitForm, exit_paths(FIRST_EXITS)),
    "agreement-exit-2": (LastExitForm, exit_paths(LAST_EXITS)),
}
