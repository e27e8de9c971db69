"""Every address as everybody: who gets what, that no data crosses, and that forms are ours."""

import re
from collections.abc import AsyncIterator

import pytest
from litestar.routes import HTTPRoute

from tests.access import PEOPLE, expected
from tests.conftest import Servers
from tests.test_routes import WITHOUT_CSRF
from tests.world import World, made_world, same

A_FEW = ("visitor", "hr", "operator", "stranger", "suspended")
PARAMETER = re.compile(r"\{(\w+)\}")


@pytest.fixture(scope="module")
async def world(servers: Servers) -> AsyncIterator[World]:
    async with made_world(servers) as made:
        yield made


def routes(world: World) -> list[tuple[str, str]]:
    """Method and path of every handler but the framework's own answers to OPTIONS."""
    return sorted(
        (method, route.path_format)
        for route in world.app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS"
    )


def filled(path: str, values: dict[str, str]) -> str:
    """The path with a value for each parameter; the key is the path up to that parameter."""
    for found in list(PARAMETER.finditer(path)):
        key = path[: found.end()]
        assert key in values, f"tests/world.py has no value for {key}"
    filled = path
    for found in reversed(list(PARAMETER.finditer(path))):
        filled = filled[: found.start()] + values[path[: found.end()]] + filled[found.end() :]
    return filled


def asked(wanted: dict[str, str]) -> tuple[str, ...]:
    """Whom to try: everybody, but a few where all get the same, since that takes its time."""
    people = PEOPLE if len(set(wanted.values())) > 1 else A_FEW
    return tuple(one for one in people if wanted[one] != "?")


def letter(method: str, status: int, location: str) -> str:
    """The letter of the table for an answer."""
    if status == 303:
        return "s" if location.startswith("/sign-in") else "3"
    letters = {200: "2", 401: "s", 403: "F", 404: "4", 405: "m", 409: "c", 422: "u"}
    return letters.get(status, str(status))


async def test_everybody_gets_what_the_table_says(world: World) -> None:
    wrong: list[str] = []
    for (method, path), wanted in expected().items():
        got = {}
        for who in asked(wanted):
            target = filled(path, world.foreign if who == "stranger" else world.own)
            answer = await world.ask(who, method, target)
            got[who] = letter(method, answer.status_code, answer.headers.get("location", ""))
        if any(wanted[who] != said for who, said in got.items()):
            said = "".join(got.get(who, "?") for who in PEOPLE)
            wrong.append(f"{method} {path}: the table says {''.join(wanted.values())}, got {said}")
    assert wrong == []


async def test_not_yours_and_not_there_look_alike(world: World) -> None:
    for (method, path), wanted in expected().items():
        if wanted["stranger"] != "4":
            continue
        theirs = await world.ask("stranger", method, filled(path, world.foreign))
        nothing = await world.ask("stranger", method, filled(path, world.nowhere))
        assert nothing.status_code == 404, (method, path)
        assert same(theirs) == same(nothing), (method, path)
        assert set(theirs.headers) == set(nothing.headers), (method, path)


async def test_a_strangers_thing_below_ones_own_body_looks_like_nothing(world: World) -> None:
    """The right body in the address does not open what belongs to another."""
    tried = 0
    for method, path in expected():
        found = list(PARAMETER.finditer(path))[1:]
        for key in (path[: parameter.end()] for parameter in found):
            if world.own[key] == world.foreign[key]:
                continue
            mixed = filled(path, {**world.own, key: world.foreign[key]})
            nothing = filled(path, {**world.own, key: world.nowhere[key]})
            theirs, none = [await world.ask("everything", method, at) for at in (mixed, nothing)]
            assert theirs.status_code == none.status_code == 404, (method, path, key)
            assert same(theirs) == same(none), (method, path, key)
            tried += 1
    assert tried > 80


def test_the_stranger_has_a_word_in_every_text(world: World) -> None:
    marked = {table for table, columns in world.marked.items() if columns}
    assert {"invitation", "join_request", "message", "opportunity", "pledge"} <= marked
    assert {"title", "description", "wants"} <= set(world.marked["opportunity"])


@pytest.mark.parametrize("wrong", ["missing", "foreign", "cross-site", "same-site"])
async def test_no_form_is_taken_from_elsewhere(world: World, wrong: str) -> None:
    """A token that is missing or somebody else's, and another site's request with a good one."""
    other = world.people["member"]
    for method, path in routes(world):
        if method != "POST" or (method, path) in WITHOUT_CSRF or path.startswith("/api/"):
            continue
        target = filled(path, world.own)
        data = {"missing": {"_csrf_token": ""}, "foreign": {"_csrf_token": world.token(other, "/")}}
        answer = await world.ask(
            "admin",
            "POST",
            target,
            data=data.get(wrong),
            headers={"sec-fetch-site": wrong} if "-" in wrong else {},
        )
        assert answer.status_code == 403, (path, wrong, answer.status_code)
