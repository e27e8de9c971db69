"""Details of the funding agreement: all may be left out, and then print as "To be agreed"."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated

from app.core.fields import (
    Choice,
    Day,
    Exact,
    Field,
    Many,
    Money,
    Option,
    Text,
    Whole,
    YesNo,
)
from app.core.forms import Form
from app.costsharing.agreement_schema import BODY_KINDS, EXIT_RULES, JURISDICTIONS
from app.costsharing.steps.step import Facts, Step

SECTION = "Agreement details"
OPEN = Option("", "To be agreed")
EMAIL = r"[^@\s,;<>\"]{1,64}@[^@\s.,;<>\"]+(\.[^@\s.,;<>\"]+)+"
PHONE = r"[+0-9][0-9 ()x/.\-]{4,39}"
Json = dict[str, object]


def pick(label: str, *options: Option, hint: str = "", name: str = "") -> Choice:
    """A choice that may stay open."""
    return Choice(label=label, look="select", options=(OPEN, *options), hint=hint, name=name)


def line(label: str, *, hint: str = "", most: int = 200) -> Text:
    """One line of text that may stay blank."""
    return Text(label=label, hint=hint, max_length=most)


def words(label: str, *, hint: str = "") -> Text:
    """Several lines of text that may stay blank."""
    return Text(label=label, hint=hint, max_length=2000, lines=3)


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

    version: Annotated[str | None, line("Version", hint="For example, draft 1", most=100)] = None
    version_date: Annotated[date | None, Day(label="Date of this version")] = None
    jurisdiction: Annotated[
        str | None,
        pick(
            "Which law applies?",
            *(Option(k, v) for k, v in JURISDICTIONS.items()),
            name="Law",
        ),
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
            hint="Section 113 applies in England and Wales only, not in Scotland",
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


BASICS = {
    "version": "version",
    "version_date": "version_date",
    "jurisdiction": "jurisdiction",
    "power": "legal_power.code",
    "power_text": "legal_power.text",
    "employer": "employer.kind",
    "background": "background",
}


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
    "vacancy": "vacancy",
}


class PartyForm(Form):
    """One party's particulars."""

    kind: Annotated[
        str | None,
        pick(
            "Kind of body",
            *(Option(k, v[:1].upper() + v[1:]) for k, v in BODY_KINDS.items()),
        ),
    ] = None
    contact_name: Annotated[str | None, line("Name of contact")] = None
    contact_role: Annotated[str | None, line("Role of contact")] = None
    contact_email: Annotated[
        str | None,
        Text(
            label="Email address of contact",
            max_length=254,
            pattern=EMAIL,
            wrong="Enter an email address in the correct format, like name@example.gov.uk",
            autocomplete="off",
            inputmode="email",
            spellcheck=False,
        ),
    ] = None
    invoice_email: Annotated[
        str | None,
        Text(
            label="Email address for invoices",
            max_length=254,
            pattern=EMAIL,
            wrong="Enter an email address in the correct format, like name@example.gov.uk",
            autocomplete="off",
            inputmode="email",
            spellcheck=False,
        ),
    ] = None
    cost_centre: Annotated[str | None, line("Cost centre", most=100)] = None
    po_number: Annotated[str | None, line("Purchase order number", most=100)] = None
    po_value: Annotated[Decimal | None, Money(label="Purchase order value")] = None
    po_until: Annotated[date | None, Day(label="Last day of the purchase order")] = None
    signatory_name: Annotated[str | None, line("Who signs?", hint="Name")] = None
    signatory_role: Annotated[str | None, line("Role of the person who signs")] = None


PARTY = {
    "kind": "kind",
    "contact_name": "contact.name",
    "contact_role": "contact.role",
    "contact_email": "contact.email",
    "invoice_email": "invoice_contact.email",
    "cost_centre": "cost_centre",
    "po_number": "purchase_order.number",
    "po_value": "purchase_order.value",
    "po_until": "purchase_order.valid_to",
    "signatory_name": "signatories.0.name",
    "signatory_role": "signatories.0.role",
}


class PriceForm(Form):
    """What moves the price, and the year end."""

    source: Annotated[
        str | None,
        line("Where do the weights come from?", hint="For example, mid-2025 population estimate"),
    ] = None
    source_on: Annotated[date | None, Day(label="Date of that source")] = None
    review_on: Annotated[date | None, Day(label="When are the shares looked at again?")] = None
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
        Exact(
            label="The most the price may rise in a year",
            unit="%",
            most="100",
            example="3",
        ),
    ] = None
    true_up_by: Annotated[
        str | None,
        line(
            "When is the year-end comparison with actual cost made?",
            hint="For example, 30 June",
            most=100,
        ),
    ] = None
    tolerance: Annotated[
        str | None,
        Exact(
            label="No money moves for differences up to",
            unit="%",
            most="100",
            example="1",
        ),
    ] = None


