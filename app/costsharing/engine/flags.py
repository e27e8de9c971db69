"""Flags instead of silence: assumed and outdated rates, VAT not decided, uneven instalments."""

import re
from collections.abc import Iterator, Mapping, Sequence

from app.costsharing.engine.calendar import long_date
from app.costsharing.engine.inputs import Inputs, NiYear, PensionRate, SalaryPoint
from app.costsharing.engine.invoices import periods_between
from app.costsharing.engine.money import sterling
from app.costsharing.engine.pay import Rate, RateUse, percent
from app.costsharing.engine.result import Flag, Segment


def other_flags(inputs: Inputs, segments: Sequence[Segment], use: RateUse) -> list[Flag]:
    """The flags that do not arise in sharing itself."""
    return [
        *_rate_flags(use),
        *_vat_flags(inputs),
        *_instalment_flags(inputs, segments),
        *_fee_flags(inputs),
    ]


def with_names(flag: Flag, names: Mapping[str, str]) -> str:
    """A flag's message with the organisation's name where the engine knows only its id."""
    if flag.party is None:
        return flag.message
    name = names.get(flag.party, flag.party)
    said, times = re.subn(rf"\b{re.escape(flag.party)}\b", lambda _: name, flag.message)
    # A short id may be a word of the sentence too; then the name goes in front instead.
    return said if times == 1 and len(flag.party) > 1 else f"{name}: {flag.message}"


def describe(rate: Rate) -> str:
    """A dated rate in words, for flags and the working."""
    if isinstance(rate, SalaryPoint):
        return f"The salary of {sterling(rate.annual)} from {long_date(rate.start)}"
    if isinstance(rate, PensionRate):
        return f"The pension rate of {percent(rate.rate)} from {long_date(rate.start)}"
    return f"The National Insurance figures for {rate.label}"


def _rate_flags(use: RateUse) -> Iterator[Flag]:
    for rate, last_day in use.all():
        if rate.assumed:
            message = (
                f"{describe(rate)} are" if isinstance(rate, NiYear) else f"{describe(rate)} is"
            )
            yield Flag("rate_assumed", f"{message} assumed, not yet agreed or law.")
        until = None if isinstance(rate, NiYear) else rate.until
        if until is not None and last_day > until:
            yield Flag(
                "rate_past_end",
                f"{describe(rate)} is known only until {long_date(until)} "
                f"but is used until {long_date(last_day)}.",
            )


def _vat_flags(inputs: Inputs) -> Iterator[Flag]:
    for party in inputs.partners:
        fee_open = inputs.host_fee is not None and party.vat.fee == "undecided"
        if party.vat.share == "undecided" or fee_open:
            yield Flag(
                "vat_undecided",
                f"How VAT applies to {party.id} is not decided. No VAT is added; "
                "settle it before the first invoice.",
                party.id,
            )


def _instalment_flags(inputs: Inputs, segments: Sequence[Segment]) -> Iterator[Flag]:
    schedule = inputs.schedule
    if schedule.profile != "equal":
        return
    for segment in segments:
        periods = list(periods_between(segment.start, segment.end, schedule.frequency))
        part = periods[0].start < segment.start or periods[-1].end > segment.end
        if len(periods) > 1 and part and _is_charged(inputs, segment):
            yield Flag(
                "equal_part_period",
                f"From {long_date(segment.start)} to {long_date(segment.end)} an equal "
                "instalment is charged for a part period. Instalments by days would follow "
                "the calendar.",
                segment=segment.start,
            )


def _is_charged(inputs: Inputs, segment: Segment) -> bool:
    host = inputs.host.id
    return any(amount for party, amount in segment.shares.items() if party != host) or any(
        segment.host_fees.values()
    )


def _fee_flags(inputs: Inputs) -> Iterator[Flag]:
    fee, overhead = inputs.host_fee, inputs.overhead
    if fee and overhead and (fee.rate or fee.yearly) and overhead.rate:
        yield Flag(
            "fee_and_overhead",
            "Partners pay a share of the overhead and a host fee as well. "
            "Make sure that both are meant.",
        )
