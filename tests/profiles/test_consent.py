"""Letting others see, taking it back, and what each body then gets."""

import json
import random
import uuid
from datetime import timedelta
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.audit.domain import EXCHANGE
from app.audit.models import AuditEntry
from app.core.actor import Actor
from app.core.clock import london_today
from app.core.errors import NotFound, Refused
from app.core.permissions import Duty
from app.organisations.models import Organisation, Person
from app.profiles.consent import commands, queries
from app.profiles.consent.document import document
from app.profiles.consent.domain import (
    Grant,
    Group,
    Purpose,
    Recipient,
    Stage,
    visible_groups,
)
from app.profiles.consent.wording import CURRENT
from app.profiles.models import ConsentGrant, Profile
from tests.conftest import ACT_AS_NOBODY
from tests.counting import counted
from tests.opportunities.posts import make_whole_post
from tests.pages import PageClient, assert_form_error
from tests.people import (
    as_actor,
    make_member,
    make_organisation,
    make_person,
    make_sign_in,
    sign_in,
)
from tests.profiles.owned import fill_profile
from tests.profiles.people import Chance, grant_row, viewer_of

TODAY = london_today()
LATER = TODAY + timedelta(days=90)
BY_TABLE = {
    "profile_availability": Group.AVAILABILITY,
    "profile_job": Group.EMPLOYER,
    "profile_pay": Group.PAY,
    "profile_role": Group.SKILLS,
    "profile_skill": Group.SKILLS,
    "profile_evidence": Group.EVIDENCE,
}


@pytest.fixture
async def ada(db: AsyncSession) -> Actor:
    """Somebody with a full profile at a council of the North East."""
    employer = await make_organisation(db, name="Own Council")
    person = await make_person(db, name="Ada Owner", email="ada@owner.example")
    actor = await as_actor(db, await make_member(db, employer, person=person))
    await fill_profile(db, actor)
    return actor


def to_body(body: Organisation, *groups: Group, **changes: Any) -> Grant:
    """Groups for one body, to be found."""
    values: dict[str, Any] = {
        "groups": frozenset(groups),
        "recipient": Recipient.BODY,
        "purpose": Purpose.FOUND,
        "until_on": LATER,
        "organisation_id": body.id,
        **changes,
    }
    return Grant(**values)


async def profile_id(db: AsyncSession, actor: Actor) -> uuid.UUID:
    found = await db.scalar(select(Profile.id).where(Profile.person_id == actor.person_id))
    assert found is not None
    return found


async def post(client: PageClient, path: str, values: dict[str, Any]) -> httpx.Response:
    """Send the last form of a page."""
    return await client.fill_in(await client.get(path), values, form=-1)


async def test_three_bodies_get_three_documents(
    client: PageClient, app: Litestar, db: AsyncSession, ada: Actor
) -> None:
    bodies = [await make_organisation(db) for _ in range(4)]
    lets = (
        (Group.SKILLS,),
        (Group.SKILLS, Group.LEVELS, Group.EVIDENCE),
        (Group.NAME, Group.CONTACT, Group.EMPLOYER, Group.AVAILABILITY, Group.PAY),
    )
    for body, groups in zip(bodies, lets, strict=False):
        await commands.give(db, ada, grant=to_body(body, *groups), today=TODAY)
    await db.commit()
    address = f"/profiles/{await profile_id(db, ada)}"
    got, pages = [], []
    for body in bodies:
        await sign_in(client, app, db, await make_member(db, body, Duty.HR))
        page = await client.get(f"/org/{body.slug}{address}")
        data = await client.get(f"/org/{body.slug}{address}/profile.json")
        pages.append(page)
        got.append(data.json() if data.status_code == 200 else data.status_code)
    assert [sorted(one) for one in got[:3]] == [
        ["profile", "roles", "skills"],
        ["profile", "roles", "skills"],
        ["availability", "contact", "employer", "name", "pay", "profile"],
    ]
    assert len({json.dumps(one, sort_keys=True) for one in got[:3]}) == 3
    assert got[0]["skills"] == [{"skill": "accessibility", "name": "Accessibility"}]
    assert got[1]["skills"][0]["level"] == "practitioner"
    assert got[1]["skills"][0]["evidence"][0]["title"] == "Parking permits of Ada"
    assert got[3] == 404
    secrets_of_ada = ("Ada Owner", "ada@owner.example", "Employer of Ada", "Grade 7", "SCP 32 Ada")
    for page in pages[:2]:
        assert "Somebody without a name" in page.text
        assert not [one for one in secrets_of_ada if one in page.text]
    assert "Parking permits" not in pages[0].text
    assert "Practitioner" not in pages[0].text
    assert all(one in pages[2].text for one in secrets_of_ada)
    assert "/skills/accessibility" not in pages[2].text
    assert pages[3].status_code == 404


