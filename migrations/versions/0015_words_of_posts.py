"""The words that public posts use, to answer a misspelt one with those it is near to."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and drop the index that compared whole posts: it took a second."""
    op.create_table(
        "post_word",
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_post_word"),
    )
    op.create_index(
        "ix_post_word_word",
        "post_word",
        ["word"],
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    )
    op.drop_index("ix_open_post_near", "open_post")


def downgrade() -> None:
    """The other way round."""
    op.create_index(
        "ix_open_post_near",
        "open_post",
        ["near"],
        postgresql_using="gin",
        postgresql_ops={"near": "gin_trgm_ops"},
    )
    op.drop_table("post_word")
