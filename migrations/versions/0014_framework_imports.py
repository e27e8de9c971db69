"""Imports of the official download of roles, waiting for the operator's decision."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STATUSES = "'waiting', 'applied', 'discarded'"
ACTIONS = "'apply', 'discard'"


def upgrade() -> None:
    """Make both tables; the history is only ever added to."""
    op.create_table(
        "framework_import",
        *basics(),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sheet", postgresql.JSONB(), nullable=False),
        sa.Column("answers", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("base_edition_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid()),
        sa.Column("status", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_framework_import"),
        points_at("framework_import", "base_edition_id", "framework_edition"),
        points_at("framework_import", "edition_id", "framework_edition"),
        points_at("framework_import", "by_id", "person"),
        sa.CheckConstraint(f"status IN ({STATUSES})", name="ck_framework_import_status_known"),
        sa.CheckConstraint(
            "(status = 'applied') = (edition_id IS NOT NULL)",
            name="ck_framework_import_applied_edition",
        ),
    )
    op.create_index("ix_framework_import_created_at", "framework_import", ["created_at"])
    name = "framework_import_history"
    op.create_table(
        name,
        *basics(),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=False),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        points_at(name, "import_id", "framework_import"),
        points_at(name, "by_id", "person"),
        sa.CheckConstraint(f"from_status IN ({STATUSES})", name=f"ck_{name}_from_status_known"),
        sa.CheckConstraint(f"to_status IN ({STATUSES})", name=f"ck_{name}_to_status_known"),
        sa.CheckConstraint(f"action IN ({ACTIONS})", name=f"ck_{name}_action_known"),
    )
    op.create_index(f"ix_{name}_import_id", name, ["import_id"])
    op.execute(f"REVOKE UPDATE, DELETE ON {name} FROM crossbench_app")


def downgrade() -> None:
    """Drop both tables."""
    op.drop_table("framework_import_history")
    op.drop_table("framework_import")


def basics() -> list[sa.Column[object]]:
    """The columns that every table has."""
    moment = sa.DateTime(timezone=True)
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", moment, server_default=sa.func.now(), nullable=False),
    ]


def points_at(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """A foreign key to the id of another table."""
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")
