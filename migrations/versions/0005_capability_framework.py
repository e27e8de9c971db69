"""The capability framework: editions that are written once, and roles and skills that outlive them.

What an edition says may be added by the application, never changed or deleted by it.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WRITTEN_ONCE = (
    "framework_edition",
    "edition_role",
    "edition_skill",
    "role_level",
    "level_skill",
    "role_skill",
    "skill_successor",
)


def upgrade() -> None:
    """Make the tables, then take away the right to rewrite an edition."""
    make_lasting_tables()
    make_edition_tables()
    make_level_tables()
    for table in WRITTEN_ONCE:
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM crossbench_app")


def downgrade() -> None:
    """Drop the tables, those that point at others first."""
    for table in (
        "skill_successor",
        "role_skill",
        "level_skill",
        "role_level",
        "edition_skill",
        "edition_role",
        "framework_edition",
        "skill",
        "role",
        "role_family",
    ):
        op.drop_table(table)


def make(name: str, *columns: sa.schema.SchemaItem) -> None:
    """A table with the columns that every table has."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", moment, server_default=sa.func.now(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )


def required(name: str, kind: type[sa.types.TypeEngine[object]] = sa.Text) -> sa.Column[object]:
    """A column that is never empty."""
    return sa.Column(name, kind(), nullable=False)


def points_at(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """A foreign key to the id of another table."""
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def once(table: str, *columns: str) -> sa.UniqueConstraint:
    """No two rows have the same of these."""
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def make_lasting_tables() -> None:
    """Families, roles and skills, and what became of skills."""
    make("role_family", required("slug"), required("name"), once("role_family", "slug"))
    make(
        "role",
        required("slug"),
        required("name"),
        required("family_id", sa.Uuid),
        required("is_senior", sa.Boolean),
        sa.Column("since", sa.Date()),
        required("search_text"),
        points_at("role", "family_id", "role_family"),
        once("role", "slug"),
    )
    op.create_index("ix_role_family_id", "role", ["family_id"])
    make(
        "skill",
        required("slug"),
        required("name"),
        required("search_text"),
        once("skill", "slug"),
        once("skill", "name"),
    )
    make(
        "skill_successor",
        required("skill_id", sa.Uuid),
        sa.Column("successor_id", sa.Uuid()),
        required("kind"),
        required("changed_on", sa.Date),
        points_at("skill_successor", "skill_id", "skill"),
        points_at("skill_successor", "successor_id", "skill"),
        sa.CheckConstraint(
            "kind IN ('renamed', 'merged', 'split', 'retired')", name="ck_skill_successor_kind"
        ),
        sa.CheckConstraint(
            "(kind = 'retired') = (successor_id IS NULL)",
            name="ck_skill_successor_retired_has_none",
        ),
        sa.CheckConstraint("successor_id <> skill_id", name="ck_skill_successor_not_itself"),
        sa.UniqueConstraint(
            "skill_id",
            "successor_id",
            name="uq_skill_successor_skill_id_successor_id",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_skill_successor_successor_id", "skill_successor", ["successor_id"])


def make_edition_tables() -> None:
    """Editions, and which roles and skills each has."""
    make(
        "framework_edition",
        required("as_of", sa.Date),
        required("name"),
        required("source"),
        required("licence"),
        required("attribution"),
        required("content_sha256", sa.LargeBinary),
        required("history", postgresql.JSONB),
        required("families", sa.Integer),
        required("roles", sa.Integer),
        required("levels", sa.Integer),
        required("skills", sa.Integer),
        required("cells", sa.Integer),
        sa.CheckConstraint(
            "octet_length(content_sha256) = 32", name="ck_framework_edition_content_sha256_length"
        ),
        once("framework_edition", "as_of"),
    )
    make(
        "edition_role",
        required("edition_id", sa.Uuid),
        required("role_id", sa.Uuid),
        required("family_id", sa.Uuid),
        required("name"),
        required("is_senior", sa.Boolean),
        required("position", sa.SmallInteger),
        points_at("edition_role", "edition_id", "framework_edition"),
        points_at("edition_role", "role_id", "role"),
        points_at("edition_role", "family_id", "role_family"),
        once("edition_role", "edition_id", "role_id"),
    )
    op.create_index("ix_edition_role_role_id", "edition_role", ["role_id"])
    make(
        "edition_skill",
        required("edition_id", sa.Uuid),
        required("skill_id", sa.Uuid),
        points_at("edition_skill", "edition_id", "framework_edition"),
        points_at("edition_skill", "skill_id", "skill"),
        once("edition_skill", "edition_id", "skill_id"),
    )
    op.create_index("ix_edition_skill_skill_id", "edition_skill", ["skill_id"])


def of_edition(table: str) -> sa.ForeignKeyConstraint:
    """A foreign key to a role as its edition has it."""
    return sa.ForeignKeyConstraint(
        ["edition_id", "role_id"],
        ["edition_role.edition_id", "edition_role.role_id"],
        name=f"fk_{table}_edition_id_role_id_edition_role",
    )


def make_level_tables() -> None:
    """Levels, the cells of the matrix, and the skills of roles without levels."""
    make(
        "role_level",
        required("edition_id", sa.Uuid),
        required("role_id", sa.Uuid),
        required("slug"),
        required("name"),
        required("position", sa.SmallInteger),
        required("grades", postgresql.JSONB),
        of_edition("role_level"),
        points_at("role_level", "role_id", "role"),
        once("role_level", "edition_id", "role_id", "position"),
        once("role_level", "edition_id", "role_id", "slug"),
    )
    op.create_index("ix_role_level_role_id", "role_level", ["role_id"])
    make(
        "level_skill",
        required("level_id", sa.Uuid),
        required("skill_id", sa.Uuid),
        required("proficiency", sa.SmallInteger),
        points_at("level_skill", "level_id", "role_level"),
        points_at("level_skill", "skill_id", "skill"),
        sa.CheckConstraint(
            "proficiency BETWEEN 1 AND 4", name="ck_level_skill_proficiency_one_to_four"
        ),
        once("level_skill", "level_id", "skill_id"),
    )
    op.create_index("ix_level_skill_skill_id", "level_skill", ["skill_id"])
    make(
        "role_skill",
        required("edition_id", sa.Uuid),
        required("role_id", sa.Uuid),
        required("skill_id", sa.Uuid),
        of_edition("role_skill"),
        points_at("role_skill", "role_id", "role"),
        points_at("role_skill", "skill_id", "skill"),
        once("role_skill", "edition_id", "role_id", "skill_id"),
    )
    op.create_index("ix_role_skill_skill_id", "role_skill", ["skill_id"])
