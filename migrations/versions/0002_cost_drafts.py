"""Drafts of the cost calculator, found by the hash of their secret link."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; its rights come from the defaults of the first migration."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "cost_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        sa.Column("step_versions", postgresql.JSONB(), nullable=False),
        sa.Column("last_used_at", moment, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cost_draft"),
        sa.CheckConstraint(
            "octet_length(token_sha256) = 32", name="ck_cost_draft_token_sha256_length"
        ),
        sa.CheckConstraint("version >= 1", name="ck_cost_draft_version_from_one"),
    )
    op.create_index("ix_cost_draft_last_used_at", "cost_draft", ["last_used_at"])
    op.create_index("uq_cost_draft_token_sha256", "cost_draft", ["token_sha256"], unique=True)


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("cost_draft")
