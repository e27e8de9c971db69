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
    Setting,
    Text,
    list_of,
    map_of,
    text_of,
)
from app.core.forms import Form, Rows, parse, questions
from app.costsharing.steps.agreement_forms import PAGES, PARTY, PartyForm
from app.costsharing.steps.prefill import day
from app.costsharing.steps.step import Facts, Raws
from app.costsharing.steps.vat import ALL, FactsForm, TreatmentForm, VatForm

Json = dict[str, object]
# Keys without which the object that holds them says nothing.
NEEDED = {"code", "kind", "rule", "interest"}
# Asked on the VAT page too: a blank on one page does not take away the answer of the other.
ASKED_TWICE = {"kind"}


LINES = "[]"  # a path that ends so holds a list, typed one on each line


def read_path(data: object, path: str) -> object | None:
    """The value below a dotted path, or None."""
    for key in path.removesuffix(LINES).split("."):
        if not isinstance(data, dict):
            return None
        data = data.get(key)
    return data


def write_path(data: Json, path: str, value: object) -> None:
    """Set the value below a dotted path; None removes it, and what it leaves empty."""
    key, _, rest = path.removesuffix(LINES).partition(".")
    if rest:
        inner = map_of(data.get(key))
        write_path(inner, rest, value)
        if inner:
            data[key] = inner
        else:
            data.pop(key, None)
    elif value is not None:
        data[key] = value
    else:
        data.pop(key, None)
        if key in NEEDED and set(data) <= {"text"}:
            data.clear()


def written(value: object) -> object | None:
    """A form's value as the agreement object writes it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, Form):
        made = {name: written(getattr(value, name)) for name in questions(type(value))}
        return {name: part for name, part in made.items() if part is not None}
    if isinstance(value, list):
        return [written(part) for part in value] or None
    return value or None


def typed(value: object, question: Field, path: str = "") -> Raw:
    """A value of the agreement object as a person would type it; blank if the page cannot."""
    if isinstance(question, Rows):
        return [
            {name: typed(row.get(name), asked) for name, asked in questions(question.form).items()}
            for row in map(map_of, list_of(value))
        ]
    if isinstance(question, Many):
        return [v for v in list_of(value) if isinstance(v, str)]
    if path.endswith(LINES):
        return "\n".join(v for v in list_of(value) if isinstance(v, str))
    if isinstance(question, Day):
        return day(value if isinstance(value, str) else "")
    if not isinstance(value, str):
        return ""
    if isinstance(question, Choice) and not isinstance(question.options, str):
        return value if value in {o.value for o in question.options} else ""
    if isinstance(question, Text) and question.lines == 1:
        return " ".join(value.split())
    return value


def overlay(
    data: Json, form: type[Form], paths: Mapping[str, str], raw: Raws, setting: Setting
) -> None:
    """Lay one page's answers over the object; blank takes away only what the page can show."""
    made = parse(form, raw, setting).form
    if made is None:
        return
    asked = questions(form)
    told: set[str] = set()
    for name, path in paths.items():
        value = written(getattr(made, name))
        if path.endswith(LINES) and isinstance(value, str):
            value = [part.strip() for part in value.splitlines() if part.strip()]
        shown = typed(read_path(data, path), asked[name], path)
        if value is not None:
            write_path(data, path, value)
            told.add(path)
        elif path not in told and not asked[name].is_blank(shown) and name not in ASKED_TWICE:
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
            overlay(data, form, paths, facts.raw(slug), facts.setting)
    parties = {k: v for k, v in map_of(data.get("parties")).items() if k in ids}
    if parties:
        data["parties"] = parties
    else:
        data.pop("parties", None)
    drop_strangers(data, ids, {text_of(g.get("name")).strip() for g in facts.grants})
    power = map_of(data.get("legal_power"))
    if power and not power.get("code"):
        data["legal_power"] = {"code": "other", **power}
    return data


def drop_strangers(data: Json, parties: set[str], grants: set[str]) -> None:
    """Leave out decisions of parties, and terms of grants, that the costing no longer has."""
    for key, name, known in (("decisions", "party", parties), ("grants", "name", grants)):
        rows = [r for r in list_of(data.get(key)) if text_of(map_of(r).get(name)) in known]
        if rows:
            data[key] = rows
        else:
            data.pop(key, None)


def agreement_answers(agreement: object, facts: Facts) -> dict[str, Raw]:
    """The pages' answers that show a loaded agreement object."""
    found: dict[str, Raw] = {}
    for slug, form, paths in pages_of(facts):
        raw: Raws = {
            name: typed(read_path(agreement, path), questions(form)[name], path)
            for name, path in paths.items()
        }
        if any(not questions(form)[n].is_blank(v) for n, v in raw.items()):
            found[slug] = raw
    if found:
        found["agreement"] = {"add": "yes"}
    return found