@pytest.mark.parametrize("seed", range(3))
async def test_nothing_is_found_or_read_beyond_what_was_let(
    db: AsyncSession, connection: AsyncConnection, seed: int
) -> None:
    """Over choices drawn by lot: search, reading and the rows themselves agree with the rule."""
    bodies = [
        await make_organisation(db, kind=kind, region=region)
        for kind, region in (("council", "wales"), ("nhs", "wales"), ("council", "london"))
    ]
    author = await make_person(db)
    post_row = await make_whole_post(
        db, bodies[0].id, today=TODAY, status="open", created_by_id=author.id
    )
    chance = Chance(bodies, [post_row.id], random.Random(seed))
    looking = {
        body.id: (await make_sign_in(db, await make_member(db, body, Duty.HR))).id
        for body in bodies
    }
    people = []
    for _ in range(5):
        member = await make_member(db, chance.lot.choice(bodies))
        actor = await as_actor(db, member)
        await fill_profile(db, actor)
        for grant in chance.choices(member.organisation_id).grants:
            db.add(grant_row(member.person_id, grant))
        await db.commit()
        people.append((actor, await queries.choices_of(db, member.person_id)))
    for body in bodies:
        viewer = viewer_of(body)
        for opportunity_id in (None, post_row.id):
            found = await db.execute(
                queries.visible_to(viewer, TODAY, opportunity_id=opportunity_id)
            )
            rows = {row.person_id: row for row in found}
            for actor, choices in people:
                groups = visible_groups(choices, viewer, TODAY, opportunity_id=opportunity_id)
                assert (actor.person_id in rows) == bool(groups)
                if groups:
                    assert set(rows[actor.person_id].groups) == {g.value for g in groups}
        for actor, choices in people:
            anywhere = visible_groups(choices, viewer, TODAY) | visible_groups(
                choices, viewer, TODAY, opportunity_id=post_row.id
            )
            await _rows_agree(connection, looking[body.id], actor, anywhere)


async def _rows_agree(
    connection: AsyncConnection, signed_in: uuid.UUID, actor: Actor, groups: frozenset[Group]
) -> None:
    await connection.execute(ACT_AS_NOBODY)
    await connection.execute(text("SELECT app_act_for(:id)"), {"id": signed_in})
    for table, group in BY_TABLE.items():
        count = await connection.scalar(
            text(f"SELECT count(*) FROM {table} WHERE person_id = :id"),  # noqa: S608
            {"id": actor.person_id},
        )
        assert bool(count) == (group in groups), (table, groups)
    for table in ("consent_grant", "profile_hiding", "profile_access"):
        count = await connection.scalar(
            text(f"SELECT count(*) FROM {table} WHERE person_id = :id"),  # noqa: S608
            {"id": actor.person_id},
        )
        assert not count, table


async def test_a_document_holds_nothing_of_a_group_that_is_not_seen(
    db: AsyncSession, ada: Actor
) -> None:
    assert ada.person_id is not None
    facts = await queries.load_facts(db, ada.person_id)
    fields = {
        Group.NAME: {"name"},
        Group.CONTACT: {"contact"},
        Group.REACH: {"contact"},
        Group.EMPLOYER: {"employer"},
        Group.SKILLS: {"roles", "skills"},
        Group.LEVELS: set(),
        Group.EVIDENCE: set(),
        Group.AVAILABILITY: {"availability"},
        Group.PAY: {"pay"},
    }
    for group, wanted in fields.items():
        assert set(document(facts, frozenset({group}))) == {"profile", *wanted}
    reach = document(facts, frozenset({Group.REACH}))
    assert reach["contact"] == {"through": "crossbench"}


