"""Writing posts: what each save keeps, refuses and records."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import Actor
from app.core.clock import london_today
from app.core.errors import MoveRefused, NotFound, Refused, RuleBroken, Stale
from app.opportunities import commands as every_change
from app.opportunities.domain import OpportunityKind, PostFacts
from app.opportunities.finding.models import OpenPost
from app.opportunities.models import Opportunity, OpportunityChange
from app.opportunities.queries import get_facts
from app.opportunities.writing import commands
from app.opportunities.writing.commands import Saved
from app.opportunities.writing.domain import Section
from app.opportunities.writing.known import known_for
from app.opportunities.writing.queries import names_of
from app.roles.local.models import LocalRole, LocalRoleSkill
from app.roles.models import Role
from app.roles.queries.editions import current_edition
from app.roles.queries.roles import list_levels
from app.roles.queries.skills import all_skills
from tests.messages import letters_to
from tests.opportunities.bodies import Body, make_body, moves, recorded
from tests.opportunities.posts import make_whole_post

PLACE = {"place": "Southtown", "region": "wales", "postcode_area": None}


@pytest.fixture
async def body(db: AsyncSession) -> Body:
    return await make_body(db)


@pytest.fixture
def followed() -> Iterator[list[tuple[PostFacts, PostFacts]]]:
    """What a feature above is told of changes."""
    told: list[tuple[PostFacts, PostFacts]] = []

    async def follow(_: AsyncSession, __: Actor, before: PostFacts, after: PostFacts) -> None:
        told.append((before, after))

    every_change.on_change.append(follow)
    yield told
    every_change.on_change.remove(follow)


async def start(db: AsyncSession, actor: Actor) -> Opportunity:
    return await commands.start_post(
        db, actor, kind=OpportunityKind.SHARED_POST, title="Security lead"
    )


async def role_ids(db: AsyncSession, slug: str = "security-architect") -> tuple[uuid.UUID, Any]:
    role = await db.scalar(select(Role).where(Role.slug == slug))
    assert role
    return role.id, await list_levels(db, role.id)


async def choose(db: AsyncSession, actor: Actor, post: Opportunity, slug: str, level: int) -> None:
    role, levels = await role_ids(db, slug)
    values = {"title": post.title, "role_id": role, "local_role_id": None}
    await commands.save_section(db, actor, post.slug, section=Section.ROLE, values=values, seen=9)
    if levels:
        values = {"role_level_id": levels[level].id}
        await commands.save_section(
            db, actor, post.slug, section=Section.ROLE, values=values, seen=9
        )


async def save(
    db: AsyncSession, actor: Actor, post: Opportunity, section: Section, **values: Any
) -> Saved:
    return await commands.save_section(db, actor, post.slug, section=section, values=values, seen=9)


async def test_a_draft_begins_with_its_history_and_an_entry(db: AsyncSession, body: Body) -> None:
    post = await start(db, body.hr)
    assert post.slug.startswith("security-lead-")
    assert (post.status, post.created_by_id) == ("draft", body.hr.person_id)
    assert await moves(db) == [(None, "draft", "started")]
    assert await recorded(db) == ["opportunity.started"]


@pytest.mark.parametrize(("who", "allowed"), [("hr", True), ("hiring", True), ("member", False)])
async def test_who_may_write(db: AsyncSession, body: Body, who: str, allowed: bool) -> None:
    post = await start(db, body.hr)
    actor = body.actors[who]
    if allowed:
        assert await save(db, actor, post, Section.PLACE, **PLACE) is Saved.KEPT
        assert actor.person_id in post.writer_ids
    else:
        with pytest.raises(Refused):
            await save(db, actor, post, Section.PLACE, **PLACE)
        with pytest.raises(Refused):
            await start(db, actor)


async def test_another_bodys_post_is_not_there(db: AsyncSession, body: Body) -> None:
    other = await make_body(db, "hr")
    post = await start(db, body.hr)
    with pytest.raises(NotFound):
        await save(db, other.hr, post, Section.PLACE, **PLACE)
    for command in (commands.copy_post, commands.delete_draft):
        with pytest.raises(NotFound):
            await command(db, other.hr, post.slug)


async def test_a_save_counts_and_is_recorded_once(db: AsyncSession, body: Body) -> None:
    post = await start(db, body.hr)
    for _ in range(2):
        await save(db, body.hr, post, Section.PLACE, **PLACE)
    assert (post.version, post.sections_done) == (2, {"place": 1})
    assert await recorded(db) == ["opportunity.started", "opportunity.section_saved"]


async def test_an_older_page_does_not_write_over_a_newer_one(db: AsyncSession, body: Body) -> None:
    post = await start(db, body.hr)
    values = {"section": Section.PLACE, "seen": 0}
    await commands.save_section(db, body.hr, post.slug, values=PLACE, **values)
    other = {**PLACE, "place": "Elsewhere"}
    with pytest.raises(Stale):
        await commands.save_section(db, body.actors["hiring"], post.slug, values=other, **values)
    assert post.place == "Southtown"
    same = await commands.save_section(db, body.hr, post.slug, values=PLACE, **values)
    assert same is Saved.KEPT


async def test_sections_do_not_get_in_each_others_way(db: AsyncSession, body: Body) -> None:
    post = await start(db, body.hr)
    await commands.save_section(db, body.hr, post.slug, section=Section.PLACE, values=PLACE, seen=0)
    time = {"days_per_week": Decimal(3), "full_time_hours": Decimal(37)}
    await commands.save_section(db, body.hr, post.slug, section=Section.TIME, values=time, seen=0)
    assert (post.place, post.days_per_week) == ("Southtown", 3)


async def test_a_role_brings_its_skills_until_somebody_saved_them(
    db: AsyncSession, body: Body
) -> None:
    post = await start(db, body.hr)
    await choose(db, body.hr, post, "security-architect", 1)
    first = await get_facts(db, post)
    assert first.edition_id
    assert first.skills
    assert all(need.is_must and need.level for need in first.skills)
    await choose(db, body.hr, post, "data-engineer", 0)
    second = await get_facts(db, post)
    assert set(second.skills) != set(first.skills)
    kept = second.skills[:1]
    await save(db, body.hr, post, Section.SKILLS, skills=kept)
    await choose(db, body.hr, post, "security-architect", 1)
    assert (await get_facts(db, post)).skills == kept
    await commands.refill_skills(db, body.hr, post.slug)
    assert set((await get_facts(db, post)).skills) == set(first.skills)


async def test_another_role_takes_the_level_away(db: AsyncSession, body: Body) -> None:
    post = await start(db, body.hr)
    await choose(db, body.hr, post, "security-architect", 1)
    role, _ = await role_ids(db, "data-engineer")
    values = {"title": post.title, "role_id": role, "local_role_id": None}
    await save(db, body.hr, post, Section.ROLE, **values)
    assert post.role_level_id is None
    assert (await get_facts(db, post)).needs_level


async def test_a_level_of_another_role_is_refused(db: AsyncSession, body: Body) -> None:
    post = await start(db, body.hr)
    await choose(db, body.hr, post, "security-architect", 1)
    _, levels = await role_ids(db, "data-engineer")
    with pytest.raises(RuleBroken, match="level of the role"):
        await save(db, body.hr, post, Section.ROLE, role_level_id=levels[0].id)


async def test_a_senior_role_has_skills_and_no_level(db: AsyncSession, body: Body) -> None:
    post = await start(db, body.hr)
    await choose(db, body.hr, post, "chief-information-security-officer", 0)
    facts = await get_facts(db, post)
    assert not facts.needs_level
    assert len(facts.skills) == 8
    assert {need.level for need in facts.skills} == {None}


async def test_a_role_of_the_bodys_own_brings_its_skills(db: AsyncSession, body: Body) -> None:
    post = await start(db, body.hr)
    skills = (await all_skills(db))[:2]
    role = LocalRole(
        organisation_id=body.organisation.id,
        slug="shared-ciso",
        name="Shared CISO",
        summary="Leads security.",
        basis="A decision of the board",
        owner="Digital team",
        review_on=london_today(),
        edition_id=(await current_edition(db)).id,
        search_text=" shared ciso ",
    )
    db.add(role)
    await db.flush()
    db.add_all(
        LocalRoleSkill(local_role_id=role.id, skill_id=one.id, proficiency=4) for one in skills
    )
    await db.commit()
    values = {"title": post.title, "role_id": None, "local_role_id": role.id}
    await save(db, body.hr, post, Section.ROLE, **values)
    facts = await get_facts(db, post)
    assert {(need.skill_id, need.level) for need in facts.skills} == {(s.id, 4) for s in skills}
    assert not facts.needs_level
    assert (await names_of(db, facts)).role == "Shared CISO"
    known = await known_for(db, post, facts, Section.ROLE, is_level=False)
    assert known.options["roles"][1].text == "Shared CISO (our own role)"


async def test_skills_cannot_be_filled_in_without_a_role(db: AsyncSession, body: Body) -> None:
    post = await start(db, body.hr)
    with pytest.raises(RuleBroken, match="Choose a role first"):
        await commands.refill_skills(db, body.hr, post.slug)


async def test_answers_that_do_not_fit_are_refused_and_nothing_is_kept(
    db: AsyncSession, body: Body
) -> None:
    post = await make_whole_post(db, body.organisation.id, today=london_today())
    assert post.starts_on
    with pytest.raises(RuleBroken, match="before the start date"):
        await save(db, body.hr, post, Section.CLOSING, closes_on=post.starts_on)
    await db.refresh(post)
    assert post.closes_on == london_today() + timedelta(days=30)


async def test_a_change_of_an_open_post_is_published_and_told(
    db: AsyncSession, body: Body, followed: list[tuple[PostFacts, PostFacts]]
) -> None:
    post = await make_whole_post(db, body.organisation.id, today=london_today(), status="open")
    await save(db, body.hr, post, Section.PLACE, **PLACE)
    assert await db.scalar(select(OpenPost.place)) == "Southtown"
    [(before, after)] = followed
    assert after.changed_since(before) == {"place", "region"}


async def test_an_open_post_stays_whole(db: AsyncSession, body: Body) -> None:
    post = await make_whole_post(db, body.organisation.id, today=london_today(), status="open")
    with pytest.raises(RuleBroken, match="other days a week now"):
        await save(
            db,
            body.hr,
            post,
            Section.TIME,
            days_per_week=Decimal(4),
            full_time_hours=Decimal(37),
        )


@pytest.mark.parametrize("status", ["awaiting_approval", "approved", "closed", "withdrawn"])
async def test_what_waits_or_is_over_cannot_be_changed(
    db: AsyncSession, body: Body, status: str
) -> None:
    more = {"withdrawn_reason": "No longer needed"} if status == "withdrawn" else {}
    post = await make_whole_post(
        db, body.organisation.id, today=london_today(), status=status, **more
    )
    with pytest.raises(Refused):
        await save(db, body.hr, post, Section.PLACE, **PLACE)


@pytest.fixture
async def strict(db: AsyncSession) -> Body:
    """A body that wants a second person's approval."""
    return await make_body(db, needs_post_approval=True)


