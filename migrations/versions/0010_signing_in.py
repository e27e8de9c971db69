"""Sign-in links, second factors, identity providers; a sign-in says how far it reaches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OWN = "organisation_id = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)"
PERSON = "person_id = (SELECT nullif(current_setting('app.person_id', true), '')::uuid)"
SYSTEM = "(SELECT current_setting('app.is_system', true)) = 'on'"
# Whoever signs in acts, for that transaction, for the body that vouches for them.
POLICIES = {
    "identity_provider": f"{OWN} OR {SYSTEM}",
    "outside_identity": f"{OWN} OR {PERSON} OR {SYSTEM}",
}
MOMENT = sa.DateTime(timezone=True)
TABLES = (
    "outside_identity",
    "identity_provider",
    "recovery_code",
    "passkey",
    "authenticator_app",
    "sign_in_link",
)

# Says to the policies of this transaction what a sign-in may be. Until it has had its second
# factor, it acts neither for an organisation where its person holds a duty nor as the operator;
# demo people, who exist only where demo mode is on, need none. A sign-in that an identity provider
# vouched for acts for that provider's organisation alone.
ACT_FOR = """
CREATE OR REPLACE FUNCTION app_act_for(sign_in uuid) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    found record;
BEGIN
    SELECT person.id AS person_id,
        CASE WHEN proven.enough OR NOT EXISTS (
            SELECT FROM membership_duty
            WHERE membership_duty.membership_id = membership.id AND duty <> 'member'
        ) THEN membership.organisation_id END AS organisation_id,
        person.is_operator AND person_session.vouched_by_id IS NULL AND proven.enough
            AS is_operator
    INTO found
    FROM person_session
    JOIN person ON person.id = person_session.person_id AND person.suspended_at IS NULL
    CROSS JOIN LATERAL (
        SELECT person.is_demo OR person_session.second_factor_at IS NOT NULL AS enough
    ) AS proven
    LEFT JOIN membership ON membership.id = person_session.membership_id
        AND membership.person_id = person.id AND membership.ended_at IS NULL
        AND membership.organisation_id
            = coalesce(person_session.vouched_by_id, membership.organisation_id)
    WHERE person_session.id = sign_in AND person_session.ended_at IS NULL;
    PERFORM set_config('app.person_id', coalesce(found.person_id::text, ''), true),
        set_config('app.organisation_id', coalesce(found.organisation_id::text, ''), true),
        set_config('app.is_operator', CASE WHEN found.is_operator THEN 'on' ELSE '' END, true);
END $$
"""
ACT_FOR_BEFORE = """
CREATE OR REPLACE FUNCTION app_act_for(sign_in uuid) RETURNS void
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


def make(name: str, *columns: sa.schema.SchemaItem) -> None:
    """A table with the columns that every table has."""
    op.create_table(
        name,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )


def refer(table: str, column: str, target: str, ondelete: str | None = None) -> None:
    """A foreign key under the name of our convention."""
    op.create_foreign_key(
        f"fk_{table}_{column}_{target}", table, target, [column], ["id"], ondelete=ondelete
    )


def upgrade() -> None:
    """Make the tables, then teach the database what a sign-in may be."""
    extend_sign_ins()
    make_links()
    make_factors()
    make_providers()
    for table, seen in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_own ON {table} USING ({seen}) WITH CHECK ({seen})")
    op.execute(ACT_FOR)


def extend_sign_ins() -> None:
    """Where the store keeps the browser's session, and which organisation vouched for it."""
    op.add_column("person_session", sa.Column("store_key", sa.Text()))
    op.add_column("person_session", sa.Column("vouched_by_id", sa.Uuid()))
    refer("person_session", "vouched_by_id", "organisation")
    op.create_check_constraint(
        "ck_person_session_vouched_by_oidc",
        "person_session",
        "(how = 'oidc') = (vouched_by_id IS NOT NULL)",
    )


def make_links() -> None:
    """Links that were mailed."""
    make(
        "sign_in_link",
        sa.Column("token_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("browser_sha256", sa.LargeBinary()),
        sa.Column("next_path", sa.Text()),
        sa.Column("wrong_tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.UniqueConstraint("token_sha256", name="uq_sign_in_link_token_sha256"),
        sa.CheckConstraint("email = lower(email)", name="ck_sign_in_link_email_lower"),
        sa.CheckConstraint("wrong_tries >= 0", name="ck_sign_in_link_wrong_tries_not_negative"),
    )
    refer("sign_in_link", "person_id", "person", "CASCADE")
    op.create_index("ix_sign_in_link_expires_at", "sign_in_link", ["expires_at"])
    op.create_index("ix_sign_in_link_person_id", "sign_in_link", ["person_id"])


def make_factors() -> None:
    """Authenticator apps, passkeys, recovery codes."""
    make(
        "authenticator_app",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("used_at", MOMENT),
        sa.UniqueConstraint("person_id", name="uq_authenticator_app_person_id"),
    )
    make(
        "passkey",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credential_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("used_at", MOMENT),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
        sa.CheckConstraint("sign_count >= 0", name="ck_passkey_sign_count_not_negative"),
    )
    op.create_index("ix_passkey_person_id", "passkey", ["person_id"])
    make(
        "recovery_code",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", MOMENT),
        sa.UniqueConstraint("code_sha256", name="uq_recovery_code_code_sha256"),
    )
    op.create_index("ix_recovery_code_person_id", "recovery_code", ["person_id"])
    for table in ("authenticator_app", "passkey", "recovery_code"):
        refer(table, "person_id", "person", "CASCADE")


def make_providers() -> None:
    """Identity providers, and the people they vouched for."""
    make(
        "identity_provider",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("domains", postgresql.JSONB(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("used_at", MOMENT),
        sa.UniqueConstraint("organisation_id", name="uq_identity_provider_organisation_id"),
    )
    refer("identity_provider", "organisation_id", "organisation")
    make(
        "outside_identity",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("used_at", MOMENT),
        sa.UniqueConstraint(
            "organisation_id",
            "issuer",
            "subject",
            name="uq_outside_identity_organisation_id_issuer_subject",
        ),
        sa.UniqueConstraint(
            "person_id", "organisation_id", name="uq_outside_identity_person_id_organisation_id"
        ),
    )
    refer("outside_identity", "person_id", "person", "CASCADE")
    refer("outside_identity", "organisation_id", "organisation")


def downgrade() -> None:
    """Drop it all; a sign-in reaches as far as it did before."""
    op.execute(ACT_FOR_BEFORE)
    for table in TABLES:
        op.drop_table(table)
    op.drop_constraint("ck_person_session_vouched_by_oidc", "person_session", type_="check")
    op.drop_constraint("fk_person_session_vouched_by_id_organisation", "person_session")
    op.drop_column("person_session", "vouched_by_id")
    op.drop_column("person_session", "store_key")
