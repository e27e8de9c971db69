"""Reminding a body's administrators, each time once however often it is tried."""

import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import SYSTEM
from app.core.clock import london_today
from app.core.db import new_id
from app.core.permissions import Duty
from app.core.words import day_in_words
from app.notifications.commands import send
from app.organisations.joining.queries import list_operators
from app.organisations.joining.terms import GRACE, TERMS, Terms, first_unaccepted, terms_on
from app.organisations.models import Organisation
from app.organisations.queries import members_with
from app.organisations.reminders import queries
from app.organisations.reminders.domain import (
    KEEP,
    SPONSOR_STAGES,
    TERMS_STAGES,
    Notice,
    Subject,
    sponsor_due,
    sponsor_notice,
    sponsor_overdue_notice,
    stage_on,
    terms_notice,
)
from app.organisations.reminders.models import Reminder


async def is_first(
    db: AsyncSession, organisation_id: uuid.UUID, what: Subject, *, about: str, stage: int
) -> bool:
    """Keep that this reminder is sent now; False where it was sent before."""
    row = insert(Reminder).values(
        id=new_id(), organisation_id=organisation_id, what=what, about=about, stage=stage
    )
    kept = await db.scalar(row.on_conflict_do_nothing().returning(Reminder.id))
    return kept is not None


async def remind(
    db: AsyncSession,
    organisation: Organisation,
    duties: Sequence[Duty],
    notice: Notice,
) -> int:
    """Mail a notice to the holders of these duties, each person once; gives how many they are."""
    told: set[uuid.UUID] = set()
    for duty in duties:
        for one in await members_with(db, organisation.id, duty):
            if one.person_id not in told:
                told.add(one.person_id)
                await _mail(db, one.person_id, one.email, notice, organisation.name)
    return len(told)


async def _note(db: AsyncSession, body: Organisation, what: Subject, count: int) -> None:
    await record(
        db,
        SYSTEM,
        "organisation.reminded",
        subject=("organisation", body.id),
        organisation_id=body.id,
        facts={"what": what, "count": count},
    )


async def _mail(
    db: AsyncSession, person_id: uuid.UUID, email: str, notice: Notice, organisation_name: str = ""
) -> None:
    await send(
        db,
        to=email,
        template="reminder",
        values={
            "headline": notice.subject,
            "paragraphs": notice.paragraphs,
            "button_text": notice.button,
            "path": notice.path,
        },
        person_id=person_id,
        organisation_name=organisation_name,
    )


async def remind_of_sponsors(db: AsyncSession, today: date | None = None) -> int:
    """Remind bodies whose sponsor is due, and tell the operator of what stays overdue."""
    today = today or london_today()
    reminded = 0
    last = today - timedelta(days=365 + SPONSOR_STAGES[0])
    for body in await queries.list_unconfirmed(db, last):
        due_on = sponsor_due(body.sponsor_confirmed_on, body.created_at)
        stage = stage_on(today, due_on, SPONSOR_STAGES)
        if stage is None or not await is_first(
            db, body.id, Subject.SPONSOR, about=due_on.isoformat(), stage=stage
        ):
            continue
        due = day_in_words(due_on)
        notice = sponsor_notice(stage, organisation=body.name, slug=body.slug, due=due)
        told = await remind(db, body, (Duty.ORGANISATION_ADMIN,), notice)
        await _note(db, body, Subject.SPONSOR, told)
        reminded += 1
        for operator in await list_operators(db) if stage == SPONSOR_STAGES[-1] else ():
            await _mail(
                db,
                operator.id,
                operator.email,
                sponsor_overdue_notice(organisation=body.name, organisation_id=body.id, due=due),
            )
    return reminded


async def remind_of_terms(
    db: AsyncSession, today: date | None = None, versions: Sequence[Terms] = TERMS
) -> int:
    """Announce a new version of the terms to whoever has not accepted it, and remind them."""
    today = today or london_today()
    current = terms_on(today, versions)
    reminded = 0
    for body in await queries.list_without_terms(db, current.version):
        first = first_unaccepted(body.terms_version, today, versions)
        stage = stage_on(today, first.starts_on, TERMS_STAGES) if first else None
        if first is None or stage is None:
            continue
        about = f"{first.version}/{current.version}"
        if not await is_first(db, body.id, Subject.TERMS, about=about, stage=stage):
            continue
        notice = terms_notice(
            stage,
            organisation=body.name,
            slug=body.slug,
            version=current.version,
            until=day_in_words(first.starts_on + GRACE - timedelta(days=1)),
        )
        told = await remind(db, body, (Duty.ORGANISATION_ADMIN,), notice)
        await _note(db, body, Subject.TERMS, told)
        reminded += 1
    return reminded


async def forget(db: AsyncSession) -> None:
    """Delete reminders so old that what they were about cannot come again."""
    await db.execute(delete(Reminder).where(Reminder.created_at < func.now() - KEEP))
