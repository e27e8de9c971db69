"""The sections of a post: each asked, checked and saved by itself."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor
from app.core.clock import london_today
from app.core.errors import DomainError, RuleBroken, Stale
from app.core.fields import Day, Field, FieldError, Raw, Setting, list_of, map_of, text_of
from app.core.form_pages import PRIVATE, bind_request, error_list, see_other
from app.core.forms import Bound, Form, Rows, act, parse, questions, view
from app.core.once import REPEATABLE
from app.core.slots import Fragment, Slots
from app.core.text import whole_number
from app.core.web import flash, render
from app.costsharing.engine import InputFaults
from app.opportunities import queries as own
from app.opportunities.domain import KIND_NAMES, PostFacts, no_such_post
from app.opportunities.models import Opportunity
from app.opportunities.permissions import may_edit
from app.opportunities.visiting import body_of, path_to
from app.opportunities.writing import commands, queries
from app.opportunities.writing.answers import Known, setting_of, shown, values_of
from app.opportunities.writing.commands import gaps_refused
from app.opportunities.writing.cost import YearCost, costs_by_year
from app.opportunities.writing.cost_answers import cost_values
from app.opportunities.writing.cost_forms import OpenCostForm
from app.opportunities.writing.domain import NEEDS, SECTION_NAMES, Section, gaps_in
from app.opportunities.writing.forms import (
    MOST_SKILLS,
    LevelForm,
    SkillsForm,
    form_of,
)
from app.opportunities.writing.known import known_for
from app.opportunities.writing.said import part_of

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]

LEVEL: Final = "level"
COUNT: Final = "count"
SKILLS_SLOT: Final = "opportunity.skills"
# Saving over what was saved before moves nothing; two people are told apart by `version`.
EDIT: Final[dict[str, Any]] = {**SIGNED_IN, **REPEATABLE}
# Where the message about an answer stands when its field has another name on the page.
FIELD_OF: Final[Mapping[str, str]] = {
    "skills": "new",
    "cost_inputs": "how",
    "named_organisation_ids": "named-0-organisation",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for one section of a post, with what it needs to draw it."""

    request: AnyRequest
    db: AsyncSession
    actor: Actor
    body_slug: str
    row: Opportunity
    facts: PostFacts
    section: Section
    page: str
    form: type[Form]
    known: Known

    @property
    def path(self) -> str:
        """The page of the post."""
        return path_to(self.body_slug, self.row.slug)

    @property
    def version(self) -> int:
        """How often the section was saved."""
        return int(self.row.sections_done.get(self.section, 0))

    async def draw(
        self,
        raw: Mapping[str, Raw],
        errors: Sequence[FieldError] = (),
        *,
        status: int = 200,
        stale: bool = False,
        focus: str = "",
        typed: PostFacts | None = None,
    ) -> Page:
        """The page with these answers and what is wrong with them; `focus` is where to go on.

        `typed` is the post as it would be with them, for what other features say of it.
        """
        setting = setting_of(self.facts, self.section, self.known)
        fields = view(self.form, dict(raw), setting, errors)
        title = "Level" if self.page == LEVEL else SECTION_NAMES[self.section]
        # The one question of a page is its heading, but where something stands before it.
        is_lone = (
            len(fields) == 1
            and fields[0].kind in ("choice", "many", "date")
            and self.section is not Section.COST
        )
        context = {
            "title": title,
            "kind_name": KIND_NAMES[self.facts.kind],
            "post": self.row,
            "facts": self.facts,
            "section": self.section,
            "fields": fields,
            "by_name": {field.id: field for field in fields},
            "is_lone": is_lone,
            "names": {o.value: o.text for o in self.known.options.get("skills", ())},
            "errors": error_list(errors),
            "stale": stale,
            "focus_id": focus,
            "kept": await self.kept() if stale else None,
            "version": self.version,
            "costs": await self.costs(),
            "panels": await self.panels(typed),
            "action": f"{self.path}/edit/{self.page}",
            "back_href": self.path,
        }
        template = f"opportunities/sections/{self.section.value}.html"
        environment = self.request.app.state.templates
        found = environment.select_template([template, "opportunities/sections/section.html"])
        return render(self.request, found.name, context, status, PRIVATE)

    async def panels(self, typed: PostFacts | None) -> list[Fragment]:
        """What features above say of the skills as typed; None says that they are not whole."""
        if self.section is not Section.SKILLS:
            return []
        slots: Slots = self.request.app.state.slots
        return await slots.show_draft(SKILLS_SLOT, self.db, self.actor, typed)

    async def kept(self) -> object:
        """What somebody else saved meanwhile, in words."""
        names = await queries.names_of(self.db, self.facts)
        return part_of(self.facts, names, self.section)

    async def costs(self) -> tuple[YearCost, ...]:
        """What the whole post costs by year, on the page that asks about it."""
        inputs = self.facts.cost_inputs
        if self.section is not Section.COST or inputs is None:
            return ()
        name = self.actor.acting_for.name if self.actor.acting_for else ""
        return await asyncio.to_thread(costs_by_year, inputs, name)


