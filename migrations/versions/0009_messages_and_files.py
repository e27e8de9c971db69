"""Messages to people, and files."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def basics() -> list[sa.Column]:
    """The columns that every table has."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False),
    ]


def upgrade() -> None:
    """Make both tables."""
    make_messages()
    op.create_table(
        "stored_file",
        *basics(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("organisation_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_stored_file"),
        sa.CheckConstraint("octet_length(sha256) = 32", name="ck_stored_file_sha256_length"),
        sa.CheckConstraint("size = octet_length(content)", name="ck_stored_file_size_of_content"),
    )
    op.create_index("ix_stored_file_organisation_id", "stored_file", ["organisation_id"])


def make_messages() -> None:
    """The table of messages."""
    op.create_table(
        "message",
        *basics(),
        sa.Column("to_address", sa.Text()),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("organisation_name", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("in_inbox", sa.Boolean(), nullable=False),
        sa.Column("read_at", MOMENT),
        sa.Column("channel", sa.Text()),
        sa.Column("sent_at", MOMENT),
        sa.Column("failed_at", MOMENT),
        sa.Column("failure", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_message_person_id_person", ondelete="SET NULL"
        ),
        sa.CheckConstraint(
            "sent_at IS NULL OR failed_at IS NULL", name="ck_message_sent_or_failed"
        ),
        sa.CheckConstraint(
            "(sent_at IS NULL) = (channel IS NULL)", name="ck_message_sent_by_a_channel"
        ),
        sa.CheckConstraint(
            "(failed_at IS NULL) = (failure IS NULL)", name="ck_message_failed_with_a_code"
        ),
        sa.CheckConstraint(
            "channel IN ('smtp', 'notify', 'mailbox')", name="ck_message_channel_known"
        ),
        sa.CheckConstraint("language IN ('en', 'cy')", name="ck_message_language_known"),
    )
    op.create_index("ix_message_person_id", "message", ["person_id", "id"])
    op.create_index("ix_message_to_address", "message", ["to_address"])
    waiting = sa.text("sent_at IS NULL AND failed_at IS NULL")
    op.create_index("ix_message_waiting", "message", ["created_at"], postgresql_where=waiting)
    failed = sa.text("failed_at IS NOT NULL")
    op.create_index("ix_message_failed", "message", ["id"], postgresql_where=failed)
    sealed = sa.text("sealed IS NOT NULL")
    op.create_index("ix_message_sealed", "message", ["created_at"], postgresql_where=sealed)


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("stored_file")
    op.drop_table("message")
