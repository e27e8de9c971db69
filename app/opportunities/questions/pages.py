"""Questions and answers: read by everybody who sees a post, asked by members of verified bodies,
answered and hidden by the body that posts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC, SIGNED_IN, Actor
from app.core.fields import Raw
from app.core.form_pages import PRIVATE, bind_request, form_page, see_other
from app.core.forms import Form
from app.core.limits import Limit, insist
from app.core.paging import part_of
from app.core.web import flash, render
from app.opportunities import queries as own
from app.opportunities.domain import KIND_NAMES, OpportunityKind
from app.opportunities.models import Opportunity, OpportunityQuestion
from app.opportunities.permissions import may_answer, may_ask
from app.opportunities.questions import commands, queries
from app.opportunities.questions.forms import AnswerForm, AskForm, HideForm
from app.opportunities.visiting import body_of, path_to

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]

# Each question is a mail to the posting body.
ASKED: Final = Limit("question-asked", 10, 3600)


@get("/opportunities/{slug:str}/questions", opt=PUBLIC)
async def show_questions(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """All questions about an open post, one page at a time."""
    asked = await queries.get_asked_post(db, actor, slug)
    found = await queries.list_shown(db, asked.id, part_of(request.query_params))
    path = f"/opportunities/{slug}"
    context = {
        "post": asked,
        "questions": found,
        "pages": found.links(f"{path}/questions", {}),
        "may_ask": may_ask(actor),
        "path": path,
        "back_href": path,
    }
    return render(request, "opportunities/questions/list.html", context)


def ask_page(request: AnyRequest, asked: queries.AskedPost, **more: Any) -> Page:
    """The page to ask on."""
    path = f"/opportunities/{asked.slug}"
    context = {"post": asked, "path": path, "back_href": path}
    return form_page(request, "opportunities/questions/ask.html", AskForm, context=context, **more)


@get("/opportunities/{slug:str}/ask", opt=SIGNED_IN)
async def show_ask(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """Ask about an open post."""
    asked = await queries.get_asked_post(db, actor, slug)
    may_ask(actor).require()
    return ask_page(request, asked)


@post("/opportunities/{slug:str}/ask", opt=SIGNED_IN)
async def ask(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """Put a question, after it was looked through for what names people."""
    asked = await queries.get_asked_post(db, actor, slug)
    may_ask(actor).require()
    bound = await bind_request(request, AskForm)
    if bound.form is None:
        return ask_page(request, asked, raw=bound.raw, errors=bound.errors)
    await insist(request, (ASKED, str(actor.person_id)))
    await commands.ask(db, actor, slug, question=bound.form.question)
    flash(request, "Your question is with the organisation. We tell you when it is answered.")
    return see_other(f"/opportunities/{slug}/questions")


@get("/org/{org:str}/posts/{slug:str}/questions", opt=SIGNED_IN)
async def show_own_questions(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], slug: FromPath[str]
) -> Page:
    """The questions about a post of one's own body, those to answer first."""
    body = body_of(actor, org)
    row = await own.get_opportunity(db, actor, slug)
    found = await queries.list_own(db, row.id, part_of(request.query_params))
    path = path_to(body.slug, slug)
    context = {
        "body": body,
        "post": row,
        "kind_name": KIND_NAMES[OpportunityKind(row.kind)],
        "questions": found,
        "pages": found.links(f"{path}/questions", {}),
        "may_answer": may_answer(actor, row),
        "path": path,
        "back_href": path,
    }
    return render(request, "opportunities/questions/own.html", context, headers=PRIVATE)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request about one question, which its person may answer."""

    request: AnyRequest
    row: Opportunity
    question: OpportunityQuestion
    path: str

    def draw(self, page: str, form: type[Form], raw: Mapping[str, Raw], **more: Any) -> Page:
        """The page to answer or to hide it."""
        context = {
            "post": self.row,
            "question": self.question,
            "action": f"{self.path}/{self.question.id}/{page}",
            "back_href": self.path,
        }
        template = f"opportunities/questions/{page}.html"
        return form_page(self.request, template, form, raw, context=context, **more)


async def visit(
    request: AnyRequest, db: AsyncSession, actor: Actor, org: str, slug: str, question_id: UUID
) -> Visit:
    """The question of this address. Raises NotFound, Refused."""
    body = body_of(actor, org)
    row, question = await queries.get_question(db, actor, slug, question_id)
    may_answer(actor, row).require()
    return Visit(request, row, question, path_to(body.slug, slug, "questions"))


@get("/org/{org:str}/posts/{slug:str}/questions/{question_id:uuid}/answer", opt=SIGNED_IN)
async def show_answer(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    question_id: FromPath[UUID],
) -> Page:
    """The question, and room for the answer."""
    there = await visit(request, db, actor, org, slug, question_id)
    return there.draw("answer", AnswerForm, {"answer": there.question.answer or ""})


@post("/org/{org:str}/posts/{slug:str}/questions/{question_id:uuid}/answer", opt=SIGNED_IN)
async def answer(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    question_id: FromPath[UUID],
) -> Page:
    """Answer the question."""
    there = await visit(request, db, actor, org, slug, question_id)
    bound = await bind_request(request, AnswerForm)
    if bound.form is None:
        return there.draw("answer", AnswerForm, bound.raw, errors=bound.errors)
    await commands.answer(db, actor, slug, question_id, text=bound.form.answer)
    flash(request, "Your answer is shown with the post.")
    return see_other(there.path)


@get("/org/{org:str}/posts/{slug:str}/questions/{question_id:uuid}/hide", opt=SIGNED_IN)
async def show_hide(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    question_id: FromPath[UUID],
) -> Page:
    """Why should it be hidden?"""
    there = await visit(request, db, actor, org, slug, question_id)
    return there.draw("hide", HideForm, {})


@post("/org/{org:str}/posts/{slug:str}/questions/{question_id:uuid}/hide", opt=SIGNED_IN)
async def hide(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    question_id: FromPath[UUID],
) -> Page:
    """Hide the question."""
    there = await visit(request, db, actor, org, slug, question_id)
    bound = await bind_request(request, HideForm)
    if bound.form is None:
        return there.draw("hide", HideForm, bound.raw, errors=bound.errors)
    await commands.hide(db, actor, slug, question_id, reason=bound.form.reason)
    flash(request, "The question is hidden. Whoever asked is told why.")
    return see_other(there.path)


@post("/org/{org:str}/posts/{slug:str}/questions/{question_id:uuid}/show", opt=SIGNED_IN)
async def show_again(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    question_id: FromPath[UUID],
) -> Page:
    """Show a hidden question again."""
    body_of(actor, org)
    await commands.show_again(db, actor, slug, question_id)
    flash(request, "The question is shown again.")
    return see_other(f"{path_to(org, slug)}/questions")


handlers: list[ControllerRouterHandler] = [
    show_questions,
    show_ask,
    ask,
    show_own_questions,
    show_answer,
    answer,
    show_hide,
    hide,
    show_again,
]
