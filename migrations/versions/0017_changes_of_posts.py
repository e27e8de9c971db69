"""Changes of published posts that wait for approval, and what was typed to work a cost out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

STATES = "'waiting', 'approved', 'refused', 'replaced'"
OF_A_POST = "EXISTS (SELECT 1 FROM opportunity WHERE opportunity.id = opportunity_id)"


def refer(column: str, target: str, ondelete: str | None = None) -> None:
    """A foreign key of the new table."""
    name = f"fk_opportunity_change_{column}_{target}"
    op.create_foreign_key(name, "opportunity_change", target, [column], ["id"], ondelete=ondelete)


def upgrade() -> None:
    """Make the table; forms have one-time keys of their own now, so posts need none."""
    moment = sa.DateTime(timezone=True)
    op.add_column("opportunity", sa.Column("cost_answers", postgresql.JSONB()))
    op.drop_constraint("uq_opportunity_organisation_id_started_key", "opportunity")
    op.drop_column("opportunity", "started_key")
    op.drop_constraint("uq_question_asker_person_id_form_key", "question_asker")
    op.drop_column("question_asker", "form_key")
    op.create_index("ix_question_asker_person_id", "question_asker", ["person_id"])
    op.create_table(
        "opportunity_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("decided_at", moment),
        sa.Column("decided_by_id", sa.Uuid()),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_opportunity_change"),
        sa.CheckConstraint(f"state IN ({STATES})", name="state_known"),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL)"
            " AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name="decided_whole",
        ),
    )
    refer("opportunity_id", "opportunity", "CASCADE")
    refer("by_id", "person")
    refer("decided_by_id", "person")
    op.create_index(
        "uq_opportunity_change_waiting",
        "opportunity_change",
        ["opportunity_id", "section"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.execute("ALTER TABLE opportunity_change ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE opportunity_change FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY opportunity_change_of_a_post ON opportunity_change USING ({OF_A_POST})"
        f" WITH CHECK ({OF_A_POST})"
    )


def downgrade() -> None:
    """Put the keys back, and drop the table."""
    op.drop_table("opportunity_change")
    op.drop_index("ix_question_asker_person_id", "question_asker")
    op.add_column("question_asker", sa.Column("form_key", sa.Uuid()))
    op.execute("UPDATE question_asker SET form_key = id")
    op.alter_column("question_asker", "form_key", nullable=False)
    op.create_unique_constraint(
        "uq_question_asker_person_id_form_key", "question_asker", ["person_id", "form_key"]
    )
    op.add_column("opportunity", sa.Column("started_key", sa.Uuid()))
    op.create_unique_constraint(
        "uq_opportunity_organisation_id_started_key",
        "opportunity",
        ["organisation_id", "started_key"],
    )
    op.drop_column("opportunity", "cost_answers")
