"""Whether the answers can be costed, and which page each fault belongs to. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.core.fields import FieldError, Raw
from app.core.forms import Rows, parse, questions
from app.costsharing import engine
from app.costsharing.agreement import agreement_faults
from app.costsharing.engine import Fault, InputFaults
from app.costsharing.steps.agreement_build import build_agreement
from app.costsharing.steps.build import build_inputs
from app.costsharing.steps.post import AwardsForm, award_groups
from app.costsharing.steps.registry import find_step, steps_for
from app.costsharing.steps.step import Facts, Step

Place = tuple[str, str]  # page and field


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in the way of a result: the page, the field there, and what to do."""

    slug: str
    error: FieldError


def engine_faults(inputs: object) -> tuple[Fault, ...]:
    """What the engine says against these inputs; nothing if they can be costed."""
    try:
        engine.cost(engine.parse_inputs(inputs))
    except InputFaults as wrong:
        return wrong.faults
    return ()


def step_errors(step: Step, facts: Facts) -> tuple[FieldError, ...]:
    """What is wrong or missing on one page, by its form."""
    return parse(step.form, facts.raw(step.slug), step.setting(facts)).errors


def is_done(step: Step, facts: Facts) -> bool:
    """Whether a page is answered, or may stay blank."""
    return not step_errors(step, facts)


def first_open(facts: Facts) -> Step | None:
    """The first page that still needs an answer."""
    return next((s for s in steps_for(facts) if not is_done(s, facts)), None)


def problems(answers: Mapping[str, Raw]) -> list[Problem]:
    """All that stands between the answers and a result: pages first, then the engine's faults."""
    facts = Facts(answers)
    found = [
        Problem(step.slug, not_answered(step, facts) or error)
        for step in steps_for(facts)
        for error in step_errors(step, facts)[: 1 if not facts.raw(step.slug) else None]
    ]
    if found:
        return found
    inputs = build_inputs(answers)
    faults = engine_faults(inputs) or details_faults(inputs, answers)
    return [located(fault, facts) for fault in faults]


def details_faults(inputs: object, answers: Mapping[str, Raw]) -> tuple[Fault, ...]:
    """What does not fit together in the details of the agreement."""
    return agreement_faults(build_agreement(answers), engine.parse_inputs(inputs))


def not_answered(step: Step, facts: Facts) -> FieldError | None:
    """One line for a page that was never answered, instead of one for each of its fields."""
    if facts.raw(step.slug):
        return None
    return FieldError("", f"Answer the page “{step.setting(facts).say(step.title)}”")


def faults_of_step(slug: str, answers: Mapping[str, Raw]) -> tuple[FieldError, ...]:
    """The engine's faults that belong to this page, though others may not be answered yet."""
    facts = Facts(answers)
    inputs = build_inputs(answers)
    faults = engine_faults(inputs) or details_faults(inputs, answers)
    found = [located(fault, facts) for fault in faults]
    return tuple(p.error for p in found if p.slug == slug)


# Faults of the whole that one page can mend all the same.
WHOLE = {
    "minimum_above_cap": ("minimums", "sums"),
    "nothing_to_cost": ("other-costs", "lines-0-name"),
}


def located(fault: Fault, facts: Facts) -> Problem:
    """The page and field of an engine's fault; the summary where no page can mend it."""
    slug, where = WHOLE.get(fault.code) or place(fault.path, facts)
    message = with_names(fault.message, facts)
    step = find_step(facts, slug)
    if step is None:
        return Problem("", FieldError("", message))
    return Problem(slug, FieldError(where, message))


def with_names(message: str, facts: Facts) -> str:
    """A message with the names of parties in place of their codes, which no page shows."""
    names = {party.value: party.text for party in facts.parties}

    def name_of(match: re.Match[str]) -> str:
        return names.get(match[0], match[0])

    return re.sub(r"\b(?=[0-9]*[A-Z])[A-Z0-9]{1,12}\b", name_of, message)


def row(facts: Facts, slug: str, name: str, number: int) -> str:
    """The path of the row that became item `number` of the inputs."""
    step = find_step(facts, slug)
    question = questions(step.form).get(name) if step else None
    if not isinstance(question, Rows):
        return name
    filled = question.filled(facts.raw(slug).get(name))
    return f"{name}-{filled[number] if number < len(filled) else number}"


def fields_of(
    slug: str, name: str, names: Mapping[str, str]
) -> Callable[[Facts, re.Match[str]], Place]:
    """A place in repeated rows: the row of the number matched, and its field."""

    def find(facts: Facts, match: re.Match[str]) -> Place:
        where = row(facts, slug, name, int(match[1]))
        key = match[2].split("/")[0] if match[2] else ""
        first = next(iter(names.values()))
        return slug, f"{where}-{names.get(key, first)}"

    return find


def at(slug: str, where: str = "") -> Callable[[Facts, re.Match[str]], Place]:
    """A fixed place."""
    return lambda _facts, _match: (slug, where)


def find_vat(facts: Facts, match: re.Match[str]) -> Place:
    """The VAT page of a party."""
    number = int(match[1])
    code = facts.parties[number].value if number < len(facts.parties) else ""
    slug = "vat-all" if facts.said("vat", "how") == "same" else f"vat-{code}"
    names = {"share": "share", "fee": "fee", "rate": "rate", "recoverable": "recoverable"}
    return slug, names.get(match[2] or "", "share")


