"""One-time keys: the same form or call sent again leads to the same answer, not to a second thing.

A form carries a random key in a hidden field, a program sends one as `Idempotency-Key`. The key is
written down in the request's own transaction, so that of twenty at once one does the work and the
others wait for it and then give its answer.
"""

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from litestar import Litestar, Request, Response
from litestar.datastructures import UploadFile
from litestar.response import Redirect
from litestar.response.base import ASGIResponse
from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, delete, func, select
from sqlalchemy import update as change
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from app.core.csrf import FIELD, ONCE_FIELD, is_for_programs, is_form, need_subject
from app.core.db import Base
from app.core.errors import Busy, MoveRefused, RuleBroken
from app.core.privacy import not_personal

HEADER: Final = "Idempotency-Key"
KEEP: Final = timedelta(days=7)
LONGEST_KEY: Final = 200
# Saving what somebody typed over what they typed before: it makes nothing and moves nothing, and
# has its own way of noticing that two people did it. `opt={**PUBLIC, **REPEATABLE}`.
REPEATABLE: Final[dict[str, Any]] = {"repeatable": True}
_ANSWER: Final = "crossbench.answer"

AnyRequest = Request[Any, Any, Any]


class RequestKey(Base):
    """A key that was used, for what, and what was answered.

    The key is known by its hash alone. The answer may name a secret link, so it can be read only
    with the key itself, which the sender has and we do not.
    """

    __tablename__ = "request_key"
    __privacy__ = not_personal("readable only with a key that its sender has, for seven days")
    __table_args__ = (
        UniqueConstraint("key_sha256"),
        CheckConstraint("octet_length(key_sha256) = 32", name="key_sha256_length"),
        CheckConstraint("octet_length(request_sha256) = 32", name="request_sha256_length"),
        Index("ix_request_key_created_at", "created_at"),
    )

    key_sha256: Mapped[bytes] = mapped_column(LargeBinary())
    request_sha256: Mapped[bytes] = mapped_column(LargeBinary())
    answer: Mapped[bytes] = mapped_column(LargeBinary(), server_default="")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is given again: where a page went on to, or what a program was told."""

    status: int
    location: str = ""
    body: str = ""


class AlreadyAnswered(Exception):
    """This was done before. The error handler gives the same answer once more."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Taken:
    """A key that this request has taken; `secret` is the part that the database does not know."""

    id: uuid.UUID
    secret: bytes = field(repr=False)


class SeeOther(Redirect):
    """The answer of a page that changed something; remembered for the key of its form."""

    def to_asgi_response(
        self, app: Litestar | None, request: AnyRequest, **options: Any
    ) -> ASGIResponse:
        """Note the answer in the scope, where the transaction finds it before it commits."""
        _note(request, Answer(303, location=self.url))
        return super().to_asgi_response(app, request, **options)


class Created(Response[Any]):
    """The JSON answer of a call that made something; remembered for the caller's key."""

    def to_asgi_response(
        self, app: Litestar | None, request: AnyRequest, **options: Any
    ) -> ASGIResponse:
        """Note the answer as it is sent."""
        made = super().to_asgi_response(app, request, **options)
        _note(request, Answer(made.status_code, body=bytes(made.body).decode()))
        return made


def _note(request: AnyRequest, answer: Answer) -> None:
    scope: dict[str, Any] = request.scope  # type: ignore[assignment]
    scope[_ANSWER] = answer


async def take_key(db: AsyncSession, request: AnyRequest) -> Taken | None:
    """Take the key that the request carries, if it carries one, waiting for whoever has it now.

    Raises AlreadyAnswered where the same request was answered before, MoveRefused where the key was
    used for another, RuleBroken where it is no key.
    """
    key = await _key_of(request)
    if not key:
        return None
    secret = hashlib.sha256(f"{_subject(request)}\0{key}".encode()).digest()
    key_sha256 = hashlib.sha256(secret).digest()
    request_sha256 = await _digest(request)
    for _ in range(2):
        taken = await db.scalar(
            insert(RequestKey)
            .values(key_sha256=key_sha256, request_sha256=request_sha256)
            .on_conflict_do_nothing(index_elements=[RequestKey.key_sha256])
            .returning(RequestKey.id)
        )
        if taken is not None:
            return Taken(taken, secret)
        used = (
            await db.execute(
                select(RequestKey.request_sha256, RequestKey.answer).where(
                    RequestKey.key_sha256 == key_sha256
                )
            )
        ).one_or_none()
        if used is not None:
            _give_again(used.request_sha256 == request_sha256, used.answer, secret)
    raise Busy("busy", "The service is busy. Try again in a few seconds.")


def _give_again(is_same: bool, answer: bytes, secret: bytes) -> None:
    if not is_same:
        raise MoveRefused(
            "already-sent",
            "You have sent this page already, and what it said then was kept. Open the page again "
            "if you want to change it.",
        )
    raise AlreadyAnswered(Answer(**json.loads(_mask(answer, secret))))


async def keep_answer(db: AsyncSession, request: AnyRequest, taken: Taken) -> None:
    """Write down what was answered; a page shown again with its errors leaves the key unused."""
    scope: dict[str, Any] = request.scope  # type: ignore[assignment]
    answer: Answer | None = scope.get(_ANSWER)
    if answer is None:
        await db.execute(delete(RequestKey).where(RequestKey.id == taken.id))
        return
    said = {name: getattr(answer, name) for name in Answer.__slots__}
    packed = _mask(json.dumps(said).encode(), taken.secret)
    await db.execute(change(RequestKey).where(RequestKey.id == taken.id).values(answer=packed))


async def sweep(db: AsyncSession) -> None:
    """Delete the keys whose answer nobody can expect any more."""
    await db.execute(delete(RequestKey).where(RequestKey.created_at < func.now() - KEEP))


def _mask(text: bytes, secret: bytes) -> bytes:
    """The text hidden, or shown again: a pad as long as the text, used for this row only."""
    pad = hashlib.shake_256(b"answer\0" + secret).digest(len(text))
    return bytes(a ^ b for a, b in zip(text, pad, strict=True))


async def _key_of(request: AnyRequest) -> str:
    if request.route_handler.opt.get("repeatable"):
        return ""
    if is_for_programs(request):
        key = request.headers.get(HEADER, "")
    else:
        value = (await request.form()).get(ONCE_FIELD, "") if is_form(request) else ""
        key = value if isinstance(value, str) else ""
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise RuleBroken("key-not-valid", "The one-time key of this request is not valid.")
    return key


def _subject(request: AnyRequest) -> str:
    """Whose key it is: nobody learns anything by trying another person's."""
    if is_for_programs(request):
        return f"program:{request.headers.get('authorization', '')}"
    return need_subject(request)


async def _digest(request: AnyRequest) -> bytes:
    """What was asked, as one hash: address and values, whatever words stand between them."""
    parts: list[Any] = [request.method, request.scope["path"], request.url.query]
    if is_form(request):
        for name, value in (await request.form()).multi_items():
            if name not in {FIELD, ONCE_FIELD}:
                parts.append([name, await _file_or_text(value)])
    else:
        parts.append(hashlib.sha256(await request.body()).hexdigest())
    return hashlib.sha256(json.dumps(parts).encode()).digest()


async def _file_or_text(value: Any) -> Any:
    if not isinstance(value, UploadFile):
        return value
    content = await value.read()
    await value.seek(0)
    return [value.filename, hashlib.sha256(content).hexdigest()]
