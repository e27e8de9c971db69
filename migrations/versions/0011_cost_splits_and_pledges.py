"""Saved cost splits with their versions and papers, and pledges towards shared posts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSONB = postgresql.JSONB()
IDS = postgresql.ARRAY(sa.Uuid())
EXACT = r"^\d{1,15}(\.\d{1,12})?(/\d{1,15}(\.\d{1,12})?)?$"
PLEDGES = "'interest', 'in_principle', 'approved', 'frozen', 'withdrawn', 'lapsed', 'released'"
STANDING = "status IN ('interest', 'in_principle', 'approved', 'frozen')"
COUNTING = "status IN ('interest', 'in_principle', 'approved')"

OWN = "(SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)"
SYSTEM = "(SELECT current_setting('app.is_system', true)) = 'on'"
# Employer and parties see a split; whoever may see the post, and all who ever pledged, its funding.
OF_PARTIES = f"employer_id = {OWN} OR {OWN} = ANY (party_ids) OR {SYSTEM}"
OF_A_SPLIT = "EXISTS (SELECT 1 FROM cost_split WHERE cost_split.id = cost_split_id)"
OF_A_VERSION = "EXISTS (SELECT 1 FROM cost_split_version v WHERE v.id = version_id)"
OF_FUNDING = (
    f"employer_id = {OWN} OR {OWN} = ANY (body_ids) OR {SYSTEM}"  # noqa: S608 (constants)
    " OR EXISTS (SELECT 1 FROM opportunity WHERE opportunity.id = opportunity_id)"
)
# Partners see each other's pledges while their own stands: they share one cost.
OF_PLEDGE = (
    f"organisation_id = {OWN} OR employer_id = {OWN} OR {SYSTEM} OR EXISTS"  # noqa: S608 (constants)
    f" (SELECT 1 FROM funding f WHERE f.id = funding_id AND {OWN} = ANY (f.party_ids))"
)
POLICIES = {
    "cost_split": OF_PARTIES,
    "cost_split_version": OF_PARTIES,
    "cost_split_share": OF_A_VERSION,
    "cost_split_history": OF_A_SPLIT,
    "cost_split_paper": OF_A_VERSION,
    "funding": OF_FUNDING,
    "pledge": OF_PLEDGE,
    "pledge_history": OF_PLEDGE,
}
APPEND_ONLY = ("cost_split_version", "cost_split_share", "cost_split_history", "pledge_history")
TABLES = (
    *("pledge_history", "pledge", "funding_total", "funding"),
    *("cost_split_paper", "cost_split_history", "cost_split_share", "cost_split_version"),
    "cost_split",
)

REFUSE = """
CREATE FUNCTION refuse_change_of_split() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a version of a cost split never changes' USING ERRCODE = 'restrict_violation';
END $$
"""
# At COMMIT, what all parties pay and what grants pay make the cost of the version.
ADD_UP = """
CREATE FUNCTION cost_split_adds_up() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    wanted uuid := CASE TG_TABLE_NAME WHEN 'cost_split_version' THEN NEW.id
        ELSE (to_jsonb(NEW) ->> 'version_id')::uuid END;
    paid numeric;
    owed numeric;
BEGIN
    SELECT coalesce(sum(share), 0) INTO paid FROM cost_split_share WHERE version_id = wanted;
    SELECT total - grants INTO owed FROM cost_split_version WHERE id = wanted;
    IF owed IS NOT NULL AND paid IS DISTINCT FROM owed THEN
        RAISE EXCEPTION 'shares of % do not make the cost of %', paid, owed
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""


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


def refer(table: str, **columns: str) -> None:
    """Foreign keys under the names of our convention."""
    for column, target in columns.items():
        name = f"fk_{table}_{column}_{target}"
        op.create_foreign_key(name, table, target, [column], ["id"])


def upgrade() -> None:
    """Splits first: the funding of a post names the split it was closed with."""
    make_splits()
    make_papers()
    make_fundings()
    make_pledges()
    op.execute(REFUSE)
    op.execute(ADD_UP)
    for table in ("cost_split_version", "cost_split_share"):
        op.execute(
            f"CREATE TRIGGER {table}_never_changes BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change_of_split()"
        )
        op.execute(
            f"CREATE CONSTRAINT TRIGGER {table}_adds_up AFTER INSERT ON {table}"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cost_split_adds_up()"
        )
    for table in APPEND_ONLY:
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM crossbench_app")
    for table, rule in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY {table}_of_parties ON {table} USING ({rule}) WITH CHECK ({rule})"
        )


