"""The mailbox of the demo, and the operator's page of mail that was not delivered."""

from datetime import UTC, datetime, timedelta

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.audit.queries import list_entries
from app.core.db import new_id
from app.core.permissions import Duty
from tests.counting import counted
from tests.notifications.written import make_failed_message, make_message
from tests.pages import PageClient, parse, words
from tests.people import make_member, make_organisation, make_person, sign_in

BASE = "http://127.0.0.1:8000"


class TestMailbox:
    """Everything that the demo wrote, for everybody."""

    async def test_an_empty_one_says_when_mail_appears(self, client: PageClient) -> None:
        page = await client.get("/demo/mailbox")
        assert page.status_code == 200
        assert "No messages" in page.text
        assert "asks for a sign-in link" in page.text
        assert page.headers["cache-control"] == "no-store"

    async def test_it_lists_the_newest_first_with_what_became_of_each(
        self, client: PageClient, db: AsyncSession
    ) -> None:
        now = datetime.now(UTC)
        await make_message(db, subject="First", created_at=now - timedelta(hours=2))
        await make_message(
            db, subject="Second", organisation_name="Moor & Dale", channel="smtp", sent_at=now
        )
        await make_failed_message(db, subject="Third", created_at=now + timedelta(hours=1))
        page = parse((await client.get("/demo/mailbox")).text)
        lines = [words(item) for item in page.iter("li") if item.get("class") == "cb-list__item"]
        assert [line.split()[0] for line in lines] == ["Third", "Second", "First"]
        assert "Not delivered: the mail server refused it (550)" in lines[0]
        assert "from Moor & Dale" in lines[1]
        assert "Sent by the mail server" in lines[1]
        assert "On its way" in lines[2]

    async def test_it_is_searched_by_part_of_an_address(
        self, client: PageClient, db: AsyncSession
    ) -> None:
        await make_message(db, to_address="Ada_1@x.example")
        await make_message(db, to_address="adaX1@x.example")
        page = await client.get("/demo/mailbox", params={"to": "ADA_1"})
        assert "1 message to “ADA_1”" in page.text
        assert "adaX1@" not in page.text
        nothing = await client.get("/demo/mailbox", params={"to": "%"})
        assert "No messages to “%”" in nothing.text
        bad = await client.get("/demo/mailbox?to=a%00b")
        assert "2 messages" in bad.text

    @pytest.mark.parametrize("count", [1, 20, 45])
    async def test_it_is_paged_with_the_same_number_of_queries(
        self, client: PageClient, db: AsyncSession, connection: AsyncConnection, count: int
    ) -> None:
        for number in range(count):
            await make_message(db, subject=f"Number {number}")
        with counted(connection) as seen:
            page = await client.get("/demo/mailbox", params={"to": "ada"})
        assert len(seen) == 2
        assert page.text.count("cb-list__item") == min(count, 20)
        assert ("?to=ada&amp;page=2" in page.text) == (count > 20)
        last = await client.get(f"/demo/mailbox?page={-(-count // 20)}")
        assert "Number 0<" in last.text
        assert (await client.get("/demo/mailbox?page=9")).status_code == 404

    async def test_a_message_shows_its_text_with_links_of_ours_only(
        self, client: PageClient, db: AsyncSession
    ) -> None:
        text = (
            f"Come: {BASE}/sign-in/link/abc?x=1&y=2.\nNot https://evil.example/a nor {BASE}.evil/b "
            f"nor {BASE}//evil.example <script>alert(1)</script>\n"
        )
        message = await make_message(db, text=text, organisation_name="Moor Council")
        page = await client.get(f"/demo/mailbox/{message.id}")
        assert page.headers["cache-control"] == "no-store"
        tree = parse(page.text)
        (letter,) = [e for e in tree.iter("div") if e.get("class") == "cb-letter"]
        assert "".join(letter.itertext()) == text
        assert [a.get("href") for a in letter.iter("a")] == ["/sign-in/link/abc?x=1&y=2"]
        assert "Moor Council via Crossbench" in page.text

    async def test_html_is_shown_as_its_source(self, client: PageClient, db: AsyncSession) -> None:
        message = await make_message(db, html='<p onclick="x()">Hi</p><script>x()</script>')
        page = await client.get(f"/demo/mailbox/{message.id}")
        (source,) = parse(page.text).iter("pre")
        assert source.text == '<p onclick="x()">Hi</p><script>x()</script>'

    async def test_a_message_of_another_key_says_so(
        self, client: PageClient, db: AsyncSession
    ) -> None:
        message = await make_message(db, sealed=b"nonsense")
        page = await client.get(f"/demo/mailbox/{message.id}")
        assert "cannot be opened" in page.text

    async def test_what_is_gone_is_not_found(self, client: PageClient, db: AsyncSession) -> None:
        forgotten = await make_message(db, sealed=None, to_address=None)
        for name in (forgotten.id, new_id(), "nonsense"):
            assert (await client.get(f"/demo/mailbox/{name}")).status_code == 404
        assert "No messages" in (await client.get("/demo/mailbox")).text


