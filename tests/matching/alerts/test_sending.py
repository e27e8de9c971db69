"""What alerts send: new posts, as each reader may see them, each once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.core.outbox import Outbox
from app.matching.alerts import queries, sending
from app.matching.alerts.models import AlertRun
from app.matching.alerts.sending import send_due
from app.notifications.commands import deliver_message
from app.notifications.inbox.models import MessagePreference
from app.notifications.models import Message
from app.opportunities.finding.models import OpenPost
from app.organisations.models import Membership, Organisation
from tests.counting import counted
from tests.matching.alerts.making import MONDAY, link_of, make_alert, told_of
from tests.messages import letters_to
from tests.opportunities.finding.posts import make_post, make_posts, role_of
from tests.people import make_member, make_organisation, make_person

TUESDAY = MONDAY + timedelta(days=1, minutes=5)
AFTER = MONDAY + timedelta(hours=3)


@pytest.fixture
async def body(db: AsyncSession) -> Organisation:
    return await make_organisation(db, name="Eastmoor Council", name_cy="Cyngor Eastmoor")


async def runs_of(db: AsyncSession, alert: Any) -> list[tuple[datetime, datetime, int]]:
    found = await db.execute(
        select(AlertRun.window_from, AlertRun.window_to, AlertRun.posts)
        .where(AlertRun.alert_id == alert.id)
        .order_by(AlertRun.window_to)
    )
    return [tuple(row) for row in found]


async def test_new_posts_are_told_once_in_one_mail(db: AsyncSession, body: Organisation) -> None:
    person = await make_person(db)
    alert = await make_alert(db, person)
    await make_post(db, body, title="Old post", published_at=MONDAY - timedelta(hours=1))
    new = await make_post(db, body, title="New post", published_at=AFTER)
    assert await send_due(db, MONDAY + timedelta(hours=23)) == 0
    assert await send_due(db, TUESDAY) == 1
    (letter,) = await letters_to(db, person.email)
    assert letter.subject == "New post: New post"
    assert "Eastmoor Council\nNew post\n" in letter.text
    assert f"/opportunities/{new.slug}" in letter.html
    assert "Old post" not in letter.text
    assert await told_of(db, alert) == {new.id}
    assert await send_due(db, TUESDAY) == 0
    assert await send_due(db, TUESDAY + timedelta(days=1)) == 1
    assert len(await letters_to(db, person.email)) == 1
    day = timedelta(days=1)
    assert await runs_of(db, alert) == [
        (MONDAY, MONDAY + day, 1),
        (MONDAY + day, MONDAY + 2 * day, 0),
    ]


async def test_the_search_and_the_public_audience_bind_a_visitor(
    db: AsyncSession, body: Organisation
) -> None:
    role = await role_of(db)
    alert = await make_alert(db, criteria={"role": [role.slug], "region": ["north_east"]})
    fits = await make_post(db, body, role_id=role.id, published_at=AFTER)
    await make_post(db, body, role_id=role.id, region="wales", published_at=AFTER)
    await make_post(db, body, role_id=role.id, audience="verified", published_at=AFTER)
    await make_post(db, body, published_at=AFTER)
    await send_due(db, TUESDAY)
    assert await told_of(db, alert) == {fits.id}
    (letter,) = await letters_to(db, alert.email or "")
    assert "Security architect, North East" in letter.text


async def test_what_somebody_may_see_is_asked_when_it_is_sent(
    db: AsyncSession, body: Organisation
) -> None:
    """Named posts come to members, and no more once they have left."""
    named = await make_organisation(db, name="Named Council")
    stays, left = await make_member(db, named), await make_member(db, named)
    staying = await make_alert(db, stays.person_id)
    leaving = await make_alert(db, left.person_id)
    stranger = await make_alert(db, (await make_member(db, await make_organisation(db))).person_id)
    post = await make_post(
        db, body, audience="named", named_organisation_ids=[named.id], published_at=AFTER
    )
    ended = {"ended_at": datetime.now(UTC), "ended_reason": "left"}
    await db.execute(update(Membership).where(Membership.id == left.id).values(**ended))
    await db.commit()
    await send_due(db, TUESDAY)
    assert await told_of(db, staying) == {post.id}
    assert await told_of(db, leaving) == set()
    assert await told_of(db, stranger) == set()
    (letter,) = await letters_to(db, stays.work_email)
    assert "You see this post as a member of Named Council." in letter.text


async def test_a_member_of_two_bodies_hears_of_a_post_once(
    db: AsyncSession, body: Organisation
) -> None:
    other = await make_organisation(db)
    member = await make_member(db, body)
    person = await db.get_one(type(await make_person(db)), member.person_id)
    await make_member(db, other, person=person)
    alert = await make_alert(db, person)
    own = await make_post(db, body, audience="own", published_at=AFTER)
    verified = await make_post(db, other, audience="verified", published_at=AFTER)
    public = await make_post(db, other, published_at=AFTER)
    await send_due(db, TUESDAY)
    assert await told_of(db, alert) == {own.id, verified.id, public.id}
    (letter,) = await letters_to(db, person.email)
    assert letter.subject == "3 new posts for your alert"


async def test_a_post_shown_later_is_still_new(db: AsyncSession, body: Organisation) -> None:
    """Rule 40: known by what was told, not by a clock that commits may come after."""
    alert = await make_alert(db)
    await send_due(db, TUESDAY)
    late = await make_post(db, body, published_at=AFTER)
    await send_due(db, TUESDAY + timedelta(days=1))
    assert await told_of(db, alert) == {late.id}


async def test_paused_ended_waiting_and_suspended_get_nothing(
    db: AsyncSession, body: Organisation
) -> None:
    suspended = await make_person(db, suspended_at=datetime.now(UTC))
    alerts = [
        await make_alert(db, status="paused"),
        await make_alert(db, status="ended", ended_at=MONDAY),
        await make_alert(db, status="waiting", started_at=None),
        await make_alert(db, suspended),
    ]
    await make_post(db, body, published_at=AFTER)
    await send_due(db, TUESDAY)
    assert [await told_of(db, alert) for alert in alerts] == [set()] * 4


async def test_weekly_and_instant(db: AsyncSession, body: Organisation) -> None:
    weekly = await make_alert(db, frequency="weekly")
    instant = await make_alert(db, frequency="instant")
    post = await make_post(db, body, published_at=AFTER)
    await send_due(db, AFTER + timedelta(minutes=11))
    assert await told_of(db, instant) == {post.id}
    assert await told_of(db, weekly) == set()
    await send_due(db, MONDAY + timedelta(days=7))
    assert await told_of(db, weekly) == {post.id}


async def test_instant_alerts_rest_while_nothing_is_published(
    db: AsyncSession, body: Organisation
) -> None:
    await make_post(db, body, published_at=AFTER)
    await db.execute(update(OpenPost).values(shown_at=AFTER))
    alert = await make_alert(db, frequency="instant", covered_to=AFTER + timedelta(hours=1))
    assert await send_due(db, AFTER + timedelta(hours=2)) == 0
    await db.execute(update(OpenPost).values(shown_at=AFTER + timedelta(hours=2)))
    assert await send_due(db, AFTER + timedelta(hours=2)) == 1
    assert len(await runs_of(db, alert)) == 1


async def test_a_mail_in_welsh_for_who_wants_welsh(db: AsyncSession, body: Organisation) -> None:
    person = await make_person(db, language="cy")
    await make_alert(db, person, criteria={"region": ["wales"], "min_days": ["2"]})
    await make_post(db, body, title_cy="Pensaer diogelwch", region="wales", published_at=AFTER)
    await send_due(db, TUESDAY)
    (letter,) = await letters_to(db, person.email)
    assert letter.subject == "Swydd newydd: Pensaer diogelwch"
    assert (
        "Cyngor Eastmoor\nPensaer diogelwch\nSwydd a ariennir ar y cyd. 2.5 diwrnod yr wythnos"
        in (letter.text)
    )
    assert "Cymru, 2 neu fwy o ddiwrnodau yr wythnos" in letter.text
    assert "Closes" not in letter.text + letter.html


async def test_the_private_address_if_it_is_wanted(db: AsyncSession, body: Organisation) -> None:
    person = await make_person(db, private_email="own@home.example")
    await make_alert(db, person, to_private=True)
    await make_post(db, body, published_at=AFTER)
    await send_due(db, TUESDAY)
    assert len(await letters_to(db, "own@home.example")) == 1
    assert await letters_to(db, person.email) == []


async def test_many_posts_are_counted_and_the_first_shown(
    db: AsyncSession, body: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_POSTS", 25)
    alert = await make_alert(db)
    await make_posts(db, body, range(30))
    await db.execute(update(OpenPost).values(published_at=AFTER))
    await send_due(db, TUESDAY)
    assert len(await told_of(db, alert)) == 25
    (letter,) = await letters_to(db, alert.email or "")
    assert letter.text.count("/opportunities/post-") == 20
    assert "And 5 more." in letter.text
    await send_due(db, TUESDAY + timedelta(days=1))
    assert len(await told_of(db, alert)) == 30


async def test_one_click_headers_lead_to_this_alert_alone(
    db: AsyncSession, body: Organisation
) -> None:
    alert = await make_alert(db)
    await make_post(db, body, published_at=AFTER)
    await send_due(db, TUESDAY)
    (letter,) = await letters_to(db, alert.email or "")
    assert letter.unsubscribe.endswith(f"/alerts/by-link/{link_of(db, alert)}/unsubscribe")


async def test_in_the_inbox_only_goes_to_no_mail_server(
    db: AsyncSession, body: Organisation
) -> None:
    person = await make_person(db)
    db.add(MessagePreference(person_id=person.id, kind="alerts", way="inbox"))
    await make_alert(db, person)
    await make_post(db, body, published_at=AFTER)
    await send_due(db, TUESDAY)
    message = (await db.scalars(select(Message).where(Message.person_id == person.id))).one()
    assert (message.in_inbox, message.channel) == (True, "inbox")
    assert message.sent_at is not None
    jobs = select(func.count()).where(Outbox.arguments["message_id"].astext == str(message.id))
    assert await db.scalar(jobs) == 0


async def test_an_alert_that_cannot_be_sent_holds_nobody_up(
    db: AsyncSession, body: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = await make_alert(db), await make_alert(db)
    await make_post(db, body, published_at=AFTER)
    usual = sending._run

    async def run(db: AsyncSession, alert: Any, *rest: Any) -> None:
        await usual(db, alert, *rest)
        if alert.id == bad.id:
            raise RuntimeError

    monkeypatch.setattr(sending, "_run", run)
    await send_due(db, TUESDAY)
    assert await told_of(db, bad) == set()
    assert len(await told_of(db, good)) == 1
    assert await letters_to(db, bad.email or "") == []
    monkeypatch.undo()
    assert await send_due(db, TUESDAY + timedelta(minutes=59)) == 0
    assert await send_due(db, TUESDAY + timedelta(minutes=61)) == 1
    assert len(await told_of(db, bad)) == 1


async def test_no_more_are_written_while_so_many_wait(
    db: AsyncSession, body: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MOST_WAITING", 3)
    for _ in range(5):
        await make_alert(db)
    await make_post(db, body, published_at=AFTER)
    assert await send_due(db, TUESDAY, most=2) == 2
    assert await send_due(db, TUESDAY, most=2) == 1
    assert await send_due(db, TUESDAY, most=2) is None
    for message_id in await db.scalars(select(Message.id).where(Message.sent_at.is_(None))):
        await deliver_message(db, message_id)
    assert await send_due(db, TUESDAY) == 2


async def test_the_database_refuses_windows_that_overlap(db: AsyncSession) -> None:
    alert = await make_alert(db)
    hour = timedelta(hours=1)
    db.add(AlertRun(alert_id=alert.id, window_from=MONDAY, window_to=MONDAY + 2 * hour, posts=0))
    await db.commit()
    for start, end, name in (
        (MONDAY + hour, MONDAY + 3 * hour, "ex_alert_run_windows_apart"),
        (MONDAY - hour, MONDAY + 2 * hour, "uq_alert_run_alert_id_window_to"),
        (MONDAY + 3 * hour, MONDAY + 2 * hour, "window_forward"),
    ):
        with pytest.raises(IntegrityError, match=name):
            async with db.begin_nested():
                db.add(AlertRun(alert_id=alert.id, window_from=start, window_to=end, posts=0))


@pytest.mark.parametrize("number", [1, 20])
async def test_a_batch_asks_no_more_for_each_alert_than_it_must(
    db: AsyncSession, connection: AsyncConnection, body: Organisation, number: int
) -> None:
    """Those of one alert: what is new, and what is written down of it."""
    for _ in range(number):
        await make_alert(db, (await make_member(db, body)).person_id)
    await make_post(db, body, published_at=AFTER)
    with counted(connection) as seen:
        assert await send_due(db, TUESDAY) == number
    reads = [one for one in seen if one.lstrip().startswith("SELECT")]
    own = [one for one in reads if "message_preference" in one or "open_post.slug" in one]
    assert len(own) == 2 * number
    assert len([one for one in reads if one not in own]) <= 5 + number


async def test_a_secret_key_that_was_changed_gets_new_links(
    db: AsyncSession, body: Organisation
) -> None:
    alert = await make_alert(db)
    await db.execute(
        text("UPDATE alert SET token_sha256 = sha256('former') WHERE id = :id"), {"id": alert.id}
    )
    await db.refresh(alert)
    await make_post(db, body, published_at=AFTER)
    await send_due(db, TUESDAY)
    (letter,) = await letters_to(db, alert.email or "")
    assert (await queries.get_by_link(db, alert.token_sha256)).id == alert.id
    assert link_of(db, alert) in letter.unsubscribe
