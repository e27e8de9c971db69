"""Reading who shares, from when and by what, and the yearly sums agreed by party."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any, cast

from app.costsharing.engine.calendar import long_date
from app.costsharing.engine.faults import pointer
from app.costsharing.engine.inputs import (
    Factor,
    Party,
    PartyId,
    Pence,
    Sharing,
    Treatment,
    Vat,
)
from app.costsharing.engine.parse_post import NAME_LENGTH
from app.costsharing.engine.reader import Reader

# Ids that other fields may name; None where the parties cannot be read, so that none is blamed.
Known = frozenset[PartyId] | None

MOST_PARTIES = 60
MOST_SHARINGS = 130
MOST_FACTORS = 20
MOST_WEIGHTS = 8_000
MOST_BITS = 1_024
WEIGHT_BASES = (
    "percent", "days", "fte", "population", "budget", "headcount", "devices", "usage", "ratio",
    "weights",
)  # fmt: skip
BASES = ("equal", *WEIGHT_BASES, "weighted", "day_rate")
BASIS_KEYS = {
    **dict.fromkeys(WEIGHT_BASES, ("weights",)),
    "equal": ("parties",),
    "weighted": ("factors",),
    "day_rate": ("days", "chargeable_days"),
}
SHARING_KEYS = {"from", "basis", "weights", "parties", "factors", "days", "chargeable_days"}
TREATMENTS = ("undecided", "standard", "outside_scope", "exempt", "zero")


def read_parties(reader: Reader, value: object, path: str) -> tuple[Party, ...]:
    """The parties in agreement order, exactly one of them the host."""
    parties: list[Party] = []
    seen: set[str] = set()
    for _, entry, where in reader.items(value, path, MOST_PARTIES, 2):
        data = reader.obj(entry, where, {"id", "name", "host", "vat"}, ("id", "name"))
        name = ""
        if "name" in data:
            name = reader.text(data["name"], pointer(where, "name"), most=NAME_LENGTH)
        party_id = _party_id(reader, data, where)
        if party_id and party_id in seen:
            message = f"Two parties have the id {party_id}. Give each its own."
            reader.fault(pointer(where, "id"), "repeated_id", message)
        seen.add(party_id)
        host = reader.flag(data["host"], pointer(where, "host")) if "host" in data else False
        vat = _read_vat(reader, data["vat"], pointer(where, "vat")) if "vat" in data else Vat()
        parties.append(Party(party_id, name, host, vat))
    hosts = sum(party.host for party in parties)
    if parties and hosts != 1 and reader.are_clean(path, len(parties), "host"):
        message = f"{hosts or 'None'} of the parties {'are' if hosts > 1 else 'is'} the host."
        reader.fault(path, "one_host", f"{message} Mark exactly one, the employer, as host.")
    return tuple(parties)


def _party_id(reader: Reader, data: dict[str, Any], path: str) -> PartyId:
    if "id" not in data:
        return ""
    where = pointer(path, "id")
    value = data["id"]
    if isinstance(value, str) and is_party_id(value):
        return value
    message = "Give 1 to 12 capital letters and digits as text, such as “NOR”."
    reader.fault(where, "wrong_form", message)
    return ""


def is_party_id(text: str) -> bool:
    """Whether a text is 1 to 12 capital letters A to Z and digits."""
    return 1 <= len(text) <= 12 and all(
        char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" for char in text
    )


def _read_vat(reader: Reader, value: object, path: str) -> Vat:
    data = reader.obj(value, path, {"share", "fee", "rate", "recoverable"})
    share = "undecided"
    if "share" in data:
        share = reader.choice(data["share"], pointer(path, "share"), TREATMENTS)
    fee = share
    if "fee" in data:
        given = reader.choice(data["fee"], pointer(path, "fee"), TREATMENTS)
        # Without a treatment of the share nothing is decided, so the fee bears no VAT either.
        fee = given if "share" in data else "undecided"
    rate, recoverable = Fraction(1, 5), Fraction(1)
    if "rate" in data:
        rate = reader.exact(data["rate"], pointer(path, "rate"), most=1)
    if "recoverable" in data:
        recoverable = reader.exact(data["recoverable"], pointer(path, "recoverable"), most=1)
    return Vat(cast("Treatment", share), cast("Treatment", fee), rate, recoverable)


def read_sharing(reader: Reader, value: object, path: str, known: Known) -> tuple[Sharing, ...]:
    """The sharing entries in rising order of their first days."""
    found: list[Sharing] = []
    starts: list[tuple[Any, str]] = []
    if _too_many_weights(reader, value, path):
        return ()
    for _, entry, where in reader.items(value, path, MOST_SHARINGS, 1):
        data = reader.obj(entry, where, SHARING_KEYS, ("from", "basis"))
        start = reader.day(data["from"], pointer(where, "from")) if "from" in data else None
        starts.append((start, pointer(where, "from")))
        basis = ""
        if "basis" in data:
            basis = reader.choice(data["basis"], pointer(where, "basis"), BASES)
        if basis and reader.is_clean(pointer(where, "basis")):
            found.append(_read_basis(reader, data, where, start or date.min, basis, known))
        else:
            _read_without_basis(reader, data, where, known)
            found.append(Sharing(start or date.min, "", {}))
    reader.rising(starts, long_date)
    return tuple(found)


def _too_many_weights(reader: Reader, value: object, path: str) -> bool:
    """Whether the entries hold more weights in all than one request may; a fault says so."""
    entries = value if isinstance(value, list) else []
    count = 0
    for entry in entries[: MOST_SHARINGS + 1]:
        if isinstance(entry, dict):
            factors = entry.get("factors")
            holders = [f.get("values") for f in _objects(factors)] + [entry.get("weights")]
            count += sum(len(holder) for holder in holders if isinstance(holder, dict))
    if count > MOST_WEIGHTS:
        message = f"Give at most {MOST_WEIGHTS:,} weights in all; there are {count:,} here."
        reader.fault(path, "too_many", message)
    return count > MOST_WEIGHTS


def _objects(value: object) -> list[dict[str, Any]]:
    entries = value[: MOST_FACTORS + 1] if isinstance(value, list) else []
    return [entry for entry in entries if isinstance(entry, dict)]


def _is_measurable(reader: Reader, numbers: Iterable[Fraction], path: str) -> bool:
    """Whether fractions have a common denominator short enough to reckon with quickly."""
    common = 1
    for number in numbers:
        common = lcm(common, number.denominator)
        if common.bit_length() > MOST_BITS:
            message = "These fractions have no short common denominator. Give decimals instead."
            reader.fault(path, "too_precise", message)
            return False
    return True


def _read_basis(
    reader: Reader,
    data: dict[str, Any],
    path: str,
    start: date,
    basis: str,
    known: Known,
) -> Sharing:
    _check_keys(reader, data, path, basis)
    stated: dict[PartyId, Fraction] = {}
    factors: tuple[Factor, ...] = ()
    chargeable = None
    if basis == "equal" and "parties" in data:
        stated = _read_equal(reader, data["parties"], pointer(path, "parties"), known)
    elif basis == "weighted" and "factors" in data:
        where = pointer(path, "factors")
        factors = _read_factors(reader, data["factors"], where, known)
        stated = _composite(reader, factors, where)
    elif basis == "day_rate":
        if "days" in data:
            stated = _per_party(reader, data["days"], pointer(path, "days"), known)
        if "chargeable_days" in data:
            where = pointer(path, "chargeable_days")
            chargeable = reader.exact(data["chargeable_days"], where, above=0)
    elif "weights" in data:
        stated = _per_party(reader, data["weights"], pointer(path, "weights"), known)
        if basis == "percent":
            _check_percent(reader, stated, pointer(path, "weights"))
    return Sharing(start, basis, stated, factors, chargeable)


def _read_without_basis(reader: Reader, data: dict[str, Any], path: str, known: Known) -> None:
    """Find the faults of weights although no basis says which of them count."""
    for key in ("weights", "days"):
        if key in data:
            _per_party(reader, data[key], pointer(path, key), known)
    if "parties" in data:
        _read_equal(reader, data["parties"], pointer(path, "parties"), known)
    if "factors" in data:
        _read_factors(reader, data["factors"], pointer(path, "factors"), known)
    if "chargeable_days" in data:
        reader.exact(data["chargeable_days"], pointer(path, "chargeable_days"), above=0)


def _check_keys(reader: Reader, data: dict[str, Any], path: str, basis: str) -> None:
    wanted = BASIS_KEYS[basis]
    for key in SHARING_KEYS - {"from", "basis"}:
        where = pointer(path, key)
        if key in data and key not in wanted:
            reader.fault(where, "not_used", f"The basis “{basis}” does not use this. Leave it out.")
        if key not in data and key in wanted:
            reader.fault(where, "missing", f"Give “{key}”: the basis “{basis}” needs it.")


def _check_percent(reader: Reader, stated: dict[PartyId, Fraction], path: str) -> None:
    total = sum(stated.values(), Fraction(0))
    misread = [f for f in reader.below(path) if f.code != "unknown_party"]
    if total != 100 and not misread:
        gap = 100 - total
        exact = f"{float(abs(gap)):.12f}".rstrip("0").rstrip(".")
        say = f"{exact} short of" if gap > 0 else f"{exact} over"
        message = f"The percentages are {say} 100. Mend them, or use “weights” for a ratio."
        reader.fault(path, "not_100", message)


def _per_party(reader: Reader, value: object, path: str, known: Known) -> dict[PartyId, Fraction]:
    found: dict[PartyId, Fraction] = {}
    if reader.has_fault_at("/parties") and isinstance(value, dict) and len(value) > MOST_PARTIES:
        return {}  # as many as the parties, which have been refused already
    for key, entry, where in reader.pairs(value, path, MOST_PARTIES):
        # An unknown party's weight still counts towards a total of percentages.
        _is_known(reader, key, where, known)
        found[key] = reader.exact(entry, where)
    return found if _is_measurable(reader, found.values(), path) else {}


def read_sums(reader: Reader, data: dict[str, Any], key: str, known: Known) -> dict[PartyId, Pence]:
    """Yearly sums by party in pence; empty when the key is absent."""
    if key not in data:
        return {}
    found: dict[PartyId, Pence] = {}
    for party, entry, where in reader.pairs(data[key], pointer("", key), MOST_PARTIES):
        amount = reader.money(entry, where)
        if _is_known(reader, party, where, known):
            found[party] = amount
    return found


def _is_known(reader: Reader, party: object, path: str, known: Known) -> bool:
    if known is None or party in known:
        return True
    among = ", ".join(sorted(known))
    reader.fault(path, "unknown_party", f"No party has this id. The parties are: {among}.")
    return False


def _read_equal(reader: Reader, value: object, path: str, known: Known) -> dict[PartyId, Fraction]:
    found: dict[PartyId, Fraction] = {}
    for _, entry, where in reader.items(value, path, MOST_PARTIES, 1):
        if not isinstance(entry, str):
            reader.fault(where, "text_expected", "Give a party's id as text, such as “NOR”.")
        elif entry in found:
            reader.fault(where, "repeated_id", f"{entry} stands here twice. Keep one.")
        elif _is_known(reader, entry, where, known):
            found[entry] = Fraction(1)
    return found


def _read_factors(reader: Reader, value: object, path: str, known: Known) -> tuple[Factor, ...]:
    factors: list[Factor] = []
    for _, entry, where in reader.items(value, path, MOST_FACTORS, 1):
        keys = ("name", "weight", "values")
        data = reader.obj(entry, where, set(keys), keys)
        name, weight, values = "", Fraction(0), {}
        if "name" in data:
            name = reader.text(data["name"], pointer(where, "name"), most=NAME_LENGTH)
        if "weight" in data:
            weight = reader.exact(data["weight"], pointer(where, "weight"))
        if "values" in data:
            at = pointer(where, "values")
            values = _per_party(reader, data["values"], at, known)
            if values and not any(values.values()) and reader.is_clean(at):
                message = "Every value is nil, so nobody has a part. Give one above nil."
                reader.fault(at, "all_zero", message)
        factors.append(Factor(name, weight, values))
    return tuple(factors)


def _composite(reader: Reader, factors: tuple[Factor, ...], path: str) -> dict[PartyId, Fraction]:
    """Composite weights of factors without faults; empty where they have any."""
    if not reader.is_clean(path):
        return {}
    wholes = [sum(factor.values.values(), Fraction(0)) for factor in factors]
    parts = [1 / whole for whole in wholes if whole] + [factor.weight for factor in factors]
    return composite_weights(factors) if _is_measurable(reader, parts, path) else {}


def composite_weights(factors: tuple[Factor, ...]) -> dict[PartyId, Fraction]:
    """Each party's sum of factor weight times its part of the factor; missing counts as nil."""
    weights: dict[PartyId, Fraction] = {}
    for factor in factors:
        whole = sum(factor.values.values(), Fraction(0))
        for party, value in factor.values.items():
            part = factor.weight * value / whole if whole else Fraction(0)
            weights[party] = weights.get(party, Fraction(0)) + part
    return weights
