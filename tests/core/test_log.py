"""Logs: JSON lines that nobody can forge and that name nobody."""

import json
import logging
import sys
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.log import JsonLines, scrub, set_up_logging
from tests.pages import PageClient

ADA = "ada.secret@moor.example"


@pytest.fixture
def plain_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def record(message: str, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("t", logging.INFO, __file__, 1, message, None, None)
    made.__dict__.update(extra)
    return made


@pytest.mark.parametrize("said", ["a\r\nb", "\x1b[31mred", '"quoted"', "ŵ\u2028"])
def test_a_line_stays_one_line(said: str) -> None:
    line = JsonLines().format(record(said))
    assert line.isascii()
    assert "\n" not in line
    assert "\x1b" not in line
    assert json.loads(line)["message"] == said


def test_an_exception_is_in_its_line() -> None:
    try:
        raise LookupError("x")
    except LookupError:
        made = record("failed", reference="abc")
        made.exc_info = sys.exc_info()
    line = json.loads(JsonLines().format(made))
    assert "LookupError" in line["exception"]
    assert line["reference"] == "abc"


def line_of(error: BaseException) -> str:
    try:
        raise error
    except type(error):
        made = record("failed")
        made.exc_info = sys.exc_info()
    return JsonLines().format(made)


async def test_what_a_database_says_of_an_error_names_nobody(db: AsyncSession) -> None:
    statement = text("SELECT CAST(CAST(:typed AS text) AS integer)")
    with pytest.raises(DBAPIError) as failed:
        await db.execute(statement, {"typed": ADA})
    line = line_of(failed.value)
    assert ADA not in line
    assert "DBAPIError" in line


@pytest.mark.usefixtures("plain_logging")
def test_what_the_queue_says_of_a_job_that_failed_names_nobody(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up_logging()
    try:
        raise LookupError(ADA)
    except LookupError as error:
        logging.getLogger("arq.worker").exception("%s failed, %s: %s", "1.0s", "LookupError", error)
    said = capsys.readouterr().err
    assert ADA not in said
    assert "LookupError" in said


def test_an_error_is_told_by_its_class_and_the_way_to_it_with_all_that_caused_it() -> None:
    name = "Ada"

    def deep() -> None:
        raise KeyError(name)

    try:
        try:
            deep()
        except KeyError as error:
            raise ExceptionGroup(name, [ValueError(name), OSError(2, name)]) from error
    except ExceptionGroup as group:
        line = json.loads(line_of(group))["exception"]
    assert "Ada" not in line
    for told in ("KeyError", "ExceptionGroup", "ValueError", "OSError", "in deep", "test_log.py"):
        assert told in line


async def test_the_access_log_has_no_query_address_or_secret(
    web: PageClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="crossbench.access"):
        await web.get("/calculator/d/topsecret/t-token", params={"email": "a@b.example"})
    made = next(r for r in caplog.records if r.name == "crossbench.access")
    line = JsonLines().format(made)
    assert json.loads(line)["path"] == "/calculator/d/[hidden]/t-token"
    for hidden in ("topsecret", "a@b.example", "127.0.0.1"):
        assert hidden not in line


def test_only_the_secret_part_is_hidden() -> None:
    assert scrub("/calculator/d/abc", ["/calculator/d/"]) == "/calculator/d/[hidden]"
    assert scrub("/calculator", ["/calculator/d/"]) == "/calculator"


@pytest.mark.usefixtures("plain_logging")
def test_everything_goes_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging()
    logging.getLogger("anything").warning("said")
    assert json.loads(capsys.readouterr().err)["message"] == "said"
