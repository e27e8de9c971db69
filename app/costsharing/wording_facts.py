"""What holds for a costing and its agreement: the facts that choose clauses, and their words."""

from collections.abc import Mapping

from app.costsharing import engine
from app.costsharing.agreement import AgreementDetails
from app.costsharing.agreement_rules import POWER_NAMES
from app.costsharing.agreement_schema import JURISDICTIONS
from app.costsharing.engine.explain_shares import line_name
from app.costsharing.engine.inputs import Inputs, Pence, Sharing
from app.costsharing.engine.money import allocate, sterling
from app.costsharing.engine.result import Costing
from app.costsharing.wording_values import (
    BASES,
    LISTED_IN_A_SENTENCE,
    counted,
    day,
    exact,
    joined,
    names_of,
    per_party,
    percentage,
)

Words = dict[str, str | None]

_ILLUSTRATION: Pence = 10_000_00
_EVENTS = {
    "national_award": "a national pay award",
    "increment": "an increment",
    "employer_ni": "a change of employer National Insurance",
    "pension": "a change of the employer pension rate",
    "levy": "a change of the apprenticeship levy",
}
_FREQUENCIES = {"monthly": "each month", "quarterly": "each quarter", "annual": "each year"}
_NOTICE_ENDS = {
    "any_day": "",
    "end_of_march": ", ending on a 31 March",
    "end_of_quarter": ", ending on the last day of March, June, September or December",
}


def facts_of(costing: Costing, details: AgreementDetails) -> frozenset[str]:
    """Give the names of all that holds, for the `when` of the clauses."""
    tests = {**_figure_facts(costing), **_sharing_facts(costing), **_choice_facts(details)}
    return frozenset(name for name, holds in tests.items() if holds)


def _figure_facts(costing: Costing) -> dict[str, bool]:
    inputs = costing.inputs
    codes = {flag.code for flag in costing.flags}
    fee, post = inputs.host_fee, inputs.post
    return {
        "post": post is not None,
        inputs.method: True,
        inputs.apportionment: True,
        f"ni_{post.ni_basis}" if post else "no_ni": True,
        "awards": bool(post and post.awards),
        "direct": any(line.charge_to for line in inputs.other_lines),
        "overhead": inputs.overhead is not None,
        "fee": fee is not None,
        "fee_percent": bool(fee and fee.rate is not None),
        "fee_fixed": bool(fee and fee.rate is None),
        "fee_and_overhead": "fee_and_overhead" in codes,
        "assumed": bool(codes & {"rate_assumed", "rate_past_end"}),
        "underwrites": "host_underwrites" in codes,
        "vat_undecided": bool(_undecided(inputs)),
        "true_up": bool(costing.true_up),
        "over_30_days": inputs.schedule.payment_days > 30,
        f"profile_{inputs.schedule.profile}": True,
    }


def _sharing_facts(costing: Costing) -> dict[str, bool]:
    inputs = costing.inputs
    bases = {sharing.basis for sharing in inputs.sharing}
    return {
        "basis_days": bases == {"days"},
        "basis_fte": bases == {"fte"},
        "equal_only": bases == {"equal"},
        "day_rate": "day_rate" in bases,
        "day_rate_only": bases == {"day_rate"},
        "grants": bool(inputs.grants),
        "in_kind": any(inputs.in_kind.values()),
        "fixed": any(inputs.fixed.values()),
        "minimums": any(inputs.minimums.values()),
        "caps": bool(inputs.caps),
        f"overflow_{inputs.cap_overflow}": True,
        "changes": bool(_changes(costing)),
    }


def _choice_facts(details: AgreementDetails) -> dict[str, bool]:
    power = details.legal_power.code
    return {
        "own_powers": power == "own_powers",
        "named_power": power not in {"", "own_powers", "other"},
        "section_113": power == "lga1972_s113",
        "decisions": bool(details.decisions),
        "consultation": bool(details.consultation),
        "host_employs": details.employer.kind == "host",
        "joint_employment": details.employer.kind == "joint",
        "no_uplifts": details.uplifts.automatic == (),
        "vat_partner": details.vat_bearer == "partner",
        "vat_host": details.vat_bearer == "host",
        "vat_shares": details.vat_bearer == "by_shares",
        "not_included": bool(details.not_included),
        f"interest_{details.late_payment.interest}": True,
        "after_rebase": details.leaving.shares_after == "rebase",
        "after_host": details.leaving.shares_after == "host_takes",
        "after_notice": details.leaving.shares_after == "leaver_until_notice_ends",
        "successor_bound": details.successors.rule == "bound",
        "successor_review": details.successors.rule == "bound_with_review",
        "successor_other": details.successors.rule == "other",
        "english": details.language != "english_and_welsh",
        "welsh": details.language == "english_and_welsh",
        "scotland": details.jurisdiction == "scotland",
    }


