"""Reads of single posts, of what became of former ones, and of what feeds and site map list."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.paging import Paged, Part
from app.core.reading import Prepared, Row, fetch, prepare
from app.opportunities.finding.models import FormerPost, OpenPost
from app.opportunities.finding.queries.search import LISTED
from app.opportunities.finding.queries.visible import Sight, Viewer, visible, within_sight
from app.opportunities.models import OpportunityQuestion

# For search and upkeep alone.
_NOT_SHOWN: Final = frozenset({"search", "near", "fingerprint", "created_at", "updated_at"})
SHOWN: Final = tuple(c for c in OpenPost.__table__.c if c.key not in _NOT_SHOWN)
SIMILAR: Final = 3
QUESTIONS: Final = 5


async def find_open_post(db: AsyncSession, viewer: Viewer, slug: str) -> Row | None:
    """An open post as published, by its slug; None unless the viewer may see it."""
    rows = await fetch(db, _by_slug(viewer.sight), {**viewer.values, "slug": slug})
    return rows[0] if rows else None


async def find_open_post_by_id(
    db: AsyncSession, viewer: Viewer, opportunity_id: uuid.UUID
) -> Row | None:
    """The same by the id of the post."""
    rows = await fetch(db, _by_id(viewer.sight), {**viewer.values, "id": opportunity_id})
    return rows[0] if rows else None


async def find_former_post(
    db: AsyncSession, viewer: Viewer, slug: str = "", opportunity_id: uuid.UUID | None = None
) -> Row | None:
    """What is left of a post that the viewer could see when it was open, by slug or id.

    A post whose last day has passed and which no timer has closed yet counts as closed.
    """
    values = {**viewer.values, "slug": slug, "id": opportunity_id}
    rows = await fetch(db, _former(viewer.sight), values)
    return rows[0] if rows else None


async def list_similar(
    db: AsyncSession, viewer: Viewer, former: Mapping[str, Any], most: int = SIMILAR
) -> list[Row]:
    """Open posts like a former one: of its role, else of its family or kind in its region."""
    values = {
        **viewer.values,
        **{name: former[name] for name in ("role_slug", "family_slug", "kind", "region")},
        "limit": most,
    }
    return await fetch(db, _similar(viewer.sight), values)


async def list_questions(
    db: AsyncSession, opportunity_id: uuid.UUID, most: int = QUESTIONS
) -> Paged[Row]:
    """The newest questions of a post that its readers see, and how many there are.

    The caller has made sure that whoever asks may see the post.
    """
    rows = await fetch(db, _questions(), {"id": opportunity_id, "limit": most})
    return Paged(rows, rows[0]["total"] if rows else 0, Part(1, most))


async def list_public(db: AsyncSession, viewer: Viewer, part: Part) -> list[Row]:
    """Address and last change of what a viewer may see, oldest first, for the site map."""
    values = {**viewer.values, "limit": part.size, "offset": part.offset}
    return await fetch(db, _addresses(viewer.sight), values)


async def public_state(db: AsyncSession, viewer: Viewer) -> tuple[int, datetime | None]:
    """How many posts a viewer may see, and when what they show last changed."""
    rows = await fetch(db, _state(viewer.sight), viewer.values)
    return rows[0]["total"], rows[0]["changed"]


@lru_cache(maxsize=8)
def _by_slug(sight: Sight) -> Prepared:
    return prepare(_shown(sight).where(OpenPost.slug == bindparam("slug", type_=Text())))


@lru_cache(maxsize=8)
def _by_id(sight: Sight) -> Prepared:
    wanted = OpenPost.opportunity_id == bindparam("id", type_=Uuid())
    return prepare(_shown(sight).where(wanted))


def _shown(sight: Sight) -> Select[Any]:
    """With how many questions its readers see: most posts have none, so none are asked for."""
    asked = (
        select(func.count())
        .where(
            OpportunityQuestion.opportunity_id == OpenPost.opportunity_id,
            OpportunityQuestion.is_hidden.is_(False),
        )
        .scalar_subquery()
    )
    return select(*SHOWN, asked.label("questions")).where(visible(sight))


@lru_cache(maxsize=8)
def _former(sight: Sight) -> Prepared:
    def is_asked(table: type[OpenPost] | type[FormerPost]) -> ColumnElement[bool]:
        by_slug = table.slug == bindparam("slug", type_=Text())
        by_id = table.opportunity_id == bindparam("id", type_=Uuid())
        return and_(or_(by_slug, by_id), within_sight(table, sight))

    names = ("slug", "kind", "title", "role_slug", "family_slug", "region")
    ended = select(*(getattr(FormerPost, n) for n in names), FormerPost.status).where(
        is_asked(FormerPost)
    )
    closed = literal("closed", Text()).label("status")
    late = select(*(getattr(OpenPost, n) for n in names), closed).where(
        is_asked(OpenPost), OpenPost.is_shown
    )
    return prepare(ended.union_all(late))


@lru_cache(maxsize=8)
def _similar(sight: Sight) -> Prepared:
    def given(name: str) -> ColumnElement[str]:
        return bindparam(name, type_=Text())

    same_role = OpenPost.role_slug == given("role_slug")
    same_family = OpenPost.family_slug == given("family_slug")
    same_kind_near = and_(OpenPost.kind == given("kind"), OpenPost.region == given("region"))
    near = OpenPost.region == given("region")
    found: Select[Any] = (
        select(*LISTED)
        .where(visible(sight), or_(same_role, same_family, same_kind_near))
        .order_by(
            func.coalesce(same_role, False).desc(),
            func.coalesce(same_family, False).desc(),
            func.coalesce(near, False).desc(),
            OpenPost.closes_on,
            OpenPost.id,
        )
        .limit(bindparam("limit", type_=Integer()))
    )
    return prepare(found)


@lru_cache(maxsize=1)
def _questions() -> Prepared:
    return prepare(
        select(
            OpportunityQuestion.question,
            OpportunityQuestion.created_at.label("asked_at"),
            OpportunityQuestion.answer,
            OpportunityQuestion.answered_at,
            func.count().over().label("total"),
        )
        .where(
            OpportunityQuestion.opportunity_id == bindparam("id", type_=Uuid()),
            OpportunityQuestion.is_hidden.is_(False),
        )
        .order_by(OpportunityQuestion.created_at.desc(), OpportunityQuestion.id.desc())
        .limit(bindparam("limit", type_=Integer()))
    )


@lru_cache(maxsize=8)
def _addresses(sight: Sight) -> Prepared:
    limit, offset = (bindparam(name, type_=Integer()) for name in ("limit", "offset"))
    return prepare(
        select(OpenPost.slug, OpenPost.shown_at)
        .where(visible(sight))
        .order_by(OpenPost.published_at, OpenPost.id)
        .limit(limit)
        .offset(offset)
    )


@lru_cache(maxsize=8)
def _state(sight: Sight) -> Prepared:
    return prepare(
        select(func.count().label("total"), func.max(OpenPost.shown_at).label("changed")).where(
            visible(sight)
        )
    )
