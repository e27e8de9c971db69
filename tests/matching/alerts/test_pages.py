"""Pages of alerts: one's own, a visitor's behind the link, and stopping by one click."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.matching.alerts.models import Alert
from tests.counting import counted
from tests.matching.alerts.making import MONDAY, link_of, make_alert
from tests.messages import letters_to, link_in_last
from tests.opportunities.finding.posts import make_post
from tests.pages import PageClient, assert_form_error
from tests.people import make_member, make_organisation, make_person, sign_in


async def only_alert(db: AsyncSession) -> Alert:
    return (await db.scalars(select(Alert).execution_options(populate_existing=True))).one()


class TestOwn:
    async def test_from_a_search_to_an_alert(
        self, client: PageClient, app: Litestar, db: AsyncSession
    ) -> None:
        body = await make_organisation(db)
        await make_post(db, body, title="Security lead", region="wales")
        await sign_in(client, app, db, await make_member(db, body))
        found = await client.get("/opportunities?q=security&region=wales&sort=pay&page=2")
        assert 'href="/alerts/new?q=security&amp;region=wales"' in found.text
        page = await client.get("/alerts/new?q=security&region=wales")
        assert "“security”, Wales" in page.text
        assert "1 open post fits this now" in page.text
        answer = await client.press(page, frequency="weekly")
        assert answer.headers["location"] == "/alerts"
        listed = await client.get("/alerts")
        assert "Saved." in listed.text
        assert "“security”, Wales" in listed.text
        assert "Once a week" in listed.text
        again = await client.press(await client.get("/alerts/new?region=wales&q=security"))
        assert again.status_code == 422
        assert "You have an alert for this search already" in again.text

    async def test_the_private_address_can_be_chosen(
        self, client: PageClient, app: Litestar, db: AsyncSession
    ) -> None:
        person = await make_person(db, private_email="own@home.example")
        await sign_in(client, app, db, person=person)
        page = await client.get("/alerts/new")
        assert "own@home.example" in page.text
        assert "This is every new post" in page.text
        await client.press(page, address="private")
        assert (await only_alert(db)).to_private

    async def test_an_address_that_is_not_theirs_is_refused(
        self, client: PageClient, app: Litestar, db: AsyncSession
    ) -> None:
        await sign_in(client, app, db, person=await make_person(db))
        answer = await client.press(await client.get("/alerts/new"), address="private")
        assert_form_error(answer, "address", "Choose one of your addresses")

    async def test_no_alerts_yet(self, client: PageClient, app: Litestar, db: AsyncSession) -> None:
        await sign_in(client, app, db, person=await make_person(db))
        assert "You have no alerts yet" in (await client.get("/alerts")).text

    async def test_changing_pausing_and_ending(
        self, client: PageClient, app: Litestar, db: AsyncSession
    ) -> None:
        person = await make_person(db)
        alert = await make_alert(db, person, criteria={"q": ["data"]}, asked_at=MONDAY)
        await sign_in(client, app, db, person=person)
        path = f"/alerts/{alert.id}"
        page = await client.get(path)
        assert "You have had this alert for a year" in page.text
        await client.press(page, action=path, frequency="instant")
        await client.press(page, action=f"{path}/keep")
        await client.press(page, action=f"{path}/pause")
        alert = await only_alert(db)
        assert (alert.frequency, alert.status, alert.asked_at) == ("instant", "paused", None)
        assert "Paused" in (await client.get("/alerts")).text
        await client.press(await client.get(path), action=f"{path}/resume")
        asked = await client.get(f"{path}/end")
        assert (await only_alert(db)).status == "on"
        await client.press(asked)
        assert (await only_alert(db)).status == "ended"
        assert (await client.get(path)).status_code == 404
        assert "You have no alerts yet" in (await client.get("/alerts")).text

    async def test_an_action_that_there_is_not(
        self, client: PageClient, app: Litestar, db: AsyncSession
    ) -> None:
        person = await make_person(db)
        alert = await make_alert(db, person)
        await sign_in(client, app, db, person=person)
        page = await client.get(f"/alerts/{alert.id}")
        token = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
        assert token
        path = f"/alerts/{alert.id}/fly"
        assert (await client.post(path, data={"_csrf_token": token[1]})).status_code == 404

    @pytest.mark.parametrize("number", [1, 20, 50])
    async def test_the_list_is_paged_with_the_same_number_of_queries(
        self,
        client: PageClient,
        app: Litestar,
        db: AsyncSession,
        connection: AsyncConnection,
        number: int,
    ) -> None:
        person = await make_person(db)
        for n in range(number):
            await make_alert(db, person, criteria={"role": ["data-engineer"], "pay": [str(n)]})
        await sign_in(client, app, db, person=person)
        with counted(connection) as seen:
            page = await client.get("/alerts")
        assert len(seen) <= 6
        assert page.text.count("cb-list__item") == min(number, 20)
        assert "Data engineer" in page.text


class TestVisitor:
    async def ask(self, client: PageClient, **answers: str) -> httpx.Response:
        page = await client.get("/alerts/new?q=security")
        given = {"email": "v@visitors.example", "language": "cy", **answers}
        return await client.press(page, **given)

    async def test_asking_confirming_changing_stopping(
        self, client: PageClient, db: AsyncSession
    ) -> None:
        answer = await self.ask(client)
        assert answer.headers["location"] == "/alerts/check-your-email"
        assert "Check your email" in (await client.get("/alerts/check-your-email")).text
        path = await link_in_last(db, "v@visitors.example", "/alerts/by-link/")
        page = await client.get(path)
        assert "Confirm your alert" in page.text
        assert (await only_alert(db)).status == "waiting"
        client.cookies.clear()  # another browser
        await client.press(await client.get(path))
        assert (await only_alert(db)).status == "on"
        page = await client.get(path)
        assert "Your alert is on." in page.text
        await client.press(page, action=path, frequency="weekly", language="en")
        await client.press(await client.get(path), action=f"{path}/pause")
        alert = await only_alert(db)
        assert (alert.frequency, alert.language, alert.status) == ("weekly", "en", "paused")
        page = await client.get(f"{path}/unsubscribe")
        assert (await only_alert(db)).status == "paused"
        stopped = await client.press(page)
        assert stopped.status_code == 200
        assert "This alert has ended" in stopped.text
        assert "This alert has ended" in (await client.get(path)).text

    async def test_errors_stand_beside_the_fields(self, client: PageClient) -> None:
        answer = await self.ask(client, email="nobody", frequency="daily")
        assert answer.status_code == 422
        assert "Error: " in answer.text
        assert "“security”" in answer.text
        assert_form_error(await self.ask(client, email=""), "email", "Enter your email address")

    async def test_a_search_of_very_many_fields_is_read_as_any_other(
        self, client: PageClient, db: AsyncSession
    ) -> None:
        assert (await self.ask(client, search="q=security" + "&role=" * 900)).status_code == 303
        assert (await only_alert(db)).criteria == {"q": ["security"]}

    async def test_one_address_is_written_to_a_few_times_a_day(
        self, client: PageClient, db: AsyncSession
    ) -> None:
        for _ in range(5):
            assert (await self.ask(client)).status_code == 303
        assert (await self.ask(client)).status_code == 429
        assert len(await letters_to(db, "v@visitors.example")) == 5

    async def test_an_unknown_link_is_not_found(self, client: PageClient) -> None:
        for path in (f"/alerts/by-link/{'x' * 43}", "/alerts/by-link/x"):
            answer = await client.get(path)
            assert answer.status_code == 404

    async def test_a_person_s_alert_behind_its_link(
        self, client: PageClient, db: AsyncSession
    ) -> None:
        alert = await make_alert(db, await make_person(db), asked_at=MONDAY)
        path = f"/alerts/by-link/{link_of(db, alert)}"
        page = await client.get(path)
        assert "sign in and go to your alerts" in page.text
        await client.press(page, action=f"{path}/keep")
        assert (await only_alert(db)).asked_at is None
        page = await client.get(path)
        await client.press(page, action=f"{path}/pause")
        assert (await only_alert(db)).status == "paused"


async def test_one_click_unsubscribe_as_a_mail_program_sends_it(
    json_client: PageClient, db: AsyncSession
) -> None:
    """RFC 8058: a POST with one field, no cookie, no session, no referrer, and no redirect."""
    alert = await make_alert(db)
    path = f"/alerts/by-link/{link_of(db, alert)}/unsubscribe"
    for _ in range(2):
        answer = await json_client.post(path, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "set-cookie" not in answer.headers
    assert (await only_alert(db)).status == "ended"
    strange = await json_client.post(f"/alerts/by-link/{'y' * 43}/unsubscribe")
    assert strange.status_code == 404


async def test_an_alert_never_confirmed_tells_nobody_what_it_was(
    client: PageClient, db: AsyncSession
) -> None:
    """A link that was never confirmed in time leads nowhere."""
    alert = await make_alert(db, status="waiting", started_at=None, criteria={"q": ["secret"]})
    alert.created_at = datetime.now(UTC) - timedelta(days=15)
    await db.commit()
    answer = await client.get(f"/alerts/by-link/{link_of(db, alert)}")
    assert answer.status_code == 404
    assert "secret" not in answer.text
