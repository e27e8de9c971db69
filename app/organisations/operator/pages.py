"""The operator's pages: bodies to check, work that failed."""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor
from app.core.clock import london_today
from app.core.errors import DomainError
from app.core.fields import FieldError, Raw, Setting
from app.core.form_pages import PRIVATE, bind_request, errors_of, form_page, see_other
from app.core.forms import NO_SETTING, Bound, Form
from app.core.paging import Part, part_of
from app.core.slots import Fragment
from app.core.web import flash, render
from app.notifications import queries as messages
from app.organisations.directory.domain import one_of, search_text
from app.organisations.domain import (
    KIND_NAMES,
    ORGANISATION,
    REGION_NAMES,
    REGISTER_NAMES,
    OrganisationAction,
    OrganisationStatus,
    Register,
)
from app.organisations.joining.queries import accepted_terms, list_domains
from app.organisations.models import Organisation
from app.organisations.operator import commands, queries
from app.organisations.operator.forms import (
    AdministratorForm,
    ConfirmForm,
    DomainsForm,
    ReasonForm,
    VerifyForm,
    domain_setting,
)
from app.organisations.permissions import require_operator, uuid_of
from app.organisations.registers import RULES
from app.organisations.reminders.domain import sponsor_overdue_since

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]

STATUS_NAMES: Final = {
    OrganisationStatus.APPLIED: "Waiting to be checked",
    OrganisationStatus.VERIFIED: "Verified",
    OrganisationStatus.REFUSED: "Refused",
    OrganisationStatus.SUSPENDED: "Suspended",
    OrganisationStatus.CLOSED: "Closed",
}
ACTION_NAMES: Final = {
    "apply": "Applied",
    OrganisationAction.VERIFY: "Verified",
    OrganisationAction.REFUSE: "Refused",
    OrganisationAction.APPLY_AGAIN: "Applied again",
    OrganisationAction.SUSPEND: "Suspended",
    OrganisationAction.RESTORE: "Restored",
    OrganisationAction.CLOSE: "Closed",
}
# What each decision asks, and what its page says.
DECISIONS: Final[dict[OrganisationAction, tuple[type[Form], str]]] = {
    OrganisationAction.VERIFY: (VerifyForm, "Verify"),
    OrganisationAction.REFUSE: (ReasonForm, "Refuse"),
    OrganisationAction.SUSPEND: (ReasonForm, "Suspend"),
    OrganisationAction.RESTORE: (ConfirmForm, "Restore"),
    OrganisationAction.CLOSE: (ReasonForm, "Close the account of"),
}
FIELDS: Final = {"domain-held": "domains", "no-domain": "domains"}