def words_of(costing: Costing, details: AgreementDetails, reference: str) -> Words:
    """Give the words that fill the gaps of the clauses; None or empty where not known."""
    return {
        **_figure_words(costing, reference),
        **_sharing_words(costing),
        **_party_words(costing.inputs, details),
        **_term_words(details),
        **_ending_words(details),
    }


def _figure_words(costing: Costing, reference: str) -> Words:
    inputs = costing.inputs
    post, fee, overhead = inputs.post, inputs.host_fee, inputs.overhead
    base = overhead.base if overhead else None
    names = names_of(inputs)
    assumed = {flag.message.rstrip(".") for flag in costing.flags if flag.code.startswith("rate_")}
    return {
        "reference": reference,
        "method_version": engine.METHOD_VERSION,
        "start": day(inputs.start),
        "end": day(inputs.end),
        "hours": exact(post.contracted_hours) if post else None,
        "full_hours": exact(post.full_time_hours) if post else None,
        "fte": _fte(inputs),
        "total_cost": sterling(costing.total),
        "line_list": joined(_inner(line_name(name)) for name in costing.lines),
        "direct_list": joined(
            f"{line.name} to {names[line.charge_to]}"
            for line in inputs.other_lines
            if line.charge_to
        ),
        "award_list": joined(f"pay from {day(a.effective)}" for a in post.awards) if post else None,
        "assumed_list": "; ".join(sorted(assumed)),
        "fee_rate": percentage(fee.rate) if fee and fee.rate is not None else None,
        "fee_yearly": sterling(fee.yearly) if fee and fee.yearly is not None else None,
        "overhead_rate": percentage(overhead.rate) if overhead else None,
        "overhead_base": "every line of the shared cost"
        if base is None
        else joined(_inner(line_name(name)) for name in base),
        "and_fee": " and the host fee" if fee else "",
        "frequency": _FREQUENCIES[inputs.schedule.frequency],
        "timing": inputs.schedule.timing,
        "payment_days": counted(inputs.schedule.payment_days, "day"),
        "vat_undecided": joined(_undecided(inputs))
        if len(_undecided(inputs)) <= LISTED_IN_A_SENTENCE
        else "the parties marked so in the table",
    }


def _sharing_words(costing: Costing) -> Words:
    inputs = costing.inputs
    names = names_of(inputs)

    def sums(amounts: Mapping[str, Pence]) -> str:
        listed = [(names[p.id], amounts[p.id]) for p in inputs.parties if p.id in amounts]
        return per_party([(name, sterling(amount)) for name, amount in listed])

    first = inputs.sharing[0]
    weights = [
        (names[p.id], exact(first.stated[p.id])) for p in inputs.parties if p.id in first.stated
    ]
    return {
        "basis": joined(dict.fromkeys(BASES[sharing.basis] for sharing in inputs.sharing)),
        "days_list": per_party(weights)
        if len(inputs.sharing) == 1
        else "as listed in Schedule 2, from each date that it names",
        "sharing_sentence": _sharing_sentence(inputs.sharing),
        "grant_list": joined(f"{g.name} ({sterling(g.amount)})" for g in inputs.grants),
        "in_kind_list": sums(inputs.in_kind),
        "fixed_list": sums(inputs.fixed),
        "minimum_list": sums(inputs.minimums),
        "cap_list": sums(inputs.caps),
        "change_list": "; ".join(_changes(costing)),
        "illustration_total": sterling(_ILLUSTRATION),
        "illustration": _illustration(costing),
    }


def _sharing_sentence(entries: tuple[Sharing, ...]) -> str:
    """Say by what the cost is shared, and from when if that changes."""
    bases = [BASES[sharing.basis] for sharing in entries]
    if len(set(bases)) == 1:
        return f"The cost is shared by {bases[0]}."
    if len(entries) > LISTED_IN_A_SENTENCE:
        return "The cost is shared in different ways over the term, as listed in Schedule 2."
    later = [f"from {day(s.start)} by {BASES[s.basis]}" for s in entries[1:]]
    return f"The cost is shared at first by {bases[0]}, and {joined(later)}."


def _illustration(costing: Costing) -> str:
    """Share a round sum as the last period of the agreement is shared."""
    last = costing.segments[-1]
    names = names_of(costing.inputs)
    weights = [max(0, share) for share in last.shares.values()]
    if not any(weights):
        return "nobody bears a share then"
    parts = allocate(_ILLUSTRATION, weights)
    return per_party(
        [(names[p], sterling(part)) for p, part in zip(last.shares, parts, strict=True) if part]
    )


