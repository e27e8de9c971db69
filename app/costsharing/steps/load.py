"""Answers from an inputs object, so that a file can be opened in the calculator. Pure.

The object has been checked by the engine first; this only turns it round. What no page shows
(actual costs, details of an agreement that have no question) is kept beside the answers.
"""

import copy

from app.core.fields import Raw, list_of, map_of, text_of
from app.core.forms import questions
from app.costsharing import rates
from app.costsharing.steps.agreement_build import (
    agreement_answers,
    fact_paths,
    read_path,
    typed,
    vat_paths,
)
from app.costsharing.steps.oncosts import LEVY_RATE
from app.costsharing.steps.prefill import day, ni_row, pension_row, rate, tick
from app.costsharing.steps.step import Facts, Raws
from app.costsharing.steps.vat import ALL, TreatmentForm

Steps = dict[str, Raw]


def copied(row: Raws, *names: str) -> Raws:
    """The texts of a row under their own names."""
    return {n: text_of(row.get(n)) for n in names}


def answers_from_inputs(inputs: object, agreement: object = None) -> dict[str, Raw]:
    """The answers that make these inputs, and what is kept beside them."""
    data = map_of(inputs)
    steps: Steps = {}
    who_answers(data, steps)
    if "post" in data:
        post_answers(map_of(data["post"]), steps)
        steps["method"] = method_answers(data)
    term = map_of(data.get("term"))
    steps["dates"] = {
        "start": day(text_of(term.get("start"))),
        "end": day(text_of(term.get("end"))),
    }
    other_answers(data, steps)
    sharing_answers(data, steps)
    extra_answers(data, steps)
    schedule = map_of(data.get("schedule"))
    steps["invoices"] = {
        "frequency": text_of(schedule.get("frequency")) or "annual",
        "timing": text_of(schedule.get("timing")) or "arrears",
        "profile": text_of(schedule.get("profile")) or "equal",
        "payment_days": text_of(schedule.get("payment_days")) or "30",
    }
    vat_answers(data, agreement, steps)
    title = read_path(agreement, "post.title")
    steps["what"] = {**map_of(steps["what"]), "title": text_of(title)}
    steps["agreement"] = {"add": "no"}
    steps.update(agreement_answers(agreement, Facts({"steps": steps})))
    return {"steps": steps, "kept": kept_of(data, agreement)}


def kept_of(data: Raws, agreement: object) -> Raws:
    """What no page shows."""
    kept: Raws = {}
    if "post" not in data:
        names = ("method", "apportionment", "pay_day")
        kept["method"] = {n: data[n] for n in names if n in data}
    if "actuals" in data:
        kept["actuals"] = copy.deepcopy(data["actuals"])
    host_vat: Raws = {
        text_of(p.get("id")): copy.deepcopy(p["vat"])
        for p in map(map_of, list_of(data.get("parties")))
        if p.get("host") and "vat" in p
    }
    if host_vat:
        kept["host_vat"] = host_vat
    if map_of(agreement):
        kept["agreement"] = copy.deepcopy(map_of(agreement))
    return kept


def who_answers(data: Raws, steps: Steps) -> None:
    """Parties, host, and whether there is a post."""
    parties = [map_of(p) for p in list_of(data.get("parties"))]
    steps["parties"] = {"parties": [copied(p, "id", "name") for p in parties]}
    host = next((text_of(p.get("id")) for p in parties if p.get("host")), "")
    steps["host"] = {"host": host}
    steps["what"] = {"kind": "post" if "post" in data else "sum"}


def method_answers(data: Raws) -> Raws:
    """Method, part months and pay day."""
    pay_day = text_of(data.get("pay_day")) or "last"
    return {
        "method": text_of(data.get("method")) or "monthly",
        "apportionment": text_of(data.get("apportionment")) or "calendar",
        "pay": "last" if pay_day == "last" else "day",
        "day": "" if pay_day == "last" else pay_day,
    }


def salary_row(point: Raws) -> Raws:
    """A salary as typed."""
    return {
        "start": day(text_of(point.get("from"))),
        "annual": text_of(point.get("annual_fte")),
        "source": text_of(point.get("source")),
        "until": day(text_of(point.get("until"))),
        "assumed": tick(point.get("assumed")),
    }


