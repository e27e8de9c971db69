"""Members of a body: lists, duties, line managers, and the end of access."""

import uuid
from typing import Any

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import AuditEntry
from app.core.db import new_id
from app.core.errors import NotFound, Refused, RuleBroken
from app.core.permissions import DUTY_NAMES, GRANTS, Duty, Permission
from app.organisations.members.commands.leaving import end_membership
from app.organisations.members.commands.members import change_member
from app.organisations.members.domain import EndReason
from app.organisations.members.pages.people import PERMISSION_NAMES
from app.organisations.models import Membership, MembershipDuty, Organisation, Person
from tests.messages import letters_to
from tests.pages import PageClient, assert_form_error, parse, words
from tests.people import as_actor, make_member, make_organisation, make_person, sign_in

ADMIN = Duty.ORGANISATION_ADMIN


@pytest.fixture
async def body(db: AsyncSession) -> Organisation:
    """A verified council."""
    return await make_organisation(db, slug="northshire", name="Northshire Council")


@pytest.fixture
async def admin(client: PageClient, app: Any, db: AsyncSession, body: Organisation) -> Membership:
    """Its administrator, signed in."""
    person = await make_person(db, name="Ann Admin Example", email="ann@northshire.example")
    member = await make_member(db, body, ADMIN, person=person, work_email=person.email)
    await sign_in(client, app, db, member)
    return member


async def duties_of(db: AsyncSession, member: Membership) -> set[str]:
    """The duties of a member in the database."""
    found = await db.scalars(
        select(MembershipDuty.duty).where(MembershipDuty.membership_id == member.id)
    )
    return set(found)


async def manager_of(db: AsyncSession, member: Membership) -> uuid.UUID | None:
    """The line manager of a member in the database."""
    return await db.scalar(select(Membership.manager_id).where(Membership.id == member.id))


async def test_members_are_listed_and_found(
    client: PageClient, db: AsyncSession, admin: Membership, body: Organisation
) -> None:
    ben = await make_person(db, name="Ben Finance Example")
    await make_member(
        db, body, Duty.FINANCE_OFFICER, person=ben, manager_id=admin.id, job_title="Accountant"
    )
    zoe = await make_person(db, name="Zoe Gone Example")
    await make_member(db, body, person=zoe, ended_at=ben.created_at)
    await make_member(
        db, await make_organisation(db), person=await make_person(db, name="Canary Example")
    )

    async def names(query: str = "") -> list[str]:
        page = parse((await client.get(f"/org/northshire/people{query}")).text)
        return [words(h) for h in page.iter("h3")]

    assert await names() == ["Ann Admin Example", "Ben Finance Example"]
    for query in ("?q=FINANCE", "?q=account", "?duty=finance_officer", "?q=ben&duty=x"):
        assert await names(query) == ["Ben Finance Example"], query
    assert await names("?q=canary") == []
    page = await client.get("/org/northshire/people")
    assert "Reports to Ann Admin Example" in words(parse(page.text))


@pytest.mark.parametrize("count", [1, 20, 200])
async def test_a_list_costs_the_same_however_long(
    client: PageClient, db: AsyncSession, connection: Any, admin: Membership, count: int
) -> None:
    people = [{"id": new_id(), "name": f"P {n:03}", "email": f"p{n}@x.example"}
              for n in range(count)]  # fmt: skip
    await db.execute(insert(Person), people)
    await db.execute(insert(Membership), [
        {"id": new_id(), "person_id": one["id"], "organisation_id": admin.organisation_id,
         "work_email": one["email"], "proof_renewed_on": admin.proof_renewed_on,
         "manager_id": admin.id} for one in people
    ])  # fmt: skip
    await db.commit()
    asked: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.startswith("SELECT") and "set_config" not in statement:
            asked.append(statement)

    event.listen(connection.sync_connection, "before_cursor_execute", note)
    await client.get("/org/northshire/people")
    listed, asked = len(asked), []
    await client.get(f"/org/northshire/people/{admin.id}")
    event.remove(connection.sync_connection, "before_cursor_execute", note)
    assert listed == 5
    assert len(asked) == 4


async def test_the_table_of_duties_is_shown_as_it_is(client: PageClient, admin: Membership) -> None:
    page = parse((await client.get("/org/northshire/people/duties")).text)
    head, *rows = page.iter("tr")
    columns = [words(th) for th in head.iter("th")][1:]
    shown = {}
    for row in rows:
        title = words(next(row.iter("th")))
        for column, cell in zip(columns, row.iter("td"), strict=True):
            shown[title, column] = words(cell) == "Yes"
    assert shown == {
        (PERMISSION_NAMES[permission], DUTY_NAMES[duty]): permission in GRANTS[duty]
        for permission in Permission
        for duty in Duty
    }


