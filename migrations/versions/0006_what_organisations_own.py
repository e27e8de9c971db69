"""What organisations own: pension rates, limits, terms, domains asked for, invitations, proofs.

With row-level security: decision 0131.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

DUTIES = (
    "'organisation_admin', 'hr', 'hiring_manager', 'line_manager', 'finance_officer',"
    " 'authorised_signatory', 'member'"
)
MOMENT = sa.DateTime(timezone=True)
OWN = "organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)"
SYSTEM = "(SELECT current_setting('app.is_system', true)) = 'on'"
OPERATOR = "(SELECT current_setting('app.is_operator', true)) = 'on'"
LINK = "(SELECT decode(nullif(current_setting('app.link_sha256', true), ''), 'hex'))"
ALWAYS = f"{OWN} OR {SYSTEM} OR {OPERATOR}"
# Who sees and writes the rows of each table.
POLICIES = {
    "organisation_pension_rate": ALWAYS,
    "authorisation_limit": ALWAYS,
    "terms_acceptance": ALWAYS,
    "domain_request": ALWAYS,
    "join_request": f"{ALWAYS} OR token_sha256 = {LINK} OR confirm_sha256 = {LINK}",
    "invitation": f"{ALWAYS} OR token_sha256 = {LINK}",
    "employment_proof": f"{ALWAYS} OR token_sha256 = {LINK}",
}
TABLES = (*reversed(POLICIES), "address_claim")


def basics() -> list[sa.Column]:
    """The columns that every table has."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False),
    ]


def refer(table: str, column: str, target: str, ondelete: str | None = None) -> None:
    """A foreign key under the name of our convention."""
    op.create_foreign_key(
        f"fk_{table}_{column}_{target}", table, target, [column], ["id"], ondelete=ondelete
    )


def upgrade() -> None:
    """Make the tables, then close them to everybody but their organisation."""
    loosen_organisations()
    make_figures()
    make_joining()
    make_invitations()
    make_links_of_people()
    for table, seen in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_own ON {table} USING ({seen}) WITH CHECK ({seen})")
    op.execute("REVOKE UPDATE, DELETE ON terms_acceptance FROM crossbench_app")


def loosen_organisations() -> None:
    """A register's number is unique among checked bodies only; the directory gets its index."""
    op.drop_constraint("uq_organisation_register_register_id", "organisation", type_="unique")
    op.create_index(
        "uq_organisation_register_checked",
        "organisation",
        ["register", "register_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('verified', 'suspended')"),
    )
    op.create_index(
        "ix_organisation_status_name", "organisation", ["status", sa.text("lower(name)"), "id"]
    )


