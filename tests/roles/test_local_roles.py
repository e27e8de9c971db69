"""Local roles: a body defines one, borrows skills, everybody reads it while it is active."""

from datetime import date, timedelta
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.audit.models import AuditEntry
from app.core.actor import Actor
from app.core.clock import london_today
from app.core.errors import MoveRefused, NotFound, Refused, RuleBroken, Stale
from app.core.paging import Part
from app.core.permissions import Duty
from app.roles import queries as framework
from app.roles.domain import Proficiency
from app.roles.local import commands, queries
from app.roles.local.domain import LOCAL_ROLE, LocalRoleAction, LocalRoleStatus, later
from app.roles.local.models import LocalRole, LocalRoleHistory, LocalRoleSkill
from tests.counting import counted
from tests.pages import PageClient, assert_form_error, parse, words
from tests.people import as_actor, make_member, make_organisation, sign_in
from tests.roles.locals import details, make_local_role
from tests.roles.sending import submit

TODAY = london_today()
ANSWERS = {
    "name": "Shared CISO",
    "summary": "Leads cyber security.\nFor two councils.",
    "basis": "The digital board, 3 March 2027",
    "owner": "Head of digital",
    "review_on-day": "1",
    "review_on-month": "3",
    "review_on-year": str(TODAY.year + 1),
}


@pytest.fixture
async def hr(db: AsyncSession) -> Actor:
    """Somebody of HR of a verified council."""
    organisation = await make_organisation(db, slug="borrowers", name="Borrowers Council")
    return await as_actor(db, await make_member(db, organisation, Duty.HR))


@pytest.fixture
async def signers(client: PageClient, app: Litestar, db: AsyncSession) -> PageClient:
    """A client signed in as HR of Signers Council."""
    organisation = await make_organisation(db, slug="signers", name="Signers Council")
    await sign_in(client, app, db, member=await make_member(db, organisation, Duty.HR))
    return client


async def actions(db: AsyncSession, role: LocalRole) -> list[str]:
    found = await db.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.subject_id == role.id, AuditEntry.chain == role.organisation_id)
        .order_by(AuditEntry.id)
    )
    return list(found)


@pytest.mark.parametrize("status", list(LocalRoleStatus))
@pytest.mark.parametrize("action", list(LocalRoleAction))
async def test_every_status_against_every_action(
    db: AsyncSession, hr: Actor, status: LocalRoleStatus, action: LocalRoleAction
) -> None:
    role = await make_local_role(db, hr)
    if status is LocalRoleStatus.RETIRED:
        await move(db, hr, role, LocalRoleAction.RETIRE)
    if LOCAL_ROLE.may(status, action):
        await move(db, hr, role, action)
        assert role.status == LOCAL_ROLE.after(status, action)
        rows = (await db.scalars(select(LocalRoleHistory).order_by(LocalRoleHistory.id))).all()
        assert (rows[-1].from_status, rows[-1].to_status) == (status, role.status)
        assert (await actions(db, role))[-1] == f"local_role.{action}d"
    else:
        with pytest.raises(MoveRefused):
            await move(db, hr, role, action)


async def move(db: AsyncSession, actor: Actor, role: LocalRole, action: LocalRoleAction) -> None:
    await commands.move_role(db, actor, organisation="borrowers", slug=role.slug, action=action)


async def test_skills_are_borrowed_at_levels_the_organisation_chooses(
    db: AsyncSession, hr: Actor
) -> None:
    role = await make_local_role(db, hr)
    skills = await queries.skills_of_local_role(db, role.id)
    assert [s.proficiency for s in skills] == [4] * 8
    needs: dict[Any, Proficiency | None] = {skills[0].skill_id: Proficiency.WORKING}
    needs[skills[1].skill_id] = None
    await commands.choose_skills(db, hr, organisation="borrowers", slug=role.slug, needs=needs)
    after = await queries.skills_of_local_role(db, role.id)
    assert [s.proficiency for s in after] == [2, *[4] * 6]
    (new,) = await framework.find_skills(db, "user focus", limit=1)
    added = await commands.add_skills(
        db,
        hr,
        organisation="borrowers",
        slug=role.slug,
        needs={new.id: Proficiency.EXPERT, skills[0].skill_id: Proficiency.EXPERT},
    )
    assert added == 1
    assert await actions(db, role) == [
        "local_role.defined",
        "local_role.skills_added",
        "local_role.skills_chosen",
        "local_role.skills_added",
    ]


