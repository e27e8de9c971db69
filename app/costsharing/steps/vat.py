"""VAT: the questions are asked and the answers recorded; the treatment is the user's choice."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated

from app.core.fields import Choice, Day, FieldError, Hidden, Option, Percent, Setting, Text, list_of
from app.core.forms import Form
from app.costsharing.agreement_schema import BODY_KINDS
from app.costsharing.steps.sharing import exactly
from app.costsharing.steps.step import Facts, Inputs, Step

SECTION = "VAT"
ALL = "all"

TREATMENTS = (
    Option("undecided", "Not yet decided", "You can draft the agreement, but not invoice"),
    Option("outside_scope", "Outside the scope of VAT"),
    Option("standard", "Standard-rated"),
    Option("exempt", "Exempt"),
    Option("zero", "Zero-rated"),
)
USUAL_RATE, ALL_OF_IT = "0.20", "1"
TREATMENT_CODES = {o.value for o in TREATMENTS}
KNOWN = (Option("yes", "Yes"), Option("no", "No"), Option("unknown", "Not known yet"))


class VatForm(Form):
    """Whether VAT is decided, and whether alike for all."""

    how: Annotated[
        str,
        Choice(
            label="Do you know how the shares are treated for VAT?",
            name="VAT",
            hint="We ask and record. We do not decide: ask whoever advises {host} on VAT.",
            options=(
                Option("same", "Yes, the same for every partner"),
                Option("each", "Yes, or in part, and partners differ"),
                Option("later", "Not yet decided for any partner", "No VAT is shown until it is"),
            ),
            missing="Select whether you know how the shares are treated for VAT",
        ),
    ]
    registered: Annotated[
        str | None,
        Choice(
            label="Is {host} registered for VAT? (optional)",
            name="Host registered for VAT",
            options=KNOWN,
            inline=True,
        ),
    ] = None


class FactsForm(Form):
    """The facts that decide a treatment, as the parties see them."""

    kind: Annotated[
        str | None,
        Choice(
            label="What kind of body is {party}?",
            name="Kind of body",
            look="select",
            options=(
                Option("", "Choose a kind of body"),
                *(Option(k, v[:1].upper() + v[1:]) for k, v in BODY_KINDS.items()),
            ),
        ),
    ] = None
    employs: Annotated[
        str | None,
        Choice(
            label="Is {party} named as an employer in the person’s contract?",
            name="Named as an employer",
            hint="Employment shared by contract is treated differently from a post that is shared",
            options=KNOWN,
            inline=True,
        ),
    ] = None
    directs: Annotated[
        str | None,
        Choice(
            label="Who directs the person’s daily work for {party}?",
            name="Who directs the work",
            options=(
                Option("host", "{host}"),
                Option("partner", "{Party}"),
                Option("both", "Both"),
                Option("unknown", "Not known yet"),
            ),
        ),
    ] = None
    power: Annotated[
        str | None,
        Choice(
            label="Which legal power is used?",
            name="Legal power",
            look="select",
            options=(
                Option("", "Choose a legal power"),
                Option("s113", "Local Government Act 1972, section 113"),
                Option("s75", "NHS Act 2006, section 75"),
                Option("s22a", "Police Act 1996, section 22A"),
                Option("s97", "Police Act 1996, section 97"),
                Option("goods", "Local Authorities (Goods and Services) Act 1970"),
                Option("other", "Another power"),
                Option("none", "None"),
                Option("unknown", "Not known yet"),
            ),
        ),
    ] = None
    private: Annotated[
        str | None,
        Choice(
            label="Could a private firm supply this?",
            name="Could a private firm supply it",
            options=KNOWN,
            inline=True,
        ),
    ] = None
    group: Annotated[
        str | None,
        Choice(
            label="Are {host} and {party} in one VAT group?",
            name="In one VAT group",
            options=KNOWN,
            inline=True,
        ),
    ] = None


class TreatmentForm(Form):
    """What was decided, by whom and why."""

    share: Annotated[
        str,
        Choice(
            label="How is the share treated?",
            name="VAT on the share",
            options=TREATMENTS,
            missing="Select how the share is treated for VAT",
        ),
    ]
    fee: Annotated[
        str | None, Hidden(max_length=20, pattern="[a-z_]*", wrong="Reload the page")
    ] = None
    rate: Annotated[
        str | None,
        Percent(
            label="Rate of VAT",
            hint="Used where something is standard-rated",
            missing="Enter the rate of VAT",
            example="20",
            default="20",
        ),
    ] = None
    recoverable: Annotated[
        str | None,
        Percent(
            label="Part of the VAT that {party} can recover",
            name="Part of the VAT that can be recovered",
            hint="100 if all of it, 0 if none. What it cannot recover is its own cost.",
            missing="Enter the part of the VAT that can be recovered",
            example="100",
            default="100",
        ),
    ] = None
    reason: Annotated[
        str | None, Text(label="Why? (optional)", name="Reason", lines=3, max_length=2000)
    ] = None
    decided_by: Annotated[
        str | None,
        Text(
            label="Who decided? (optional)",
            name="Decided by",
            hint="A role, such as VAT accountant, not a name",
        ),
    ] = None
    decided_on: Annotated[
        date | None,
        Day(label="When was it decided? (optional)", name="The date it was decided"),
    ] = None
    evidence: Annotated[
        str | None,
        Text(
            label="Where is the evidence? (optional)",
            name="Evidence",
            hint="A reference or a link",
        ),
    ] = None
    review_on: Annotated[
        date | None,
        Day(label="When is it looked at again? (optional)", name="The date it is looked at again"),
    ] = None

    def rules(self, setting: Setting) -> Iterable[FieldError]:
        """A fee kept from a file is a treatment we know."""
        if self.fee and self.fee not in TREATMENT_CODES:
            yield FieldError("share", "Reload the page and answer again")


class FeeTreatmentForm(TreatmentForm):
    """The same where the host charges a fee, which may be treated by itself."""

    fee: Annotated[
        str | None,
        Choice(
            label="How is the fee treated?",
            name="VAT on the fee",
            options=TREATMENTS,
            missing="Select how the fee is treated for VAT",
        ),
    ] = None


def put_vat(parties: Callable[[Facts], list[str]]) -> Callable[..., None]:
    """Write a treatment to these parties."""

    def put(form: TreatmentForm, facts: Facts, out: Inputs) -> None:
        concerned = parties(facts)
        for party in list_of(out.get("parties")):
            if isinstance(party, dict) and party["id"] in concerned:
                vat = vat_of(form)
                if vat:
                    party["vat"] = vat

    return put


def vat_of(form: TreatmentForm) -> dict[str, object]:
    """A treatment as the inputs write it: undecided is said by saying nothing."""
    fee = form.fee or form.share
    rate, recoverable = form.rate or USUAL_RATE, form.recoverable or ALL_OF_IT
    vat: dict[str, object] = {}
    if {form.share, fee} != {"undecided"}:
        vat.update(share=form.share, fee=fee)
    taxed = "standard" in (form.share, fee)
    if taxed or exactly(rate) != exactly(USUAL_RATE):
        vat["rate"] = rate
    if taxed or exactly(recoverable) != 1:
        vat["recoverable"] = recoverable
    return vat


def vat_steps(facts: Facts) -> list[Step]:
    """One page on VAT as a whole, then two for all partners or for each."""
    first = Step(
        slug="vat",
        section=SECTION,
        title="VAT on the shares",
        form=VatForm,
        include="costsharing/help/vat.html",
    )
    how = facts.said("vat", "how")
    if how == "same":
        return [first, *treatment_pages(ALL, "each partner", facts)]
    if how == "each":
        pages = [treatment_pages(p.value, p.text, facts) for p in facts.partners]
        return [first, *(step for two in pages for step in two)]
    return [first]


def treatment_pages(code: str, name: str, facts: Facts) -> list[Step]:
    """The facts and the treatment, for one partner or for all."""

    def concerned(facts: Facts) -> list[str]:
        return [p.value for p in facts.partners if code in (ALL, p.value)]

    words = {"party": name, "Party": name[:1].upper() + name[1:]}
    return [
        Step(
            slug=f"vat-facts-{code}",
            section=SECTION,
            title=f"VAT questions for {name}",
            form=FactsForm,
            words=words,
            party=code,
            intro=("These facts decide the treatment. Leave blank what you do not know.",),
        ),
        Step(
            slug=f"vat-{code}",
            section=SECTION,
            title=f"VAT treatment for {name}",
            form=FeeTreatmentForm if "fee" in facts.extras else TreatmentForm,
            put=put_vat(concerned),
            words=words,
            party=code,
        ),
    ]
