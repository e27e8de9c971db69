"""The settings of a body: what it says of itself, one section a page."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, ActingFor, Actor
from app.core.clock import london_today
from app.core.errors import DomainError
from app.core.fields import FieldError, Raw
from app.core.form_pages import PRIVATE, bind_request, errors_of, form_page, see_other
from app.core.forms import Form
from app.core.web import flash, render
from app.core.words import number
from app.organisations.domain import (
    KIND_NAMES,
    PENSION_SCHEMES,
    REGION_NAMES,
    REGISTER_NAMES,
    no_such_organisation,
)
from app.organisations.joining.domain import LIMITED_DUTIES
from app.organisations.joining.forms import LimitsForm, SponsorForm
from app.organisations.joining.queries import accepted_terms, list_domain_requests, list_domains
from app.organisations.joining.terms import terms_on
from app.organisations.models import Organisation
from app.organisations.permissions import acting_at, may_edit_organisation
from app.organisations.queries import organisation_by_id
from app.organisations.reminders.domain import sponsor_overdue_since
from app.organisations.settings import commands, queries
from app.organisations.settings.forms import (
    ApprovalForm,
    DomainForm,
    MoneyForm,
    ProfileForm,
    RateForm,
    TermsForm,
)

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]
Raws = dict[str, Raw]


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the settings: its form, what stands in it, and what saving does."""

    title: str
    form: type[Form]
    shown: Callable[[AsyncSession, Organisation], Awaitable[Raws]]
    save: Callable[[AsyncSession, Actor, Any], Awaitable[object]]
    fields: dict[str, str]
    button: str = "Save"


def yes_no(value: bool | None) -> str:
    """An answer as a form holds it."""
    return "" if value is None else ("yes" if value else "no")


async def _blank(_: AsyncSession, __: Organisation) -> Raws:
    return {}


async def _profile(_: AsyncSession, own: Organisation) -> Raws:
    return {name: getattr(own, name) or "" for name in ("name_cy", "about", "website")}


async def _money(_: AsyncSession, own: Organisation) -> Raws:
    return {
        "is_vat_registered": yes_no(own.is_vat_registered),
        "pays_levy": yes_no(own.pays_levy),
        "full_time_hours": "" if own.full_time_hours is None else number(own.full_time_hours),
        "scheme": own.pension_scheme or "",
    }


async def _sponsor(_: AsyncSession, own: Organisation) -> Raws:
    return {"senior_sponsor": own.senior_sponsor or ""}


async def _approval(_: AsyncSession, own: Organisation) -> Raws:
    return {"needs_post_approval": yes_no(own.needs_post_approval)}


async def _limits(db: AsyncSession, own: Organisation) -> Raws:
    held = await queries.limits(db, own.id)
    amounts = {duty: f"{amount:,.2f}".removesuffix(".00") for duty, amount in held.items()}
    return {duty.value: amounts.get(duty, "") for duty in LIMITED_DUTIES}


async def _save_money(db: AsyncSession, actor: Actor, form: MoneyForm) -> None:
    values = form.model_dump()
    values["pension_scheme"] = values.pop("scheme")
    await commands.change(db, actor, values)


async def _save_limits(db: AsyncSession, actor: Actor, form: LimitsForm) -> None:
    await commands.set_limits(
        db, actor, {duty: getattr(form, duty.value) for duty in LIMITED_DUTIES}
    )


SECTIONS: Final[dict[str, Section]] = {
    "profile": Section(
        "What your public page says",
        ProfileForm,
        _profile,
        lambda db, actor, form: commands.change(db, actor, form.model_dump()),
        {},
    ),
    "finance": Section("VAT, levy, week and pension scheme", MoneyForm, _money, _save_money, {}),
    "rates": Section(
        "Add an employer’s pension rate",
        RateForm,
        _blank,
        lambda db, actor, form: commands.set_rate(db, actor, **form.model_dump()),
        {},
        "Add the rate",
    ),
    "limits": Section("Authorisation limits", LimitsForm, _limits, _save_limits, {}),
    "sponsor": Section(
        "Senior sponsor",
        SponsorForm,
        _sponsor,
        lambda db, actor, form: commands.confirm_sponsor(db, actor, form.senior_sponsor),
        {},
        "Confirm for a year",
    ),
    "approval": Section(
        "Approval of posts",
        ApprovalForm,
        _approval,
        lambda db, actor, form: commands.change(db, actor, form.model_dump()),
        {},
    ),
    "domains": Section(
        "Ask for another email domain",
        DomainForm,
        _blank,
        lambda db, actor, form: commands.ask_for_domain(db, actor, form.domain),
        {"domain-own": "domain"},
        "Ask for it",
    ),
    "terms": Section(
        "Accept the participation terms",
        TermsForm,
        _blank,
        lambda db, actor, _: commands.accept_terms(db, actor),
        {},
        "Accept",
    ),
}


