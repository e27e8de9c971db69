"""Questions on posts: asked by members of verified bodies, answered without naming anybody."""

import uuid
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.audit.domain import EXCHANGE
from app.audit.models import AuditEntry
from app.core.actor import VISITOR
from app.core.clock import london_today
from app.core.errors import MoveRefused, NotFound, Refused
from app.core.outbox import Outbox
from app.core.paging import Part
from app.opportunities.models import Opportunity, OpportunityQuestion
from app.opportunities.questions import commands, queries
from app.opportunities.questions.domain import personal_data_in
from app.worker import JOBS
from tests.counting import counted
from tests.messages import letters_to
from tests.opportunities.bodies import Body, make_body
from tests.opportunities.posts import make_whole_post
from tests.pages import PageClient, assert_form_error, parse, words
from tests.people import sign_in

ASKED = "Is the place of work fixed?"


@pytest.fixture
async def body(db: AsyncSession) -> Body:
    return await make_body(db, slug="northshire", name="Northshire Council")


@pytest.fixture
async def other(db: AsyncSession) -> Body:
    return await make_body(db, "member", "hr")


@pytest.fixture
async def post(db: AsyncSession, body: Body) -> Opportunity:
    return await make_whole_post(
        db,
        body.organisation.id,
        today=london_today(),
        status="open",
        audience="verified",
        created_by_id=body.actors["hiring"].person_id,
    )


async def asked(db: AsyncSession, post: Opportunity, number: int = 1) -> uuid.UUID:
    """Questions that somebody asked; gives the last."""
    rows = [
        OpportunityQuestion(opportunity_id=post.id, question=f"{ASKED} {n}") for n in range(number)
    ]
    db.add_all(rows)
    await db.commit()
    return rows[-1].id


async def run_jobs(db: AsyncSession) -> None:
    """What the worker does for questions."""
    for row in list(await db.scalars(select(Outbox).where(Outbox.job.like("opportunities.%")))):
        await JOBS[row.job](db, **row.arguments)
        await db.delete(row)


async def test_a_question_is_asked_answered_and_told(
    db: AsyncSession, body: Body, other: Body, post: Opportunity
) -> None:
    question = await commands.ask(db, other.actors["member"], post.slug, question=ASKED)
    await run_jobs(db)
    for who in ("hr", "hiring"):
        [letter] = await letters_to(db, body.members[who].work_email)
        assert letter.subject == f"A question about {post.title}"
        assert ASKED not in letter.text
    await commands.answer(db, body.actors["hiring"], post.slug, question, text="It is.")
    await run_jobs(db)
    [letter] = await letters_to(db, other.members["member"].work_email)
    assert letter.subject == f"Your question about {post.title} was answered"
    await commands.answer(db, body.hr, post.slug, question, text="It is, yes.")
    await run_jobs(db)
    assert len(await letters_to(db, other.members["member"].work_email)) == 1
    [line] = (await queries.list_shown(db, post.id, Part())).items
    assert (line.question, line.answer) == (ASKED, "It is, yes.")


async def test_who_asked_stands_in_no_record_of_either_body(
    db: AsyncSession, body: Body, other: Body, post: Opportunity
) -> None:
    await commands.ask(db, other.actors["member"], post.slug, question=ASKED)
    entry = await db.scalar(select(AuditEntry).where(AuditEntry.action == "question.asked"))
    assert entry
    assert entry.chain == EXCHANGE
    assert entry.facts == {}


@pytest.mark.parametrize(("status", "audience"), [("draft", "public"), ("open", "own")])
async def test_what_one_cannot_see_one_cannot_ask_about(
    db: AsyncSession, body: Body, other: Body, status: str, audience: str
) -> None:
    post = await make_whole_post(
        db, body.organisation.id, today=london_today(), status=status, audience=audience
    )
    for actor in (other.actors["member"], VISITOR):
        with pytest.raises(NotFound):
            await commands.ask(db, actor, post.slug, question=ASKED)


async def test_members_of_bodies_that_are_not_verified_cannot_ask(
    db: AsyncSession, body: Body
) -> None:
    post = await make_whole_post(
        db, body.organisation.id, today=london_today(), status="open", audience="public"
    )
    applicant = await make_body(db, "member", status="applied")
    with pytest.raises(Refused, match="not verified"):
        await commands.ask(db, applicant.actors["member"], post.slug, question=ASKED)


@pytest.mark.parametrize("who", ["member", "signatory"])
async def test_only_hr_and_hiring_managers_answer(
    db: AsyncSession, body: Body, other: Body, post: Opportunity, who: str
) -> None:
    question = await asked(db, post)
    with pytest.raises(Refused):
        await commands.answer(db, body.actors[who], post.slug, question, text="Yes.")
    with pytest.raises(Refused):
        await commands.hide(db, body.actors[who], post.slug, question, reason="No")
    with pytest.raises(NotFound):
        await commands.answer(db, other.hr, post.slug, question, text="Yes.")


