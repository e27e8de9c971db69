"""Inviting somebody to apply: told without an address, answered, withdrawn, ended with the post."""

import uuid
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.audit.domain import EXCHANGE
from app.audit.models import AuditEntry
from app.core.errors import MoveRefused
from app.core.outbox import Outbox
from app.matching import following
from app.matching.inviting import commands
from app.matching.inviting.domain import (
    INVITATION,
    MOST_A_DAY,
    InvitationAction,
    InvitationStatus,
)
from app.matching.inviting.models import PostInvitation, PostInvitationHistory
from app.matching.wording import label_of
from app.notifications.letters import open_letter
from app.notifications.models import Message
from app.opportunities.models import Opportunity
from app.opportunities.publishing.commands import withdraw as withdraw_post
from app.opportunities.queries import get_facts
from app.organisations.models import Membership, Person
from app.profiles.commands import delete_profile
from app.profiles.data.queries import collect
from app.profiles.models import ConsentGrant, Profile, ProfileDisclosure, ProfileHiding
from tests.conftest import ACT_AS_NOBODY
from tests.matching.made import a_profile, a_skill, an_open_post, grant
from tests.opportunities.bodies import Body, make_body
from tests.pages import PageClient, assert_form_error, parse, words
from tests.people import as_actor, make_member, make_organisation, make_sign_in, sign_in

INVITATIONS = "/profile/invitations"
NOT_INVITED = "This person cannot be invited."


@pytest.fixture
async def body(db: AsyncSession) -> Body:
    return await make_body(db, "hr", "hiring", slug="northshire", name="Northshire Council")


@pytest.fixture
async def post(db: AsyncSession, body: Body) -> Opportunity:
    made = await an_open_post(db, body.organisation, await a_skill(db))
    await following.keep_facts(db, await get_facts(db, made))
    await db.commit()
    return made


async def somebody(db: AsyncSession, **changes: Any) -> Profile:
    """Somebody whom every verified body may find, who works somewhere else."""
    person_id = await a_profile(db, await a_skill(db))
    person = await db.get_one(Person, person_id)
    person.name = "Ada Secret"
    for name, value in changes.items():
        setattr(person, name, value)
    await make_member(db, await make_organisation(db), person=person)
    db.add(grant(person_id))
    await db.flush()
    await following.follow_person(db, person_id)
    await db.commit()
    return (await db.scalars(select(Profile).where(Profile.person_id == person_id))).one()


async def as_person(client: PageClient, app: Litestar, db: AsyncSession, one: Profile) -> None:
    await sign_in(client, app, db, person=await db.get_one(Person, one.person_id))


def path_of(post: Opportunity, page: str) -> str:
    return f"/org/northshire/posts/{post.slug}/people/{page}"


async def send_to(client: PageClient, path: str, **values: str) -> httpx.Response:
    """What a form would send that the page does not show now."""
    page = parse((await client.get("/dashboard")).text)
    tokens = {str(f.get("name")): f.get("value", "") for f in page.iter("input")}
    return await client.post(path, data={"_csrf_token": tokens["_csrf_token"], **values})


async def invited(db: AsyncSession, body: Body, post: Opportunity, one: Profile) -> uuid.UUID:
    made = await commands.invite(db, body.hr, slug=post.slug, profile_id=one.id, note=None)
    await db.commit()
    return made


async def state(db: AsyncSession, invitation_id: uuid.UUID) -> str:
    found = select(PostInvitation.status).where(PostInvitation.id == invitation_id)
    return (await db.scalars(found)).one()


@given(st.lists(st.sampled_from(InvitationAction), max_size=6))
def test_no_way_leads_out_of_an_end_and_interest_follows_a_yes_alone(
    actions: list[InvitationAction],
) -> None:
    status = INVITATION.start
    done: list[InvitationAction] = []
    for action in actions:
        try:
            status = INVITATION.after(status, action)
        except MoveRefused:
            continue
        done.append(action)
    assert len(done) <= 2
    assert (status is InvitationStatus.ENDED) == (
        done == [InvitationAction.ACCEPT, InvitationAction.TAKE_BACK]
    )
    assert (status is InvitationStatus.ACCEPTED) == (done == [InvitationAction.ACCEPT])
    if done and done[0] is not InvitationAction.ACCEPT:
        assert len(done) == 1
        assert INVITATION.actions_from(status) == ()


