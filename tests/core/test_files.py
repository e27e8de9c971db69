"""Files in the database."""

import hashlib

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core import files
from app.core.db import new_id
from app.core.errors import NotFound
from app.core.files import FileDamaged, StoredFile, delete_file, get_file, put_file


async def put(db: AsyncSession, content: bytes = b"%PDF-1.7") -> StoredFile:
    return await put_file(db, name="draft.pdf", media_type="application/pdf", content=content)


async def test_a_file_comes_back_as_it_was_put(db: AsyncSession) -> None:
    organisation = new_id()
    put = await put_file(
        db,
        name="a.pdf",
        media_type="application/pdf",
        content=b"\0\xff",
        organisation_id=organisation,
    )
    db.expunge_all()
    file = await get_file(db, put.id)
    assert (file.name, file.media_type, file.size) == ("a.pdf", "application/pdf", 2)
    assert file.content == b"\0\xff"
    assert file.sha256 == hashlib.sha256(b"\0\xff").digest()
    assert file.organisation_id == organisation


async def test_lists_do_not_load_contents(db: AsyncSession) -> None:
    await put(db)
    db.expunge_all()
    (file,) = await db.scalars(select(StoredFile))
    with pytest.raises(InvalidRequestError):
        _ = file.content


async def test_a_damaged_file_is_not_given_out(db: AsyncSession) -> None:
    file = await put(db, b"one")
    await db.execute(text("UPDATE stored_file SET content = 'two'"))
    with pytest.raises(FileDamaged):
        await get_file(db, file.id)


async def test_a_deleted_file_is_not_found(db: AsyncSession) -> None:
    file = await put(db)
    for _ in range(2):
        await delete_file(db, file.id)
    with pytest.raises(NotFound):
        await get_file(db, file.id)


async def test_a_file_that_is_too_large_is_refused(
    db: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST", 3)
    with pytest.raises(ValueError, match="too large"):
        await put(db, b"four")
