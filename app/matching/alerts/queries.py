"""Every read of alerts, of whom they tell, and of the posts that are new to them."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Interval, Uuid, and_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import ActingFor, Actor
from app.core.clock import london_today
from app.core.paging import Paged, Part
from app.matching.alerts.domain import (
    ANSWER_WITHIN,
    CONFIRM_WITHIN,
    MOST_POSTS,
    NEW_FOR,
    REVIEW_AFTER,
    AlertStatus,
    Frequency,
    no_such_alert,
    no_such_link,
    window_end,
)
from app.matching.alerts.models import Alert, AlertRun, alert_post
from app.matching.models import post_match
from app.matching.queries.numbering import load_numbering
from app.matching.queries.own import load_self
from app.matching.queries.search import suits
from app.opportunities.domain import Audience
from app.opportunities.finding.domain import Search, read_search
from app.opportunities.finding.models import OpenPost
from app.opportunities.finding.queries import LISTED, Viewer, everybody, found_by, viewer_of
from app.opportunities.finding.queries.visible import visible
from app.organisations.domain import OrganisationStatus
from app.organisations.models import Membership, Organisation, Person
from app.roles.models import Role, RoleFamily

# A transaction that publishes a post may commit this much later than its clock says.
LATE_COMMIT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class View:
    """A way to see posts: as everybody, or as a member of the body of this name."""

    viewer: Viewer
    name: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom an alert tells: where to write, in which language, and what they may see now."""

    address: str
    language: str
    person_id: uuid.UUID | None = None
    views: Sequence[View] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Found:
    """A post that is new to an alert, and the body whose members alone see it, if any."""

    row: Mapping[str, Any]
    seen_as: str


def search_of(alert: Alert) -> Search:
    """The search that an alert keeps."""
    return read_search(alert.criteria)[0]


async def database_now(db: AsyncSession) -> datetime:
    """The time by the clock of the database."""
    found: datetime = (await db.execute(select(func.now()))).scalar_one()
    return found


async def list_alerts(db: AsyncSession, person_id: uuid.UUID, part: Part) -> Paged[Alert]:
    """A person's alerts that have not ended, the newest first."""
    own = and_(Alert.person_id == person_id, Alert.status != AlertStatus.ENDED)
    items = await db.scalars(
        select(Alert).where(own).order_by(Alert.id.desc()).offset(part.offset).limit(part.size)
    )
    return Paged(items.all(), await count_alerts(db, person_id), part)


async def count_alerts(db: AsyncSession, person_id: uuid.UUID) -> int:
    """How many alerts a person has that have not ended."""
    own = and_(Alert.person_id == person_id, Alert.status != AlertStatus.ENDED)
    return await db.scalar(select(func.count()).select_from(Alert).where(own)) or 0


async def find_same(
    db: AsyncSession, person_id: uuid.UUID, criteria: Mapping[str, Any], *, is_match: bool = False
) -> uuid.UUID | None:
    """The id of the alert that a person has for the same search, or for what suits them."""
    found: uuid.UUID | None = await db.scalar(
        select(Alert.id)
        .where(
            Alert.person_id == person_id,
            Alert.status != AlertStatus.ENDED,
            Alert.criteria == criteria,
            Alert.is_match == is_match,
        )
        .limit(1)
    )
    return found


async def lock_person(db: AsyncSession, person_id: uuid.UUID) -> None:
    """Let nobody else make alerts for this person meanwhile."""
    await db.execute(select(Person.id).where(Person.id == person_id).with_for_update())


async def get_alert(db: AsyncSession, person_id: uuid.UUID, alert_id: uuid.UUID) -> Alert:
    """A person's own alert that has not ended. Raises NotFound."""
    return await _own(db, person_id, alert_id, lock=False)


async def lock_alert(db: AsyncSession, person_id: uuid.UUID, alert_id: uuid.UUID) -> Alert:
    """The same, to be changed by nobody else meanwhile. Raises NotFound."""
    return await _own(db, person_id, alert_id, lock=True)


async def _own(db: AsyncSession, person_id: uuid.UUID, alert_id: uuid.UUID, *, lock: bool) -> Alert:
    query = select(Alert).where(
        Alert.id == alert_id, Alert.person_id == person_id, Alert.status != AlertStatus.ENDED
    )
    found = await db.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise no_such_alert()
    return found


async def get_by_link(db: AsyncSession, token_sha256: bytes) -> Alert:
    """The alert of a link, ended or not, unless it was never confirmed in time.

    The caller has said by `core.db.follow_link` which link it is. Raises NotFound.
    """
    return await _by_link(db, token_sha256, lock=False)


