"""Posts, their skills and history, and the questions asked of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = "'shared_post', 'secondment_wanted', 'secondment_offered', 'job_swap', 'short_assignment'"
STATUSES = (
    "'draft', 'awaiting_approval', 'approved', 'scheduled', 'open', 'hidden', 'closed', 'withdrawn'"
)
REGIONS = (
    "'north_east', 'north_west', 'yorkshire', 'east_midlands', 'west_midlands', 'east_of_england',"
    " 'london', 'south_east', 'south_west', 'wales', 'scotland', 'northern_ireland'"
)
POWERS = (
    "'lga1972_s113', 'nhs2006_s75', 'nhs_wales_2006_s33', 'police1996_s22a', 'goods_services_1970',"
    " 'lgs1973_s56', 'own_powers', 'other', 'to_confirm'"
)
# The convention of our tables puts ck_TABLE_ before these names.
CHECKS = {
    "kind_known": f"kind IN ({KINDS})",
    "status_known": f"status IN ({STATUSES})",
    "region_known": f"region IN ({REGIONS})",
    "remote_known": "remote IN ('on_site', 'hybrid', 'remote')",
    "who_pays_known": "who_pays IN ('full', 'part', 'none', 'to_agree')",
    "contract_type_known": "contract_type IN ('permanent', 'fixed_term', 'secondment', 'loan')",
    "legal_power_known": f"legal_power IN ({POWERS})",
    "audience_known": "audience IN ('own', 'named', 'verified', 'public')",
    "days_of_a_week": "days_per_week > 0 AND days_per_week <= 7",
    "office_days_of_a_week": "office_days BETWEEN 0 AND 7",
    "full_time_hours_of_a_week": "full_time_hours BETWEEN 1 AND 60",
    "weeks_of_an_assignment": "weeks BETWEEN 2 AND 12",
    "pay_in_order": "pay_from >= 0 AND pay_from <= pay_to",
    "dates_in_order": "ends_on >= starts_on",
    "two_nudges_at_most": "nudges_sent BETWEEN 0 AND 2",
    "version_from_one": "version >= 1",
    "approved_at_by_pair": "(approved_at IS NULL) = (approved_by_id IS NULL)",
    "published_is_whole": (
        "status NOT IN ('open', 'hidden', 'closed', 'withdrawn') OR (published_at IS NOT NULL"
        " AND review_on IS NOT NULL AND closes_on IS NOT NULL AND audience IS NOT NULL)"
    ),
    "scheduled_for": "status <> 'scheduled' OR publish_on IS NOT NULL",
    "withdrawn_with_reason": "status <> 'withdrawn' OR withdrawn_reason IS NOT NULL",
}

OWN = "(SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)"
PERSON = "(SELECT nullif(current_setting('app.person_id', true), '')::uuid)"
SYSTEM = "(SELECT current_setting('app.is_system', true)) = 'on'"
MINE = f"organisation_id = {OWN} OR {SYSTEM}"
# An open post may be read by the bodies that it addresses, who decide whether to pay for it; only
# its own body changes it.
ADDRESSED = (
    f"status = 'open' AND {OWN} IS NOT NULL"
    f" AND (audience IN ('verified', 'public') OR {OWN} = ANY (named_organisation_ids))"
)
OF_A_POST = "EXISTS (SELECT 1 FROM opportunity WHERE opportunity.id = opportunity_id)"
ASKER = f"person_id = {PERSON} OR {SYSTEM}"
POLICIES = (
    f"CREATE POLICY opportunity_own ON opportunity USING ({MINE}) WITH CHECK ({MINE})",
    f"CREATE POLICY opportunity_addressed ON opportunity FOR SELECT USING ({ADDRESSED})",
    (
        f"CREATE POLICY opportunity_skill_of_a_post ON opportunity_skill USING ({OF_A_POST})"
        f" WITH CHECK ({OF_A_POST})"
    ),
    (
        f"CREATE POLICY opportunity_history_of_a_post ON opportunity_history USING ({OF_A_POST})"
        f" WITH CHECK ({OF_A_POST})"
    ),
    f"CREATE POLICY question_asker_own ON question_asker USING ({ASKER}) WITH CHECK ({ASKER})",
)
PROTECTED = ("opportunity", "opportunity_skill", "opportunity_history", "question_asker")
TABLES = (
    "question_asker",
    "opportunity_question",
    "opportunity_history",
    "opportunity_skill",
    "opportunity",
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


def texts(*names: str) -> list[sa.Column]:
    """Text columns that are null until somebody has answered."""
    return [sa.Column(name, sa.Text()) for name in names]


def ids(*names: str) -> list[sa.Column]:
    """The same for references."""
    return [sa.Column(name, sa.Uuid()) for name in names]


def json(name: str, default: str | None = None) -> sa.Column:
    """A column of JSON, null where it has no default."""
    given = {} if default is None else {"server_default": sa.text(default)}
    return sa.Column(name, postgresql.JSONB(), nullable=default is None, **given)


def list_of_ids(name: str) -> sa.Column:
    """A column of ids, empty at first."""
    return sa.Column(
        name, postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False
    )


def make_opportunity() -> None:
    """The post itself."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "opportunity",
        *basics(),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        *texts("title_cy", "summary", "summary_cy", "description", "description_cy"),
        *ids("role_id", "role_level_id", "local_role_id", "edition_id"),
        *texts("place", "postcode_area", "region", "remote"),
        sa.Column("office_days", sa.Numeric(3, 1)),
        sa.Column("days_per_week", sa.Numeric(4, 2)),
        sa.Column("full_time_hours", sa.Numeric(5, 2)),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("weeks", sa.SmallInteger()),
        sa.Column("pay_from", sa.Numeric(14, 2)),
        sa.Column("pay_to", sa.Numeric(14, 2)),
        *texts("pay_note", "who_pays"),
        json("checks", "'[]'"),
        *texts("contract_type", "legal_power", "legal_power_note"),
        sa.Column("is_politically_restricted", sa.Boolean()),
        sa.Column("redeployees_first_until", sa.Date()),
        *texts("contact_name", "contact_email", "adjustments"),
        sa.Column("closes_on", sa.Date()),
        *texts("audience"),
        list_of_ids("named_organisation_ids"),
        sa.Column("publish_on", sa.Date()),
        sa.Column("published_at", moment),
        sa.Column("review_on", sa.Date()),
        sa.Column("nudges_sent", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("nudged_on", sa.Date()),
        *texts("withdrawn_reason"),
        json("wants"),
        json("sections_done", "'{}'"),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        json("cost_inputs"),
        *ids("created_by_id"),
        list_of_ids("writer_ids"),
        sa.Column("approved_at", moment),
        *ids("approved_by_id", "started_key"),
        sa.PrimaryKeyConstraint("id", name="pk_opportunity"),
        sa.UniqueConstraint("slug", name="uq_opportunity_slug"),
        sa.UniqueConstraint(
            "organisation_id", "started_key", name="uq_opportunity_organisation_id_started_key"
        ),
        *(sa.CheckConstraint(rule, name=name) for name, rule in CHECKS.items()),
    )
    refer("opportunity", "organisation_id", "organisation")
    refer("opportunity", "role_id", "role")
    refer("opportunity", "role_level_id", "role_level")
    refer("opportunity", "edition_id", "framework_edition")
    refer("opportunity", "created_by_id", "person")
    refer("opportunity", "approved_by_id", "person")


