"""Reminding an organisation that one of its local roles is due for review."""

from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import SYSTEM
from app.core.clock import london_today
from app.core.permissions import Duty
from app.core.words import day_in_words
from app.organisations.queries import organisation_by_id
from app.organisations.reminders.commands import is_first, remind
from app.organisations.reminders.domain import REVIEW_STAGES, Notice, Subject, stage_on
from app.roles.local import queries
from app.roles.local.models import LocalRole

EDITORS = (Duty.HR, Duty.ORGANISATION_ADMIN)
"""Who may change local roles, and so is told."""


async def remind_of_all_reviews(db: AsyncSession, today: date | None = None) -> int:
    """Write to those who may change a role: two weeks before, on the day, and four weeks after.

    Gives how many roles were written about. Each date of review is reminded of once a stage.
    """
    today = today or london_today()
    reminded = 0
    for role in await queries.list_coming_reviews(db, today - timedelta(days=REVIEW_STAGES[0])):
        stage = stage_on(today, role.review_on, REVIEW_STAGES)
        about = f"{role.id}/{role.review_on.isoformat()}"
        if stage is None or not await is_first(
            db, role.organisation_id, Subject.LOCAL_ROLE, about=about, stage=stage
        ):
            continue
        body = await organisation_by_id(db, role.organisation_id)
        told = await remind(db, body, EDITORS, notice_of(role, stage, body.slug))
        await record(
            db,
            SYSTEM,
            "local_role.review_asked",
            subject=("local_role", role.id),
            organisation_id=body.id,
            facts={"count": told},
        )
        reminded += 1
    return reminded


def notice_of(role: LocalRole, stage: int, slug: str) -> Notice:
    """What the reminder says."""
    due = day_in_words(role.review_on)
    comes = "is due for review on" if stage < 0 else "was due for review on"
    return Notice(
        f"{'Overdue review' if stage > 0 else 'Review'} of a local role: {role.name}",
        (
            f"The local role {role.name} {comes} {due}. {role.owner} looks after it.",
            "Read whether it still says what is wanted, change it or retire it, and set the next "
            "date of review.",
        ),
        "Review the role",
        f"/org/{slug}/roles/{role.slug}",
    )