async def lock_by_link(db: AsyncSession, token_sha256: bytes) -> Alert:
    """The same, to be changed by nobody else meanwhile. Raises NotFound."""
    return await _by_link(db, token_sha256, lock=True)


async def _by_link(db: AsyncSession, token_sha256: bytes, *, lock: bool) -> Alert:
    query = select(Alert).where(
        Alert.token_sha256 == token_sha256,
        or_(
            Alert.status != AlertStatus.WAITING,
            Alert.created_at > func.now() - CONFIRM_WITHIN,
        ),
    )
    found = await db.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise no_such_link()
    return found


async def names_in(db: AsyncSession, searches: Iterable[Search]) -> dict[str, str]:
    """The names of the roles and families that searches ask for, by slug."""
    slugs = {slug for one in searches for slug in (*one.family, *one.role)}
    if not slugs:
        return {}
    roles = select(Role.slug, Role.name).where(Role.slug.in_(slugs))
    families = select(RoleFamily.slug, RoleFamily.name).where(RoleFamily.slug.in_(slugs))
    found = await db.execute(roles.union_all(families))
    return {row.slug: row.name for row in found}


async def count_found(db: AsyncSession, view: View, search: Search) -> int:
    """How many open posts a search finds now, for somebody who sees in this way."""
    wanted, values = found_by(view.viewer, search)
    return await db.scalar(select(func.count()).select_from(OpenPost).where(wanted), values) or 0


