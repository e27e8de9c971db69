"""Tables that match people and posts: what both say, in the form that is quick to compare.

`person_match` is written by the application and read by functions of the database alone, which
take the body that asks: decision 0216. What it is made from stands in the tables of profiles.
"""

import uuid

from sqlalchemy import (
    ARRAY,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import BIT
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, personal
from app.matching.tokens import WIDTH

# The number of each skill, and a second one where other skills are near to it: see `tokens`.
match_skill = Table(
    "match_skill",
    Base.metadata,
    Column("skill_id", Uuid(), ForeignKey("skill.id"), primary_key=True),
    Column("number", SmallInteger(), nullable=False, unique=True),
    Column("near_number", SmallInteger(), unique=True),
)

# A person who can be matched. `…_to` are the bits of recipients who may see a group of fields to
# find people, which never reaches `employers`; `…_to_bodies` are those that are named, employers
# too. `consent_until` is the last day of the first grant that ends: from then on the row counts for
# nothing until it is written again. `paused_until` is the last day of a pause. `moves` and `places`
# are bits, `days` hundredths of a day a week; zero moves and nulls say that it is left open. `year`
# is the one for which recent use is reckoned. Nulls of arrays are empty ones.
person_match = Table(
    "person_match",
    Base.metadata,
    Column(
        "person_id", Uuid(), ForeignKey("profile.person_id", ondelete="CASCADE"), primary_key=True
    ),
    Column("employers", ARRAY(Uuid())),
    Column("hidden_from", ARRAY(Uuid())),
    Column("paused_until", Date()),
    Column("levels_to", Integer(), nullable=False),
    Column("availability_to", Integer(), nullable=False),
    Column("levels_to_bodies", ARRAY(Uuid())),
    Column("availability_to_bodies", ARRAY(Uuid())),
    Column("consent_until", Date()),
    Column("moves", SmallInteger(), nullable=False),
    Column("days", SmallInteger()),
    Column("from_on", Date()),
    Column("until_on", Date()),
    Column("months", SmallInteger()),
    Column("places", Integer(), nullable=False),
    Column("year", SmallInteger(), nullable=False),
    Column("tokens", ARRAY(SmallInteger()), nullable=False),
    Column("bits", BIT(WIDTH), nullable=False),
    Index(
        "ix_person_match_tokens",
        "tokens",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    ),
    info=personal(Activity.MATCHING, Erasure.GOES),
)

# How many people hold a level of a skill, so that the rarest are looked up first. May be old.
match_frequency = Table(
    "match_frequency",
    Base.metadata,
    Column("token", SmallInteger(), primary_key=True, autoincrement=False),
    Column("people", Integer(), nullable=False),
)

# An open post: `total` levels and `must` gates are asked for; the rest as in `person_match`.
post_match = Table(
    "post_match",
    Base.metadata,
    Column(
        "opportunity_id", Uuid(), ForeignKey("opportunity.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("total", SmallInteger(), nullable=False),
    Column("must", SmallInteger(), nullable=False),
    Column("bits", BIT(WIDTH), nullable=False),
    Column("gates", BIT(WIDTH), nullable=False),
    Column("recents", BIT(WIDTH), nullable=False),
    Column("confirmeds", BIT(WIDTH), nullable=False),
    Column("move", SmallInteger(), nullable=False),
    Column("days", SmallInteger()),
    Column("starts_on", Date()),
    Column("ends_on", Date()),
    Column("months", SmallInteger()),
    Column("places", Integer(), nullable=False),
)


class MatchWaiver(Base):
    """That somebody of the posting body waived a must-have of a post, and why."""

    __tablename__ = "match_waiver"
    __privacy__ = personal(Activity.POSTS, Erasure.WORDS)
    __table_args__ = (UniqueConstraint("opportunity_id", "skill_id"),)

    opportunity_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("opportunity.id", ondelete="CASCADE")
    )
    skill_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("skill.id"))
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str]
