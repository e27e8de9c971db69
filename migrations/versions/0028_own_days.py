"""A jointly funded post says how many days its employer takes itself, and its funding knows it."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TABLES = ("opportunity", "funding", "funding_total")


def upgrade() -> None:
    """Add the days; nothing is known of the posts that are there."""
    for table in TABLES:
        op.add_column(table, sa.Column("own_days", sa.Numeric(4, 2)))
        name = op.f(f"ck_{table}_own_days_of_a_week")
        op.create_check_constraint(name, table, "own_days > 0 AND own_days < 7")


def downgrade() -> None:
    """Forget them."""
    for table in TABLES:
        op.drop_column(table, "own_days")
