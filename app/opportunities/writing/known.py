"""What the page of a section needs beside the post itself: lists to choose from, and what the
organisation's settings and the framework fill in.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import london_today
from app.core.fields import Option, Raw, shift
from app.core.words import day_in_words, number
from app.costsharing.rates import pension_scheme
from app.opportunities.domain import PostFacts
from app.opportunities.models import Opportunity
from app.opportunities.writing import queries
from app.opportunities.writing.answers import LOCAL_ROLE, ROLE, Known, typed
from app.opportunities.writing.domain import Section
from app.organisations.queries import organisation_by_id, pension_rate_on
from app.roles.local.queries import public_roles_of
from app.roles.queries.roles import list_families, list_levels
from app.roles.queries.skills import all_skills

NO_END: Final = timedelta(days=3 * 365)


async def known_for(
    db: AsyncSession, post: Opportunity, facts: PostFacts, section: Section, *, is_level: bool
) -> Known:
    """What one section's page needs, and no more."""
    is_saved = bool(post.sections_done.get(section))
    if is_level:
        return Known(options={"levels": await _levels(db, facts)}, is_saved=is_saved)
    match section:
        case Section.ROLE:
            return Known(options={"roles": await _roles(db, facts)}, is_saved=is_saved)
        case Section.SKILLS:
            skills = await all_skills(db)
            options = (Option("", "Choose a skill"), *(Option(str(s.id), s.name) for s in skills))
            return Known(options={"skills": options}, is_saved=is_saved)
        case Section.TIME:
            body = await organisation_by_id(db, post.organisation_id)
            hours = number(body.full_time_hours) if body.full_time_hours else ""
            return Known(filled={"unit": "days", "full_time_hours": hours}, is_saved=is_saved)
        case Section.AUDIENCE:
            bodies = await queries.verified_bodies(db, but=post.organisation_id)
            named = tuple(Option(str(key), name) for key, name in bodies)
            options = (Option("", "Choose an organisation"), *named)
            return Known(options={"organisations": options}, is_saved=is_saved)
        case Section.COST:
            return await _cost(db, post, facts)
        case _:
            return Known(is_saved=is_saved)


async def _levels(db: AsyncSession, facts: PostFacts) -> tuple[Option, ...]:
    assert facts.role_id is not None  # noqa: S101 (the page is not there without a role)
    levels = await list_levels(db, facts.role_id, edition_id=facts.edition_id)
    return tuple(Option(str(level.id), level.name) for level in levels)


async def _roles(db: AsyncSession, facts: PostFacts) -> tuple[Option, ...]:
    """The body's own roles first, then those of the current edition with their families.

    What the post has chosen stays on the list, also where it has left the framework since.
    """
    own = {role.id: role.name for role in await public_roles_of(db, facts.organisation_id)}
    if facts.local_role_id is not None and facts.local_role_id not in own:
        own[facts.local_role_id] = (await queries.names_of(db, facts)).role
    roles = {
        role.id: f"{role.name} ({family.name})"
        for family in await list_families(db)
        for role in family.roles
    }
    if facts.role_id is not None and facts.role_id not in roles:
        roles[facts.role_id] = (await queries.names_of(db, facts)).role
    options = sorted(
        (Option(f"{ROLE}:{key}", text) for key, text in roles.items()),
        key=lambda option: option.text.lower(),
    )
    local = (Option(f"{LOCAL_ROLE}:{key}", f"{text} (our own role)") for key, text in own.items())
    return (Option("", "Choose a role"), *local, *options)


async def _cost(db: AsyncSession, post: Opportunity, facts: PostFacts) -> Known:
    """On-costs as the organisation's settings have them when the post begins."""
    body = await organisation_by_id(db, post.organisation_id)
    start = facts.starts_on or london_today()
    pension = await pension_rate_on(db, post.organisation_id, start)
    salary = facts.pay_to or facts.pay_from
    filled: dict[str, Raw] = {
        "salary": number(salary) if salary else "",
        "pension": shift(number(pension.rate), 2) if pension else "",
        "levy": "" if body.pays_levy is None else "yes" if body.pays_levy else "no",
    }
    words = {"pension_hint": "As a percentage of pay, such as 19.5"}
    if pension is not None:
        scheme = pension_scheme(pension.scheme or "")
        since = (
            f"{scheme.name if scheme else 'your scheme'} since {day_in_words(pension.starts_on)}"
        )
        words["pension_hint"] = f"Filled in from your organisation’s settings: {since}"
    if facts.ends_on is None:
        until = start + NO_END
        filled["until"] = typed(until)
    return Known(
        words=words,
        filled=filled,
        cost_answers=post.cost_answers or {},
        is_saved=bool(post.sections_done.get(Section.COST)),
    )
