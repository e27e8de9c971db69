"""Somebody's own skills, one by one, and what shows them."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor, me
from app.core.clock import london_today
from app.core.errors import DomainError
from app.core.fields import FieldError, Raw, Setting
from app.core.form_pages import PRIVATE, bind_request, errors_of, form_page, see_other
from app.core.paging import Paged, part_of
from app.core.web import flash, render
from app.profiles import commands, queries
from app.profiles.confirming import queries as confirming
from app.profiles.confirming.domain import RELATION_WORDS, STATUS_COLOURS, STATUS_NAMES
from app.profiles.domain import EVIDENCE_NAMES, MOST_EVIDENCE, EvidenceKind
from app.profiles.forms import AddSkillForm, ClaimForm, EvidenceForm, years
from app.profiles.permissions import may_open_own_profile
from app.roles import queries as framework
from app.roles.domain import slug_of
from app.roles.source import COMMON

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]


CONFIRMING: Final[Mapping[str, Any]] = {
    "relation_words": RELATION_WORDS,
    "status_names": STATUS_NAMES,
    "status_colours": STATUS_COLOURS,
}
ENDED: Final = (
    " What others confirmed of it counts no more, since they confirmed what you said before. You"
    " can ask them again."
)


def _years() -> Setting:
    return Setting(options={"years": years(london_today())})


@get("/skills", opt=SIGNED_IN)
async def show_skills(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Every skill that somebody claims, a page at a time."""
    may_open_own_profile(actor).require()
    page: Paged[queries.SkillEntry] = await queries.list_skills(
        db, me(actor), part_of(request.query_params)
    )
    context = {**COMMON, "page": page.require(), "links": page.links("/profile/skills", {})}
    return render(request, "profiles/skills.html", context, headers=PRIVATE)