def _party_words(inputs: Inputs, details: AgreementDetails) -> Words:
    partners = [party.name for party in inputs.partners]
    giving = [party for party in inputs.parties if inputs.in_kind.get(party.id)]
    given = [(party.name, details.party(party.id).in_kind) for party in giving]
    few = len(partners) <= 4
    code = details.legal_power.code
    power_text = details.legal_power.text
    jurisdiction = JURISDICTIONS.get(details.jurisdiction)
    return {
        "host": inputs.host.name,
        "in_kind_what": "; ".join(f"{name}: {what}" for name, what in given)
        if all(what for _, what in given)
        else None,
        "partners": joined(partners) if few else "The other bodies of the table",
        "pay_verb": "pays" if len(partners) == 1 else "pay",
        "power": power_text.rstrip(".") if code == "other" else POWER_NAMES.get(code),
        "power_text": power_text,
        "jurisdiction": jurisdiction,
        "post_title": details.post.title,
        "post_grade": details.post.grade,
        "post_duties": details.post.duties,
        "post_base": details.post.base,
        "working_pattern": details.post.working_pattern,
        "swapping": details.post.swapping,
        "priority": details.post.priority,
        "out_of_hours": details.post.out_of_hours,
        "version": details.version,
        "version_date": day(details.version_date),
        "replaces": details.replaces,
        "background": details.background,
        "employer_text": details.employer.text,
    }


def _term_words(details: AgreementDetails) -> Words:
    uplifts, true_up = details.uplifts, details.true_up
    ceiling, tolerance = uplifts.ceiling_percent, true_up.tolerance_percent
    late = details.late_payment
    return {
        "included": details.cost_base.included,
        "excluded": details.cost_base.excluded,
        "shares_source": details.shares.source,
        "shares_date": day(details.shares.on),
        "shares_review": day(details.shares.review_on),
        "shares_reason": details.shares.reason,
        "fee_reason": details.fee_reason,
        "overhead_reason": details.overhead_reason,
        "budget_set_by": details.budget.set_by,
        "budget_approved_by": details.budget.approved_by,
        "overspend": details.budget.overspend,
        "underspend": details.budget.underspend,
        "uplift_events": joined(_EVENTS[event] for event in uplifts.automatic or ()),
        "uplift_days": counted(uplifts.notice_days, "day") if uplifts.notice_days else None,
        "uplift_ceiling": f"{exact(ceiling)}%" if ceiling is not None else None,
        "uplift_text": uplifts.text,
        "remittance": details.payment.remittance,
        "payment_text": details.payment.text,
        "true_up_by": true_up.by,
        "true_up_evidence": true_up.evidence,
        "tolerance": f"{exact(tolerance)}%" if tolerance is not None else None,
        "vacancy": details.vacancy,
        "interest_text": late.text,
        "dispute_first": details.disputes.first,
        "dispute_second": details.disputes.second,
        "records_years": counted(details.records_years, "year") if details.records_years else None,
        "records_access": details.records_access,
    }


def _ending_words(details: AgreementDetails) -> Words:
    leaving, ending = details.leaving, details.ending
    months = leaving.notice_months
    return {
        "joining_by": details.joining.agreed_by,
        "buy_in": details.joining.buy_in,
        "leaving_notice": _notice(months) if months else None,
        "notice_ends": _NOTICE_ENDS.get(leaving.notice_ends, ""),
        "leaving_text": leaving.text,
        "end_events": ending.events,
        "wind_down": ending.wind_down,
        "equipment": ending.equipment,
        "early_charges": ending.early_charges,
        "successor_text": details.successors.text,
    }


def _notice(months: int) -> str:
    """Write months before the word notice."""
    return f"{counted(months, 'month')}’{'s' if months == 1 else ''}"


def _fte(inputs: Inputs) -> str | None:
    """Say what part of a full-time post this is."""
    if inputs.post is None:
        return None
    fte = inputs.post.fte
    weeks = inputs.post.weeks_factor
    text = "a full-time post" if fte == 1 else f"{exact(fte)} of a full-time post"
    return text if weeks == 1 else f"{text}, paid for {exact(weeks)} of the weeks of the year"


def _undecided(inputs: Inputs) -> list[str]:
    """Name the partners whose VAT treatment is open."""
    fee = inputs.host_fee is not None
    return [
        party.name
        for party in inputs.partners
        if party.vat.share == "undecided" or (fee and party.vat.fee == "undecided")
    ]


def _changes(costing: Costing) -> list[str]:
    """Say who joins and who leaves, and when."""
    names = names_of(costing.inputs)
    found: list[str] = []
    pairs = zip(costing.segments, costing.segments[1:], strict=False)
    for before, after in pairs:
        joins = [names[p] for p in after.parties if p not in before.parties]
        leaves = [names[p] for p in before.parties if p not in after.parties]
        parts = [f"{joined(joins)} {'joins' if len(joins) == 1 else 'join'}"] if joins else []
        if leaves:
            parts.append(f"{joined(leaves)} {'leaves' if len(leaves) == 1 else 'leave'}")
        if parts:
            found.append(f"on {day(after.start)} {joined(parts)}")
    return found


def _inner(name: str) -> str:
    """Write a line's name inside a sentence: our own without the capital."""
    ours = name in {"Basic pay", "Allowances", "Apprenticeship levy", "Overhead"}
    if name.startswith("Employer "):
        return f"employer {name.removeprefix('Employer ')}"
    return name[0].lower() + name[1:] if ours else name
