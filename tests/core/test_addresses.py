"""Which texts are email addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.addresses import SENTENCE, BadAddress, check_address


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ada@northshire.example", "ada@northshire.example"),
        (" Ada.O'Neill+x@NORTHSHIRE.Example ", "Ada.O'Neill+x@northshire.example"),
        ("a@b.co", "a@b.co"),
        ("post@llŷn.example", "post@xn--lln-k2a.example"),
    ],
)
def test_addresses(typed: str, kept: str) -> None:
    assert check_address(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "@x.example",
        "ada@",
        "ada@example",
        "ada@@x.example",
        "ada@x..example",
        "ada@-x.example",
        "ada@x.example.1",
        "ada@[127.0.0.1]",
        ".ada@x.example",
        "a..b@x.example",
        "ada example@x.example",
        "ada@x.example, eve@y.example",
        "ada@x.example;eve@y.example",
        "Ada <ada@x.example>",
        '"a b"@x.example',
        "ada@x.example\n",
        "ada@x.example\r\nBcc: eve@y.example",
        "ada\0@x.example",
        "siân@x.example",
        "a" * 65 + "@x.example",
        "a@" + "b" * 64 + ".example",
        "a@" + ".".join(["b" * 60] * 5),
        "ada@x.\u202eexample",
    ],
)
def test_what_is_none(typed: str) -> None:
    with pytest.raises(BadAddress, match=SENTENCE):
        check_address(typed)


@given(st.text(max_size=80))
def test_no_text_makes_it_fall_over_and_what_passes_stays(typed: str) -> None:
    try:
        kept = check_address(typed)
    except BadAddress:
        return
    assert check_address(kept) == kept
    assert kept.isascii()
    assert not set(kept) & set(' \r\n,;<>"')