def find_award(facts: Facts, match: re.Match[str]) -> Place:
    """The row of a late award: an award may be made of several."""
    form = parse(AwardsForm, facts.raw("awards")).form
    groups = award_groups(form.awards) if form else []
    award, point = int(match[1]), int(match[2] or 0)
    found = groups[award] if award < len(groups) else [0]
    where = row(facts, "awards", "awards", found[point] if point < len(found) else found[0])
    names = {"paid_month": "paid", "annual_fte": "annual", "from": "start"}
    return "awards", f"{where}-{names.get(match[3] or '', 'effective')}"


def find_sharing(facts: Facts, match: re.Match[str]) -> Place:  # noqa: ARG001
    """The page of a period of sharing."""
    n, rest = int(match[1]) + 1, (match[2] or "").split("/")
    if rest[0] == "from":
        return (f"change-{n - 1}", "start") if n > 1 else ("dates", "start")
    if rest[0] == "basis":
        return f"basis-{n}", "basis"
    if rest[0] == "factors" and len(rest) > 1:
        name = {"weight": "weight", "values": "values"}.get(
            rest[2] if len(rest) > 2 else "", "name"
        )
        tail = f"-{rest[3]}" if name == "values" and len(rest) > 3 else ""
        return f"weights-{n}", f"factors-{rest[1]}-{name}{tail}"
    if rest[0] in ("weights", "days") and len(rest) > 1:
        return f"weights-{n}", f"{rest[0]}-{rest[1]}"
    return f"weights-{n}", rest[0] if rest[0] in ("weights", "parties", "days") else ""


DATED = {"from": "start", "annual_fte": "annual", "rate": "rate", "until": "until"}
YEARS = {
    "tax_year": "tax_year",
    "rate": "rate",
    "monthly_threshold": "monthly",
    "annual_threshold": "annual",
}


def find_salary(facts: Facts, match: re.Match[str]) -> Place:
    """A row of the salary, or its first when the fault is of the list."""
    if match[1]:
        return fields_of("salary", "salary", DATED)(facts, match)
    return "salary", "salary-0-start"


def sums(slug: str) -> Callable[[Facts, re.Match[str]], Place]:
    """The input of a party on a page of yearly sums."""
    return lambda _facts, match: (slug, f"sums-{match[1]}" if match[1] else "sums")


ALLOWANCE = {"name": "name", "annual": "annual"}
LINE = {"name": "name", "kind": "kind", "amount": "amount", "date": "on", "charge_to": "charge_to"}
GRANT = {"name": "name", "amount": "amount", "rate": "rate", "eligible": "eligible"}
ROW = r"/(\d+)(?:/(.+))?"
PARTY = r"(?:/(\w+))?"

PLACES: tuple[tuple[str, Callable[[Facts, re.Match[str]], Place]], ...] = (
    (r"/term/start", at("dates", "start")),
    (r"/term.*", at("dates", "end")),
    (r"/parties/(\d+)/vat(?:/(\w+))?", find_vat),
    (rf"/parties{ROW}", fields_of("parties", "parties", {"name": "name"})),
    (r"/parties", at("host", "host")),
    (r"/pay_day", at("method", "pay")),
    (r"/(?:method|apportionment)", at("method", "method")),
    (r"/post/contracted_hours", at("hours", "contracted")),
    (r"/post/full_time_hours", at("hours", "full_time")),
    (r"/post/weeks_factor", at("hours", "weeks_paid")),
    (rf"/post/salary(?:{ROW})?", find_salary),
    (r"/post/backdated_awards", at("awards", "awards-0-effective")),
    (r"/post/backdated_awards/(\d+)(?:/salary/(\d+))?(?:/(\w+))?", find_award),
    (rf"/post/allowances{ROW}", fields_of("allowances", "allowances", ALLOWANCE)),
    (r"/post/ni/whole_employment_annual.*", at("whole-pay", "whole-0-annual")),
    (rf"/post/ni/years{ROW}", fields_of("ni-years", "years", YEARS)),
    (r"/post/ni/years", at("ni-years", "years-0-tax_year")),
    (r"/post/ni.*", at("ni-basis", "basis")),
    (rf"/post/pension{ROW}", fields_of("pension", "rates", DATED)),
    (r"/post/pension", at("pension", "rates-0-start")),
    (r"/post/levy_rate", at("levy", "levy")),
    (rf"/other_lines{ROW}", fields_of("other-costs", "lines", LINE)),
    (r"/other_lines", at("other-costs", "lines-0-name")),
    (r"/overhead/base.*", at("overhead", "lines")),
    (r"/overhead.*", at("overhead", "rate")),
    (rf"/grants{ROW}", fields_of("grants", "grants", GRANT)),
    (rf"/fixed_contributions{PARTY}", sums("fixed")),
    (rf"/minimums{PARTY}", sums("minimums")),
    (rf"/caps{PARTY}", sums("caps")),
    (r"/cap_overflow", at("caps", "overflow")),
    (rf"/in_kind{PARTY}", sums("in-kind")),
    (r"/host_fee/rate", at("fee", "rate")),
    (r"/host_fee/amount", at("fee", "amount")),
    (r"/host_fee.*", at("fee", "mode")),
    (rf"/sharing{ROW}", find_sharing),
    (r"/schedule/payment_days", at("invoices", "payment_days")),
    (r"/schedule.*", at("invoices", "frequency")),
    (r"/agreement/legal_power.*", at("agreement-basics", "power")),
    (r"/agreement/decisions.*", at("agreement-decisions", "decisions-0-party")),
    (r"/agreement/grants.*", at("agreement-grants", "grants-0-name")),
)


def place(path: str, facts: Facts) -> Place:
    """The page and field for a JSON pointer below the inputs; blank where there is none."""
    for pattern, find in PLACES:
        match = re.fullmatch(pattern, path)
        if match:
            return find(facts, match)
    return "", ""
