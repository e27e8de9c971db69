"""The list of demo people, and signing in as one of them."""

from typing import Annotated, Any

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC
from app.core.errors import NotFound
from app.core.fields import Choice, Option
from app.core.form_pages import bind_request, errors_of, form_page, see_other
from app.core.forms import Form
from app.demo import commands, queries
from app.demo.neighbours import OPERATOR
from app.demo.others import BODIES, NEIGHBOURS
from app.organisations.domain import KIND_NAMES, REGION_NAMES

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
GONE = "Choose somebody from the list"


class SignInForm(Form):
    """Whom to be."""

    persona: Annotated[
        str,
        Choice(
            label="Person",
            missing=GONE,
            options=[Option(one.slug, one.name) for one, _ in commands.everybody()],
        ),
    ]


@get("/", opt=PUBLIC)
async def show_people(request: AnyRequest, db: Db) -> Response[str]:
    """Everybody there is, each with a button."""
    return form_page(request, "demo/people.html", SignInForm, context=await _context(db))


@post("/sign-in", opt=PUBLIC)
async def sign_in(request: AnyRequest, db: Db) -> Response[Any]:
    """Be one of them from here on."""
    bound = await bind_request(request, SignInForm)
    errors = list(bound.errors)
    if bound.form is not None:
        try:
            await commands.sign_in_as(request, db, persona=bound.form.persona)
        except NotFound as gone:
            errors = errors_of(gone, {"no-such-persona": "persona"})
        else:
            return see_other("/dashboard")
    return form_page(
        request, "demo/people.html", SignInForm, errors=errors, context=await _context(db)
    )


async def _context(db: AsyncSession) -> dict[str, Any]:
    return {
        "is_loaded": await queries.is_loaded(db),
        "operator": OPERATOR,
        "groups": [
            ("The three neighbours", NEIGHBOURS),
            ("Other bodies", [body for body in BODIES if body not in NEIGHBOURS]),
        ],
        "kind_names": KIND_NAMES,
        "region_names": REGION_NAMES,
    }


router = Router("/demo", route_handlers=[show_people, sign_in], include_in_schema=False)
