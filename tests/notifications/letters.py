"""Templates of a message for tests, so that they do not change with what features write."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.notifications import rendering
from app.notifications.rendering import EMAILS

PARTS = {
    "greeting.subject": "Hello {{ name }}\n",
    "greeting.txt": (
        '{% extends "layout.txt" %}{% block body %}'
        "Hello {{ name }}, come by {{ due_on | day }}:\n\n{{ base_url }}/come/{{ token }}"
        "{% endblock %}"
    ),
    "greeting.html": (
        '{% extends "layout.html" %}{% from "parts.html" import button, paragraph %}'
        "{% block body %}{% call paragraph() %}Hello {{ name }}, come by {{ due_on | day }}"
        '{% endcall %}{{ button(base_url ~ "/come/" ~ token, "Come") }}{% endblock %}'
    ),
    "cy/greeting.subject": "Helo {{ name }}\n",
    "subject_only.subject": "Hello\n",
}


@pytest.fixture
def greeting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The template `greeting`, beside the layouts of the application."""
    for name in ("layout.txt", "layout.html", "parts.html"):
        (tmp_path / name).write_text((EMAILS / name).read_text("utf-8"), "utf-8")
    (tmp_path / "cy").mkdir()
    for name, source in PARTS.items():
        (tmp_path / name).write_text(source, "utf-8")
    monkeypatch.setattr(rendering, "EMAILS", tmp_path)
    rendering._environment.cache_clear()
    yield
    rendering._environment.cache_clear()