async def test_a_role_has_no_more_skills_than_anybody_can_weigh(
    db: AsyncSession, hr: Actor
) -> None:
    role = await make_local_role(db, hr)
    needs = {s.id: Proficiency.WORKING for s in await framework.current_skills(db)}
    with pytest.raises(RuleBroken, match="at most 60 skills"):
        await commands.add_skills(db, hr, organisation="borrowers", slug=role.slug, needs=needs)


@pytest.mark.parametrize(
    ("review_on", "code"),
    [
        (TODAY, "review-past"),
        (TODAY - timedelta(1), "review-past"),
        (later(TODAY, 3) + timedelta(1), "review-late"),
    ],
)
async def test_the_review_is_in_the_future_but_not_far(
    db: AsyncSession, hr: Actor, review_on: date, code: str
) -> None:
    with pytest.raises(RuleBroken) as refused:
        await make_local_role(db, hr, review_on=review_on)
    assert refused.value.code == code


async def test_two_roles_of_a_body_have_two_names(db: AsyncSession, hr: Actor) -> None:
    await make_local_role(db, hr, name="Shared CISO")
    with pytest.raises(RuleBroken) as refused:
        await make_local_role(db, hr, name="Shared  ciso!")
    assert refused.value.code == "name-taken"
    other = await make_organisation(db, slug="others")
    actor = await as_actor(db, await make_member(db, other, Duty.HR))
    assert (await make_local_role(db, actor, name="Shared CISO")).slug == "shared-ciso"
    assert (await make_local_role(db, actor, name="New")).slug == "new-2"


async def test_changes_on_an_old_page_are_not_taken(db: AsyncSession, hr: Actor) -> None:
    role = await make_local_role(db, hr)

    async def change(seen: int, **changes: Any) -> None:
        await commands.change_details(
            db,
            hr,
            organisation="borrowers",
            slug=role.slug,
            details=details(review_on=role.review_on, **changes),
            seen=seen,
            today=TODAY,
        )

    seen = role.version
    await change(seen, name="Regional CISO")
    assert (role.name, role.slug) == (
        "Regional CISO",
        "shared-chief-information-security-officer",
    )
    with pytest.raises(Stale):
        await change(seen, name="Other")


async def test_who_may_define_roles(db: AsyncSession) -> None:
    verified = await make_organisation(db, slug="verified-body")
    applied = await make_organisation(db, slug="applied-body", status="applied")
    for organisation, duty, allowed in (
        (verified, Duty.HR, True),
        (verified, Duty.ORGANISATION_ADMIN, True),
        (verified, Duty.HIRING_MANAGER, False),
        (verified, Duty.FINANCE_OFFICER, False),
        (verified, Duty.MEMBER, False),
        (applied, Duty.HR, False),
    ):
        actor = await as_actor(db, await make_member(db, organisation, duty))
        if allowed:
            await make_local_role(db, actor, name=f"Role of {duty}")
        else:
            with pytest.raises(Refused):
                await make_local_role(db, actor, name=f"Role of {duty}")
    with pytest.raises(NotFound):
        await commands.define_role(
            db, actor, organisation="verified-body", details=details(), today=TODAY
        )