def make_figures() -> None:
    """Pension rates by date, limits by duty."""
    op.create_table(
        "organisation_pension_rate",
        *basics(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("rate", sa.Numeric(), nullable=False),
        sa.Column("source", sa.Text()),
        sa.Column("set_by_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_organisation_pension_rate"),
        sa.UniqueConstraint(
            "organisation_id",
            "starts_on",
            name="uq_organisation_pension_rate_organisation_id_starts_on",
        ),
        sa.CheckConstraint(
            "rate >= 0 AND rate <= 1", name="ck_organisation_pension_rate_rate_is_a_fraction"
        ),
    )
    refer("organisation_pension_rate", "organisation_id", "organisation")
    refer("organisation_pension_rate", "set_by_id", "person")
    op.create_table(
        "authorisation_limit",
        *basics(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(14, 2), nullable=False),
        sa.Column("set_by_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_authorisation_limit"),
        sa.UniqueConstraint(
            "organisation_id", "duty", name="uq_authorisation_limit_organisation_id_duty"
        ),
        sa.CheckConstraint(f"duty IN ({DUTIES})", name="ck_authorisation_limit_duty_known"),
        sa.CheckConstraint("amount >= 0", name="ck_authorisation_limit_amount_not_negative"),
    )
    refer("authorisation_limit", "organisation_id", "organisation")
    refer("authorisation_limit", "set_by_id", "person")


def make_joining() -> None:
    """Applications on their way, terms accepted, domains asked for."""
    op.create_table(
        "join_request",
        *basics(),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("answers", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("last_used_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("confirm_sha256", sa.LargeBinary()),
        sa.Column("confirm_until", MOMENT),
        sa.Column("confirmed_at", MOMENT),
        sa.Column("organisation_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_join_request"),
        sa.UniqueConstraint("token_sha256", name="uq_join_request_token_sha256"),
        sa.UniqueConstraint("confirm_sha256", name="uq_join_request_confirm_sha256"),
        sa.CheckConstraint(
            "(confirm_sha256 IS NULL) = (confirm_until IS NULL)",
            name="ck_join_request_confirm_pair",
        ),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (organisation_id IS NULL)",
            name="ck_join_request_confirmed_pair",
        ),
    )
    refer("join_request", "organisation_id", "organisation")
    op.create_index("ix_join_request_last_used_at", "join_request", ["last_used_at"])
    op.create_index("ix_join_request_organisation_id", "join_request", ["organisation_id"])
    op.create_table(
        "terms_acceptance",
        *basics(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("accepted_by_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_terms_acceptance"),
        sa.UniqueConstraint(
            "organisation_id", "version", name="uq_terms_acceptance_organisation_id_version"
        ),
    )
    refer("terms_acceptance", "organisation_id", "organisation")
    refer("terms_acceptance", "accepted_by_id", "person")
    make_domain_requests()


def make_domain_requests() -> None:
    """Email domains that wait for the operator."""
    op.create_table(
        "domain_request",
        *basics(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.Uuid()),
        sa.Column("is_added", sa.Boolean()),
        sa.Column("reason", sa.Text()),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_by_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_domain_request"),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL)"
            " AND (decided_at IS NULL) = (is_added IS NULL)",
            name="ck_domain_request_decided_pair",
        ),
    )
    refer("domain_request", "organisation_id", "organisation")
    refer("domain_request", "asked_by_id", "person")
    refer("domain_request", "decided_by_id", "person")
    op.create_index(
        "uq_domain_request_waiting",
        "domain_request",
        ["organisation_id", "domain"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )


def make_invitations() -> None:
    """Invitations to join a body."""
    op.create_table(
        "invitation",
        *basics(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("duties", postgresql.JSONB(), nullable=False),
        sa.Column("job_title", sa.Text()),
        sa.Column("manager_id", sa.Uuid()),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("sent_by_id", sa.Uuid()),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT),
        sa.Column("accepted_by_id", sa.Uuid()),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("withdrawn_by_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_invitation"),
        sa.UniqueConstraint("token_sha256", name="uq_invitation_token_sha256"),
        sa.CheckConstraint("email = lower(email)", name="ck_invitation_email_lower"),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (accepted_by_id IS NULL)", name="ck_invitation_accepted_pair"
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)",
            name="ck_invitation_withdrawn_pair",
        ),
        sa.CheckConstraint(
            "accepted_at IS NULL OR withdrawn_at IS NULL", name="ck_invitation_ended_once"
        ),
    )
    refer("invitation", "organisation_id", "organisation")
    refer("invitation", "manager_id", "membership", "SET NULL")
    for column in ("sent_by_id", "accepted_by_id", "withdrawn_by_id"):
        refer("invitation", column, "person")
    op.create_index(
        "uq_invitation_open",
        "invitation",
        ["organisation_id", "email"],
        unique=True,
        postgresql_where=sa.text("accepted_at IS NULL AND withdrawn_at IS NULL"),
    )


def make_links_of_people() -> None:
    """Links to people: the yearly proof of employment, and a private address to confirm."""
    op.create_table(
        "employment_proof",
        *basics(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_employment_proof"),
        sa.UniqueConstraint("token_sha256", name="uq_employment_proof_token_sha256"),
    )
    refer("employment_proof", "organisation_id", "organisation")
    refer("employment_proof", "membership_id", "membership", "CASCADE")
    op.create_index("ix_employment_proof_membership_id", "employment_proof", ["membership_id"])
    op.create_table(
        "address_claim",
        *basics(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_address_claim"),
        sa.UniqueConstraint("token_sha256", name="uq_address_claim_token_sha256"),
        sa.CheckConstraint("email = lower(email)", name="ck_address_claim_email_lower"),
    )
    refer("address_claim", "person_id", "person", "CASCADE")
    op.create_index("ix_address_claim_person_id", "address_claim", ["person_id"])


def downgrade() -> None:
    """Drop the tables; a register's number is unique again among all bodies."""
    for table in TABLES:
        op.drop_table(table)
    op.drop_index("ix_organisation_status_name", "organisation")
    op.drop_index("uq_organisation_register_checked", "organisation")
    op.create_unique_constraint(
        "uq_organisation_register_register_id", "organisation", ["register", "register_id"]
    )
