"""Every read of organisations and people; loads who is asking."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from litestar import Request
from litestar.di import NamedDependency
from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import (
    ACCESS,
    ACTOR_SCOPE,
    FACTOR_PAGE,
    PERSON_SESSION,
    SIGNED_IN,
    VISITOR,
    ActingFor,
    Actor,
    StepNeeded,
    not_signed_in,
)
from app.core.actor import person_session_id as session_of
from app.core.clock import london_today
from app.core.permissions import Duty
from app.notifications.inbox.queries import unread_of
from app.organisations.domain import OrganisationStatus, no_such_organisation
from app.organisations.joining.terms import is_overdue
from app.organisations.models import (
    AuthorisationLimit,
    Membership,
    MembershipDuty,
    Organisation,
    OrganisationHistory,
    PensionRate,
    Person,
    PersonSession,
)

# A sign-in ends after twelve hours whatever happens; the browser's session ends when idle.
LONGEST_SIGN_IN = func.make_interval(0, 0, 0, 0, 12)
RECENT_FACTOR = func.make_interval(0, 0, 0, 0, 0, 10)


async def provide_actor(
    request: Request[Any, Any, Any], db: NamedDependency[AsyncSession]
) -> Actor:
    """The dependency `actor`: who is asking, with rights as they are in the database now.

    Raises NotSignedIn where the page needs a sign-in and the one there was has ended, StepNeeded
    where it needs a second factor that was not given. Public pages then see a person who acts for
    nobody.
    """
    try:
        actor = await _actor_of(request, db)
    except BaseException:
        # The framework closes what dependencies hold open once all of them are there, not before.
        await db.close()
        raise
    scope: dict[str, Any] = request.scope  # type: ignore[assignment]
    scope[ACTOR_SCOPE] = actor
    return actor


async def _actor_of(request: Request[Any, Any, Any], db: AsyncSession) -> Actor:
    session_id = session_of(request)
    reference = str(request.scope.get("crossbench.reference", ""))
    actor = None if session_id is None else await find_actor(db, session_id, reference)
    needs_sign_in = request.route_handler.opt.get(ACCESS) == SIGNED_IN[ACCESS]
    if actor is None or (actor.is_demo and request.app.state.settings.is_production):
        request.session.pop(PERSON_SESSION, None)
        if needs_sign_in:
            raise not_signed_in()
        return VISITOR
    if not actor.lacks_factor or request.route_handler.opt.get("before_factor"):
        return actor
    if needs_sign_in:
        raise StepNeeded(
            "second-factor-needed", "Your duties need a second factor first.", path=FACTOR_PAGE
        )
    return replace(actor, acting_for=None, memberships=(), is_operator=False)


async def find_actor(
    db: AsyncSession, person_session_id: uuid.UUID, reference: str = ""
) -> Actor | None:
    """The person of a sign-in with all current memberships, in one query; None if it has ended."""
    rows = (await db.execute(_actor_rows(person_session_id))).all()
    if not rows:
        return None
    first = rows[0]
    memberships = tuple(_acting_for(row) for row in rows if row.membership_id is not None)
    chosen = [m for m in memberships if m.membership_id == first.chosen_id]
    return Actor(
        kind="person",
        person_id=first.person_id,
        name=first.person_name,
        email=first.email,
        language=first.language,
        is_operator=first.is_operator and first.vouched_by_id is None,
        is_demo=first.is_demo,
        acting_for=chosen[0] if chosen else None,
        memberships=memberships,
        person_session_id=person_session_id,
        second_factor_at=first.second_factor_at,
        has_recent_factor=bool(first.has_recent_factor),
        vouched_by_id=first.vouched_by_id,
        unread=first.unread,
        request_reference=reference,
    )


def _actor_rows(person_session_id: uuid.UUID) -> Select[*tuple[Any, ...]]:
    duties = (
        select(func.array_agg(MembershipDuty.duty))
        .where(MembershipDuty.membership_id == Membership.id)
        .correlate(Membership)
        .scalar_subquery()
    )
    return (
        select(
            Person.id.label("person_id"),
            unread_of(Person.id).label("unread"),
            Person.name.label("person_name"),
            Person.email,
            Person.language,
            Person.is_operator,
            Person.is_demo,
            PersonSession.membership_id.label("chosen_id"),
            PersonSession.vouched_by_id,
            PersonSession.second_factor_at,
            (PersonSession.second_factor_at > func.now() - RECENT_FACTOR).label(
                "has_recent_factor"
            ),
            Membership.id.label("membership_id"),
            Organisation.id.label("organisation_id"),
            Organisation.slug,
            Organisation.name.label("organisation_name"),
            Organisation.kind,
            Organisation.region,
            Organisation.status,
            Organisation.terms_version,
            duties.label("duties"),
        )
        .select_from(PersonSession)
        .join(Person, Person.id == PersonSession.person_id)
        .outerjoin(
            Membership,
            and_(
                Membership.person_id == Person.id,
                Membership.ended_at.is_(None),
                Membership.organisation_id
                == func.coalesce(PersonSession.vouched_by_id, Membership.organisation_id),
            ),
        )
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            PersonSession.id == person_session_id,
            PersonSession.ended_at.is_(None),
            PersonSession.created_at > func.now() - LONGEST_SIGN_IN,
            Person.suspended_at.is_(None),
        )
        .order_by(func.lower(Organisation.name), Membership.id)
    )


def _acting_for(row: Row[Any]) -> ActingFor:
    return ActingFor(
        organisation_id=row.organisation_id,
        slug=row.slug,
        name=row.organisation_name,
        kind=row.kind,
        region=row.region,
        is_verified=row.status == OrganisationStatus.VERIFIED,
        membership_id=row.membership_id,
        duties=frozenset(Duty(duty) for duty in [*(row.duties or ()), Duty.MEMBER]),
        has_terms=not is_overdue(row.terms_version, london_today()),
    )


async def organisation_names(
    db: AsyncSession, ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, tuple[str, str]]:
    """Slug and name of organisations by id, in one query, for pages of features above."""
    wanted = set(ids)
    if not wanted:
        return {}
    found = await db.execute(
        select(Organisation.id, Organisation.slug, Organisation.name).where(
            Organisation.id.in_(wanted)
        )
    )
    return {row.id: (row.slug, row.name) for row in found}


@dataclass(frozen=True, slots=True)
class MemberToTell:
    """A member as a message needs them: where to write, in which language, whose person it is."""

    membership_id: uuid.UUID
    person_id: uuid.UUID
    name: str
    email: str
    language: str


@dataclass(frozen=True, slots=True)
class RateInForce:
    """An employer's pension rate: a fraction of pay, since when, and where it was taken from."""

    rate: Decimal
    starts_on: date
    scheme: str | None
    source: str | None


