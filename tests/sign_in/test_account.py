"""A person's own account: details, private address, organisation acted for, sign-ins, dashboard."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from litestar import Litestar
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import AuditEntry
from app.core.errors import Refused
from app.core.permissions import Duty
from app.core.sessions import IDLE_SECONDS
from app.organisations.account.commands import require_own_sign_in
from app.organisations.account.domain import ago_in_words, used_ago
from app.organisations.factors.models import AuthenticatorApp
from app.organisations.members.models import AddressClaim
from app.organisations.models import Person, PersonSession
from app.organisations.queries import find_actor
from tests.pages import PageClient, assert_form_error, parse, words
from tests.people import make_member, make_organisation, make_person, make_sign_in, sign_in
from tests.sign_in.helpers import mails_to


async def actions(db: AsyncSession, person: Person) -> list[str]:
    """What the record says this person did, in order."""
    found = await db.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.person_id == person.id)
        .order_by(AuditEntry.created_at, AuditEntry.id)
    )
    return list(found)


@pytest.fixture
async def person(db: AsyncSession) -> Person:
    """Somebody with an account."""
    return await make_person(db, name="Ada Example", email="ada@moor.example")


async def test_the_account_says_what_there_is(
    client: PageClient, app: Litestar, db: AsyncSession, person: Person
) -> None:
    body = await make_organisation(db, name="Moor Council")
    await sign_in(client, app, db, await make_member(db, body, person=person))
    said = words(parse((await client.get("/account")).text))
    assert "Ada Example" in said
    assert "ada@moor.example" in said
    assert "Moor Council" in said


async def test_details_are_changed_and_recorded(
    client: PageClient, app: Litestar, db: AsyncSession, person: Person
) -> None:
    await sign_in(client, app, db, person=person)
    page = await client.get("/account/details")
    blank = await client.submit(page, {"name": " ", "language": "en"}, form=1)
    assert_form_error(blank, "name", "Enter your full name")
    saved = await client.submit(page, {"name": "Ada Sample", "language": "cy"}, form=1)
    assert saved.headers["location"] == "/account"
    assert "Your details are saved." in (await client.get("/account")).text
    await db.refresh(person)
    assert (person.name, person.language) == ("Ada Sample", "cy")
    assert await actions(db, person) == ["account.changed"]


async def test_a_private_address_counts_once_it_is_confirmed(
    client: PageClient, app: Litestar, db: AsyncSession, person: Person
) -> None:
    await sign_in(client, app, db, person=person)
    page = await client.get("/account/private-address")
    await client.submit(page, {"email": "Ada@Home.example"}, form=1)
    await db.refresh(person)
    assert person.private_email is None
    mail = (await mails_to(db, "ada@home.example"))[-1]
    path = re.findall(r"/account/private-address/confirm/\S+", mail)[0]
    claim = (await db.scalars(select(AddressClaim))).one()
    assert path.rpartition("/")[2] not in repr(vars(claim))
    page = await client.get(path)
    await client.get(path)
    assert "ada@home.example" in page.text
    assert (await client.submit(page, form=1)).headers["location"] == "/account"
    await db.refresh(person)
    assert person.private_email == "ada@home.example"
    assert (await client.get(path)).status_code == 404
    assert "A private address was added" in (await mails_to(db, "ada@moor.example"))[-1]
    page = await client.get("/account/private-address/remove")
    await client.submit(page, form=1)
    await db.refresh(person)
    assert person.private_email is None
    assert len(await mails_to(db, "ada@home.example")) == 2
    assert await actions(db, person) == [
        "account.private_address_asked",
        "account.private_address_set",
        "account.private_address_removed",
    ]
    assert (await client.get("/account/private-address/remove")).headers["location"] == "/account"


async def test_a_link_confirms_for_its_own_person_and_not_too_late(
    client: PageClient, app: Litestar, db: AsyncSession, person: Person
) -> None:
    await sign_in(client, app, db, person=person)
    page = await client.get("/account/private-address")
    await client.submit(page, {"email": "ada@home.example"}, form=1)
    path = re.findall(
        r"/account/private-address/confirm/\S+",
        (await mails_to(db, "ada@home.example"))[0],
    )[0]
    await sign_in(client, app, db, person=await make_person(db))
    assert (await client.get(path)).status_code == 404
    await sign_in(client, app, db, person=person)
    await db.execute(update(AddressClaim).values(expires_at=datetime.now(UTC) - timedelta(days=1)))
    await db.commit()
    assert (await client.get(path)).status_code == 404


async def test_an_address_that_is_taken_is_told_by_mail_alone(
    client: PageClient, app: Litestar, db: AsyncSession, person: Person
) -> None:
    await make_person(db, email="eve@moor.example", private_email="eve@home.example")
    await sign_in(client, app, db, person=person)
    said = []
    for email in ("eve@home.example", "eve@moor.example", "free@home.example"):
        page = await client.get("/account/private-address")
        answer = await client.submit(page, {"email": email}, form=1)
        shown = words(parse((await client.get("/account")).text))
        said.append((answer.status_code, shown.replace(email, "*")))
    assert len(set(said)) == 1
    for email in ("eve@home.example", "eve@moor.example"):
        mail = (await mails_to(db, email))[-1]
        assert "has an account of its own already" in mail
        assert "/confirm/" not in mail


async def test_an_address_taken_meanwhile_is_not_confirmed(
    client: PageClient, app: Litestar, db: AsyncSession, person: Person
) -> None:
    await sign_in(client, app, db, person=person)
    page = await client.get("/account/private-address")
    await client.submit(page, {"email": "ada@home.example"}, form=1)
    mail = (await mails_to(db, "ada@home.example"))[0]
    page = await client.get(re.findall(r"/account/private-address/confirm/\S+", mail)[0])
    await make_person(db, email="ada@home.example")
    assert (await client.submit(page, form=1)).status_code == 404


async def test_links_to_confirm_an_address_are_limited(
    client: PageClient, app: Litestar, db: AsyncSession, person: Person
) -> None:
    await sign_in(client, app, db, person=person)
    codes = []
    for number in range(6):
        page = await client.get("/account/private-address")
        answer = await client.submit(page, {"email": f"x{number}@home.example"}, form=1)
        codes.append(answer.status_code)
    assert codes == [303] * 5 + [429]


async def test_whoever_has_a_second_factor_shows_it_before_the_private_address(
    client: PageClient, app: Litestar, db: AsyncSession, person: Person
) -> None:
    id_ = await sign_in(client, app, db, person=person)
    db.add(AuthenticatorApp(person_id=person.id, sealed_secret=b"x", last_step=0))
    await db.commit()
    assert (await client.get("/account/private-address")).status_code == 200
    row = await db.get_one(PersonSession, id_)
    row.second_factor_at = datetime.now(UTC) - timedelta(minutes=11)
    await db.commit()
    asked = await client.get("/account/private-address")
    assert asked.headers["location"] == "/sign-in/second-factor?next=/account/private-address"


async def test_what_an_organisation_vouched_for_changes_no_address(
    client: PageClient, app: Litestar, db: AsyncSession, person: Person
) -> None:
    body = await make_organisation(db)
    id_ = await sign_in(client, app, db, await make_member(db, body, person=person))
    row = await db.get_one(PersonSession, id_)
    row.how, row.vouched_by_id = "oidc", body.id
    await db.commit()
    assert (await client.get("/account/private-address")).status_code == 403
    actor = await find_actor(db, id_)
    assert actor
    with pytest.raises(Refused):
        require_own_sign_in(actor)


async def test_switching_takes_a_new_id_and_other_rights(
    client: PageClient, app: Litestar, db: AsyncSession, person: Person
) -> None:
    """Rule 10."""
    moor, fell = await make_organisation(db, name="Moor"), await make_organisation(db, name="Fell")
    at_moor = await make_member(db, moor, person=person)
    at_fell = await make_member(db, fell, Duty.HR, person=person)
    await sign_in(client, app, db, at_moor)
    before = client.cookies["session"]
    page = await client.get("/account/organisation")
    none = await client.submit(page, {"membership": ""}, form=1)
    assert_form_error(none, "membership", "Choose an organisation")
    done = await client.submit(page, {"membership": str(at_fell.id)}, form=1)
    assert done.headers["location"] == "/dashboard"
    after = client.cookies["session"]
    assert after != before
    assert "Fell" in (await client.get("/dashboard")).text
    client.cookies.set("session", before, domain="testserver.local")
    assert (await client.get("/dashboard")).headers["location"] == "/sign-in?next=/dashboard"
    found = await db.scalars(select(AuditEntry).where(AuditEntry.person_id == person.id))
    entry = found.one()
    assert (entry.action, entry.subject_id) == ("sign_in.switched", at_fell.id)


async def test_nobody_switches_to_where_they_do_not_belong(
    client: PageClient, app: Litestar, db: AsyncSession, person: Person
) -> None:
    body, other = await make_organisation(db), await make_organisation(db)
    strangers = await make_member(db, other)
    former = await make_member(db, other, person=person, ended_at=datetime.now(UTC))
    await sign_in(client, app, db, await make_member(db, body, person=person))
    for membership in (strangers, former):
        page = await client.get("/account/organisation")
        answer = await client.submit(page, {"membership": str(membership.id)}, form=1)
        assert answer.status_code == 422


async def test_sign_ins_are_listed_and_ended(
    client: PageClient, app: Litestar, db: AsyncSession, person: Person
) -> None:
    """Rule 12: "end all my sessions" acts on the server."""
    elsewhere = await make_sign_in(db, person=person)
    elsewhere.browser, elsewhere.store_key = "Firefox on Windows", "e" * 64
    idle = await make_sign_in(db, person=person)
    idle.browser, idle.store_key = "Safari on iPad", "f" * 64
    strangers = await make_sign_in(db, person=await make_person(db))
    await db.commit()
    store = app.stores.get("sessions")
    await store.set("e" * 64, "{}", expires_in=IDLE_SECONDS - 300)
    here = await sign_in(client, app, db, person=person)
    page = await client.get("/account/sessions")
    said = words(parse(page.text))
    assert "Firefox on Windows" in said
    assert "5 minutes ago" in said
    assert "Safari on iPad" not in said
    assert "(this one)" in said
    form = next(
        at for at, f in enumerate(
            f for f in parse(page.text).iter("form") if f.get("method") == "post"
        ) if str(elsewhere.id) in f.get("action", "")
    )  # fmt: skip
    await client.submit(page, form=form)
    assert await store.get("e" * 64) is None
    await db.refresh(elsewhere)
    assert elsewhere.ended_at
    again = await client.submit(page, form=form)
    assert again.headers["location"] == "/account/sessions"  # the same form, the same answer
    token = next(i for i in parse(page.text).iter("input") if i.get("name") == "_csrf_token")
    other = await client.post(
        f"/account/sessions/{strangers.id}/end", data={"_csrf_token": token.get("value")}
    )
    assert other.status_code == 404
    page = await client.get("/account/sessions")
    forms = [f for f in parse(page.text).iter("form") if f.get("method") == "post"]
    out = await client.submit(page, form=len(forms) - 1)
    assert out.headers["location"] == "/signed-out"
    row = await db.get_one(PersonSession, here)
    await db.refresh(row)
    assert row.ended_at
    assert (await client.get("/account")).headers["location"] == "/sign-in?next=/account"


async def test_ending_the_one_in_use_signs_out(
    client: PageClient, app: Litestar, db: AsyncSession, person: Person
) -> None:
    here = await sign_in(client, app, db, person=person)
    page = await client.get("/account/sessions")
    out = await client.submit(page, form=1)
    assert out.headers["location"] == "/signed-out"
    row = await db.get_one(PersonSession, here)
    await db.refresh(row)
    assert row.ended_at


@pytest.mark.parametrize("count", [1, 20, 45])
async def test_many_sign_ins_come_in_pages(
    client: PageClient, app: Litestar, db: AsyncSession, person: Person, count: int
) -> None:
    for _ in range(count - 1):
        db.add(PersonSession(person_id=person.id, how="link", browser="Chrome on Linux"))
    await db.commit()
    await sign_in(client, app, db, person=person)
    page = await client.get("/account/sessions")
    assert page.text.count('class="cb-card"') == min(20, count)
    last = -(-count // 20)
    shown = await client.get(f"/account/sessions?page={last}")
    assert shown.status_code == 200
    assert (await client.get(f"/account/sessions?page={last + 1}")).status_code == 404


async def test_the_time_left_is_told_to_the_script(
    client: PageClient, app: Litestar, db: AsyncSession, person: Person
) -> None:
    await sign_in(client, app, db, person=person)
    left = (await client.get("/account/time-left")).json()
    assert left["idle"] == 3600
    assert 43190 < left["longest"] <= 43200
    page = await client.get("/account")
    dialog = next(parse(page.text).iter("dialog"))
    assert dialog.get("data-idle") == "3600"


async def test_the_dashboard_says_where_somebody_stands(
    client: PageClient, app: Litestar, db: AsyncSession, person: Person
) -> None:
    await sign_in(client, app, db, person=person)
    assert "You belong to no organisation now" in (await client.get("/dashboard")).text
    body = await make_organisation(db, status="suspended")
    member = await make_member(db, body, person=person)
    await sign_in(client, app, db, person=person)
    assert "Choose the one you want to act for" in (await client.get("/dashboard")).text
    await sign_in(client, app, db, member)
    assert "is not verified" in (await client.get("/dashboard")).text


def test_how_long_ago_a_sign_in_was_used() -> None:
    assert ago_in_words(used_ago(3600, 3600)) == "Less than a minute ago"
    assert ago_in_words(used_ago(3600, 3530)) == "1 minute ago"
    assert ago_in_words(used_ago(3600, -1)) == "60 minutes ago"


async def test_an_account_page_needs_a_sign_in(client: PageClient) -> None:
    for path in ("/account", "/account/sessions", "/dashboard", f"/account/{uuid.uuid4()}"):
        answer = await client.get(path)
        assert answer.status_code in {303, 404}
