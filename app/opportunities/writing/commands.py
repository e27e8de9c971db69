"""Every change while a post is written: start, save a section, copy, delete, propose and decide."""

import re
import secrets
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import delete, func
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.commands import record
from app.core.actor import Actor
from app.core.clock import london_today
from app.core.errors import FieldFault, MoveRefused, RuleBroken, Stale
from app.core.permissions import Duty
from app.opportunities import queries as posts
from app.opportunities import telling
from app.opportunities.commands import finish_change
from app.opportunities.domain import (
    PUBLISHED,
    ChangeState,
    OpportunityKind,
    OpportunityStatus,
    PostFacts,
    SkillNeed,
)
from app.opportunities.models import (
    Opportunity,
    OpportunityChange,
    OpportunityHistory,
    OpportunitySkill,
)
from app.opportunities.permissions import (
    may_approve_change,
    may_edit,
    may_manage,
    may_write_posts,
)
from app.opportunities.writing import queries
from app.opportunities.writing.domain import (
    Gap,
    Section,
    gaps,
    gaps_in,
    pack,
    unpack,
)
from app.organisations.queries import organisation_by_id
from app.roles.local.queries import skills_of_local_role
from app.roles.queries import SkillAt
from app.roles.queries.editions import current_edition
from app.roles.queries.roles import list_levels, skills_of_level, skills_of_role

SUBJECT: Final = "opportunity"
# Answers that a copy does not take over: they belong to one time, or were decided by somebody.
_NOT_COPIED: Final = frozenset(
    {
        "id", "created_at", "updated_at", "slug", "status", "publish_on", "published_at",
        "review_on", "nudges_sent", "nudged_on", "withdrawn_reason", "version", "created_by_id",
        "writer_ids", "approved_at", "approved_by_id", "sections_done",
        "closes_on", "redeployees_first_until",
    }
)  # fmt: skip


class Saved(StrEnum):
    """What became of a section that was sent: kept, or kept until a second person approves it."""

    KEPT = "kept"
    PROPOSED = "proposed"


