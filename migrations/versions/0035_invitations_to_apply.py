"""Invitations to apply, their history, and how people want to hear of them."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATUSES = "'sent', 'accepted', 'declined', 'withdrawn', 'expired', 'ended'"
REASONS = "'time', 'place', 'pay', 'move', 'work', 'other', 'unsaid'"
OWN = "(SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)"
ME = "(SELECT nullif(current_setting('app.person_id', true), '')::uuid)"
SYSTEM = "(SELECT current_setting('app.is_system', true)) = 'on'"
SEEN = f"person_id = {ME} OR organisation_id = {OWN} OR {SYSTEM}"
OF_AN_INVITATION = "EXISTS (SELECT 1 FROM post_invitation i WHERE i.id = invitation_id)"
KIND = "ck_message_preference_kind_known"


def basics() -> list[sa.Column]:
    """What every table has."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False),
    ]


def upgrade() -> None:
    """Make them; an invitation is seen by who was invited, by the body, and by the system."""
    make_invitations()
    make_history()
    for table, seen in (
        ("post_invitation", SEEN),
        ("post_invitation_history", OF_AN_INVITATION),
    ):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_seen ON {table} USING ({seen}) WITH CHECK ({seen})")
    op.execute("REVOKE UPDATE ON post_invitation_history FROM crossbench_app")
    op.drop_constraint(op.f(KIND), "message_preference")
    op.create_check_constraint(
        op.f(KIND), "message_preference", "kind IN ('alerts', 'posts', 'invitations')"
    )


def make_invitations() -> None:
    """Who was invited by which body for which post, and what came of it."""
    op.create_table(
        "post_invitation",
        *basics(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("profile_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("status", sa.Text(), server_default="sent", nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("words", sa.Text()),
        sa.Column("moved_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_post_invitation"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["profile.person_id"],
            name="fk_post_invitation_person_id_profile", ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"],
            name="fk_post_invitation_organisation_id_organisation",
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"],
            name="fk_post_invitation_opportunity_id_opportunity", ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_post_invitation_by_id_person"),
        sa.UniqueConstraint(
            "opportunity_id", "person_id", name="uq_post_invitation_opportunity_id_person_id"
        ),
        sa.CheckConstraint(f"status IN ({STATUSES})", name="status_known"),
        sa.CheckConstraint(f"reason IN ({REASONS})", name="reason_known"),
        sa.CheckConstraint("reason IS NULL OR status = 'declined'", name="reason_of_declining"),
        sa.CheckConstraint("words IS NULL OR reason IS NOT NULL", name="words_with_reason"),
        sa.CheckConstraint("(status = 'sent') = (moved_at IS NULL)", name="moved_pair"),
    )  # fmt: skip
    op.create_index("ix_post_invitation_person_id", "post_invitation", ["person_id", "id"])
    op.create_index(
        "ix_post_invitation_organisation_id", "post_invitation", ["organisation_id", "created_at"]
    )


def make_history() -> None:
    """Each move of an invitation, never changed."""
    op.create_table(
        "post_invitation_history",
        *basics(),
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=False),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_post_invitation_history"),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["post_invitation.id"],
            name="fk_post_invitation_history_invitation_id_post_invitation", ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"],
            name="fk_post_invitation_history_by_id_person", ondelete="SET NULL",
        ),
        sa.CheckConstraint(f"from_status IN ({STATUSES})", name="from_status_known"),
        sa.CheckConstraint(f"to_status IN ({STATUSES})", name="to_status_known"),
    )  # fmt: skip
    op.create_index(
        "ix_post_invitation_history_invitation_id",
        "post_invitation_history",
        ["invitation_id", "id"],
    )


def downgrade() -> None:
    """Take them away; who chose how invitations come hears of them as everybody does."""
    op.drop_table("post_invitation_history")
    op.drop_table("post_invitation")
    op.execute("DELETE FROM message_preference WHERE kind = 'invitations'")
    op.drop_constraint(op.f(KIND), "message_preference")
    op.create_check_constraint(op.f(KIND), "message_preference", "kind IN ('alerts', 'posts')")
