"""Rows of somebody else's organisation in every table, with a word in every text that no one else
may ever be shown.

Made from the catalogue of the database, so that a new table or column is in without a line here. A
table whose CHECKs want more than the usual values gets a line in WANTED.
"""

import hashlib
import re
import uuid
from datetime import UTC, date, datetime
from typing import Any, Final

import asyncpg

from app.matching.tokens import WIDTH

CANARY: Final = "zzcanaryzz"

# Facts that are the same for all, and tables of the database's own.
NOBODYS: Final = frozenset(
    {
        "alembic_version", "edition_role", "edition_skill", "framework_edition", "level_skill",
        "role", "role_family", "role_level", "role_skill", "skill", "skill_successor",
        "audit_head", "match_frequency", "match_skill",
    }
)  # fmt: skip
# Rows that the caller has made already: a body, one of its people and their membership.
MADE: Final = frozenset({"organisation", "person", "membership", "membership_duty"})

# What some columns must hold so that the row can be there at all, or so that it is of interest.
NOW: Final = datetime(2026, 11, 25, 12, tzinfo=UTC)
WANTED: Final[dict[str, dict[str, Any]]] = {
    "alert_run": {"window_from": datetime(2026, 11, 24, 12, tzinfo=UTC)},
    "audit_entry": {"subject_id": uuid.UUID(int=1)},
    "consent_grant": {
        "groups": ["name"],
        "recipient_kind": None,
        "recipient_region": None,
        "opportunity_id": None,
        "purpose": "found",
        "withdrawn_at": None,
    },
    "cost_split_version": {"inputs_sha256": "0" * 64},
    "fit_side": {"total_days": 2, "answered_by_id": None, "answer": None},
    "former_post": {"status": "closed"},
    "domain_request": {"is_added": None},
    "join_request": {"organisation_id": None, "confirm_sha256": None},
    "message": {"failure": None, "channel": None},
    "local_role": {"status": "retired"},
    "opportunity": {"weeks": None},
    "opportunity_question": {"answered_at": NOW, "answered_by_id": uuid.UUID(int=1)},
    "pledge": {"amount": "2", "employer_id": uuid.UUID(int=2), "approved_figures": None},
    "post_invitation": {"status": "declined", "moved_at": NOW},
    "profile_access": {"groups": ["name"]},
    "profile_availability": {"moves": ["job_swap:go"], "regions": ["wales"]},
    "profile_skill": {"confirmed_level": 1, "confirmed_on": NOW.date()},
    "skill_confirmation": {"settled_at": None, "token_sha256": None, "sent_at": None},
    "stored_file": {"size": 32},
}

_COLUMNS: Final = """
SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, NULL) AS type,
    a.attnotnull AS needed, a.attgenerated <> '' AS generated,
    (SELECT f.confrelid::regclass::text FROM pg_constraint f
     WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum] LIMIT 1) AS refers,
    ARRAY(SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k
     WHERE k.conrelid = c.oid AND k.contype = 'c' AND a.attnum = ANY (k.conkey)) AS checks
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname, a.attnum
"""
_LISTED: Final = re.compile(r"\((\w+) = ANY \(ARRAY\[([^]]+)\]")
_FAMILIES: Final[tuple[tuple[tuple[str, ...], Any], ...]] = (
    (("integer", "smallint", "bigint", "numeric", "double precision"), 1),
    (("boolean",), False),
    (("date",), date(2026, 11, 25)),
    (("timestamp with time zone",), datetime(2026, 11, 25, 12, tzinfo=UTC)),
    (("jsonb", "json"), f'{{"text": "{CANARY}"}}'),
    (("uuid[]", "smallint[]", "integer[]"), []),
    (("text[]",), [CANARY]),
    (("tsvector",), f"{CANARY}:1"),
)


def id_in(table: str) -> uuid.UUID:
    """The id of the row in a table: known before it is there, so that rows can name each other."""
    return uuid.uuid5(uuid.NAMESPACE_OID, table)


async def plant(connection: asyncpg.Connection, ids: dict[str, uuid.UUID]) -> dict[str, list[str]]:
    """Add a row to every table, as a superuser whom no policy and no trigger binds.

    `ids` are those of the rows that are MADE. Gives the columns of each table that hold the word.
    """
    await connection.execute("SET session_replication_role = replica")
    tables: dict[str, list[asyncpg.Record]] = {}
    for column in await connection.fetch(_COLUMNS):
        tables.setdefault(column["table"], []).append(column)
    marked: dict[str, list[str]] = {}
    refused: list[str] = []
    for table, columns in tables.items():
        if table in NOBODYS | MADE:
            continue
        row = {
            c["column"]: _value(c, ids, WANTED.get(table, {}))
            for c in columns
            if not c["generated"]
        }
        names = ", ".join(f'"{name}"' for name in row)
        places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
        statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608
        try:
            await connection.execute(statement, *row.values())
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            refused.append(f"{table}: {error}")
        marked[table] = [name for name, value in row.items() if CANARY in str(value)]
    assert not refused, "\n".join(
        ["these tables need a line in WANTED of tests/canary.py", *refused]
    )
    return marked


def _value(column: asyncpg.Record, ids: dict[str, uuid.UUID], wanted: dict[str, Any]) -> Any:
    name, kind, target = column["column"], column["type"], column["refers"]
    if name in wanted:
        return wanted[name]
    if name == "id":
        return ids.get(column["table"]) or id_in(column["table"])
    if target or name in {"organisation_id", "person_id"}:
        owner = target or name.removesuffix("_id")
        if not column["needed"] and name != "organisation_id":
            return None
        return ids.get(owner) or id_in(owner)
    if kind == "text":
        return _text(column)
    if kind == "bytea":
        return hashlib.sha256(f"{column['table']}.{name}".encode()).digest()
    if kind == "uuid":
        return id_in(f"{column['table']}.{name}") if column["needed"] else None
    if kind in {"date", "timestamp with time zone"} and not column["needed"]:
        return None
    if kind == "bit":
        return asyncpg.BitString("0" * WIDTH)
    known = [value for kinds, value in _FAMILIES if kind in kinds]
    assert known, f"tests/canary.py has no value for {column['table']}.{name}, a {kind}"
    return known[0]


def _text(column: asyncpg.Record) -> str:
    """The word and the column's name, or the first value where only listed ones are allowed."""
    for check in column["checks"]:
        listed = _LISTED.search(check)
        if listed and listed[1] == column["column"]:
            return listed[2].split("::")[0].strip("'")
    return f"{CANARY}-{column['table']}-{column['column']}"
