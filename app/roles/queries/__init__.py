"""Every read of the capability framework.

What others build on: `current_edition`, `list_families`, `get_role`, `list_levels`,
`skills_of_level`, `find_skills`. A role is shown as the newest edition that has it says.
"""

from app.roles.queries.editions import (
    current_edition,
    find_current_edition,
    find_edition,
    ids_by_slug,
    list_editions,
    lock_framework,
    newest,
)
from app.roles.queries.roles import (
    get_role,
    list_cells,
    list_families,
    list_levels,
    list_roles,
    skills_of_level,
    skills_of_role,
)
from app.roles.queries.search import search_framework
from app.roles.queries.skills import (
    all_skills,
    all_successions,
    find_skills,
    get_skill,
    list_skills,
    list_uses,
    successions_of,
)
from app.roles.queries.views import (
    Cell,
    EditionLine,
    FamilyLine,
    Found,
    LevelLine,
    RoleLine,
    RoleView,
    SkillAt,
    SkillLine,
    SkillView,
    Successor,
    Use,
)

__all__ = [
    "Cell",
    "EditionLine",
    "FamilyLine",
    "Found",
    "LevelLine",
    "RoleLine",
    "RoleView",
    "SkillAt",
    "SkillLine",
    "SkillView",
    "Successor",
    "Use",
    "all_skills",
    "all_successions",
    "current_edition",
    "find_current_edition",
    "find_edition",
    "find_skills",
    "get_role",
    "get_skill",
    "ids_by_slug",
    "list_cells",
    "list_editions",
    "list_families",
    "list_levels",
    "list_roles",
    "list_skills",
    "list_uses",
    "lock_framework",
    "newest",
    "search_framework",
    "skills_of_level",
    "skills_of_role",
    "successions_of",
]
