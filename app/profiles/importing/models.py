"""The table of files that wait for their owner's word; deleted with it, or after a day."""

import uuid

from sqlalchemy import Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, personal
from app.organisations.models import one_of
from app.profiles.importing.domain import FileKind
from app.profiles.models import owner_id


class ProfileImport(Base):
    """A file that was read without fault; one for each person, the latest."""

    __tablename__ = "profile_import"
    __privacy__ = personal(Activity.PROFILES, Erasure.GOES)
    __table_args__ = (
        UniqueConstraint("person_id"),
        one_of("kind", FileKind),
        Index("ix_profile_import_created_at", "created_at"),
    )

    person_id: Mapped[uuid.UUID] = owner_id()
    kind: Mapped[str]
    file_name: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary())
