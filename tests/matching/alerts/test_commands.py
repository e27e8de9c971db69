"""Making, confirming, changing, keeping, ending and forgetting alerts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.audit.domain import EXCHANGE
from app.audit.models import AuditEntry
from app.core.actor import Actor
from app.core.errors import MoveRefused, NotFound, RuleBroken
from app.matching.alerts import commands, domain
from app.matching.alerts.domain import AlertAction, Frequency
from app.matching.alerts.models import Alert, AlertHistory, AlertRun
from app.opportunities.finding.domain import Search, Sort
from tests.conftest import ACT_AS_NOBODY
from tests.matching.alerts.making import link_of, make_alert
from tests.messages import letters_to, link_in_last
from tests.people import as_actor, make_member, make_organisation, make_person, make_sign_in

VISITOR = Actor()
WALES = Search(q="architect", region=("wales",), sort=Sort.PAY, page=3)
LONG_AGO = datetime.now(UTC) - timedelta(days=400)


async def status_of(db: AsyncSession, alert: Alert) -> str | None:
    return await db.scalar(select(Alert.status).where(Alert.id == alert.id))


async def test_a_person_s_alert_counts_at_once(db: AsyncSession) -> None:
    actor = await as_actor(db, person=await make_person(db))
    alert = await commands.make_alert(
        db, actor, search=WALES, frequency=Frequency.DAILY, to_private=False
    )
    await db.refresh(alert)
    assert alert.status == "on"
    assert alert.criteria == {"q": ["architect"], "region": ["wales"]}
    assert alert.started_at == alert.covered_to == alert.kept_at
    moves = await db.scalars(select(AlertHistory.action).where(AlertHistory.alert_id == alert.id))
    assert list(moves) == ["confirm"]
    assert await letters_to(db, actor.email) == []


async def test_it_stands_in_the_exchange_s_record_and_not_in_the_employer_s(
    db: AsyncSession,
) -> None:
    body = await make_organisation(db)
    actor = await as_actor(db, await make_member(db, body))
    alert = await commands.make_alert(
        db, actor, search=WALES, frequency=Frequency.DAILY, to_private=False
    )
    entry = (await db.scalars(select(AuditEntry).where(AuditEntry.subject_id == alert.id))).one()
    assert (entry.chain, entry.action) == (EXCHANGE, "alert.confirm")
    assert "architect" not in str(entry.facts)


async def test_the_same_search_is_saved_once_and_only_so_many(
    db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = await as_actor(db, person=await make_person(db))
    options: Any = {"frequency": Frequency.DAILY, "to_private": False}
    first = await commands.make_alert(db, actor, search=WALES, **options)
    with pytest.raises(RuleBroken, match="already"):
        await commands.make_alert(
            db, actor, search=Search(q="architect", region=("wales",)), **options
        )
    await commands.move_own(db, actor, alert_id=first.id, action=AlertAction.END)
    await commands.make_alert(db, actor, search=WALES, **options)
    monkeypatch.setattr(commands, "MOST_ALERTS", 2)
    await commands.make_alert(db, actor, search=Search(), **options)
    with pytest.raises(RuleBroken, match="End one"):
        await commands.make_alert(db, actor, search=Search(q="data"), **options)


async def test_a_visitor_confirms_by_mail_that_holds_nothing_typed(db: AsyncSession) -> None:
    await commands.ask_for_alert(
        db,
        VISITOR,
        search=Search(q="buy at spam example"),
        frequency=Frequency.WEEKLY,
        email="v@visitors.example",
        language="cy",
    )
    (letter,) = await letters_to(db, "v@visitors.example")
    assert letter.language == "cy"
    assert "spam" not in letter.subject + letter.text + letter.html
    alert = (await db.scalars(select(Alert).where(Alert.email == "v@visitors.example"))).one()
    assert (alert.status, alert.started_at) == ("waiting", None)
    token = (await link_in_last(db, "v@visitors.example", "/alerts/by-link/")).rpartition("/")[2]
    await commands.move_by_link(db, VISITOR, token=token, action=AlertAction.CONFIRM)
    assert alert.status == "on"
    with pytest.raises(MoveRefused):
        await commands.move_by_link(db, VISITOR, token=token, action=AlertAction.CONFIRM)


async def test_a_link_confirms_for_a_fortnight(db: AsyncSession) -> None:
    alert = await make_alert(db, status="waiting", started_at=None)
    alert.created_at = datetime.now(UTC) - timedelta(days=15)
    await db.commit()
    with pytest.raises(NotFound):
        await commands.move_by_link(
            db, VISITOR, token=link_of(db, alert), action=AlertAction.CONFIRM
        )
    await commands.forget(db)
    assert await status_of(db, alert) is None


async def test_pausing_and_taking_up_again(db: AsyncSession) -> None:
    person = await make_person(db)
    actor, alert = await as_actor(db, person=person), await make_alert(db, person)
    await commands.move_own(db, actor, alert_id=alert.id, action=AlertAction.PAUSE)
    assert alert.status == "paused"
    with pytest.raises(MoveRefused):
        await commands.move_own(db, actor, alert_id=alert.id, action=AlertAction.PAUSE)
    await commands.move_own(db, actor, alert_id=alert.id, action=AlertAction.RESUME)
    assert alert.status == "on"


async def test_somebody_else_s_alert_is_not_there(db: AsyncSession) -> None:
    actor = await as_actor(db, person=await make_person(db))
    for alert in (await make_alert(db, await make_person(db)), await make_alert(db)):
        with pytest.raises(NotFound):
            await commands.move_own(db, actor, alert_id=alert.id, action=AlertAction.END)
        with pytest.raises(NotFound):
            await commands.change_own(
                db, actor, alert_id=alert.id, frequency=Frequency.WEEKLY, to_private=False
            )
        with pytest.raises(NotFound):
            await commands.keep_own(db, actor, alert_id=alert.id)


async def test_changing(db: AsyncSession) -> None:
    person = await make_person(db)
    actor, own, other = (
        await as_actor(db, person=person),
        await make_alert(db, person),
        await make_alert(db),
    )
    await commands.change_own(
        db, actor, alert_id=own.id, frequency=Frequency.INSTANT, to_private=True
    )
    assert (own.frequency, own.to_private) == ("instant", True)
    await commands.change_by_link(
        db, VISITOR, token=link_of(db, other), frequency=Frequency.WEEKLY, language="cy"
    )
    assert (other.frequency, other.language) == ("weekly", "cy")
    # What a person's account decides is not decided by whoever has a mail of theirs.
    with pytest.raises(NotFound):
        await commands.change_by_link(
            db, VISITOR, token=link_of(db, own), frequency=Frequency.DAILY, language="en"
        )


async def test_unsubscribing_twice_is_the_same_as_once(db: AsyncSession) -> None:
    alert = await make_alert(db)
    for _ in range(2):
        await commands.unsubscribe(db, VISITOR, token=link_of(db, alert))
        assert alert.status == "ended"
    history = select(func.count()).where(AlertHistory.alert_id == alert.id)
    assert await db.scalar(history) == 1
    with pytest.raises(NotFound):
        await commands.unsubscribe(db, VISITOR, token="x" * 43)
    with pytest.raises(NotFound):
        await commands.keep_by_link(db, VISITOR, token=link_of(db, alert))


async def test_after_a_year_we_ask_and_after_a_month_it_ends_and_goes(db: AsyncSession) -> None:
    person = await make_person(db, language="cy")
    old = await make_alert(db, person, kept_at=LONG_AGO, criteria={"q": ["pensaer"]})
    paused = await make_alert(db, kept_at=LONG_AGO, status="paused")
    young = await make_alert(db)
    await commands.ask_whether_wanted(db)
    await commands.ask_whether_wanted(db)
    (letter,) = await letters_to(db, person.email)
    assert "pensaer" in letter.text
    assert letter.unsubscribe.endswith("/unsubscribe")
    assert paused.email
    assert len(await letters_to(db, paused.email)) == 1
    assert young.asked_at is None
    await commands.keep_by_link(db, VISITOR, token=link_of(db, old))
    for alert in (old, paused):
        await db.refresh(alert)
    assert old.asked_at is None
    assert old.kept_at
    assert old.kept_at > LONG_AGO
    paused.asked_at = datetime.now(UTC) - timedelta(days=31)
    await db.commit()
    await commands.ask_whether_wanted(db)
    assert (old.status, paused.status) == ("on", "ended")
    paused.ended_at = datetime.now(UTC) - timedelta(days=31)
    await db.commit()
    await commands.forget(db)
    assert await status_of(db, paused) is None
    assert await status_of(db, old) == "on"


async def test_old_windows_are_forgotten(db: AsyncSession) -> None:
    alert = await make_alert(db)
    old = datetime.now(UTC) - timedelta(days=100)
    for begun in (old, datetime.now(UTC)):
        values = {"window_from": begun, "window_to": begun + timedelta(hours=1), "posts": 0}
        db.add(AlertRun(alert_id=alert.id, created_at=begun, **values))
    await db.commit()
    await commands.forget(db)
    assert await db.scalar(select(func.count()).where(AlertRun.alert_id == alert.id)) == 1


async def test_nobody_s_alerts_are_seen_by_others(
    db: AsyncSession, connection: AsyncConnection
) -> None:
    """Row-level security agrees: a person sees their own, a link its own, a visitor none."""
    person = await make_person(db)
    own, other = await make_alert(db, person), await make_alert(db, await make_person(db))
    signed_in = await make_sign_in(db, person=person)
    count = text("SELECT array_agg(id) FROM alert WHERE id IN (:own, :other)")
    ids = {"own": own.id, "other": other.id}
    await connection.execute(ACT_AS_NOBODY)
    assert await connection.scalar(count, ids) is None
    await connection.execute(text("SELECT app_act_for(:id)"), {"id": signed_in.id})
    assert await connection.scalar(count, ids) == [own.id]
    await connection.execute(ACT_AS_NOBODY)
    link = text("SELECT set_config('app.link_sha256', :sha256, true)")
    await connection.execute(link, {"sha256": other.token_sha256.hex()})
    assert await connection.scalar(count, ids) == [other.id]


def test_periods_fit_together() -> None:
    """What was told is remembered for longer than a post counts as new."""
    assert domain.REMEMBER_TOLD > domain.NEW_FOR
