"""Let the index of words of open posts take new ones at once: no search reads a waiting list."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Stop the list of what waits, and put what waits into the index."""
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("ALTER INDEX ix_open_post_search SET (fastupdate = off)")
    op.execute("SELECT gin_clean_pending_list('ix_open_post_search')")


def downgrade() -> None:
    """As the database does by itself."""
    op.execute("ALTER INDEX ix_open_post_search RESET (fastupdate)")
