"""Availability, job, pausing, and hiding from organisations."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor, me
from app.core.clock import london_today
from app.core.errors import DomainError
from app.core.fields import FieldError, Raw
from app.core.form_pages import bind_request, errors_of, form_page, see_other
from app.core.web import flash
from app.core.words import number
from app.profiles import commands, queries
from app.profiles.domain import is_paused
from app.profiles.forms import AvailabilityForm, HideForm, JobForm, PauseForm
from app.profiles.permissions import may_open_own_profile
from app.roles.domain import slug_of

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]


def day_raw(day: date | None) -> Raw:
    """A date as its three inputs show it."""
    if day is None:
        return None
    return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}


@get("/availability", opt=SIGNED_IN)
async def show_availability(request: AnyRequest, db: Db, actor: Who) -> Page:
    """When, how much and where, as it stands."""
    may_open_own_profile(actor).require()
    found = (await queries.get_core(db, me(actor), london_today())).availability
    raw: dict[str, Raw] = {
        "moves": [move.value for move in found.moves],
        "days": "" if found.days is None else number(found.days),
        "from_on": day_raw(found.from_on),
        "until_on": day_raw(found.until_on),
        "months": "" if found.months is None else str(found.months),
        "regions": list(found.regions),
        "remote": found.remote or "",
    }
    return form_page(request, "profiles/availability.html", AvailabilityForm, raw)


@post("/availability", opt=SIGNED_IN)
async def set_availability(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Save it."""
    may_open_own_profile(actor).require()
    bound = await bind_request(request, AvailabilityForm)
    errors: Sequence[FieldError] = bound.errors
    if bound.form is not None:
        try:
            await commands.set_availability(
                db, actor, found=bound.form.found(), today=london_today()
            )
        except DomainError as error:
            errors = errors_of(error)
        else:
            flash(request, "Your availability is saved.")
            return see_other("/profile")
    return form_page(
        request, "profiles/availability.html", AvailabilityForm, bound.raw, errors=errors
    )


@get("/job", opt=SIGNED_IN)
async def show_job(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Employer, grade and pay as they stand."""
    may_open_own_profile(actor).require()
    core = await queries.get_core(db, me(actor), london_today())
    raw: dict[str, Raw] = {
        "employer": core.employer or "",
        "grade": core.grade or "",
        "salary_point": core.salary_point or "",
    }
    return form_page(request, "profiles/job.html", JobForm, raw)


@post("/job", opt=SIGNED_IN)
async def set_job(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Save them; what is left empty is left out."""
    may_open_own_profile(actor).require()
    bound = await bind_request(request, JobForm)
    if bound.form is None:
        return form_page(request, "profiles/job.html", JobForm, bound.raw, errors=bound.errors)
    form = bound.form
    await commands.set_job(
        db,
        actor,
        employer=form.employer,
        grade=form.grade,
        salary_point=form.salary_point,
        today=london_today(),
    )
    flash(request, "Your job is saved.")
    return see_other("/profile")


@get("/pause", opt=SIGNED_IN)
async def show_pause(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Pause the profile, or see until when it is paused."""
    may_open_own_profile(actor).require()
    return await _pause_page(request, db, actor)


async def _pause_page(
    request: AnyRequest,
    db: AsyncSession,
    actor: Actor,
    raw: Mapping[str, Raw] | None = None,
    errors: Sequence[FieldError] = (),
) -> Page:
    today = london_today()
    core = await queries.get_core(db, me(actor), today)
    context = {"paused_until": core.paused_until if is_paused(core.paused_until, today) else None}
    return form_page(request, "profiles/pause.html", PauseForm, raw, errors=errors, context=context)


@post("/pause", opt=SIGNED_IN)
async def pause(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Rest until a day."""
    may_open_own_profile(actor).require()
    bound = await bind_request(request, PauseForm)
    errors: Sequence[FieldError] = bound.errors
    if bound.form is not None:
        try:
            await commands.pause(db, actor, until=bound.form.until, today=london_today())
        except DomainError as error:
            errors = errors_of(error)
        else:
            flash(request, "Your profile is paused. Nobody finds you until the pause is over.")
            return see_other("/profile")
    return await _pause_page(request, db, actor, bound.raw, errors)


@post("/resume", opt=SIGNED_IN)
async def resume(request: AnyRequest, db: Db, actor: Who) -> Page:
    """End the pause now."""
    await commands.pause(db, actor, until=None, today=london_today())
    flash(request, "Your profile is no longer paused.")
    return see_other("/profile")


@get("/hidden", opt=SIGNED_IN)
async def show_hidden(request: AnyRequest, db: Db, actor: Who) -> Page:
    """The organisations that see nothing of the profile."""
    may_open_own_profile(actor).require()
    return await _hidden_page(request, db, actor)


async def _hidden_page(
    request: AnyRequest,
    db: AsyncSession,
    actor: Actor,
    raw: Mapping[str, Raw] | None = None,
    errors: Sequence[FieldError] = (),
) -> Page:
    context = {
        "hidden": await queries.list_hidings(db, me(actor)),
        "names": [one.name for one in await queries.list_bodies(db)],
    }
    return form_page(request, "profiles/hidden.html", HideForm, raw, errors=errors, context=context)


@post("/hidden", opt=SIGNED_IN)
async def hide(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Hide from one more."""
    may_open_own_profile(actor).require()
    bound = await bind_request(request, HideForm)
    if bound.form is None:
        return await _hidden_page(request, db, actor, bound.raw, bound.errors)
    wanted = slug_of(bound.form.organisation)
    body = next((o for o in await queries.list_bodies(db) if slug_of(o.name) == wanted), None)
    if body is None:
        message = f"There is no verified organisation named {bound.form.organisation}"
        errors = [FieldError("organisation", message)]
        return await _hidden_page(request, db, actor, bound.raw, errors)
    try:
        await commands.hide(db, actor, organisation_id=body.id, today=london_today())
    except DomainError as error:
        return await _hidden_page(request, db, actor, bound.raw, errors_of(error))
    flash(request, f"{body.name} sees nothing of your profile from now on.")
    return see_other("/profile/hidden")


@post("/hidden/{organisation_id:uuid}/remove", opt=SIGNED_IN)
async def unhide(
    request: AnyRequest, db: Db, actor: Who, organisation_id: FromPath[uuid.UUID]
) -> Page:
    """Hide from it no longer."""
    await commands.unhide(db, actor, organisation_id=organisation_id, today=london_today())
    flash(request, "You no longer hide from this organisation. What you let it see counts again.")
    return see_other("/profile/hidden")


handlers: list[ControllerRouterHandler] = [
    show_availability,
    set_availability,
    show_job,
    set_job,
    show_pause,
    pause,
    resume,
    show_hidden,
    hide,
    unhide,
]