def post_answers(post: Raws, steps: Steps) -> None:
    """The pages on the post and what comes on top of its pay."""
    steps["hours"] = hours_answers(post)
    steps["salary"] = {"salary": [salary_row(map_of(p)) for p in list_of(post.get("salary"))]}
    rows: list[Raw] = []
    for award in map(map_of, list_of(post.get("backdated_awards"))):
        for point in list_of(award.get("salary")):
            row = salary_row(map_of(point))
            rows.append(
                {
                    **row,
                    "effective": day(text_of(award.get("effective"))),
                    "paid": day(text_of(award.get("paid_month"))),
                }
            )
    steps["awards"] = {"awards": rows}
    steps["allowances"] = {
        "allowances": [
            {
                **copied(a, "name", "annual"),
                "pensionable": tick(a.get("pensionable", True)),
                "scaled": tick(a.get("fte_scaled", False)),
            }
            for a in map(map_of, list_of(post.get("allowances")))
        ]
    }
    on_cost_answers(post, steps)


def hours_answers(post: Raws) -> Raws:
    """Hours and the weeks factor."""
    factor = text_of(post.get("weeks_factor")) or "1"
    paid, _, year = factor.partition("/")
    return {
        "contracted": text_of(post.get("contracted_hours")),
        "full_time": text_of(post.get("full_time_hours")),
        "year": "whole" if factor == "1" else "part",
        "weeks_paid": "" if factor == "1" else paid,
        "weeks_year": "" if factor == "1" else year or "1",
    }


def on_cost_answers(post: Raws, steps: Steps) -> None:
    """National Insurance, pension and levy."""
    ni = map_of(post.get("ni"))
    steps["ni-basis"] = {"basis": text_of(ni.get("basis"))}
    whole = ni.get("whole_employment_annual")
    if whole is not None:
        rows: list[Raw] = [{"annual": whole}] if isinstance(whole, str) else []
        for row in map(map_of, list_of(whole)):
            rows.append(
                {"annual": text_of(row.get("annual")), "start": day(text_of(row.get("from")))}
            )
        steps["whole-pay"] = {"whole": rows}
    steps["ni-years"] = {"years": [ni_row(map_of(y)) for y in list_of(ni.get("years"))]}
    steps["pension-scheme"] = {"scheme": scheme_of(post)}
    steps["pension"] = {"rates": [pension_row(map_of(p)) for p in list_of(post.get("pension"))]}
    levy = text_of(post.get("levy_rate"))
    known = {LEVY_RATE: "yes", "0": "no"}.get(levy, "other")
    steps["levy"] = {"levy": known, "rate": rate(levy) if known == "other" else ""}


def scheme_of(post: Raws) -> str:
    """The scheme whose rates these are, else "another"."""
    held = [shape(map_of(p)) for p in list_of(post.get("pension"))]
    for scheme in rates.PENSION_SCHEMES:
        entries = [shape(e) for e in rates.pension_entries(scheme)]
        if entries and entries == held:
            return scheme.code
    return "other"


def shape(entry: Raws) -> tuple[Raw, Raw]:
    """What tells one scheme's rates from another's."""
    return entry.get("from"), entry.get("rate")


def other_answers(data: Raws, steps: Steps) -> None:
    """Other costs and overhead."""
    steps["other-costs"] = {
        "lines": [
            {**copied(r, "name", "kind", "amount", "charge_to"), "on": day(text_of(r.get("date")))}
            for r in map(map_of, list_of(data.get("other_lines")))
        ]
    }
    overhead = map_of(data.get("overhead"))
    if not overhead:
        steps["overhead"] = {"charged": "no"}
        return
    base = overhead.get("base")
    steps["overhead"] = {
        "charged": "yes",
        "rate": rate(overhead.get("rate")),
        "base": "all" if base == "all" else "some",
        "lines": list_of(base),
    }


def sharing_answers(data: Raws, steps: Steps) -> None:
    """Each period of sharing."""
    entries = [map_of(e) for e in list_of(data.get("sharing"))]
    for n, entry in enumerate(entries, 1):
        basis = text_of(entry.get("basis"))
        steps[f"basis-{n}"] = {"basis": basis}
        if n == 1:
            steps["basis-1"] = {"basis": basis, "since": text_of(entry.get("from"))}
        steps[f"weights-{n}"] = numbers(basis, entry)
        later = n < len(entries)
        steps[f"change-{n}"] = {
            "changes": "yes" if later else "no",
            **({"start": day(text_of(entries[n].get("from")))} if later else {}),
        }


