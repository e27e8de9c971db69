"""Files in PostgreSQL, one row each: web and worker may share no disk, and one backup holds all."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import CheckConstraint, LargeBinary, Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, undefer

from app.core.db import Base
from app.core.errors import NotFound
from app.core.privacy import Activity, Erasure, personal

LARGEST = 25_000_000
"""Bytes of one file; what we make ourselves is far below."""


class StoredFile(Base):
    """A file with its SHA-256. Who may have it is for the feature that keeps its id to say.

    `organisation_id` is whose file it is, empty for the exchange's own. `content` is loaded by
    `get_file` only, so that lists stay light.
    """

    __tablename__ = "stored_file"
    __privacy__ = personal(Activity.AGREEMENTS, Erasure.KEPT, "papers of agreements")
    __table_args__ = (
        CheckConstraint("octet_length(sha256) = 32", name="sha256_length"),
        CheckConstraint("size = octet_length(content)", name="size_of_content"),
    )

    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[bytes] = mapped_column(LargeBinary())
    content: Mapped[bytes] = mapped_column(LargeBinary(), deferred=True, deferred_raiseload=True)
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(index=True)


class FileDamaged(Exception):
    """The bytes are not those that were put: the database was changed behind our back."""


async def put_file(
    db: AsyncSession,
    *,
    name: str,
    media_type: str,
    content: bytes,
    organisation_id: uuid.UUID | None = None,
) -> StoredFile:
    """Keep a file, in the caller's transaction. Raises ValueError where it is too large."""
    if len(content) > LARGEST:
        raise ValueError(f"A file of {len(content)} bytes is too large to be kept.")
    file = StoredFile(
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).digest(),
        content=content,
        organisation_id=organisation_id,
    )
    db.add(file)
    await db.flush()
    return file


async def get_file(db: AsyncSession, file_id: uuid.UUID) -> StoredFile:
    """A file with its content, whose hash is checked. Raises NotFound, FileDamaged."""
    file = await db.scalar(
        select(StoredFile)
        .where(StoredFile.id == file_id)
        .options(undefer(StoredFile.content))
        .execution_options(populate_existing=True)
    )
    if file is None:
        raise NotFound("no-such-file", "There is no such file.")
    if hashlib.sha256(file.content).digest() != file.sha256:
        raise FileDamaged(f"The content of file {file_id} does not match its hash.")
    return file


async def find_newest_file(
    db: AsyncSession, *, media_type: str, within: timedelta
) -> StoredFile | None:
    """The newest file of this type, without its content, if it is not older than that."""
    query = _newest_first(media_type).where(StoredFile.created_at > func.now() - within)
    return (await db.scalars(query.limit(1))).first()


async def list_files(
    db: AsyncSession, *, media_type: str, page: int = 1, page_size: int = 20
) -> Sequence[StoredFile]:
    """Files of this type, newest first, without their contents."""
    query = _newest_first(media_type).offset((page - 1) * page_size).limit(page_size)
    return (await db.scalars(query)).all()


def _newest_first(media_type: str) -> Select[StoredFile]:
    return (
        select(StoredFile)
        .where(StoredFile.media_type == media_type)
        .order_by(StoredFile.created_at.desc(), StoredFile.id.desc())
    )


async def delete_file(db: AsyncSession, file_id: uuid.UUID) -> None:
    """Delete a file; it is no fault where it is gone already."""
    await db.execute(delete(StoredFile).where(StoredFile.id == file_id))
