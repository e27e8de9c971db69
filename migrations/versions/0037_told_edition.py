"""Of which edition of the framework somebody was told that it changed their skills."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("profile", sa.Column("told_edition_id", sa.Uuid()))
    op.create_foreign_key(
        "fk_profile_told_edition_id_framework_edition",
        "profile",
        "framework_edition",
        ["told_edition_id"],
        ["id"],
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_column("profile", "told_edition_id")
