"""Loads the demo region into an empty exchange, and signs its people in."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from litestar import Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import SYSTEM, ActingFor, Actor
from app.core.db import Base, new_id
from app.core.errors import NotFound
from app.core.permissions import Duty
from app.demo import queries
from app.demo.neighbours import OPERATOR, OPERATOR_DOMAIN
from app.demo.others import BODIES
from app.demo.posting import Region, load_posts
from app.demo.profiling import load_profiles
from app.demo.region import DemoBody, DemoPerson
from app.organisations.domain import ORGANISATION, OrganisationAction
from app.organisations.joining.models import DomainRequest, TermsAcceptance
from app.organisations.joining.terms import terms_on
from app.organisations.models import (
    AuthorisationLimit,
    Membership,
    MembershipDuty,
    Organisation,
    OrganisationDomain,
    OrganisationHistory,
    PensionRate,
    Person,
)
from app.organisations.sign_in.commands import begin_sign_in
from app.organisations.sign_in.domain import How


@dataclass(slots=True)
class Plan:
    """Rows to add, table by table: what names another stands in a later list."""

    people: list[Base] = field(default_factory=list)
    bodies: list[Base] = field(default_factory=list)
    memberships: list[Base] = field(default_factory=list)
    rest: list[Base] = field(default_factory=list)
    ids: dict[str, uuid.UUID] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)


async def load_region(db: AsyncSession, *, now: datetime, today: date) -> bool:
    """Add operator, bodies, people, posts and profiles; gives whether it was not there before.

    Dates follow from `today`.
    """
    await queries.lock_region(db)
    if await queries.is_loaded(db):
        return False
    region = await load_people(db, now=now, today=today)
    await load_posts(db, region, today=today)
    await load_profiles(db, region.actors, region.ids, today=today)
    return True


async def load_people(db: AsyncSession, *, now: datetime, today: date) -> Region:
    """Add the operator, the bodies and their people."""
    plan = Plan()
    operator = _person(OPERATOR, OPERATOR_DOMAIN, is_operator=True)
    plan.people.append(operator)
    for body in BODIES:
        _plan_body(plan, body, operator.id, now, today)
    for rows in (plan.people, plan.bodies, plan.memberships, plan.rest):
        db.add_all(rows)
        await db.flush()
    for body in BODIES:
        await _record(db, body, plan.ids[body.slug], terms_on(today).version)
    return Region({body.slug: body for body in BODIES}, plan.ids, plan.actors)


async def sign_in_as(request: Request[Any, Any, Any], db: AsyncSession, *, persona: str) -> None:
    """Sign the browser in as a demo person. Raises NotFound where there is nobody of that slug."""
    email = next((mail for one, mail in everybody() if one.slug == persona), "")
    person_id = await queries.find_demo_person(db, email) if email else None
    if person_id is None:
        raise NotFound(
            "no-such-persona",
            "This person is not in the demo region any more. The operator of this copy can bring "
            "everybody back with crossbench demo reset.",
        )
    await begin_sign_in(request, db, person_id=person_id, how=How.DEMO)


def everybody() -> list[tuple[DemoPerson, str]]:
    """All demo people with their addresses."""
    members = [(one, one.email_at(body.domain)) for body in BODIES for one in body.people]
    return [(OPERATOR, OPERATOR.email_at(OPERATOR_DOMAIN)), *members]


def _person(person: DemoPerson, domain: str, **more: Any) -> Person:
    return Person(
        id=new_id(), name=person.name, email=person.email_at(domain), is_demo=True, **more
    )


def _plan_body(
    plan: Plan, body: DemoBody, operator_id: uuid.UUID, now: datetime, today: date
) -> None:
    """Everything of one body."""
    organisation_id = plan.ids[body.slug] = new_id()
    people = {one.slug: _person(one, body.domain) for one in body.people}
    founder = people[body.people[0].slug]
    plan.people.extend(people.values())
    plan.bodies.append(_organisation(body, organisation_id, founder.id, now, today))
    members = {slug: new_id() for slug in people}
    # Managers stand before those they manage, so that each row names one that is there.
    for one in sorted(body.people, key=lambda person: bool(person.manager)):
        plan.memberships.append(
            Membership(
                id=members[one.slug],
                person_id=people[one.slug].id,
                organisation_id=organisation_id,
                work_email=people[one.slug].email,
                job_title=one.job,
                manager_id=members.get(one.manager),
                proof_renewed_on=today - timedelta(days=30),
            )
        )
        plan.rest.extend(
            MembershipDuty(membership_id=members[one.slug], duty=duty) for duty in one.duties
        )
        plan.actors[one.slug] = _actor(
            people[one.slug], body, organisation_id, members[one.slug], one.duties
        )
    plan.rest.extend(_belongings(body, organisation_id, founder.id, today))
    plan.rest.extend(_moves(body, organisation_id, founder.id, operator_id))


def _actor(
    person: Person,
    body: DemoBody,
    organisation_id: uuid.UUID,
    membership_id: uuid.UUID,
    duties: tuple[Duty, ...],
) -> Actor:
    """Somebody who acts for their body, without having signed in."""
    return Actor(
        kind="person",
        person_id=person.id,
        name=person.name,
        email=person.email,
        is_demo=True,
        acting_for=ActingFor(
            organisation_id=organisation_id,
            slug=body.slug,
            name=body.name,
            kind=body.kind,
            region=body.region,
            is_verified=body.is_verified,
            membership_id=membership_id,
            duties=frozenset({*duties, Duty.MEMBER}),
        ),
    )


def _organisation(
    body: DemoBody, organisation_id: uuid.UUID, founder_id: uuid.UUID, now: datetime, today: date
) -> Organisation:
    status = ORGANISATION.start
    if body.is_verified:
        status = ORGANISATION.after(status, OrganisationAction.VERIFY)
    return Organisation(
        id=organisation_id,
        slug=body.slug,
        name=body.name,
        name_cy=body.name_cy,
        kind=body.kind,
        register=body.register,
        register_id=body.register_id,
        region=body.region,
        status=status,
        about=body.about,
        website=f"https://{body.domain}",
        is_vat_registered=body.is_vat_registered,
        pays_levy=body.pays_levy,
        pension_scheme=body.scheme,
        full_time_hours=body.hours,
        senior_sponsor=body.sponsor,
        sponsor_confirmed_on=today - timedelta(days=30),
        needs_post_approval=body.needs_post_approval,
        terms_version=terms_on(today).version,
        terms_accepted_at=now,
        terms_accepted_by_id=founder_id,
    )


def _belongings(
    body: DemoBody, organisation_id: uuid.UUID, founder_id: uuid.UUID, today: date
) -> list[Base]:
    """Its email domain, or that it asks for it; accepted terms, pension rates and limits."""
    own = {"organisation_id": organisation_id}
    return [
        OrganisationDomain(domain=body.domain, **own)
        if body.is_verified
        else DomainRequest(domain=body.domain, asked_by_id=founder_id, **own),
        TermsAcceptance(version=terms_on(today).version, accepted_by_id=founder_id, **own),
        *(
            PensionRate(
                starts_on=rate.starts_on, rate=rate.rate, source=rate.source,
                set_by_id=founder_id, **own,
            )
            for rate in body.rates
        ),
        *(
            AuthorisationLimit(duty=duty, amount=amount, set_by_id=founder_id, **own)
            for duty, amount in body.limits.items()
        ),
    ]  # fmt: skip


def _moves(
    body: DemoBody, organisation_id: uuid.UUID, founder_id: uuid.UUID, operator_id: uuid.UUID
) -> list[Base]:
    """How it came to its status."""
    applied = ORGANISATION.start
    moves: list[Base] = [
        OrganisationHistory(
            organisation_id=organisation_id,
            to_status=applied,
            action="apply",
            by_id=founder_id,
        )
    ]
    if body.is_verified:
        action = OrganisationAction.VERIFY
        moves.append(
            OrganisationHistory(
                organisation_id=organisation_id,
                from_status=applied,
                to_status=ORGANISATION.after(applied, action),
                action=action,
                by_id=operator_id,
            )
        )
    return moves


async def _record(db: AsyncSession, body: DemoBody, organisation_id: uuid.UUID, terms: str) -> None:
    actions = ["organisation.applied"]
    if body.is_verified:
        actions.append("organisation.verified")
    for action in actions:
        await record(
            db,
            SYSTEM,
            action,
            subject=("organisation", organisation_id),
            organisation_id=organisation_id,
            facts={"demo": True, "terms": terms, "kind": body.kind},
        )
