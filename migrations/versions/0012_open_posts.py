"""Open posts as published, what is left of former ones, and how their text is searched."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = "'shared_post', 'secondment_wanted', 'secondment_offered', 'job_swap', 'short_assignment'"
AUDIENCES = "'own', 'named', 'verified', 'public'"
STATUSES = (
    "'draft', 'awaiting_approval', 'approved', 'scheduled', 'open', 'hidden', 'closed', 'withdrawn'"
)

# Kept in the row itself however long the row is; other text may move out.
IN_THE_ROW = (
    "audience", "kind", "remote", "region", "family_slug", "role_slug", "named_organisation_ids",
    "slug", "organisation_slug", "organisation_name", "organisation_name_cy", "organisation_kind",
    "title", "title_cy", "summary", "place", "postcode_area", "role_name", "family_name",
    "level_name", "local_role_name", "who_pays", "contract_type", "legal_power", "fingerprint",
)  # fmt: skip

# English stems with accents folded, for text in either language: decision 0161.
SEARCH_RULES = (
    "CREATE EXTENSION IF NOT EXISTS unaccent",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE TEXT SEARCH CONFIGURATION crossbench (COPY = pg_catalog.english)",
    (
        "ALTER TEXT SEARCH CONFIGURATION crossbench"
        " ALTER MAPPING FOR word, hword, hword_part WITH unaccent, english_stem"
    ),
)

# A body may be renamed, suspended or restored long after its posts were published, and the feature
# that does it knows nothing of posts.
FOLLOW_BODY = """
CREATE FUNCTION open_post_follows_body() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE open_post
    SET organisation_slug = NEW.slug, organisation_name = NEW.name,
        organisation_name_cy = NEW.name_cy, organisation_kind = NEW.kind,
        is_shown = NEW.status = 'verified', shown_at = now()
    WHERE organisation_id = NEW.id;
    RETURN NULL;
END $$
"""
ON_CHANGE = """
CREATE TRIGGER open_post_follows_body
AFTER UPDATE OF slug, name, name_cy, kind, status ON organisation FOR EACH ROW
WHEN ((OLD.slug, OLD.name, OLD.name_cy, OLD.kind, OLD.status)
    IS DISTINCT FROM (NEW.slug, NEW.name, NEW.name_cy, NEW.kind, NEW.status))
