"""An application with a few handlers of its own, to see how the core treats any handler."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar import Litestar, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.core.actor import PUBLIC
from app.core.config import Settings
from app.core.csrf import EXEMPT, CsrfInput, make_token
from app.core.errors import RuleBroken
from app.core.form_pages import see_other
from app.core.limits import Limit, limited
from app.core.once import REPEATABLE, Created
from app.core.outbox import enqueue
from app.core.web import flash
from app.main import create_app
from tests.pages import PageClient

AnyRequest = Request[Any, Any, Any]
ADD_ROW = "INSERT INTO outbox (id, job, arguments) VALUES (gen_random_uuid(), 'x', '{}')"


@get("/t/token", opt=PUBLIC)
async def show_token(request: AnyRequest) -> str:
    return make_token(request)


@get("/calculator/d/{token:str}/t-token", opt=PUBLIC)
async def show_link_token(request: AnyRequest, token: FromPath[str]) -> str:
    return make_token(request)


@post("/t/change", opt=PUBLIC, status_code=200)
async def change(request: AnyRequest) -> str:
    return "changed"


@post("/calculator/d/{token:str}/t-change", opt=PUBLIC, status_code=200)
async def change_by_link(token: FromPath[str]) -> str:
    return "changed"


@post("/api/t/change", opt={**PUBLIC, **EXEMPT}, status_code=200)
async def change_by_program(request: AnyRequest) -> dict[str, Any]:
    return {"got": await request.json()}


@get("/t/undeclared")
async def show_undeclared() -> str:
    return "never"


@get("/t/remember/{word:str}", opt=PUBLIC)
async def remember(request: AnyRequest, word: FromPath[str]) -> str:
    request.session["word"] = word
    return word


@get("/t/recall", opt=PUBLIC)
async def recall(request: AnyRequest) -> str:
    return str(request.session.get("word"))


@get("/t/forget", opt=PUBLIC)
async def forget(request: AnyRequest) -> str:
    request.clear_session()
    return "forgotten"


@get("/t/flash", opt=PUBLIC)
async def leave_message(request: AnyRequest) -> str:
    flash(request, "Saved.")
    return "ok"


@get("/t/write", opt=PUBLIC)
async def write_in_get(db: NamedDependency[AsyncSession]) -> str:
    await db.execute(text(ADD_ROW))
    return "written"


@get("/t/listed-write", opt={**PUBLIC, "transaction": "write"})
async def write_in_listed_get(db: NamedDependency[AsyncSession]) -> str:
    await enqueue(db, "x")
    return "written"


@post("/t/write", opt={**PUBLIC, **EXEMPT}, status_code=200)
async def write(db: NamedDependency[AsyncSession], fail: FromQuery[str] = "") -> str:
    await enqueue(db, "x")
    if fail == "rule":
        raise RuleBroken("no-good", "This will not do.")
    if fail == "crash":
        raise LookupError(" ".join(("the", "name", "of", "a", "person")))
    return "written"


@get("/t/form", opt=PUBLIC)
async def show_form(request: AnyRequest) -> str:
    return str(CsrfInput(request))


@post("/t/once", opt=PUBLIC)
async def make_once(request: AnyRequest, db: NamedDependency[AsyncSession]) -> Response[Any]:
    word = (await request.form()).get("word")
    made = await enqueue(db, "once", word=str(word))
    if word == "wrong":
        return Response("again", status_code=422)
    if word == "broken":
        raise RuleBroken("no-good", "This will not do.")
    return see_other(f"/t/made/{made}")


@post("/t/save", opt={**PUBLIC, **REPEATABLE})
async def save_again(db: NamedDependency[AsyncSession]) -> Response[Any]:
    await enqueue(db, "once")
    return see_other("/t/saved")


@post("/api/t/once", opt={**PUBLIC, **EXEMPT})
async def make_once_by_program(
    request: AnyRequest, db: NamedDependency[AsyncSession]
) -> Response[Any]:
    made = await enqueue(db, "once", **(await request.json()))
    return Created({"id": str(made)}, status_code=201)


@get("/t/sleep", opt=PUBLIC)
async def sleep(db: NamedDependency[AsyncSession], seconds: FromQuery[float]) -> str:
    await db.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": seconds})
    return "slept"


SOMEBODY = "the name of a person"


@get(["/t/crash", "/api/t/crash"], opt=PUBLIC)
async def crash() -> str:
    raise LookupError(SOMEBODY)


@get("/t/long", opt=PUBLIC)
async def show_long() -> Response[str]:
    return Response("word " * 1000, media_type="text/html")


@get("/t/limited", opt=PUBLIC, guards=[limited(Limit("t", 5, 60))])
async def show_limited() -> str:
    return "ok"


@get("/t/limited-too", opt=PUBLIC, guards=[limited(Limit("t-too", 5, 60))])
async def show_limited_too() -> str:
    return "ok"


HANDLERS = (
    show_token, show_link_token, change, change_by_link, change_by_program, show_undeclared,
    remember, recall, forget, leave_message, write_in_get, write_in_listed_get, write, sleep,
    crash, show_long, show_limited, show_limited_too, show_form, make_once, save_again,
    make_once_by_program,
)  # fmt: skip


def with_handlers(settings: Settings) -> Litestar:
    """The real application and the handlers above."""
    app = create_app(settings)
    for handler in HANDLERS:
        app.register(handler)
    return app


@pytest.fixture(scope="session")
async def core_app(settings: Settings) -> AsyncIterator[Litestar]:
    """The application with the handlers of this file."""
    app = with_handlers(settings)
    yield app
    await app.state.engine.dispose()
    await app.state.redis.aclose()


@pytest.fixture
async def store(core_app: Litestar) -> Redis:
    """The session store, empty."""
    redis: Redis = core_app.state.redis
    await redis.flushdb()
    return redis


@pytest.fixture
async def web(
    core_app: Litestar, store: Redis, sessions: async_sessionmaker[AsyncSession]
) -> AsyncIterator[PageClient]:
    """A client of that application, in the test's transaction."""
    usual = core_app.state.sessions
    core_app.state.sessions = sessions
    async with PageClient(core_app) as client:
        yield client
    core_app.state.sessions = usual
