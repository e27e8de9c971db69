"""What a member may do for their organisation: duties, permissions, and which duty grants which.

Pure. Administrators see the table `GRANTS` as it stands here. A feature's own `permissions.py`
adds the thing itself: party to it, not their own cost, within their limit.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.errors import Refused


class Duty(StrEnum):
    """What a member does for an organisation. A role is something else: see docs/glossary.md."""

    ORGANISATION_ADMIN = "organisation_admin"
    HR = "hr"
    HIRING_MANAGER = "hiring_manager"
    LINE_MANAGER = "line_manager"
    FINANCE_OFFICER = "finance_officer"
    AUTHORISED_SIGNATORY = "authorised_signatory"
    MEMBER = "member"


DUTY_NAMES: Final[dict[Duty, str]] = {
    Duty.ORGANISATION_ADMIN: "Administrator",
    Duty.HR: "HR",
    Duty.HIRING_MANAGER: "Hiring manager",
    Duty.LINE_MANAGER: "Line manager",
    Duty.FINANCE_OFFICER: "Finance officer",
    Duty.AUTHORISED_SIGNATORY: "Authorised signatory",
    Duty.MEMBER: "Member",
}


class Permission(StrEnum):
    """Something a duty allows, named `thing:verb`."""

    ORGANISATION_EDIT = "organisation:edit"
    ORGANISATION_AUDIT = "organisation:audit"
    MEMBER_LIST = "member:list"
    MEMBER_INVITE = "member:invite"
    MEMBER_CHANGE = "member:change"
    SIGN_IN_SET_UP = "sign-in:set-up"
    LOCAL_ROLE_EDIT = "local-role:edit"
    OPPORTUNITY_LIST = "opportunity:list"
    OPPORTUNITY_EDIT = "opportunity:edit"
    OPPORTUNITY_APPROVE = "opportunity:approve"
    OPPORTUNITY_PUBLISH = "opportunity:publish"
    QUESTION_ASK = "question:ask"
    QUESTION_ANSWER = "question:answer"
    PLEDGE_LIST = "pledge:list"
    PLEDGE_MAKE = "pledge:make"
    PLEDGE_APPROVE = "pledge:approve"
    FUNDING_CLOSE = "funding:close"
    COST_SPLIT_LIST = "cost-split:list"
    COST_SPLIT_EDIT = "cost-split:edit"
    AGREEMENT_DRAFT = "agreement:draft"
    JOINT_POST_LIST = "joint-post:list"
    JOINT_POST_ANSWER = "joint-post:answer"
    PROFILE_READ = "profile:read"


_EVERYBODY = {Permission.OPPORTUNITY_LIST, Permission.QUESTION_ASK}
_POSTING = {
    Permission.OPPORTUNITY_EDIT,
    Permission.OPPORTUNITY_PUBLISH,
    Permission.QUESTION_ANSWER,
    Permission.LOCAL_ROLE_EDIT,
}
_SEEING_MONEY = {
    Permission.PLEDGE_LIST,
    Permission.COST_SPLIT_LIST,
    Permission.JOINT_POST_LIST,
}

GRANTS: Final[dict[Duty, frozenset[Permission]]] = {
    Duty.ORGANISATION_ADMIN: frozenset(
        _EVERYBODY
        | _SEEING_MONEY
        | {
            Permission.ORGANISATION_EDIT,
            Permission.ORGANISATION_AUDIT,
            Permission.MEMBER_LIST,
            Permission.MEMBER_INVITE,
            Permission.MEMBER_CHANGE,
            Permission.SIGN_IN_SET_UP,
            Permission.LOCAL_ROLE_EDIT,
        }
    ),
    Duty.HR: frozenset(
        _EVERYBODY
        | _SEEING_MONEY
        | _POSTING
        | {
            Permission.MEMBER_LIST,
            Permission.MEMBER_INVITE,
            Permission.OPPORTUNITY_APPROVE,
            Permission.PLEDGE_MAKE,
            Permission.JOINT_POST_ANSWER,
            Permission.PROFILE_READ,
        }
    ),
    Duty.HIRING_MANAGER: frozenset(
        _EVERYBODY
        | _SEEING_MONEY
        | {Permission.OPPORTUNITY_EDIT, Permission.QUESTION_ANSWER, Permission.PROFILE_READ}
    ),
    Duty.LINE_MANAGER: frozenset(_EVERYBODY),
    Duty.FINANCE_OFFICER: frozenset(
        _EVERYBODY
        | _SEEING_MONEY
        | {
            Permission.PLEDGE_MAKE,
            Permission.PLEDGE_APPROVE,
            Permission.FUNDING_CLOSE,
            Permission.COST_SPLIT_EDIT,
            Permission.AGREEMENT_DRAFT,
        }
    ),
    Duty.AUTHORISED_SIGNATORY: frozenset(
        _EVERYBODY | _SEEING_MONEY | {Permission.OPPORTUNITY_APPROVE}
    ),
    Duty.MEMBER: frozenset(_EVERYBODY),
}


def permissions_of(duties: frozenset[Duty]) -> frozenset[Permission]:
    """All that these duties grant together.

    >>> Permission.PLEDGE_APPROVE in permissions_of(frozenset({Duty.FINANCE_OFFICER}))
    True
    """
    return frozenset(p for duty in duties for p in GRANTS[duty])


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to "may they?": allowed, or refused with a sentence to show."""

    allowed: bool
    code: str = ""
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> None:
        """Raise Refused with the reason unless it is allowed."""
        if not self.allowed:
            raise Refused(self.code, self.reason)


ALLOWED: Final = Decision(allowed=True)


def refuse(code: str, reason: str) -> Decision:
    """A refusal with its stable word and its sentence."""
    return Decision(allowed=False, code=code, reason=reason)
