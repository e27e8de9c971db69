"""Every change of joining: write an application, send and confirm it, accept terms."""

import secrets
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import delete, func
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor
from app.core.clock import london_today
from app.core.db import act_for_organisation, follow_link
from app.core.errors import RuleBroken
from app.core.permissions import Duty
from app.notifications.commands import send as send_message
from app.organisations.domain import ORGANISATION, OrganisationStatus
from app.organisations.joining import queries
from app.organisations.joining.domain import (
    CONFIRM_LIVES,
    KEEP_IDLE,
    Application,
    number_held,
    slug_of,
)
from app.organisations.joining.models import DomainRequest, JoinRequest, TermsAcceptance
from app.organisations.joining.terms import terms_on
from app.organisations.links import new_link
from app.organisations.models import (
    AuthorisationLimit,
    Membership,
    MembershipDuty,
    Organisation,
    OrganisationHistory,
    PensionRate,
    Person,
)

Read = Callable[[Mapping[str, Any]], Application]
"""How answers as typed become an application; raises RuleBroken with a fault for each task."""


async def begin(db: AsyncSession) -> str:
    """Keep a new, empty application; gives the token of its secret link, which is kept nowhere."""
    link = new_link()
    await follow_link(db, link.sha256)
    db.add(JoinRequest(token_sha256=link.sha256, answers={"steps": {}}))
    await db.flush()
    return link.token


async def save_task(
    db: AsyncSession, token: str, *, slug: str, raw: Mapping[str, Any]
) -> JoinRequest:
    """Keep a task's answers as typed. A confirmation that is on its way no longer counts.

    Raises NotFound, RuleBroken once the application is sent.
    """
    request = await queries.lock_request(db, token)
    refuse_if_sent(request)
    steps = {**request.answers.get("steps", {}), slug: dict(raw)}
    request.answers = {**request.answers, "steps": steps}
    request.confirm_sha256 = request.confirm_until = None
    request.last_used_at = func.now()
    await db.flush()
    return request


async def delete_request(db: AsyncSession, token: str) -> None:
    """Delete an application that was not sent, because the person asked. Raises NotFound."""
    request = await queries.lock_request(db, token)
    refuse_if_sent(request)
    await db.delete(request)
    await db.flush()


async def delete_idle(db: AsyncSession) -> None:
    """Delete applications nobody worked on for 90 days, and those that became organisations."""
    await db.execute(delete(JoinRequest).where(JoinRequest.last_used_at <= func.now() - KEEP_IDLE))


def refuse_if_sent(request: JoinRequest) -> None:
    """Raise RuleBroken where an application was confirmed: from then on the body's pages count."""
    if request.confirmed_at is not None:
        raise RuleBroken(
            "application-sent",
            "This application has been sent. Sign in to see how it stands and to change it.",
        )


async def send(db: AsyncSession, actor: Actor, token: str, *, read: Read) -> JoinRequest:
    """Accept the terms and send: at once where the applicant is signed in with the address that
    they name, else by a link to that address which confirms it.

    Raises NotFound, RuleBroken with a fault for each task that is not done.
    """
    request = await queries.lock_request(db, token)
    refuse_if_sent(request)
    application = read(request.answers)
    await refuse_if_held(db, application)
    today = london_today()
    request.answers = {**request.answers, "terms": terms_on(today).version}
    request.last_used_at = func.now()
    if actor.is_signed_in and actor.email == application.email:
        await make_organisation(db, actor, request, application)
        return request
    link = new_link()
    request.confirm_sha256 = link.sha256
    request.confirm_until = func.now() + CONFIRM_LIVES
    await db.flush()
    await db.refresh(request, ["confirm_until"])
    await send_message(
        db,
        to=application.email,
        template="join_confirm",
        values={
            "name": application.person_name,
            "organisation": application.name,
            "token": link.token,
            "until": request.confirm_until,
        },
    )
    await record(db, actor, "application.sent", subject=("join_request", request.id))
    return request


async def confirm(db: AsyncSession, actor: Actor, token: str, *, read: Read) -> Organisation:
    """The address is the applicant's: the application goes to the operator.

    Raises NotFound for a link that was used or has ended, RuleBroken where the answers no longer
    hold.
    """
    request = await queries.lock_to_confirm(db, token)
    application = read(request.answers)
    await refuse_if_held(db, application)
    return await make_organisation(db, actor, request, application)


async def refuse_if_held(db: AsyncSession, application: Application) -> None:
    """Raise RuleBroken where a checked body holds the number already."""
    if await queries.is_register_number_held(db, application.register, application.number):
        raise number_held()


