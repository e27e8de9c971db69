"""What is held of a person, in words: why, for how long, where it is corrected. Pure."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class About:
    """One purpose: a heading, why we hold it, for how long, and how its owner corrects it.

    `href` is the page on which they do; empty where somebody else has to.
    """

    title: str
    why: str
    kept: str
    correct: str
    href: str = ""


# By the activities of `core/privacy.py`, in the order in which a person reads of them.
ABOUT: Final[dict[str, About]] = {
    "Accounts and sign-in": About(
        "Your account and how you sign in",
        "So that we know who acts, and nobody acts in your name.",
        "As long as you keep the account; sign-ins for 90 days.",
        "You change your name, language and private address on the page of your account. To "
        "change the address that you sign in with, ask an administrator of your organisation to "
        "invite the new one.",
        "/account",
    ),
    "Members and duties": About(
        "Your organisations",
        "So that you can act for them, and only as far as they let you.",
        "6 years after you leave.",
        "Your job title, line manager and duties are your organisation’s: ask one of its "
        "administrators to correct them.",
    ),
    "Invitations": About(
        "Invitations to you",
        "So that an organisation can ask you to join it.",
        "6 years with the organisation’s other papers.",
        "Ask the administrator who invited you: they withdraw one and send another.",
    ),
    "Profiles": About(
        "Your profile",
        "So that you are found for posts, as far as you want to be. You agreed to it.",
        "As long as you want it: we ask when you have not been here for a year.",
        "All of it is yours to change.",
        "/profile",
    ),
    "Confirmation of skills": About(
        "Who was asked to confirm your skills",
        "So that others can rely on what you say of them. You asked.",
        "With the skill.",
        "You take a request or a confirmation back on the page of the skill.",
        "/profile/skills",
    ),
    "Consents, stages and looks": About(
        "What you let others see, and who looked",
        "The law asks us to be able to show what you agreed to.",
        "With your profile.",
        "You withdraw a consent or give another. Who looked is written as it happened; if "
        "something is wrong there, write to the operator of the exchange.",
        "/profile/visibility",
    ),
    "Matching": About(
        "How you are matched",
        "Numbers made from your profile, so that posts are found fast.",
        "With your profile.",
        "They follow your profile at once.",
        "/profile",
    ),
    "Alerts": About(
        "Your alerts",
        "So that we tell you of posts that you look for. You asked for it.",
        "As long as you want them, and 30 days after they end.",
        "You change or end each of them.",
        "/alerts",
    ),
    "Messages": About(
        "Messages to you",
        "So that you know what concerns you.",
        "Text and address 30 days, the line in your inbox as long as the account.",
        "A message is kept as it was sent. If it is wrong, tell whoever sent it.",
    ),
    "Inbox and preferences": About(
        "How messages come",
        "So that they come as you want them.",
        "As long as the account.",
        "You choose again.",
        "/inbox/preferences",
    ),
    "Posts and questions": About(
        "What you asked about posts",
        "So that the answer reaches you. Others do not see that it was you.",
        "As long as the post.",
        "A question that was answered stays as it is: ask another, or ask the organisation to hide "
        "it.",
    ),
    "Record of who did what": About(
        "The record of who did what",
        "So that money and people’s data can be accounted for. It holds ids, no names.",
        "6 years.",
        "It cannot be changed by anybody. If an entry is wrong, write to the operator of the "
        "exchange, who adds a note.",
    ),
}
ELSE: Final = About(
    "Other things that are held of you",
    "They belong to what you do on the exchange.",
    "See the retention schedule of the exchange.",
    "Write to the operator of the exchange.",
)

TITLES: Final[dict[str, str]] = {
    "address_claim": "Private address to be confirmed",
    "alert": "Alert",
    "alert_history": "What happened to an alert",
    "audit_entry": "Entry",
    "authenticator_app": "Authenticator app",
    "consent_grant": "Consent",
    "invitation": "Invitation",
    "match_need_person": "Post that waits for people like you",
    "membership": "Membership",
    "message": "Message",
    "message_preference": "Choice for a kind of message",
    "outside_identity": "Sign-in of your organisation",
    "passkey": "Passkey",
    "person": "You",
    "person_session": "Sign-in",
    "post_invitation": "Invitation to apply for a post",
    "profile": "Profile",
    "profile_access": "Somebody looked",
    "profile_availability": "When and where you would move",
    "profile_disclosure": "Stage with an organisation",
    "profile_evidence": "Evidence",
    "profile_hiding": "Hidden from",
    "profile_import": "File that you are bringing in",
    "profile_job": "Your job",
    "profile_pay": "Your pay",
    "profile_role": "Role",
    "profile_skill": "Skill",
    "profile_skill_history": "How a skill grew",
    "question_asker": "Question that you asked",
    "recovery_code": "Recovery code",
    "sign_in_link": "Link to sign in",
    "skill_confirmation": "Request to confirm a skill",
    "skill_confirmation_history": "What happened to a request",
}
LABELS: Final[dict[str, str]] = {
    "by_id": "By",
    "browser": "Browser",
    "criteria": "What it looks for",
    "ended_reason": "Why it ended",
    "facts": "Facts",
    "how": "How you signed in",
    "id": "Reference",
    "in_inbox": "Stands in the inbox",
    "is_demo": "Invented person of the demo",
    "is_operator": "Operator of the exchange",
    "keep": "Kept",
    "level": "Level (1 awareness to 4 expert)",
    "made_at": "On",
    "manager_id": "Line manager (membership)",
    "moves": "Kinds of move",
    "person_id": "Your reference",
    "private_email": "Private email address",
    "proof_renewed_on": "Employment last confirmed",
    "remote": "Working from elsewhere",
    "reviewed_on": "Last changed, kept or signed in",
    "sign_count": "Times used",
    "to_private": "Goes to the private address",
    "way": "Comes",
    "words": "In your words",
    "words_version": "Version of the words that you agreed to",
    "created_at": "Made",
}


def title_of(table: str) -> str:
    """What a row of a table is called."""
    return TITLES.get(table) or _plain(table)


def label_of(column: str) -> str:
    """What a value is called.

    >>> label_of("work_email"), label_of("organisation_id"), label_of("expires_at")
    ('Work email', 'Organisation', 'Expires')
    """
    if column in LABELS:
        return LABELS[column]
    for end in ("_id", "_at", "_on"):
        column = column.removesuffix(end)
    return _plain(column)


def _plain(name: str) -> str:
    return name.replace("_", " ").capitalize()
