"""What the parts of an `agreement` object must say together, and about their costing."""

from collections.abc import Iterator
from typing import Any

from app.costsharing.agreement_schema import BODY_KINDS, JURISDICTIONS
from app.costsharing.engine.faults import Fault, pointer
from app.costsharing.engine.inputs import Inputs

# Where each power is law. Section 113 extends to England and Wales only and names councils and
# NHS bodies (legislation.gov.uk, text of July 2022); section 75 is of England, section 33 of Wales.
POWER_JURISDICTIONS: dict[str, tuple[str, ...]] = {
    "lga1972_s113": ("england_and_wales",),
    "nhs2006_s75": ("england_and_wales",),
    "nhs_wales_2006_s33": ("england_and_wales",),
    "police1996_s22a": ("england_and_wales",),
    "goods_services_1970": ("england_and_wales", "scotland"),
    "lgs1973_s56": ("scotland",),
}

POWER_NAMES = {
    "lga1972_s113": "section 113 of the Local Government Act 1972",
    "nhs2006_s75": "section 75 of the National Health Service Act 2006",
    "nhs_wales_2006_s33": "section 33 of the National Health Service (Wales) Act 2006",
    "police1996_s22a": "section 22A of the Police Act 1996",
    "goods_services_1970": "the Local Authorities (Goods and Services) Act 1970",
    "lgs1973_s56": "section 56 of the Local Government (Scotland) Act 1973",
    "own_powers": "its own powers",
}

SECTION_113_OUTSIDE = frozenset({"police", "education", "charity", "company"})


def rule_faults(data: dict[str, Any], inputs: Inputs) -> list[Fault]:
    """Give the faults of parts that are each well formed but do not fit together."""
    return [
        *_power_faults(data),
        *_body_faults(data, inputs),
        *_party_faults(data, inputs),
        *_grant_faults(data, inputs),
        *_text_faults(data),
    ]


def _dict(value: object) -> dict[str, Any]:
    """Give an object, or an empty one where the shape was wrong and is reported already."""
    return value if isinstance(value, dict) else {}


def _word(value: object) -> str:
    """Give text, or nothing where the shape was wrong and is reported already."""
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    """Give a list, or an empty one where the shape was wrong and is reported already."""
    return value if isinstance(value, list) else []


def _power_faults(data: dict[str, Any]) -> Iterator[Fault]:
    """Refuse a power that is not law in the chosen jurisdiction."""
    code = _word(_dict(data.get("legal_power")).get("code"))
    jurisdiction = _word(data.get("jurisdiction"))
    allowed = POWER_JURISDICTIONS.get(code)
    if not allowed or jurisdiction not in JURISDICTIONS or jurisdiction in allowed:
        return
    power = POWER_NAMES[code]
    place = JURISDICTIONS[jurisdiction]
    where = " or ".join(JURISDICTIONS[name] for name in allowed)
    message = (
        f"{power[0].upper()}{power[1:]} is law in {where}, not in {place}. Choose a power that "
        f"your legal adviser names for {place}, such as `other` with its text, or leave it out"
    )
    yield Fault("/agreement/legal_power", "power_jurisdiction", message)


def _body_faults(data: dict[str, Any], inputs: Inputs) -> Iterator[Fault]:
    """Refuse section 113 for bodies that the section does not name."""
    if _dict(data.get("legal_power")).get("code") != "lga1972_s113":
        return
    kinds = {
        party.id: _word(_dict(_dict(data.get("parties")).get(party.id)).get("kind"))
        for party in inputs.parties
    }
    for party in inputs.parties:
        kind = kinds[party.id]
        if kind in SECTION_113_OUTSIDE:
            message = (
                f"Section 113 of the Local Government Act 1972 names councils and certain NHS and "
                f"central bodies. {party.name} is recorded as a {BODY_KINDS[kind]}. Choose another "
                "power, or leave the power out until your legal adviser has named one"
            )
            yield Fault("/agreement/legal_power", "power_body", message)
    if "" not in kinds.values() and "local_authority" not in kinds.values():
        message = (
            "Section 113 of the Local Government Act 1972 needs a council on one side, and no "
            "party is recorded as a local authority. Choose another power"
        )
        yield Fault("/agreement/legal_power", "power_body", message)


def _party_faults(data: dict[str, Any], inputs: Inputs) -> Iterator[Fault]:
    """Refuse details of parties that the costing does not have."""
    ids = {party.id for party in inputs.parties}
    known = ", ".join(party.id for party in inputs.parties)
    for key in _dict(data.get("parties")):
        if key not in ids:
            message = f"No party of the costing has this id. Give one of {known}"
            yield Fault(pointer("/agreement/parties", key), "unknown_party", message)
    for index, decision in enumerate(_list(data.get("decisions"))):
        party = _dict(decision).get("party")
        if isinstance(party, str) and party not in ids:
            message = f"No party of the costing has the id {party[:20]}. Give one of {known}"
            yield Fault(f"/agreement/decisions/{index}/party", "unknown_party", message)


def _grant_faults(data: dict[str, Any], inputs: Inputs) -> Iterator[Fault]:
    """Refuse terms of grants that the costing does not have."""
    names = {grant.name for grant in inputs.grants}
    for index, grant in enumerate(_list(data.get("grants"))):
        name = _dict(grant).get("name")
        if isinstance(name, str) and name not in names:
            message = "No grant of the costing has this name. Give the name as it stands there"
            yield Fault(f"/agreement/grants/{index}/name", "unknown_grant", message)


def _text_faults(data: dict[str, Any]) -> Iterator[Fault]:
    """Ask for words where a choice says that there are words."""
    places = [
        ("/agreement/legal_power", data.get("legal_power"), "code"),
        ("/agreement/late_payment", data.get("late_payment"), "interest"),
        ("/agreement/successors", data.get("successors"), "rule"),
        *(
            (pointer("/agreement/exit_rules", row), rule, "rule")
            for row, rule in _dict(data.get("exit_rules")).items()
        ),
    ]
    for path, value, key in places:
        choice = _word(_dict(value).get(key))
        if choice in {"other", "capped_by_policy"} and not _dict(value).get("text"):
            message = f"Say in words what applies, since the choice is `{choice}`"
            yield Fault(f"{path}/text", "missing", message)
