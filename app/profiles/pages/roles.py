"""The profile at a glance, its roles, and starting from a role and level."""

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
from app.core.fields import FieldError, Option, Raw, Setting
from app.core.form_pages import PRIVATE, bind_request, errors_of, form_page, see_other
from app.core.web import flash, render
from app.organisations.domain import REGION_NAMES
from app.profiles import commands, queries
from app.profiles.domain import (
    MOVE_NAMES,
    REMOTE_NAMES,
    STANDING_NAMES,
    RoleStanding,
    SkillClaim,
    is_paused,
)
from app.profiles.forms import (
    NOT_HELD,
    AnswersForm,
    RoleForm,
    claim_of,
    sources_setting,
    years,
)
from app.profiles.permissions import may_open_own_profile
from app.roles import queries as framework
from app.roles.domain import Proficiency
from app.roles.source import COMMON

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]

START: Final = "/profile/start"
NAMES: Final[Mapping[str, Any]] = {
    "move_names": MOVE_NAMES,
    "region_names": REGION_NAMES,
    "remote_names": REMOTE_NAMES,
    "standing_names": STANDING_NAMES,
}


@get("/", opt=SIGNED_IN)
async def show_profile(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Everything that the profile holds, each with the way to change it."""
    may_open_own_profile(actor).require()
    today = london_today()
    core = await queries.get_core(db, me(actor), today)
    context = {
        **NAMES,
        "core": core,
        "roles": await queries.list_roles(db, me(actor)) if core.is_there else (),
        "is_paused": is_paused(core.paused_until, today),
    }
    return render(request, "profiles/show.html", context, headers=PRIVATE)


async def _sources(db: AsyncSession) -> tuple[framework.SkillSource, ...]:
    return await framework.skill_sources(db)


def _options(sources: Sequence[framework.SkillSource]) -> Setting:
    return sources_setting([Option(one.value, one.name) for one in sources])


@get("/start", opt=SIGNED_IN)
async def show_start(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Choose a role and level to start from, or to add."""
    may_open_own_profile(actor).require()
    setting = _options(await _sources(db))
    return form_page(request, "profiles/start.html", RoleForm, setting=setting)


@post("/start", opt=SIGNED_IN)
async def start(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Put the role on the profile, then ask about its skills."""
    may_open_own_profile(actor).require()
    sources = await _sources(db)
    setting = _options(sources)
    bound = await bind_request(request, RoleForm, setting)
    errors: Sequence[FieldError] = bound.errors
    if bound.form is not None:
        source = next(one for one in sources if one.value == bound.form.source)
        try:
            await commands.name_role(
                db,
                actor,
                role_id=source.role_id,
                level_id=source.level_id,
                standing=RoleStanding(bound.form.standing),
                today=london_today(),
            )
        except DomainError as error:
            errors = errors_of(error)
        else:
            return see_other(f"/profile/answers?source={source.value}")
    return form_page(
        request, "profiles/start.html", RoleForm, bound.raw, setting=setting, errors=errors
    )


async def skills_of(
    db: AsyncSession, sources: Sequence[framework.SkillSource], value: str
) -> tuple[framework.SkillSource | None, tuple[framework.SkillAt, ...]]:
    """What a role or level that is named in an address needs; nothing where there is none."""
    source = next((one for one in sources if one.value == value), None)
    if source is None:
        return None, ()
    if source.level_id is not None:
        return source, await framework.skills_of_level(db, source.level_id)
    return source, await framework.skills_of_role(db, source.role_id)


def _asked(skills: Sequence[framework.SkillAt]) -> Setting:
    return Setting(
        options={
            "skills": [Option(one.slug, one.name) for one in skills],
            "years": years(london_today()),
        }
    )


@get("/answers", opt=SIGNED_IN)
async def show_answers(request: AnyRequest, db: Db, actor: Who) -> Page:
    """How well somebody has each skill of a role and level, with what they said before."""
    may_open_own_profile(actor).require()
    value = request.query_params.get("source", "")
    source, skills = await skills_of(db, await _sources(db), value)
    if source is None:
        return see_other(START)
    held = await queries.claims_of(db, me(actor), [one.skill_id for one in skills])
    by_slug = {one.slug: one for one in held.values()}
    raw: dict[str, Raw] = {
        "source": value,
        "levels": {slug: one.level.slug for slug, one in by_slug.items()},
        "used": {
            slug: str(one.last_used_on.year) for slug, one in by_slug.items() if one.last_used_on
        },
    }
    return _answers_page(request, source, skills, raw)


def _answers_page(
    request: AnyRequest,
    source: framework.SkillSource,
    skills: Sequence[framework.SkillAt],
    raw: Mapping[str, Raw],
    errors: Sequence[FieldError] = (),
) -> Page:
    needed = {one.slug: one.proficiency and Proficiency(one.proficiency) for one in skills}
    context = {**COMMON, "source": source, "needed": needed}
    return form_page(
        request,
        "profiles/answers.html",
        AnswersForm,
        raw,
        setting=_asked(skills),
        errors=errors,
        context=context,
    )


@post("/answers", opt=SIGNED_IN)
async def answer(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Save how well somebody has these skills; those left out stay as they were."""
    may_open_own_profile(actor).require()
    sent = await request.form()
    sources = await _sources(db)
    source, skills = await skills_of(db, sources, str(sent.get("source", "")))
    if source is None:
        return form_page(
            request,
            "profiles/start.html",
            RoleForm,
            setting=_options(sources),
            errors=[FieldError("source", "Choose a role and level")],
        )
    bound = await bind_request(request, AnswersForm, _asked(skills))
    if bound.form is None:
        return _answers_page(request, source, skills, bound.raw, bound.errors)
    held = await queries.claims_of(db, me(actor), [one.skill_id for one in skills])
    claims, errors = _claims(bound.form, skills, held)
    if not errors:
        try:
            await commands.save_skills(db, actor, claims=claims, today=london_today())
        except DomainError as error:
            errors = errors_of(error)
        else:
            flash(request, f"Your skills are saved.{_ended(claims, held)}")
            return see_other("/profile")
    return _answers_page(request, source, skills, bound.raw, errors)


def _ended(
    claims: Mapping[uuid.UUID, SkillClaim | None],
    held: Mapping[uuid.UUID, queries.SkillEntry],
) -> str:
    """Which confirmations the new answers end, in a sentence."""
    names = [
        one.name
        for skill_id, one in held.items()
        if one.confirmed_level and (new := claims.get(skill_id)) and new.level != one.level
    ]
    if not names:
        return ""
    return f" You changed the level of {', '.join(names)}: what others confirmed counts no more."


def _claims(
    form: AnswersForm,
    skills: Sequence[framework.SkillAt],
    held: Mapping[uuid.UUID, queries.SkillEntry],
) -> tuple[dict[uuid.UUID, SkillClaim | None], list[FieldError]]:
    """What the answers claim and take back, and what is wrong with them."""
    claims: dict[uuid.UUID, SkillClaim | None] = {}
    errors = []
    for one in skills:
        level, used = form.levels.get(one.slug), form.used.get(one.slug)
        before = held.get(one.skill_id)
        if level is None:
            if used and before is None:
                errors.append(FieldError(f"levels-{one.slug}", f"Choose a level for {one.name}"))
        elif level != NOT_HELD:
            claims[one.skill_id] = claim_of(level, used)
        elif before is not None and before.evidence:
            message = f"{one.name} has evidence: remove the skill on its own page"
            errors.append(FieldError(f"levels-{one.slug}", message))
        elif before is not None:
            claims[one.skill_id] = None
    return claims, errors


@get("/roles/{entry_id:uuid}/remove", opt=SIGNED_IN)
async def show_role_removal(
    request: AnyRequest, db: Db, actor: Who, entry_id: FromPath[uuid.UUID]
) -> Page:
    """Ask before a role goes."""
    may_open_own_profile(actor).require()
    entry = await queries.get_role_entry(db, actor, entry_id)
    context = {
        "title": f"Take {entry.name} off your profile?",
        "text": "The skills that you have claimed stay. You can name the role again.",
        "button": "Take it off",
        "action": f"/profile/roles/{entry.id}/remove",
        "back_href": "/profile",
    }
    return render(request, "profiles/confirm.html", context, headers=PRIVATE)


@post("/roles/{entry_id:uuid}/remove", opt=SIGNED_IN)
async def remove_role(
    request: AnyRequest, db: Db, actor: Who, entry_id: FromPath[uuid.UUID]
) -> Page:
    """Take the role off the profile."""
    await commands.drop_role(db, actor, entry_id=entry_id, today=london_today())
    flash(request, "The role is off your profile. Your skills have stayed.")
    return see_other("/profile")


handlers: list[ControllerRouterHandler] = [
    show_profile,
    show_start,
    start,
    show_answers,
    answer,
    show_role_removal,
    remove_role,
]
