"""Nobody is shown what they may not see: pages, mail, rows and records before all have agreed."""

import json
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker

from app.cofunding.fitting.domain import no_such_fit
from app.cofunding.fitting.models import FitSide
from app.core.db import seeing_all
from app.core.errors import NotFound
from tests.cofunding.fitting.made import CANARY, Two, inbox, make_two
from tests.cofunding.region import make_body
from tests.conftest import ACT_AS_NOBODY
from tests.pages import PageClient
from tests.people import make_person, make_sign_in, sign_in

# What only the other's post says, beside its words: its first day and its pay.
FACTS = ("61234", "61,234", "67891", "67,891")
TABLES = ("fit", "fit_side", "fit_history", "fit_choice")


@pytest.fixture
async def two(db: AsyncSession) -> Two:
    made = await make_two(db, secret=True)
    await made.notice()
    return made


def assert_silent(said: str, two: Two) -> None:
    """Neither a word nor a number nor an id of the other's post or body."""
    own = (str(two.other.id), str(two.other_post.id), two.other_post.slug)
    for secret in (CANARY, *FACTS, *own, two.other_post.starts_on.isoformat()):  # type: ignore[union-attr]
        assert secret not in said, secret


async def pages_of(client: PageClient, two: Two, slug: str) -> str:
    """All that HR of a body can open of the proposal, and more."""
    fit = await two.fit()
    base = f"/org/{slug}/joint-posts"
    paths = ("", "?show=ended", f"/{fit.id}", f"/{fit.id}/accept", f"/{fit.id}/decline", "/choice")
    work = "salary=58000&pension=18"
    more = (f"/{fit.id}/working?of=alone&{work}", f"/{fit.id}/working?of=joint&{work}")
    said = []
    for path in [*(base + part for part in (*paths, *more)), "/dashboard", "/opportunities",
                 f"/org/{slug}/posts/{two.post.slug}", f"/org/{slug}/audit",
                 "/api/v1/opportunities"]:  # fmt: skip
        answer = await client.get(path)
        assert answer.status_code in {200, 403, 404, 409}, path
        said.append(answer.text)
    return "\n".join(said)


async def test_before_all_agree_nothing_of_the_other_is_told(
    client: PageClient, app: Litestar, db: AsyncSession, two: Two
) -> None:
    await sign_in(client, app, db, two.one.hr)
    assert_silent(await pages_of(client, two, two.one.slug), two)
    await two.accept(two.other)
    assert_silent(await pages_of(client, two, two.one.slug), two)
    assert_silent("\n".join(await inbox(db, two.one.hr)), two)
    shown = await client.get(f"/org/{two.one.slug}/joint-posts/{(await two.fit()).id}")
    assert "Another organisation whose post you may not see" in shown.text
    await two.accept(two.one)
    shown = await client.get(f"/org/{two.one.slug}/joint-posts/{(await two.fit()).id}")
    assert f"{CANARY} Police" in shown.text
    assert f"{CANARY} summary" in shown.text


async def test_declined_it_stays_secret(
    client: PageClient, app: Litestar, db: AsyncSession, two: Two
) -> None:
    fit = await two.fit()
    await sign_in(client, app, db, two.other.hr)
    page = await client.get(f"/org/{two.other.slug}/joint-posts/{fit.id}/decline")
    await client.submit(page, {"reason": f"{CANARY} reason"}, form=1)
    await sign_in(client, app, db, two.one.hr)
    assert_silent(await pages_of(client, two, two.one.slug), two)
    assert_silent("\n".join(await inbox(db, two.one.hr)), two)


async def test_what_may_be_seen_anyway_is_shown_and_only_while_it_may(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    two = await make_two(db)
    await two.notice()
    await sign_in(client, app, db, two.one.hr)
    path = f"/org/{two.one.slug}/joint-posts/{(await two.fit()).id}"
    assert "Greywater Police" in (await client.get(path)).text
    await db.execute(text("UPDATE open_post SET audience = 'own'"))
    await db.commit()
    shown = await client.get(path)
    assert "Greywater Police" not in shown.text
    assert "Another organisation whose post you may not see" in shown.text


async def test_strangers_and_the_operator_find_nothing(
    client: PageClient, app: Litestar, db: AsyncSession, two: Two
) -> None:
    third = await make_body(db)
    operator = await make_person(db, is_operator=True)
    path = f"joint-posts/{(await two.fit()).id}"
    for who in ({"member": third.hr}, {"person": operator}):
        await sign_in(client, app, db, **who)
        for body in (two.one, two.other):
            assert (await client.get(f"/org/{body.slug}/{path}")).status_code == 404
    await sign_in(client, app, db, third.hr)
    assert (await client.get(f"/org/{third.slug}/{path}")).status_code == 404
    assert CANARY not in (await client.get(f"/org/{third.slug}/joint-posts")).text


async def rows(connection: AsyncConnection, **settings: Any) -> dict[str, list[Any]]:
    """All that somebody sees of the tables under the policies."""
    await connection.execute(ACT_AS_NOBODY)
    for name, value in settings.items():
        put = text("SELECT set_config(:name, :value, true)")
        await connection.execute(put, {"name": f"app.{name}", "value": value})
    seen = {}
    for table in TABLES:
        found = await connection.execute(text(f"SELECT to_jsonb(t) FROM {table} t"))  # noqa: S608
        seen[table] = list(found.scalars())
    return seen


async def test_rows_agree_with_the_pages(
    db: AsyncSession, connection: AsyncConnection, two: Two
) -> None:
    third = await make_body(db)
    await two.accept(two.other)
    for body, count in ((two.one, 1), (two.other, 1), (third, 0)):
        signed_in = await make_sign_in(db, body.hr)
        await connection.execute(ACT_AS_NOBODY)
        await connection.execute(text("SELECT app_act_for(:id)"), {"id": signed_in.id})
        seen = await rows(connection, organisation_id=str(body.id))
        assert {table: len(found) for table, found in seen.items()} == {
            **dict.fromkeys(TABLES, 0), "fit_side": count,
        }  # fmt: skip
        if body is two.one:
            assert_silent(json.dumps(seen), two)
    for settings in ({"is_operator": "on"}, {}):
        assert not any((await rows(connection, **settings)).values())
    changed = await connection.execute(text("UPDATE fit SET status = 'agreed'"))
    assert changed.rowcount == 0
    assert len((await rows(connection, is_system="on"))["fit_side"]) == 2


async def test_the_record_names_no_other_body(db: AsyncSession, two: Two) -> None:
    found = await db.execute(
        text("SELECT facts::text FROM audit_entry WHERE chain = :own"), {"own": two.one.id}
    )
    assert_silent("\n".join(found.scalars()), two)


async def test_a_transaction_sees_all_only_where_it_says_so(
    sessions: async_sessionmaker[AsyncSession], two: Two
) -> None:
    """Also after a refusal within, and one session of the system goes on as it was."""
    async with sessions() as session:
        count = select(func.count()).select_from(FitSide)
        assert await session.scalar(count) == 0
        async with seeing_all(session):
            assert await session.scalar(count) == 2
        assert await session.scalar(count) == 0
        with pytest.raises(NotFound):
            async with seeing_all(session):
                raise no_such_fit()
        assert await session.scalar(count) == 0
    async with seeing_all(two.db):
        pass
    assert await two.db.scalar(count) == 2