class TestOperator:
    """Mail that was not delivered."""

    @pytest.fixture
    async def operator(self, client: PageClient, app: Litestar, db: AsyncSession) -> PageClient:
        await sign_in(client, app, db, person=await make_person(db, is_operator=True))
        return client

    async def test_all_was_delivered(self, operator: PageClient) -> None:
        page = await operator.get("/operator/mail")
        assert "All mail was delivered." in page.text
        assert "mail was not delivered" not in (await operator.get("/dashboard")).text

    async def test_what_somebody_looks_for_is_not_the_operator_s(
        self, operator: PageClient, db: AsyncSession
    ) -> None:
        await make_failed_message(db, template="alert_posts", subject="New post: Spy")
        page = await operator.get("/operator/mail")
        assert "Spy" not in page.text
        assert "New posts for somebody’s alert" in page.text

    async def test_failed_and_late_mail_is_shown_and_can_be_sent_again(
        self, operator: PageClient, db: AsyncSession
    ) -> None:
        message_id = await make_failed_message(db)
        await make_failed_message(db, failure="gave-up")
        await make_failed_message(db, failure="notify-400", sealed=None, to_address=None)
        await make_message(db, created_at=datetime.now(UTC) - timedelta(minutes=6))
        dashboard = await operator.get("/dashboard")
        assert "3 messages could not be delivered" in dashboard.text
        assert "1 message has waited for more than 5 minutes" in dashboard.text
        page = await operator.get("/operator/mail")
        said = words(parse(page.text))
        assert "the mail server refused it (550)" in said
        assert "it could not be handed over for two days" in said
        assert "GOV.UK Notify refused it (400)" in said
        assert "1 message has waited for more than 5 minutes. Check that the worker runs." in said
        targets = [
            form.get("action") or ""
            for form in parse(page.text).iter("form")
            if form.get("method", "").lower() == "post"
        ]
        assert len([one for one in targets if "send-again" in one]) == 2
        number = targets.index(f"/operator/mail/{message_id}/send-again")
        answer = await operator.submit(page, form=number)
        assert (answer.status_code, answer.headers["location"]) == (303, "/operator/mail")
        left = await operator.get("/operator/mail")
        assert "The message goes out again." in left.text
        assert left.text.count("Not delivered:") == 2
        (entry, *_) = (await list_entries(db, organisation_id=None)).items
        assert entry.action == "message.sent_again"

    @pytest.mark.parametrize("count", [1, 20, 45])
    async def test_it_is_paged_with_the_same_number_of_queries(
        self, operator: PageClient, db: AsyncSession, connection: AsyncConnection, count: int
    ) -> None:
        for _ in range(count):
            await make_failed_message(db)
        with counted(connection) as seen:
            page = await operator.get("/operator/mail")
        assert len(seen) <= 6
        assert page.text.count("cb-list__item") == min(count, 20)

    async def test_nobody_else_knows_of_it(
        self, client: PageClient, app: Litestar, db: AsyncSession
    ) -> None:
        await make_failed_message(db)
        body = await make_organisation(db)
        await sign_in(client, app, db, await make_member(db, body, Duty.ORGANISATION_ADMIN))
        assert (await client.get("/operator/mail")).status_code == 404
        assert "could not be delivered" not in (await client.get("/dashboard")).text
