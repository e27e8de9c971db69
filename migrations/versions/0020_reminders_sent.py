"""Which reminders a body was sent, so that each goes out once; with row-level security."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

OWN = "organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)"
SYSTEM = "(SELECT current_setting('app.is_system', true)) = 'on'"
OPERATOR = "(SELECT current_setting('app.is_operator', true)) = 'on'"
SEEN = f"{OWN} OR {SYSTEM} OR {OPERATOR}"


def upgrade() -> None:
    """Make the table and close it to everybody but its organisation."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name="fk_reminder_organisation_id_organisation",
        ),
        sa.UniqueConstraint(
            "organisation_id",
            "what",
            "about",
            "stage",
            name="uq_reminder_organisation_id_what_about_stage",
        ),
        sa.CheckConstraint(
            "what IN ('sponsor', 'terms', 'local_role')", name="ck_reminder_what_known"
        ),
    )
    op.execute("ALTER TABLE reminder ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE reminder FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY reminder_own ON reminder USING ({SEEN}) WITH CHECK ({SEEN})")
    op.execute("REVOKE UPDATE ON reminder FROM crossbench_app")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("reminder")
