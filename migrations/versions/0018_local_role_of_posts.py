"""Posts name the local role of their body, now that there are such roles."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NAME = "fk_opportunity_local_role_id_local_role"


def upgrade() -> None:
    """Tie them together."""
    op.create_foreign_key(NAME, "opportunity", "local_role", ["local_role_id"], ["id"])


def downgrade() -> None:
    """Let them go."""
    op.drop_constraint(NAME, "opportunity", type_="foreignkey")