@get("/skills/add", opt=SIGNED_IN)
async def show_add(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Claim a skill by its name."""
    may_open_own_profile(actor).require()
    return await _add_page(request, db)


async def _add_page(
    request: AnyRequest,
    db: AsyncSession,
    raw: Mapping[str, Raw] | None = None,
    errors: Sequence[FieldError] = (),
) -> Page:
    names = [one.name for one in await framework.current_skills(db)]
    return form_page(
        request,
        "profiles/add_skill.html",
        AddSkillForm,
        raw,
        setting=_years(),
        errors=errors,
        context={"names": names},
    )


@post("/skills/add", opt=SIGNED_IN)
async def add(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Claim it, then show it, so that evidence can be given."""
    may_open_own_profile(actor).require()
    bound = await bind_request(request, AddSkillForm, _years())
    if bound.form is None:
        return await _add_page(request, db, bound.raw, bound.errors)
    wanted = slug_of(bound.form.skill)
    skill = next((o for o in await framework.current_skills(db) if slug_of(o.name) == wanted), None)
    if skill is None:
        message = f"The framework has no skill named {bound.form.skill}"
        return await _add_page(request, db, bound.raw, [FieldError("skill", message)])
    claims = {skill.id: bound.form.claim()}
    try:
        await commands.save_skills(db, actor, claims=claims, today=london_today())
    except DomainError as error:
        return await _add_page(request, db, bound.raw, errors_of(error))
    flash(request, f"{skill.name} is saved.")
    return see_other(f"/profile/skills/{skill.slug}")


@get("/skills/{slug:str}", opt=SIGNED_IN)
async def show_skill(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """A skill: what is claimed, and what shows it."""
    may_open_own_profile(actor).require()
    skill = await queries.get_skill(db, actor, slug)
    raw: dict[str, Raw] = {
        "level": skill.level.slug,
        "used": str(skill.last_used_on.year) if skill.last_used_on else "",
    }
    return await _skill_page(request, db, actor, skill, raw)


async def _skill_page(
    request: AnyRequest,
    db: AsyncSession,
    actor: Actor,
    skill: queries.SkillEntry,
    raw: Mapping[str, Raw],
    errors: Sequence[FieldError] = (),
) -> Page:
    context = {
        **CONFIRMING,
        "skill": skill,
        "requests": await confirming.list_live(db, me(actor), skill.skill_id),
        "evidence": await queries.list_evidence(db, me(actor), skill.skill_id),
        "kind_names": EVIDENCE_NAMES,
        "most": MOST_EVIDENCE,
    }
    return form_page(
        request,
        "profiles/skill.html",
        ClaimForm,
        raw,
        setting=_years(),
        errors=errors,
        context=context,
    )


@post("/skills/{slug:str}", opt=SIGNED_IN)
async def change_skill(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """Claim another level, or another year of the last use."""
    may_open_own_profile(actor).require()
    skill = await queries.get_skill(db, actor, slug)
    bound = await bind_request(request, ClaimForm, _years())
    if bound.form is None:
        return await _skill_page(request, db, actor, skill, bound.raw, bound.errors)
    claims = {skill.skill_id: bound.form.claim()}
    await commands.save_skills(db, actor, claims=claims, today=london_today())
    is_other = claims[skill.skill_id].level != skill.level
    flash(request, f"{skill.name} is saved.{ENDED if is_other and skill.confirmed_level else ''}")
    return see_other("/profile/skills")


@get("/skills/{slug:str}/remove", opt=SIGNED_IN)
async def show_removal(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """Ask before a skill goes with its evidence."""
    may_open_own_profile(actor).require()
    skill = await queries.get_skill(db, actor, slug)
    context = {
        "title": f"Remove {skill.name}?",
        "text": "Its evidence goes with it. This cannot be undone.",
        "button": "Remove it",
        "action": f"/profile/skills/{slug}/remove",
        "back_href": f"/profile/skills/{slug}",
    }
    return render(request, "profiles/confirm.html", context, headers=PRIVATE)


@post("/skills/{slug:str}/remove", opt=SIGNED_IN)
async def remove(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """Take the claim back."""
    may_open_own_profile(actor).require()
    skill = await queries.get_skill(db, actor, slug)
    await commands.save_skills(db, actor, claims={skill.skill_id: None}, today=london_today())
    flash(request, f"{skill.name} is removed.")
    return see_other("/profile/skills")


@get("/skills/{slug:str}/evidence", opt=SIGNED_IN)
async def show_evidence(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """Say what shows the skill."""
    may_open_own_profile(actor).require()
    skill = await queries.get_skill(db, actor, slug)
    return form_page(request, "profiles/evidence.html", EvidenceForm, context={"skill": skill})


@post("/skills/{slug:str}/evidence", opt=SIGNED_IN)
async def add_evidence(request: AnyRequest, db: Db, actor: Who, slug: FromPath[str]) -> Page:
    """Keep it."""
    may_open_own_profile(actor).require()
    skill = await queries.get_skill(db, actor, slug)
    bound = await bind_request(request, EvidenceForm)
    errors: Sequence[FieldError] = bound.errors
    if bound.form is not None:
        form = bound.form
        try:
            await commands.add_evidence(
                db,
                actor,
                slug=slug,
                kind=EvidenceKind(form.kind),
                title=form.title,
                year=form.year,
                words=form.words,
                today=london_today(),
            )
        except DomainError as error:
            errors = errors_of(error)
        else:
            flash(request, f"The evidence is saved.{ENDED if skill.confirmed_level else ''}")
            return see_other(f"/profile/skills/{slug}")
    return form_page(
        request,
        "profiles/evidence.html",
        EvidenceForm,
        bound.raw,
        errors=errors,
        context={"skill": skill},
    )


@get("/skills/{slug:str}/evidence/{evidence_id:uuid}/remove", opt=SIGNED_IN)
async def show_evidence_removal(
    request: AnyRequest,
    db: Db,
    actor: Who,
    slug: FromPath[str],
    evidence_id: FromPath[uuid.UUID],
) -> Page:
    """Ask before evidence goes."""
    may_open_own_profile(actor).require()
    _, evidence = await queries.get_evidence(db, actor, slug, evidence_id)
    context = {
        "title": "Remove this evidence?",
        "text": f"{evidence.title}. This cannot be undone.",
        "button": "Remove it",
        "action": f"/profile/skills/{slug}/evidence/{evidence.id}/remove",
        "back_href": f"/profile/skills/{slug}",
    }
    return render(request, "profiles/confirm.html", context, headers=PRIVATE)


@post("/skills/{slug:str}/evidence/{evidence_id:uuid}/remove", opt=SIGNED_IN)
async def remove_evidence(
    request: AnyRequest,
    db: Db,
    actor: Who,
    slug: FromPath[str],
    evidence_id: FromPath[uuid.UUID],
) -> Page:
    """Take it back."""
    may_open_own_profile(actor).require()
    skill, _ = await queries.get_evidence(db, actor, slug, evidence_id)
    await commands.remove_evidence(
        db, actor, slug=slug, evidence_id=evidence_id, today=london_today()
    )
    flash(request, f"The evidence is removed.{ENDED if skill.confirmed_level else ''}")
    return see_other(f"/profile/skills/{slug}")


handlers: list[ControllerRouterHandler] = [
    show_skills,
    show_add,
    add,
    show_skill,
    change_skill,
    show_removal,
    remove,
    show_evidence,
    add_evidence,
    show_evidence_removal,
    remove_evidence,
]
