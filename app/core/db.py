"""The database: base class of all tables, engine and sessions."""

import os
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import (
    Connection,
    Date,
    DateTime,
    Dialect,
    MetaData,
    Numeric,
    Text,
    TypeDecorator,
    event,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DisconnectionError, InvalidatePoolError, SQLAlchemyError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column

from app.core.config import Settings
from app.core.privacy import put_marks
from app.core.reader import Reader
from app.core.reading import READER

APP_ROLE = "crossbench_app"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# Limits of a single statement, of waiting for a lock, and of a transaction left open.
SERVER_SETTINGS = {
    "application_name": "crossbench",
    "timezone": "UTC",
    "statement_timeout": "15s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "30s",
}

# Of connections whose statements read by themselves: see decision 0162.
READER_SETTINGS = {"default_transaction_read_only": "on", "enable_seqscan": "off"}

# A pooled connection that has rested for longer is tried before it is used.
RESTED_SECONDS = 30.0

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> uuid.UUID:
    """A UUID of version 7: sorted by the time it was made, random enough not to be guessed.

    >>> new_id().version
    7
    """
    stamp = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10))
    value = (stamp & (1 << 48) - 1) << 80 | 0x7 << 76 | (random >> 68) << 64
    return uuid.UUID(int=value | 0b10 << 62 | random & (1 << 62) - 1)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; refuses a datetime that does not say its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,
    ) -> datetime | None:
        """Refuse what could be misread by an hour."""
        if value is not None and value.tzinfo is None:
            raise ValueError("A datetime without a time zone cannot be stored.")
        return value

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,
    ) -> datetime | None:
        """Whatever zone the server answered in, the code sees UTC."""
        return None if value is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table: a random id that sorts by age, and when the row was made and changed.

    `__privacy__` says what is personal in it: see `core/privacy.py`.
    """

    __privacy__: ClassVar[Mapping[Any, Any]] = {}

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads this name from the class)
        datetime: UtcDateTime(),
        date: Date(),
        str: Text(),
        Decimal: Numeric(14, 2),
        dict[str, Any]: JSONB(),
        list[str]: JSONB(),
    }
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012 (as above)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())

    def __init_subclass__(cls, **options: Any) -> None:
        """Map the class, then give its table the marks."""
        super().__init_subclass__(**options)
        put_marks(getattr(cls, "__table__", None), cls.__privacy__)


def make_engine(url: str, *, pool_size: int = 10, role: str | None = APP_ROLE) -> AsyncEngine:
    """An engine whose connections have our limits and act as the lesser role.

    `role=None` keeps the rights of the login, for migrations only.
    """
    settings = dict(SERVER_SETTINGS)
    if role is not None:
        settings["role"] = role
    return _watched(
        create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=5,
            connect_args={"server_settings": settings, "timeout": 5},
        )
    )


def make_reading_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """The same for statements that read by themselves, outside of a transaction (decision 0162)."""
    return _watched(
        create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=5,
            isolation_level="AUTOCOMMIT",
            connect_args={
                "server_settings": {**SERVER_SETTINGS, **READER_SETTINGS, "role": APP_ROLE},
                "timeout": 5,
            },
        )
    )


def _watched(engine: AsyncEngine) -> AsyncEngine:
    """Make the pool try a connection before use, where it is closed or has rested for a while.

    To ask the server each time, as `pool_pre_ping` does, costs more than the query of most pages.
    """

    @event.listens_for(engine.sync_engine, "checkin")
    def note(_: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def check(connection: Any, record: Any, _: Any) -> None:
        if connection.driver_connection.is_closed():
            raise DisconnectionError
        since = record.info.get("rests_since")
        if since is not None and time.monotonic() - since > RESTED_SECONDS:
            try:
                connection.ping()
            except Exception as error:
                raise InvalidatePoolError from error

    return engine


async def check_login(engine: AsyncEngine) -> str | None:
    """What is wrong with the login for a public installation: one sentence, or None.

    A login with all rights could take off the lesser role that our connections put on.
    """
    rights = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user"
    async with engine.connect() as connection:
        if await connection.scalar(text(rights)):
            return "In production DATABASE_URL must not name a login with all rights (superuser)."
    return None


# What row-level security asks of a transaction: `app.person_id` and `app.organisation_id` (who asks
# and for whom; empty for a visitor), `app.is_operator` ('on' for the exchange operator) and
# `app.is_system` ('on' for worker and command line, which serve everybody). They end with the
# transaction, so a pooled connection carries nothing to the next person, and are set here only.
# Whoever holds a secret link sees the rows of that link by `app.link_sha256`: decision 0131.
ACT_FOR = text("SELECT app_act_for(:person_session)")
ACT_AS_SYSTEM = text("SELECT set_config('app.is_system', 'on', true)")

WHO_ASKS_FOR_ALL = text("SELECT current_setting('app.is_system', true)")
SET_SYSTEM = text("SELECT set_config('app.is_system', :was, true)")
FOLLOW_LINK = text("SELECT set_config('app.link_sha256', :sha256, true)")
ACT_FOR_BODY = text("SELECT set_config('app.organisation_id', :organisation, true)")


class SystemSession(Session):
    """A session whose transactions see every organisation's rows."""


