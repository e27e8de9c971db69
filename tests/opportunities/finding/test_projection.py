"""The published projection follows the post, its body and the framework."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.opportunities.finding.models import FormerPost, OpenPost, post_word
from app.opportunities.finding.projection import project, rebuild
from app.opportunities.models import Opportunity
from app.organisations.models import Organisation
from app.roles.models import Role
from tests.opportunities.finding.posts import make_post, role_of, skill_of
from tests.people import make_organisation


async def row_of(db: AsyncSession, post: Opportunity) -> OpenPost | None:
    return await db.scalar(
        select(OpenPost)
        .where(OpenPost.opportunity_id == post.id)
        .execution_options(populate_existing=True)
    )


async def finds(db: AsyncSession, words: str) -> int:
    found = "SELECT count(*) FROM open_post WHERE search @@ websearch_to_tsquery('crossbench', :q)"
    count = await db.scalar(text(found), {"q": words})
    assert count is not None
    return int(count)


async def test_an_open_post_has_a_row_with_what_is_shown(db: AsyncSession) -> None:
    body = await make_organisation(db, name="Moor Council", name_cy="Cyngor y Rhos")
    role = await role_of(db)
    threat = await skill_of(db, "Security technology")
    design = await skill_of(db, "Designing secure systems")
    post = await make_post(
        db, body, role_id=role.id, title="Security architect", title_cy="Pensaer diogelwch",
        skills=[(threat, 2, False), (design, 4, True)],
    )  # fmt: skip
    row = await row_of(db, post)
    assert row is not None
    assert (row.id, row.slug, row.title_cy) == (post.id, post.slug, "Pensaer diogelwch")
    assert (row.organisation_name, row.organisation_name_cy) == ("Moor Council", "Cyngor y Rhos")
    assert (row.role_slug, row.family_name) == ("security-architect", "Architecture")
    assert row.days_per_week == Decimal("2.50")
    assert [
        tuple(skill[k] for k in ("name", "slug", "level", "is_must")) for skill in row.skills
    ] == [
        ("Designing secure systems", "designing-secure-systems", 4, True),
        ("Security technology", "security-technology", 2, False),
    ]
    assert row.is_shown


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("architect", 1),
        ("architects", 1),
        ("sa", 1),
        ("tŷ", 1),
        ("ty", 1),
        ("pensaernïaeth", 1),
        ("pensaerniaeth", 1),
        ('"security architect"', 1),
        ('"technology council"', 0),
        ("architect -security", 0),
        ("plumber or architect", 1),
        ("jointly funded", 1),
        ("technology", 1),
        ("moor council", 1),
        ("wales", 1),
        ("plumber", 0),
        ("the", 0),
        ("') OR 1=1 --", 0),
    ],
)
async def test_text_of_both_languages_is_found(db: AsyncSession, words: str, found: int) -> None:
    body = await make_organisation(db, name="Moor Council", region="wales")
    role = await role_of(db)
    threat = await skill_of(db, "Security technology")
    await make_post(
        db, body, role_id=role.id, title="Security architect", title_cy="Tŷ",
        description_cy="Gwaith pensaernïaeth", skills=[(threat, None, True)],
    )  # fmt: skip
    assert await finds(db, words) == found


@pytest.mark.parametrize("status", ["hidden", "closed", "withdrawn"])
async def test_a_post_that_ends_leaves_a_mark(db: AsyncSession, status: str) -> None:
    body = await make_organisation(db)
    post = await make_post(db, body, title="Data lead")
    post.status = status
    post.withdrawn_reason = "No money" if status == "withdrawn" else None
    await project(db, post.id)
    assert await row_of(db, post) is None
    mark = (await db.scalars(select(FormerPost))).one()
    assert (mark.slug, mark.status, mark.audience) == (post.slug, status, "public")
    assert mark.title == (None if status == "withdrawn" else "Data lead")
    post.status, post.withdrawn_reason = "open", None
    await project(db, post.id)
    assert await row_of(db, post) is not None
    assert (await db.scalars(select(FormerPost))).all() == []


async def test_a_draft_leaves_nothing(db: AsyncSession) -> None:
    body = await make_organisation(db)
    for status in ("draft", "awaiting_approval", "approved"):
        await make_post(db, body, status=status, published_at=None)
    assert (await db.scalars(select(OpenPost))).all() == []
    assert (await db.scalars(select(FormerPost))).all() == []


async def test_a_change_is_taken_up_and_its_time_noted(db: AsyncSession) -> None:
    post = await make_post(db, await make_organisation(db), title="Before")
    await db.execute(text("UPDATE open_post SET shown_at = shown_at - interval '1 day'"))
    before = await row_of(db, post)
    assert before is not None
    was = before.shown_at
    await project(db, post.id)
    same = await row_of(db, post)
    assert same is not None
    assert same.shown_at == was, "nothing has changed"
    post.title = "After"
    await project(db, post.id)
    after = await row_of(db, post)
    assert after is not None
    assert after.title == "After"
    assert after.shown_at > was


@pytest.mark.parametrize(
    ("changes", "column", "value"),
    [
        ({"name": "New Name"}, "organisation_name", "New Name"),
        ({"slug": "new-slug"}, "organisation_slug", "new-slug"),
        ({"status": "suspended"}, "is_shown", False),
    ],
)
async def test_a_body_that_changes_takes_its_posts_along(
    db: AsyncSession, changes: dict[str, Any], column: str, value: Any
) -> None:
    body = await make_organisation(db)
    post = await make_post(db, body)
    other = await make_post(db, await make_organisation(db))
    await db.execute(update(Organisation).where(Organisation.id == body.id).values(**changes))
    row = await row_of(db, post)
    assert getattr(row, column) == value
    untouched = await row_of(db, other)
    assert untouched is not None
    assert untouched.is_shown
    await db.execute(
        update(Organisation).where(Organisation.id == body.id).values(status="verified")
    )
    row = await row_of(db, post)
    assert row is not None
    assert row.is_shown


async def test_rebuilding_mends_what_is_missing_left_over_or_stale(db: AsyncSession) -> None:
    body = await make_organisation(db)
    role = await role_of(db)
    missing, stale, over, right = [
        await make_post(db, body, role_id=role.id, title=title) for title in "ABCD"
    ]
    await db.execute(text("DELETE FROM open_post WHERE slug = :s"), {"s": missing.slug})
    await db.execute(
        text("UPDATE opportunity SET title = 'New' WHERE slug = :s"), {"s": stale.slug}
    )
    await db.execute(
        text("UPDATE opportunity SET status = 'closed' WHERE slug = :s"), {"s": over.slug}
    )
    await db.execute(text("UPDATE open_post SET shown_at = shown_at - interval '1 day'"))
    kept = await row_of(db, right)
    assert kept is not None
    was = kept.shown_at
    await rebuild(db)
    rows = {
        row.title: row.shown_at
        for row in await db.scalars(select(OpenPost).execution_options(populate_existing=True))
    }
    assert set(rows) == {"A", "New", "D"}
    assert rows["D"] == was, "what is right stays as it is"
    assert [mark.slug for mark in await db.scalars(select(FormerPost))] == [over.slug]
    await db.execute(insert(post_word).values(word="leftover"))
    await rebuild(db)
    words = set(await db.scalars(select(post_word.c.word)))
    assert "security" in words
    assert "leftover" not in words
    await db.execute(update(Role).where(Role.id == role.id).values(name="Renamed role"))
    await rebuild(db)
    names = await db.scalars(select(OpenPost.role_name))
    assert set(names) == {"Renamed role"}
