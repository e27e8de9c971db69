"""Who was refused what is written down, though the request that asked left nothing."""

import pytest
from litestar import Litestar
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import refusals
from app.audit.models import AuditEntry
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


async def refusals_of(db: AsyncSession) -> list[AuditEntry]:
    return list((await list_entries(db, organisation_id=None, action="access.refused")).items)


async def test_what_is_not_found_is_no_refusal(client: PageClient, db: AsyncSession) -> None:
    assert (await client.get("/org/nowhere/audit")).status_code == 303
    assert not await refusals_of(db)


async def test_a_form_that_was_stopped_is_noted_with_whose_it_was(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    member = await make_member(db, await make_organisation(db), Duty.MEMBER)
    await sign_in(client, app, db, member)
    assert (await client.post("/account/details", data={"_csrf_token": "x"})).status_code == 403
    headers = {"sec-fetch-site": "cross-site"}
    assert (await client.post("/account/details", headers=headers)).status_code == 403
    noted = await refusals_of(db)
    assert {one.facts["code"] for one in noted} == {"form-out-of-date", "cross-site"}
    assert {one.person_id for one in noted} == {member.person_id}


async def test_a_stranger_cannot_fill_the_record(
    client: PageClient, db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(refusals.OF_NETWORK.times + 3):
        answer = await client.post("/demo/sign-in", data={"_csrf_token": "x"})
        assert answer.status_code == 403
    page = await list_entries(db, organisation_id=None, action="access.refused")
    assert page.total == refusals.OF_NETWORK.times
    assert {one.actor_kind for one in page.items} == {"visitor"}
    assert all(one.person_id is None for one in page.items)


async def test_a_refusal_beside_a_field_is_noted_as_well(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    body = await make_organisation(db)
    member = await make_member(db, body, Duty.ORGANISATION_ADMIN)
    await sign_in(client, app, db, member)
    page = await client.get(f"/org/{body.slug}/people/{member.id}/edit")
    answer = await client.fill_in(page, {"duties": ["organisation_admin", "finance_officer"]})
    assert answer.status_code == 422
    (entry,) = await refusals_of(db)
    assert entry.person_id == member.person_id
    assert entry.facts == {"code": "duty-for-yourself"}


async def test_the_answer_does_not_depend_on_the_note(
    client: PageClient, app: Litestar, db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise OperationalError("away", {}, Exception())

    monkeypatch.setattr(refusals, "record", away)
    assert await refused(client, app, db) == 403
