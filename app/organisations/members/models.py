"""Tables of members: invitations, yearly proofs of employment, private addresses on their way."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, address, not_personal, owner, personal


class Invitation(Base):
    """Somebody is asked to join a body with these duties. What became of it are its dates.

    The secret of its link is known here only as `token_sha256`.
    """

    __tablename__ = "invitation"
    __privacy__ = personal(Activity.INVITATIONS, Erasure.GOES)
    __table_args__ = (
        UniqueConstraint("token_sha256"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by_id IS NULL)", name="accepted_pair"),
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_pair"
        ),
        CheckConstraint("accepted_at IS NULL OR withdrawn_at IS NULL", name="ended_once"),
        Index(
            "uq_invitation_open",
            "organisation_id",
            "email",
            unique=True,
            postgresql_where=text("accepted_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    email: Mapped[str] = mapped_column(info=address(Activity.INVITATIONS, Erasure.GOES))
    duties: Mapped[list[str]]
    job_title: Mapped[str | None]
    manager_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("membership.id", ondelete="SET NULL")
    )
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary())
    sent_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("person.id"), info=owner(Activity.INVITATIONS)
    )
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))


class EmploymentProof(Base):
    """A mail to a member's work address that asks for the yearly proof of employment."""

    __tablename__ = "employment_proof"
    __privacy__ = not_personal("a hash and times")
    __table_args__ = (
        UniqueConstraint("token_sha256"),
        Index("ix_employment_proof_membership_id", "membership_id"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    membership_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("membership.id", ondelete="CASCADE")
    )
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AddressClaim(Base):
    """A private address that a person wants to keep their account by, until it is confirmed."""

    __tablename__ = "address_claim"
    __privacy__ = personal(Activity.ACCOUNTS, Erasure.GOES)
    __table_args__ = (
        UniqueConstraint("token_sha256"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        Index("ix_address_claim_person_id", "person_id"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(info=address(Activity.ACCOUNTS, Erasure.GOES))
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary())
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