async def test_a_change_of_an_open_post_waits_where_the_body_wants_approval(
    db: AsyncSession, strict: Body
) -> None:
    post = await make_whole_post(db, strict.organisation.id, today=london_today(), status="open")
    assert await save(db, strict.hr, post, Section.PLACE, **PLACE) is Saved.PROPOSED
    assert post.place == "Northtown"
    assert await db.scalar(select(OpenPost.place)) == "Northtown"
    [letter] = await letters_to(db, strict.members["signatory"].work_email)
    assert letter.subject == f"Approve a change: {post.title}"
    change = await db.scalar(select(OpportunityChange))
    assert change
    with pytest.raises(Refused, match="you proposed it"):
        await commands.decide_change(db, strict.hr, post.slug, change.id, approve=True)
    await commands.decide_change(db, strict.second, post.slug, change.id, approve=True)
    assert (post.place, change.state) == ("Southtown", "approved")
    assert await db.scalar(select(OpenPost.place)) == "Southtown"
    assert strict.hr.person_id in post.writer_ids
    letters = await letters_to(db, strict.members["hr"].work_email)
    assert letters[-1].subject == f"Change approved: {post.title}"
    with pytest.raises(NotFound):
        await commands.decide_change(db, strict.second, post.slug, change.id, approve=True)