@pytest.mark.parametrize("language", ["en", "cy"])
async def test_somebody_is_invited_without_an_address_and_told(
    client: PageClient,
    app: Litestar,
    db: AsyncSession,
    body: Body,
    post: Opportunity,
    language: str,
) -> None:
    one = await somebody(db, language=language, private_email="ada@private.example")
    await sign_in(client, app, db, body.members["hr"])
    page = await client.get(path_of(post, f"{one.id}/invite"))
    assert f"Invite {label_of(one.id)} to apply?" in page.text
    answer = await client.fill_in(page, {"note": "Call me on 01632 960 123."})
    assert_form_error(
        answer,
        "note",
        "Leave out email addresses and telephone numbers: they answer through Crossbench",
    )
    answer = await client.fill_in(page, {"note": "Your evidence convinced us."})
    assert answer.status_code == 303
    listed = await client.get(answer.headers["location"])
    assert f"{label_of(one.id)} Waiting for an answer" in words(parse(listed.text))
    for secret in ("Ada Secret", "ada@private.example", str(one.person_id)):
        assert secret not in listed.text
    message = (await db.scalars(select(Message).where(Message.template == "post_invitation"))).one()
    assert (message.to_address, message.language) == ("ada@private.example", language)
    assert (message.in_inbox, message.organisation_name) == (True, "Northshire Council")
    subject = "Invitation to apply" if language == "en" else "Gwahoddiad i wneud cais"
    assert message.subject == f"{subject}: Delivery manager"
    letter = open_letter(app.state.settings, message)
    for part in (letter.text, letter.html):
        assert "Northshire Council" in part
        assert "Delivery manager" in part
        assert INVITATIONS in part
        for other in (body.hr.name, "convinced", "Ada"):
            assert str(other) not in part
    entry = (await db.scalars(select(AuditEntry).where(AuditEntry.action == "match.invited"))).one()
    assert (entry.chain, entry.facts) == (body.organisation.id, {"profile": str(one.id)})


