"""Organisations, people, memberships with their duties, and who is signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = "'council', 'nhs', 'police', 'fire', 'university', 'charity', 'department', 'other'"
REGISTERS = "'ons', 'ods', 'ukprn', 'companies_house', 'charity'"
REGIONS = (
    "'north_east', 'north_west', 'yorkshire', 'east_midlands', 'west_midlands', 'east_of_england',"
    " 'london', 'south_east', 'south_west', 'wales', 'scotland', 'northern_ireland'"
)
STATUSES = "'applied', 'verified', 'refused', 'suspended', 'closed'"
DUTIES = (
    "'organisation_admin', 'hr', 'hiring_manager', 'line_manager', 'finance_officer',"
    " 'authorised_signatory', 'member'"
)

# Looks up what a sign-in may be and says so to the policies of this transaction. Its own rights are
# those of the caller: the tables it reads carry no policy.
ACT_FOR = """
CREATE FUNCTION app_act_for(sign_in uuid) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    found record;
BEGIN
    SELECT person.id AS person_id, person.is_operator, membership.organisation_id
    INTO found
    FROM person_session
    JOIN person ON person.id = person_session.person_id AND person.suspended_at IS NULL
    LEFT JOIN membership ON membership.id = person_session.membership_id
        AND membership.person_id = person.id AND membership.ended_at IS NULL
    WHERE person_session.id = sign_in AND person_session.ended_at IS NULL;
    PERFORM set_config('app.person_id', coalesce(found.person_id::text, ''), true),
        set_config('app.organisation_id', coalesce(found.organisation_id::text, ''), true),
        set_config('app.is_operator', CASE WHEN found.is_operator THEN 'on' ELSE '' END, true);
END $$
"""
TABLES = (
    "person_session",
    "membership_duty",
    "membership",
    "organisation_history",
    "organisation_domain",
    "organisation",
    "person",
)


def basics() -> list[sa.Column]:
    """The columns that every table has."""
    moment = sa.DateTime(timezone=True)
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", moment, server_default=sa.func.now(), nullable=False),
    ]


def refer(table: str, column: str, target: str, ondelete: str | None = None) -> None:
    """A foreign key under the name of our convention."""
    op.create_foreign_key(
        f"fk_{table}_{column}_{target}", table, target, [column], ["id"], ondelete=ondelete
    )


def upgrade() -> None:
    """People first: organisations name who accepted their terms."""
    make_people()
    make_organisations()
    make_memberships()
    op.execute(ACT_FOR)


def make_people() -> None:
    """Accounts."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "person",
        *basics(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("private_email", sa.Text()),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("is_operator", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("suspended_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("email", name="uq_person_email"),
        sa.UniqueConstraint("private_email", name="uq_person_private_email"),
        sa.CheckConstraint("email = lower(email)", name="ck_person_email_lower"),
        sa.CheckConstraint(
            "private_email = lower(private_email)", name="ck_person_private_email_lower"
        ),
        sa.CheckConstraint("language IN ('en', 'cy')", name="ck_person_language_known"),
    )


def make_organisations() -> None:
    """Bodies, their domains and the moves between their states."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "organisation",
        *basics(),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_cy", sa.Text()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("register", sa.Text(), nullable=False),
        sa.Column("register_id", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="applied", nullable=False),
        sa.Column("about", sa.Text()),
        sa.Column("website", sa.Text()),
        sa.Column("is_vat_registered", sa.Boolean()),
        sa.Column("pays_levy", sa.Boolean()),
        sa.Column("pension_scheme", sa.Text()),
        sa.Column("full_time_hours", sa.Numeric(5, 2)),
        sa.Column("senior_sponsor", sa.Text()),
        sa.Column("sponsor_confirmed_on", sa.Date()),
        sa.Column(
            "needs_post_approval", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column("terms_version", sa.Text()),
        sa.Column("terms_accepted_at", moment),
        sa.Column("terms_accepted_by_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("slug", name="uq_organisation_slug"),
        sa.UniqueConstraint("register", "register_id", name="uq_organisation_register_register_id"),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="ck_organisation_kind_known"),
        sa.CheckConstraint(f"register IN ({REGISTERS})", name="ck_organisation_register_known"),
        sa.CheckConstraint(f"region IN ({REGIONS})", name="ck_organisation_region_known"),
        sa.CheckConstraint(f"status IN ({STATUSES})", name="ck_organisation_status_known"),
        sa.CheckConstraint(
            "(terms_accepted_at IS NULL) = (terms_accepted_by_id IS NULL)"
            " AND (terms_accepted_at IS NULL) = (terms_version IS NULL)",
            name="ck_organisation_terms_accepted_pair",
        ),
        sa.CheckConstraint(
            "full_time_hours BETWEEN 1 AND 60", name="ck_organisation_full_time_hours_of_a_week"
        ),
    )
    refer("organisation", "terms_accepted_by_id", "person")
    op.create_table(
        "organisation_domain",
        *basics(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation_domain"),
        sa.UniqueConstraint("domain", name="uq_organisation_domain_domain"),
    )
    refer("organisation_domain", "organisation_id", "organisation")
    op.create_index(
        "ix_organisation_domain_organisation_id", "organisation_domain", ["organisation_id"]
    )
    op.create_table(
        "organisation_history",
        *basics(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("from_status", sa.Text()),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid()),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_organisation_history"),
        sa.CheckConstraint(
            f"to_status IN ({STATUSES})", name="ck_organisation_history_to_status_known"
        ),
    )
    refer("organisation_history", "organisation_id", "organisation")
    refer("organisation_history", "by_id", "person")
    op.create_index(
        "ix_organisation_history_organisation_id", "organisation_history", ["organisation_id"]
    )


def make_memberships() -> None:
    """Who belongs where, with which duties, and who is signed in."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "membership",
        *basics(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("work_email", sa.Text(), nullable=False),
        sa.Column("job_title", sa.Text()),
        sa.Column("manager_id", sa.Uuid()),
        sa.Column("proof_renewed_on", sa.Date(), nullable=False),
        sa.Column("ended_at", moment),
        sa.Column("ended_reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_membership"),
    )
    refer("membership", "person_id", "person")
    refer("membership", "organisation_id", "organisation")
    refer("membership", "manager_id", "membership")
    op.create_index("ix_membership_person_id", "membership", ["person_id"])
    op.create_index("ix_membership_organisation_id", "membership", ["organisation_id", "ended_at"])
    op.create_index(
        "uq_membership_current",
        "membership",
        ["person_id", "organisation_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "membership_duty",
        *basics(),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("given_by_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_membership_duty"),
        sa.UniqueConstraint("membership_id", "duty", name="uq_membership_duty_membership_id_duty"),
        sa.CheckConstraint(f"duty IN ({DUTIES})", name="ck_membership_duty_duty_known"),
    )
    refer("membership_duty", "membership_id", "membership", "CASCADE")
    refer("membership_duty", "given_by_id", "person")
    op.create_table(
        "person_session",
        *basics(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid()),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text()),
        sa.Column("second_factor_at", moment),
        sa.Column("ended_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_person_session"),
        sa.CheckConstraint("how IN ('link', 'oidc', 'demo')", name="ck_person_session_how_known"),
    )
    refer("person_session", "person_id", "person")
    refer("person_session", "membership_id", "membership", "SET NULL")
    op.create_index("ix_person_session_person_id", "person_session", ["person_id"])


def downgrade() -> None:
    """Drop it all, what names others first."""
    op.execute("DROP FUNCTION app_act_for(uuid)")
    for table in TABLES:
        op.drop_table(table)
