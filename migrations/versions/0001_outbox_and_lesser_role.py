"""The outbox, and the role the application acts as: it may use tables, not own or change them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Roles belong to the whole server, so another copy of the application may have made it already,
# perhaps in this very moment.
MAKE_ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'crossbench_app') THEN
        CREATE ROLE crossbench_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END $$
"""
MAY_ACT_AS_IT = """
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'crossbench_app', 'SET') THEN
        GRANT crossbench_app TO CURRENT_USER;
    END IF;
END $$
"""
GRANTS = (
    "GRANT USAGE ON SCHEMA public TO crossbench_app",
    "GRANT SELECT ON alembic_version TO crossbench_app",
    (
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
        " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO crossbench_app"
    ),
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO crossbench_app",
)
TAKEN_BACK = (
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM crossbench_app",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM crossbench_app",
    "REVOKE ALL ON alembic_version FROM crossbench_app",
    "REVOKE ALL ON SCHEMA public FROM crossbench_app",
)


def upgrade() -> None:
    """Make the role and what it may do, then the table."""
    for statement in (MAKE_ROLE, MAY_ACT_AS_IT, *GRANTS):
        op.execute(statement)
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(), nullable=False),
        sa.Column("attempt", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("enqueued_at", moment),
        sa.Column("done_at", moment),
        sa.Column("failed_at", moment),
        sa.Column("last_error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.CheckConstraint("attempt >= 0", name="ck_outbox_attempt_not_negative"),
        sa.CheckConstraint("done_at IS NULL OR failed_at IS NULL", name="ck_outbox_done_or_failed"),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["next_at"],
        postgresql_where=sa.text("done_at IS NULL AND failed_at IS NULL"),
    )


def downgrade() -> None:
    """Drop the table and take the rights back; the role may serve another database, so it stays."""
    op.drop_table("outbox")
    for statement in TAKEN_BACK:
        op.execute(statement)
