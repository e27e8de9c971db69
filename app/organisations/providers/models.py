"""Tables of identity providers of organisations, and of the identities they vouched for."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, not_personal, personal


class IdentityProvider(Base):
    """Where an organisation's people sign in at home. The client secret is sealed.

    Whoever signs in acts for the organisation while their sign-in is looked at: its row-level
    policy shows it to nobody else.
    """

    __tablename__ = "identity_provider"
    __privacy__ = not_personal("a body's own sign-in")
    __table_args__ = (UniqueConstraint("organisation_id"),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    issuer: Mapped[str]
    client_id: Mapped[str]
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary())
    domains: Mapped[list[str]]
    is_enabled: Mapped[bool] = mapped_column(server_default=text("false"))
    used_at: Mapped[datetime | None]


class OutsideIdentity(Base):
    """A person as an identity provider knows them: issuer and subject together, never the email.

    It vouches for the person at this organisation and nowhere else.
    """

    __tablename__ = "outside_identity"
    __privacy__ = personal(Activity.ACCOUNTS, Erasure.GOES)
    __table_args__ = (
        UniqueConstraint("organisation_id", "issuer", "subject"),
        UniqueConstraint("person_id", "organisation_id"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisation.id"))
    issuer: Mapped[str]
    subject: Mapped[str]
    used_at: Mapped[datetime | None]
