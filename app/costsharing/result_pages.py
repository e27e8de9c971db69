"""Shows what a calculation gives: summary, months, invoices, working and comparison."""

import asyncio
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC
from app.core.fields import FieldError, Raw
from app.core.form_pages import PRIVATE, see_other
from app.core.forms import bind, posted_of, view
from app.core.text import whole_number
from app.core.web import render
from app.costsharing import engine
from app.costsharing.opened import ANSWERS_PAGE, DRAFT_PATH, Opened, cost_of, open_calculation
from app.costsharing.presenting.comparing import Comparison, compare
from app.costsharing.presenting.invoices import invoices_page
from app.costsharing.presenting.months import YEAR_END_NAMES, months_page
from app.costsharing.presenting.overview import overview
from app.costsharing.presenting.working import turns_of, working_page
from app.costsharing.scenario_form import ScenarioForm, first_values, scenario_setting
from app.costsharing.scenarios import vary

AnyRequest = Request[Any, Any, Any]
Page = Response[str] | Redirect


@get("/", opt=PUBLIC)
async def show_result(
    request: AnyRequest, db: NamedDependency[AsyncSession], token: FromPath[str]
) -> Page:
    """Show the total, each body's share by year, flags, rates and downloads."""
    opened = await open_calculation(db, token)
    if opened is None:
        return _to_answers(token)
    return _draw(request, opened, "result", {"view": overview(opened.costing)})


@get("/months", opt=PUBLIC)
async def show_months(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    token: FromPath[str],
    year_end: FromQuery[str] = "march",
    year: FromQuery[str] = "",
) -> Page:
    """Show shares and costs by month, a year at a time, for the chosen year end."""
    opened = await open_calculation(db, token)
    if opened is None:
        return _to_answers(token)
    shown = months_page(opened.costing, year_end, whole_number(year, 4))
    choices = [{"value": value, "text": text} for value, text in YEAR_END_NAMES.items()]
    return _draw(request, opened, "result_months", {"view": shown, "year_ends": choices})


@get("/invoices", opt=PUBLIC)
async def show_invoices(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    token: FromPath[str],
    party: FromQuery[str] = "",
) -> Page:
    """Show the invoice schedule and the differences at year end."""
    opened = await open_calculation(db, token)
    if opened is None:
        return _to_answers(token)
    shown = invoices_page(opened.costing, party)
    choices = [{"value": value, "text": text} for value, text in shown.partners]
    return _draw(request, opened, "result_invoices", {"view": shown, "partner_items": choices})


@get("/working", opt=PUBLIC)
async def show_working(
    request: AnyRequest,
    db: NamedDependency[AsyncSession],
    token: FromPath[str],
    page: FromQuery[str] = "",
) -> Page:
    """Show every step from pay to invoice so that it can be followed by hand."""
    opened = await open_calculation(db, token)
    if opened is None:
        return _to_answers(token)
    shown = working_page(opened.costing, whole_number(page, 4))
    turns = turns_of(shown, f"{opened.base}/result/working?page=")
    return _draw(request, opened, "result_working", {"view": shown, "turns": turns})


@get("/compare", opt=PUBLIC)
async def show_comparison(
    request: AnyRequest, db: NamedDependency[AsyncSession], token: FromPath[str]
) -> Page:
    """Show the calculation beside another way of sharing or another pay award.

    Nothing is stored, so the form is sent with GET; with faults the page answers 422.
    """
    opened = await open_calculation(db, token)
    if opened is None:
        return _to_answers(token)
    setting = scenario_setting(opened.costing.inputs)
    asked: Mapping[str, Raw] = first_values(opened.costing.inputs)
    errors: tuple[FieldError, ...] = ()
    compared: Comparison | None = None
    sent = posted_of(request.query_params.multi_items())
    if sent:
        bound = bind(sent, ScenarioForm, setting)
        asked, errors = bound.raw, bound.errors
        if bound.form is not None:
            compared, errors = await _compare(opened, bound.form)
    context = {
        "fields": {f.id: f for f in view(ScenarioForm, dict(asked), setting, errors)},
        "errors": [{"text": e.message, "href": f"#{e.anchor}"} for e in errors],
        "view": compared,
    }
    return _draw(request, opened, "result_compare", context, 422 if errors else 200)


async def _compare(
    opened: Opened, form: ScenarioForm
) -> tuple[Comparison | None, tuple[FieldError, ...]]:
    """Cost the change; what the engine refuses lands on the field that caused it."""
    try:
        then = await asyncio.to_thread(cost_of, vary(opened.inputs, form.to_scenario()))
    except engine.InputFaults as faults:
        return None, tuple(dict.fromkeys(_blame(f, opened) for f in faults.faults))
    return compare(opened.costing, then), ()


def _blame(fault: engine.Fault, opened: Opened) -> FieldError:
    if fault.path.startswith("/post"):
        return FieldError("award_from", fault.message, target="award_from-day")
    first = opened.costing.inputs.parties[0].id
    return FieldError("weights", fault.message, target=f"weights-{first}")


def _draw(
    request: AnyRequest, opened: Opened, page: str, context: Mapping[str, Any], status: int = 200
) -> Response[str]:
    shared = {"base": opened.base, "answers_page": ANSWERS_PAGE, **opened.marks()}
    return render(request, f"costsharing/{page}.html", {**shared, **context}, status, PRIVATE)


def _to_answers(token: str) -> Redirect:
    """While answers are missing or wrong there is nothing to show but what is still needed."""
    return see_other(DRAFT_PATH + token + ANSWERS_PAGE)


router = Router(
    path="/calculator/d/{token:str}/result",
    route_handlers=[show_result, show_months, show_invoices, show_working, show_comparison],
    include_in_schema=False,
)
