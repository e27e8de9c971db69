"""Everything that is done to alerts: making, confirming, changing, keeping, ending, forgetting."""

import uuid
from collections.abc import Mapping
from typing import Any, Final, Literal

from sqlalchemy import delete, func
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import SYSTEM, Actor, me
from app.core.db import follow_link, new_id, settings_of
from app.matching.alerts import queries
from app.matching.alerts.domain import (
    ALERT,
    ANSWER_WITHIN,
    CONFIRM_WITHIN,
    KEEP_ENDED,
    KEEP_RUNS,
    MOST_ALERTS,
    REMEMBER_TOLD,
    AlertAction,
    AlertStatus,
    Frequency,
    already_there,
    no_such_alert,
    no_such_link,
    too_many,
)
from app.matching.alerts.links import link_path, token_of
from app.matching.alerts.models import Alert, AlertHistory, AlertRun, alert_post
from app.matching.alerts.queries import search_of
from app.matching.alerts.saying import said_of
from app.notifications.commands import send
from app.opportunities.finding.domain import Search
from app.organisations.links import sha256, sha256_of

# How many mails one hourly round writes, so that a crowd of old alerts spreads over a day.
MOST_ASKED: Final = 100


def criteria_of(search: Search) -> dict[str, list[str]]:
    """A search as it is kept: its filters, without order and page."""
    kept: dict[str, list[str]] = {}
    for name, value in search.pairs():
        if name not in {"sort", "page"}:
            kept.setdefault(name, []).append(value)
    return kept


async def make_alert(
    db: AsyncSession,
    actor: Actor,
    *,
    search: Search | None,
    frequency: Frequency,
    to_private: bool,
) -> Alert:
    """Save a search of somebody signed in, whose addresses are proven: it counts from now on.

    Without a search it tells of posts that suit their profile. Raises RuleBroken where they have
    it already, or as many as anybody may have.
    """
    criteria = {} if search is None else criteria_of(search)
    await queries.lock_person(db, me(actor))
    if await queries.find_same(db, me(actor), criteria, is_match=search is None):
        raise already_there()
    if await queries.count_alerts(db, me(actor)) >= MOST_ALERTS:
        raise too_many()
    alert = _new(
        db,
        new_id(),
        criteria=criteria,
        is_match=search is None,
        frequency=frequency,
        to_private=to_private,
        person_id=me(actor),
    )
    await db.flush()
    await _move(db, actor, alert, AlertAction.CONFIRM)
    return alert


async def ask_for_alert(
    db: AsyncSession,
    actor: Actor,
    *,
    search: Search,
    frequency: Frequency,
    email: str,
    language: str,
) -> None:
    """Keep a visitor's search, and mail a link that confirms it: until then it does nothing.

    The mail holds nothing that the visitor typed: whose address it is, is not known yet.
    """
    alert_id = new_id()
    token = token_of(settings_of(db), alert_id)
    await follow_link(db, sha256(token))
    alert = _new(
        db,
        alert_id,
        criteria=criteria_of(search),
        frequency=frequency,
        email=email,
        language=language,
    )
    await db.flush()
    await send(
        db,
        to=email,
        template="alert_confirm",
        values={"path": link_path(token), "days": CONFIRM_WITHIN.days},
        language="cy" if language == "cy" else "en",
    )
    await record(db, actor, "alert.asked", subject=("alert", alert.id))


def _new(
    db: AsyncSession, alert_id: uuid.UUID, *, criteria: Mapping[str, Any], **values: Any
) -> Alert:
    token = token_of(settings_of(db), alert_id)
    alert = Alert(
        id=alert_id,
        criteria=dict(criteria),
        token_sha256=sha256(token),
        status=ALERT.start,
        **values,
    )
    db.add(alert)
    return alert


async def move_own(
    db: AsyncSession, actor: Actor, *, alert_id: uuid.UUID, action: AlertAction
) -> None:
    """Pause, take up again or end one's own alert. Raises NotFound, MoveRefused."""
    alert = await queries.lock_alert(db, me(actor), alert_id)
    await _move(db, actor, alert, action)


async def move_by_link(db: AsyncSession, actor: Actor, *, token: str, action: AlertAction) -> Alert:
    """The same for whoever holds a link of the alert, and confirming it.

    Raises NotFound, MoveRefused.
    """
    alert = await _lock_by_link(db, token)
    await _move(db, actor, alert, action)
    return alert


async def unsubscribe(db: AsyncSession, actor: Actor, *, token: str) -> Alert:
    """End an alert at once; one that has ended stays so. Raises NotFound."""
    alert = await _lock_by_link(db, token)
    if alert.status != AlertStatus.ENDED:
        await _move(db, actor, alert, AlertAction.END)
    return alert


async def _lock_by_link(db: AsyncSession, token: str) -> Alert:
    token_sha256 = sha256_of(token, no_such_link())
    await follow_link(db, token_sha256)
    return await queries.lock_by_link(db, token_sha256)