async def test_a_refused_change_leaves_the_post_as_it_was(db: AsyncSession, strict: Body) -> None:
    post = await make_whole_post(db, strict.organisation.id, today=london_today(), status="open")
    await save(db, strict.hr, post, Section.PLACE, **PLACE)
    newer = {**PLACE, "place": "Westtown"}
    await save(db, strict.hr, post, Section.PLACE, **newer)
    states = dict((await db.execute(select(OpportunityChange.state, OpportunityChange.id))).all())
    assert set(states) == {"replaced", "waiting"}
    await commands.decide_change(
        db, strict.second, post.slug, states["waiting"], approve=False, reason="Wrong town"
    )
    assert post.place == "Northtown"
    letters = await letters_to(db, strict.members["hr"].work_email)
    assert "Wrong town" in letters[-1].text


async def test_a_change_that_no_longer_fits_is_not_applied(db: AsyncSession, strict: Body) -> None:
    post = await make_whole_post(db, strict.organisation.id, today=london_today(), status="open")
    start_on = post.starts_on
    assert start_on
    await save(db, strict.hr, post, Section.CLOSING, closes_on=start_on - timedelta(days=1))
    change = await db.scalar(select(OpportunityChange))
    assert change
    post.starts_on = start_on - timedelta(days=5)
    await db.commit()
    with pytest.raises(RuleBroken):
        await commands.decide_change(db, strict.second, post.slug, change.id, approve=True)
    await db.refresh(change)
    assert change.state == "waiting"