async def test_duties_job_and_manager_are_changed(
    client: PageClient, app: Any, db: AsyncSession, admin: Membership, body: Organisation
) -> None:
    ben = await make_member(db, body, Duty.HR)
    page = await client.get(f"/org/northshire/people/{ben.id}/edit")
    assert 'value="hr" checked' in page.text
    answer = await client.fill_in(
        page,
        {"duties": ["finance_officer", "line_manager"], "job_title": "Head of finance",
         "manager": "ann@northshire.example"},
    )  # fmt: skip
    assert answer.headers["location"] == f"/org/northshire/people/{ben.id}"
    assert await duties_of(db, ben) == {"finance_officer", "line_manager"}
    assert await manager_of(db, ben) == admin.id
    shown = words(parse((await client.get(answer.headers["location"])).text))
    assert "Line manager, Finance officer" in shown
    assert "Head of finance" in shown
    entry = (
        await db.scalars(select(AuditEntry).where(AuditEntry.action == "membership.changed"))
    ).one()
    assert entry.chain == body.id
    assert entry.facts["added"] == ["finance_officer", "line_manager"]
    assert entry.facts["taken"] == ["hr"]
    letter = (await letters_to(db, ben.work_email))[-1]
    assert "Your duties are now: Line manager, Finance officer" in letter.text


async def test_duties_count_from_the_next_request_on(
    client: PageClient, app: Any, db: AsyncSession, admin: Membership, body: Organisation
) -> None:
    hr = await make_member(db, body, Duty.HR)
    await sign_in(client, app, db, hr)
    assert (await client.get("/org/northshire/people")).status_code == 200
    await change_member(
        db, await as_actor(db, admin), hr.id, duties=[], job_title=None, manager_email=None
    )
    await db.commit()
    assert (await client.get("/org/northshire/people")).status_code == 403
    await end_membership(
        db, await as_actor(db, admin), hr.id, reason=EndReason.LEFT, reports_to_email=None
    )
    await db.commit()
    assert (await client.get("/org/northshire/people")).status_code == 404
    assert (await client.get("/org/northshire")).status_code == 404


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"duties": ["organisation_admin", "finance_officer"]}, "duties",
         "You cannot give yourself this duty: Finance officer. Another administrator has to do "
         "it."),
        ({"duties": ["hr"]}, "duties", "This is the last administrator of your organisation. "
         "Make somebody else an administrator first"),
        ({"duties": ["organisation_admin"], "manager": "nobody@northshire.example"}, "manager",
         "No member of your organisation has this address"),
        ({"duties": ["organisation_admin"], "manager": "ann@northshire.example"}, "manager",
         "This person reports to them already, directly or through others. Choose somebody else"),
    ],
)  # fmt: skip
async def test_changes_of_oneself_that_are_refused(
    client: PageClient, db: AsyncSession, admin: Membership, values: dict[str, Any], field: str,
    message: str,
) -> None:  # fmt: skip
    page = await client.get(f"/org/northshire/people/{admin.id}/edit")
    assert_form_error(await client.fill_in(page, values), field, message)
    assert await duties_of(db, admin) == {"organisation_admin"}


async def test_managers_make_no_circle(
    client: PageClient, db: AsyncSession, admin: Membership, body: Organisation
) -> None:
    ben = await make_member(db, body, manager_id=admin.id)
    cat = await make_member(db, body, manager_id=ben.id)
    page = await client.get(f"/org/northshire/people/{admin.id}/edit")
    answer = await client.fill_in(
        page, {"duties": ["organisation_admin"], "manager": cat.work_email}
    )
    assert_form_error(
        answer,
        "manager",
        "This person reports to them already, directly or through others. Choose somebody else",
    )


@pytest.mark.parametrize("duty", [d for d in Duty if d is not ADMIN])
async def test_only_administrators_change_members(
    client: PageClient, app: Any, db: AsyncSession, admin: Membership, body: Organisation,
    duty: Duty,
) -> None:  # fmt: skip
    other = await make_member(db, body, duty)
    await sign_in(client, app, db, other)
    for path in ("edit", "end"):
        answer = await client.get(f"/org/northshire/people/{admin.id}/{path}")
        assert answer.status_code == 403
    actor = await as_actor(db, other)
    with pytest.raises(Refused):
        await change_member(db, actor, admin.id, duties=[], job_title=None, manager_email=None)
    with pytest.raises(Refused):
        await end_membership(db, actor, admin.id, reason=EndReason.LEFT, reports_to_email=None)


async def test_members_of_others_look_like_nobody(
    client: PageClient, app: Any, db: AsyncSession, admin: Membership
) -> None:
    foreign = await make_member(db, await make_organisation(db, slug="eastmoor"), ADMIN)
    texts = set()
    for key in (foreign.id, uuid.uuid4(), "x"):
        for path in ("", "/edit", "/end"):
            answer = await client.get(f"/org/northshire/people/{key}{path}")
            assert answer.status_code == 404
            texts.add(words(parse(answer.text)))
    for slug in ("eastmoor", "nothing-here"):
        for path in ("", "/people", "/people/invite", "/people/invitations", "/people/duties",
                     f"/people/{foreign.id}", "/leave"):  # fmt: skip
            answer = await client.get(f"/org/{slug}{path}")
            assert answer.status_code == 404, (slug, path)
            texts.add(words(parse(answer.text)))
    assert len(texts) == 1
    actor = await as_actor(db, admin)
    with pytest.raises(NotFound):
        await change_member(db, actor, foreign.id, duties=[], job_title=None, manager_email=None)


