"""Who was refused what is written down, though the request that asked left nothing."""

import pytest
from litestar import Litestar
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import refusals
from app.audit.queries import list_entries
from app.core.permissions import Duty
from tests.pages import PageClient
from tests.people import make_member, make_organisation, sign_in


async def refused(client: PageClient, app: Litestar, db: AsyncSession) -> int:
    """The status of a page that a plain member may know of but not use."""
    body = await make_organisation(db)
    await sign_in(client, app, db, await make_member(db, body, Duty.MEMBER))
    return (await client.get(f"/org/{body.slug}/audit")).status_code


async def test_a_refusal_stands_in_the_exchanges_own_chain(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    assert await refused(client, app, db) == 403
    (entry,) = (await list_entries(db, organisation_id=None, action="access.refused")).items
    assert entry.facts == {"code": "duty-missing"}
    assert entry.person_id is not None
    assert entry.request_reference
    acting_for = entry.acting_organisation_id
    assert acting_for is not None
    own = await list_entries(db, organisation_id=acting_for, action="access.refused")
    assert own.total == 0


async def test_what_is_not_found_is_no_refusal_and_visitors_are_nobody(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    assert (await client.get("/org/nowhere/audit")).status_code == 303
    assert (await client.post("/demo/sign-in", data={"_csrf_token": "x"})).status_code == 403
    assert (await list_entries(db, organisation_id=None, action="access.refused")).total == 0


async def test_the_answer_does_not_depend_on_the_note(
    client: PageClient, app: Litestar, db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise OperationalError("away", {}, Exception())

    monkeypatch.setattr(refusals, "record", away)
    assert await refused(client, app, db) == 403
