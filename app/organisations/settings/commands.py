"""Every change that a body's administrators make to what it says of itself; each is recorded."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor
from app.core.clock import london_today
from app.core.errors import RuleBroken
from app.core.permissions import Duty
from app.organisations.domain import ORGANISATION, OrganisationAction, OrganisationStatus
from app.organisations.joining.commands import accept
from app.organisations.joining.domain import LIMITED_DUTIES
from app.organisations.joining.models import DomainRequest
from app.organisations.joining.queries import list_domain_requests, list_domains
from app.organisations.joining.terms import terms_on
from app.organisations.members.commands.invitations import acting_for
from app.organisations.members.queries import lock_organisation
from app.organisations.models import (
    AuthorisationLimit,
    Organisation,
    OrganisationHistory,
    PensionRate,
)
from app.organisations.permissions import may_edit_organisation
from app.organisations.settings import queries


async def _own(db: AsyncSession, actor: Actor) -> Organisation:
    may_edit_organisation(actor).require()
    return await lock_organisation(db, acting_for(actor))


async def _note(
    db: AsyncSession, actor: Actor, organisation: Organisation, action: str, **facts: Any
) -> None:
    await record(
        db,
        actor,
        action,
        subject=("organisation", organisation.id),
        organisation_id=organisation.id,
        facts=facts,
    )


async def change(db: AsyncSession, actor: Actor, values: Mapping[str, Any]) -> Organisation:
    """Change details of the actor's organisation; what stays the same is not recorded.

    Raises Refused.
    """
    organisation = await _own(db, actor)
    changed = [name for name, value in values.items() if getattr(organisation, name) != value]
    for name in changed:
        setattr(organisation, name, values[name])
    await db.flush()
    if changed:
        await _note(db, actor, organisation, "organisation.changed", fields=sorted(changed))
    return organisation


async def confirm_sponsor(db: AsyncSession, actor: Actor, name: str) -> None:
    """Say who the senior sponsor is, or confirm that it still is the same. Raises Refused."""
    organisation = await _own(db, actor)
    organisation.senior_sponsor, organisation.sponsor_confirmed_on = name, london_today()
    await db.flush()
    await _note(db, actor, organisation, "organisation.sponsor_confirmed")


async def set_rate(
    db: AsyncSession, actor: Actor, *, starts_on: date, rate: Decimal, source: str | None
) -> None:
    """Set the employer's pension rate from a day on, in place of one from the same day."""
    organisation = await _own(db, actor)
    values = {"rate": rate, "source": source, "set_by_id": actor.person_id}
    row = insert(PensionRate).values(organisation_id=organisation.id, starts_on=starts_on, **values)
    await db.execute(
        row.on_conflict_do_update(index_elements=["organisation_id", "starts_on"], set_=values)
    )
    await _note(db, actor, organisation, "organisation.rate_set", starts_on=starts_on, rate=rate)


async def remove_rate(db: AsyncSession, actor: Actor, starts_on: date) -> None:
    """Remove the rate from a day; the one before it then goes on."""
    organisation = await _own(db, actor)
    await db.execute(
        delete(PensionRate).where(
            PensionRate.organisation_id == organisation.id, PensionRate.starts_on == starts_on
        )
    )
    await _note(db, actor, organisation, "organisation.rate_removed", starts_on=starts_on)


async def set_limits(
    db: AsyncSession, actor: Actor, amounts: Mapping[Duty, Decimal | None]
) -> None:
    """Set the authorisation limits in pounds; None takes a limit away. Raises Refused."""
    organisation = await _own(db, actor)
    before = await queries.limits(db, organisation.id)
    for duty in LIMITED_DUTIES:
        amount = amounts.get(duty)
        if amount == before.get(duty):
            continue
        own = AuthorisationLimit.organisation_id == organisation.id
        await db.execute(delete(AuthorisationLimit).where(own, AuthorisationLimit.duty == duty))
        if amount is not None:
            db.add(
                AuthorisationLimit(
                    organisation_id=organisation.id,
                    duty=duty,
                    amount=amount,
                    set_by_id=actor.person_id,
                )
            )
        await db.flush()
        await _note(db, actor, organisation, "organisation.limit_set", duty=duty, amount=amount)


async def ask_for_domain(db: AsyncSession, actor: Actor, domain: str) -> None:
    """Ask the operator for another email domain. Raises RuleBroken for one that is there."""
    organisation = await _own(db, actor)
    if domain in await list_domains(db, organisation.id):
        raise RuleBroken("domain-own", "Your organisation has this domain already")
    requests = await list_domain_requests(db, organisation.id)
    if any(one.domain == domain and one.decided_at is None for one in requests):
        raise RuleBroken("domain-own", "You have asked for this domain already")
    db.add(
        DomainRequest(organisation_id=organisation.id, domain=domain, asked_by_id=actor.person_id)
    )
    await db.flush()
    await _note(db, actor, organisation, "organisation.domain_asked")


async def accept_terms(db: AsyncSession, actor: Actor) -> None:
    """Accept the version of the participation terms that counts today. Raises Refused."""
    organisation = await _own(db, actor)
    version = terms_on(london_today()).version
    if organisation.terms_version == version or actor.person_id is None:
        return
    accept(db, organisation, actor.person_id, version=version)
    await db.flush()
    await _note(db, actor, organisation, "organisation.terms_accepted", version=version)


async def apply_again(db: AsyncSession, actor: Actor) -> None:
    """Send a refused application to the operator once more. Raises Refused, MoveRefused."""
    organisation = await _own(db, actor)
    before = OrganisationStatus(organisation.status)
    after = ORGANISATION.after(before, OrganisationAction.APPLY_AGAIN)
    organisation.status = after
    db.add(
        OrganisationHistory(
            organisation_id=organisation.id,
            from_status=before,
            to_status=after,
            action=OrganisationAction.APPLY_AGAIN,
            by_id=actor.person_id,
        )
    )
    organisation.updated_at = func.now()
    await db.flush()
    await _note(db, actor, organisation, "organisation.apply_again")
