"""Second factors: setting up, giving, each code once, recovery, and reset by somebody else."""

import json
import re
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import AuditEntry
from app.core.errors import Refused, RuleBroken
from app.core.permissions import Duty
from app.organisations.factors import commands
from app.organisations.factors.domain import (
    RECOVERY_LETTERS,
    code_at,
    find_step,
    in_base32,
    outline_of,
    tidy,
)
from app.organisations.factors.models import AuthenticatorApp, Passkey, RecoveryCode
from app.organisations.factors.queries import Resettable, count_factors
from app.organisations.factors.webauthn import Relying, check_made, check_shown
from app.organisations.models import Membership, PersonSession
from tests.pages import PageClient, assert_form_error, parse, words
from tests.people import as_actor, make_member, make_organisation, make_person, sign_in
from tests.sign_in.authenticator import SoftPasskey
from tests.sign_in.helpers import mails_to

SECRET = b"12345678901234567890"
HOME = "/account/second-factor"


@pytest.fixture
async def member(db: AsyncSession) -> Membership:
    """An HR officer who has signed in and has yet to give a second factor."""
    person = await make_person(db, email="ada@moor.example", private_email="ada@home.example")
    return await make_member(db, await make_organisation(db), Duty.HR, person=person)


async def without_factor(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership
) -> PersonSession:
    """Sign the member in as by a link, before the second factor."""
    row = await db.get_one(PersonSession, await sign_in(client, app, db, member))
    row.second_factor_at = None
    await db.commit()
    return row


def secret_of(page: httpx.Response) -> bytes:
    """The secret that the page of setting up shows."""
    import base64  # noqa: PLC0415

    shown = next(e for e in parse(page.text).iter("span") if e.get("id") == "key")
    return base64.b32decode(words(shown).replace(" ", ""))


def options_of(page: httpx.Response) -> Any:
    """What the script is told to ask the browser for."""
    form = next(f for f in parse(page.text).iter("form") if f.get("data-options"))
    return json.loads(form.get("data-options", ""))


async def set_up_app(client: PageClient) -> bytes:
    """Set an authenticator app up on the pages; gives its secret."""
    page = await client.get(f"{HOME}/app")
    secret = secret_of(page)
    code = code_at(secret, int(time.time()) // 30)
    done = await client.submit(page, {"code": code}, form=1)
    assert done.status_code in {200, 303}, done.text
    return secret


async def actions(db: AsyncSession, member: Membership) -> list[str]:
    """What the record says this person did to their factors."""
    found = await db.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.person_id == member.person_id, AuditEntry.action.like("factor.%"))
        .order_by(AuditEntry.created_at, AuditEntry.id)
    )
    return list(found)


# Rules without a database