async def test_a_copy_says_the_same_without_what_belongs_to_one_time(
    db: AsyncSession, body: Body
) -> None:
    post = await make_whole_post(
        db,
        body.organisation.id,
        today=london_today(),
        status="open",
        redeployees_first_until=london_today(),
        sections_done={"place": 3, "closing": 1},
    )
    copy = await commands.copy_post(db, body.hr, post.slug)
    before, after = await get_facts(db, post), await get_facts(db, copy)
    assert after.changed_since(before) == {
        "id", "status", "closes_on", "redeployees_first_until",
    }  # fmt: skip
    assert copy.slug != post.slug
    assert copy.sections_done == {"place": 1}
    assert (copy.published_at, copy.review_on, copy.version) == (None, None, 1)
    assert (copy.created_by_id, copy.writer_ids) == (body.hr.person_id, [body.hr.person_id])


async def test_only_a_draft_is_deleted(db: AsyncSession, body: Body) -> None:
    draft = await start(db, body.hr)
    await commands.delete_draft(db, body.hr, draft.slug)
    assert await db.scalar(select(Opportunity.id)) is None
    assert await recorded(db) == ["opportunity.started", "opportunity.deleted"]
    post = await make_whole_post(db, body.organisation.id, today=london_today(), status="open")
    with pytest.raises(MoveRefused):
        await commands.delete_draft(db, body.hr, post.slug)
