"""The page on which people say what became of skills that a new edition changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, Actor, me
from app.core.clock import london_today
from app.core.errors import DomainError
from app.core.fields import FieldError, Raw
from app.core.form_pages import bind_request, errors_of, form_page, see_other
from app.core.web import flash
from app.profiles.editions import commands, queries
from app.profiles.editions.domain import REMOVE, RULE_WORDS, Answer, Former
from app.profiles.editions.forms import ChangedForm, setting_of
from app.profiles.permissions import may_open_own_profile
from app.roles.domain import Proficiency

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]


@get("/changed-skills", opt=SIGNED_IN)
async def show_changed(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Skills that the current edition does not have, each with what took its place."""
    may_open_own_profile(actor).require()
    former = await queries.list_former(db, me(actor))
    return _page(request, former)


def _page(
    request: AnyRequest,
    former: Sequence[Former],
    raw: Mapping[str, Raw] | None = None,
    errors: Sequence[FieldError] = (),
) -> Page:
    given = {"level": {one.slug: one.level.slug for one in former}} if raw is None else raw
    context = {
        "former": {one.slug: one for one in former},
        "open": {one.slug: {REMOVE, *(now.slug for now in one.now)} for one in former},
        "rule": RULE_WORDS,
    }
    return form_page(
        request,
        "profiles/editions/changed.html",
        ChangedForm,
        given,
        setting=setting_of(former),
        errors=errors,
        context=context,
    )


@post("/changed-skills", opt=SIGNED_IN)
async def settle(request: AnyRequest, db: Db, actor: Who) -> Page:
    """Do what was said; what was left out is asked again."""
    may_open_own_profile(actor).require()
    former = await queries.list_former(db, me(actor))
    bound = await bind_request(request, ChangedForm, setting_of(former))
    if bound.form is None:
        return _page(request, former, bound.raw, bound.errors)
    if former and not bound.form.become:
        errors = [FieldError(f"become-{former[0].slug}", "Say what became of at least one skill")]
        return _page(request, former, bound.raw, errors)
    try:
        answers = _answers(bound.form, former)
        count = await commands.settle(db, actor, answers=answers, today=london_today())
    except DomainError as error:
        return _page(request, former, bound.raw, errors_of(error))
    flash(request, f"{count} skill{' is' if count == 1 else 's are'} brought up to date.")
    return see_other("/profile/skills")


def _answers(form: ChangedForm, former: Sequence[Former]) -> dict[Any, Answer]:
    """The answers as the command takes them; what a skill did not become is for it to refuse."""
    ids = {now.slug: now.id for one in former for now in one.now}
    found = {}
    for one in former:
        said = form.become.get(one.slug)
        if said is not None:
            level = Proficiency.from_slug(form.level.get(one.slug, "")) or one.level
            found[one.id] = Answer(None if said == REMOVE else ids[said], int(level))
    return found


router = Router(path="/profile", route_handlers=[show_changed, settle], include_in_schema=False)
