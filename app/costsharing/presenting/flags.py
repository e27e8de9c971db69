"""What the parties must look at before they rely on the figures, in plain words. Pure."""

from dataclasses import dataclass

from app.costsharing.engine.flags import with_names
from app.costsharing.engine.result import Costing, Flag

# For each code: the heading, what to do about it, and the page of answers that settles it if
# there is a single one.
ADVICE: dict[str, tuple[str, str, str]] = {
    "cap_applies": (
        "A cap limits what somebody pays",
        "Check that all organisations agreed to the cap and know who pays what is above it.",
        "caps",
    ),
    "minimum_applies": (
        "A minimum raises what somebody pays",
        "Check that the organisation agreed to pay at least this much.",
        "minimums",
    ),
    "host_underwrites": (
        "The host carries cost that nobody else pays",
        "The host should confirm that it has budget for this, or the caps should change.",
        "caps",
    ),
    "in_kind_exceeds_share": (
        "Somebody gives more in kind than its share",
        "It pays nothing in cash. Check the value put on what it gives.",
        "in-kind",
    ),
    "vat_undecided": (
        "VAT is not decided",
        "Ask the host’s VAT adviser, then answer the questions about VAT.",
        "vat",
    ),
    "rate_assumed": (
        "A rate is assumed",
        "The figure is a best guess. Cost the post again when the real one is known.",
        "",
    ),
    "rate_past_end": (
        "A rate is used after the last day it is known for",
        "A new rate is likely. Plan for a difference at year end, or add the new rate.",
        "",
    ),
    "equal_part_period": (
        "A part period is charged as a whole one",
        "Choose instalments by days, or tell the partners why such an invoice looks high.",
        "invoices",
    ),
    "fee_and_overhead": (
        "An overhead and a host fee are both charged",
        "Check that they do not pay for the same thing twice.",
        "fee",
    ),
}


@dataclass(frozen=True, slots=True)
class FlagView:
    """One kind of flag: its heading, every message of that kind, and what to do."""

    code: str
    title: str
    messages: tuple[str, ...]
    advice: str
    page: str


def flag_views(costing: Costing) -> tuple[FlagView, ...]:
    """Group the flags by kind, in the order in which the kinds first appear."""
    grouped: dict[str, list[Flag]] = {}
    for flag in costing.flags:
        grouped.setdefault(flag.code, []).append(flag)
    names = {party.id: party.name for party in costing.inputs.parties}
    return tuple(_view(code, flags, names) for code, flags in grouped.items())


def _view(code: str, flags: list[Flag], names: dict[str, str]) -> FlagView:
    title, advice, page = ADVICE.get(code, ("Something to check", "", ""))
    messages = tuple(dict.fromkeys(with_names(flag, names) for flag in flags))
    return FlagView(code, title, messages, advice, page)