async def test_giving_and_taking_back(
    client: PageClient, app: Litestar, db: AsyncSession, ada: Actor
) -> None:
    body = await make_organisation(db, name="Looking Council")
    member = await make_member(db, body, Duty.HIRING_MANAGER)
    await _sign_in_again(client, app, db, ada)
    assert "Nobody but you." in (await client.get("/profile/visibility")).text
    until = {
        "until-day": str(LATER.day),
        "until-month": str(LATER.month),
        "until-year": str(LATER.year),
    }
    values = {"groups": ["levels"], "recipient": "body", "body": "Nobody", **until}
    wrong = await post(client, "/profile/visibility/new", values)
    assert_form_error(wrong, "body", "There is no verified organisation named Nobody")
    over = await post(
        client,
        "/profile/visibility/new",
        {**values, "body": "looking council", "until-year": str(LATER.year - 3)},
    )
    assert "The last day must be today or later" in over.text
    far = await post(
        client,
        "/profile/visibility/new",
        {**values, "body": "looking council", "until-year": str(LATER.year + 3)},
    )
    assert "The last day must be within two years" in far.text
    given = await post(client, "/profile/visibility/new", {**values, "body": "looking council"})
    assert given.headers["location"] == "/profile/visibility"
    row = (
        await db.scalars(select(ConsentGrant).where(ConsentGrant.person_id == ada.person_id))
    ).one()
    assert (sorted(row.groups), row.words_version) == (["levels", "skills"], CURRENT)
    assert "Roles and skills, levels" in (await client.get("/profile/visibility")).text
    preview = await client.get("/profile/visibility/preview?organisation=Looking Council")
    assert "What Looking Council sees now" in preview.text
    assert "Practitioner" in preview.text
    withdrawal = f"/profile/visibility/{row.id}/withdraw"
    assert "Nobody of them has opened" in (await client.get(withdrawal)).text

    address = f"/org/{body.slug}/profiles/{await profile_id(db, ada)}"
    await sign_in(client, app, db, member)
    assert (await client.get(address)).status_code == 200
    await _sign_in_again(client, app, db, ada)
    page = await client.get(withdrawal)
    assert "Looking Council looked once" in page.text
    assert "saw: Roles and skills, levels" in page.text
    assert (await client.fill_in(page, {}, form=-1)).status_code == 303
    assert "Taken back on" in (await client.get("/profile/visibility")).text
    assert (await client.get(withdrawal)).status_code == 404
    await sign_in(client, app, db, member)
    assert (await client.get(address)).status_code == 404
    assert (await client.get(f"{address}/profile.json")).status_code == 404


async def _sign_in_again(client: PageClient, app: Litestar, db: AsyncSession, actor: Actor) -> None:
    assert actor.person_id is not None
    await sign_in(client, app, db, person=await db.get_one(Person, actor.person_id))


async def test_the_owner_sees_who_looked(
    client: PageClient, app: Litestar, db: AsyncSession, ada: Actor
) -> None:
    body = await make_organisation(db, name="Looking Council")
    await commands.give(db, ada, grant=to_body(body, Group.SKILLS), today=TODAY)
    await db.commit()
    looker = await make_person(db, name="Lou Looker", email="lou@looking.example")
    await sign_in(client, app, db, await make_member(db, body, Duty.HR, person=looker))
    page = await client.get(f"/org/{body.slug}/profiles/{await profile_id(db, ada)}")
    assert page.status_code == 200
    entry = await db.scalar(
        select(AuditEntry).where(
            AuditEntry.action == "profile.looked_at", AuditEntry.chain == body.id
        )
    )
    assert entry is not None
    assert entry.facts["groups"] == ["skills"]
    assert str(ada.person_id) not in json.dumps(entry.facts) + str(entry.subject_id)
    await _sign_in_again(client, app, db, ada)
    log = (await client.get("/profile/access-log")).text
    assert "Lou Looker, Looking Council" in log
    assert "Was shown: Roles and skills" in log
    assert "find people for posts" in log


@pytest.mark.parametrize(
    ("duties", "status"),
    [((Duty.HR,), 200), ((Duty.HIRING_MANAGER,), 200), ((Duty.FINANCE_OFFICER,), 403), ((), 403)],
)
async def test_only_some_duties_look(
    client: PageClient,
    app: Litestar,
    db: AsyncSession,
    ada: Actor,
    duties: tuple[Duty, ...],
    status: int,
) -> None:
    body = await make_organisation(db)
    await commands.give(db, ada, grant=to_body(body, Group.SKILLS), today=TODAY)
    await db.commit()
    await sign_in(client, app, db, await make_member(db, body, *duties))
    page = await client.get(f"/org/{body.slug}/profiles/{await profile_id(db, ada)}")
    assert page.status_code == status


async def test_own_employer_and_operator_see_nothing_unless_named(
    db: AsyncSession, ada: Actor
) -> None:
    wide = to_body(
        await make_organisation(db),
        Group.SKILLS,
        recipient=Recipient.VERIFIED,
        organisation_id=None,
    )
    await commands.give(db, ada, grant=wide, today=TODAY)
    assert ada.acting_for is not None
    employer = await db.get_one(Organisation, ada.acting_for.organisation_id)
    hr = await as_actor(db, await make_member(db, employer, Duty.HR))
    operator = await as_actor(db, person=await make_person(db, is_operator=True))
    mine = await profile_id(db, ada)
    with pytest.raises(NotFound):
        await commands.look(db, hr, profile_id=mine, today=TODAY)
    with pytest.raises(Refused):
        await commands.look(db, operator, profile_id=mine, today=TODAY)
    await commands.give(db, ada, grant=to_body(employer, Group.NAME), today=TODAY)
    reading = await commands.look(db, hr, profile_id=mine, today=TODAY)
    assert reading.document == {"profile": str(mine), "name": "Ada Owner"}


