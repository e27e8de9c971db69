"""The `agreement` object from the answers, and back; what the pages cannot show is kept."""

import copy
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from app.core.fields import (
    Choice,
    Day,
    Field,
    Many,
    Raw,
    Text,
    list_of,
    map_of,
)
from app.core.forms import Form, parse, questions
from app.costsharing.steps.agreement import PAGES, PARTY, PartyForm
from app.costsharing.steps.step import Facts, Raws
from app.costsharing.steps.vat import ALL, FactsForm, TreatmentForm, VatForm

Json = dict[str, object]
# Keys without which the object that holds them says nothing.
NEEDED = {"code", "kind", "rule", "interest"}
# Asked on the VAT page too: a blank on one page does not take away the answer of the other.
ASKED_TWICE = {"kind"}


def read_path(data: object, path: str) -> object | None:
    """The value below a dotted path, or None."""
    for key in path.split("."):
        if isinstance(data, list) and key.isdigit() and int(key) < len(data):
            data = data[int(key)]
        elif isinstance(data, dict):
            data = data.get(key)
        else:
            return None
    return data


def write_path(data: Json, path: str, value: object) -> None:
    """Set the value below a dotted path; None removes it, and what it leaves empty."""
    key, _, rest = path.partition(".")
    if not rest:
        if value is not None:
            data[key] = value
        else:
            data.pop(key, None)
            if key in NEEDED and set(data) <= {"text"}:
                data.clear()
        return
    if rest.startswith("0."):
        items = list_of(data.get(key)) or [{}]
        first = items[0] if isinstance(items[0], dict) else {}
        write_path(first, rest[2:], value)
        items = [first, *items[1:]] if first else items[1:]
        if items:
            data[key] = items
        else:
            data.pop(key, None)
        return
    inner = map_of(data.get(key))
    write_path(inner, rest, value)
    if inner:
        data[key] = inner
    else:
        data.pop(key, None)


def written(value: object) -> object | None:
    """A form's value as the agreement object writes it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value or None


def typed(value: object, question: Field) -> Raw:
    """A value of the agreement object as a person would type it; blank if the page cannot."""
    if isinstance(question, Many):
        return [v for v in list_of(value) if isinstance(v, str)]
    if not isinstance(value, str):
        return {} if isinstance(question, Day) else ""
    if isinstance(question, Day):
        year, month, day = [*value.split("-"), "", ""][:3]
        return {"day": day.lstrip("0"), "month": month.lstrip("0"), "year": year}
    if isinstance(question, Choice) and not isinstance(question.options, str):
        return value if value in {o.value for o in question.options} else ""
    if isinstance(question, Text) and question.lines == 1:
        return " ".join(value.split())
    return value


def overlay(data: Json, form: type[Form], paths: Mapping[str, str], raw: Raws) -> None:
    """Lay one page's answers over the object; blank takes away only what the page can show."""
    made = parse(form, raw).form
    if made is None:
        return
    for name, path in paths.items():
        value = written(getattr(made, name))
        question = questions(form)[name]
        shown = typed(read_path(data, path), question)
        if value is not None:
            write_path(data, path, value)
        elif not question.is_blank(shown) and name not in ASKED_TWICE:
            write_path(data, path, None)


def pages_of(facts: Facts) -> list[tuple[str, type[Form], dict[str, str]]]:
    """Every page with the paths it writes."""
    pages = [(slug, form, dict(paths)) for slug, (form, paths) in PAGES.items()]
    for party in facts.parties:
        paths = {k: f"parties.{party.value}.{v}" for k, v in PARTY.items()}
        pages.append((f"party-{party.value}", PartyForm, paths))
    return pages


def vat_paths(party: str) -> dict[str, str]:
    """Where the reasons of a VAT treatment go."""
    names = ("reason", "decided_by", "decided_on", "evidence", "review_on")
    return {name: f"parties.{party}.vat.{name}" for name in names}


VAT_FACTS = {
    "employs": "named_employer",
    "directs": "directed_by",
    "power": "power_used",
    "private": "private_supply",
    "group": "one_vat_group",
}


def fact_paths(party: str) -> dict[str, str]:
    """Where the answers to the questions on VAT go."""
    asked = {k: f"parties.{party}.vat.questions.{v}" for k, v in VAT_FACTS.items()}
    return {"kind": f"parties.{party}.kind", **asked}


def vat_pages(facts: Facts) -> list[tuple[str, type[Form], dict[str, str]]]:
    """The VAT pages in use, once for each party they speak of."""
    how = facts.said("vat", "how")
    if how not in ("same", "each"):
        return []
    pages: list[tuple[str, type[Form], dict[str, str]]] = []
    for party in facts.partners:
        code = ALL if how == "same" else party.value
        pages.append((f"vat-{code}", TreatmentForm, vat_paths(party.value)))
        pages.append((f"vat-facts-{code}", FactsForm, fact_paths(party.value)))
        registered = {"registered": f"parties.{party.value}.vat.questions.host_registered"}
        pages.append(("vat", VatForm, registered))
    return pages


def build_agreement(answers: Mapping[str, Raw]) -> Json:
    """The agreement object that these answers make; empty when nothing was said."""
    facts = Facts(answers)
    kept = map_of(map_of(answers.get("kept")).get("agreement"))
    data: Json = copy.deepcopy(kept)
    if facts.raw("what"):
        title = " ".join(facts.said("what", "title").split())
        write_path(data, "post.title", title or None)
    ids = {p.value for p in facts.parties}
    for slug, form, paths in [*vat_pages(facts), *pages_of(facts)]:
        if facts.raw(slug):
            overlay(data, form, paths, facts.raw(slug))
    parties = {k: v for k, v in map_of(data.get("parties")).items() if k in ids}
    if parties:
        data["parties"] = parties
    else:
        data.pop("parties", None)
    power = map_of(data.get("legal_power"))
    if power and not power.get("code"):
        data["legal_power"] = {"code": "other", **power}
    return data


def agreement_answers(agreement: object, facts: Facts) -> dict[str, Raw]:
    """The pages' answers that show a loaded agreement object."""
    found: dict[str, Raw] = {}
    for slug, form, paths in pages_of(facts):
        raw: Raws = {
            name: typed(read_path(agreement, path), questions(form)[name])
            for name, path in paths.items()
        }
        if any(not questions(form)[n].is_blank(v) for n, v in raw.items()):
            found[slug] = raw
    if map_of(agreement):
        found["agreement"] = {"add": "yes"}
    return found
