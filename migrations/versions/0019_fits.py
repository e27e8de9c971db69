"""Proposals to join partial needs into one post: what the exchange knows, and each body's side."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATUSES = "'proposed', 'agreed', 'drafted', 'declined', 'withdrawn', 'expired'"
LIVE = "status IN ('proposed', 'agreed', 'drafted')"
OWN = "(SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)"
SYSTEM = "(SELECT current_setting('app.is_system', true)) = 'on'"
MINE = f"organisation_id = {OWN} OR {SYSTEM}"
# What joins two bodies is seen by neither: each has a row of its own.
POLICIES = {"fit": SYSTEM, "fit_side": MINE, "fit_history": SYSTEM, "fit_choice": MINE}


def basics(*, changes: bool = True) -> list[sa.Column]:
    """The columns that every table has; what never changes has no time of change."""
    columns = [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
    ]
    if changes:
        moment = sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False)
        columns.append(moment)
    return columns


def refer(table: str, delete: str | None = None, **columns: str) -> None:
    """Foreign keys under the names of our convention."""
    for column, target in columns.items():
        name = f"fk_{table}_{column}_{target}"
        op.create_foreign_key(name, table, target, [column], ["id"], ondelete=delete)


def upgrade() -> None:
    """The proposal, its sides, its moves, and what bodies choose."""
    make_fit()
    make_sides()
    op.create_table(
        "fit_history",
        *basics(changes=False),
        sa.Column("fit_id", sa.Uuid(), nullable=False),
        sa.Column("from_status", sa.Text()),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid()),
        sa.Column("by_organisation_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_fit_history"),
        sa.CheckConstraint(f"to_status IN ({STATUSES})", name="to_status_known"),
    )
    refer("fit_history", "CASCADE", fit_id="fit")
    refer("fit_history", by_id="person", by_organisation_id="organisation")
    op.create_index("ix_fit_history_fit_id", "fit_history", ["fit_id", "id"])
    op.create_table(
        "fit_choice",
        *basics(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("uses_private", sa.Boolean(), nullable=False),
        sa.Column("set_by_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fit_choice"),
        sa.UniqueConstraint("organisation_id", name="uq_fit_choice_organisation_id"),
    )
    refer("fit_choice", organisation_id="organisation", set_by_id="person")
    op.execute("REVOKE UPDATE, DELETE ON fit_history FROM crossbench_app")
    for table, rule in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_own ON {table} USING ({rule}) WITH CHECK ({rule})")


def make_fit() -> None:
    """What the exchange alone knows."""
    op.create_table(
        "fit",
        *basics(),
        sa.Column("status", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("days", sa.Numeric(4, 2), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("lead_id", sa.Uuid()),
        sa.Column("joint_opportunity_id", sa.Uuid()),
        sa.Column("told_open_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_fit"),
        sa.CheckConstraint(f"status IN ({STATUSES})", name="status_known"),
        sa.CheckConstraint("days > 0 AND days <= 5", name="days_of_a_week"),
    )
    refer("fit", lead_id="organisation")
    refer("fit", "SET NULL", joint_opportunity_id="opportunity")
    op.create_index("ix_fit_status", "fit", ["status", "expires_on"])
    op.create_index("ix_fit_joint_opportunity_id", "fit", ["joint_opportunity_id"])


def make_sides() -> None:
    """What each body may know, and what it answered."""
    table = "fit_side"
    op.create_table(
        table,
        *basics(),
        *(
            sa.Column(name, sa.Uuid(), nullable=False)
            for name in ("fit_id", "organisation_id", "opportunity_id")
        ),
        sa.Column("status", sa.Text(), server_default="proposed", nullable=False),
        sa.Column("days", sa.Numeric(4, 2), nullable=False),
        sa.Column("total_days", sa.Numeric(4, 2), nullable=False),
        sa.Column("bodies", sa.Integer(), nullable=False),
        sa.Column("role_name", sa.Text(), nullable=False),
        sa.Column("region", sa.Text()),
        sa.Column("is_remote", sa.Boolean(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column(
            "shown_post_ids",
            postgresql.ARRAY(sa.Uuid()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("answer", sa.Text()),
        sa.Column("employs", sa.Text()),
        sa.Column("answered_at", MOMENT),
        sa.Column("answered_by_id", sa.Uuid()),
        sa.Column("reason", sa.Text()),
        sa.Column("never_again", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("partners", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("is_lead", sa.Boolean()),
        sa.Column("joint_opportunity_id", sa.Uuid()),
        sa.Column("joint_slug", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_fit_side"),
        sa.UniqueConstraint("fit_id", "organisation_id", name="uq_fit_side_fit_id_organisation_id"),
        sa.CheckConstraint(f"status IN ({STATUSES})", name="status_known"),
        sa.CheckConstraint("answer IN ('accepted', 'declined')", name="answer_known"),
        sa.CheckConstraint("employs IN ('we', 'either', 'others')", name="employs_known"),
        sa.CheckConstraint("days > 0 AND days < total_days", name="days_are_a_part"),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL)"
            " AND (answered_at IS NULL) = (answer IS NULL)",
            name="answered_whole",
        ),
    )
    refer(table, "CASCADE", fit_id="fit")
    refer(
        table,
        organisation_id="organisation",
        opportunity_id="opportunity",
        answered_by_id="person",
    )
    refer(table, "SET NULL", joint_opportunity_id="opportunity")
    op.create_index("ix_fit_side_organisation_id", table, ["organisation_id", "status", "id"])
    op.create_index(
        "uq_fit_side_live",
        table,
        ["opportunity_id"],
        unique=True,
        postgresql_where=sa.text(LIVE),
    )


def downgrade() -> None:
    """Drop it all, what names others first."""
    for table in ("fit_choice", "fit_history", "fit_side", "fit"):
        op.drop_table(table)