@pytest.mark.parametrize(
    ("moment", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_rfc_6238(moment: int, code: str) -> None:
    assert code_at(SECRET, moment // 30) == code


@given(st.integers(3000, 2**40), st.integers(-3, 3))
def test_a_code_counts_near_its_time_and_once(now: int, off: int) -> None:
    step = now // 30 + off
    found = find_step(SECRET, code_at(SECRET, step), now, after=-1)
    if abs(off) <= 1:
        assert found is not None
        assert find_step(SECRET, code_at(SECRET, step), now, after=found) is None
    elif found is not None:  # one code in a million is that of another step too
        assert code_at(SECRET, found) == code_at(SECRET, step)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６"])
def test_what_is_no_code_fits_nothing(typed: str) -> None:
    assert find_step(SECRET, tidy(typed), 59, after=0) is None


def test_a_picture_has_every_dark_square() -> None:
    rows = [[1, 0, 1], [0, 0, 0], [1, 1, 1]]
    width, outline = outline_of(rows)
    assert width == 11
    assert sum(int(n) for n in re.findall(r"M\d+ \d+h(\d+)", outline)) == 5
    assert in_base32(SECRET).replace(" ", "") == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


# Authenticator app


async def test_a_duty_leads_to_setting_up_and_on(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership
) -> None:
    await without_factor(client, app, db, member)
    before = client.cookies["session"]
    asked = await client.get("/dashboard")
    assert asked.headers["location"] == "/sign-in/second-factor?next=/dashboard"
    page = await client.get("/sign-in/second-factor?next=/organisations")
    assert "Set up a passkey" in page.text
    page = await client.get(f"{HOME}/app")
    assert secret_of(page) == secret_of(await client.get(f"{HOME}/app"))
    wrong = await client.submit(page, {"code": "000000x"}, form=1)
    assert_form_error(wrong, "code", "This code is not right. Type the one that your app shows now")
    blank = await client.submit(page, {"code": ""}, form=1)
    assert_form_error(blank, "code", "Enter the code that your app shows")
    code = code_at(secret_of(page), int(time.time()) // 30)
    done = await client.submit(page, {"code": f"{code[:3]} {code[3:]}"}, form=1)
    assert (done.status_code, "Write down your recovery codes" in done.text) == (200, True)
    assert done.headers["cache-control"] == "no-store"
    going = next(a for a in parse(done.text).iter("a") if words(a) == "I have them")
    assert going.get("href") == "/organisations"
    assert client.cookies["session"] != before
    assert (await client.get("/dashboard")).status_code == 200
    assert await actions(db, member) == ["factor.added", "factor.codes_made", "factor.given"]
    for address in ("ada@moor.example", "ada@home.example"):
        assert "A second factor was added" in (await mails_to(db, address))[-1]


async def test_a_secret_is_kept_sealed(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership
) -> None:
    await without_factor(client, app, db, member)
    page = await client.get(f"{HOME}/app")
    for key in await app.state.redis.keys("crossbench:session:*"):
        kept = await app.state.redis.get(key)
        assert in_base32(secret_of(page)).replace(" ", "").encode() not in kept
    secret = await set_up_app(client)
    row = (await db.scalars(select(AuthenticatorApp))).one()
    assert secret not in row.sealed_secret


async def test_a_code_lets_in_once_and_gives_a_new_session_id(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership
) -> None:
    """Rules 10 and 13."""
    await without_factor(client, app, db, member)
    secret = await set_up_app(client)
    row = await without_factor(client, app, db, member)
    before = client.cookies["session"]
    page = await client.get("/sign-in/second-factor?next=/account")
    # The next step's: good now, and still good should this one end meanwhile.
    code = code_at(secret, int(time.time()) // 30 + 1)
    done = await client.submit(page, {"code": code}, form=1)
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    assert client.cookies["session"] != before
    await db.refresh(row)
    assert row.second_factor_at
    await without_factor(client, app, db, member)
    page = await client.get("/sign-in/second-factor")
    assert_form_error(
        await client.submit(page, {"code": code}, form=1),
        "code",
        "This code is not right. Type the one that your app shows now",
    )
    assert (await actions(db, member))[-1] == "factor.refused"


async def test_tries_are_limited_whatever_is_typed(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership
) -> None:
    await without_factor(client, app, db, member)
    secret = await set_up_app(client)
    await app.state.redis.flushdb()
    await without_factor(client, app, db, member)
    page = await client.get("/sign-in/second-factor")
    codes = [(await client.submit(page, {"code": f"{n:06}"}, form=1)).status_code for n in range(5)]
    assert codes == [422] * 5
    right = code_at(secret, int(time.time()) // 30)
    assert (await client.submit(page, {"code": right}, form=1)).status_code == 429
    page = await client.get("/sign-in/recovery-code")
    assert (await client.submit(page, {"code": "abcd"}, form=1)).status_code == 429


async def test_a_code_that_can_no_longer_be_checked_says_so(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership
) -> None:
    """After SECRET_KEY was changed, recovery codes still let in."""
    await without_factor(client, app, db, member)
    await set_up_app(client)
    row = (await db.scalars(select(AuthenticatorApp))).one()
    row.sealed_secret = b"sealed with another key"
    await db.commit()
    await without_factor(client, app, db, member)
    page = await client.get("/sign-in/second-factor")
    said = await client.submit(page, {"code": "123456"}, form=1)
    assert "Use a recovery code, then set it up again" in said.text


# Passkeys


async def set_up_passkey(client: PageClient) -> SoftPasskey:
    """Set a passkey up on the pages."""
    passkey = SoftPasskey()
    page = await client.get(f"{HOME}/passkey")
    answer = passkey.make(options_of(page))
    done = await client.submit(page, {"name": "blue key", "credential": answer}, form=1)
    assert done.status_code in {200, 303}, done.text
    return passkey


async def test_a_passkey_is_set_up_and_lets_in(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership
) -> None:
    await without_factor(client, app, db, member)
    passkey = await set_up_passkey(client)
    assert (await client.get("/dashboard")).status_code == 200
    await without_factor(client, app, db, member)
    page = await client.get("/sign-in/second-factor?next=/account")
    answer = passkey.show(options_of(page))
    done = await client.submit(page, {"credential": answer}, form=1)
    assert done.headers["location"] == "/account"
    row = (await db.scalars(select(Passkey))).one()
    await db.refresh(row)
    assert (row.name, row.sign_count, row.used_at is not None) == ("blue key", 1, True)


@pytest.mark.parametrize(
    "fault", ["origin", "challenge", "kind", "host", "count", "other", "replay", "nonsense", ""]
)
async def test_only_the_right_answer_of_a_passkey_lets_in(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership, fault: str
) -> None:
    await without_factor(client, app, db, member)
    passkey = await set_up_passkey(client)
    await without_factor(client, app, db, member)
    page = await client.get("/sign-in/second-factor")
    options = options_of(page)
    changes = {
        "origin": {"origin": "http://evil.example"},
        "challenge": {"challenge": "AAAA"},
        "kind": {"type": "webauthn.create"},
    }
    if fault == "host":
        passkey.rp_id = "evil.example"
    if fault == "other":
        passkey.key = SoftPasskey().key
    if fault == "count":
        row = (await db.scalars(select(Passkey))).one()
        row.sign_count = 9
        await db.commit()
    answer = passkey.show(options, **changes.get(fault, {}))
    if fault == "replay":
        assert (await client.submit(page, {"credential": answer}, form=1)).status_code == 303
        await without_factor(client, app, db, member)
        page = await client.get("/sign-in/second-factor")
    if fault == "nonsense":
        answer = '{"id": "x"}'
    done = await client.submit(page, {"credential": answer}, form=1)
    if not fault:
        assert done.status_code == 303
        return
    assert done.status_code == 422
    assert "This passkey did not work" in done.text
    assert (await actions(db, member))[-1] == "factor.refused"


async def test_a_passkey_of_somebody_else_does_not_let_in(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership
) -> None:
    other = await make_member(db, await make_organisation(db), Duty.HR)
    await without_factor(client, app, db, other)
    theirs = await set_up_passkey(client)
    await without_factor(client, app, db, member)
    await set_up_passkey(client)
    await without_factor(client, app, db, member)
    page = await client.get("/sign-in/second-factor")
    done = await client.submit(page, {"credential": theirs.show(options_of(page))}, form=1)
    assert done.status_code == 422


@pytest.mark.parametrize("fault", ["origin", "challenge", "empty", "nonsense", "name", "long"])
async def test_only_what_was_asked_for_becomes_a_passkey(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership, fault: str
) -> None:
    await without_factor(client, app, db, member)
    page = await client.get(f"{HOME}/passkey")
    changes = {"origin": {"origin": "http://evil.example"}, "challenge": {"challenge": "AAAA"}}
    answer = SoftPasskey().make(options_of(page), **changes.get(fault, {}))
    odd = {"empty": "", "nonsense": "[1]", "long": "{" + " " * 9000 + "}"}
    name = "" if fault == "name" else "blue key"
    done = await client.submit(page, {"name": name, "credential": odd.get(fault, answer)}, form=1)
    assert done.status_code == 422
    assert not (await db.scalars(select(Passkey))).all()
    if fault == "name":
        assert_form_error(done, "name", "Enter a name for this passkey")


async def test_nobody_keeps_more_than_twenty_passkeys(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership
) -> None:
    for n in range(20):
        db.add(
            Passkey(
                person_id=member.person_id,
                name="x",
                credential_id=f"{n:04}",
                public_key="",
                sign_count=0,
            )
        )
    await sign_in(client, app, db, member)
    page = await client.get(f"{HOME}/passkey")
    answer = SoftPasskey().make(options_of(page))
    done = await client.submit(page, {"name": "one more", "credential": answer}, form=1)
    assert "Remove a passkey that you do not use any more first" in done.text


PASSKEY = SoftPasskey()


@settings(max_examples=40)
@given(st.binary(max_size=300), st.sampled_from(["rawId", "clientDataJSON", "authenticatorData"]))
def test_mangled_answers_are_refused_and_never_fail(noise: bytes, where: str) -> None:
    from webauthn.helpers import bytes_to_base64url  # noqa: PLC0415

    relying = Relying("testserver", "http://testserver")
    passkey = PASSKEY
    for answer in (
        json.loads(passkey.show({"challenge": "AAAA"})),
        json.loads(passkey.make({"challenge": "AAAA"})),
    ):
        parts = answer["response"]
        coded = bytes_to_base64url(noise)
        if where == "rawId":
            answer["rawId"] = coded
        else:
            parts[where] = coded
            parts["attestationObject"] = coded
        with pytest.raises(RuleBroken):
            read(relying, json.dumps(answer), is_shown="signature" in parts)


def read(relying: Relying, answer: str, *, is_shown: bool) -> None:
    """Check an answer as the pages do."""
    if is_shown:
        check_shown(answer).verify(relying, b"x", public_key="pQECAyYgASFYIA", sign_count=0)
    else:
        check_made(relying, b"x", answer)


# Recovery codes


def codes_on(page: httpx.Response) -> list[str]:
    """The recovery codes that a page shows."""
    return [words(e) for e in parse(page.text).iter("li") if e.get("class") == "cb-codes__one"]


async def test_ten_codes_each_work_once(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership
) -> None:
    await without_factor(client, app, db, member)
    page = await client.get(f"{HOME}/app")
    code = code_at(secret_of(page), int(time.time()) // 30)
    codes = codes_on(await client.submit(page, {"code": code}, form=1))
    assert len(set(codes)) == 10
    assert all(set(tidy(one)) <= set(RECOVERY_LETTERS) and len(tidy(one)) == 16 for one in codes)
    kept = (await db.scalars(select(RecoveryCode))).all()
    assert not any(tidy(codes[0]).encode() in row.code_sha256 for row in kept)
    await without_factor(client, app, db, member)
    page = await client.get("/sign-in/recovery-code")
    used = await client.submit(page, {"code": codes[0].upper()}, form=1)
    assert used.headers["location"] == "/dashboard"
    assert "A recovery code was used" in (await mails_to(db, "ada@moor.example"))[-1]
    await without_factor(client, app, db, member)
    page = await client.get("/sign-in/recovery-code")
    again = await client.submit(page, {"code": codes[0]}, form=1)
    assert_form_error(again, "code", "This recovery code is not right, or was used before")
    assert (await count_factors(db, member.person_id)).codes == 9


async def test_new_codes_end_the_old_ones(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership
) -> None:
    await without_factor(client, app, db, member)
    await set_up_app(client)
    old = {row.code_sha256 for row in await db.scalars(select(RecoveryCode))}
    page = await client.get(f"{HOME}/recovery-codes")
    assert len(codes_on(await client.submit(page, form=1))) == 10
    new = {row.code_sha256 for row in await db.scalars(select(RecoveryCode))}
    assert len(new) == 10
    assert not old & new


# Taking away


async def test_the_last_factor_stays_while_a_duty_needs_it(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership
) -> None:
    await without_factor(client, app, db, member)
    await set_up_app(client)
    page = await client.get(f"{HOME}/app/remove")
    assert (await client.submit(page, form=1)).status_code == 403
    await set_up_passkey(client)
    page = await client.get(f"{HOME}/app/remove")
    assert (await client.submit(page, form=1)).headers["location"] == HOME
    passkey = (await db.scalars(select(Passkey))).one()
    page = await client.get(f"{HOME}/passkeys/{passkey.id}/remove")
    assert "blue key" in page.text
    assert (await client.submit(page, form=1)).status_code == 403
    assert (await client.get(f"{HOME}/app/remove")).headers["location"] == HOME
    assert "removed" in (await mails_to(db, "ada@home.example"))[-1]


async def test_a_plain_member_may_do_without(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    member = await make_member(db, await make_organisation(db))
    await without_factor(client, app, db, member)
    await set_up_passkey(client)
    passkey = (await db.scalars(select(Passkey))).one()
    page = await client.get(f"{HOME}/passkeys/{passkey.id}/remove")
    await client.submit(page, form=1)
    assert not (await count_factors(db, member.person_id)).any
    assert (await count_factors(db, member.person_id)).codes == 0
    shown = await client.get(f"{HOME}/recovery-codes")
    assert shown.headers["location"].startswith(HOME)


async def test_factors_are_changed_with_a_fresh_factor_only(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership
) -> None:
    await without_factor(client, app, db, member)
    await set_up_passkey(client)
    passkey = (await db.scalars(select(Passkey))).one()
    row = await db.get_one(PersonSession, await sign_in(client, app, db, member))
    row.second_factor_at = datetime.now(UTC) - timedelta(minutes=11)
    await db.commit()
    for path in ("app", "passkey", "recovery-codes", f"passkeys/{passkey.id}/remove"):
        asked = await client.get(f"{HOME}/{path}")
        assert asked.headers["location"] == f"/sign-in/second-factor?next={HOME}/{path}"
    strangers = await client.get(f"{HOME}/passkeys/{uuid.uuid4()}/remove")
    assert strangers.status_code == 404


# Reset by a second administrator


async def an_admin(db: AsyncSession, member: Membership) -> Membership:
    """An administrator of the member's organisation."""
    from app.organisations.models import Organisation  # noqa: PLC0415

    body = await db.get_one(Organisation, member.organisation_id)
    return await make_member(db, body, Duty.ORGANISATION_ADMIN)


async def slug_of(db: AsyncSession, member: Membership) -> str:
    """The slug of the member's organisation."""
    from app.organisations.models import Organisation  # noqa: PLC0415

    return (await db.get_one(Organisation, member.organisation_id)).slug


async def test_an_administrator_resets_the_factor_of_somebody_else(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership
) -> None:
    row = await without_factor(client, app, db, member)
    await set_up_app(client)
    admin = await an_admin(db, member)
    await sign_in(client, app, db, admin)
    path = f"/org/{await slug_of(db, member)}/people/{member.id}/second-factor"
    done = await client.submit(await client.get(path), form=1)
    assert done.status_code == 303
    count = await count_factors(db, member.person_id)
    assert (count.any, count.codes) == (False, 0)
    await db.refresh(row)
    assert row.ended_at
    assert "An administrator reset" in (await mails_to(db, "ada@home.example"))[-1]
    entry = (await db.scalars(select(AuditEntry).where(AuditEntry.action == "factor.reset"))).one()
    assert (entry.chain, entry.person_id, entry.subject_id) == (
        member.organisation_id,
        admin.person_id,
        member.person_id,
    )


async def test_nobody_resets_their_own_factor(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership
) -> None:
    admin = await an_admin(db, member)
    await sign_in(client, app, db, admin)
    path = f"/org/{await slug_of(db, member)}/people/{admin.id}/second-factor"
    page = await client.get(path)
    assert "Nobody resets their own second factor" in page.text
    actor = await as_actor(db, admin)
    me = Resettable(admin.id, admin.person_id, "Me", has_duties_elsewhere=False)
    with pytest.raises(Refused):
        await commands.reset(db, actor, person=me)


@pytest.mark.parametrize("who", ["hr", "stranger", "old session"])
async def test_others_reset_nothing(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership, who: str
) -> None:
    admin = await an_admin(db, member)
    path = f"/org/{await slug_of(db, member)}/people/{admin.id}/second-factor"
    if who == "hr":
        await sign_in(client, app, db, member)
        assert (await client.get(path)).status_code == 403
    elif who == "stranger":
        body = await make_organisation(db)
        stranger = await make_member(db, body, Duty.ORGANISATION_ADMIN)
        await sign_in(client, app, db, stranger)
        assert (await client.get(path)).status_code == 404
        own = f"/org/{body.slug}/people/{admin.id}/second-factor"
        assert (await client.get(own)).status_code == 404
        assert (await client.get(f"/org/{body.slug}/people/x/second-factor")).status_code == 404
    else:
        row = await db.get_one(PersonSession, await sign_in(client, app, db, admin))
        row.second_factor_at = datetime.now(UTC) - timedelta(minutes=11)
        await db.commit()
        other = f"/org/{await slug_of(db, member)}/people/{member.id}/second-factor"
        assert (await client.get(other)).status_code == 303


async def test_who_works_for_another_body_too_is_reset_by_the_operator(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership
) -> None:
    from app.organisations.models import Person  # noqa: PLC0415

    person = await db.get_one(Person, member.person_id)
    await make_member(db, await make_organisation(db), Duty.FINANCE_OFFICER, person=person)
    await without_factor(client, app, db, member)
    await set_up_passkey(client)
    await sign_in(client, app, db, await an_admin(db, member))
    path = f"/org/{await slug_of(db, member)}/people/{member.id}/second-factor"
    assert "Ask the operator of the exchange" in (await client.get(path)).text
    assert (await client.get("/operator/second-factor")).status_code == 404
    operator = await make_person(db, is_operator=True)
    await sign_in(client, app, db, person=operator)
    page = await client.get("/operator/second-factor")
    nobody = await client.submit(page, {"email": "nobody@moor.example"}, form=1)
    assert_form_error(nobody, "email", "Nobody has this address")
    own = await client.submit(page, {"email": operator.email}, form=1)
    assert own.status_code == 422
    done = await client.submit(page, {"email": "ada@home.example"}, form=1)
    assert done.status_code == 303
    assert not (await count_factors(db, member.person_id)).any


async def test_the_page_of_factors_lists_them(
    client: PageClient, app: Litestar, db: AsyncSession, member: Membership
) -> None:
    await without_factor(client, app, db, member)
    await set_up_app(client)
    await set_up_passkey(client)
    said = words(parse((await client.get(HOME)).text))
    assert "blue key" in said
    assert "10 of 10 left" in said
    assert "1 passkey, authenticator app" in words(parse((await client.get("/account")).text))
