"""Values kept for some seconds: worked out once at a time, and again after a failure."""

import asyncio

import pytest

from app.core.cache import Cache


class Maker:
    """Counts how often it is asked, and can be told to fail."""

    def __init__(self) -> None:
        self.made = 0
        self.trouble: Exception | None = None

    async def __call__(self) -> int:
        self.made += 1
        await asyncio.sleep(0)
        if self.trouble:
            raise self.trouble
        return self.made


async def test_a_value_is_made_once_for_a_crowd_and_kept() -> None:
    cache, make = Cache(60), Maker()
    assert await asyncio.gather(*(cache.get("a", make) for _ in range(50))) == [1] * 50
    assert await cache.get("a", make) == 1
    assert await cache.get("b", make) == 2
    cache.clear()
    assert await cache.get("a", make) == 3


async def test_a_value_that_is_too_old_is_made_again() -> None:
    cache, make = Cache(0), Maker()
    assert [await cache.get("a", make) for _ in range(3)] == [1, 2, 3]


async def test_one_makes_it_anew_in_time_while_the_others_get_the_old_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cache, make = Cache(60), Maker()
    await cache.get("a", make)
    monkeypatch.setattr("app.core.cache.FRESH", 0.0)
    cache.clear()
    assert await cache.get("a", make) == 2
    assert await asyncio.gather(*(cache.get("a", make) for _ in range(5))) == [3, 2, 2, 2, 2]


async def test_a_failure_is_not_kept() -> None:
    cache, make = Cache(60), Maker()
    make.trouble = RuntimeError()
    for _ in range(2):
        with pytest.raises(RuntimeError):
            await cache.get("a", make)
    make.trouble = None
    assert await cache.get("a", make) == 3


async def test_the_least_used_go_first() -> None:
    cache, make = Cache(60, most=2), Maker()
    for key in ("a", "b", "a", "c"):
        await cache.get(key, make)
    assert await cache.get("a", make) == 1
    assert await cache.get("b", make) == 4
