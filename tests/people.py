"""Organisations and people for tests, and signing in without walking through the pages."""

import hashlib
import itertools
import json
import secrets
import time
import uuid
from datetime import UTC, date, datetime
from typing import Any

from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PERSON_SESSION, Actor
from app.core.permissions import Duty
from app.core.sessions import IDLE_SECONDS
from app.organisations.models import (
    Membership,
    MembershipDuty,
    Organisation,
    OrganisationDomain,
    Person,
    PersonSession,
)
from app.organisations.queries import find_actor
from tests.pages import PageClient

_number = itertools.count(1)


async def make_organisation(db: AsyncSession, **changes: Any) -> Organisation:
    """A verified council, or what `changes` say; its email domain is `SLUG.example`."""
    number = next(_number)
    values: dict[str, Any] = {
        "slug": f"body-{number}",
        "name": f"Body {number} Council",
        "kind": "council",
        "register": "ons",
        "register_id": f"E{number:08d}",
        "region": "north_east",
        "status": "verified",
        **changes,
    }
    organisation = Organisation(**values)
    db.add(organisation)
    await db.flush()
    domain = f"{organisation.slug}.example"
    db.add(OrganisationDomain(organisation_id=organisation.id, domain=domain))
    await db.commit()
    return organisation


async def make_person(db: AsyncSession, **changes: Any) -> Person:
    """Somebody with an account, a member of nothing."""
    number = next(_number)
    person = Person(
        **{"name": f"Person Example {number}", "email": f"p{number}@people.example", **changes}
    )
    db.add(person)
    await db.commit()
    return person


async def make_member(
    db: AsyncSession,
    organisation: Organisation,
    *duties: Duty,
    person: Person | None = None,
    **changes: Any,
) -> Membership:
    """A member of an organisation with these duties; the person is made if none is given."""
    number = next(_number)
    email = f"m{number}@{organisation.slug}.example"
    person = person or await make_person(db, email=email)
    values: dict[str, Any] = {"work_email": email, "proof_renewed_on": date.today(), **changes}  # noqa: DTZ011
    member = Membership(person_id=person.id, organisation_id=organisation.id, **values)
    db.add(member)
    await db.flush()
    db.add_all([MembershipDuty(membership_id=member.id, duty=duty) for duty in duties])
    await db.commit()
    return member


async def make_sign_in(
    db: AsyncSession, member: Membership | None = None, person: Person | None = None
) -> PersonSession:
    """A sign-in of a member for their organisation, or of a person for none."""
    assert member or person
    signed_in = PersonSession(
        person_id=member.person_id if member else person.id,  # type: ignore[union-attr]
        membership_id=member.id if member else None,
        how="link",
        second_factor_at=datetime.now(UTC),
    )
    db.add(signed_in)
    await db.commit()
    return signed_in


async def as_actor(
    db: AsyncSession, member: Membership | None = None, person: Person | None = None
) -> Actor:
    """The actor of a new sign-in, for commands and queries called without a request."""
    signed_in = await make_sign_in(db, member, person)
    actor = await find_actor(db, signed_in.id, "test-reference")
    assert actor is not None
    return actor


async def sign_in(
    client: PageClient,
    app: Litestar,
    db: AsyncSession,
    member: Membership | None = None,
    person: Person | None = None,
) -> uuid.UUID:
    """Sign the client in, as if the person had come by a link; gives the id of the sign-in."""
    signed_in = await make_sign_in(db, member, person)
    browser_id = secrets.token_hex(32)
    kept = {"made_at": int(time.time()), "values": {PERSON_SESSION: str(signed_in.id)}}
    store = app.stores.get("sessions")
    key = hashlib.sha256(browser_id.encode()).hexdigest()
    await store.set(key, json.dumps(kept, sort_keys=True), expires_in=IDLE_SECONDS)
    client.cookies.delete("session")
    client.cookies.set("session", browser_id, domain="testserver.local")
    return signed_in.id