PRICE = {
    "source": "shares.source",
    "source_on": "shares.on",
    "review_on": "shares.review_on",
    "automatic": "uplifts.automatic",
    "notice_days": "uplifts.notice_days",
    "ceiling": "uplifts.ceiling_percent",
    "true_up_by": "true_up.by",
    "tolerance": "true_up.tolerance_percent",
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
        ),
    ] = None
    first: Annotated[str | None, line("Who tries to settle a dispute first?")] = None
    second: Annotated[str | None, line("Who next?")] = None
    records: Annotated[
        int | None,
        Whole(label="Years for which records are kept", hint="Six is usual", least=1, most=50),
    ] = None


TERMS = {
    "vat_bearer": "vat_bearer",
    "interest": "late_payment.interest",
    "first": "disputes.first",
    "second": "disputes.second",
    "records": "records_years",
}


class LeavingForm(Form):
    """Joining, leaving, ending."""

    agreed_by: Annotated[str | None, line("Who must agree when another organisation joins?")] = None
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
        ),
    ] = None
    equipment: Annotated[str | None, words("Who keeps the equipment at the end?")] = None
    early: Annotated[str | None, words("What is charged if it ends early?")] = None


LEAVING = {
    "agreed_by": "joining.agreed_by",
    "notice": "leaving.notice_months",
    "ends": "leaving.notice_ends",
    "after": "leaving.shares_after",
    "tail": "leaving.tail_months",
    "successors": "successors.rule",
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
    "host_bears": "Paid by the host",
    "by_service": "By length of service in the post",
    "by_cause": "Paid by the organisation that causes it",
    "capped_by_policy": "By shares, capped at an agreed policy",
    "service_in_post_only": "Only service in this post is shared",
    "share_all": "All service is shared",
    "by_fault_then_shares": "By fault, else by shares",
    "follows_payment": "As the payment it is due on",
    "redeploying_party_spared": "Is spared its share",
    "all_still_pay": "Still pays its share",
    "leaver_pays_tail": "Paid by the leaver in part",
    "no_tail": "Not paid by the leaver",
}


def exit_field(row: str) -> Field:
    """The choice of a rule for one kind of exit cost."""
    rules = [Option(r, RULE_TEXTS[r]) for r in EXIT_RULES[row] if r != "other"]
    return pick(EXIT_LABELS[row], *rules)


class ExitForm(Form):
    """Who pays which cost of an exit: one rule for each."""

    notice_pay: Annotated[str | None, exit_field("notice_pay")] = None
    statutory_redundancy: Annotated[str | None, exit_field("statutory_redundancy")] = None
    enhanced_redundancy: Annotated[str | None, exit_field("enhanced_redundancy")] = None
    earlier_service: Annotated[str | None, exit_field("earlier_service")] = None
    pension_strain: Annotated[str | None, exit_field("pension_strain")] = None
    settlements: Annotated[str | None, exit_field("settlements")] = None
    termination_ni: Annotated[str | None, exit_field("termination_ni")] = None
    redeployment: Annotated[str | None, exit_field("redeployment")] = None
    leave_equipment_leases: Annotated[str | None, exit_field("leave_equipment_leases")] = None
    leavers_tail: Annotated[str | None, exit_field("leavers_tail")] = None


EXIT = {row: f"exit_rules.{row}.rule" for row in EXIT_RULES}


def wanted(facts: Facts) -> bool:
    """Whether the user wants to give details now."""
    return facts.said("agreement", "add") == "yes"


def agreement_steps(facts: Facts) -> list[Step]:
    """The pages on the agreement: a way to skip them, then one for each subject and party."""
    optional = ("Every question here is optional.",)

    def page(slug: str, title: str, form: type[Form], **more: object) -> Step:
        return Step(
            slug=slug,
            section=SECTION,
            title=title,
            form=form,
            when=wanted,
            intro=optional,
            **more,  # type: ignore[arg-type]
        )

    return [
        Step(
            slug="agreement",
            section=SECTION,
            title="Do you want to add details for the funding agreement now?",
            form=StartForm,
        ),
        page("agreement-basics", "Law and version of the agreement", BasicsForm),
        page("agreement-post", "About the post, for the agreement", PostForm),
        *(
            page(
                f"party-{p.value}",
                f"Contact and payment details of {p.text}",
                PartyForm,
                words={"party": p.text},
                party=p.value,
            )
            for p in facts.parties
        ),
        page("agreement-price", "Changes of price and the year end", PriceForm),
        page("agreement-terms", "Payment, disputes and records", TermsForm),
        page("agreement-leaving", "Joining, leaving and ending", LeavingForm),
        page("agreement-exit", "Who pays the costs of an exit?", ExitForm),
    ]


PAGES: Mapping[str, tuple[type[Form], Mapping[str, str]]] = {
    "agreement-basics": (BasicsForm, BASICS),
    "agreement-post": (PostForm, POST),
    "agreement-price": (PriceForm, PRICE),
    "agreement-terms": (TermsForm, TERMS),
    "agreement-leaving": (LeavingForm, LEAVING),
    "agreement-exit": (ExitForm, EXIT),
}