async def test_a_member_of_two_bodies_is_told_to_choose(
    client: PageClient, app: Any, db: AsyncSession, admin: Membership
) -> None:
    other = await make_organisation(db, slug="eastmoor", name="Eastmoor Council")
    person = await db.get_one(Person, admin.person_id)
    await make_member(db, other, ADMIN, person=person)
    answer = await client.get("/org/eastmoor/people")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/account/organisation")


async def test_access_ends_at_once_and_reports_get_another_manager(
    client: PageClient, db: AsyncSession, admin: Membership, body: Organisation
) -> None:
    ben = await make_member(db, body, Duty.HR, manager_id=admin.id)
    cat = await make_member(db, body, manager_id=ben.id)
    dan = await make_member(db, body, manager_id=ben.id)
    page = await client.get(f"/org/northshire/people/{ben.id}/end")
    assert "2 people report to them" in page.text
    answer = await client.fill_in(page, {"reason": "left", "reports_to": cat.work_email})
    assert answer.headers["location"] == "/org/northshire/people"
    await db.refresh(ben)
    assert ben.ended_at is not None
    assert ben.ended_reason == "left"
    assert await duties_of(db, ben) == set()
    assert await manager_of(db, cat) == admin.id
    assert await manager_of(db, dan) == cat.id
    assert (await client.get(f"/org/northshire/people/{ben.id}")).status_code == 404
    entry = (
        await db.scalars(select(AuditEntry).where(AuditEntry.action == "membership.ended"))
    ).one()
    assert (entry.chain, entry.facts["reason"]) == (body.id, "left")


@pytest.mark.parametrize(
    ("who", "code"), [("below", "manager-circle"), ("self", "manager-unknown")]
)
async def test_reports_cannot_go_to_anybody(
    db: AsyncSession, admin: Membership, body: Organisation, who: str, code: str
) -> None:
    ben = await make_member(db, body)
    cat = await make_member(db, body, manager_id=ben.id)
    dan = await make_member(db, body, manager_id=cat.id)
    email = {"below": dan.work_email, "self": ben.work_email}[who]
    with pytest.raises(RuleBroken) as refused:
        await end_membership(
            db, await as_actor(db, admin), ben.id, reason=EndReason.LEFT, reports_to_email=email
        )
    assert refused.value.code == code
    assert await manager_of(db, cat) == ben.id


async def test_the_last_administrator_stays(
    client: PageClient, db: AsyncSession, admin: Membership, body: Organisation
) -> None:
    page = await client.get("/org/northshire/leave")
    answer = await client.fill_in(page)
    assert answer.status_code == 422
    assert "the last administrator of your organisation" in answer.text
    second = await make_member(db, body, ADMIN)
    await db.execute(
        text("UPDATE person SET suspended_at = now() WHERE id = :id"), {"id": second.person_id}
    )
    await db.commit()
    assert (await client.fill_in(page)).status_code == 422
    await make_member(db, body, ADMIN)
    answer = await client.fill_in(page)
    assert answer.headers["location"] == "/account/private-address"
    shown = await client.get("/account/private-address")
    assert "You have left Northshire Council" in shown.text
    assert (await client.get("/org/northshire")).status_code == 404


@pytest.mark.parametrize(
    ("email", "private", "signs_in_with", "has_hint"),
    [
        ("ben@northshire.example", "ben@home.example", "ben@home.example", False),
        ("ben@northshire.example", None, "ben@northshire.example", True),
        ("ben@elsewhere.example", "ben@home.example", "ben@elsewhere.example", False),
    ],
)
async def test_whoever_leaves_keeps_their_account(
    db: AsyncSession, admin: Membership, body: Organisation, email: str, private: str | None,
    signs_in_with: str, has_hint: bool,
) -> None:  # fmt: skip
    person = await make_person(db, email=email, private_email=private)
    ben = await make_member(db, body, person=person)
    await end_membership(
        db, await as_actor(db, admin), ben.id, reason=EndReason.MISTAKE, reports_to_email=None
    )
    await db.commit()
    await db.refresh(person)
    assert person.email == signs_in_with
    assert person.private_email in (None, private)
    letter = (await letters_to(db, signs_in_with))[-1]
    assert f"You sign in with {signs_in_with}" in letter.text
    assert ("/account/private-address" in letter.text) is has_hint


async def test_fields_of_others_are_refused(
    client: PageClient, db: AsyncSession, admin: Membership, body: Organisation
) -> None:
    ben = await make_member(db, body)
    for path in (f"people/{ben.id}/edit", f"people/{ben.id}/end", "people/invite", "leave"):
        for name in ("organisation_id", "given_by_id"):
            page = await client.get(f"/org/northshire/{path}")
            answer = await client.fill_in(
                page, {"email": "x@northshire.example", "reason": "left", name: "x"}
            )
            assert answer.status_code == 422, (path, name)
