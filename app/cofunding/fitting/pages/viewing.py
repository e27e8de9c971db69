"""What the pages of joint posts show to one body: a proposal, its place, and its sums."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding.domain import days_in_words
from app.cofunding.fitting import queries
from app.cofunding.fitting.domain import FIT, STATUS_NAMES, Answer, Employs, FitAction
from app.cofunding.fitting.forms import FiguresForm
from app.cofunding.fitting.permissions import may_accept, may_answer, may_draft
from app.cofunding.fitting.queries import OwnFit
from app.cofunding.fitting.sums import (
    Compared,
    Figures,
    OwnPart,
    compare,
    each_table,
    explained,
    figures_in_words,
    lines_table,
    verdict,
)
from app.core.actor import ActingFor, Actor
from app.core.clock import london_today
from app.core.fields import FieldError, Raw, shift
from app.core.forms import bind, posted_of
from app.core.words import number
from app.opportunities.finding.models import OpenPost
from app.opportunities.queries import facts_of
from app.organisations.domain import REGION_NAMES, Region
from app.organisations.queries import organisation_by_id, pension_rate_on

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]


def base_of(org: ActingFor) -> str:
    """The address of the list of a body."""
    return f"/org/{org.slug}/joint-posts"


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal in a list."""

    fit_id: uuid.UUID
    title: str
    days: str
    together: str
    place: str
    status: str


def line_of(one: OwnFit) -> Line:
    """What a list says of a proposal."""
    side = one.side
    return Line(
        side.fit_id,
        one.title,
        days_in_words(Fraction(side.days)),
        days_in_words(Fraction(side.total_days)),
        place_of(one),
        status_of(one),
    )


def place_of(one: OwnFit) -> str:
    """The place that the posts have in common, as far as it may be said."""
    side = one.side
    return REGION_NAMES[Region(side.region)] if side.region else "From anywhere"


def status_of(one: OwnFit) -> str:
    """Where it stands for this body, in words."""
    side = one.side
    if side.status == "proposed":
        return "Waiting for the others" if side.answer else "Waiting for your answer"
    if side.status == "declined" and side.answer == Answer.DECLINED:
        return "You declined"
    return STATUS_NAMES[one.status]


@dataclass(frozen=True, slots=True)
class View:
    """A proposal as its page shows it to one body."""

    own: OwnFit
    shown: Sequence[OpenPost]
    days: str
    together: str
    place: str
    status: str
    hidden: int
    can_accept: bool
    can_decline: bool
    can_draft: bool

    @property
    def shown_slugs(self) -> set[str]:
        """The addresses of the posts of others that may be opened."""
        return {one.slug for one in self.shown}


async def view_of(db: AsyncSession, actor: Actor, own: OwnFit) -> View:
    """What the actor may know of it and do with it."""
    side = own.side
    shown = await queries.list_shown(db, actor, side.shown_post_ids)
    answers = bool(may_answer(actor))
    can_accept = side.answer is None and FIT.may(own.status, FitAction.ACCEPT)
    may_make = FIT.may(own.status, FitAction.DRAFT) and side.joint_opportunity_id is None
    return View(
        own,
        shown,
        days_in_words(Fraction(side.days)),
        days_in_words(Fraction(side.total_days)),
        place_of(own),
        status_of(own),
        side.bodies - 1 - len(shown),
        can_accept and bool(may_accept(actor)),
        answers and FIT.may(own.status, FitAction.DECLINE),
        may_make and bool(may_draft(actor, side)),
    )


EMPLOYS_WORDS: Final = {
    Employs.WE: "We would employ the person",
    Employs.EITHER: "We or another",
    Employs.OTHERS: "Another organisation",
}
THEIR_WORDS: Final = {
    Employs.WE: "Would employ the person",
    Employs.EITHER: "Would, or another",
    Employs.OTHERS: "Another organisation should",
}


def partner_view(told: Mapping[str, Any]) -> dict[str, Any]:
    """What a body that has agreed has told, as the page lists it."""
    low, high = told["pay_from"], told["pay_to"]
    return {
        **told,
        "days": days_in_words(Fraction(told["days"])),
        "starts": _day(told["starts_on"]),
        "ends": _day(told["ends_on"]),
        "wish": THEIR_WORDS[Employs(told["employs"])],
        "pay": f"£{Decimal(low):,.0f} to £{Decimal(high):,.0f} a year" if low and high else "",
    }


def _day(kept: str | None) -> date | None:
    return None if kept is None else date.fromisoformat(kept)


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of a proposal for one body, or why there are none; `raw` fills the form."""

    raw: Mapping[str, Raw]
    errors: Sequence[FieldError] = ()
    made: Compared | None = None
    trouble: str = ""
    assumed: str = ""
    verdict: str = ""
    explained: tuple[str, ...] = ()
    table: Any = None
    each: Any = None
    query: str = ""


async def sums_of(request: AnyRequest, db: AsyncSession, body: ActingFor, own: OwnFit) -> Sums:
    """What the body pays alone and jointly at its own figures: those in the address, or its own."""
    sent = [(k, v) for k, v in request.query_params.multi_items() if k not in {"of", "page"}]
    known = await known_figures(db, body, own)
    raw: Mapping[str, Raw] = known
    if sent or known["salary"]:
        bound = bind(posted_of(sent or known.items()), FiguresForm)
        raw = bound.raw
        if bound.form is None:
            return Sums(raw, bound.errors if sent else ())
        form = bound.form
        pays_levy = bool((await organisation_by_id(db, body.organisation_id)).pays_levy)
        figures = Figures(
            form.salary, form.pension, pays_levy, form.recruiting or Decimal(0),
            form.fixed or Decimal(0),
        )  # fmt: skip
        return reckoned(raw, body, own, figures)
    return Sums(raw)


def reckoned(raw: Mapping[str, Raw], body: ActingFor, own: OwnFit, figures: Figures) -> Sums:
    """The sums at these figures, or the sentence that says why there are none."""
    side = own.side
    part = OwnPart(
        body.slug,
        body.name,
        facts_of(own.post, ()),
        Fraction(side.days),
        Fraction(side.total_days),
        side.bodies,
    )
    made = compare(part, figures)
    if isinstance(made, str):
        return Sums(raw, trouble=made)
    return Sums(
        raw,
        made=made,
        assumed=figures_in_words(figures),
        verdict=verdict(made),
        explained=explained(made, figures),
        table=lines_table(made),
        each=each_table(made),
        query=urlencode({name: str(value) for name, value in raw.items() if value}),
    )


async def known_figures(db: AsyncSession, body: ActingFor, own: OwnFit) -> dict[str, str]:
    """What the body's own post and settings say; empty where they say nothing."""
    post = own.post
    salary = post.pay_to or post.pay_from
    rate = await pension_rate_on(db, body.organisation_id, post.starts_on or london_today())
    return {
        "salary": number(salary) if salary else "",
        "pension": shift(number(rate.rate), 2) if rate else "0",
        "recruiting": "",
        "fixed": "",
    }
