"""Tables of organisations, people, what people do for organisations, and who is signed in.

What the sign-in reads (organisation, person, membership, membership_duty, person_session) carries
no policy of row-level security; what one organisation owns outright does: decision 0131.
"""

import uuid
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.permissions import Duty
from app.core.privacy import Activity, Erasure, address, not_personal, personal, secret
from app.organisations.domain import OrganisationKind, OrganisationStatus, Region, Register
from app.organisations.email_domains import SHARED


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """A CHECK that a text column holds a member of an enumeration."""
    listed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class Organisation(Base):
    """A public body. What finance needs of it has nulls until somebody has said it.

    `full_time_hours` is hours a week; `needs_post_approval` says that a second person approves
    each post before it opens.
    """

    __tablename__ = "organisation"
    __privacy__ = personal(Activity.JOINING, Erasure.WORDS)
    __table_args__ = (
        UniqueConstraint("slug"),
        # Whoever only claims to be a body must not keep the body itself out.
        Index(
            "uq_organisation_register_checked",
            "register",
            "register_id",
            unique=True,
            postgresql_where=text("status IN ('verified', 'suspended')"),
        ),
        Index("ix_organisation_status_name", "status", text("lower(name)"), "id"),
        one_of("kind", OrganisationKind),
        one_of("register", Register),
        one_of("region", Region),
        one_of("status", OrganisationStatus),
        CheckConstraint(
            "(terms_accepted_at IS NULL) = (terms_accepted_by_id IS NULL)"
            " AND (terms_accepted_at IS NULL) = (terms_version IS NULL)",
            name="terms_accepted_pair",
        ),
        CheckConstraint("full_time_hours BETWEEN 1 AND 60", name="full_time_hours_of_a_week"),
    )

    slug: Mapped[str]
    name: Mapped[str] = mapped_column(info=not_personal("the name of a body"))
    name_cy: Mapped[str | None] = mapped_column(info=not_personal("the name of a body"))
    kind: Mapped[str]
    register: Mapped[str]
    register_id: Mapped[str] = mapped_column(info=not_personal("a number of a body"))
    region: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=OrganisationStatus.APPLIED)
    about: Mapped[str | None]
    website: Mapped[str | None]
    is_vat_registered: Mapped[bool | None]
    pays_levy: Mapped[bool | None]
    pension_scheme: Mapped[str | None] = mapped_column(info=not_personal("a code"))
    full_time_hours: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    senior_sponsor: Mapped[str | None]
    sponsor_confirmed_on: Mapped[date | None]
    needs_post_approval: Mapped[bool] = mapped_column(server_default=text("false"))
    terms_version: Mapped[str | None] = mapped_column(info=not_personal("a version"))
    terms_accepted_at: Mapped[datetime | None]
    terms_accepted_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class OrganisationDomain(Base):
    """An email domain of an organisation; addresses below it count too, look-alikes do not.

    A domain is of one organisation, those excepted that many bodies share, such as nhs.net.
    """

    __tablename__ = "organisation_domain"
    __privacy__ = not_personal("a domain of a body")
    __table_args__ = (
        UniqueConstraint("organisation_id", "domain"),
        Index(
            "uq_organisation_domain_own",
            "domain",
            unique=True,
            postgresql_where=text(f"domain NOT IN ({', '.join(map(repr, sorted(SHARED)))})"),
        ),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    domain: Mapped[str]


class PensionRate(Base):
    """The employer's pension rate of an organisation from a day on, as a fraction of pay."""

    __tablename__ = "organisation_pension_rate"
    __privacy__ = personal(Activity.JOINING, Erasure.WORDS)
    __table_args__ = (
        UniqueConstraint("organisation_id", "starts_on"),
        CheckConstraint("rate >= 0 AND rate <= 1", name="rate_is_a_fraction"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    starts_on: Mapped[date]
    rate: Mapped[Decimal] = mapped_column(Numeric())
    source: Mapped[str | None]
    set_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class AuthorisationLimit(Base):
    """The most that holders of a duty may commit their organisation to, in pounds."""

    __tablename__ = "authorisation_limit"
    __privacy__ = not_personal("figures of a body")
    __table_args__ = (
        UniqueConstraint("organisation_id", "duty"),
        one_of("duty", Duty),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    duty: Mapped[str]
    amount: Mapped[Decimal]
    set_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class OrganisationHistory(Base):
    """A move of an organisation from one status to the next; never changed."""

    __tablename__ = "organisation_history"
    __privacy__ = personal(Activity.JOINING, Erasure.WORDS)
    __table_args__ = (one_of("to_status", OrganisationStatus),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    action: Mapped[str]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None]


class Person(Base):
    """Somebody with an account of their own. `email` is where sign-in links go, in lower case.

    `private_email` lets them keep the account when they leave a body. `is_demo` people exist only
    where demo mode is on.
    """

    __tablename__ = "person"
    __privacy__ = personal(Activity.ACCOUNTS, Erasure.EMPTIED)
    __table_args__ = (
        UniqueConstraint("email"),
        UniqueConstraint("private_email"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("private_email = lower(private_email)", name="private_email_lower"),
        CheckConstraint("language IN ('en', 'cy')", name="language_known"),
    )

    name: Mapped[str]
    email: Mapped[str] = mapped_column(info=address(Activity.ACCOUNTS, Erasure.EMPTIED))
    private_email: Mapped[str | None] = mapped_column(
        info=address(Activity.ACCOUNTS, Erasure.EMPTIED)
    )
    language: Mapped[str] = mapped_column(server_default="en")
    is_operator: Mapped[bool] = mapped_column(server_default=text("false"))
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))
    suspended_at: Mapped[datetime | None]


class Membership(Base):
    """A person at an organisation until `ended_at`; proof of employment is renewed each year.

    `manager_id` is the membership of their line manager at the same organisation.
    """

    __tablename__ = "membership"
    __privacy__ = personal(Activity.MEMBERS, Erasure.EMPTIED)
    __table_args__ = (
        Index(
            "uq_membership_current",
            "person_id",
            "organisation_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_membership_organisation_id", "organisation_id", "ended_at"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    work_email: Mapped[str] = mapped_column(info=address(Activity.MEMBERS, Erasure.EMPTIED))
    job_title: Mapped[str | None]
    manager_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("membership.id"))
    proof_renewed_on: Mapped[date]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None] = mapped_column(info=not_personal("a code"))


class MembershipDuty(Base):
    """A duty that a member has now; taking one away deletes the row, the audit keeps both."""

    __tablename__ = "membership_duty"
    __privacy__ = personal(Activity.MEMBERS, Erasure.GOES)
    __table_args__ = (UniqueConstraint("membership_id", "duty"), one_of("duty", Duty))

    membership_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("membership.id", ondelete="CASCADE")
    )
    duty: Mapped[str]
    given_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class PersonSession(Base):
    """A sign-in on one browser: whom it belongs to and for which organisation it acts.

    The browser's own session holds only this row's id; ending the row ends the sign-in at once.
    `store_key` is where the store keeps that session: the SHA-256 of its id. Where an identity
    provider vouched for the person, its organisation is `vouched_by_id`, and the sign-in may act
    for no other.
    """

    __tablename__ = "person_session"
    __privacy__ = personal(Activity.ACCOUNTS, Erasure.GOES)
    __table_args__ = (
        CheckConstraint("how IN ('link', 'oidc', 'demo')", name="how_known"),
        CheckConstraint("(how = 'oidc') = (vouched_by_id IS NOT NULL)", name="vouched_by_oidc"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    membership_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("membership.id", ondelete="SET NULL")
    )
    how: Mapped[str]
    browser: Mapped[str | None]
    store_key: Mapped[str | None] = mapped_column(info=secret(Activity.ACCOUNTS))
    vouched_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    second_factor_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
