"""Text at the edge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.text import BadText, check_tree, clean_line, clean_text


@pytest.mark.parametrize("bad", ["a\x00b", "\ud800", "a\udfff", "\x1b[31m", "\x07", "\x85"])
def test_what_is_no_text_is_refused(bad: str) -> None:
    for clean in (clean_text, clean_line):
        with pytest.raises(BadText, match="cannot be read"):
            clean(bad)


def test_letters_have_one_form() -> None:
    assert clean_line("W\u0302yn Ty\u0302") == "\u0174yn T\u0177"


def test_a_line_cannot_be_turned_round() -> None:
    assert clean_line("\u202eMoor\u2066 Council\u200f") == "Moor Council"
    assert clean_text("\u202eMoor") == "\u202eMoor"


def test_line_ends_are_plain_and_a_line_has_none() -> None:
    assert clean_text("a\r\nb\rc\n\td") == "a\nb\nc\n\td"
    assert clean_line("a\r\nb\tc") == "a b c"


@pytest.mark.parametrize("tree", [["a", "\x00"], {"a": {"b": ["\ud800"]}}, {"\x00": 1}, "\x00"])
def test_bad_text_is_found_anywhere_in_json(tree: object) -> None:
    with pytest.raises(BadText):
        check_tree(tree)


def test_good_json_passes() -> None:
    check_tree({"a": [1, None, True, "ŵ", {"b": "c"}]})


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    try:
        once = clean_line(text)
    except BadText:
        return
    assert clean_line(once) == once