async def test_stages_open_one_after_the_other(db: AsyncSession, ada: Actor) -> None:
    body = await make_organisation(db)
    hr = await as_actor(db, await make_member(db, body, Duty.HR))
    author = await make_person(db)
    opportunity = await make_whole_post(
        db, body.id, today=TODAY, status="open", created_by_id=author.id
    )
    mine = await profile_id(db, ada)
    about: dict[str, Any] = {
        "person_id": ada.person_id,
        "organisation_id": body.id,
        "opportunity_id": opportunity.id,
    }
    look: dict[str, Any] = {"profile_id": mine, "today": TODAY, "opportunity_id": opportunity.id}
    with pytest.raises(NotFound):
        await commands.disclose(db, hr, **about, stage=Stage.SHORTLIST)
    with pytest.raises(Refused):
        await commands.disclose(db, hr, **about, stage=Stage.INTEREST)
    await commands.disclose(db, ada, **about, stage=Stage.INTEREST)
    reading = await commands.look(db, hr, **look)
    assert reading.document == {"profile": str(mine), "contact": {"through": "crossbench"}}
    with pytest.raises(Refused):
        await commands.disclose(db, hr, **about, stage=Stage.OFFER)
    await commands.disclose(db, hr, **about, stage=Stage.SHORTLIST)
    assert (await commands.look(db, hr, **look)).document["name"] == "Ada Owner"
    await commands.disclose(db, hr, **about, stage=Stage.OFFER)
    assert (await commands.look(db, hr, **look)).document["pay"] == {"salary_point": "SCP 32 Ada"}
    with pytest.raises(NotFound):
        await commands.look(db, hr, profile_id=mine, today=TODAY)
    await commands.conceal(db, ada, organisation_id=body.id, opportunity_id=opportunity.id)
    with pytest.raises(NotFound):
        await commands.look(db, hr, **look)
    with pytest.raises(NotFound):
        await commands.conceal(db, ada, organisation_id=body.id, opportunity_id=opportunity.id)
    await commands.disclose(db, ada, **about, stage=Stage.INTEREST)
    assert (await commands.look(db, hr, **look)).groups == {Group.REACH}


async def test_consent_stands_in_the_exchanges_record_alone(db: AsyncSession, ada: Actor) -> None:
    body = await make_organisation(db)
    grant_id = await commands.give(db, ada, grant=to_body(body, Group.SKILLS), today=TODAY)
    await commands.withdraw(db, ada, grant_id=grant_id, today=TODAY)
    with pytest.raises(NotFound):
        await commands.withdraw(db, ada, grant_id=grant_id, today=TODAY)
    found = await db.execute(
        select(AuditEntry.action, AuditEntry.chain).where(AuditEntry.action.startswith("consent."))
    )
    entries = [tuple(row) for row in found]
    assert entries == [("consent.given", EXCHANGE), ("consent.withdrawn", EXCHANGE)]


async def test_what_was_looked_at_is_never_changed(db: AsyncSession) -> None:
    rights = "SELECT has_table_privilege('crossbench_app', 'profile_access', 'UPDATE, DELETE')"
    assert not await db.scalar(text(rights))


async def test_the_number_of_queries_stays(
    client: PageClient, app: Litestar, db: AsyncSession, connection: AsyncConnection, ada: Actor
) -> None:
    body = await make_organisation(db)
    for _ in range(25):
        grant = to_body(body, Group.NAME, Group.SKILLS, Group.EVIDENCE)
        await commands.give(db, ada, grant=grant, today=TODAY)
    await db.commit()
    await _sign_in_again(client, app, db, ada)
    for path in ("/profile/visibility", "/profile/visibility?page=2", "/profile/access-log"):
        with counted(connection) as seen:
            assert (await client.get(path)).status_code == 200
        assert len(seen) <= 6, path
    await sign_in(client, app, db, await make_member(db, body, Duty.HR))
    address = f"/org/{body.slug}/profiles/{await profile_id(db, ada)}"
    with counted(connection) as seen:
        assert (await client.get(address)).status_code == 200
    assert len(seen) <= 8