async def test_everybody_sees_active_roles_of_verified_bodies_only(
    client: PageClient, db: AsyncSession, hr: Actor
) -> None:
    role = await make_local_role(db, hr)
    address = f"/roles/local/borrowers/{role.slug}"
    said = words(parse((await client.get(address)).text))
    assert "Local role of Borrowers Council" in said
    assert "Looked after by Head of digital" in said
    assert "Cyber risk management Expert" in said
    assert "Open Government Licence v3.0" in said
    for path in ("/roles/local", "/roles/local?q=shared+ciso", "/roles?q=shared+chief"):
        assert f'href="{address}"' in (await client.get(path)).text
    skill = words(parse((await client.get("/skills/cyber-risk-management")).text))
    assert f"{role.name}, Borrowers Council: expert" in skill
    assert (await queries.list_public(db, Part(), q="sciso")).total == 1
    await move(db, hr, role, LocalRoleAction.RETIRE)
    await db.commit()
    assert (await client.get(address)).status_code == 404
    for path in ("/roles/local", "/roles?q=shared+chief", "/skills/cyber-risk-management"):
        assert address not in (await client.get(path)).text
    assert hr.organisation_id is not None
    assert await queries.public_roles_of(db, hr.organisation_id) == ()
    kept = await queries.find_local_role(db, role.id)
    assert kept is not None
    assert kept.status == "retired"


async def test_a_shared_ciso_is_defined_from_start_to_end(
    signers: PageClient, db: AsyncSession
) -> None:
    home = await signers.get("/org/signers/roles")
    assert "Your organisation has no local roles yet" in home.text
    answer = await submit(signers, await signers.get("/org/signers/roles/new"), ANSWERS)
    assert answer.headers["location"] == "/org/signers/roles/shared-ciso/skills"
    skills = await signers.get(answer.headers["location"])
    source = {"source": "chief-information-security-officer", "unstated": "practitioner"}
    answer = await submit(signers, skills, source)
    skills = await signers.get(answer.headers["location"])
    assert "8 skills were added" in skills.text
    answer = await submit(signers,
        skills, {"source": "security-architect/lead-security-architect", "unstated": "working"},
        form=1,
    )  # fmt: skip
    skills = await signers.get(answer.headers["location"])
    assert "7 skills were added" in skills.text
    answer = await submit(signers, skills, {"skill": "user focus", "proficiency": "expert"}, form=2)
    skills = await signers.get(answer.headers["location"])
    assert "1 skill was added" in skills.text
    role = (await db.scalars(select(LocalRole).where(LocalRole.slug == "shared-ciso"))).one()
    held = await queries.skills_of_local_role(db, role.id)
    levels = {f"levels-{s.slug}": Proficiency(s.proficiency or 1).slug for s in held}
    levels["levels-analysis"] = "remove"
    levels["levels-user-focus"] = "awareness"
    answer = await submit(signers, skills, levels)
    shown = await signers.get(answer.headers["location"])
    said = words(parse(shown.text))
    assert "User focus Awareness" in said
    assert "Analysis" not in said
    assert len(await queries.skills_of_local_role(db, role.id)) == 15
    changed = await submit(
        signers,
        await signers.get("/org/signers/roles/shared-ciso/edit"),
        {**ANSWERS, "owner": "IT board"},
    )
    assert changed.headers["location"] == "/org/signers/roles/shared-ciso"
    ask = await signers.get("/org/signers/roles/shared-ciso/retire")
    assert (await submit(signers, ask)).status_code == 303
    retired = await signers.get("/org/signers/roles/shared-ciso")
    assert "This role is retired" in retired.text
    assert (await signers.get("/org/signers/roles/shared-ciso/retire")).status_code == 409
    assert (
        await submit(signers, await signers.get("/org/signers/roles/shared-ciso/restore"))
    ).is_redirect
    home = await signers.get("/org/signers/roles")
    assert "Shared CISO" in home.text


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"name": ""}, "name", "Enter the name of the role"),
        ({"summary": " "}, "summary", "Say what the role is for"),
        ({"basis": ""}, "basis", "Say what the role rests on"),
        ({"owner": ""}, "owner", "Enter the post or team that looks after the role"),
        ({"review_on-year": "2020"}, "review_on", "The review date must be in the future"),
        ({"name": "x" * 121}, "name", "Name of the role must be 120 characters or fewer"),
    ],
)
async def test_what_is_missing_is_asked_for_and_the_rest_kept(
    signers: PageClient, changes: dict[str, str], field: str, message: str
) -> None:
    answer = await submit(
        signers, await signers.get("/org/signers/roles/new"), {**ANSWERS, **changes}
    )
    target = f"{field}-day" if field == "review_on" else field
    if field == "review_on":
        assert answer.status_code == 422
        assert message in words(parse(answer.text))
    else:
        assert_form_error(answer, target, message)
    assert "digital" in answer.text


