"""Check JSON data against our own small part of JSON Schema, giving every fault at once."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from app.costsharing.engine.faults import Fault, pointer

# Characters that turn the reading direction of text around them can make one sum look like
# another; no agreement needs them.
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_ENDS = frozenset("\u2028\u2029")


def check(data: object, schema: dict[str, Any], path: str) -> list[Fault]:
    """Give the faults of `data`, none if it fits; paths are JSON pointers below `path`.

    Knows type object, array, string and boolean, enum, and their limits, which is all that our
    own schemas use.

    >>> check({"a": 1}, {"type": "object", "properties": {}, "description": "nothing"}, "")
    [Fault(path='/a', code='unknown_key', message='Remove this key: it is not known here')]
    """
    if "enum" in schema:
        return _check_choice(data, schema, path)
    checks: dict[str, Callable[[Any, dict[str, Any], str], list[Fault]]] = {
        "object": _check_object,
        "array": _check_list,
        "string": _check_text,
        "boolean": _check_flag,
    }
    return checks[schema["type"]](data, schema, path)


def _wrong_type(schema: dict[str, Any], path: str) -> list[Fault]:
    """Say what should stand here."""
    return [Fault(path, "type", f"Give {schema['description']}")]


def _check_flag(data: object, schema: dict[str, Any], path: str) -> list[Fault]:
    """Check true or false."""
    return [] if isinstance(data, bool) else _wrong_type(schema, path)


def _check_choice(data: object, schema: dict[str, Any], path: str) -> list[Fault]:
    """Check one of fixed words."""
    if isinstance(data, str) and data in schema["enum"]:
        return []
    return [Fault(path, "choice", f"Give {schema['description']}")]


def _check_object(data: object, schema: dict[str, Any], path: str) -> list[Fault]:
    """Check an object's keys and what they hold."""
    if not isinstance(data, dict):
        return _wrong_type(schema, path)
    faults: list[Fault] = []
    if len(data) > schema.get("maxProperties", 1000):
        return [Fault(path, "too_many", f"Give at most {schema['maxProperties']} entries")]
    known = schema.get("properties", {})
    others = schema.get("additionalProperties", False)
    for key, value in data.items():
        here = pointer(path, key)
        if key in known:
            faults += check(value, known[key], here)
        elif isinstance(others, dict):
            faults += check(value, others, here)
        else:
            faults.append(Fault(here, "unknown_key", "Remove this key: it is not known here"))
    for key in schema.get("required", []):
        if key not in data:
            wanted = known[key]["description"]
            faults.append(Fault(pointer(path, key), "missing", f"Give {wanted}"))
    return faults


def _check_list(data: object, schema: dict[str, Any], path: str) -> list[Fault]:
    """Check a list's length and each of its entries."""
    if not isinstance(data, list):
        return _wrong_type(schema, path)
    if len(data) > schema["maxItems"]:
        return [Fault(path, "too_many", f"Give at most {schema['maxItems']} entries")]
    faults: list[Fault] = []
    for index, item in enumerate(data):
        faults += check(item, schema["items"], pointer(path, index))
    return faults


def _check_text(data: object, schema: dict[str, Any], path: str) -> list[Fault]:
    """Check text: its length, its shape, and that it holds no hidden characters."""
    if not isinstance(data, str):
        return _wrong_type(schema, path)
    if not data.strip():
        return [Fault(path, "empty", f"Give {schema['description']}, or leave the key out")]
    if len(data) > schema["maxLength"]:
        limit = schema["maxLength"]
        return [Fault(path, "too_long", f"Shorten this to at most {limit:,} characters")]
    hidden = _hidden(data, multiline=schema.get("x-multiline", False))
    if hidden:
        message = f"Remove the control character {hidden}"
        return [Fault(path, "control_character", message)]
    return _check_shape(data, schema, path)


def _check_shape(data: str, schema: dict[str, Any], path: str) -> list[Fault]:
    """Check that text looks like what it should be, and that a date exists."""
    if "pattern" in schema and not re.fullmatch(schema["pattern"], data, re.ASCII):
        return [Fault(path, "format", f"Give {schema['description']}")]
    if schema.get("format") == "date" and not _is_date(data):
        return [Fault(path, "format", "Give a date that exists, as YYYY-MM-DD")]
    return []


def _hidden(text: str, *, multiline: bool) -> str:
    """Name the first character that a reader could not see, or nothing."""
    for character in text:
        if multiline and character in "\r\n":
            continue
        unseen = unicodedata.category(character) in {"Cc", "Cs"}
        if unseen or character in _DIRECTION or character in _LINE_ENDS:
            return f"U+{ord(character):04X}"
    return ""


def _is_date(text: str) -> bool:
    """Say whether the calendar knows this day."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
