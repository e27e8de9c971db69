"""The profiles of staff of the demo region: what each can do and would like to do. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.profiles.consent.domain import Group
from app.profiles.domain import Move


@dataclass(frozen=True, slots=True)
class Lets:
    """Groups that somebody lets a body of this slug see, or all verified bodies."""

    groups: frozenset[Group]
    body: str = ""


@dataclass(frozen=True, slots=True)
class DemoProfile:
    """Somebody's profile. `role` and `level` are slugs of the framework, `wants` too.

    Skills are held at what the level needs, moved by `shifts` in turn; the last `left_out` of them
    are not stated. `used` are years before today of the last use, in turn. `evidence` is for the
    first skill.
    """

    person: str
    role: str
    level: str
    wants: tuple[str, str] | None = None
    shifts: tuple[int, ...] = (0,)
    left_out: int = 0
    used: tuple[int, ...] = (0,)
    moves: tuple[Move, ...] = (Move.SECONDMENT, Move.SHARED_POST)
    days: Decimal | None = None
    regions: tuple[str, ...] = ()
    months: int | None = 12
    grade: str = ""
    pay: str = ""
    evidence: tuple[str, str] | None = None
    lets: tuple[Lets, ...] = ()


D = Decimal
BASICS: Final = frozenset({Group.SKILLS, Group.LEVELS, Group.AVAILABILITY})
FOUND: Final = (Lets(BASICS),)
OPEN: Final = (Lets(BASICS | {Group.EVIDENCE, Group.EMPLOYER}),)

PROFILES: Final = (
    DemoProfile(
        "staff-northshire", "data-analyst", "data-analyst",
        wants=("data-analyst", "senior-data-analyst"),
        shifts=(0, 1, 0, 0), left_out=1, used=(0, 0, 1), regions=("north_east", "yorkshire"),
        grade="Grade 8", pay="SCP 28",
        evidence=(
            "Waiting times for housing repairs",
            "Joined three sources that did not agree, and found why repairs were counted twice.",
        ),
        lets=(*FOUND, Lets(frozenset({Group.NAME, Group.EVIDENCE, Group.SKILLS}), "eastmoor")),
    ),
    DemoProfile(
        "manager-northshire", "delivery-manager", "head-of-agile-delivery-management",
        shifts=(0, 0, -1), used=(0, 2), moves=(Move.SECONDMENT_HOST, Move.SHORT_ASSIGNMENT_HOST),
    ),
    DemoProfile(
        "staff-eastmoor", "service-designer", "service-designer",
        wants=("service-designer", "senior-service-designer"),
        shifts=(0, 0, 1), days=D(3), regions=("north_east",), grade="Band G",
        evidence=(
            "One front door for planning",
            "Drew the whole journey with applicants, and took four of its nine steps away.",
        ),
        lets=OPEN,
    ),
    DemoProfile(
        "manager-eastmoor", "service-designer", "lead-service-designer",
        shifts=(0, -1), moves=(Move.JOB_SWAP,), months=6,
        lets=(Lets(BASICS, "harbour-nhs"),),
    ),
    DemoProfile(
        "staff-harbour-nhs", "business-analyst", "senior-business-analyst",
        wants=("enterprise-architect", "enterprise-architect"),
        shifts=(0, 0, 0, -1), used=(0, 1, 3), grade="Band 7", pay="Band 7, point 3",
        evidence=(
            "Discharge letters on the day",
            "Mapped how a letter travels through four systems, and what each of them needs.",
        ),
        lets=FOUND,
    ),
    DemoProfile(
        "manager-harbour-nhs", "enterprise-architect", "lead-enterprise-architect",
        shifts=(0, -1, 0), days=D(1), moves=(Move.SHARED_POST,),
        lets=FOUND,
    ),
    DemoProfile(
        "staff-greywater-police", "business-analyst", "business-analyst",
        wants=("data-analyst", "data-analyst"), shifts=(0, 1), left_out=2,
        moves=(Move.SECONDMENT, Move.JOB_SWAP), regions=("north_east",), grade="Grade H",
        lets=FOUND,
    ),
    DemoProfile(
        "manager-greywater-police", "data-engineer", "lead-data-engineer", shifts=(0, 0, -1, 1),
        used=(0, 4), days=D("2.5"),
        lets=OPEN,
    ),
    DemoProfile(
        "staff-tarnside-fire", "business-analyst", "junior-business-analyst",
        wants=("business-analyst", "business-analyst"), shifts=(0, 0, 1),
        moves=(Move.SHORT_ASSIGNMENT, Move.SECONDMENT), regions=("yorkshire",), months=3,
        lets=FOUND,
    ),
    DemoProfile(
        "manager-tarnside-fire", "technical-architect", "lead-technical-architect",
        shifts=(0,), used=(1, 5), days=D(2), moves=(Move.SHARED_POST,),
        lets=FOUND,
    ),
    DemoProfile(
        "staff-fernhill", "software-developer", "senior-developer",
        wants=("technical-architect", "technical-architect"), shifts=(0, 0, -1), used=(0,),
        grade="Grade 7", pay="Spine point 36",
        evidence=(
            "The timetable that rebuilds itself",
            "Wrote the solver and its tests, and handed both to a team that runs them without me.",
        ),
        lets=OPEN,
    ),
    DemoProfile(
        "staff-lantern-trust", "content-designer", "content-designer",
        wants=("content-designer", "senior-content-designer"), shifts=(0, 1), left_out=1,
        moves=(Move.SHORT_ASSIGNMENT,), months=3, days=D(2),
        lets=FOUND,
    ),
    DemoProfile(
        "staff-department-for-examples", "user-researcher", "senior-user-researcher",
        wants=("user-researcher", "lead-user-researcher"), shifts=(0, 0, 0, 1),
        moves=(Move.SECONDMENT, Move.SHARED_POST, Move.JOB_SWAP), grade="SEO",
    ),
    DemoProfile(
        "staff-cwm-dychmyg", "network-architect", "network-architect", shifts=(0, -1),
        used=(0, 2), regions=("wales",),
        lets=FOUND,
    ),
    DemoProfile(
        "staff-westmarch", "security-architect", "security-architect", shifts=(0, 0, -1, 0),
        days=D(3), moves=(Move.SHARED_POST, Move.SECONDMENT),
        evidence=(
            "The week the mail stopped",
            "Led the recovery after an attack, and wrote the plan that has been used since.",
        ),
        lets=OPEN,
    ),
)  # fmt: skip
