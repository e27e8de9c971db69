"""create_app(settings): wires routers, guards and error handlers; holds no logic."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar
from litestar.datastructures import State
from litestar.di import Provide
from litestar.stores.redis import RedisStore
from litestar.types import ControllerRouterHandler
from redis.asyncio import Redis

from app.audit import refusals, words
from app.cofunding import audit_words as cofunding_words
from app.cofunding import routes as cofunding
from app.cofunding.wiring import follow_posts
from app.core import health, wellknown
from app.core.actor import AccessMiddleware
from app.core.api import openapi_config
from app.core.cache import Cache
from app.core.config import Settings
from app.core.csrf import CsrfMiddleware
from app.core.db import (
    make_engine,
    make_reader,
    make_reading_engine,
    make_reading_sessions,
    make_sessions,
)
from app.core.edge import Application, Gate
from app.core.problems import handle_exception
from app.core.sessions import session_config
from app.core.slots import Slots
from app.core.static_files import static_router
from app.core.transaction import provide_db
from app.core.web import make_environment
from app.costsharing import api as cost_split_api
from app.costsharing import audit_words as costsharing_words
from app.costsharing import download_pages, result_pages
from app.costsharing.load_pages import router as calculator_router
from app.costsharing.splits import pages as cost_splits
from app.demo import pages as demo_pages
from app.home import pages as home_pages
from app.matching import audit_words as matching_words
from app.matching import routes as matching
from app.matching.alerts import audit_words as alerts_words
from app.matching.alerts import routes as alerts
from app.matching.inviting import audit_words as inviting_words
from app.matching.needs import audit_words as needs_words
from app.matching.wiring import follow_changes
from app.notifications import audit_words as notifications_words
from app.notifications import pages as notifications
from app.notifications.inbox import pages as inbox
from app.opportunities import audit_words as opportunities_words
from app.opportunities import own_pages as own_posts
from app.opportunities import own_panels
from app.opportunities.finding import routes as finding
from app.organisations import audit_words as organisations_words
from app.organisations import pages as organisation_pages
from app.organisations import routes as organisations
from app.organisations.operator import pages as operator_pages
from app.organisations.queries import find_actor, provide_actor
from app.profiles import audit_words as profiles_words
from app.profiles import pages as profiles
from app.profiles.confirming import link_pages as confirming_links
from app.profiles.confirming import pages as confirming
from app.profiles.confirming.domain import LINKS as CONFIRMING_LINKS
from app.profiles.consent import pages as consent
from app.profiles.data import pages as person_data
from app.profiles.editions import pages as editions
from app.profiles.erasure import pages as erasure
from app.profiles.importing import pages as importing
from app.profiles.keeping import domain as keeping
from app.profiles.keeping import pages as keeping_pages
from app.roles import audit_words as roles_words
from app.roles import panels as roles_panels
from app.roles import routes as roles

# Whoever holds such a link may see the page: the part after the prefix is kept out of logs,
# and forms below it are bound to it instead of to a session.
SECRET_PATHS = (
    "/calculator/d/",
    *alerts.SECRET_PATHS,
    *organisations.SECRET_PATHS,
    keeping.LINKS,
    CONFIRMING_LINKS,
)

ROUTERS: tuple[ControllerRouterHandler, ...] = (
    health.router,
    wellknown.router,
    static_router,
    home_pages.router,
    calculator_router,
    result_pages.router,
    download_pages.router,
    cost_split_api.router,
    notifications.router,
    inbox.router,
    cost_splits.router,
    *cofunding.ROUTERS,
    *organisations.ROUTERS,
    *roles.ROUTERS,
    own_posts.router,
    profiles.router,
    confirming.router,
    importing.router,
    editions.router,
    confirming_links.router,
    consent.router,
    consent.body_router,
    person_data.router,
    erasure.router,
    keeping_pages.router,
    *finding.ROUTERS,
    *alerts.ROUTERS,
    *matching.ROUTERS,
)

# What the record says in words: a table of each feature, action by action.
for table in (
    refusals.SENTENCES,
    cofunding_words.SENTENCES,
    alerts_words.SENTENCES,
    costsharing_words.SENTENCES,
    inviting_words.SENTENCES,
    matching_words.SENTENCES,
    needs_words.SENTENCES,
    notifications_words.SENTENCES,
    opportunities_words.SENTENCES,
    organisations_words.SENTENCES,
    profiles_words.SENTENCES,
    roles_words.SENTENCES,
):
    words.register_all(table)
words.register_codes("how", organisations_words.HOW)


def routers(settings: Settings) -> list[ControllerRouterHandler]:
    """Every router; in production there is no demo region."""
    demo = (demo_pages.router, notifications.mailbox_router)
    return [*ROUTERS] if settings.is_production else [*ROUTERS, *demo]


def make_slots() -> Slots:
    """Which features fill which places in the pages of features below them."""
    slots = Slots()
    slots.fill("dashboard", operator_pages.applications_panel)
    slots.fill("dashboard", notifications.failed_mail_panel)
    slots.fill("dashboard", own_panels.dashboard_panel)
    slots.fill(organisation_pages.OVERVIEW_SLOT, own_panels.waiting_panel)
    cofunding.fill_slots(slots)
    matching.fill_slots(slots)
    roles_panels.fill_slots(slots)
    slots.fill("dashboard", organisation_pages.own_panel)  # ways on, below what waits
    return slots


def create_app(settings: Settings) -> Litestar:
    """The application, ready to be served; connects to nothing before the first request."""
    follow_posts()
    follow_changes()
    engine = make_engine(settings.database_url, pool_size=settings.pool_size)
    reading_engine = make_reading_engine(settings.database_url, pool_size=settings.pool_size)
    reader = make_reader(settings.database_url, pool_size=settings.pool_size)
    redis: Redis = Redis.from_url(settings.redis_url, socket_timeout=3, socket_connect_timeout=3)
    noted = refusals.Refusals(find_actor)
    app = Application(
        route_handlers=routers(settings),
        dependencies={"db": Provide(provide_db), "actor": Provide(provide_actor)},
        middleware=[
            session_config(secure=settings.is_https).middleware,
            CsrfMiddleware,
            AccessMiddleware,
        ],
        exception_handlers={Exception: handle_exception},
        after_exception=[noted.after_exception],
        after_response=noted.after_response,
        openapi_config=openapi_config(),
        stores={"sessions": RedisStore(redis, namespace="crossbench:session")},
        lifespan=[_connections],
        logging_config=None,
        state=State(
            {
                "settings": settings,
                "engine": engine,
                "reader": reader,
                "counts": Cache(finding.COUNTS_SECONDS),
                "sessions": make_sessions(engine, settings),
                "reading_engine": reading_engine,
                "reading_sessions": make_reading_sessions(reading_engine, reader),
                "redis": redis,
                "templates": make_environment(settings),
                "slots": make_slots(),
                "secret_paths": SECRET_PATHS,
            }
        ),
    )
    app.gate = Gate(settings.pool_size)
    app.larger_bodies = roles.LARGER_BODIES
    return app


@asynccontextmanager
async def _connections(app: Litestar) -> AsyncIterator[None]:
    """Close what the application holds open when it stops."""
    try:
        yield
    finally:
        await app.state.engine.dispose()
        await app.state.reading_engine.dispose()
        await app.state.reader.close()
        await app.state.redis.aclose()
