"""What the parties say beside the figures: the `agreement` object, checked and typed."""

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from fractions import Fraction
from typing import Any, NewType

from app.costsharing.agreement_check import check
from app.costsharing.agreement_rules import rule_faults
from app.costsharing.agreement_schema import AGREEMENT_SCHEMA
from app.costsharing.engine.faults import Fault, InputFaults
from app.costsharing.engine.inputs import Inputs

__all__ = ["AGREEMENT_SCHEMA", "AgreementDetails", "agreement_faults", "parse_agreement"]


OrderPence = NewType("OrderPence", int)


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or mailbox to write to; empty where not given."""

    name: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """A partner's order: its value is in pence, `valid_to` its last day."""

    number: str = ""
    value: OrderPence | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """Where a body is found in a public register."""

    name: str = ""
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs, and in which role."""

    name: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class VatReasoning:
    """Why a VAT treatment was chosen, by whom and when."""

    reason: str = ""
    legal_power: str = ""
    decided_by: str = ""
    decided_on: date | None = None
    evidence: str = ""
    review_on: date | None = None
    questions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PartyDetails:
    """What is known of a party beside its name and figures."""

    kind: str = ""
    address: tuple[str, ...] = ()
    register: Register = Register()
    contact: Contact = Contact()
    invoice_contact: Contact = Contact()
    cost_centre: str = ""
    purchase_order: PurchaseOrder = PurchaseOrder()
    supplier_number: str = ""
    vat: VatReasoning = VatReasoning()
    in_kind: str = ""
    signatories: tuple[Signatory, ...] = ()


@dataclass(frozen=True, slots=True)
class PostDetails:
    """The post in words."""

    title: str = ""
    grade: str = ""
    duties: str = ""
    base: str = ""
    working_pattern: str = ""
    swapping: str = ""
    priority: str = ""
    out_of_hours: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A choice among fixed rules, or words of one's own."""

    rule: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class LegalPower:
    """The power that the parties rely on."""

    code: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Employer:
    """Whether the host alone employs, or the parties jointly."""

    kind: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A party's decision to enter into the agreement."""

    party: str = ""
    body: str = ""
    on: date | None = None
    minute: str = ""


@dataclass(frozen=True, slots=True)
class Consultation:
    """Who was consulted, when, by whom, and what they said."""

    who: str = ""
    on: date | None = None
    by: str = ""
    response: str = ""


@dataclass(frozen=True, slots=True)
class SharesSource:
    """Where the weights come from, of which date, and when they are looked at again."""

    source: str = ""
    on: date | None = None
    review_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CostBase:
    """What counts towards the cost, in words."""

    included: str = ""
    excluded: str = ""


@dataclass(frozen=True, slots=True)
class Uplifts:
    """Events that change the price by themselves, notice in days, ceiling in percent."""

    automatic: tuple[str, ...] | None = None
    notice_days: int | None = None
    ceiling_percent: Fraction | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Budget:
    """How each year's budget comes about."""

    set_by: str = ""
    approved_by: str = ""
    overspend: str = ""
    underspend: str = ""


@dataclass(frozen=True, slots=True)
class TrueUpTerms:
    """When actual and invoiced cost are compared, and from which difference on money moves."""

    by: str = ""
    tolerance_percent: Fraction | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """Particulars of paying."""

    remittance: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class LatePayment:
    """Which interest runs on late payment."""

    interest: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Disputes:
    """Who tries to settle a dispute first, and who next."""

    first: str = ""
    second: str = ""


@dataclass(frozen=True, slots=True)
class GrantTerms:
    """What a funder asks, passed down to the parties."""

    name: str = ""
    funder: str = ""
    purpose: str = ""
    evidence: str = ""
    clawback: str = ""
    publicity: str = ""
    subsidy_control: str = ""


@dataclass(frozen=True, slots=True)
class Joining:
    """How a new party comes in."""

    agreed_by: str = ""
    buy_in: str = ""


