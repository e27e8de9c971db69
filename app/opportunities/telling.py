"""Messages about posts: what each says, and who of the posting body gets it."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from app.core.permissions import Duty
from app.notifications.commands import send
from app.opportunities.models import Opportunity
from app.organisations.queries import MemberToTell, members_with, organisation_names

TEMPLATE: Final = "post_message"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message about a post. `{title}` and `{reason}` are filled in; the link leads to a page."""

    subject: str
    paragraphs: tuple[str, ...]
    link: str
    page: str = ""


APPROVAL_WANTED: Final = Letter(
    "Approve a post: {title}",
    (
        "Somebody in your organisation asks you to approve the post “{title}”.",
        "Read it, then approve it or send it back with a reason. It opens only after a second "
        "person has approved it.",
    ),
    "Read the post",
)
APPROVED: Final = Letter(
    "Approved: {title}",
    ("The post “{title}” was approved. It can be published now.",),
    "Publish the post",
)
SENT_BACK: Final = Letter(
    "Sent back: {title}",
    ("The post “{title}” was sent back and is a draft again.", "The reason given: {reason}"),
    "Change the post",
)
CHANGE_WAITS: Final = Letter(
    "Approve a change: {title}",
    (
        "Somebody proposed a change of the open post “{title}”.",
        "The post stays as it is until you approve the change.",
    ),
    "See the change",
)
CHANGE_APPROVED: Final = Letter(
    "Change approved: {title}",
    ("The change that you proposed of the post “{title}” was approved and counts now.",),
    "See the post",
)
CHANGE_REFUSED: Final = Letter(
    "Change not approved: {title}",
    (
        "The change that you proposed of the post “{title}” was not approved. The post stays "
        "as it was.",
        "The reason given: {reason}",
    ),
    "See the post",
)
PUBLISHED: Final = Letter(
    "Published: {title}",
    ("The post “{title}” is open now.",),
    "See the post",
)
NOT_PUBLISHED: Final = Letter(
    "Not published: {title}",
    (
        "The post “{title}” was to open today and could not: {reason}",
        "It is a draft again. Mend it, then publish it.",
    ),
    "Mend the post",
)
STILL_STANDS: Final = Letter(
    "Does it still stand? {title}",
    (
        "The post “{title}” has been open for a while. Please say whether it still stands.",
        "If nobody answers, we ask once more and then hide it.",
    ),
    "Confirm the post",
    "/confirm",
)
STILL_STANDS_AGAIN: Final = Letter(
    "Last question: does it still stand? {title}",
    (
        "We asked a week ago whether the post “{title}” still stands, and nobody answered.",
        "If nobody answers within a week, we hide it. You can put it back at any time.",
    ),
    "Confirm the post",
    "/confirm",
)
HIDDEN: Final = Letter(
    "Hidden: {title}",
    (
        "The post “{title}” is hidden: {reason}",
        "It is not lost. Confirm that it still stands and it is shown again.",
    ),
    "Confirm the post",
    "/confirm",
)
CLOSED: Final = Letter(
    "Closed: {title}",
    (
        "The closing date of the post “{title}” has passed, and it is closed.",
        "You can mark it as filled, or open it again with a later closing date.",
    ),
    "See the post",
)
QUESTION_ASKED: Final = Letter(
    "A question about {title}",
    (
        "Somebody asked a question about the post “{title}”. Who asked is not shown.",
        "Your answer is shown to everybody who can see the post.",
    ),
    "Answer the question",
    "/questions",
)
QUESTION_ANSWERED: Final = Letter(
    "Your question about {title} was answered",
    ("There is an answer to the question that you asked about the post “{title}”.",),
    "Read the answer",
)
QUESTION_HIDDEN: Final = Letter(
    "Your question about {title} is not shown",
    (
        "The question that you asked about the post “{title}” is not shown to others.",
        "The reason given: {reason}",
    ),
    "See the post",
)
WITHDRAWN: Final = Letter(
    "Withdrawn: {title}",
    (
        "The post “{title}”, about which you asked a question, was withdrawn.",
        "The reason given: {reason}",
    ),
    "Find other posts",
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody to write to, at the address they have for what they do."""

    person_id: uuid.UUID
    email: str
    language: str


async def members(
    db: AsyncSession,
    post: Opportunity,
    duties: Iterable[Duty],
    *,
    but: Collection[uuid.UUID | None] = (),
    only: Collection[uuid.UUID] | None = None,
) -> list[Reader]:
    """Current members of the posting body with any of these duties, each once."""
    found: dict[uuid.UUID, MemberToTell] = {}
    for duty in duties:
        for member in await members_with(db, post.organisation_id, duty):
            found.setdefault(member.person_id, member)
    return [
        Reader(member.person_id, member.email, member.language)
        for member in found.values()
        if member.person_id not in but and (only is None or member.person_id in only)
    ]


async def approvers(
    db: AsyncSession, post: Opportunity, *, but: Collection[uuid.UUID | None]
) -> list[Reader]:
    """Those who may approve a post or a change of it, except who wrote it."""
    return await members(db, post, (Duty.HR, Duty.AUTHORISED_SIGNATORY), but=but)


async def tell_writers(
    db: AsyncSession,
    post: Opportunity,
    letter: Letter,
    *,
    but: uuid.UUID | None = None,
    reason: str = "",
) -> None:
    """Write to whoever began or wrote the post and still belongs to the body."""
    wrote = {one for one in (post.created_by_id, *post.writer_ids) if one is not None}
    readers = await members(db, post, (Duty.MEMBER,), but=(but,), only=wrote)
    await tell(db, post, letter, readers, reason=reason)


async def tell_in_charge(
    db: AsyncSession, post: Opportunity, letter: Letter, *, reason: str = ""
) -> None:
    """Write to the body's HR, and to whoever began the post and still belongs to the body."""
    readers = await members(db, post, (Duty.HR,))
    began = {post.created_by_id} if post.created_by_id else set()
    known = {reader.person_id for reader in readers}
    readers += await members(db, post, (Duty.MEMBER,), but=known, only=began)
    await tell(db, post, letter, readers, reason=reason)


async def tell(
    db: AsyncSession,
    post: Opportunity,
    letter: Letter,
    readers: Iterable[Reader],
    *,
    reason: str = "",
    path: str | None = None,
) -> None:
    """Write a letter to each reader; `path` replaces the post's own page below the body's."""
    slug, name = (await organisation_names(db, [post.organisation_id]))[post.organisation_id]
    words = {"title": post.title, "reason": reason}
    values = {
        "subject": letter.subject.format_map(words),
        "paragraphs": [text.format_map(words) for text in letter.paragraphs],
        "link": letter.link,
        "path": path or f"/org/{slug}/posts/{post.slug}{letter.page}",
    }
    for reader in readers:
        language: Literal["en", "cy"] = "cy" if reader.language == "cy" else "en"
        await send(
            db,
            to=reader.email,
            template=TEMPLATE,
            values=values,
            language=language,
            person_id=reader.person_id,
            organisation_name=name,
        )
