"""Local roles: what organisations define beside the framework, with skills they borrow from it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; the history is only ever added to."""
    op.create_table(
        "local_role",
        *basics(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("slug", "name", "summary", "basis", "owner")
        ),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), server_default="active", nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_local_role"),
        points_at("local_role", "organisation_id", "organisation"),
        points_at("local_role", "edition_id", "framework_edition"),
        sa.UniqueConstraint("organisation_id", "slug", name="uq_local_role_organisation_id_slug"),
        sa.CheckConstraint("status IN ('active', 'retired')", name="ck_local_role_status_known"),
        sa.CheckConstraint("version >= 1", name="ck_local_role_version_from_one"),
    )
    op.create_index("ix_local_role_status", "local_role", ["status", "organisation_id"])
    op.create_table(
        "local_role_skill",
        *basics(),
        sa.Column("local_role_id", sa.Uuid(), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("proficiency", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_local_role_skill"),
        points_at("local_role_skill", "local_role_id", "local_role", ondelete="CASCADE"),
        points_at("local_role_skill", "skill_id", "skill"),
        sa.UniqueConstraint(
            "local_role_id", "skill_id", name="uq_local_role_skill_local_role_id_skill_id"
        ),
        sa.CheckConstraint(
            "proficiency BETWEEN 1 AND 4", name="ck_local_role_skill_proficiency_one_to_four"
        ),
    )
    op.create_index("ix_local_role_skill_skill_id", "local_role_skill", ["skill_id"])
    make_history()


def make_history() -> None:
    """Who retired or restored a role."""
    name = "local_role_history"
    op.create_table(
        name,
        *basics(),
        sa.Column("local_role_id", sa.Uuid(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=False),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        points_at(name, "local_role_id", "local_role"),
        points_at(name, "by_id", "person"),
        sa.CheckConstraint(
            "from_status IN ('active', 'retired')", name=f"ck_{name}_from_status_known"
        ),
        sa.CheckConstraint("to_status IN ('active', 'retired')", name=f"ck_{name}_to_status_known"),
        sa.CheckConstraint("action IN ('retire', 'restore')", name=f"ck_{name}_action_known"),
    )
    op.create_index(f"ix_{name}_local_role_id", name, ["local_role_id"])
    op.execute(f"REVOKE UPDATE, DELETE ON {name} FROM crossbench_app")


def downgrade() -> None:
    """Drop the tables."""
    for table in ("local_role_history", "local_role_skill", "local_role"):
        op.drop_table(table)


def basics() -> list[sa.Column[object]]:
    """The columns that every table has."""
    moment = sa.DateTime(timezone=True)
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", moment, server_default=sa.func.now(), nullable=False),
    ]


def points_at(
    table: str, column: str, other: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    """A foreign key to the id of another table."""
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}", ondelete=ondelete
    )
