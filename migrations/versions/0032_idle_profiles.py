"""Idle profiles are asked about twice, and kept by a link.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has been asked yet."""
    op.add_column("profile", sa.Column("asked_again_on", sa.Date()))
    op.add_column("profile", sa.Column("keep_sha256", sa.LargeBinary()))
    op.create_index("uq_profile_keep_sha256", "profile", ["keep_sha256"], unique=True)
    op.create_index("ix_profile_reviewed_on", "profile", ["reviewed_on"])


def downgrade() -> None:
    """Forget who was asked a second time."""
    op.drop_index("ix_profile_reviewed_on", "profile")
    op.drop_index("uq_profile_keep_sha256", "profile")
    op.drop_column("profile", "keep_sha256")
    op.drop_column("profile", "asked_again_on")