def slug_of(title: str) -> str:
    """A public address for a post: the words of its title, and a tail that cannot be guessed.

    >>> slug_of("Prif Swyddog Tŷ (CISO)").rpartition("-")[0]
    'prif-swyddog-ty-ciso'
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "post"
    tail = "".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(8))
    return f"{words}-{tail}"


async def start_post(
    db: AsyncSession, actor: Actor, *, kind: OpportunityKind, title: str
) -> Opportunity:
    """Begin a draft for the organisation acted for. Raises Refused."""
    may_write_posts(actor).require()
    post = Opportunity(kind=kind, title=title)
    return await _begin(db, actor, post, "opportunity.started", {"kind": kind})


async def copy_post(db: AsyncSession, actor: Actor, slug: str) -> Opportunity:
    """A new draft that says what a post says, but for its dates of closing. Raises NotFound."""
    source = await posts.get_opportunity(db, actor, slug)
    may_manage(actor, source).require()
    copied = {
        column.key: getattr(source, column.key)
        for column in Opportunity.__table__.columns
        if column.key not in _NOT_COPIED
    }
    done = {k: 1 for k in source.sections_done if k not in (Section.CLOSING, Section.REDEPLOYEES)}
    post = Opportunity(**copied, sections_done=done)
    facts = {"copied_from": str(source.id), "kind": post.kind}
    await _begin(db, actor, post, "opportunity.copied", facts)
    await _put_skills(db, post, await posts.list_skill_needs(db, source.id))
    return post


async def _begin(
    db: AsyncSession, actor: Actor, post: Opportunity, action: str, facts: dict[str, Any]
) -> Opportunity:
    assert actor.organisation_id is not None  # noqa: S101 (who may write posts acts for a body)
    post.organisation_id = actor.organisation_id
    post.slug = slug_of(post.title)
    post.created_by_id = actor.person_id
    post.writer_ids = [actor.person_id] if actor.person_id else []
    db.add(post)
    await db.flush()
    db.add(
        OpportunityHistory(
            opportunity_id=post.id,
            to_status=post.status,
            action=action.rpartition(".")[2],
            by_id=actor.person_id,
        )
    )
    await _record(db, actor, post, action, facts)
    return post


async def delete_draft(db: AsyncSession, actor: Actor, slug: str) -> None:
    """Delete a draft that was never published. Raises NotFound, Refused, MoveRefused."""
    post = await posts.lock_opportunity(db, actor, slug)
    may_edit(actor, post).require()
    require_draft(post)
    await _record(db, actor, post, "opportunity.deleted", {"kind": post.kind})
    await db.execute(delete(Opportunity).where(Opportunity.id == post.id))


def require_draft(post: Opportunity) -> None:
    """Raise MoveRefused for a post that is no draft: it has been seen, and is never deleted."""
    if post.status != OpportunityStatus.DRAFT:
        raise MoveRefused(
            "post-not-draft", "Only a draft can be deleted. You can withdraw an open post."
        )


async def save_section(
    db: AsyncSession,
    actor: Actor,
    slug: str,
    *,
    section: Section,
    values: Mapping[str, Any],
    seen: int,
) -> Saved:
    """Keep the new answers of one section, by the names of PostFacts.

    `seen` is how often the section had been saved when its page was opened. On a published post of
    a body that wants a second person's approval the answers wait for it. Raises NotFound, Refused,
    Stale where somebody saved other answers meanwhile, RuleBroken where they do not fit.
    """
    post = await posts.lock_opportunity(db, actor, slug)
    may_edit(actor, post).require()
    before = await posts.get_facts(db, post)
    values = await _with_consequences(db, post, values)
    if _says_so(post, before, values):
        _count(post, section, only_first=True)
        await db.flush()
        return Saved.KEPT
    if seen < int(post.sections_done.get(section, 0)):
        raise Stale(
            "section-changed",
            "Somebody else saved this section after you opened it. What you typed is still here.",
        )
    after = await facts_with(db, before, values)
    _require_fit(after, section, values)
    if before.status in PUBLISHED and await _waits(db, post):
        await _propose(db, actor, post, section, values)
        return Saved.PROPOSED
    await _apply(db, actor, post, section, values)
    facts = {"section": section, "fields": sorted(after.changed_since(before))}
    await _record(db, actor, post, "opportunity.section_saved", facts)
    await finish_change(db, actor, post, before)
    return Saved.KEPT


async def refill_skills(db: AsyncSession, actor: Actor, slug: str) -> None:
    """Take the skills of the role and level from the framework again, instead of what is there.

    Raises NotFound, Refused, RuleBroken where no role is chosen.
    """
    post = await posts.get_opportunity(db, actor, slug)
    needs = await _role_skills(db, post)
    if not needs:
        raise RuleBroken("no-role", "Choose a role first. Its skills are then filled in here.")
    seen = int(post.sections_done.get(Section.SKILLS, 0))
    values = {"skills": needs}
    await save_section(db, actor, slug, section=Section.SKILLS, values=values, seen=seen)


async def decide_change(
    db: AsyncSession,
    actor: Actor,
    slug: str,
    change_id: uuid.UUID,
    *,
    approve: bool,
    reason: str | None = None,
) -> None:
    """Approve a change of a published post, which then counts, or refuse it.

    Raises NotFound, Refused for who proposed it, RuleBroken where it no longer fits.
    """
    post = await posts.lock_opportunity(db, actor, slug)
    change = await queries.get_waiting(db, post.id, change_id)
    may_approve_change(actor, post, change).require()
    section, values = Section(change.section), unpack(change.answers)
    before = await posts.get_facts(db, post)
    if approve:
        _require_fit(await facts_with(db, before, values), section, values)
    change.state = ChangeState.APPROVED if approve else ChangeState.REFUSED
    change.decided_at, change.decided_by_id, change.reason = func.now(), actor.person_id, reason
    if approve:
        await _apply(db, actor, post, section, values, writer_id=change.by_id)
        await finish_change(db, actor, post, before)
    facts = {"section": section, "change": str(change.id)}
    action = "opportunity.change_approved" if approve else "opportunity.change_refused"
    await _record(db, actor, post, action, facts)
    letter = telling.CHANGE_APPROVED if approve else telling.CHANGE_REFUSED
    proposer = await telling.members(db, post, (Duty.MEMBER,), only=[change.by_id])
    await telling.tell(db, post, letter, proposer, reason=reason or "")


async def _waits(db: AsyncSession, post: Opportunity) -> bool:
    return (await organisation_by_id(db, post.organisation_id)).needs_post_approval


async def _propose(
    db: AsyncSession,
    actor: Actor,
    post: Opportunity,
    section: Section,
    values: Mapping[str, Any],
) -> None:
    """Keep new answers until somebody decides; they replace what waited for the same section."""
    assert actor.person_id is not None  # noqa: S101 (only people edit)
    waiting = await queries.find_waiting(db, post.id, section)
    if waiting is not None:
        waiting.state, waiting.decided_at = ChangeState.REPLACED, func.now()
        waiting.decided_by_id = actor.person_id
        await db.flush()
    change = OpportunityChange(
        opportunity_id=post.id, section=section, answers=pack(values), by_id=actor.person_id
    )
    db.add(change)
    await db.flush()
    facts = {"section": section, "change": str(change.id)}
    await _record(db, actor, post, "opportunity.change_proposed", facts)
    readers = await telling.approvers(db, post, but=[actor.person_id])
    await telling.tell(db, post, telling.CHANGE_WAITS, readers)


async def _with_consequences(
    db: AsyncSession, post: Opportunity, values: Mapping[str, Any]
) -> Mapping[str, Any]:
    """A role brings its edition, and takes the level of another role away."""
    if "role_level_id" in values:
        await _require_level(db, post, values["role_level_id"])
    if "role_id" not in values:
        return values
    is_same = values["role_id"] == post.role_id and values["local_role_id"] == post.local_role_id
    if is_same:
        return values
    edition = None if values["role_id"] is None else (await current_edition(db)).id
    return {**values, "role_level_id": None, "edition_id": edition}


async def _require_level(db: AsyncSession, post: Opportunity, level_id: uuid.UUID) -> None:
    """The level must be one of the role that the post has now."""
    role = post.role_id
    levels = await list_levels(db, role, edition_id=post.edition_id) if role else ()
    if level_id not in {level.id for level in levels}:
        raise RuleBroken(
            "level-of-another-role",
            "Choose a level of the role",
            [FieldFault("/level", "level-of-another-role", "Choose a level of the role")],
        )


def _says_so(post: Opportunity, before: PostFacts, values: Mapping[str, Any]) -> bool:
    """Whether the post says all of this already."""
    return all(
        (getattr(before, name) if hasattr(before, name) else getattr(post, name)) == value
        for name, value in values.items()
    )


async def facts_with(db: AsyncSession, before: PostFacts, values: Mapping[str, Any]) -> PostFacts:
    """What a post would say with these answers in place of what it says."""
    known = {f.name for f in fields(before)}
    after = replace(before, **{name: value for name, value in values.items() if name in known})
    if "role_level_id" in values:
        has_levels = (
            after.role_id is not None
            and after.role_level_id is None
            and bool(await list_levels(db, after.role_id, edition_id=after.edition_id))
        )
        after = replace(after, needs_level=has_levels)
    return after


async def _apply(
    db: AsyncSession,
    actor: Actor,
    post: Opportunity,
    section: Section,
    values: Mapping[str, Any],
    *,
    writer_id: uuid.UUID | None = None,
) -> None:
    """Write answers into the post; whoever wrote them may not approve the post."""
    for name, value in values.items():
        if name == "skills":
            await _put_skills(db, post, value)
        else:
            setattr(post, name, list(value) if isinstance(value, tuple) else value)
    _count(post, section)
    writer = writer_id or actor.person_id
    if writer is not None and writer not in post.writer_ids:
        post.writer_ids = [*post.writer_ids, writer]
    await db.flush()
    if section is Section.ROLE and not post.sections_done.get(Section.SKILLS):
        needs = await _role_skills(db, post)
        await _put_skills(db, post, needs)


def _count(post: Opportunity, section: Section, *, only_first: bool = False) -> None:
    """Note one more save of a section."""
    saves = int(post.sections_done.get(section, 0))
    if not (only_first and saves):
        post.sections_done = {**post.sections_done, section: saves + 1}


async def _put_skills(db: AsyncSession, post: Opportunity, needs: Sequence[SkillNeed]) -> None:
    await db.execute(delete(OpportunitySkill).where(OpportunitySkill.opportunity_id == post.id))
    db.add_all(
        OpportunitySkill(
            opportunity_id=post.id, skill_id=need.skill_id, level=need.level, is_must=need.is_must
        )
        for need in needs
    )
    await db.flush()


async def _role_skills(db: AsyncSession, post: Opportunity) -> tuple[SkillNeed, ...]:
    """What the role needs at its level, by the framework or by the body: all of it a must."""
    found: tuple[SkillAt, ...] = ()
    if post.local_role_id is not None:
        found = await skills_of_local_role(db, post.local_role_id)
    elif post.role_level_id is not None:
        found = await skills_of_level(db, post.role_level_id)
    elif post.role_id is not None:
        found = await skills_of_role(db, post.role_id, edition_id=post.edition_id)
    return tuple(SkillNeed(one.skill_id, one.proficiency, is_must=True) for one in found)


def _require_fit(facts: PostFacts, section: Section, values: Mapping[str, Any]) -> None:
    """The section must be whole; on a published post the rest must still fit too."""
    today = london_today()
    found = gaps_in(facts, section, today)
    if values.get("role_level_id") is None:
        found = tuple(gap for gap in found if gap.field != "level")
    if not found and facts.status in PUBLISHED:
        found = gaps(facts, today)
    if found:
        raise gaps_refused(found)


def gaps_refused(found: Sequence[Gap]) -> RuleBroken:
    """Gaps as one error with a fault for each."""
    faults = [FieldFault(f"/{gap.field}", "not-complete", gap.message) for gap in found]
    return RuleBroken("post-not-complete", found[0].message, faults)


async def _record(
    db: AsyncSession, actor: Actor, post: Opportunity, action: str, facts: Mapping[str, Any]
) -> None:
    await record(
        db,
        actor,
        action,
        subject=(SUBJECT, post.id),
        organisation_id=post.organisation_id,
        facts=dict(facts),
    )