async def test_interest_shows_contact_through_the_platform_and_no_more(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    one = await somebody(db)
    made = await invited(db, body, post, one)
    await as_person(client, app, db, one)
    dashboard = words(parse((await client.get("/dashboard")).text))
    assert "1 invitation waits for your answer" in dashboard
    page = await client.get(f"{INVITATIONS}/{made}")
    text_ = words(parse(page.text))
    assert "Northshire Council invited you on" in text_
    assert "What happens next" in text_
    assert "You have not applied by this" in text_
    answer = await client.fill_in(page)
    assert answer.status_code == 303
    assert await state(db, made) == "accepted"
    stage = (await db.scalars(select(ProfileDisclosure))).one()
    assert (stage.person_id, stage.organisation_id) == (one.person_id, body.organisation.id)
    assert (stage.stage, stage.opportunity_id) == ("interest", post.id)
    chains = select(AuditEntry.chain).where(AuditEntry.action == "match.invitation_accept")
    assert list(await db.scalars(chains)) == [EXCHANGE]
    await sign_in(client, app, db, body.members["hiring"])
    page = await client.get(path_of(post, str(one.id)))
    text_ = words(parse(page.text))
    assert "Interested Invited by" in text_
    assert "Contact Through Crossbench" in text_
    assert "Ada Secret" not in page.text
    assert "Name Your organisation sees this once the stage “shortlist” is reached" in text_


async def test_who_invited_is_told_of_the_answer_without_a_name(
    app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    one = await somebody(db)
    made = await invited(db, body, post, one)
    person = await as_actor(db, await _membership(db, one))
    await commands.accept(db, person, invitation_id=made)
    job = (await db.scalars(select(Outbox).where(Outbox.job == commands.TELL))).one()
    await commands.tell_answer(db, made, job.arguments["status"])
    told = (await db.scalars(select(Message).where(Message.template == "post_message"))).one()
    assert told.person_id == body.members["hr"].person_id
    assert told.subject == "Somebody is interested: Delivery manager"
    letter = open_letter(app.state.settings, told)
    assert f"{label_of(one.id)} is interested" in letter.text
    assert "Ada" not in letter.text
    await commands.tell_answer(db, uuid.uuid4(), "accepted")


async def _membership(db: AsyncSession, one: Profile) -> Membership:
    found = select(Membership).where(Membership.person_id == one.person_id)
    return (await db.scalars(found)).one()


async def test_declining_asks_why_and_the_body_reads_it(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    one = await somebody(db)
    made = await invited(db, body, post, one)
    await as_person(client, app, db, one)
    page = await client.get(f"{INVITATIONS}/{made}/decline")
    assert_form_error(await client.fill_in(page), "reason", "Choose why it does not suit you")
    answer = await client.fill_in(page, {"reason": "place", "words": "Too far from the sea."})
    assert answer.status_code == 303
    again = await send_to(client, f"{INVITATIONS}/{made}/accept")
    assert again.status_code == 409
    await sign_in(client, app, db, body.members["hr"])
    listed = words(parse((await client.get(path_of(post, "invitations"))).text))
    assert f"{label_of(one.id)} Declined" in listed
    assert "The place or the way of working does not suit me" in listed
    assert "Too far from the sea." in listed
    moves = select(PostInvitationHistory.action, PostInvitationHistory.by_id)
    assert (await db.execute(moves)).all() == [("decline", one.person_id)]


async def test_who_never_wants_to_hear_again_looks_like_who_is_not_there(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    one, polite = await somebody(db), await somebody(db)
    other = await an_open_post(db, body.organisation, await a_skill(db))
    made = await invited(db, body, post, one)
    said_no = await invited(db, body, post, polite)
    await as_person(client, app, db, one)
    answer = await client.fill_in(await client.get(f"{INVITATIONS}/{made}/never"))
    assert answer.status_code == 303
    assert (await db.scalars(select(ProfileHiding.organisation_id))).one() == body.organisation.id
    await as_person(client, app, db, polite)
    page = await client.get(f"{INVITATIONS}/{said_no}/decline")
    await client.fill_in(page, {"reason": "unsaid"})
    await sign_in(client, app, db, body.members["hr"])
    listed = (await client.get(path_of(post, "invitations"))).text
    rows = [listed.replace(label_of(who.id), "X").count("X <strong") for who in (one, polite)]
    assert rows == [1, 1]
    answers = []
    for profile_id in (one.id, uuid.uuid4()):
        assert (await client.get(path_of(other, f"{profile_id}/invite"))).status_code == 404
        sent = await send_to(client, path_of(other, f"{profile_id}/invite"), note="")
        answers.append((sent.status_code, words(parse(sent.text))))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


async def test_interest_is_taken_back_at_once(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    one = await somebody(db)
    made = await invited(db, body, post, one)
    await as_person(client, app, db, one)
    await client.fill_in(await client.get(f"{INVITATIONS}/{made}"))
    await client.fill_in(await client.get(f"{INVITATIONS}/{made}/take-back"))
    assert await state(db, made) == "ended"
    assert (await db.scalars(select(ProfileDisclosure.withdrawn_at))).one() is not None
    await sign_in(client, app, db, body.members["hr"])
    assert "Through Crossbench" not in (await client.get(path_of(post, str(one.id)))).text


async def test_the_body_withdraws_what_nobody_answered(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    one = await somebody(db)
    made = await invited(db, body, post, one)
    await sign_in(client, app, db, body.members["hiring"])
    page = await client.get(path_of(post, f"invitations/{made}/withdraw"))
    assert (await client.fill_in(page)).status_code == 303
    assert (await client.get(path_of(post, f"invitations/{made}/withdraw"))).status_code == 409
    await as_person(client, app, db, one)
    text_ = words(parse((await client.get(f"{INVITATIONS}/{made}")).text))
    assert "Withdrawn by the organisation" in text_
    assert "I am interested" not in text_
    with pytest.raises(Exception, match="Your organisation has invited"):
        await commands.invite(db, body.hr, slug=post.slug, profile_id=one.id, note=None)


async def test_invitations_end_with_their_post(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    one, other = await somebody(db), await somebody(db)
    made = await invited(db, body, post, one)
    answered = await invited(db, body, post, other)
    person = await as_actor(db, await _membership(db, other))
    await commands.accept(db, person, invitation_id=answered)
    await withdraw_post(db, body.hr, post.slug, reason="Not needed.")
    await db.commit()
    assert [await state(db, which) for which in (made, answered)] == ["expired", "accepted"]
    await as_person(client, app, db, one)
    assert "The post is not open now." in (await client.get(f"{INVITATIONS}/{made}")).text
    assert "Closed before you answered" in (await client.get(INVITATIONS)).text


async def test_a_post_that_rests_takes_no_answer(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    one = await somebody(db)
    made = await invited(db, body, post, one)
    await db.execute(text("UPDATE open_post SET closes_on = closes_on - 40"))
    await db.commit()
    await as_person(client, app, db, one)
    answer = await send_to(client, f"{INVITATIONS}/{made}/accept")
    assert answer.status_code == 409
    assert await state(db, made) == "sent"


async def test_a_body_invites_so_many_on_a_day_and_no_more(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    one = await somebody(db)
    await invited(db, body, post, one)
    for _ in range(MOST_A_DAY - 1):
        extra = await an_open_post(db, body.organisation, await a_skill(db))
        await invited(db, body, extra, one)
    last = await an_open_post(db, body.organisation, await a_skill(db))
    await db.commit()
    await sign_in(client, app, db, body.members["hr"])
    answer = await client.fill_in(await client.get(path_of(last, f"{one.id}/invite")))
    assert answer.status_code == 422
    assert f"has invited {MOST_A_DAY} people today" in answer.text
    await db.execute(
        update(PostInvitation).values(created_at=func.now() - text("interval '2 days'"))
    )
    await db.commit()
    assert (
        await client.fill_in(await client.get(path_of(last, f"{one.id}/invite")))
    ).status_code == 303


@pytest.mark.parametrize("change", ["paused", "withdrawn"])
async def test_who_is_not_seen_is_not_invited(
    db: AsyncSession, body: Body, post: Opportunity, change: str
) -> None:
    one = await somebody(db)
    if change == "paused":
        one.paused_until = following.london_today()
    else:
        await db.execute(update(ConsentGrant).values(withdrawn_at=func.now()))
    await db.flush()
    with pytest.raises(Exception, match=NOT_INVITED):
        await commands.invite(db, body.hr, slug=post.slug, profile_id=one.id, note=None)


async def test_only_the_two_of_an_invitation_see_it(
    db: AsyncSession, connection: AsyncConnection, body: Body, post: Opportunity
) -> None:
    one = await somebody(db)
    await invited(db, body, post, one)
    stranger = await make_member(db, await make_organisation(db))
    seats = [
        await make_sign_in(db, who)
        for who in (stranger, body.members["hr"], await _membership(db, one))
    ]
    counts = []
    for seat in seats:
        await connection.execute(ACT_AS_NOBODY)
        await connection.execute(text("SELECT app_act_for(:id)"), {"id": seat.id})
        counts.append(await connection.scalar(text("SELECT count(*) FROM post_invitation")))
    assert counts == [0, 1, 1]


async def test_it_stands_in_the_own_data_and_goes_with_the_profile(
    db: AsyncSession, body: Body, post: Opportunity
) -> None:
    one = await somebody(db)
    made = await invited(db, body, post, one)
    person = await as_actor(db, await _membership(db, one))
    await commands.accept(db, person, invitation_id=made)
    held = await collect(db, one.person_id)
    assert [row["id"] for row in held["post_invitation"]] == [str(made)]
    await delete_profile(db, person)
    assert await db.scalar(select(func.count()).select_from(PostInvitation)) == 0
    assert await db.scalar(select(func.count()).select_from(PostInvitationHistory)) == 0
