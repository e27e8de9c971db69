"""Reads the section “Cost”: from a few answers, or from a calculation that was saved."""

import asyncio
import re
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import FieldFault, NotFound, RuleBroken
from app.core.forms import Bound, Form
from app.costsharing.queries import get_draft
from app.opportunities.domain import PostFacts
from app.opportunities.writing.answers import Known, Values
from app.opportunities.writing.cost import (
    CostAnswers,
    built_inputs,
    costs_by_year,
    read_file,
    taken_inputs,
)
from app.opportunities.writing.cost_forms import CostForm

_TOKEN: Final = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")


async def cost_values(
    db: AsyncSession, facts: PostFacts, bound: Bound[Form], known: Known
) -> Values:
    """The inputs of the whole post, checked by the engine, and what was typed to make them.

    A calculation's link is a secret and is not kept. Raises RuleBroken, InputFaults.
    """
    form = bound.form
    assert isinstance(form, CostForm)  # noqa: S101 (the section's own form)
    if form.how == "questions":
        inputs = built_inputs(facts, _answers(facts, form, known))
        typed = {k: v for k, v in bound.raw.items() if k not in ("link", "file")}
    else:
        inputs = await _taken(db, form)
        typed = {"how": "calculation"}
    await asyncio.to_thread(costs_by_year, inputs, "Employer")
    return {"cost_inputs": inputs, "cost_answers": typed}


def _answers(facts: PostFacts, form: CostForm, known: Known) -> CostAnswers:
    until = facts.ends_on or form.until
    if until is None or form.salary is None or form.pension is None or form.levy is None:
        message = "Enter the last day to work the cost out for"
        raise RuleBroken("until-missing", message, [FieldFault("/until", "missing", message)])
    is_filled_in = form.pension == _rate(known)
    return CostAnswers(
        salary=form.salary,
        until=until,
        pension=form.pension,
        pays_levy=form.levy,
        other=form.other or Decimal(0),
        later=_later(facts, form),
        pension_source="The organisation's settings" if is_filled_in else "",
    )


def _rate(known: Known) -> str:
    filled = known.filled.get("pension")
    return f"{Decimal(filled) / 100:f}" if isinstance(filled, str) and filled else ""


def _later(facts: PostFacts, form: CostForm) -> tuple[tuple[date, Decimal], ...]:
    rows = form.later or []
    for number, row in enumerate(rows):
        if facts.starts_on is not None and row.start <= facts.starts_on:
            message = "The date the pay changes must be after the start date"
            path = f"/later-{number}-start"
            raise RuleBroken("pay-changes-early", message, [FieldFault(path, "early", message)])
    return tuple((row.start, row.amount) for row in rows)


async def _taken(db: AsyncSession, form: CostForm) -> dict[str, Any]:
    if form.file:
        return _reading("file", lambda: taken_inputs(read_file(form.file or "")))
    token = _TOKEN.search(form.link or "")
    if token is None:
        raise _at("link", "Enter the whole link of the calculation, as the calculator gave it")
    try:
        draft = await get_draft(db, token[0])
    except NotFound:
        raise _at("link", "There is no calculation at this link. Perhaps it was deleted") from None
    return _reading("link", lambda: taken_inputs(draft.answers.get("inputs")))


def _reading(field: str, read: Any) -> dict[str, Any]:
    """Say beside the field what is wrong with what was given there."""
    try:
        inputs: dict[str, Any] = read()
    except RuleBroken as broken:
        raise _at(field, broken.message) from None
    return inputs


def _at(field: str, message: str) -> RuleBroken:
    return RuleBroken("cost-not-valid", message, [FieldFault(f"/{field}", "not-valid", message)])