def numbers(basis: str, entry: Raws) -> Raws:
    """The numbers of one period of sharing."""
    if basis == "equal":
        return {"parties": list_of(entry.get("parties"))}
    if basis == "weighted":
        return {"factors": [dict(map_of(f)) for f in list_of(entry.get("factors"))]}
    if basis == "day_rate":
        return {
            "days": map_of(entry.get("days")),
            "chargeable_days": text_of(entry.get("chargeable_days")),
        }
    return {"weights": map_of(entry.get("weights"))}


SUMS = {
    "fixed": "fixed_contributions",
    "minimums": "minimums",
    "caps": "caps",
    "in-kind": "in_kind",
}


def extra_answers(data: Raws, steps: Steps) -> None:
    """Grants, yearly sums and the host's fee."""
    extras: list[Raw] = []
    if list_of(data.get("grants")):
        extras.append("grants")
        steps["grants"] = {
            "grants": [
                {
                    **copied(g, "name", "amount"),
                    "rate": rate(g.get("rate")),
                    "eligible": "all" if g.get("eligible") == "all" else "some",
                    "lines": list_of(g.get("eligible")),
                }
                for g in map(map_of, list_of(data.get("grants")))
            ]
        }
    for slug, key in SUMS.items():
        if map_of(data.get(key)):
            extras.append(slug)
            steps[slug] = {"sums": map_of(data[key])}
    if "caps" in steps:
        overflow = text_of(data.get("cap_overflow")) or "reshare"
        steps["caps"] = {**map_of(steps["caps"]), "overflow": overflow}
    fee = map_of(data.get("host_fee"))
    if fee:
        extras.append("fee")
        steps["fee"] = {
            "mode": text_of(fee.get("mode")),
            "rate": rate(fee.get("rate")),
            "amount": text_of(fee.get("amount")),
        }
    steps["extras"] = {"extras": extras}


UNDECIDED = {"share": "undecided", "fee": "undecided", "rate": "20", "recoverable": "100"}


def vat_answers(data: Raws, agreement: object, steps: Steps) -> None:
    """VAT for each partner, or once for all when they are alike."""
    partners = [map_of(p) for p in list_of(data.get("parties")) if not map_of(p).get("host")]
    ids = [text_of(p.get("id")) for p in partners]
    pages = [treatment(p, agreement) for p in partners]
    facts = [vat_facts(i, agreement) for i in ids]
    if all(page is None for page in pages) and not any(any(f.values()) for f in facts):
        steps["vat"] = {"how": "later"}
        return
    registered = text_of(read_path(agreement, f"parties.{ids[0]}.vat.questions.host_registered"))
    both = list(zip(pages, facts, strict=True))
    alike = len(both) > 1 and all(one == both[0] for one in both)
    steps["vat"] = {"how": "same" if alike else "each", "registered": registered}
    for code, (page, fact) in {ALL: both[0]}.items() if alike else zip(ids, both, strict=True):
        steps[f"vat-{code}"] = page or dict(UNDECIDED)
        steps[f"vat-facts-{code}"] = fact


def vat_facts(party: str, agreement: object) -> Raws:
    """The answers to the questions on VAT for a partner."""
    return {n: text_of(read_path(agreement, p)) for n, p in fact_paths(party).items()}


def treatment(party: Raws, agreement: object) -> Raws | None:
    """A partner's treatment and the reasons for it, or None if nothing is known."""
    vat = map_of(party.get("vat"))
    asked = questions(TreatmentForm)
    reasons: Raws = {
        name: typed(read_path(agreement, path), asked[name])
        for name, path in vat_paths(text_of(party.get("id"))).items()
    }
    if not vat and all(asked[n].is_blank(v) for n, v in reasons.items()):
        return None
    share = text_of(vat.get("share")) or "undecided"
    return {
        "share": share,
        "fee": text_of(vat.get("fee")) or share,
        "rate": rate(vat.get("rate")) or "20",
        "recoverable": rate(vat.get("recoverable")) or "100",
        **reasons,
    }
