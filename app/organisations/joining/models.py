"""Tables of joining: applications on their way, accepted terms, email domains asked for."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, not_personal, personal


class JoinRequest(Base):
    """An application to join while it is written and until its sender has confirmed it.

    Reached by a secret link whose SHA-256 is `token_sha256`. Sending it mails a second secret to
    the applicant's work address; whoever opens that one confirms, and `organisation_id` is then the
    body that came of it.
    """

    __tablename__ = "join_request"
    __privacy__ = personal(Activity.JOINING, Erasure.WORDS)
    __table_args__ = (
        UniqueConstraint("token_sha256"),
        UniqueConstraint("confirm_sha256"),
        CheckConstraint("(confirm_sha256 IS NULL) = (confirm_until IS NULL)", name="confirm_pair"),
        CheckConstraint(
            "(confirmed_at IS NULL) = (organisation_id IS NULL)", name="confirmed_pair"
        ),
        Index("ix_join_request_last_used_at", "last_used_at"),
        Index("ix_join_request_organisation_id", "organisation_id"),
    )

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary())
    answers: Mapped[dict[str, Any]]
    last_used_at: Mapped[datetime] = mapped_column(server_default=func.now())
    confirm_sha256: Mapped[bytes | None] = mapped_column(LargeBinary())
    confirm_until: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    organisation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))


class TermsAcceptance(Base):
    """That somebody accepted a version of the participation terms for a body; never changed."""

    __tablename__ = "terms_acceptance"
    __privacy__ = not_personal("a version")
    __table_args__ = (UniqueConstraint("organisation_id", "version"),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    version: Mapped[str]
    accepted_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))


class DomainRequest(Base):
    """An email domain that a body asks for; the operator adds it or says why not."""

    __tablename__ = "domain_request"
    __privacy__ = personal(Activity.JOINING, Erasure.WORDS)
    __table_args__ = (
        Index(
            "uq_domain_request_waiting",
            "organisation_id",
            "domain",
            unique=True,
            postgresql_where=text("decided_at IS NULL"),
        ),
        CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL)"
            " AND (decided_at IS NULL) = (is_added IS NULL)",
            name="decided_pair",
        ),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    domain: Mapped[str] = mapped_column(info=not_personal("a domain of a body"))
    asked_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    is_added: Mapped[bool | None]
    reason: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
