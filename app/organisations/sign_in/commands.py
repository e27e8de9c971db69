"""Asking for a link, using it up, beginning a sign-in and ending it."""

import uuid
from typing import Any

from litestar import Request
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.audit.domain import keyed_hash
from app.core.actor import PERSON_SESSION, Actor, person_session_id
from app.core.db import settings_of
from app.core.keys import derive_key
from app.core.sessions import renew
from app.notifications.commands import send
from app.organisations.links import new_link, sha256
from app.organisations.models import PersonSession
from app.organisations.sign_in.domain import LINK_LIVES, How, LinkUse, browser_name
from app.organisations.sign_in.models import SignInLink
from app.organisations.sign_in.queries import (
    find_membership_to_act_for,
    find_person_by_address,
    lock_link,
)

AnyRequest = Request[Any, Any, Any]


def visitor_of(request: AnyRequest, person_id: uuid.UUID | None = None) -> Actor:
    """Whoever asks while it is not yet proven who they are, as the record has them."""
    reference = str(request.scope.get("crossbench.reference", ""))
    if person_id is None:
        return Actor(request_reference=reference)
    return Actor(kind="person", person_id=person_id, request_reference=reference)


async def ask_for_link(
    request: AnyRequest, db: AsyncSession, *, email: str, browser: str, next_path: str
) -> None:
    """Mail a link that signs in whoever has this address; where nobody has it, a mail says so.

    Known and unknown addresses cause the same statements and the same mail but for its words, so
    that neither the answer nor its time tells one from the other. `browser` is the secret of the
    browser that asks, by which the link knows it again.
    """
    link = new_link()
    known = await find_person_by_address(db, email)
    db.add(
        SignInLink(
            token_sha256=link.sha256,
            email=email,
            person_id=known.person_id if known else None,
            browser_sha256=sha256(browser),
            next_path=next_path or None,
            expires_at=func.now() + LINK_LIVES,
        )
    )
    await db.flush()
    await send(
        db,
        to=email,
        template="sign_in_link" if known else "sign_in_unknown",
        values={
            "path": f"/sign-in/link/{link.token}" if known else "/sign-in",
            "minutes": int(LINK_LIVES.total_seconds()) // 60,
            "browser": browser_name(request.headers.get("user-agent", "")),
        },
        language="cy" if known and known.language == "cy" else "en",
        person_id=known.person_id if known else None,
        inbox=False,
    )
    # The address itself must not stay in the record, nor whether anybody has it.
    key = derive_key(settings_of(db).secret_key, "audit-address")
    await record(
        db,
        visitor_of(request),
        "sign_in.link_asked",
        subject=None,
        facts={"address": keyed_hash(email, key)},
    )


async def sign_in_by_link(
    request: AnyRequest, db: AsyncSession, *, token: str, browser: str, email: str | None
) -> tuple[LinkUse, str]:
    """Use a link up and sign its person in; gives what came of it and where to go next.

    Another browser than the one that asked has to name the address that the link was sent to.
    """
    link = await lock_link(db, sha256(token))
    if link is None:
        await _refuse(request, db, LinkUse.GONE, None)
        return LinkUse.GONE, ""
    if link.browser_sha256 != sha256(browser) and email != link.email:
        if email is None:
            return LinkUse.OTHER_BROWSER, ""
        link.wrong_tries += 1
        await db.flush()
        await _refuse(request, db, LinkUse.WRONG_ADDRESS, link.id)
        return LinkUse.WRONG_ADDRESS, ""
    link.used_at = func.now()
    await db.flush()
    assert link.person_id is not None  # noqa: S101 (lock_link asks for it)
    await begin_sign_in(request, db, person_id=link.person_id, how=How.LINK, address=link.email)
    return LinkUse.DONE, link.next_path or ""


async def _refuse(
    request: AnyRequest, db: AsyncSession, why: LinkUse, link_id: uuid.UUID | None
) -> None:
    subject = ("sign_in_link", link_id) if link_id else None
    await record(db, visitor_of(request), "sign_in.refused", subject=subject, facts={"reason": why})


async def begin_sign_in(
    request: AnyRequest,
    db: AsyncSession,
    *,
    person_id: uuid.UUID,
    how: How,
    address: str = "",
    vouched_by_id: uuid.UUID | None = None,
) -> PersonSession:
    """Sign the browser of this request in as a person, with a session of a new id.

    It acts for the organisation of `address`, else for the one that the person acted for last;
    with `vouched_by_id`, for that organisation alone. Whoever was signed in with this browser is
    signed out. The caller has made sure who the person is.
    """
    await _end_the_one_before(request, db)
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
    await record(
        db,
        visitor_of(request, person_id),
        "sign_in.began",
        subject=("person_session", sign_in.id),
        facts={"how": how},
    )
    request.session[PERSON_SESSION] = str(sign_in.id)
    return sign_in


async def _end_the_one_before(request: AnyRequest, db: AsyncSession) -> None:
    before = person_session_id(request)
    if before is not None:
        await db.execute(
            update(PersonSession)
            .where(PersonSession.id == before, PersonSession.ended_at.is_(None))
            .values(ended_at=func.now())
        )


async def sign_out(request: AnyRequest, db: AsyncSession) -> None:
    """End the sign-in of this browser, on the server too; without one, nothing happens."""
    before = person_session_id(request)
    if before is not None:
        ended = await db.scalar(
            update(PersonSession)
            .where(PersonSession.id == before, PersonSession.ended_at.is_(None))
            .values(ended_at=func.now())
            .returning(PersonSession.person_id)
        )
        if ended is not None:
            await record(
                db,
                visitor_of(request, ended),
                "sign_in.ended",
                subject=("person_session", before),
                facts={"reason": "signed_out"},
            )
    request.clear_session()
