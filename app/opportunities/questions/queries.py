"""Reads of questions and answers. Who asked is read by nobody but the worker."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.paging import Paged, Part
from app.opportunities.domain import no_such_post
from app.opportunities.finding.models import OpenPost
from app.opportunities.finding.queries.visible import visible_to
from app.opportunities.models import Opportunity, OpportunityQuestion
from app.opportunities.queries import own_to


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question with its answer, as it is shown. It names nobody."""

    id: uuid.UUID
    question: str
    asked_at: datetime
    answer: str | None
    answered_at: datetime | None
    is_hidden: bool
    hidden_reason: str | None


@dataclass(frozen=True, slots=True)
class AskedPost:
    """An open post as the pages of its questions need it."""

    id: uuid.UUID
    slug: str
    title: str
    organisation_id: uuid.UUID
    organisation_name: str


async def get_asked_post(db: AsyncSession, actor: Actor, slug: str) -> AskedPost:
    """An open post that the actor may see. Raises NotFound."""
    found = await db.execute(
        select(
            OpenPost.opportunity_id,
            OpenPost.slug,
            OpenPost.title,
            OpenPost.organisation_id,
            OpenPost.organisation_name,
        ).where(OpenPost.slug == slug, visible_to(actor))
    )
    row = found.one_or_none()
    if row is None:
        raise no_such_post()
    return AskedPost(*row)


async def list_shown(
    db: AsyncSession, opportunity_id: uuid.UUID, part: Part
) -> Paged[QuestionLine]:
    """The questions of a post that its readers see, the newest first.

    The caller has made sure that the actor may see the post.
    """
    return await _list(
        db,
        part,
        OpportunityQuestion.opportunity_id == opportunity_id,
        OpportunityQuestion.is_hidden.is_(False),
    )


async def list_own(db: AsyncSession, opportunity_id: uuid.UUID, part: Part) -> Paged[QuestionLine]:
    """All questions of a post of one's own body: those to answer first, then the newest."""
    return await _list(
        db, part, OpportunityQuestion.opportunity_id == opportunity_id, to_answer_first=True
    )


async def _list(
    db: AsyncSession, part: Part, *which: ColumnElement[bool], to_answer_first: bool = False
) -> Paged[QuestionLine]:
    total = await db.scalar(select(func.count()).select_from(OpportunityQuestion).where(*which))
    waits = OpportunityQuestion.answer.is_(None) & OpportunityQuestion.is_hidden.is_(False)
    order = [waits.desc()] if to_answer_first else []
    found = await db.scalars(
        select(OpportunityQuestion)
        .where(*which)
        .order_by(*order, OpportunityQuestion.created_at.desc(), OpportunityQuestion.id.desc())
        .limit(part.size)
        .offset(part.offset)
    )
    return Paged(_lines(found.all()), total or 0, part).require()


def _lines(rows: Sequence[OpportunityQuestion]) -> list[QuestionLine]:
    return [
        QuestionLine(
            row.id,
            row.question,
            row.created_at,
            row.answer,
            row.answered_at,
            row.is_hidden,
            row.hidden_reason,
        )
        for row in rows
    ]


async def lock_question(
    db: AsyncSession, actor: Actor, slug: str, question_id: uuid.UUID
) -> tuple[Opportunity, OpportunityQuestion]:
    """A question on a post of the actor's own body, locked; only commands call it.

    Raises NotFound.
    """
    found = await db.execute(
        select(Opportunity, OpportunityQuestion)
        .join(OpportunityQuestion, OpportunityQuestion.opportunity_id == Opportunity.id)
        .where(Opportunity.slug == slug, OpportunityQuestion.id == question_id, own_to(actor))
        .with_for_update(of=OpportunityQuestion)
        .execution_options(populate_existing=True)
    )
    row = found.one_or_none()
    if row is None:
        raise no_such_post()
    return row[0], row[1]


async def get_question(
    db: AsyncSession, actor: Actor, slug: str, question_id: uuid.UUID
) -> tuple[Opportunity, OpportunityQuestion]:
    """The same to read. Raises NotFound."""
    found = await db.execute(
        select(Opportunity, OpportunityQuestion)
        .join(OpportunityQuestion, OpportunityQuestion.opportunity_id == Opportunity.id)
        .where(Opportunity.slug == slug, OpportunityQuestion.id == question_id, own_to(actor))
    )
    row = found.one_or_none()
    if row is None:
        raise no_such_post()
    return row[0], row[1]


async def find_for_system(
    db: AsyncSession, question_id: uuid.UUID
) -> tuple[Opportunity, OpportunityQuestion] | None:
    """A question with its post, for jobs of the worker; None where it is gone."""
    found = await db.execute(
        select(Opportunity, OpportunityQuestion)
        .join(OpportunityQuestion, OpportunityQuestion.opportunity_id == Opportunity.id)
        .where(OpportunityQuestion.id == question_id)
    )
    row = found.one_or_none()
    return None if row is None else (row[0], row[1])
