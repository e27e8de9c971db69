"""From answers to the inputs of a costing, and back. Pure."""

import copy
from collections.abc import Mapping

from app.core.fields import Raw, map_of
from app.core.forms import parse
from app.costsharing.steps.agreement_build import build_agreement
from app.costsharing.steps.registry import steps_for
from app.costsharing.steps.step import Facts, Inputs

ORDER = (
    *("term", "method", "apportionment", "pay_day", "post", "other_lines", "overhead", "grants"),
    *("fixed_contributions", "minimums", "caps", "cap_overflow", "in_kind", "host_fee"),
    *("parties", "sharing", "schedule", "actuals"),
)

USUAL = {"method": "monthly", "apportionment": "calendar", "pay_day": "last"}


def build_inputs(answers: Mapping[str, Raw]) -> Inputs:
    """The inputs object that these answers make; what is not answered, or wrongly, is left out."""
    facts = Facts(answers)
    out: Inputs = {}
    for step in steps_for(facts):
        raw = facts.raw(step.slug)
        if raw:
            form = parse(step.form, raw, step.setting(facts)).form
            if form is not None:
                step.put(form, facts, out)
    post = out.get("post")
    if not facts.has_post:
        out.pop("post", None)
    elif isinstance(post, dict):
        post.setdefault("allowances", [])
    keep(facts, out)
    return {key: out[key] for key in ORDER if key in out}


def keep(facts: Facts, out: Inputs) -> None:
    """Put back what a loaded file held and no page shows: actual costs, a host's VAT."""
    kept = map_of(facts.answers.get("kept"))
    if not facts.has_post:
        out.update(USUAL)
        out.update(map_of(kept.get("method")))
    if "actuals" in kept:
        out["actuals"] = copy.deepcopy(kept["actuals"])
    host_vat = map_of(kept.get("host_vat"))
    parties = out.get("parties")
    for party in parties if isinstance(parties, list) else []:
        if party.get("host") and party["id"] in host_vat:
            party["vat"] = copy.deepcopy(host_vat[party["id"]])


def with_built(answers: Mapping[str, Raw]) -> dict[str, Raw]:
    """The answers with the inputs and the agreement they make, as a draft stores them."""
    return {
        **answers,
        "inputs": build_inputs(answers),
        "agreement": build_agreement(answers),
    }
