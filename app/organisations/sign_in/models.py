"""The table of sign-in links."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, address, personal


class SignInLink(Base):
    """A link that was mailed to an address; its secret is known here only as `token_sha256`.

    Without a person nobody has the address: the row is written all the same, so that what is done
    for known and unknown addresses is the same. `browser_sha256` is the browser that asked;
    another one is asked for the address, and `wrong_tries` counts how often it did not know it.
    """

    __tablename__ = "sign_in_link"
    __privacy__ = personal(Activity.ACCOUNTS, Erasure.GOES)
    __table_args__ = (
        UniqueConstraint("token_sha256"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("wrong_tries >= 0", name="wrong_tries_not_negative"),
        Index("ix_sign_in_link_expires_at", "expires_at"),
        Index("ix_sign_in_link_person_id", "person_id"),
    )

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary())
    email: Mapped[str] = mapped_column(info=address(Activity.ACCOUNTS, Erasure.GOES))
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    browser_sha256: Mapped[bytes | None] = mapped_column(LargeBinary())
    next_path: Mapped[str | None]
    wrong_tries: Mapped[int] = mapped_column(server_default=text("0"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
