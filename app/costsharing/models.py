"""Tables of the calculator."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, func, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.privacy import Activity, Erasure, not_personal, personal


class CostDraft(Base):
    """A calculation on its way: answers as typed and what they make, found by its secret link.

    `answers` holds `steps` (as typed), `kept` (from a loaded file, shown on no page), `inputs`
    and `agreement` (built from them). `step_versions` says at which version each step changed.
    """

    __tablename__ = "cost_draft"
    __privacy__ = personal(Activity.CALCULATIONS, Erasure.WORDS)
    __table_args__ = (
        CheckConstraint("octet_length(token_sha256) = 32", name="token_sha256_length"),
        CheckConstraint("version >= 1", name="version_from_one"),
        Index("ix_cost_draft_last_used_at", "last_used_at"),
        Index("uq_cost_draft_token_sha256", "token_sha256", unique=True),
    )

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary())
    version: Mapped[int] = mapped_column(server_default=text("1"))
    answers: Mapped[dict[str, Any]]
    step_versions: Mapped[dict[str, Any]] = mapped_column(info=not_personal("numbers"))
    last_used_at: Mapped[datetime] = mapped_column(server_default=func.now())
