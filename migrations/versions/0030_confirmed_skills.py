"""Requests to confirm a skill, who confirmed a claim, and the moves of a request."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATUSES = (
    "'draft', 'waiting', 'confirmed', 'declined', 'unknown', 'withdrawn', 'dropped', 'lapsed'"
)
ACTIONS = "'send', 'confirm', 'decline', 'disown', 'withdraw', 'drop', 'lapse'"
RELATIONS = "'manager', 'colleague'"
ME = "(SELECT nullif(current_setting('app.person_id', true), '')::uuid)"
SYSTEM = "(SELECT current_setting('app.is_system', true)) = 'on'"
LINK = "(SELECT decode(nullif(current_setting('app.link_sha256', true), ''), 'hex'))"
MINE = f"person_id = {ME} OR {SYSTEM}"
TABLES = {
    "skill_confirmation": f"{MINE} OR token_sha256 = {LINK}",
    "skill_confirmation_history": f"{MINE} OR EXISTS (SELECT FROM skill_confirmation c"
    f" WHERE c.id = request_id AND c.token_sha256 = {LINK})",
}


def basics() -> list[sa.Column]:
    """What every table has."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
    ]


def upgrade() -> None:
    """Make the tables, and say in the claim itself who confirmed it."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("profile_skill", sa.Column("confirmed_by", sa.Text()))
    op.add_column("profile_skill", sa.Column("confirmed_as", sa.Text()))
    op.create_check_constraint(
        "confirmed_as_known", "profile_skill", f"confirmed_as IN ({RELATIONS})"
    )
    op.create_check_constraint(
        "confirmed_by_whole",
        "profile_skill",
        "(confirmed_by IS NULL) = (confirmed_as IS NULL)"
        " AND (confirmed_by IS NULL OR confirmed_level IS NOT NULL)",
    )
    make_requests()
    make_history()
    for table, seen in TABLES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_own ON {table} USING ({seen}) WITH CHECK ({seen})")
    op.execute("REVOKE UPDATE ON skill_confirmation_history FROM crossbench_app")


def make_requests() -> None:
    """Who is asked what, and what they answered."""
    table = "skill_confirmation"
    op.create_table(
        table,
        *basics(),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("email", sa.Text()),
        sa.Column("email_domain", sa.Text(), nullable=False),
        sa.Column("email_mark", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("token_sha256", sa.LargeBinary()),
        sa.Column("sent_at", MOMENT),
        sa.Column("expires_at", MOMENT),
        sa.Column("settled_at", MOMENT),
        sa.Column("message_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["person_id", "skill_id"],
            ["profile_skill.person_id", "profile_skill.skill_id"],
            name=f"fk_{table}_person_id_skill_id_profile_skill",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name=f"fk_{table}_message_id_message",
            ondelete="SET NULL",
        ),
        sa.CheckConstraint(f"status IN ({STATUSES})", name="status_known"),
        sa.CheckConstraint(f"relation IN ({RELATIONS})", name="relation_known"),
        sa.CheckConstraint("language IN ('en', 'cy')", name="language_known"),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name="level_one_to_four"),
        sa.CheckConstraint("octet_length(email_mark) = 32", name="email_mark_length"),
        sa.CheckConstraint("octet_length(token_sha256) = 32", name="token_sha256_length"),
        sa.CheckConstraint(
            "(email IS NOT NULL) = (status IN ('draft', 'waiting'))", name="email_while_open"
        ),
        sa.CheckConstraint(
            "(status = 'draft') = (token_sha256 IS NULL)"
            " AND (token_sha256 IS NULL) = (sent_at IS NULL)"
            " AND (token_sha256 IS NULL) = (expires_at IS NULL)",
            name="sent_whole",
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (status IN ('draft', 'waiting'))", name="settled_whole"
        ),
    )
    op.create_index(f"ix_{table}_person_id", table, ["person_id", "id"])
    op.create_index(f"uq_{table}_token_sha256", table, ["token_sha256"], unique=True)
    op.create_index(
        f"uq_{table}_live",
        table,
        ["person_id", "skill_id", "email_mark"],
        unique=True,
        postgresql_where=sa.text("status IN ('waiting', 'confirmed')"),
    )
    op.create_index(f"ix_{table}_created_at", table, ["created_at"])


def make_history() -> None:
    """Each move of a request."""
    table = "skill_confirmation_history"
    op.create_table(
        table,
        *basics(),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=False),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["profile.person_id"],
            name=f"fk_{table}_person_id_profile",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["skill_confirmation.id"],
            name=f"fk_{table}_request_id_skill_confirmation",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(f"from_status IN ({STATUSES})", name="from_status_known"),
        sa.CheckConstraint(f"to_status IN ({STATUSES})", name="to_status_known"),
        sa.CheckConstraint(f"action IN ({ACTIONS})", name="action_known"),
    )
    op.create_index(f"ix_{table}_request_id", table, ["request_id", "id"])


def downgrade() -> None:
    """Drop them."""
    for table in reversed(TABLES):
        op.drop_table(table)
    for name in ("confirmed_by_whole", "confirmed_as_known"):
        op.drop_constraint(name, "profile_skill", type_="check")
    op.drop_column("profile_skill", "confirmed_as")
    op.drop_column("profile_skill", "confirmed_by")