async def visit(db: AsyncSession, actor: Actor, org: str) -> tuple[ActingFor, Organisation]:
    """The body of a page's address, for whoever may edit it. Raises NotFound, Refused."""
    body = acting_at(actor, org)
    may_edit_organisation(actor).require()
    return body, await organisation_by_id(db, body.organisation_id)


@get("/", opt=SIGNED_IN)
async def show_settings(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """All that the body says of itself, each part with a link to change it."""
    body, own = await visit(db, actor, org)
    today = london_today()
    overdue_since = sponsor_overdue_since(own.sponsor_confirmed_on, own.created_at, today)
    context = {
        "body": body,
        "organisation": own,
        "kinds": KIND_NAMES,
        "regions": REGION_NAMES,
        "registers": REGISTER_NAMES,
        "schemes": PENSION_SCHEMES,
        "rates": await queries.list_rates(db, own.id),
        "limits": await queries.limits(db, own.id),
        "limited": LIMITED_DUTIES,
        "domains": await list_domains(db, own.id),
        "asked": await list_domain_requests(db, own.id),
        "accepted": await accepted_terms(db, own.id),
        "terms": terms_on(today),
        "sponsor_due_on": overdue_since,
    }
    return render(request, "organisations/settings/show.html", context, headers=PRIVATE)


def section_page(
    request: AnyRequest,
    body: ActingFor,
    slug: str,
    raw: Raws,
    errors: Sequence[FieldError] = (),
) -> Page:
    """The page of one section."""
    section = SECTIONS[slug]
    context = {
        "body": body,
        "title": section.title,
        "button": section.button,
        "slug": slug,
        "terms": terms_on(london_today()),
        "href": f"/org/{body.slug}/settings/{slug}",
        "back_href": f"/org/{body.slug}/settings",
    }
    return form_page(
        request,
        "organisations/settings/section.html",
        section.form,
        raw,
        errors=errors,
        context=context,
    )


@get("/{section:str}", opt=SIGNED_IN)
async def show_section(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], section: FromPath[str]
) -> Page:
    """The form of one section, as it is now."""
    body, own = await visit(db, actor, org)
    if section not in SECTIONS:
        raise no_such_organisation()
    return section_page(request, body, section, await SECTIONS[section].shown(db, own))


@post("/{section:str}", opt=SIGNED_IN)
async def save_section(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], section: FromPath[str]
) -> Page:
    """Keep one section."""
    body, _ = await visit(db, actor, org)
    if section not in SECTIONS:
        raise no_such_organisation()
    chosen = SECTIONS[section]
    bound = await bind_request(request, chosen.form)
    if bound.form is None:
        return section_page(request, body, section, bound.raw, bound.errors)
    try:
        await chosen.save(db, actor, bound.form)
    except DomainError as refused:
        if refused.code not in chosen.fields:
            raise
        errors = errors_of(refused, chosen.fields)
        return section_page(request, body, section, bound.raw, errors)
    flash(request, "Saved")
    return see_other(f"/org/{body.slug}/settings")


@post("/remove-rate/{day:str}", opt=SIGNED_IN)
async def remove_rate(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], day: FromPath[str]
) -> Page:
    """Remove a rate; the one before it goes on."""
    body, _ = await visit(db, actor, org)
    try:
        starts_on = date.fromisoformat(day)
    except ValueError:
        raise no_such_organisation() from None
    await commands.remove_rate(db, actor, starts_on)
    flash(request, "Rate removed")
    return see_other(f"/org/{body.slug}/settings")


@post("/apply-again/send", opt=SIGNED_IN)
async def apply_again(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """Send a refused application to the operator once more."""
    body, _ = await visit(db, actor, org)
    await commands.apply_again(db, actor)
    flash(request, "Your application has been sent again")
    return see_other(f"/org/{body.slug}")


router = Router(
    path="/org/{org:str}/settings",
    include_in_schema=False,
    route_handlers=[show_settings, show_section, save_section, remove_rate, apply_again],
)
