"""What erasure takes and what it leaves, in words for everybody who asks. Pure."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Stay:
    """Something that outlives an account: what, for how long, and by what right."""

    what: str
    how_long: str
    why: str


GOES: Final = (
    "your profile with everything in it: skills, evidence, availability, job and pay",
    "what you let others see, who looked, and the stages that you reached with organisations",
    "your name and your addresses, your memberships and duties, invitations to you",
    "your alerts, your messages and how they come, your sign-ins, passkeys and codes",
    "your name and addresses wherever others wrote them in posts, questions, reasons and messages "
    "of your organisations",
)
STAYS: Final = (
    Stay(
        "Saved cost splits and their funding agreements, with the contacts and signatories that "
        "they name",
        "6 years after the agreement ends",
        "They are contracts between public bodies, and show what was agreed and by whom "
        "(UK GDPR Article 17(3)(b) and (e); Limitation Act 1980, section 5).",
    ),
    Stay(
        "The record of who did what, which holds an id without a name",
        "6 years after each entry",
        "Public money and access to people’s data must be accounted for, and a gap would break "
        "the chain that proves the record (Article 17(3)(b)).",
    ),
    Stay(
        "That an account without a name decided, approved or looked at something",
        "as long as what was decided",
        "Others rely on it: a post stays published, a pledge approved. Nothing says who it was.",
    ),
    Stay(
        "Posts and questions about posts, without the name",
        "as long as the post",
        "They are the organisation’s, and others answered them.",
    ),
    Stay(
        "Backups made before",
        "until they are overwritten, as the operator of the exchange says",
        "They are used for nothing but to repair a loss, and the erasure is done again then.",
    ),
)
