"""Must-haves that a hiring manager waived for a post, each with the reason."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "match_waiver",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_match_waiver"),
        sa.UniqueConstraint(
            "opportunity_id", "skill_id", name="uq_match_waiver_opportunity_id_skill_id"
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"],
            name="fk_match_waiver_opportunity_id_opportunity", ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["skill_id"], ["skill.id"], name="fk_match_waiver_skill_id_skill"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_match_waiver_by_id_person"),
    )  # fmt: skip


def downgrade() -> None:
    """Take it away."""
    op.drop_table("match_waiver")
