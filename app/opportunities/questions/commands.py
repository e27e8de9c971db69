"""Every change of questions: ask, answer, hide, show again."""

import uuid
from typing import Any, Final

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor
from app.core.errors import MoveRefused
from app.core.outbox import enqueue
from app.opportunities import telling
from app.opportunities.models import Opportunity, OpportunityQuestion, QuestionAsker
from app.opportunities.permissions import may_answer, may_ask
from app.opportunities.publishing.queries import asker_of_question
from app.opportunities.questions import queries

TELL_BODY: Final = "opportunities.tell_question_asked"
TELL_ASKER: Final = "opportunities.tell_asker"


async def ask(db: AsyncSession, actor: Actor, slug: str, *, question: str) -> uuid.UUID:
    """Ask about an open post that the actor sees; who asks is kept apart and shown to nobody.

    The entry goes into the exchange's own chain: the posting body may not read who asked, nor the
    asker's employer that they did. Raises NotFound, Refused.
    """
    post = await queries.get_asked_post(db, actor, slug)
    may_ask(actor).require()
    asked = OpportunityQuestion(opportunity_id=post.id, question=question)
    db.add(asked)
    await db.flush()
    db.add(
        QuestionAsker(
            question_id=asked.id,
            person_id=actor.person_id,
            organisation_id=actor.organisation_id,
        )
    )
    await record(db, actor, "question.asked", subject=("question", asked.id))
    await enqueue(db, TELL_BODY, question_id=str(asked.id))
    return asked.id


async def answer(
    db: AsyncSession, actor: Actor, slug: str, question_id: uuid.UUID, *, text: str
) -> None:
    """Answer a question, or change the answer; whoever asked is told of the first one.

    Raises NotFound, Refused, MoveRefused for a hidden question.
    """
    post, question = await queries.lock_question(db, actor, slug, question_id)
    may_answer(actor, post).require()
    if question.is_hidden:
        raise MoveRefused("question-hidden", "This question is hidden. Show it again to answer it.")
    is_first = question.answer is None
    question.answer, question.answered_by_id = text, actor.person_id
    question.answered_at = func.now()
    await _record(db, actor, post, question, "question.answered", is_first=is_first)
    if is_first:
        await enqueue(db, TELL_ASKER, question_id=str(question.id), what="answered")


async def hide(
    db: AsyncSession, actor: Actor, slug: str, question_id: uuid.UUID, *, reason: str
) -> None:
    """Show a question to nobody but the posting body, with a reason that the asker is told.

    Raises NotFound, Refused.
    """
    post, question = await queries.lock_question(db, actor, slug, question_id)
    may_answer(actor, post).require()
    question.is_hidden, question.hidden_reason = True, reason
    await _record(db, actor, post, question, "question.hidden")
    await enqueue(db, TELL_ASKER, question_id=str(question.id), what="hidden")


async def show_again(db: AsyncSession, actor: Actor, slug: str, question_id: uuid.UUID) -> None:
    """Show a hidden question to readers again. Raises NotFound, Refused."""
    post, question = await queries.lock_question(db, actor, slug, question_id)
    may_answer(actor, post).require()
    question.is_hidden, question.hidden_reason = False, None
    await _record(db, actor, post, question, "question.shown_again")


async def tell_body(db: AsyncSession, question_id: uuid.UUID) -> None:
    """Tell the posting body that somebody asked; the worker calls it."""
    found = await queries.find_for_system(db, question_id)
    if found is not None:
        await telling.tell_in_charge(db, found[0], telling.QUESTION_ASKED)


async def tell_asker(db: AsyncSession, question_id: uuid.UUID, *, what: str) -> None:
    """Tell whoever asked that there is an answer, or that the question is hidden.

    The worker calls it; nobody else may read who asked.
    """
    found = await queries.find_for_system(db, question_id)
    if found is None:
        return
    post, question = found
    askers = await asker_of_question(db, question_id)
    readers = [telling.Reader(one.person_id, one.email, one.language) for one in askers]
    letter = telling.QUESTION_ANSWERED if what == "answered" else telling.QUESTION_HIDDEN
    path = f"/opportunities/{post.slug}"
    reason = question.hidden_reason or ""
    await telling.tell(db, post, letter, readers, reason=reason, path=path)


async def _record(
    db: AsyncSession,
    actor: Actor,
    post: Opportunity,
    question: OpportunityQuestion,
    action: str,
    **facts: Any,
) -> None:
    await record(
        db,
        actor,
        action,
        subject=("question", question.id),
        organisation_id=post.organisation_id,
        facts={"post": str(post.id), **facts},
    )
