"""The names that a post's page says for the ids it holds."""

import uuid

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import london_today
from app.opportunities.queries import get_facts
from app.opportunities.writing.queries import names_of
from app.roles.models import Role, RoleLevel
from tests.opportunities.posts import make_whole_post
from tests.people import make_organisation


async def names(db: AsyncSession, role_id: uuid.UUID, level_id: uuid.UUID | None) -> list[str]:
    body = await make_organisation(db)
    post = await make_whole_post(db, body.id, today=london_today())
    post.role_id, post.role_level_id = role_id, level_id
    await db.commit()
    said = await names_of(db, await get_facts(db, post))
    return [said.role, said.level]


async def test_a_role_of_the_framework_and_its_level_have_their_names(db: AsyncSession) -> None:
    level = (await db.scalars(select(RoleLevel).order_by(RoleLevel.id).limit(1))).one()
    role = await db.get_one(Role, level.role_id)
    assert await names(db, role.id, level.id) == [role.name, level.name]
    assert await names(db, role.id, None) == [role.name, ""]
