"""What the tests in a browser share."""

import pytest
from redis.asyncio import Redis

from tests.conftest import Servers


@pytest.fixture(scope="session")
def base_url() -> None:
    """None: tests give whole addresses. The plugin's own fixture is of a kind pytest warns of."""


@pytest.fixture(autouse=True)
async def empty_store(servers: Servers) -> None:
    """Begin each test with an empty store: no test uses up the limits of the next."""
    store = Redis.from_url(servers.valkey.url)
    await store.flushall()
    await store.aclose()
