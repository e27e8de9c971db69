"""What is due on posts by their dates, and who is to be told of an end. For the worker."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.opportunities.domain import OpportunityStatus
from app.opportunities.models import Opportunity, OpportunityQuestion, QuestionAsker
from app.opportunities.publishing.domain import HIDE_AFTER, NUDGE_AGAIN_AFTER, NUDGES
from app.organisations.domain import OrganisationStatus
from app.organisations.models import Organisation, Person

# As many as one job does within its time; what is left comes at once after it.
BATCH: Final = 200


async def lock_to_publish(db: AsyncSession, today: date) -> list[Opportunity]:
    """Scheduled posts whose day has come."""
    return await _due(
        db, Opportunity.status == OpportunityStatus.SCHEDULED, Opportunity.publish_on <= today
    )


async def lock_to_close(db: AsyncSession, today: date) -> list[Opportunity]:
    """Published posts whose last day has passed."""
    return await _due(
        db,
        Opportunity.status.in_((OpportunityStatus.OPEN, OpportunityStatus.HIDDEN)),
        Opportunity.closes_on < today,
    )


async def lock_to_review(db: AsyncSession, today: date) -> list[Opportunity]:
    """Open posts that are due for the first question, the second, or for hiding."""
    return await _due(
        db,
        Opportunity.status == OpportunityStatus.OPEN,
        Opportunity.review_on <= today,
        Opportunity.closes_on >= today,
        or_(
            Opportunity.nudges_sent == 0,
            and_(
                Opportunity.nudges_sent < NUDGES,
                Opportunity.nudged_on <= today - NUDGE_AGAIN_AFTER,
            ),
            and_(Opportunity.nudges_sent >= NUDGES, Opportunity.nudged_on <= today - HIDE_AFTER),
        ),
    )


async def lock_of_unverified(db: AsyncSession) -> list[Opportunity]:
    """Open posts of bodies that are no longer verified."""
    verified = (
        select(Organisation.id)
        .where(
            Organisation.id == Opportunity.organisation_id,
            Organisation.status == OrganisationStatus.VERIFIED,
        )
        .exists()
    )
    return await _due(db, Opportunity.status == OpportunityStatus.OPEN, ~verified)


async def _due(db: AsyncSession, *which: ColumnElement[bool]) -> list[Opportunity]:
    """Locked, some at a time; what another worker holds is left to it."""
    found = await db.scalars(
        select(Opportunity)
        .where(*which)
        .order_by(Opportunity.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(found)


async def get_for_system(db: AsyncSession, opportunity_id: uuid.UUID) -> Opportunity | None:
    """A post by id, for jobs of the worker; None where it is gone."""
    return await db.get(Opportunity, opportunity_id)


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who asked a question. Only the worker may read who it was."""

    person_id: uuid.UUID
    email: str
    language: str


async def askers_of_post(db: AsyncSession, opportunity_id: uuid.UUID) -> list[Asker]:
    """Everybody who asked about a post, each once."""
    return await _askers(db, OpportunityQuestion.opportunity_id == opportunity_id)


async def asker_of_question(db: AsyncSession, question_id: uuid.UUID) -> list[Asker]:
    """Who asked a question; nobody where the account is gone or suspended."""
    return await _askers(db, OpportunityQuestion.id == question_id)


async def _askers(db: AsyncSession, which: ColumnElement[bool]) -> list[Asker]:
    found = await db.execute(
        select(Person.id, Person.email, Person.language)
        .join(QuestionAsker, QuestionAsker.person_id == Person.id)
        .join(OpportunityQuestion, OpportunityQuestion.id == QuestionAsker.question_id)
        .where(which, Person.suspended_at.is_(None))
        .distinct()
        .order_by(Person.id)
    )
    return [Asker(*row) for row in found]