@dataclass(frozen=True, slots=True)
class Leaving:
    """How a party goes: notice and tail in months."""

    notice_months: int | None = None
    notice_ends: str = ""
    shares_after: str = ""
    tail_months: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How the agreement comes to its end."""

    events: str = ""
    wind_down: str = ""
    equipment: str = ""
    early_charges: str = ""


@dataclass(frozen=True, slots=True)
class AgreementDetails:
    """Everything the parties may settle beside the figures; empty or None is "To be agreed"."""

    title: str = ""
    version: str = ""
    version_date: date | None = None
    replaces: str = ""
    draft: bool = True
    language: str = ""
    jurisdiction: str = ""
    legal_power: LegalPower = LegalPower()
    background: str = ""
    decisions: tuple[Decision, ...] = ()
    consultation: tuple[Consultation, ...] = ()
    employer: Employer = Employer()
    post: PostDetails = PostDetails()
    parties: Mapping[str, PartyDetails] = field(default_factory=dict)
    shares: SharesSource = SharesSource()
    cost_base: CostBase = CostBase()
    overhead_reason: str = ""
    fee_reason: str = ""
    uplifts: Uplifts = Uplifts()
    budget: Budget = Budget()
    true_up: TrueUpTerms = TrueUpTerms()
    payment: Payment = Payment()
    vat_bearer: str = ""
    late_payment: LatePayment = LatePayment()
    disputes: Disputes = Disputes()
    grants: tuple[GrantTerms, ...] = ()
    not_included: tuple[str, ...] = ()
    vacancy: str = ""
    records_years: int | None = None
    records_access: str = ""
    joining: Joining = Joining()
    leaving: Leaving = Leaving()
    ending: Ending = Ending()
    exit_rules: Mapping[str, Rule] = field(default_factory=dict)
    successors: Rule = Rule()

    def party(self, party_id: str) -> PartyDetails:
        """Give what is known of a party, which may be nothing."""
        return self.parties.get(party_id, PartyDetails())


def agreement_faults(data: object, inputs: Inputs) -> tuple[Fault, ...]:
    """Give every fault of an `agreement` object, with paths such as `/agreement/version_date`."""
    faults = check(data, AGREEMENT_SCHEMA, "/agreement")
    if isinstance(data, dict):
        faults += rule_faults(data, inputs)
    return tuple(faults)


def parse_agreement(data: object, inputs: Inputs) -> AgreementDetails:
    """Turn an `agreement` object into details; None gives empty details.

    Raises InputFaults with every fault at once, paths beginning with `/agreement`.
    """
    if data is None:
        return AgreementDetails()
    faults = agreement_faults(data, inputs)
    if faults:
        raise InputFaults(faults)
    details: AgreementDetails = _value(data, AgreementDetails)
    return details


def _value(raw: Any, kind: Any) -> Any:
    """Turn checked JSON into a value of the type that a field declares."""
    origin = typing.get_origin(kind)
    if origin in {types.UnionType, typing.Union}:
        return _value(raw, typing.get_args(kind)[0])
    if is_dataclass(kind) and isinstance(kind, type):
        hints = typing.get_type_hints(kind)
        known = {own.name for own in fields(kind)}
        return kind(**{key: _value(raw[key], hints[key]) for key in raw if key in known})
    if origin is tuple:
        return tuple(_value(item, typing.get_args(kind)[0]) for item in raw)
    if origin is Mapping:
        item_kind = typing.get_args(kind)[1]
        return types.MappingProxyType({key: _value(raw[key], item_kind) for key in raw})
    return _plain(raw, kind)


def _plain(raw: Any, kind: Any) -> Any:
    """Turn a checked string into a date, a number, or pence where it stands for pounds."""
    if kind is OrderPence:
        return int(Fraction(raw) * 100)
    if kind is date:
        return date.fromisoformat(raw)
    if kind is Fraction:
        return Fraction(raw)
    if kind is int:
        return int(raw)
    if kind is str:
        return raw.replace("\r\n", "\n").strip()
    return raw
