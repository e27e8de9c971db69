"""Keys for one purpose, and sealing."""

import pytest

from app.core.keys import CannotUnseal, derive_key, seal, unseal

KEY = derive_key("a secret", "tests")


def test_each_purpose_has_its_own_key() -> None:
    assert derive_key("a secret", "tests") == KEY
    assert derive_key("a secret", "else") != KEY
    assert derive_key("another", "tests") != KEY
    with pytest.raises(ValueError, match="SECRET_KEY"):
        derive_key("", "tests")


def test_what_is_sealed_opens_only_with_its_key_at_its_place() -> None:
    sealed = seal(KEY, b"a link", place=b"row 1")
    assert b"a link" not in sealed
    assert seal(KEY, b"a link", place=b"row 1") != sealed
    assert unseal(KEY, sealed, place=b"row 1") == b"a link"
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for key, data, place in (
        (derive_key("another", "tests"), sealed, b"row 1"),
        (KEY, sealed, b"row 2"),
        (KEY, changed, b"row 1"),
        (KEY, b"", b"row 1"),
        (KEY, b"short", b"row 1"),
    ):
        with pytest.raises(CannotUnseal):
            unseal(key, data, place=place)
