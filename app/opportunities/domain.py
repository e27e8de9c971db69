"""What posts are: their kinds, their states, and the answers they are made of. Pure.

Days are days in the United Kingdom (Europe/London); money is pounds a year for a full-time post.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from app.core.errors import NotFound
from app.core.lifecycle import Lifecycle


class OpportunityKind(StrEnum):
    """What a body asks for or offers."""

    SHARED_POST = "shared_post"
    SECONDMENT_WANTED = "secondment_wanted"
    SECONDMENT_OFFERED = "secondment_offered"
    JOB_SWAP = "job_swap"
    SHORT_ASSIGNMENT = "short_assignment"


KIND_NAMES: Final[dict[OpportunityKind, str]] = {
    OpportunityKind.SHARED_POST: "Jointly funded post",
    OpportunityKind.SECONDMENT_WANTED: "Secondment wanted",
    OpportunityKind.SECONDMENT_OFFERED: "Secondment offered",
    OpportunityKind.JOB_SWAP: "Job swap",
    OpportunityKind.SHORT_ASSIGNMENT: "Short assignment",
}

KIND_LINES: Final[dict[OpportunityKind, str]] = {
    OpportunityKind.SHARED_POST: (
        "One post that several bodies pay for. Your organisation employs the person, the others "
        "pledge days or money."
    ),
    OpportunityKind.SECONDMENT_WANTED: (
        "You need somebody from another body for a time. Their employer keeps employing them."
    ),
    OpportunityKind.SECONDMENT_OFFERED: (
        "You can lend somebody to another body for a time. You keep employing them."
    ),
    OpportunityKind.JOB_SWAP: (
        "Two people change places for a time, each staying with their own employer."
    ),
    OpportunityKind.SHORT_ASSIGNMENT: (
        "A piece of work of 2 to 12 weeks that somebody from another body could do."
    ),
}


class OpportunityStatus(StrEnum):
    """Where a post stands.

    `hidden` is a post whose review date passed unanswered; `closed` one that was filled or whose
    closing date passed.
    """

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    OPEN = "open"
    HIDDEN = "hidden"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


STATUS_NAMES: Final[dict[OpportunityStatus, str]] = {
    OpportunityStatus.DRAFT: "Draft",
    OpportunityStatus.AWAITING_APPROVAL: "Waiting for approval",
    OpportunityStatus.APPROVED: "Approved",
    OpportunityStatus.SCHEDULED: "Scheduled",
    OpportunityStatus.OPEN: "Open",
    OpportunityStatus.HIDDEN: "Hidden",
    OpportunityStatus.CLOSED: "Closed",
    OpportunityStatus.WITHDRAWN: "Withdrawn",
}


# The statuses of a post that has been seen by those it is for.
PUBLISHED: Final = frozenset(
    {
        OpportunityStatus.OPEN,
        OpportunityStatus.HIDDEN,
        OpportunityStatus.CLOSED,
        OpportunityStatus.WITHDRAWN,
    }
)


class OpportunityAction(StrEnum):
    """What can be done to a post, by people or by time."""

    SUBMIT = "submit"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    RECALL = "recall"
    SCHEDULE = "schedule"
    PUBLISH = "publish"
    EXTEND = "extend"
    CONFIRM = "confirm"
    HIDE = "hide"
    CLOSE = "close"
    FILL = "fill"
    WITHDRAW = "withdraw"


_S, _A = OpportunityStatus, OpportunityAction

OPPORTUNITY: Final = Lifecycle(
    "opportunity",
    OpportunityStatus.DRAFT,
    {
        (_S.DRAFT, _A.SUBMIT): _S.AWAITING_APPROVAL,
        (_S.DRAFT, _A.SCHEDULE): _S.SCHEDULED,
        (_S.DRAFT, _A.PUBLISH): _S.OPEN,
        (_S.AWAITING_APPROVAL, _A.APPROVE): _S.APPROVED,
        (_S.AWAITING_APPROVAL, _A.SEND_BACK): _S.DRAFT,
        (_S.AWAITING_APPROVAL, _A.RECALL): _S.DRAFT,
        (_S.APPROVED, _A.SCHEDULE): _S.SCHEDULED,
        (_S.APPROVED, _A.PUBLISH): _S.OPEN,
        (_S.APPROVED, _A.RECALL): _S.DRAFT,
        (_S.SCHEDULED, _A.SCHEDULE): _S.SCHEDULED,
        (_S.SCHEDULED, _A.PUBLISH): _S.OPEN,
        (_S.SCHEDULED, _A.RECALL): _S.DRAFT,
        (_S.OPEN, _A.CONFIRM): _S.OPEN,
        (_S.OPEN, _A.EXTEND): _S.OPEN,
        (_S.OPEN, _A.HIDE): _S.HIDDEN,
        (_S.OPEN, _A.CLOSE): _S.CLOSED,
        (_S.OPEN, _A.FILL): _S.CLOSED,
        (_S.OPEN, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.HIDDEN, _A.CONFIRM): _S.OPEN,
        (_S.HIDDEN, _A.EXTEND): _S.OPEN,
        (_S.HIDDEN, _A.CLOSE): _S.CLOSED,
        (_S.HIDDEN, _A.FILL): _S.CLOSED,
        (_S.HIDDEN, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.CLOSED, _A.EXTEND): _S.OPEN,
    },
)


class ChangeState(StrEnum):
    """What became of a change that somebody proposed to a published post."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    REPLACED = "replaced"


