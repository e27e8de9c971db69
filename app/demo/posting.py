"""Writes, opens and funds the posts of the demo region, by the features' own commands.

Only the answers of a post are filled in at once, where a person would save one section after the
other: that would take longer than a start may.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding.changes import PledgeTerms, Wanted
from app.cofunding.commands import approve_pledge, make_pledge
from app.cofunding.commands.book import open_book
from app.cofunding.domain import PledgeBasis
from app.cofunding.figures import Reckoning
from app.cofunding.fitting.commands import notice_fits
from app.core.actor import Actor
from app.demo import queries
from app.demo.posts import PLEDGES, POSTS, DemoPledge, DemoPost
from app.demo.region import DemoBody
from app.opportunities.domain import (
    Audience,
    ContractType,
    LegalPower,
    OpportunityKind,
    Remote,
)
from app.opportunities.models import Opportunity, OpportunitySkill
from app.opportunities.publishing.commands import approve, publish, submit
from app.opportunities.queries import get_facts
from app.opportunities.writing.commands import start_post
from app.opportunities.writing.cost import CostAnswers, built_inputs
from app.opportunities.writing.domain import sections_of

ADJUSTMENTS: Final = (
    "Tell us what you need to apply or to do the work, and we will arrange it with you."
)


@dataclass(frozen=True, slots=True)
class Region:
    """What posts are made of beside their own words: bodies by slug with their ids, and people."""

    bodies: Mapping[str, DemoBody]
    ids: Mapping[str, uuid.UUID]
    actors: Mapping[str, Actor]


async def load_posts(db: AsyncSession, region: Region, *, today: date) -> None:
    """Write and open every post, then pledge, and notice which would fit together."""
    framework = await queries.get_framework(db, {post.role for post in POSTS})
    slugs: dict[str, str] = {}
    for post in POSTS:
        row = await start_post(
            db, region.actors[f"hr-{post.body}"], kind=post.kind, title=post.title
        )
        _answer(row, post, region, framework, today)
        db.add_all(_skills(row, post, framework))
        await db.flush()
        if post.kind is OpportunityKind.SHARED_POST:
            await _cost(db, row, region.bodies[post.body])
        await _open(db, region, post, row)
        slugs[post.title] = row.slug
    for pledge in PLEDGES:
        await _pledge(db, region, pledge, slugs[pledge.post])
    await notice_fits(db)


def _answer(
    row: Opportunity, post: DemoPost, region: Region, framework: queries.Framework, today: date
) -> None:
    """All that the post says but its skills and cost."""
    body = region.bodies[post.body]
    starts = today + timedelta(days=post.starts)
    row.role_id = framework.roles[post.role]
    row.role_level_id = framework.levels[post.role, post.level]
    row.edition_id = framework.edition_id
    row.summary, row.description = post.summary, post.work
    if post.welsh:
        row.title_cy, row.summary_cy, row.description_cy = post.welsh
    row.place, row.region, row.remote = post.place, body.region, post.remote
    row.office_days = post.days / 2 if post.remote is Remote.HYBRID else None
    row.days_per_week, row.full_time_hours = post.days, body.hours
    row.own_days = post.own
    row.starts_on = starts
    if post.kind is OpportunityKind.SHORT_ASSIGNMENT:
        row.weeks = post.lasts
    else:
        row.ends_on = starts + timedelta(weeks=post.lasts, days=-1)
    if post.pay:
        row.pay_from, row.pay_to = (Decimal(amount) for amount in post.pay)
    if post.kind is OpportunityKind.SHARED_POST:
        row.contract_type = ContractType.FIXED_TERM
    else:
        row.who_pays, row.contract_type = post.who_pays, ContractType.SECONDMENT
    row.checks = list(post.checks)
    row.legal_power, row.is_politically_restricted = LegalPower.OWN_POWERS, False
    row.contact_name = next(one.name for one in body.people if one.slug == f"hr-{post.body}")
    row.contact_email = f"recruitment@{body.domain}"
    row.adjustments = ADJUSTMENTS
    row.closes_on = today + timedelta(days=post.closes)
    row.audience = Audience.NAMED if post.named else Audience.PUBLIC
    row.named_organisation_ids = [region.ids[slug] for slug in post.named]
    if post.looks_for:
        title, description = post.looks_for
        row.wants = {**({"title": title} if title else {}), "description": description}
    row.sections_done = dict.fromkeys(sections_of(post.kind), 1)


def _skills(
    row: Opportunity, post: DemoPost, framework: queries.Framework
) -> list[OpportunitySkill]:
    """What the framework says that the role needs at its level, with the musts of the post."""
    needed = framework.skills[framework.levels[post.role, post.level]]
    ordered = sorted(needed, key=lambda one: (-one[1], str(one[0])))
    musts = len(ordered) if post.musts is None else post.musts
    return [
        OpportunitySkill(opportunity_id=row.id, skill_id=skill, level=level, is_must=n < musts)
        for n, (skill, level) in enumerate(ordered)
    ]


async def _cost(db: AsyncSession, row: Opportunity, body: DemoBody) -> None:
    assert row.pay_to is not None and row.ends_on is not None  # noqa: S101, PT018 (just set)
    answers = CostAnswers(
        salary=row.pay_to,
        until=row.ends_on,
        pension=str(body.rates[-1].rate),
        pays_levy=body.pays_levy,
        pension_source=body.rates[-1].source,
    )
    row.cost_inputs = built_inputs(await get_facts(db, row), answers)
    await db.flush()


async def _open(db: AsyncSession, region: Region, post: DemoPost, row: Opportunity) -> None:
    author = region.actors[f"hr-{post.body}"]
    if region.bodies[post.body].needs_post_approval:
        await submit(db, author, row.slug)
        second = region.actors[f"signatory-{post.body}"]
        await approve(db, second, row.slug, seen=row.version)
    await publish(db, author, row.slug)


async def _pledge(db: AsyncSession, region: Region, pledge: DemoPledge, slug: str) -> None:
    terms = PledgeTerms(PledgeBasis.DAYS, pledge.days, conditions=pledge.conditions)
    author = region.actors[f"hr-{pledge.body}"]
    wanted = Wanted(terms, in_principle=pledge.is_in_principle or pledge.is_approved)
    await make_pledge(db, author, slug=slug, wanted=wanted)
    if pledge.is_approved:
        officer = region.actors[f"finance-{pledge.body}"]
        _, book = await open_book(db, officer, slug)
        made = book.reckon()
        assert isinstance(made, Reckoning), made  # noqa: S101 (the table above is sound)
        await approve_pledge(db, officer, slug=slug, seen_sha256=made.sha256)