async def test_a_hidden_question_is_shown_to_the_posting_body_alone(
    db: AsyncSession, body: Body, other: Body, post: Opportunity
) -> None:
    question = await commands.ask(db, other.actors["member"], post.slug, question=ASKED)
    await commands.hide(db, body.hr, post.slug, question, reason="It names a colleague")
    await run_jobs(db)
    letters = await letters_to(db, other.members["member"].work_email)
    assert "It names a colleague" in letters[-1].text
    assert (await queries.list_shown(db, post.id, Part())).total == 0
    assert (await queries.list_own(db, post.id, Part())).total == 1
    with pytest.raises(MoveRefused):
        await commands.answer(db, body.hr, post.slug, question, text="Yes.")
    await commands.show_again(db, body.hr, post.slug, question)
    assert (await queries.list_shown(db, post.id, Part())).total == 1


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Write to ada@body.example please", ["ada@body.example"]),
        ("Ring 01632 960123", ["01632 960123"]),
        ("Ring (01632) 960 123.", ["01632) 960 123"]),
        ("Ring +44 1632 960123 now", ["+44 1632 960123"]),
        ("07700900123", ["07700900123"]),
        ("My number is QQ 12 34 56 C", ["QQ 12 34 56 C"]),
        ("From 1 April 2027 to 31 March 2029 for £84,000.00 and 37 hours", []),
        ("Financial years 2027/28, 2028/29 and 2029/30", []),
        ("Sections 113, 101 and 102; points 12 34 56", []),
    ],
)
def test_addresses_and_numbers_of_people_are_noticed(said: str, found: list[str]) -> None:
    assert list(personal_data_in(said)) == found


def main_of(answer: Any) -> str:
    return words(next(parse(answer.text).iter("main")))


async def test_asking_on_pages_warns_before_an_address_is_shown(
    client: PageClient, app: Litestar, db: AsyncSession, other: Body, post: Opportunity
) -> None:
    await sign_in(client, app, db, other.members["member"])
    page = await client.get(f"/opportunities/{post.slug}/ask")
    for typed, message in (
        ({"question": ""}, "Enter your question"),
        ({"question": "a" * 1001}, "Your question must be 1000 characters or fewer"),
        (
            {"question": "Can I write to ada@body.example?"},
            "Everybody who can see the post reads this. Take out “ada@body.example”, "
            "or confirm below",
        ),
    ):
        assert_form_error(await client.fill_in(page, typed), "question", message)
    sent = await client.fill_in(
        page, {"question": "Can I write to ada@body.example?", "checked": "yes"}
    )
    assert sent.headers["location"] == f"/opportunities/{post.slug}/questions"
    shown = main_of(await client.get(sent.headers["location"]))
    assert "Can I write to ada@body.example?" in shown
    assert "not answered yet" in shown


async def test_answering_and_hiding_on_pages(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    question = await asked(db, post)
    await sign_in(client, app, db, body.members["hiring"])
    base = f"/org/northshire/posts/{post.slug}/questions"
    assert "1 question to answer" in main_of(await client.get("/org/northshire/posts"))
    page = await client.get(f"{base}/{question}/answer")
    assert_form_error(await client.fill_in(page, {"answer": ""}), "answer", "Enter your answer")
    assert_form_error(
        await client.fill_in(page, {"answer": "Ring 01632 960123"}),
        "answer",
        "Everybody who can see the post reads this. Take out “01632 960123”, or confirm below",
    )
    done = await client.fill_in(page, {"answer": "Yes, in Northtown."})
    assert "Yes, in Northtown." in main_of(await client.get(done.headers["location"]))
    page = await client.get(f"{base}/{question}/hide")
    assert_form_error(await client.fill_in(page, {"reason": ""}), "reason", "Enter why you hide it")
    hidden = await client.fill_in(page, {"reason": "Twice the same"})
    page = await client.get(hidden.headers["location"])
    assert "Hidden: Twice the same" in main_of(page)
    assert (await client.fill_in(page)).status_code == 303
    assert await db.scalar(select(OpportunityQuestion.is_hidden)) is False


@pytest.mark.parametrize("number", [1, 20, 200])
async def test_lists_of_questions_ask_the_same_however_many_there_are(
    client: PageClient,
    app: Litestar,
    db: AsyncSession,
    connection: AsyncConnection,
    body: Body,
    post: Opportunity,
    number: int,
) -> None:
    await asked(db, post, number)
    await sign_in(client, app, db, body.members["hr"])
    for path, most in (
        (f"/opportunities/{post.slug}/questions", 4),
        (f"/org/northshire/posts/{post.slug}/questions", 4),
    ):
        with counted(connection) as seen:
            page = await client.get(path)
        assert page.status_code == 200
        assert len(seen) <= most, seen
        assert page.text.count(ASKED) >= min(number, 20)


async def test_the_database_shows_the_asker_to_nobody_else(
    db: AsyncSession, connection: AsyncConnection, other: Body, post: Opportunity
) -> None:
    await commands.ask(db, other.actors["member"], post.slug, question=ASKED)
    await db.commit()
    await connection.execute(text("SELECT set_config('app.is_system', '', true)"))
    hr = other.hr.person_session_id
    await connection.execute(text("SELECT app_act_for(:id)"), {"id": hr})
    assert await connection.scalar(text("SELECT count(*) FROM question_asker")) == 0
