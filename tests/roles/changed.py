"""A later edition in which one of each thing happened, as facts and as the official file."""

import uuid
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from app.roles.domain import EditionFacts, LevelFacts, Named, Proficiency, RoleFacts
from app.roles.edition_file import bundled_edition
from app.roles.importing.commands import begin_import
from app.roles.importing.official_csv import read_roles_csv
from tests.people import as_actor, make_person
from tests.roles.facts import NEXT, rename_skill, with_level, with_role
from tests.roles.sheets import sheet_of

RENAMED_SKILL = "Cyber risk management"
NEW_SKILL = "Cyber risk and resilience"
GONE_SKILL = "Changing security culture"


def changed_edition() -> EditionFacts:
    """A skill renamed and one gone, a role renamed, a level added, a cell raised, a role moved."""
    facts = replace(bundled_edition(), as_of=NEXT)
    facts = rename_skill(facts, RENAMED_SKILL, NEW_SKILL)
    facts = without_skill(facts, GONE_SKILL)
    facts = with_role(facts, "agile-coach", lambda r: replace(r, name="Agile adviser"))
    facts = with_role(facts, "test-manager", lambda r: replace(r, family="Product and delivery"))
    facts = with_level(
        facts,
        "security-architect",
        "security-architect",
        lambda v: replace(v, skills={**v.skills, "Analysis": Proficiency.EXPERT}),
    )
    return with_role(facts, "security-architect", add_trainee)


def add_trainee(role: RoleFacts) -> RoleFacts:
    """A role with a level below its lowest."""
    trainee = LevelFacts(
        "Trainee security architect",
        "trainee-security-architect",
        (),
        dict.fromkeys(role.levels[0].skills, Proficiency.AWARENESS),
    )
    return replace(role, levels=(trainee, *role.levels))


def without_skill(facts: EditionFacts, name: str) -> EditionFacts:
    """The edition without a skill."""

    def in_role(role: RoleFacts) -> RoleFacts:
        levels = tuple(
            replace(v, skills={k: p for k, p in v.skills.items() if k != name}) for v in role.levels
        )
        return replace(role, levels=levels, skills=tuple(s for s in role.skills if s != name))

    skills: tuple[Named, ...] = tuple(s for s in facts.skills if s.name != name)
    return replace(facts, skills=skills, roles=tuple(in_role(role) for role in facts.roles))


def changed_sheet() -> bytes:
    """The same as the official file."""
    return sheet_of(changed_edition())


async def make_import(db: AsyncSession) -> uuid.UUID:
    """An import of that file which waits for the operator's decision."""
    operator = await as_actor(db, person=await make_person(db, is_operator=True))
    begun = await begin_import(
        db,
        operator,
        sheet=read_roles_csv(changed_sheet()),
        file_name="roles.csv",
        as_of=NEXT,
        today=NEXT,
    )
    await db.commit()
    return begun.id
