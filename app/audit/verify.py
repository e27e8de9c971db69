"""Goes through all chains and finds the first entry that is not as it was written."""

import json
import uuid
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import queries
from app.audit.domain import EXCHANGE, NOTHING, link
from app.audit.heads import SignedHeads
from app.audit.models import AuditEntry, AuditHead

AT_ONCE: Final = 1000


@dataclass(frozen=True)
class Fault:
    """The first thing that is wrong: in which chain, at which entry, and what."""

    chain: uuid.UUID
    number: int | None
    what: str

    def __str__(self) -> str:
        where = "the exchange" if self.chain == EXCHANGE else f"organisation {self.chain}"
        entry = "an entry without a number" if self.number is None else f"entry {self.number}"
        return f"{entry} in the chain of {where}: {self.what}"


@dataclass(frozen=True)
class Verdict:
    """How many entries were looked at, in how many chains, and the first fault if there is one."""

    entries: int
    chains: int
    fault: Fault | None = None


async def verify(db: AsyncSession, signed: Iterable[SignedHeads] = ()) -> Verdict:
    """Look at every entry of every chain; `db` sees them all and does not move meanwhile.

    Finds a row that was changed, taken out, put in, swapped with another or cut off at the end,
    and a head that was rewritten. Somebody who owns the database could write a whole chain anew:
    `signed` heads, kept elsewhere, show that too.
    """
    heads = {head.id: head for head in await queries.list_heads(db)}
    count = 0
    last: dict[uuid.UUID, tuple[int, bytes]] = {}
    async for entry in _all_entries(db):
        number, previous = last.get(entry.chain, (0, NOTHING))
        fault = _fault_of(entry, number + 1, previous)
        if fault is None:
            last[entry.chain] = (number + 1, entry.sha256 or NOTHING)
            count += 1
        else:
            return Verdict(count, len(last), fault)
    fault = await _loose_end(db) or _fault_of_heads(heads, last)
    if fault is None:
        fault = await _fault_of_signed(db, signed)
    return Verdict(count, len(last), fault)


async def _all_entries(db: AsyncSession) -> AsyncIterator[AuditEntry]:
    after: tuple[uuid.UUID, int] | None = None
    while found := await queries.list_from(db, after, AT_ONCE):
        for entry in found:
            yield entry
        after = (found[-1].chain, found[-1].number or 0)
        db.expunge_all()


def _fault_of(entry: AuditEntry, number: int, previous: bytes) -> Fault | None:
    if entry.number != number:
        return Fault(entry.chain, number, "it is missing")
    stored = entry.stored or b""
    if link(previous, stored) != entry.sha256:
        return Fault(entry.chain, number, "it was changed, or put here from elsewhere")
    if json.loads(stored) != _as_stored(entry):
        return Fault(entry.chain, number, "what it says differs from what was hashed")
    return None


def _as_stored(entry: AuditEntry) -> dict[str, Any]:
    """What the stored bytes must say, by the columns: the migration writes them so."""

    def text(value: uuid.UUID | None) -> str | None:
        return None if value is None else str(value)

    at = entry.created_at.astimezone(UTC)
    return {
        "version": 1,
        "id": text(entry.id),
        "chain": text(entry.chain),
        "number": entry.number,
        "at": f"{at:%Y-%m-%dT%H:%M:%S.%f}Z",
        "action": entry.action,
        "actor_kind": entry.actor_kind,
        "person_id": text(entry.person_id),
        "acting_organisation_id": text(entry.acting_organisation_id),
        "subject_kind": entry.subject_kind,
        "subject_id": text(entry.subject_id),
        "request_reference": entry.request_reference,
        "facts": entry.facts,
    }


async def _loose_end(db: AsyncSession) -> Fault | None:
    entry = await queries.find_unchained(db)
    return None if entry is None else Fault(entry.chain, None, f"{entry.id} was never chained")


def _fault_of_heads(
    heads: dict[uuid.UUID, AuditHead], last: dict[uuid.UUID, tuple[int, bytes]]
) -> Fault | None:
    for chain in sorted(heads.keys() | last.keys()):
        number, sha256 = last.get(chain, (0, NOTHING))
        head = heads.get(chain)
        if head is None:
            return Fault(chain, number, "it is the newest, but the chain has lost its head")
        if head.number > number:
            return Fault(chain, number + 1, f"it is missing, the head counts {head.number}")
        if (head.number, head.sha256) != (number, sha256):
            return Fault(chain, number, "it is the newest, but the head was rewritten")
    return None


async def _fault_of_signed(db: AsyncSession, signed: Iterable[SignedHeads]) -> Fault | None:
    for heads in signed:
        for chain, (number, sha256) in sorted(heads.heads.items()):
            entry = await queries.find_entry(db, chain, number)
            if entry is None or entry.sha256 != sha256:
                when = f"the head signed on {heads.made_at:%Y-%m-%d}"
                what = "is not the one of" if entry else "is missing, it was there at"
                return Fault(chain, number, f"it {what} {when}")
    return None