@event.listens_for(SystemSession, "after_begin")
def _act_as_system(_: Session, __: SessionTransaction, connection: Connection) -> None:
    connection.execute(ACT_AS_SYSTEM)


SETTINGS_OF_SESSION = "settings"


def make_sessions(
    engine: AsyncEngine, settings: Settings | None = None
) -> async_sessionmaker[AsyncSession]:
    """Sessions that keep what they loaded after commit, so that pages never cause SQL.

    They carry the settings for the few commands and jobs that need them: see `settings_of`.
    """
    info = {SETTINGS_OF_SESSION: settings}
    return async_sessionmaker(engine, expire_on_commit=False, info=info)


def make_reader(url: str, *, pool_size: int = 10) -> Reader:
    """The same without an engine, for what `core.reading.fetch` reads."""
    settings = {**SERVER_SETTINGS, **READER_SETTINGS, "role": APP_ROLE}
    return Reader(url, size=pool_size, server_settings=settings)


def make_reading_sessions(
    engine: AsyncEngine, reader: Reader | None = None
) -> async_sessionmaker[AsyncSession]:
    """Sessions of visitors whose statements read by themselves: prepared ones over the reader."""
    return async_sessionmaker(engine, expire_on_commit=False, info={READER: reader})


def make_system_sessions(
    engine: AsyncEngine, settings: Settings | None = None
) -> async_sessionmaker[AsyncSession]:
    """The same for worker and command line, which act for no organisation but for all."""
    return async_sessionmaker(
        engine,
        expire_on_commit=False,
        sync_session_class=SystemSession,
        info={SETTINGS_OF_SESSION: settings},
    )


def settings_of(db: AsyncSession) -> Settings:
    """The settings of the process that works with this session: keys, and where mail goes."""
    settings = db.info.get(SETTINGS_OF_SESSION)
    if not isinstance(settings, Settings):
        raise TypeError("This session was made without settings.")
    return settings


async def follow_link(session: AsyncSession, token_sha256: bytes) -> None:
    """Let this transaction see the rows that a secret link leads to, whoever holds it."""
    await session.execute(FOLLOW_LINK, {"sha256": token_sha256.hex()})


async def act_for_organisation(session: AsyncSession, organisation_id: uuid.UUID) -> None:
    """Let the rest of this transaction act for the organisation that a secret link speaks for."""
    await session.execute(ACT_FOR_BODY, {"organisation": str(organisation_id)})


@asynccontextmanager
async def seeing_all(session: AsyncSession) -> AsyncIterator[None]:
    """For what the exchange decides between bodies: inside, this transaction sees every body's
    rows. Whatever is read there must not leave it but by the rule that is decided (decision 0181).
    """
    was = await session.scalar(WHO_ASKS_FOR_ALL)
    await session.execute(ACT_AS_SYSTEM)
    try:
        yield
        await session.flush()
    finally:
        # A statement that failed has ended the transaction, and the setting with it.
        with suppress(SQLAlchemyError):
            await session.execute(SET_SYSTEM, {"was": was or ""})
