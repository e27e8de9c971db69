"""Tables of second factors: what a person has, holds or has written down beside their mailbox."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, personal, secret


def whose() -> Mapped[uuid.UUID]:
    """The column that names the person whose factor it is."""
    return mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)


class AuthenticatorApp(Base):
    """An app that shows a code each 30 seconds. Its secret is sealed, for this row.

    `last_step` is the time step of the newest code that was taken: each counts once.
    """

    __tablename__ = "authenticator_app"
    __privacy__ = personal(Activity.ACCOUNTS, Erasure.GOES)
    __table_args__ = (UniqueConstraint("person_id"),)

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary(), info=secret(Activity.ACCOUNTS))
    last_step: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A key on a phone, a computer or a stick; we have its public half only."""

    __tablename__ = "passkey"
    __privacy__ = personal(Activity.ACCOUNTS, Erasure.GOES)
    __table_args__ = (
        UniqueConstraint("credential_id"),
        CheckConstraint("sign_count >= 0", name="sign_count_not_negative"),
    )

    person_id: Mapped[uuid.UUID] = whose()
    name: Mapped[str]
    credential_id: Mapped[str] = mapped_column(info=secret(Activity.ACCOUNTS))
    public_key: Mapped[str] = mapped_column(info=secret(Activity.ACCOUNTS))
    sign_count: Mapped[int] = mapped_column(BigInteger)
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code to write down, for the day on which everything else is lost; each works once."""

    __tablename__ = "recovery_code"
    __privacy__ = personal(Activity.ACCOUNTS, Erasure.GOES)
    __table_args__ = (UniqueConstraint("code_sha256"),)

    person_id: Mapped[uuid.UUID] = whose()
    code_sha256: Mapped[bytes] = mapped_column(LargeBinary())
    used_at: Mapped[datetime | None]