class Audience(StrEnum):
    """Who may see an open post. Feeds, site map and the open API hold public ones only."""

    OWN = "own"
    NAMED = "named"
    VERIFIED = "verified"
    PUBLIC = "public"


AUDIENCE_NAMES: Final[dict[Audience, str]] = {
    Audience.OWN: "Our own organisation",
    Audience.NAMED: "Organisations that we name",
    Audience.VERIFIED: "All verified organisations",
    Audience.PUBLIC: "Everybody",
}


class WhoPays(StrEnum):
    """How much of the pay the body where the person works takes over."""

    FULL = "full"
    PART = "part"
    NONE = "none"
    TO_AGREE = "to_agree"


WHO_PAYS_NAMES: Final[dict[WhoPays, str]] = {
    WhoPays.FULL: "The body where the person works pays all of it",
    WhoPays.PART: "The body where the person works pays part of it",
    WhoPays.NONE: "The employer goes on paying all of it",
    WhoPays.TO_AGREE: "To be agreed",
}


class Remote(StrEnum):
    """Where the work is done."""

    ON_SITE = "on_site"
    HYBRID = "hybrid"
    REMOTE = "remote"


REMOTE_NAMES: Final[dict[Remote, str]] = {
    Remote.ON_SITE: "At the place of work",
    Remote.HYBRID: "Partly at the place of work, partly from elsewhere",
    Remote.REMOTE: "From anywhere",
}


class Checks(StrEnum):
    """What must be checked before a start. Names as used by DBS, UKSV and the police."""

    NONE = "none"
    BPSS = "bpss"
    DBS_BASIC = "dbs_basic"
    DBS_STANDARD = "dbs_standard"
    DBS_ENHANCED = "dbs_enhanced"
    CTC = "ctc"
    SC = "sc"
    DV = "dv"
    NPPV2 = "nppv2"
    NPPV3 = "nppv3"


CHECK_NAMES: Final[dict[Checks, str]] = {
    Checks.NONE: "None beyond the usual ones on employment",
    Checks.BPSS: "Baseline Personnel Security Standard (BPSS)",
    Checks.DBS_BASIC: "DBS check, basic",
    Checks.DBS_STANDARD: "DBS check, standard",
    Checks.DBS_ENHANCED: "DBS check, enhanced",
    Checks.CTC: "Counter Terrorist Check (CTC)",
    Checks.SC: "Security Check (SC)",
    Checks.DV: "Developed Vetting (DV)",
    Checks.NPPV2: "Non-police personnel vetting, level 2 (NPPV2)",
    Checks.NPPV3: "Non-police personnel vetting, level 3 (NPPV3)",
}


class ContractType(StrEnum):
    """How the person is engaged."""

    PERMANENT = "permanent"
    FIXED_TERM = "fixed_term"
    SECONDMENT = "secondment"
    LOAN = "loan"


CONTRACT_NAMES: Final[dict[ContractType, str]] = {
    ContractType.PERMANENT: "Permanent",
    ContractType.FIXED_TERM: "Fixed term",
    ContractType.SECONDMENT: "Secondment",
    ContractType.LOAN: "Loan between departments",
}