async def visit(
    request: AnyRequest, db: AsyncSession, actor: Actor, org: str, slug: str, page: str
) -> Visit:
    """The section of this address. Raises NotFound where the kind has none of that name, Refused
    where the post may not be changed.
    """
    body = body_of(actor, org)
    row = await own.get_opportunity(db, actor, slug)
    section = Section.ROLE if page == LEVEL else _section(page)
    facts = await own.get_facts(db, row)
    if section not in NEEDS[facts.kind] or (page == LEVEL and facts.role_id is None):
        raise no_such_post()
    may_edit(actor, row).require()
    known = await known_for(db, row, facts, section, is_level=page == LEVEL)
    if page == LEVEL and not known.options["levels"]:
        raise no_such_post()
    form: type[Form] = LevelForm if page == LEVEL else form_of(facts.kind, section)
    if section is Section.COST and facts.ends_on is None:
        form = OpenCostForm
    return Visit(request, db, actor, body.slug, row, facts, section, page, form, known)


def _section(page: str) -> Section:
    if page not in set(Section):
        raise no_such_post()
    return Section(page)


@get("/org/{org:str}/posts/{slug:str}/edit/{page:str}", opt=SIGNED_IN)
async def show_section(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    page: FromPath[str],
) -> Page:
    """One section with its answers."""
    there = await visit(request, db, actor, org, slug, page)
    if page == LEVEL:
        level = there.facts.role_level_id
        return await there.draw({"level": str(level or "")})
    raw = shown(there.facts, there.section, there.known)
    found = gaps_in(there.facts, there.section, london_today()) if there.version else ()
    errors = errors_on(there.form, gaps_refused(found)) if found else []
    return await there.draw(raw, errors, typed=there.facts)


@post("/org/{org:str}/posts/{slug:str}/edit/{page:str}", opt=EDIT)
async def save_section(
    request: AnyRequest,
    db: Db,
    actor: Who,
    org: FromPath[str],
    slug: FromPath[str],
    page: FromPath[str],
) -> Page:
    """Save a section, or show what is wrong with it, with everything as it was typed."""
    there = await visit(request, db, actor, org, slug, page)
    setting = setting_of(there.facts, there.section, there.known)
    bound = await bind_request(request, there.form, setting)
    sent = await request.form()
    action = str(sent.get("action", ""))
    if there.section is Section.SKILLS and action == "fill":
        await commands.refill_skills(db, actor, slug)
        return see_other(f"{there.path}/edit/{page}")
    if there.section is Section.SKILLS:
        bound, error = with_new_skill(bound, setting, is_asked=action == "add")
        if error:
            return await there.draw(bound.raw, [error], status=422)
        if action == "add" and not bound.errors:
            last = len(list_of(bound.raw.get("skills"))) - 1
            focus = f"skills-{last}-level"
            return await there.draw(bound.raw, focus=focus, typed=typed_in(there, bound))
        if action == COUNT and bound.form is not None:
            return await there.draw(bound.raw, typed=typed_in(there, bound))
    moved = act(there.form, bound.raw, action)
    if moved:
        left = parse(there.form, moved[0], setting)
        return await there.draw(moved[0], focus=moved[1], typed=typed_in(there, left))
    return await keep(there, bound, version_of(str(sent.get("version", ""))))