EXECUTE FUNCTION open_post_follows_body()
"""


def basics() -> list[sa.Column]:
    """The columns that every table has."""
    moment = sa.DateTime(timezone=True)
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", moment, server_default=sa.func.now(), nullable=False),
    ]


def texts(*names: str, needed: bool = False) -> list[sa.Column]:
    """Text columns, empty or not."""
    return [sa.Column(name, sa.Text(), nullable=not needed) for name in names]


def a_list(name: str) -> sa.Column:
    """A column of JSON that is an empty list at first."""
    return sa.Column(name, postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False)


def refer(table: str) -> None:
    """Foreign keys to the post and its body, under the names of our convention."""
    for target, ondelete in {"opportunity": "CASCADE", "organisation": None}.items():
        op.create_foreign_key(
            f"fk_{table}_{target}_id_{target}",
            table,
            target,
            [f"{target}_id"],
            ["id"],
            ondelete=ondelete,
        )


def make_open_post() -> None:
    """One row for each open post. What lists filter and count by stands first and is small, long
    text is kept outside of the row: counting all posts reads 12 MB instead of 31 (decision 0162).
    """
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "open_post",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("published_at", moment, nullable=False),
        sa.Column("shown_at", moment, nullable=False),
        *basics()[1:],
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("is_shown", sa.Boolean(), nullable=False),
        *texts("audience", "kind", needed=True),
        *texts("remote", "region", "family_slug", "role_slug"),
        sa.Column("days_per_week", sa.Numeric(4, 2)),
        sa.Column("pay_from", sa.Numeric(14, 2)),
        sa.Column("pay_to", sa.Numeric(14, 2)),
        sa.Column("named_organisation_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        *texts("slug", "organisation_slug", "organisation_name", "title", needed=True),
        *texts("organisation_name_cy"),
        *texts("organisation_kind", needed=True),
        *texts("title_cy", "summary", "place", "postcode_area"),
        *texts("role_name", "family_name", "level_name", "local_role_name", "edition_name"),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("redeployees_first_until", sa.Date()),
        sa.Column("weeks", sa.SmallInteger()),
        sa.Column("is_politically_restricted", sa.Boolean()),
        sa.Column("office_days", sa.Numeric(3, 1)),
        sa.Column("full_time_hours", sa.Numeric(5, 2)),
        *texts("who_pays", "contract_type", "legal_power"),
        *texts("contact_name", "contact_email"),
        a_list("skills"),
        a_list("checks"),
        sa.Column("wants", postgresql.JSONB()),
        *texts("summary_cy", "description", "description_cy"),
        *texts("pay_note", "legal_power_note", "adjustments"),
        *texts("near", "fingerprint", needed=True),
        sa.Column("search", postgresql.TSVECTOR(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_open_post"),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="kind_known"),
        sa.CheckConstraint(f"audience IN ({AUDIENCES})", name="audience_known"),
    )
    refer("open_post")
    op.execute("ALTER TABLE open_post SET (toast_tuple_target = 600)")
    for column in IN_THE_ROW:
        op.execute(f"ALTER TABLE open_post ALTER COLUMN {column} SET STORAGE MAIN")


def make_indexes() -> None:
    """By address, in each order of the list, by what filters pick, and by words."""
    for column in ("opportunity_id", "slug"):
        op.create_index(f"uq_open_post_{column}", "open_post", [column], unique=True)
    for column in ("published_at", "closes_on", "pay_to"):
        op.create_index(f"ix_open_post_{column}", "open_post", [column, "id"])
    for column in ("organisation_id", "role_slug", "region"):
        op.create_index(f"ix_open_post_{column}", "open_post", [column])
    op.create_index("ix_open_post_search", "open_post", ["search"], postgresql_using="gin")
    op.create_index(
        "ix_open_post_near",
        "open_post",
        ["near"],
        postgresql_using="gin",
        postgresql_ops={"near": "gin_trgm_ops"},
    )


def make_former_post() -> None:
    """One row for each post that was open once and is not now."""
    op.create_table(
        "former_post",
        *basics(),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        *texts("slug", needed=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        *texts("kind", "status", needed=True),
        *texts("title", "role_slug", "family_slug", "region"),
        *texts("audience", needed=True),
        sa.Column("named_organisation_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_former_post"),
        sa.CheckConstraint(f"status IN ({STATUSES})", name="status_known"),
        sa.CheckConstraint(f"audience IN ({AUDIENCES})", name="audience_known"),
        sa.CheckConstraint("status IN ('hidden', 'closed', 'withdrawn')", name="no_longer_open"),
        sa.CheckConstraint("status <> 'withdrawn' OR title IS NULL", name="withdrawn_has_no_title"),
    )
    refer("former_post")
    for column in ("opportunity_id", "slug"):
        op.create_index(f"uq_former_post_{column}", "former_post", [column], unique=True)
    op.create_index("ix_former_post_organisation_id", "former_post", ["organisation_id"])


def upgrade() -> None:
    """Make the tables, the rules of searching, and the trigger that keeps names in step."""
    for statement in SEARCH_RULES:
        op.execute(statement)
    make_open_post()
    make_indexes()
    make_former_post()
    op.execute(FOLLOW_BODY)
    op.execute(ON_CHANGE)


def downgrade() -> None:
    """Drop it all; the extensions stay, others may use them."""
    op.execute("DROP TRIGGER open_post_follows_body ON organisation")
    op.execute("DROP FUNCTION open_post_follows_body()")
    op.drop_table("former_post")
    op.drop_table("open_post")
    op.execute("DROP TEXT SEARCH CONFIGURATION crossbench")
