"""What a step of the calculator is, and what it may know of the answers given so far."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from app.core.fields import Option, Raw, Setting, list_of, map_of, text_of
from app.core.forms import Form, questions

Answers = Mapping[str, Raw]
Inputs = dict[str, object]
Raws = dict[str, Raw]

PAY_LINES = (
    Option("basic", "Basic pay"),
    Option("allowances", "Allowances"),
    Option("employer_ni", "Employer National Insurance"),
    Option("pension", "Employer pension"),
)
LEVY = Option("levy", "Apprenticeship levy")
OVERHEAD = Option("overhead", "Overhead")


@dataclass(frozen=True)
class Facts:
    """Earlier answers that later questions hang on, read with patience: gaps are gaps."""

    answers: Answers

    @cached_property
    def steps(self) -> dict[str, Raw]:
        """Answers as typed, by step."""
        return map_of(self.answers.get("steps"))

    def raw(self, slug: str) -> dict[str, Raw]:
        """One step's answers as typed."""
        return map_of(self.steps.get(slug))

    def said(self, slug: str, name: str) -> str:
        """One answer's text, empty when there is none."""
        return text_of(self.raw(slug).get(name)).strip()

    @cached_property
    def parties(self) -> tuple[Option, ...]:
        """The bodies that share, by id, in the agreement's order."""
        rows = [map_of(r) for r in list_of(self.raw("parties").get("parties"))]
        named = [r for r in rows if text_of(r.get("name")).strip()]
        ids = party_ids([(text_of(r.get("id")), text_of(r.get("name"))) for r in named])
        return tuple(
            Option(i, text_of(r.get("name")).strip()) for i, r in zip(ids, named, strict=True)
        )

    @cached_property
    def host(self) -> Option:
        """The body that employs and invoices; a stand-in until it is chosen."""
        chosen = self.said("host", "host")
        return next((p for p in self.parties if p.value == chosen), Option("", "the host"))

    @cached_property
    def partners(self) -> tuple[Option, ...]:
        """All but the host."""
        return tuple(p for p in self.parties if p.value != self.host.value)

    @property
    def has_post(self) -> bool:
        """Whether pay is worked out, or only sums agreed elsewhere are shared."""
        return self.said("what", "kind") != "sum"

    @property
    def is_monthly(self) -> bool:
        """Whether the monthly method is used, as agreements need."""
        return not self.has_post or self.said("method", "method") != "annual"

    @cached_property
    def other_lines(self) -> tuple[str, ...]:
        """The names of costs beside pay."""
        rows = [map_of(r) for r in list_of(self.raw("other-costs").get("lines"))]
        return tuple(n for r in rows if (n := text_of(r.get("name")).strip()))

    @property
    def pool_lines(self) -> tuple[Option, ...]:
        """The lines of cost, for overhead and grants to choose from."""
        pay = (*PAY_LINES, LEVY) if self.has_post else ()
        return (*pay, *(Option(n, n) for n in self.other_lines))

    @cached_property
    def grants(self) -> tuple[Raws, ...]:
        """The grants as typed, those with a name, if grants apply at all."""
        rows = [map_of(r) for r in list_of(self.raw("grants").get("grants"))]
        named = tuple(r for r in rows if text_of(r.get("name")).strip())
        return named if "grants" in self.extras else ()

    @property
    def extras(self) -> frozenset[str]:
        """Which of the less usual things apply: grants, caps and so on."""
        return frozenset(text_of(v) for v in list_of(self.raw("extras").get("extras")))

    @property
    def has_overhead(self) -> bool:
        """Whether the host adds an overhead."""
        return self.said("overhead", "charged") == "yes"

    @property
    def periods(self) -> int:
        """How many ways of sharing follow one another: one, and one for each change."""
        n = 1
        while self.said(f"change-{n}", "changes") == "yes" and n < MOST_PERIODS:
            n += 1
        return n

    @cached_property
    def setting(self) -> Setting:
        """Lists and words that the forms use."""
        lines = self.pool_lines
        return Setting(
            options={
                "parties": self.parties,
                "partners": self.partners,
                "base_lines": lines,
                "grant_lines": (*lines, OVERHEAD) if self.has_overhead else lines,
                "deciders": (Option("", "Choose an organisation"), *self.parties),
                "granted": (
                    Option("", "Choose a grant"),
                    *(Option(text_of(g["name"]).strip(), text_of(g["name"])) for g in self.grants),
                ),
                "bearers": (Option("", "All of them, shared"), *self.parties),
            },
            words={"host": self.host.text},
        )


MOST_PERIODS = 20


def party_ids(rows: list[tuple[str, str]]) -> list[str]:
    """A short code for each name that has none yet; codes given before are kept.

    >>> party_ids([("", "Northshire Council"), ("EAS", "Eastmoor"), ("", "North Vale")])
    ['NOR', 'EAS', 'NOR2']
    """
    taken = {code for code, _ in rows if re.fullmatch("[A-Z0-9]{1,12}", code)}
    found: list[str] = []
    for code, name in rows:
        keeps = code in taken and code not in found
        found.append(code if keeps else spare_id(name, taken | set(found)))
    return found


def spare_id(name: str, taken: set[str]) -> str:
    """Three letters of a name, with a number when they are taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    stem = re.sub("[^A-Z]", "", plain)[:3] or "P"
    number = 2
    code = stem
    while code in taken:
        code, number = f"{stem}{number}", number + 1
    return code


def no_prefill(facts: Facts) -> Raws:  # noqa: ARG001
    """A page that starts empty."""
    return {}


def no_inputs(form: Form, facts: Facts, out: Inputs) -> None:
    """A page whose answers shape other pages only."""


def same(raw: Raws, facts: Facts) -> Raws:  # noqa: ARG001
    """Answers are stored as they were typed."""
    return raw


def always(facts: Facts) -> bool:  # noqa: ARG001
    """A page that everyone is asked."""
    return True


@dataclass(frozen=True, kw_only=True)
class Step:
    """One page: its question, its form, when it is asked and what it puts into the inputs."""

    slug: str
    section: str
    title: str
    form: type[Form]
    when: Callable[[Facts], bool] = always
    prefill: Callable[[Facts], Raws] = no_prefill
    refresh: Callable[[Facts, Raws], Raws] | None = None
    note: Callable[[Facts], str] | None = None
    put: Callable[..., None] = no_inputs
    tidy: Callable[[Raws, Facts], Raws] = same
    intro: tuple[str, ...] = ()
    include: str = ""  # a template with more help, shown below the introduction
    preview: bool = False  # shows the split while weights are typed
    wide: bool = False
    words: Mapping[str, str] | None = None
    number: int = 0  # which period of sharing
    party: str = ""  # whose page

    def setting(self, facts: Facts) -> Setting:
        """The setting of this page's form."""
        base = facts.setting
        return Setting(base.options, {**base.words, **(self.words or {})})

    def shown(self, facts: Facts) -> Raws:
        """What the page shows: the answers as typed, else what we can fill in."""
        raw = facts.raw(self.slug)
        if not raw.keys() & questions(self.form).keys():
            return self.prefill(facts)
        return self.refresh(facts, raw) if self.refresh else raw
