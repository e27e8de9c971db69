"""Loading the region by command, emptying it, and that production has none of it."""

import asyncio
from argparse import Namespace
from dataclasses import replace

import pytest
from sqlalchemy import text

from app.core.config import Settings, SettingsError
from app.core.db import make_engine
from app.demo import console
from app.demo.posts import ARCHITECT, OFFICER, POSTS
from app.opportunities.domain import OpportunityKind
from app.server import DEMO_PEOPLE, check_database
from tests.conftest import Servers, running
from tests.pages import PageClient

NOTHING = Namespace()


def ask(settings: Settings, statement: str) -> object:
    """One value, as the owner of the database."""

    async def work() -> object:
        engine = make_engine(settings.database_url, pool_size=1, role=None)
        try:
            async with engine.begin() as connection:
                await connection.execute(text("SELECT set_config('app.is_system', 'on', true)"))
                return await connection.scalar(text(statement))
        finally:
            await engine.dispose()

    return asyncio.run(work())


@pytest.fixture
def settings_of_a_demo(servers: Servers) -> Settings:
    return asyncio.run(servers.clone())


def test_load_and_reset(settings_of_a_demo: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    settings = settings_of_a_demo
    assert console.reset(settings, NOTHING) == 1
    assert "holds no demo region" in capsys.readouterr().err
    for said in ("Loaded the demo region.", "Nothing changed: the demo region was there."):
        assert console.load(settings, NOTHING) == 0
        assert capsys.readouterr().out.strip() == said
    check_posts(settings)
    people = ask(settings, "SELECT count(*) FROM person")
    ask(settings, "UPDATE person SET name = 'Changed' RETURNING 1")
    old = ask(settings, "SELECT id FROM organisation WHERE slug = 'northshire'")
    assert console.reset(settings, NOTHING) == 0
    assert ask(settings, "SELECT count(*) FROM person") == people
    assert ask(settings, "SELECT count(*) FROM person WHERE name = 'Changed'") == 0
    assert ask(settings, "SELECT id FROM organisation WHERE slug = 'northshire'") != old
    assert ask(settings, "SELECT count(*) FROM framework_edition") == 1
    off = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'"
    assert ask(settings, off) == 0
    with pytest.raises(SettingsError) as refused:
        asyncio.run(check_database(replace(settings, environment="production")))
    assert str(refused.value) == DEMO_PEOPLE


def check_posts(settings: Settings) -> None:
    """Every post is open with its history and on record, and one is funded in full, one in part."""
    opened = "SELECT count(*) FROM opportunity WHERE status = 'open' AND closes_on > current_date"
    assert ask(settings, opened) == len(POSTS)
    kinds = "SELECT count(DISTINCT kind) FROM open_post"
    assert ask(settings, kinds) == len(OpportunityKind)
    history = "SELECT count(*) FROM opportunity_history WHERE action = 'publish'"
    assert ask(settings, history) == len(POSTS)
    recorded = "SELECT count(*) FROM audit_entry WHERE action = 'opportunity.published'"
    assert ask(settings, recorded) == len(POSTS)
    approved = (
        "SELECT sum(pledge.amount::numeric) FROM pledge JOIN funding"
        " ON funding.id = pledge.funding_id WHERE funding.title = '{}'"
        " AND pledge.status = 'approved'"
    )
    assert ask(settings, approved.format(ARCHITECT)) == 5
    assert ask(settings, approved.format(OFFICER)) == 1
    ciso = "SELECT count(*) FROM opportunity WHERE title ILIKE '%information security officer%'"
    assert ask(settings, ciso) == 0, "Northshire posts it in the demo"
    proposed = (
        "SELECT string_agg(slug, ' ' ORDER BY slug) FROM fit_side JOIN organisation"
        " ON organisation.id = organisation_id WHERE fit_side.status = 'proposed'"
    )
    assert ask(settings, proposed) == "eastmoor greywater-police"


@pytest.mark.parametrize("command", [console.load, console.reset])
def test_production_has_no_demo_command(command: object) -> None:
    with pytest.raises(SettingsError, match="no demo region in production"):
        command(Settings(environment="production"), NOTHING)  # type: ignore[operator]


async def test_production_has_no_demo_pages(settings: Settings) -> None:
    made_up = replace(settings, environment="production", public_url="https://crossbench.example")
    async with running(made_up) as app, PageClient(app) as client:
        for path in ("/demo", "/demo/sign-in", "/demo/mailbox"):
            assert (await client.get(path)).status_code == 404
            assert (await client.post(path)).status_code == 404
        assert "Demo people" not in (await client.get("/")).text
