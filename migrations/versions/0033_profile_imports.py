"""Files from which somebody fills their profile, while they wait for a word."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ME = "(SELECT nullif(current_setting('app.person_id', true), '')::uuid)"
SYSTEM = "(SELECT current_setting('app.is_system', true)) = 'on'"
MINE = f"person_id = {ME} OR {SYSTEM}"


def upgrade() -> None:
    """Make the table, seen by its owner and by the system alone."""
    op.create_table(
        "profile_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_profile_import"),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["profile.person_id"],
            name="fk_profile_import_person_id_profile",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("person_id", name="uq_profile_import_person_id"),
        sa.CheckConstraint("kind IN ('json', 'csv')", name="kind_known"),
    )
    op.create_index("ix_profile_import_created_at", "profile_import", ["created_at"])
    op.execute("ALTER TABLE profile_import ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE profile_import FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY profile_import_own ON profile_import USING ({MINE}) WITH CHECK ({MINE})"
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("profile_import")
