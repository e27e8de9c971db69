"""Deciding on a post in a browser without script: what the page may send back."""

import pytest
from litestar import Litestar
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.clock import london_today
from tests.opportunities.bodies import make_body
from tests.opportunities.posts import make_whole_post
from tests.pages import PageClient
from tests.people import sign_in


@pytest.mark.parametrize("version", ["9" * 5000, "", "one", "²"])
async def test_a_version_that_cannot_be_is_one_that_was_not_read(
    client: PageClient, app: Litestar, db: AsyncSession, version: str
) -> None:
    body = await make_body(db, needs_post_approval=True)
    post = await make_whole_post(
        db,
        body.organisation.id,
        today=london_today(),
        created_by_id=body.hr.person_id,
        status="awaiting_approval",
    )
    await sign_in(client, app, db, body.members["signatory"])
    page = await client.get(f"/org/{body.organisation.slug}/posts/{post.slug}/decide")
    sent = await client.fill_in(page, {"decision": "approve", "version": version})
    assert sent.status_code == 422
    assert "Read it again" in sent.text
    assert post.title in sent.text
