"""Messages are drawn from their templates, whole or not at all."""

from datetime import UTC, date, datetime
from typing import Any

import html5lib
import jinja2
import pytest

from app.notifications.domain import BadHeader
from app.notifications.rendering import Rendered, render_message, time_in_words
from tests.notifications.letters import greeting

__all__ = ["greeting"]
VALUES = {"name": "Ada <b>Example</b>", "due_on": date(2027, 3, 1), "token": "abc"}


def draw(values: dict[str, Any] = VALUES, template: str = "greeting", **more: Any) -> Rendered:
    return render_message(template, values, base_url="https://posts.example", **more)


@pytest.mark.usefixtures("greeting")
class TestRendering:
    """With a template of the tests' own."""

    def test_subject_text_and_html_are_filled(self) -> None:
        rendered = draw(organisation_name="Moor & Dale Council")
        assert rendered.subject == "Hello Ada <b>Example</b>"
        assert "Hello Ada <b>Example</b>, come by 1 March 2027:" in rendered.text
        assert "https://posts.example/come/abc\n" in rendered.text
        assert "Moor & Dale Council sent this message through Crossbench." in rendered.text
        assert "Ada &lt;b&gt;Example&lt;/b&gt;" in rendered.html
        assert 'href="https://posts.example/come/abc"' in rendered.html
        assert "Moor &amp; Dale Council sent this message" in rendered.html
        html5lib.HTMLParser(strict=True).parse(rendered.html)

    def test_without_an_organisation_the_exchange_writes(self) -> None:
        rendered = draw()
        assert "Crossbench sent this message." in rendered.text
        assert "Crossbench sent this message." in rendered.html

    def test_welsh_where_there_is_welsh(self) -> None:
        rendered = draw(language="cy")
        assert rendered.subject == "Helo Ada <b>Example</b>"
        assert "1 Mawrth 2027" in rendered.text
        assert "Anfonwyd y neges hon gan Crossbench." in rendered.text
        assert '<html lang="cy">' in rendered.html
        named = draw(language="cy", organisation_name="Cyngor")
        assert "Anfonwyd y neges hon gan Cyngor drwy Crossbench." in named.text

    @pytest.mark.parametrize("missing", ["name", "due_on", "token"])
    def test_a_missing_value_is_an_error_at_once(self, missing: str) -> None:
        with pytest.raises(jinja2.UndefinedError, match=missing):
            draw({k: v for k, v in VALUES.items() if k != missing})

    @pytest.mark.parametrize("template", ["nothing", "subject_only"])
    def test_all_three_parts_must_be_there(self, template: str) -> None:
        with pytest.raises(jinja2.TemplateNotFound):
            draw(template=template)

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\0", "\u2028", "\x85"])
    def test_line_ends_are_refused_in_subjects_and_names(self, end: str) -> None:
        bad = f"Ada{end}Bcc: eve@y.example"
        with pytest.raises(BadHeader, match="subject"):
            draw({**VALUES, "name": bad})
        with pytest.raises(BadHeader, match="organisation"):
            draw(organisation_name=bad)

    def test_a_subject_without_end_is_refused(self) -> None:
        with pytest.raises(BadHeader, match="longer"):
            draw({**VALUES, "name": "x" * 300})

    def test_values_do_not_take_the_place_of_ours(self) -> None:
        with pytest.raises(ValueError, match="base_url"):
            draw({**VALUES, "base_url": "https://evil.example"})

    def test_other_languages_are_refused(self) -> None:
        with pytest.raises(ValueError, match="fr"):
            draw(language="fr")


def test_times_are_those_of_the_united_kingdom() -> None:
    assert time_in_words(datetime(2027, 7, 1, 13, 5, tzinfo=UTC)) == "2:05pm"
    assert time_in_words(datetime(2027, 1, 1, 0, 30, tzinfo=UTC)) == "12:30am"