async def _move(db: AsyncSession, actor: Actor, alert: Alert, action: AlertAction) -> None:
    before = AlertStatus(alert.status)
    alert.status = ALERT.after(before, action)
    if action is AlertAction.CONFIRM:
        alert.started_at = alert.covered_to = alert.kept_at = func.now()
    if action is AlertAction.END:
        alert.ended_at = func.now()
    db.add(
        AlertHistory(
            alert_id=alert.id,
            from_status=before,
            to_status=alert.status,
            action=action,
            by_id=actor.person_id,
        )
    )
    await db.flush()
    await record(db, actor, f"alert.{action}", subject=("alert", alert.id))


async def change_own(
    db: AsyncSession,
    actor: Actor,
    *,
    alert_id: uuid.UUID,
    frequency: Frequency,
    to_private: bool,
) -> None:
    """Say how often one's own alert comes, and to which address. Raises NotFound."""
    alert = await queries.lock_alert(db, me(actor), alert_id)
    if (alert.frequency, alert.to_private) == (frequency, to_private):
        return
    alert.frequency, alert.to_private = frequency, to_private
    await db.flush()
    facts = {"frequency": frequency.value}
    await record(db, actor, "alert.changed", subject=("alert", alert.id), facts=facts)


async def change_by_link(
    db: AsyncSession, actor: Actor, *, token: str, frequency: Frequency, language: str
) -> None:
    """Say how often the alert of a link comes, and in which language; a visitor's only.

    Raises NotFound, also for one that has ended or belongs to a person.
    """
    alert = await _lock_by_link(db, token)
    if alert.person_id is not None or alert.status == AlertStatus.ENDED:
        raise no_such_alert()
    alert.frequency, alert.language = frequency, language
    await db.flush()
    facts = {"frequency": frequency.value}
    await record(db, actor, "alert.changed", subject=("alert", alert.id), facts=facts)


async def keep_own(db: AsyncSession, actor: Actor, *, alert_id: uuid.UUID) -> None:
    """Say that one's own alert is still wanted, for another year. Raises NotFound."""
    await _keep(db, actor, await queries.lock_alert(db, me(actor), alert_id))


async def keep_by_link(db: AsyncSession, actor: Actor, *, token: str) -> None:
    """The same for whoever holds a link of the alert. Raises NotFound."""
    alert = await _lock_by_link(db, token)
    if alert.status == AlertStatus.ENDED:
        raise no_such_link()
    await _keep(db, actor, alert)


async def _keep(db: AsyncSession, actor: Actor, alert: Alert) -> None:
    if alert.kept_at is None:
        raise no_such_alert()
    alert.kept_at, alert.asked_at = func.now(), None
    await db.flush()
    await record(db, actor, "alert.kept", subject=("alert", alert.id))


async def ask_whether_wanted(db: AsyncSession) -> None:
    """Each hour: ask about alerts that are a year old; end those that nobody answered for."""
    alerts = await queries.lock_to_review(db, MOST_ASKED)
    readers = await queries.readers_of(db, alerts)
    names = await queries.names_in(db, map(search_of, alerts))
    for alert in alerts:
        alert.asked_at = func.now()
        reader = readers.get(alert.id)
        if reader is None:
            continue
        language: Literal["en", "cy"] = "cy" if reader.language == "cy" else "en"
        await send(
            db,
            to=reader.address,
            template="alert_review",
            values={
                "described": said_of(alert, names, language),
                "path": link_path(renewed_token(db, alert)),
                "days": ANSWER_WITHIN.days,
            },
            language=language,
            person_id=reader.person_id,
            unsubscribe_path=link_path(renewed_token(db, alert), "unsubscribe"),
        )
    for alert in await queries.lock_unanswered(db, MOST_ASKED):
        await _move(db, SYSTEM, alert, AlertAction.END)
    await db.flush()


def renewed_token(db: AsyncSession, alert: Alert) -> str:
    """The token for a new mail. Where SECRET_KEY was changed, older links end with this one."""
    token = token_of(settings_of(db), alert.id)
    if alert.token_sha256 != sha256(token):
        alert.token_sha256 = sha256(token)
    return token


async def forget(db: AsyncSession) -> None:
    """Each hour: remove what was never confirmed, what ended a month ago, and old windows."""
    await db.execute(
        delete(Alert).where(
            Alert.status == AlertStatus.WAITING, Alert.created_at < func.now() - CONFIRM_WITHIN
        )
    )
    await db.execute(delete(Alert).where(Alert.ended_at < func.now() - KEEP_ENDED))
    await db.execute(delete(AlertRun).where(AlertRun.created_at < func.now() - KEEP_RUNS))
    await db.execute(delete(alert_post).where(alert_post.c.told_at < func.now() - REMEMBER_TOLD))
