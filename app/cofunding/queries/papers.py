"""What the draft agreement of a funding needs to know of its post and its bodies."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Row, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding.agreeing import Contact, PartyFacts, PostForPaper
from app.cofunding.domain import no_such_pledge
from app.cofunding.models import Pledge
from app.opportunities.models import Opportunity
from app.organisations.domain import OrganisationKind, Register
from app.organisations.models import Membership, Organisation, Person
from app.roles.models import RoleLevel

FINANCE: Final = "Finance officer"


async def get_paper_facts(
    db: AsyncSession,
    *,
    opportunity_id: uuid.UUID,
    party_ids: Mapping[str, str],
    pledges: Mapping[str, Pledge],
    closed_by_id: uuid.UUID | None,
) -> tuple[PostForPaper, list[PartyFacts]]:
    """Post and bodies for the draft agreement, the employer first; `party_ids` by slug.

    Contacts are who made a pledge and who approved it, with the addresses that they have at that
    body; the employer's are the contact of its post and who closes the funding.
    """
    found = (
        await db.execute(
            select(Opportunity, RoleLevel.name)
            .outerjoin(RoleLevel, RoleLevel.id == Opportunity.role_level_id)
            .where(Opportunity.id == opportunity_id)
        )
    ).one_or_none()
    if found is None:
        raise no_such_pledge()
    post, level = found
    bodies = {
        row.slug: row
        for row in await db.scalars(select(Organisation).where(Organisation.slug.in_(party_ids)))
    }
    wanted = {person for p in pledges.values() for person in (p.made_by_id, p.approved_by_id)}
    people = await _people(db, {*wanted, closed_by_id} - {None})
    asked = Contact(post.contact_name or "", post.contact_email) if post.contact_email else None
    facts = []
    for slug, party in party_ids.items():
        body, pledge = bodies[slug], pledges.get(slug)
        maker, approver = (pledge.made_by_id, pledge.approved_by_id) if pledge else (None, None)
        facts.append(
            PartyFacts(
                party,
                body.name,
                OrganisationKind(body.kind),
                Register(body.register),
                body.register_id,
                body.is_vat_registered,
                _contact(people, body.id, maker) if pledge else asked,
                _contact(people, body.id, approver if pledge else closed_by_id, FINANCE),
                pledge.conditions if pledge else None,
            )
        )
    return _post(post, level), facts


def _post(post: Opportunity, level: str | None) -> PostForPaper:
    return PostForPaper(
        post.title,
        post.description,
        post.place,
        post.region,
        post.remote,
        post.office_days,
        level,
        post.legal_power,
        post.legal_power_note,
    )


People = Mapping[tuple[uuid.UUID | None, uuid.UUID], Row[*tuple[Any, ...]]]


async def _people(db: AsyncSession, ids: set[uuid.UUID | None]) -> People:
    rows = await db.execute(
        select(Membership.person_id, Membership.organisation_id, Person.name, Membership.work_email)
        .join(Person, Person.id == Membership.person_id)
        .where(and_(Membership.person_id.in_(ids), Membership.ended_at.is_(None)))
    )
    return {(row.person_id, row.organisation_id): row for row in rows}


def _contact(
    people: People, body_id: uuid.UUID, person_id: uuid.UUID | None, role: str = ""
) -> Contact | None:
    """Somebody who is still at the body; who has left is not written down."""
    row = people.get((person_id, body_id))
    return None if row is None else Contact(row.name, row.work_email, role)
