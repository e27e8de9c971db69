"""One-time keys of forms and calls, with what was answered to them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; its rights come from the defaults of the first migration."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "request_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("key_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("request_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_request_key"),
        sa.UniqueConstraint("key_sha256", name="uq_request_key_key_sha256"),
        sa.CheckConstraint(
            "octet_length(key_sha256) = 32", name="ck_request_key_key_sha256_length"
        ),
        sa.CheckConstraint(
            "octet_length(request_sha256) = 32", name="ck_request_key_request_sha256_length"
        ),
    )
    op.create_index("ix_request_key_created_at", "request_key", ["created_at"])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("request_key")
