"""The skills of a local role: choose proficiencies, add one, borrow many from the framework."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor
from app.core.errors import RuleBroken
from app.core.fields import FieldError, Option, Raw, Setting
from app.core.form_pages import PRIVATE, bind_request, error_list, see_other
from app.core.forms import NO_SETTING, view
from app.core.web import flash, render
from app.roles import queries as framework
from app.roles.domain import Proficiency, slug_of
from app.roles.local import commands, queries
from app.roles.local.forms import REMOVE, AddForm, BorrowForm, LevelsForm, setting_of
from app.roles.local.models import LocalRole
from app.roles.local.permissions import may_edit_local_roles
from app.roles.source import COMMON

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for the skills of a role that its organisation may change."""

    request: AnyRequest
    db: AsyncSession
    actor: Actor
    organisation: str
    role: LocalRole

    @property
    def base(self) -> str:
        """The role's own page."""
        return f"/org/{self.organisation}/roles/{self.role.slug}"

    async def page(self, errors: Sequence[FieldError] = (), **typed: Mapping[str, Raw]) -> Page:
        """The page with its three forms: `typed` has what was sent in one of them, by its name."""
        db = self.db
        skills = await queries.skills_of_local_role(db, self.role.id)
        held: Raw = {s.slug: Proficiency(s.proficiency or 1).slug for s in skills}
        sources = sources_setting(await framework.skill_sources(db))
        levels = dict(typed.get("levels", {"levels": held}))
        context = {
            **COMMON,
            "body": self.actor.acting_for,
            "role": self.role,
            "base": self.base,
            "back_href": self.base,
            "skills": skills,
            "levels": view(LevelsForm, levels, setting_of(skills), errors)[0],
            "add": view(AddForm, dict(typed.get("add", {})), NO_SETTING, errors),
            "borrow": view(BorrowForm, dict(typed.get("borrow", {})), sources, errors),
            "names": [one.name for one in await framework.current_skills(db)],
            "errors": error_list(errors),
            "edition": await framework.find_current_edition(db),
        }
        status = 422 if errors else 200
        return render(self.request, "roles/local/skills.html", context, status, PRIVATE)

    async def take(self, needs: commands.Needs, field: str, **typed: Mapping[str, Raw]) -> Page:
        """Add skills and say how many were new, or show why they cannot be added."""
        try:
            count = await commands.add_skills(
                self.db,
                self.actor,
                organisation=self.organisation,
                slug=self.role.slug,
                needs=needs,
            )
        except RuleBroken as broken:
            return await self.page([FieldError(field, broken.message)], **typed)
        said = "1 skill was added" if count == 1 else f"{count} skills were added"
        flash(self.request, said if count else "The role has these skills already")
        return see_other(f"{self.base}/skills")


async def visit(
    request: AnyRequest, db: AsyncSession, actor: Actor, org: str, role_slug: str
) -> Visit:
    """Raises NotFound, Refused."""
    role = await queries.get_own(db, actor, org, role_slug)
    may_edit_local_roles(actor).require()
    return Visit(request, db, actor, org, role)


def sources_setting(sources: Sequence[framework.SkillSource]) -> Setting:
    """Levels and roles to borrow from, as options."""
    options = [Option("", "Choose"), *(Option(one.value, one.name) for one in sources)]
    return Setting(options={"sources": options})


@get("/org/{org:str}/roles/{role_slug:str}/skills", opt=SIGNED_IN)
async def show_skills(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], role_slug: FromPath[str]
) -> Page:
    """The skills of the role, and where to borrow more."""
    return await (await visit(request, db, actor, org, role_slug)).page()


@post("/org/{org:str}/roles/{role_slug:str}/skills", opt=SIGNED_IN)
async def choose(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], role_slug: FromPath[str]
) -> Page:
    """Set the proficiency of each skill, or remove it."""
    here = await visit(request, db, actor, org, role_slug)
    skills = await queries.skills_of_local_role(db, here.role.id)
    bound = await bind_request(request, LevelsForm, setting_of(skills))
    if bound.form is None:
        return await here.page(bound.errors, levels=bound.raw)
    ids = {one.slug: one.skill_id for one in skills}
    needs = {
        ids[key]: None if value == REMOVE else Proficiency.from_slug(value)
        for key, value in bound.form.levels.items()
    }
    await commands.choose_skills(db, actor, organisation=org, slug=role_slug, needs=needs)
    flash(request, "The skills were saved")
    return see_other(here.base)


@post("/org/{org:str}/roles/{role_slug:str}/skills/add", opt=SIGNED_IN)
async def add_one(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], role_slug: FromPath[str]
) -> Page:
    """Borrow one skill by its name."""
    here = await visit(request, db, actor, org, role_slug)
    bound = await bind_request(request, AddForm)
    if bound.form is None:
        return await here.page(bound.errors, add=bound.raw)
    names = {slug_of(one.name): one.id for one in await framework.current_skills(db)}
    skill = names.get(slug_of(bound.form.skill))
    if skill is None:
        message = f"The framework has no skill named {bound.form.skill}"
        return await here.page([FieldError("skill", message)], add=bound.raw)
    needed = Proficiency.from_slug(bound.form.proficiency) or Proficiency.WORKING
    return await here.take({skill: needed}, "skill", add=bound.raw)


@post("/org/{org:str}/roles/{role_slug:str}/skills/borrow", opt=SIGNED_IN)
async def borrow(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], role_slug: FromPath[str]
) -> Page:
    """Borrow all skills of a level, or of a role without levels."""
    here = await visit(request, db, actor, org, role_slug)
    sources = await framework.skill_sources(db)
    bound = await bind_request(request, BorrowForm, sources_setting(sources))
    if bound.form is None:
        return await here.page(bound.errors, borrow=bound.raw)
    source = next(one for one in sources if one.value == bound.form.source)
    if source.level_id is not None:
        skills = await framework.skills_of_level(db, source.level_id)
    else:
        skills = await framework.skills_of_role(db, source.role_id)
    unstated = Proficiency.from_slug(bound.form.unstated) or Proficiency.PRACTITIONER
    needs = {s.skill_id: Proficiency(s.proficiency or unstated) for s in skills}
    return await here.take(needs, "source", borrow=bound.raw)


handlers: list[ControllerRouterHandler] = [show_skills, choose, add_one, borrow]
