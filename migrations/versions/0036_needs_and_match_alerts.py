"""Needs that are kept until somebody suits them, and alerts about posts that suit a profile."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
OWN = "(SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)"
ME = "(SELECT nullif(current_setting('app.person_id', true), '')::uuid)"
SYSTEM = "(SELECT current_setting('app.is_system', true)) = 'on'"
# Whom a need told of is the worker's business and theirs, never the body's.
SEEN = {
    "match_need": f"organisation_id = {OWN} OR {SYSTEM}",
    "match_need_person": f"person_id = {ME} OR {SYSTEM}",
}


def basics() -> list[sa.Column]:
    """What every table has."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False),
    ]


def upgrade() -> None:
    """Make the tables and the mark."""
    op.create_table(
        "match_need",
        *basics(),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid()),
        sa.Column("looked_at", MOMENT),
        sa.Column("told_on", sa.Date()),
        sa.Column("counted_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_match_need"),
        sa.UniqueConstraint("opportunity_id", name="uq_match_need_opportunity_id"),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"],
            name="fk_match_need_opportunity_id_opportunity", ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"],
            name="fk_match_need_organisation_id_organisation",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name="fk_match_need_by_id_person", ondelete="SET NULL"
        ),
    )  # fmt: skip
    op.create_table(
        "match_need_person",
        *basics(),
        sa.Column("need_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_match_need_person"),
        sa.UniqueConstraint("need_id", "person_id", name="uq_match_need_person_need_id_person_id"),
        sa.ForeignKeyConstraint(
            ["need_id"], ["match_need.id"],
            name="fk_match_need_person_need_id_match_need", ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["profile.person_id"],
            name="fk_match_need_person_person_id_profile", ondelete="CASCADE",
        ),
    )  # fmt: skip
    op.create_index("ix_match_need_person_person_id", "match_need_person", ["person_id"])
    for table, seen in SEEN.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_seen ON {table} USING ({seen}) WITH CHECK ({seen})")
    op.add_column(
        "alert", sa.Column("is_match", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_check_constraint(
        op.f("ck_alert_match_of_a_person"), "alert", "NOT is_match OR person_id IS NOT NULL"
    )


def downgrade() -> None:
    """Take them away, with the alerts that a search cannot say."""
    op.execute("DELETE FROM alert WHERE is_match")
    op.drop_constraint(op.f("ck_alert_match_of_a_person"), "alert")
    op.drop_column("alert", "is_match")
    op.drop_table("match_need_person")
    op.drop_table("match_need")
