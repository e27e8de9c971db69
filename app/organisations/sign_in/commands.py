"""Beginning a sign-in, whatever proved who the person is."""

import uuid
from typing import Any

from litestar import Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import PERSON_SESSION, Actor
from app.core.sessions import renew
from app.organisations.models import PersonSession
from app.organisations.sign_in.domain import How, browser_name
from app.organisations.sign_in.queries import find_membership_to_act_for


async def begin_sign_in(
    request: Request[Any, Any, Any],
    db: AsyncSession,
    *,
    person_id: uuid.UUID,
    how: How,
    address: str = "",
    vouched_by_id: uuid.UUID | None = None,
) -> PersonSession:
    """Sign the browser of this request in as a person, with a session of a new id.

    It acts for the organisation of `address`, else for the one that the person acted for last;
    with `vouched_by_id`, for that organisation alone. The caller has made sure who the person is.
    """
    membership_id = await find_membership_to_act_for(
        db, person_id, address=address, organisation_id=vouched_by_id
    )
    sign_in = PersonSession(
        person_id=person_id,
        membership_id=membership_id,
        how=how,
        browser=browser_name(request.headers.get("user-agent", "")),
        store_key=renew(request, from_now=True),
        vouched_by_id=vouched_by_id,
    )
    db.add(sign_in)
    await db.flush()
    reference = str(request.scope.get("crossbench.reference", ""))
    await record(
        db,
        Actor(kind="person", person_id=person_id, request_reference=reference),
        "sign_in.began",
        subject=("person_session", sign_in.id),
        facts={"how": how},
    )
    request.session[PERSON_SESSION] = str(sign_in.id)
    return sign_in
