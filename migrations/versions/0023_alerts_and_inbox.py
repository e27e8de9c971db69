"""Alerts about posts with the runs they had, and how people want their messages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATUSES = "'waiting', 'on', 'paused', 'ended'"
OWN_ALERT = (
    "current_setting('app.is_system', true) = 'on'"
    " OR person_id = nullif(current_setting('app.person_id', true), '')::uuid"
    " OR encode(token_sha256, 'hex') = current_setting('app.link_sha256', true)"
)
OF_AN_ALERT = "EXISTS (SELECT 1 FROM alert WHERE alert.id = alert_id)"
# The convention had put its prefix before a name that had it already.
FORMER_NAME = "ck_message_ck_message_channel_known"
UNREAD = sa.text("in_inbox AND read_at IS NULL")


def basics() -> list[sa.Column]:
    """What every table has."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False),
    ]


def upgrade() -> None:
    """Make the tables; what a person looks for is seen by that person and by the system alone."""
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    make_alerts()
    make_history()
    make_runs()
    make_told()
    for table in ("alert", "alert_history", "alert_run", "alert_post"):
        seen = OWN_ALERT if table == "alert" else OF_AN_ALERT
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_own ON {table} USING ({seen}) WITH CHECK ({seen})")
    make_preferences()


def make_alerts() -> None:
    """Saved searches that tell about new posts."""
    op.create_table(
        "alert",
        *basics(),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("email", sa.Text()),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("to_private", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("criteria", postgresql.JSONB(), nullable=False),
        sa.Column("frequency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", MOMENT),
        sa.Column("covered_to", MOMENT),
        sa.Column("not_before", MOMENT),
        sa.Column("kept_at", MOMENT),
        sa.Column("asked_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_alert_person_id_person", ondelete="CASCADE"
        ),
        sa.CheckConstraint("language IN ('en', 'cy')", name="language_known"),
        sa.CheckConstraint("frequency IN ('instant', 'daily', 'weekly')", name="frequency_known"),
        sa.CheckConstraint(f"status IN ({STATUSES})", name="status_known"),
        sa.CheckConstraint("(person_id IS NULL) = (email IS NOT NULL)", name="person_or_address"),
        sa.CheckConstraint("email = lower(email)", name="email_lower"),
        sa.CheckConstraint("octet_length(token_sha256) = 32", name="token_sha256_length"),
        sa.CheckConstraint(
            "(started_at IS NULL) = (covered_to IS NULL)"
            " AND (started_at IS NULL) = (kept_at IS NULL)"
            " AND (started_at IS NOT NULL OR status IN ('waiting', 'ended'))",
            name="started_whole",
        ),
        sa.CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name="ended_pair"),
    )
    op.create_index("uq_alert_token_sha256", "alert", ["token_sha256"], unique=True)
    op.create_index("ix_alert_person_id", "alert", ["person_id", "id"])
    op.create_index(
        "ix_alert_due",
        "alert",
        ["frequency", "covered_to", "id"],
        postgresql_where=sa.text("status = 'on'"),
    )
    op.create_index("ix_alert_kept_at", "alert", ["kept_at"])


def make_history() -> None:
    """Each move of an alert, never changed."""
    op.create_table(
        "alert_history",
        *basics(),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=False),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_alert_history"),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name="fk_alert_history_alert_id_alert", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name="fk_alert_history_by_id_person", ondelete="SET NULL"
        ),
        sa.CheckConstraint(f"from_status IN ({STATUSES})", name="from_status_known"),
        sa.CheckConstraint(f"to_status IN ({STATUSES})", name="to_status_known"),
    )
    op.create_index("ix_alert_history_alert_id", "alert_history", ["alert_id", "id"])
    op.execute("REVOKE UPDATE ON alert_history FROM crossbench_app")


def make_runs() -> None:
    """One row for each window of an alert; the windows of an alert cannot overlap."""
    op.create_table(
        "alert_run",
        *basics(),
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("window_from", MOMENT, nullable=False),
        sa.Column("window_to", MOMENT, nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_alert_run"),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name="fk_alert_run_alert_id_alert", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["message.id"],
            name="fk_alert_run_message_id_message",
            ondelete="SET NULL",
        ),
        sa.UniqueConstraint("alert_id", "window_to", name="uq_alert_run_alert_id_window_to"),
        sa.CheckConstraint("window_from < window_to", name="window_forward"),
        sa.CheckConstraint("posts >= 0", name="posts_counted"),
        postgresql.ExcludeConstraint(
            (sa.column("alert_id"), "="),
            (sa.text("tstzrange(window_from, window_to)"), "&&"),
            name="ex_alert_run_windows_apart",
            using="gist",
        ),
    )
    op.create_index("ix_alert_run_created_at", "alert_run", ["created_at"])
    op.create_index("ix_alert_run_message_id", "alert_run", ["message_id"])


def make_told() -> None:
    """Which posts an alert has told of: never one twice."""
    op.create_table(
        "alert_post",
        sa.Column("alert_id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", "opportunity_id", name="pk_alert_post"),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name="fk_alert_post_alert_id_alert", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name="fk_alert_post_opportunity_id_opportunity",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_alert_post_opportunity_id", "alert_post", ["opportunity_id"])
    op.create_index("ix_alert_post_told_at", "alert_post", ["told_at"])


def make_preferences() -> None:
    """How a person wants messages of a kind; and messages that stand in the inbox alone."""
    op.create_table(
        "message_preference",
        *basics(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_message_preference"),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name="fk_message_preference_person_id_person",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("person_id", "kind", name="uq_message_preference_person_id_kind"),
        sa.CheckConstraint("kind IN ('alerts', 'posts')", name="kind_known"),
        sa.CheckConstraint("way IN ('both', 'mail', 'inbox')", name="way_known"),
    )
    op.drop_constraint(op.f(FORMER_NAME), "message")
    op.create_check_constraint(
        "channel_known", "message", "channel IN ('smtp', 'notify', 'mailbox', 'inbox')"
    )
    op.create_index("ix_message_unread", "message", ["person_id"], postgresql_where=UNREAD)
    waiting = sa.text("sent_at IS NULL AND failed_at IS NULL")
    op.create_index(
        "ix_message_waiting_template", "message", ["template"], postgresql_where=waiting
    )


def downgrade() -> None:
    """Drop the tables; messages that stood in the inbox alone count as kept in the mailbox."""
    op.drop_index("ix_message_waiting_template", "message")
    op.drop_index("ix_message_unread", "message")
    op.execute("UPDATE message SET channel = 'mailbox' WHERE channel = 'inbox'")
    op.drop_constraint("channel_known", "message", type_="check")
    op.create_check_constraint(
        op.f(FORMER_NAME), "message", "channel IN ('smtp', 'notify', 'mailbox')"
    )
    for table in ("message_preference", "alert_post", "alert_run", "alert_history", "alert"):
        op.drop_table(table)