class LegalPower(StrEnum):
    """The power by which bodies share the work; the codes are those of the funding agreement."""

    LGA1972_S113 = "lga1972_s113"
    NHS2006_S75 = "nhs2006_s75"
    NHS_WALES_2006_S33 = "nhs_wales_2006_s33"
    POLICE1996_S22A = "police1996_s22a"
    GOODS_SERVICES_1970 = "goods_services_1970"
    LGS1973_S56 = "lgs1973_s56"
    OWN_POWERS = "own_powers"
    OTHER = "other"
    TO_CONFIRM = "to_confirm"


LEGAL_POWER_NAMES: Final[dict[LegalPower, str]] = {
    LegalPower.LGA1972_S113: "Local Government Act 1972, section 113",
    LegalPower.NHS2006_S75: "National Health Service Act 2006, section 75",
    LegalPower.NHS_WALES_2006_S33: "National Health Service (Wales) Act 2006, section 33",
    LegalPower.POLICE1996_S22A: "Police Act 1996, section 22A",
    LegalPower.GOODS_SERVICES_1970: "Local Authorities (Goods and Services) Act 1970",
    LegalPower.LGS1973_S56: "Local Government (Scotland) Act 1973, section 56",
    LegalPower.OWN_POWERS: "Each body’s own powers",
    LegalPower.OTHER: "Another power",
    LegalPower.TO_CONFIRM: "Not yet confirmed",
}


@dataclass(frozen=True, slots=True)
class SkillNeed:
    """A skill that a post asks for; `level` is the proficiency, 1 to 4, or None for any."""

    skill_id: uuid.UUID
    level: int | None
    is_must: bool


@dataclass(frozen=True, slots=True)
class PostFacts:
    """What a post says, as it stood at one moment. Names and units are those of the table.

    `needs_level` says that the role has levels and none is chosen yet.
    """

    id: uuid.UUID
    organisation_id: uuid.UUID
    kind: OpportunityKind
    status: OpportunityStatus
    title: str
    title_cy: str | None = None
    summary: str | None = None
    summary_cy: str | None = None
    description: str | None = None
    description_cy: str | None = None
    role_id: uuid.UUID | None = None
    role_level_id: uuid.UUID | None = None
    local_role_id: uuid.UUID | None = None
    edition_id: uuid.UUID | None = None
    place: str | None = None
    postcode_area: str | None = None
    region: str | None = None
    remote: str | None = None
    office_days: Decimal | None = None
    days_per_week: Decimal | None = None
    own_days: Decimal | None = None
    full_time_hours: Decimal | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    weeks: int | None = None
    pay_from: Decimal | None = None
    pay_to: Decimal | None = None
    pay_note: str | None = None
    who_pays: str | None = None
    checks: tuple[str, ...] = ()
    contract_type: str | None = None
    legal_power: str | None = None
    legal_power_note: str | None = None
    is_politically_restricted: bool | None = None
    redeployees_first_until: date | None = None
    contact_name: str | None = None
    contact_email: str | None = None
    adjustments: str | None = None
    closes_on: date | None = None
    audience: str | None = None
    named_organisation_ids: tuple[uuid.UUID, ...] = ()
    wants: Mapping[str, Any] | None = None
    cost_inputs: Mapping[str, Any] | None = None
    skills: tuple[SkillNeed, ...] = ()
    needs_level: bool = False

    def changed_since(self, before: "PostFacts") -> frozenset[str]:
        """The names of the answers that differ from an earlier moment."""
        return frozenset(
            f.name for f in fields(self) if getattr(self, f.name) != getattr(before, f.name)
        )


# What a body that pledged days or money counted on. A change of any of it is told to funding.
RELIED_ON: Final = frozenset(
    {
        "cost_inputs",
        "days_per_week",
        "ends_on",
        "full_time_hours",
        "pay_from",
        "pay_to",
        "starts_on",
        "status",
    }
)


# Days of a full-time week: what days a week are a part of.
FULL_WEEK: Final = 5


def is_over(closes_on: date | None, today: date) -> bool:
    """Whether the last day of a post has passed: it counts as closed, whatever its status says.

    >>> is_over(date(2027, 3, 31), date(2027, 3, 31)), is_over(date(2027, 3, 31), date(2027, 4, 1))
    (False, True)
    """
    return closes_on is not None and closes_on < today


def no_such_post() -> NotFound:
    """The answer for a post that is not there and for one the person may not know of."""
    return NotFound(
        "not-found",
        "There is nothing at this address. If you typed or pasted it, check that it is whole.",
    )