async def make_organisation(
    db: AsyncSession, actor: Actor, request: JoinRequest, application: Application
) -> Organisation:
    """The body, its first administrator and what they said of it; tells the operator."""
    person = await person_of(db, actor, application)
    organisation = organisation_of(application)
    db.add(organisation)
    await db.flush()
    await act_for_organisation(db, organisation.id)
    request.organisation_id, request.confirmed_at = organisation.id, func.now()
    request.confirm_sha256 = request.confirm_until = None
    await db.flush()
    await add_administrator(db, organisation, person, application)
    add_figures(db, organisation, person, application)
    accept(db, organisation, person.id, version=str(request.answers["terms"]))
    db.add(
        OrganisationHistory(
            organisation_id=organisation.id,
            to_status=ORGANISATION.start,
            action="apply",
            by_id=person.id,
        )
    )
    await db.flush()
    by = Actor(kind="person", person_id=person.id, request_reference=actor.request_reference)
    await record(
        db,
        by,
        "organisation.applied",
        subject=("organisation", organisation.id),
        organisation_id=organisation.id,
        facts={"terms": organisation.terms_version, "kind": organisation.kind},
    )
    await tell_about_application(db, organisation, person)
    return organisation


async def person_of(db: AsyncSession, actor: Actor, application: Application) -> Person:
    """The applicant's account, made now if they have none."""
    found = await queries.find_person(db, application.email)
    if found is not None:
        return found
    person = Person(name=application.person_name, email=application.email)
    db.add(person)
    await db.flush()
    await record(db, actor, "person.joined", subject=("person", person.id))
    return person


def organisation_of(application: Application) -> Organisation:
    """The row of the body; its address is a makeshift until it is verified."""
    return Organisation(
        slug=f"{slug_of(application.name)}-{secrets.token_hex(4)}",
        name=application.name,
        name_cy=application.name_cy,
        kind=application.kind,
        register=application.register,
        register_id=application.number,
        region=application.region,
        status=OrganisationStatus.APPLIED,
        is_vat_registered=application.is_vat_registered,
        pays_levy=application.pays_levy,
        full_time_hours=application.full_time_hours,
        pension_scheme=application.pension_scheme,
        senior_sponsor=application.senior_sponsor,
        sponsor_confirmed_on=london_today(),
    )


async def add_administrator(
    db: AsyncSession, organisation: Organisation, person: Person, application: Application
) -> None:
    """The applicant as a member who administers."""
    member = Membership(
        person_id=person.id,
        organisation_id=organisation.id,
        work_email=application.email,
        job_title=application.job_title,
        proof_renewed_on=london_today(),
    )
    db.add(member)
    await db.flush()
    db.add(MembershipDuty(membership_id=member.id, duty=Duty.ORGANISATION_ADMIN))


def add_figures(
    db: AsyncSession, organisation: Organisation, person: Person, application: Application
) -> None:
    """Pension rate, limits, and the email domains that the operator is asked to check."""
    own: dict[str, Any] = {"organisation_id": organisation.id}
    rate, since = application.pension_rate, application.pension_from
    if rate is not None and since is not None:
        db.add(PensionRate(**own, starts_on=since, rate=rate, set_by_id=person.id))
    db.add_all(
        AuthorisationLimit(**own, duty=duty, amount=amount, set_by_id=person.id)
        for duty, amount in application.limits.items()
    )
    db.add_all(
        DomainRequest(**own, domain=domain, asked_by_id=person.id) for domain in application.domains
    )


def accept(
    db: AsyncSession, organisation: Organisation, person_id: uuid.UUID, *, version: str
) -> None:
    """Keep that these terms were accepted, on the body and for good."""
    db.add(
        TermsAcceptance(organisation_id=organisation.id, version=version, accepted_by_id=person_id)
    )
    organisation.terms_version = version
    organisation.terms_accepted_at = func.now()
    organisation.terms_accepted_by_id = person_id


async def tell_about_application(
    db: AsyncSession, organisation: Organisation, person: Person
) -> None:
    """A receipt to the applicant, and word to the people who run the exchange."""
    await send_message(
        db,
        to=person.email,
        template="join_received",
        values={"name": person.name, "organisation": organisation.name},
        person_id=person.id,
    )
    for operator in await queries.list_operators(db):
        await send_message(
            db,
            to=operator.email,
            template="join_waiting",
            values={"organisation": organisation.name, "id": organisation.id},
            person_id=operator.id,
        )
