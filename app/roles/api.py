"""The open API of the capability framework: roles with their matrix, and skills, for anyone."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import PUBLIC
from app.core.errors import FieldFault, RuleBroken
from app.core.limits import Limit, limited
from app.core.paging import PAGE_SIZE, PageNumber, PageSize, Part
from app.core.text import BadText, clean_line
from app.roles import queries
from app.roles.domain import LICENCE_URL, Proficiency

READS = Limit("framework-api", 300)
LONGEST_SEARCH = 100

Db = NamedDependency[AsyncSession]
Words = Annotated[
    str,
    QueryParameter(
        max_length=LONGEST_SEARCH, description="Words to search for; each may be a beginning."
    ),
]
FamilySlug = Annotated[
    str, QueryParameter(max_length=LONGEST_SEARCH, description="The slug of a family.")
]


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts come from: show the attribution wherever you show them."""

    framework: str
    as_of: date
    attribution: str
    licence: str
    licence_url: str


@dataclass(frozen=True, slots=True)
class FamilyName:
    """A family of roles."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class SkillItem:
    """A skill; `url` is its page."""

    slug: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class RoleItem:
    """A role in a list; `url` is its page, `levels` how many it has."""

    slug: str
    name: str
    family: FamilyName
    senior_civil_service: bool
    levels: int
    url: str


@dataclass(frozen=True, slots=True)
class NeededSkill:
    """A skill that a level needs: the word and its number from 1 to 4."""

    slug: str
    name: str
    proficiency: str
    proficiency_level: int


@dataclass(frozen=True, slots=True)
class LevelItem:
    """A level of a role, `order` 1 being the lowest. Grades are indicative, Civil Service only."""

    slug: str
    name: str
    order: int
    indicative_grades: list[str]
    skills: list[NeededSkill]


@dataclass(frozen=True, slots=True)
class RoleDetail:
    """A role with its matrix. Where it has no levels, `skills` is all the framework says."""

    slug: str
    name: str
    family: FamilyName
    senior_civil_service: bool
    is_current: bool
    levels: list[LevelItem]
    skills: list[SkillItem]
    url: str
    source: Source


@dataclass(frozen=True, slots=True)
class RoleList:
    """A page of roles."""

    items: list[RoleItem]
    total: int
    page: int
    page_size: int
    source: Source


@dataclass(frozen=True, slots=True)
class SkillList:
    """A page of skills."""

    items: list[SkillItem]
    total: int
    page: int
    page_size: int
    source: Source


@get("/roles", opt=PUBLIC, guards=[limited(READS)], tags=["Capability framework"])
async def list_roles(
    db: Db,
    q: Words = "",
    family: FamilySlug = "",
    page: PageNumber = 1,
    page_size: PageSize = PAGE_SIZE,
) -> RoleList:
    """Roles of the current edition, best match first, else by name. Raises RuleBroken."""
    found = await queries.list_roles(
        db, Part(page, page_size), q=checked(q, "q"), family=checked(family, "family")
    )
    items = [
        RoleItem(
            one.slug,
            one.name,
            FamilyName(one.family_slug, one.family_name),
            one.is_senior,
            one.levels,
            f"/roles/{one.slug}",
        )
        for one in found.items
    ]
    return RoleList(items, found.total, page, page_size, await source_of(db))


@get("/roles/{slug:str}", opt=PUBLIC, guards=[limited(READS)], tags=["Capability framework"])
async def show_role(db: Db, slug: FromPath[str]) -> RoleDetail:
    """A role as the newest edition that has it says. Raises NotFound."""
    role = await queries.get_role(db, slug)
    levels = await queries.list_levels(db, role.id, edition_id=role.edition_id)
    cells = await queries.list_cells(db, role.id, role.edition_id)
    without = await queries.skills_of_role(db, role.id, edition_id=role.edition_id)
    names = {cell.slug: cell.name for cell in cells} | {one.slug: one.name for one in without}
    return RoleDetail(
        slug=role.slug,
        name=role.name,
        family=FamilyName(role.family_slug, role.family_name),
        senior_civil_service=role.is_senior,
        is_current=role.is_current,
        levels=[
            LevelItem(
                level.slug,
                level.name,
                level.position,
                list(level.grades),
                [needed(cell) for cell in cells if cell.level_id == level.id],
            )
            for level in levels
        ],
        skills=[skill_item(s, names[s]) for s in sorted(names, key=lambda s: names[s].casefold())],
        url=f"/roles/{role.slug}",
        source=Source(role.framework, role.as_of, role.attribution, role.licence, LICENCE_URL),
    )


@get("/skills", opt=PUBLIC, guards=[limited(READS)], tags=["Capability framework"])
async def list_skills(
    db: Db, q: Words = "", page: PageNumber = 1, page_size: PageSize = PAGE_SIZE
) -> SkillList:
    """Skills of the current edition, best match first, else by name. Raises RuleBroken."""
    found = await queries.list_skills(db, Part(page, page_size), q=checked(q, "q"))
    items = [skill_item(one.slug, one.name) for one in found.items]
    return SkillList(items, found.total, page, page_size, await source_of(db))


def needed(cell: queries.Cell) -> NeededSkill:
    """A cell of the matrix as the API says it."""
    word = Proficiency(cell.proficiency).slug
    return NeededSkill(cell.slug, cell.name, word, cell.proficiency)


def skill_item(slug: str, name: str) -> SkillItem:
    """A skill with the address of its page."""
    return SkillItem(slug, name, f"/skills/{slug}")


async def source_of(db: AsyncSession) -> Source:
    """Where the current edition comes from. Raises NotFound before one is loaded."""
    one = await queries.current_edition(db)
    return Source(one.name, one.as_of, one.attribution, one.licence, LICENCE_URL)


def checked(text: str, name: str) -> str:
    """The words of a query. Raises RuleBroken for characters that are no text."""
    try:
        return clean_line(text).strip()
    except BadText as bad:
        fault = FieldFault(f"/{name}", "not-text", str(bad))
        raise RuleBroken("invalid", "Something in the request is not valid.", [fault]) from bad


router = Router("/api/v1", route_handlers=[list_roles, show_role, list_skills])
