"""What people claimed of their skills when, so that they see how far they have come."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ME = "(SELECT nullif(current_setting('app.person_id', true), '')::uuid)"
SYSTEM = "(SELECT current_setting('app.is_system', true)) = 'on'"
MINE = f"person_id = {ME} OR {SYSTEM}"
# What is claimed now was claimed at the latest when it was changed last.
NOW = """
INSERT INTO profile_skill_history (id, person_id, skill_id, level, on_day)
SELECT gen_random_uuid(), person_id, skill_id, level,
    (updated_at AT TIME ZONE 'Europe/London')::date
FROM profile_skill
"""


def upgrade() -> None:
    """Make the table, seen by its owner and by the system alone, and begin it with what is."""
    table = "profile_skill_history"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["profile.person_id"],
            name=f"fk_{table}_person_id_profile",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name=f"fk_{table}_skill_id_skill"),
        sa.UniqueConstraint(
            "person_id", "skill_id", "on_day", name=f"uq_{table}_person_id_skill_id_on_day"
        ),
        sa.CheckConstraint("level BETWEEN 0 AND 4", name="level_zero_to_four"),
    )
    op.create_index(f"ix_{table}_on_day", table, ["on_day"])
    op.execute("SELECT set_config('app.is_system', 'on', true)")
    op.execute(NOW)
    op.execute("SELECT set_config('app.is_system', '', true)")
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {table}_own ON {table} USING ({MINE}) WITH CHECK ({MINE})")


def downgrade() -> None:
    """Drop it."""
    op.drop_table("profile_skill_history")