async def test_wrong_skills_are_told_beside_their_field(signers: PageClient) -> None:
    await submit(signers, await signers.get("/org/signers/roles/new"), ANSWERS)
    skills = await signers.get("/org/signers/roles/shared-ciso/skills")
    answer = await submit(signers, skills, {"source": "", "unstated": "working"})
    assert_form_error(answer, "source", "Choose a level or role to borrow from")
    answer = await submit(signers, skills, {"skill": "Juggling", "proficiency": "expert"}, form=1)
    assert_form_error(answer, "skill", "The framework has no skill named Juggling")
    answer = await submit(signers, skills, {"skill": "User focus", "proficiency": ""}, form=1)
    assert_form_error(answer, "proficiency", "Choose a proficiency")
    strange = {"source": "x", "unstated": "working", "organisation_id": "1"}
    answer = await submit(signers, skills, strange)
    assert answer.status_code == 422


async def test_a_page_left_open_is_told_that_somebody_else_saved(
    signers: PageClient, db: AsyncSession
) -> None:
    await submit(signers, await signers.get("/org/signers/roles/new"), ANSWERS)
    first = await signers.get("/org/signers/roles/shared-ciso/edit")
    second = await signers.get("/org/signers/roles/shared-ciso/edit")
    await submit(signers, first, {**ANSWERS, "owner": "IT board"})
    late = await submit(signers, second, {**ANSWERS, "owner": "HR board"})
    assert late.status_code == 422
    assert "Somebody else changed this role" in late.text
    assert "HR board" in late.text
    assert (await submit(signers, late, {**ANSWERS, "owner": "HR board"})).status_code == 303


async def test_a_review_that_is_due_is_marked(signers: PageClient, db: AsyncSession) -> None:
    await submit(signers, await signers.get("/org/signers/roles/new"), ANSWERS)
    role = (await db.scalars(select(LocalRole).where(LocalRole.slug == "shared-ciso"))).one()
    role.review_on = TODAY
    await db.commit()
    assert "Review due" in (await signers.get("/org/signers/roles")).text
    assert (
        "The review of this role is due"
        in (await signers.get("/org/signers/roles/shared-ciso")).text
    )
    assert "Review due" in (await signers.get("/roles/local/signers/shared-ciso")).text
    (due,) = await queries.due_for_review(db, role.organisation_id, TODAY)
    assert due.id == role.id


@pytest.mark.parametrize("count", [1, 25])
async def test_lists_make_the_same_few_queries(
    client: PageClient, app: Litestar, db: AsyncSession, connection: AsyncConnection, count: int
) -> None:
    organisation = await make_organisation(db, slug="many")
    member = await make_member(db, organisation, Duty.HR)
    actor = await as_actor(db, member)
    role = await make_local_role(db, actor)
    skills = await queries.skills_of_local_role(db, role.id)
    for number in range(1, count):
        copy = LocalRole(
            organisation_id=organisation.id, slug=f"r{number}", name=f"Role {number}",
            summary="s", basis="b", owner="o", review_on=TODAY, edition_id=role.edition_id,
            search_text=" role",
        )  # fmt: skip
        db.add(copy)
        await db.flush()
        db.add(LocalRoleSkill(local_role_id=copy.id, skill_id=skills[0].skill_id, proficiency=1))
    await db.commit()
    await sign_in(client, app, db, member=member)
    for path, most in (
        ("/org/many/roles", 4),
        ("/roles/local", 3),
        (f"/roles/local/many/{role.slug}", 5),
        (f"/skills/{skills[0].slug}", 8),
        (f"/org/many/roles/{role.slug}/skills", 8),
    ):
        with counted(connection) as seen:
            assert (await client.get(path)).status_code == 200
        assert len(seen) <= most, (path, seen)