def make_splits() -> None:
    """Splits, versions and who pays what in them."""
    op.create_table(
        "cost_split",
        *basics(),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("party_ids", IDS, nullable=False),
        sa.Column("opportunity_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_cost_split"),
        sa.UniqueConstraint("reference", name="uq_cost_split_reference"),
        sa.UniqueConstraint("opportunity_id", name="uq_cost_split_opportunity_id"),
        sa.CheckConstraint("status IN ('frozen', 'reopened')", name="status_known"),
        sa.CheckConstraint("newest >= 1", name="newest_from_one"),
    )
    refer("cost_split", employer_id="organisation", opportunity_id="opportunity")
    op.create_index("ix_cost_split_employer_id", "cost_split", ["employer_id"])
    op.create_index("ix_cost_split_party_ids", "cost_split", ["party_ids"], postgresql_using="gin")
    table = "cost_split_version"
    op.create_table(
        table,
        *basics(changes=False),
        sa.Column("cost_split_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("party_ids", IDS, nullable=False),
        *(sa.Column(n, JSONB, nullable=False) for n in ("bodies", "inputs", "agreement", "result")),
        sa.Column("inputs_sha256", sa.Text(), nullable=False),
        sa.Column("method_version", sa.Text(), nullable=False),
        sa.Column("total", sa.Numeric(14, 2), nullable=False),
        sa.Column("grants", sa.Numeric(14, 2), nullable=False),
        sa.Column("made_by_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_cost_split_version"),
        sa.UniqueConstraint(
            "cost_split_id", "number", name="uq_cost_split_version_cost_split_id_number"
        ),
        sa.CheckConstraint("number >= 1", name="number_from_one"),
        sa.CheckConstraint("length(inputs_sha256) = 64", name="inputs_sha256_length"),
    )
    refer(table, cost_split_id="cost_split", employer_id="organisation", made_by_id="person")
    op.create_table(
        "cost_split_share",
        *basics(changes=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("share", sa.Numeric(14, 2), nullable=False),
        sa.Column("fee", sa.Numeric(14, 2), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cost_split_share"),
        sa.UniqueConstraint(
            "version_id", "party", "year", name="uq_cost_split_share_version_id_party_year"
        ),
    )
    refer("cost_split_share", version_id="cost_split_version", organisation_id="organisation")


def make_papers() -> None:
    """Moves of splits, and the papers of versions."""
    table = "cost_split_history"
    op.create_table(
        table,
        *basics(changes=False),
        sa.Column("cost_split_id", sa.Uuid(), nullable=False),
        sa.Column("from_status", sa.Text()),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Uuid()),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_cost_split_history"),
        sa.CheckConstraint("to_status IN ('frozen', 'reopened')", name="to_status_known"),
    )
    refer(table, cost_split_id="cost_split", by_id="person")
    op.create_index("ix_cost_split_history_cost_split_id", table, ["cost_split_id", "id"])
    op.create_table(
        "cost_split_paper",
        *basics(),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid()),
        sa.Column("made_at", MOMENT),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cost_split_paper"),
        sa.UniqueConstraint("version_id", "kind", name="uq_cost_split_paper_version_id_kind"),
        sa.CheckConstraint("kind IN ('pdf', 'docx', 'xlsx')", name="kind_known"),
        sa.CheckConstraint("(file_id IS NULL) = (made_at IS NULL)", name="made_with_file"),
    )
    refer("cost_split_paper", version_id="cost_split_version", file_id="stored_file")


def make_fundings() -> None:
    """The funding of a post, and the part of it that everybody may know."""
    op.create_table(
        "funding",
        *basics(),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("week", sa.Numeric(4, 2)),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("base", JSONB),
        sa.Column("party_ids", IDS, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("body_ids", IDS, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("offers", JSONB, server_default=sa.text("'[]'"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("cost_split_id", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_funding"),
        sa.UniqueConstraint("opportunity_id", name="uq_funding_opportunity_id"),
        sa.CheckConstraint("status IN ('open', 'closed', 'ended')", name="status_known"),
        sa.CheckConstraint("week > 0 AND week <= 7", name="week_of_days"),
        sa.CheckConstraint("version >= 1", name="version_from_one"),
        sa.CheckConstraint(
            "status <> 'closed' OR cost_split_id IS NOT NULL", name="closed_with_split"
        ),
    )
    refer(
        "funding",
        opportunity_id="opportunity",
        employer_id="organisation",
        cost_split_id="cost_split",
    )
    op.create_index("ix_funding_employer_id", "funding", ["employer_id"])
    op.create_index("ix_funding_body_ids", "funding", ["body_ids"], postgresql_using="gin")
    op.create_table(
        "funding_total",
        *basics(),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("week", sa.Numeric(4, 2)),
        sa.Column("bodies", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_funding_total"),
        sa.UniqueConstraint("opportunity_id", name="uq_funding_total_opportunity_id"),
        sa.CheckConstraint("bodies >= 0", name="bodies_not_negative"),
    )
    refer("funding_total", opportunity_id="opportunity")


def make_pledges() -> None:
    """Pledges and their moves."""
    op.create_table(
        "pledge",
        *basics(),
        *(
            sa.Column(name, sa.Uuid(), nullable=False)
            for name in ("funding_id", "organisation_id", "employer_id")
        ),
        *(sa.Column(n, sa.Text(), nullable=False) for n in ("status", "basis", "amount")),
        sa.Column("ceiling", sa.Numeric(14, 2)),
        sa.Column("conditions", sa.Text()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("changed_by_id", sa.Uuid(), nullable=False),
        sa.Column("approved_at", MOMENT),
        sa.Column("approved_by_id", sa.Uuid()),
        sa.Column("approved_figures", JSONB),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pledge"),
        sa.CheckConstraint(f"status IN ({PLEDGES})", name="status_known"),
        sa.CheckConstraint("basis IN ('days', 'percent', 'sum')", name="basis_known"),
        sa.CheckConstraint(f"amount ~ '{EXACT}'", name="amount_exact"),
        sa.CheckConstraint("ceiling > 0", name="ceiling_above_zero"),
        sa.CheckConstraint("organisation_id <> employer_id", name="not_the_employer"),
        sa.CheckConstraint("version >= 1", name="version_from_one"),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by_id IS NULL)"
            " AND (approved_at IS NULL) = (approved_figures IS NULL)",
            name="approved_whole",
        ),
        sa.CheckConstraint(
            "status NOT IN ('approved', 'frozen') OR approved_at IS NOT NULL",
            name="approved_by_somebody",
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR (approved_by_id <> made_by_id"
            " AND approved_by_id <> changed_by_id)",
            name="approved_by_another",
        ),
    )
    refer(
        "pledge",
        funding_id="funding",
        organisation_id="organisation",
        employer_id="organisation",
        made_by_id="person",
        changed_by_id="person",
        approved_by_id="person",
    )
    op.create_index(
        "uq_pledge_standing",
        "pledge",
        ["funding_id", "organisation_id"],
        unique=True,
        postgresql_where=sa.text(STANDING),
    )
    op.create_index("ix_pledge_organisation_id", "pledge", ["organisation_id", "id"])
    op.create_index("ix_pledge_ends_on", "pledge", ["ends_on"], postgresql_where=sa.text(COUNTING))
    op.create_table(
        "pledge_history",
        *basics(changes=False),
        *(
            sa.Column(name, sa.Uuid(), nullable=False)
            for name in ("pledge_id", "funding_id", "organisation_id", "employer_id")
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_status", sa.Text()),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid()),
        sa.Column("by_organisation_id", sa.Uuid()),
        sa.Column("reason", sa.Text()),
        sa.Column("changes", JSONB, nullable=False),
        sa.Column("figures", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pledge_history"),
        sa.CheckConstraint(f"to_status IN ({PLEDGES})", name="to_status_known"),
    )
    refer(
        "pledge_history",
        pledge_id="pledge",
        funding_id="funding",
        organisation_id="organisation",
        employer_id="organisation",
        by_id="person",
        by_organisation_id="organisation",
    )
    op.create_index(
        "uq_pledge_history_pledge_id_version",
        "pledge_history",
        ["pledge_id", "version"],
        unique=True,
    )


def downgrade() -> None:
    """Drop it all, what names others first."""
    for table in TABLES:
        op.drop_table(table)
    op.execute("DROP FUNCTION cost_split_adds_up()")
    op.execute("DROP FUNCTION refuse_change_of_split()")
