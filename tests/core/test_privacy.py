"""Every column that could name somebody says so, or says why it does not."""

import pytest
from sqlalchemy import Column, Table, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.config import ROOT
from app.core.db import Base
from app.core.privacy import Activity, Erasure, is_text_like, mark_of, personal, reason_of
from app.core.tables import all_tables, know_all

know_all()
COLUMNS = [column for table in all_tables() for column in table.columns]
RECORD = (ROOT / "docs" / "record-of-processing.md").read_text("utf-8")


def name_of(column: Column[object]) -> str:
    return f"{column.table.name}.{column.name}"


def test_each_column_with_text_is_marked_or_says_why_not() -> None:
    unsaid = [
        name_of(column)
        for column in COLUMNS
        if is_text_like(column) and mark_of(column) is None and not reason_of(column)
    ]
    assert not unsaid, "mark these in their models (see app/core/privacy.py)"


def test_a_new_column_with_text_and_no_mark_is_found() -> None:
    loose = Table("loose", Base.metadata.__class__(), Column("words", Text()))
    assert is_text_like(loose.c.words)
    assert mark_of(loose.c.words) is None
    assert not reason_of(loose.c.words)


def test_a_mark_of_a_model_is_that_of_its_columns() -> None:
    class Marked(Base):
        """A table of this test."""

        __tablename__ = "test_marked"
        __privacy__ = personal(Activity.PROFILES, Erasure.GOES)

        words: Mapped[str] = mapped_column()

    try:
        mark = mark_of(Marked.__table__.c.words)
        assert mark is not None
        assert (mark.activity, mark.erasure) == (Activity.PROFILES, Erasure.GOES)
    finally:
        Base.metadata.remove(Base.metadata.tables["test_marked"])


def test_what_belongs_to_a_person_is_marked_whole() -> None:
    unsaid = [
        table.name
        for table in all_tables()
        if "person_id" in table.columns and not any(map(mark_of, table.columns))
    ]
    assert not unsaid


def test_addresses_are_marked_as_such_where_rows_are_found_by_them() -> None:
    unsaid = []
    for column in COLUMNS:
        mark = mark_of(column)
        if (column.name.endswith("email") or column.name == "to_address") and (
            mark is None
            or not (mark.is_address or mark.erasure in {Erasure.WORDS, Erasure.REBUILT})
        ):
            unsaid.append(name_of(column))
    assert not unsaid


@pytest.mark.parametrize("activity", list(Activity))
def test_each_activity_is_in_the_record_of_processing(activity: Activity) -> None:
    assert f"\n| {activity} |" in RECORD
    assert any((mark := mark_of(one)) and mark.activity is activity for one in COLUMNS)


def test_what_stays_says_why() -> None:
    for column in COLUMNS:
        mark = mark_of(column)
        if mark is not None and mark.erasure is Erasure.KEPT:
            assert mark.note, name_of(column)