async def get_organisation(db: AsyncSession, slug: str) -> Organisation:
    """The verified body of this slug, as everybody may see it.

    Raises NotFound for any other: one that applies, was refused or suspended, looks like none.
    """
    found = await db.scalar(
        select(Organisation).where(
            Organisation.slug == slug, Organisation.status == OrganisationStatus.VERIFIED
        )
    )
    if found is None:
        raise no_such_organisation()
    return found


async def organisation_by_id(db: AsyncSession, organisation_id: uuid.UUID) -> Organisation:
    """A body by its id whatever its status, for whoever acts for it. Raises NotFound."""
    found = await db.get(Organisation, organisation_id)
    if found is None:
        raise no_such_organisation()
    return found


async def pension_rate_on(
    db: AsyncSession, organisation_id: uuid.UUID, day: date
) -> RateInForce | None:
    """The employer's pension rate of a body on a day, or None where it has said none.

    Only the body itself, the operator and the system see it (row-level security): what partners
    are to see must be copied when the body writes it down, such as into its post.
    """
    row = (
        await db.execute(
            select(
                PensionRate.rate,
                PensionRate.starts_on,
                Organisation.pension_scheme,
                PensionRate.source,
            )
            .join(Organisation, Organisation.id == PensionRate.organisation_id)
            .where(PensionRate.organisation_id == organisation_id, PensionRate.starts_on <= day)
            .order_by(PensionRate.starts_on.desc())
            .limit(1)
        )
    ).one_or_none()
    return None if row is None else RateInForce(*row)


async def limit_of(db: AsyncSession, organisation_id: uuid.UUID, duty: Duty) -> Decimal | None:
    """The most that a holder of this duty may commit the body to, in pounds; None: no limit set.

    Seen by the body itself, the operator and the system only (row-level security).
    """
    return await db.scalar(
        select(AuthorisationLimit.amount).where(
            AuthorisationLimit.organisation_id == organisation_id, AuthorisationLimit.duty == duty
        )
    )


async def members_with(
    db: AsyncSession, organisation_id: uuid.UUID, duty: Duty
) -> list[MemberToTell]:
    """The current members of a body with a duty, by name: to tell finance officers, for instance.

    With `Duty.MEMBER` everybody who belongs to the body.
    """
    query = (
        select(
            Membership.id,
            Person.id.label("person_id"),
            Person.name,
            Membership.work_email,
            Person.language,
        )
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.ended_at.is_(None),
            Person.suspended_at.is_(None),
        )
        .order_by(func.lower(Person.name), Membership.id)
    )
    if duty is not Duty.MEMBER:
        query = query.join(
            MembershipDuty,
            and_(MembershipDuty.membership_id == Membership.id, MembershipDuty.duty == duty),
        )
    return [MemberToTell(*row) for row in await db.execute(query)]


async def last_reason(db: AsyncSession, organisation: Organisation) -> str | None:
    """Why the operator moved a body to the status it has now, where a reason was given."""
    return await db.scalar(
        select(OrganisationHistory.reason)
        .where(
            OrganisationHistory.organisation_id == organisation.id,
            OrganisationHistory.to_status == organisation.status,
        )
        .order_by(OrganisationHistory.created_at.desc(), OrganisationHistory.id.desc())
        .limit(1)
    )
