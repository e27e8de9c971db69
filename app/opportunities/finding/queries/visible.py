"""Who may see which open posts: the one door to the published projection."""

import uuid
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Uuid,
    and_,
    bindparam,
    func,
    literal,
    or_,
    true,
)

from app.core.actor import Actor
from app.core.clock import london_today
from app.opportunities.domain import Audience
from app.opportunities.finding.models import FormerPost, OpenPost


class Sight(Enum):
    """How far somebody sees; with the body acted for it says which posts those are."""

    PUBLIC = "public"
    OWN = "own"
    VERIFIED = "verified"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody as far as it matters for what they see: equal viewers see the same posts."""

    sight: Sight
    organisation_id: uuid.UUID | None
    today: date

    @property
    def values(self) -> dict[str, Any]:
        """The values that `visible` compares with."""
        return {"viewer": self.organisation_id, "today": self.today}


def viewer_of(actor: Actor) -> Viewer:
    """What somebody sees today: public posts; their own body's too; as a verified body more."""
    if actor.kind == "system":
        return Viewer(Sight.ALL, None, london_today())
    if actor.acting_for is None:
        return Viewer(Sight.PUBLIC, None, london_today())
    sight = Sight.VERIFIED if actor.acting_for.is_verified else Sight.OWN
    return Viewer(sight, actor.organisation_id, london_today())


def everybody() -> Viewer:
    """Somebody who is not signed in: feeds, site map and the open API show what they see."""
    return Viewer(Sight.PUBLIC, None, london_today())


VIEWER: BindParameter[uuid.UUID] = bindparam("viewer", type_=Uuid())
TODAY: BindParameter[date] = bindparam("today", type_=Date())


def within_sight(
    table: type[OpenPost] | type[FormerPost], sight: Sight, viewer: Any = VIEWER
) -> ColumnElement[bool]:
    """Whether the audience of a post holds somebody who sees so far."""
    if sight is Sight.ALL:
        return true()
    public = table.audience == Audience.PUBLIC
    if sight is Sight.PUBLIC:
        return public
    own = table.organisation_id == viewer
    if sight is Sight.OWN:
        return or_(public, own)
    named = and_(table.audience == Audience.NAMED, viewer == func.any(table.named_organisation_ids))
    return or_(public, table.audience == Audience.VERIFIED, own, named)


def visible(sight: Sight, viewer: Any = VIEWER, today: Any = TODAY) -> ColumnElement[bool]:
    """Whether somebody who sees so far may see an open post now.

    A post whose last day has passed is not open, even before the timer has closed it, and neither
    are the posts of a body that is no longer verified.
    """
    return and_(
        OpenPost.is_shown, OpenPost.closes_on >= today, within_sight(OpenPost, sight, viewer)
    )


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The open posts that somebody may see, as a condition with its values in it."""
    viewer = viewer_of(actor)
    return visible(viewer.sight, literal(viewer.organisation_id, Uuid()), viewer.today)
