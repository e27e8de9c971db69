"""Tables of invitations to apply and of their history."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, not_personal, personal
from app.matching.inviting.domain import DeclineReason, InvitationStatus
from app.organisations.models import one_of


class PostInvitation(Base):
    """That a body invited somebody to apply for a post, and what came of it.

    It hangs on the profile and goes with it. `profile_id` is what the body calls the profile by;
    who it belongs to it never reads. `note` are the body's words, `words` those of who declined.
    """

    __tablename__ = "post_invitation"
    __privacy__ = personal(Activity.MATCHING, Erasure.GOES)
    __table_args__ = (
        UniqueConstraint("opportunity_id", "person_id"),
        one_of("status", InvitationStatus),
        one_of("reason", DeclineReason),
        CheckConstraint("reason IS NULL OR status = 'declined'", name="reason_of_declining"),
        CheckConstraint("words IS NULL OR reason IS NOT NULL", name="words_with_reason"),
        CheckConstraint("(status = 'sent') = (moved_at IS NULL)", name="moved_pair"),
        Index("ix_post_invitation_person_id", "person_id", "id"),
        Index("ix_post_invitation_organisation_id", "organisation_id", "created_at"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("profile.person_id", ondelete="CASCADE")
    )
    profile_id: Mapped[uuid.UUID]
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    opportunity_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("opportunity.id", ondelete="CASCADE")
    )
    by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str | None]
    status: Mapped[str] = mapped_column(server_default=InvitationStatus.SENT)
    reason: Mapped[str | None]
    words: Mapped[str | None]
    moved_at: Mapped[datetime | None]


class PostInvitationHistory(Base):
    """One move of an invitation; by nobody where time moved it. Never changed."""

    __tablename__ = "post_invitation_history"
    __privacy__ = not_personal("codes of moves")
    __table_args__ = (
        one_of("from_status", InvitationStatus),
        one_of("to_status", InvitationStatus),
        Index("ix_post_invitation_history_invitation_id", "invitation_id", "id"),
    )

    invitation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("post_invitation.id", ondelete="CASCADE")
    )
    from_status: Mapped[str]
    to_status: Mapped[str]
    action: Mapped[str]
    by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