@get("/organisations", opt=SIGNED_IN)
async def list_organisations(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Bodies of every status, those that wait first."""
    require_operator(actor)
    query = request.query_params
    status = one_of(OrganisationStatus, query.get("status", ""))
    text = search_text(query.get("q", ""))
    found = await queries.list_organisations(db, part_of(query), status=status, text=text)
    asked = {"q": text, "status": status or ""}
    context = {
        "found": found.require(),
        "links": found.links("/operator/organisations", asked),
        "asked": asked,
        "is_filtered": any(asked.values()),
        "statuses": STATUS_NAMES,
        "kinds": KIND_NAMES,
    }
    return render(request, "operator/organisations.html", context, headers=PRIVATE)


@get("/organisations/{key:str}", opt=SIGNED_IN)
async def show_organisation(request: AnyRequest, db: Db, actor: Who, key: FromPath[str]) -> Page:
    """One body: what it said, its history, and what can be decided."""
    require_operator(actor)
    organisation = await queries.get_organisation(db, uuid_of(key))
    administrators = await queries.list_administrators(db, organisation.id)
    status = OrganisationStatus(organisation.status)
    open_actions = ORGANISATION.actions_from(status)
    register = Register(organisation.register)
    overdue_since = sponsor_overdue_since(
        organisation.sponsor_confirmed_on, organisation.created_at, london_today()
    )
    context = {
        "organisation": organisation,
        "administrators": administrators,
        "domains": await list_domains(db, organisation.id),
        "asked": await queries.list_asked_domains(db, organisation.id),
        "history": await queries.list_history(db, organisation.id),
        "terms": await accepted_terms(db, organisation.id),
        "decisions": [(a.value, DECISIONS[a][1]) for a in open_actions if a in DECISIONS],
        "status_name": STATUS_NAMES[status],
        "statuses": STATUS_NAMES,
        "actions": ACTION_NAMES,
        "kinds": KIND_NAMES,
        "regions": REGION_NAMES,
        "register_name": REGISTER_NAMES[register],
        "rule": RULES[register],
        "sponsor_due_on": overdue_since,
        "back_href": "/operator/organisations",
    }
    return render(request, "operator/organisation.html", context, headers=PRIVATE)


def action_of(text: str) -> OrganisationAction:
    """The decision that an address names. Raises NotFound."""
    found = one_of(OrganisationAction, text)
    if found not in DECISIONS:
        uuid_of("")
    assert found is not None  # noqa: S101 (uuid_of() has raised)
    return found


async def decision_page(
    request: AnyRequest,
    db: AsyncSession,
    organisation: Organisation,
    action: OrganisationAction,
    raw: dict[str, Raw] | None = None,
    errors: Sequence[FieldError] = (),
) -> Page:
    """The form of a decision."""
    form, verb = DECISIONS[action]
    asked = await queries.list_asked_domains(db, organisation.id)
    if raw is None:
        raw = {"domains": [str(one.id) for one in asked if not one.holder]}
    context = {
        "title": f"{verb} {organisation.name}",
        "verb": verb,
        "organisation": organisation,
        "is_warning": action in {OrganisationAction.SUSPEND, OrganisationAction.CLOSE},
        "href": f"/operator/organisations/{organisation.id}/{action.value}",
        "back_href": f"/operator/organisations/{organisation.id}",
    }
    return form_page(
        request,
        "operator/decide.html",
        form,
        raw,
        setting=domain_setting(asked),
        errors=errors,
        context=context,
    )


@get("/organisations/{key:str}/{action:str}", opt=SIGNED_IN)
async def show_decision(
    request: AnyRequest, db: Db, actor: Who, key: FromPath[str], action: FromPath[str]
) -> Page:
    """Ask what a decision needs."""
    require_operator(actor)
    organisation = await queries.get_organisation(db, uuid_of(key))
    return await decision_page(request, db, organisation, action_of(action))


@post("/organisations/{key:str}/{action:str}", opt=SIGNED_IN)
async def decide(
    request: AnyRequest, db: Db, actor: Who, key: FromPath[str], action: FromPath[str]
) -> Page:
    """Verify, refuse, suspend, restore or close."""
    require_operator(actor)
    organisation = await queries.get_organisation(db, uuid_of(key))
    chosen = action_of(action)
    asked = domain_setting(await queries.list_asked_domains(db, organisation.id))
    bound: Bound[Any] = await bind_request(request, DECISIONS[chosen][0], asked)
    if bound.form is None:
        return await decision_page(request, db, organisation, chosen, bound.raw, bound.errors)
    try:
        await commands.move(
            db,
            actor,
            organisation.id,
            chosen,
            reason=getattr(bound.form, "reason", None),
            domains=[uuid.UUID(one) for one in getattr(bound.form, "domains", ())],
        )
    except DomainError as refused:
        if refused.status != 422:
            raise
        errors = errors_of(refused, FIELDS)
        return await decision_page(request, db, organisation, chosen, bound.raw, errors)
    flash(request, f"{organisation.name}: {ACTION_NAMES[chosen].lower()}")
    return see_other(f"/operator/organisations/{organisation.id}")


@get("/organisations/{key:str}/domains", opt=SIGNED_IN)
async def show_domains(request: AnyRequest, db: Db, actor: Who, key: FromPath[str]) -> Page:
    """The domains that a verified body asks for."""
    require_operator(actor)
    organisation = await queries.get_organisation(db, uuid_of(key))
    return await domains_page(request, db, organisation, {})


async def domains_page(
    request: AnyRequest,
    db: AsyncSession,
    organisation: Organisation,
    raw: dict[str, Raw],
    errors: Sequence[FieldError] = (),
) -> Page:
    """The page of the form."""
    setting = domain_setting(await queries.list_asked_domains(db, organisation.id))
    return await small_form(
        request, organisation, DomainsForm, raw, errors, "Email domains of", "domains", setting
    )


async def small_form(
    request: AnyRequest,
    organisation: Organisation,
    form: type[Form],
    raw: dict[str, Raw],
    errors: Sequence[FieldError],
    title: str,
    path: str,
    setting: Setting = NO_SETTING,
) -> Page:
    """A page with one form about a body."""
    context = {
        "title": f"{title} {organisation.name}",
        "verb": "Save",
        "organisation": organisation,
        "href": f"/operator/organisations/{organisation.id}/{path}",
        "back_href": f"/operator/organisations/{organisation.id}",
    }
    return form_page(
        request,
        "operator/decide.html",
        form,
        raw,
        setting=setting,
        errors=errors,
        context=context,
    )


@post("/organisations/{key:str}/domains", opt=SIGNED_IN)
async def answer_domains(request: AnyRequest, db: Db, actor: Who, key: FromPath[str]) -> Page:
    """Add the ticked ones and turn the others down."""
    require_operator(actor)
    organisation = await queries.get_organisation(db, uuid_of(key))
    setting = domain_setting(await queries.list_asked_domains(db, organisation.id))
    bound = await bind_request(request, DomainsForm, setting)
    if bound.form is None:
        return await domains_page(request, db, organisation, bound.raw, bound.errors)
    try:
        await commands.answer_domains(
            db,
            actor,
            organisation.id,
            domains=[uuid.UUID(one) for one in bound.form.domains],
            reason=bound.form.reason,
        )
    except DomainError as refused:
        errors = errors_of(refused, FIELDS)
        return await domains_page(request, db, organisation, bound.raw, errors)
    flash(request, f"{organisation.name}: domains saved")
    return see_other(f"/operator/organisations/{organisation.id}")


@get("/organisations/{key:str}/administrator", opt=SIGNED_IN)
async def show_administrator(request: AnyRequest, db: Db, actor: Who, key: FromPath[str]) -> Page:
    """Ask whom to invite as an administrator."""
    require_operator(actor)
    organisation = await queries.get_organisation(db, uuid_of(key))
    return await small_form(
        request, organisation, AdministratorForm, {}, (), "Administrator of", "administrator"
    )


@post("/organisations/{key:str}/administrator", opt=SIGNED_IN)
async def invite_administrator(request: AnyRequest, db: Db, actor: Who, key: FromPath[str]) -> Page:
    """Invite an administrator to a body that has none left."""
    require_operator(actor)
    organisation = await queries.get_organisation(db, uuid_of(key))
    bound = await bind_request(request, AdministratorForm)
    errors = list(bound.errors)
    if bound.form is not None:
        try:
            await commands.invite_administrator(db, actor, organisation.id, email=bound.form.email)
        except DomainError as refused:
            if refused.status == 404:
                raise
            errors = errors_of(refused, {"address-outside": "email", "invited-already": "email"})
    if errors:
        return await small_form(
            request,
            organisation,
            AdministratorForm,
            bound.raw,
            errors,
            "Administrator of",
            "administrator",
        )
    flash(request, f"{organisation.name}: invitation sent")
    return see_other(f"/operator/organisations/{organisation.id}")


@get("/work", opt=SIGNED_IN)
async def show_work(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Work that failed, each with a button to try again; failed mail has a page of its own."""
    require_operator(actor)
    work = await queries.list_failed_work(db, part_of(request.query_params))
    context = {
        "work": work.require(),
        "links": work.links("/operator/work", {}),
        "waiting": await queries.count_waiting_work(db),
        "failed_mail": await messages.count_failed(db),
    }
    return render(request, "operator/work.html", context, headers=PRIVATE)


@post("/work/{key:str}/again", opt=SIGNED_IN)
async def try_work_again(request: AnyRequest, db: Db, actor: Who, key: FromPath[str]) -> Page:
    """Let failed work go round again."""
    await commands.try_work_again(db, actor, uuid_of(key))
    flash(request, "The work goes round again")
    return see_other("/operator/work")


@get("/", opt=SIGNED_IN)
async def show_start(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Where the operator begins: what waits, and every place."""
    require_operator(actor)
    waiting = await queries.list_organisations(
        db, Part(1, 1), status=OrganisationStatus.APPLIED, text=""
    )
    work = await queries.list_failed_work(db, Part(1, 1))
    failed = work.total + await messages.count_failed(db)
    context = {"applications": waiting.total, "failed": failed}
    return render(request, "operator/start.html", context, headers=PRIVATE)


router = Router(
    path="/operator",
    include_in_schema=False,
    route_handlers=[
        show_start,
        list_organisations,
        show_organisation,
        show_domains,
        answer_domains,
        show_administrator,
        invite_administrator,
        show_decision,
        decide,
        show_work,
        try_work_again,
    ],
)


async def applications_panel(
    db: AsyncSession, actor: Actor, _: uuid.UUID | None
) -> Fragment | None:
    """For the dashboard of an operator: where to begin, and how many bodies wait."""
    if not actor.is_operator:
        return None
    waiting = await queries.list_organisations(
        db, Part(1, 1), status=OrganisationStatus.APPLIED, text=""
    )
    return Fragment("operator/panel.html", {"applications": waiting.total})