def make_indexes() -> None:
    """What lists and timers look for."""
    op.create_index(
        "ix_opportunity_organisation_id", "opportunity", ["organisation_id", "status", "id"]
    )
    op.create_index("ix_opportunity_role_id", "opportunity", ["role_id"])
    for column, states in {
        "publish_on": "status = 'scheduled'",
        "closes_on": "status IN ('open', 'hidden')",
        "review_on": "status = 'open'",
    }.items():
        op.create_index(
            f"ix_opportunity_{column}",
            "opportunity",
            [column],
            postgresql_where=sa.text(states),
        )


def make_parts() -> None:
    """Skills and history."""
    op.create_table(
        "opportunity_skill",
        *basics(),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.SmallInteger()),
        sa.Column("is_must", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_opportunity_skill"),
        sa.UniqueConstraint(
            "opportunity_id", "skill_id", name="uq_opportunity_skill_opportunity_id_skill_id"
        ),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name="level_one_to_four"),
    )
    refer("opportunity_skill", "opportunity_id", "opportunity", "CASCADE")
    refer("opportunity_skill", "skill_id", "skill")
    op.create_index("ix_opportunity_skill_skill_id", "opportunity_skill", ["skill_id"])
    op.create_table(
        "opportunity_history",
        *basics(),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("from_status", sa.Text()),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Uuid()),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_opportunity_history"),
        *(
            sa.CheckConstraint(f"{column} IN ({STATUSES})", name=f"{column}_known")
            for column in ("from_status", "to_status")
        ),
    )
    refer("opportunity_history", "opportunity_id", "opportunity", "CASCADE")
    refer("opportunity_history", "by_id", "person")
    op.create_index(
        "ix_opportunity_history_opportunity_id",
        "opportunity_history",
        ["opportunity_id", "created_at"],
    )


def make_questions() -> None:
    """Questions without names, and apart from them who asked."""
    op.create_table(
        "opportunity_question",
        *basics(),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("answered_by_id", sa.Uuid()),
        sa.Column("is_hidden", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("hidden_reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_opportunity_question"),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)"
            " AND (answer IS NULL) = (answered_by_id IS NULL)",
            name="answered_whole",
        ),
        sa.CheckConstraint(
            "NOT is_hidden OR hidden_reason IS NOT NULL",
            name="hidden_with_reason",
        ),
    )
    refer("opportunity_question", "opportunity_id", "opportunity", "CASCADE")
    refer("opportunity_question", "answered_by_id", "person")
    op.create_index(
        "ix_opportunity_question_opportunity_id",
        "opportunity_question",
        ["opportunity_id", "created_at"],
    )
    op.create_table(
        "question_asker",
        *basics(),
        sa.Column("question_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("form_key", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_question_asker"),
        sa.UniqueConstraint("question_id", name="uq_question_asker_question_id"),
        sa.UniqueConstraint("person_id", "form_key", name="uq_question_asker_person_id_form_key"),
    )
    refer("question_asker", "question_id", "opportunity_question", "CASCADE")
    refer("question_asker", "person_id", "person")
    refer("question_asker", "organisation_id", "organisation")


def upgrade() -> None:
    """Make the tables and their policies; history is only added to."""
    make_opportunity()
    make_indexes()
    make_parts()
    make_questions()
    for table in PROTECTED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for policy in POLICIES:
        op.execute(policy)
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON opportunity_history FROM crossbench_app")


def downgrade() -> None:
    """Drop them, what names others first."""
    for table in TABLES:
        op.drop_table(table)