def typed_in(there: Visit, bound: Bound[Any]) -> PostFacts | None:
    """The post as it would be with skills that are typed; None where they are not whole."""
    if there.section is not Section.SKILLS or bound.form is None:
        return None
    return replace(there.facts, **values_of(there.facts, there.section, bound.form))


async def keep(there: Visit, bound: Bound[Form], seen: int) -> Page:
    """Save what was read, and go on."""
    if bound.form is None:
        return await there.draw(bound.raw, bound.errors, status=422)
    try:
        if there.section is Section.COST:
            values = await cost_values(there.db, there.facts, bound, there.known)
        else:
            values = values_of(there.facts, there.section, bound.form)
        saved = await commands.save_section(
            there.db,
            there.actor,
            there.row.slug,
            section=there.section,
            values=values,
            seen=seen,
        )
    except Stale:
        return await there.draw(bound.raw, status=409, stale=True)
    except RuleBroken as broken:
        return await there.draw(bound.raw, errors_on(there.form, broken), status=422)
    except InputFaults as wrong:
        messages = dict.fromkeys(fault.message for fault in wrong.faults[:5])
        errors = [FieldError("how", message) for message in messages]
        return await there.draw(bound.raw, errors, status=422)
    if saved is commands.Saved.PROPOSED:
        flash(
            there.request,
            "Your change is not shown yet. A second person must approve it; they have been told.",
        )
    return see_other(await after(there))


async def after(there: Visit) -> str:
    """The page to go on to: a role that was just chosen may have levels to choose from."""
    if there.page == Section.ROLE:
        facts = await own.get_facts(there.db, there.row)
        if facts.needs_level:
            return f"{there.path}/edit/{LEVEL}"
    return there.path


def errors_on(form: type[Form], broken: DomainError) -> list[FieldError]:
    """What our rules say, beside the field where the page has it, else above the page."""
    if not broken.errors:
        return [FieldError("", broken.message)]
    found = []
    for fault in broken.errors:
        name = fault.path.strip("/")
        where = FIELD_OF.get(name, name)
        is_here = where.partition("-")[0] in form.model_fields
        question = question_at(form, where)
        parts = question.parts if isinstance(question, Day) else ()
        found.append(FieldError(where if is_here else "", fault.message, parts))
    return found


def question_at(form: type[Form], where: str) -> Field | None:
    """The question of this path, in a row of repeated questions too."""
    asked = questions(form)
    name, _, rest = where.partition("-")
    rows = asked.get(name)
    if rest and isinstance(rows, Rows):
        return questions(rows.form).get(rest.partition("-")[2])
    return asked.get(where)


def with_new_skill(
    bound: Bound[Any], setting: Setting, *, is_asked: bool
) -> tuple[Bound[Any], FieldError | None]:
    """The answers with the skill that was picked as a row of its own.

    Somebody who picks a skill and saves at once means it, too.
    """
    raw = dict(bound.raw)
    new = text_of(raw.get("new"))
    rows = list_of(raw.get("skills"))
    if not new:
        error = FieldError("new", "Choose a skill to add") if is_asked else None
        return bound, error
    if bound.errors:
        return bound, None
    if any(map_of(row).get("skill") == new for row in rows):
        return bound, FieldError("new", "This skill is in the list already")
    if len(rows) >= MOST_SKILLS:
        return bound, FieldError("new", f"Use {MOST_SKILLS} skills or fewer")
    raw["skills"] = [*rows, {"skill": new, "level": "", "need": "must"}]
    raw["new"] = ""
    return parse(SkillsForm, raw, setting), None


def version_of(text: str) -> int:
    """The version of the section that the page was drawn from."""
    return whole_number(text, 9) or 0