async def lock_due(db: AsyncSession, now: datetime, most: int) -> Sequence[Alert]:
    """Alerts whose window is over by `now`, those that have waited longest first.

    What another worker looks at is passed over. Alerts that go out at once are due only if
    something was published since they last looked.
    """
    late = literal(LATE_COMMIT, Interval())
    published = select(OpenPost.id).where(OpenPost.shown_at > Alert.covered_to - late)
    ends = [
        and_(Alert.frequency == one, Alert.covered_to < window_end(one, now))
        for one in (Frequency.DAILY, Frequency.WEEKLY)
    ]
    instant = and_(
        Alert.frequency == Frequency.INSTANT,
        Alert.covered_to < window_end(Frequency.INSTANT, now),
        published.exists(),
    )
    found = await db.scalars(
        select(Alert)
        .where(
            Alert.status == AlertStatus.ON,
            or_(*ends, instant),
            or_(Alert.not_before.is_(None), Alert.not_before <= now),
        )
        .order_by(Alert.covered_to, Alert.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return found.all()


async def readers_of(db: AsyncSession, alerts: Sequence[Alert]) -> dict[uuid.UUID, Reader]:
    """Whom these alerts tell, with what each may see now; suspended people are left out.

    Somebody sees what they could see as a member of any of their bodies, and of no body that they
    have left: the same rule as on the pages, asked for each of their memberships.
    """
    ids = {one.person_id for one in alerts if one.person_id is not None}
    people = {}
    views: dict[uuid.UUID, list[View]] = {}
    if ids:
        people = {
            row.id: row
            for row in await db.execute(
                select(Person.id, Person.email, Person.private_email, Person.language).where(
                    Person.id.in_(ids), Person.suspended_at.is_(None)
                )
            )
        }
        views = await _views_of(db, ids)
    found: dict[uuid.UUID, Reader] = {}
    for one in alerts:
        if one.person_id is None:
            assert one.email is not None  # noqa: S101 (a CHECK of the table)
            found[one.id] = Reader(one.email, one.language, None, (View(everybody()),))
        elif one.person_id in people:
            who = people[one.person_id]
            address = (one.to_private and who.private_email) or who.email
            seen = tuple(views.get(one.person_id, [])) or (View(everybody()),)
            found[one.id] = Reader(address, who.language, one.person_id, seen)
    return found


async def _views_of(
    db: AsyncSession, person_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, list[View]]:
    rows = await db.execute(
        select(
            Membership.person_id,
            Membership.id,
            Organisation.id.label("organisation_id"),
            Organisation.slug,
            Organisation.name,
            Organisation.kind,
            Organisation.region,
            Organisation.status,
        )
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id.in_(person_ids), Membership.ended_at.is_(None))
        .order_by(Membership.created_at, Membership.id)
    )
    views: dict[uuid.UUID, list[View]] = {}
    for row in rows:
        acting_for = ActingFor(
            organisation_id=row.organisation_id,
            slug=row.slug,
            name=row.name,
            kind=row.kind,
            region=row.region,
            is_verified=row.status == OrganisationStatus.VERIFIED,
            membership_id=row.id,
            duties=frozenset(),
        )
        actor = Actor(kind="person", person_id=row.person_id, acting_for=acting_for)
        views.setdefault(row.person_id, []).append(View(viewer_of(actor), row.name))
    return views


async def list_new(
    db: AsyncSession, alert: Alert, views: Sequence[View], now: datetime
) -> list[Found]:
    """Posts that an alert's search finds and that it has not told of, the newest first.

    New is what was published since the alert began, whenever it could first be seen. It is known
    by what was told, not by time: a post may be committed after its own moment of publication.
    """
    assert alert.started_at is not None  # noqa: S101 (a CHECK of the table)
    since = max(alert.started_at, now - NEW_FOR)
    told = select(alert_post.c.alert_id).where(
        alert_post.c.alert_id == alert.id, alert_post.c.opportunity_id == OpenPost.opportunity_id
    )
    found: dict[uuid.UUID, Found] = {}
    for view in views:
        wanted, values = found_by(view.viewer, search_of(alert))
        rows = await db.execute(
            select(*LISTED, OpenPost.organisation_name_cy)
            .where(wanted, OpenPost.published_at >= since, ~told.exists())
            .order_by(OpenPost.published_at.desc(), OpenPost.id.desc())
            .limit(MOST_POSTS),
            values,
        )
        for row in rows.mappings():
            seen_as = "" if row["audience"] == Audience.PUBLIC else view.name
            found.setdefault(row["opportunity_id"], Found(dict(row), seen_as))
    newest = sorted(found.values(), key=lambda one: one.row["published_at"], reverse=True)
    return newest[:MOST_POSTS]


async def list_new_matches(
    db: AsyncSession, alert: Alert, views: Sequence[View], now: datetime
) -> list[Found]:
    """Posts that suit a person's profile and that their alert has not told of, the newest first.

    They meet each must-have that is not waived and miss no condition.
    """
    assert alert.started_at is not None  # noqa: S101 (a CHECK of the table)
    assert alert.person_id is not None  # noqa: S101 (a CHECK of the table)
    facts = await load_self(db, alert.person_id, london_today())
    if facts is None or not facts.held:
        return []
    since = max(alert.started_at, now - NEW_FOR)
    told = select(alert_post.c.alert_id).where(
        alert_post.c.alert_id == alert.id, alert_post.c.opportunity_id == OpenPost.opportunity_id
    )
    suiting = suits(facts, await load_numbering(db))
    found: dict[uuid.UUID, Found] = {}
    for view in views:
        viewer = view.viewer
        rows = await db.execute(
            select(*LISTED, OpenPost.organisation_name_cy)
            .join(post_match, post_match.c.opportunity_id == OpenPost.opportunity_id)
            .where(
                visible(viewer.sight, literal(viewer.organisation_id, Uuid()), viewer.today),
                suiting,
                OpenPost.published_at >= since,
                ~told.exists(),
            )
            .order_by(OpenPost.published_at.desc(), OpenPost.id.desc())
            .limit(MOST_POSTS)
        )
        for row in rows.mappings():
            seen_as = "" if row["audience"] == Audience.PUBLIC else view.name
            found.setdefault(row["opportunity_id"], Found(dict(row), seen_as))
    newest = sorted(found.values(), key=lambda one: one.row["published_at"], reverse=True)
    return newest[:MOST_POSTS]


async def last_runs(
    db: AsyncSession, alerts: Sequence[Alert]
) -> dict[uuid.UUID, tuple[datetime, int]]:
    """When each alert last told of posts, and of how many."""
    found = await db.execute(
        select(AlertRun.alert_id, AlertRun.created_at, AlertRun.posts)
        .ext(distinct_on(AlertRun.alert_id))
        .where(AlertRun.alert_id.in_([one.id for one in alerts]), AlertRun.posts > 0)
        .order_by(AlertRun.alert_id, AlertRun.window_to.desc())
    )
    return {row.alert_id: (row.created_at, row.posts) for row in found}


async def lock_to_review(db: AsyncSession, most: int) -> Sequence[Alert]:
    """Alerts that somebody wanted a year ago, and that we have not asked about since."""
    found = await db.scalars(
        select(Alert)
        .where(
            Alert.status.in_([AlertStatus.ON, AlertStatus.PAUSED]),
            Alert.kept_at < func.now() - REVIEW_AFTER,
            Alert.asked_at.is_(None),
        )
        .order_by(Alert.kept_at, Alert.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return found.all()


async def lock_unanswered(db: AsyncSession, most: int) -> Sequence[Alert]:
    """Alerts that we asked about a month ago without an answer."""
    found = await db.scalars(
        select(Alert)
        .where(
            Alert.status.in_([AlertStatus.ON, AlertStatus.PAUSED]),
            Alert.asked_at < func.now() - ANSWER_WITHIN,
        )
        .order_by(Alert.asked_at, Alert.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return found.all()
