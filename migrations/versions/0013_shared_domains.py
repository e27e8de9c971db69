"""Email domains that many bodies share may be named by each of them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SHARED = "'hscni.net', 'nhs.net', 'nhs.scot', 'wales.nhs.uk'"


def upgrade() -> None:
    """One body a domain, but for the shared ones."""
    op.drop_constraint("uq_organisation_domain_domain", "organisation_domain", type_="unique")
    op.drop_index("ix_organisation_domain_organisation_id", "organisation_domain")
    op.create_unique_constraint(
        "uq_organisation_domain_organisation_id_domain",
        "organisation_domain",
        ["organisation_id", "domain"],
    )
    op.create_index(
        "uq_organisation_domain_own",
        "organisation_domain",
        ["domain"],
        unique=True,
        postgresql_where=sa.text(f"domain NOT IN ({SHARED})"),
    )
    op.drop_column("join_request", "version")


def downgrade() -> None:
    """As it was; shared domains that two bodies name have to be taken from one of them first."""
    op.add_column(
        "join_request",
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
    )
    op.drop_index("uq_organisation_domain_own", "organisation_domain")
    op.drop_constraint(
        "uq_organisation_domain_organisation_id_domain", "organisation_domain", type_="unique"
    )
    op.create_index(
        "ix_organisation_domain_organisation_id", "organisation_domain", ["organisation_id"]
    )
    op.create_unique_constraint("uq_organisation_domain_domain", "organisation_domain", ["domain"])
