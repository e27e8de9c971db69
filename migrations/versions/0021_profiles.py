"""Profiles, what people let others see of them, and who looked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TEXTS = postgresql.ARRAY(sa.Text())
OWN = "(SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)"
ME = "(SELECT nullif(current_setting('app.person_id', true), '')::uuid)"
SYSTEM = "(SELECT current_setting('app.is_system', true)) = 'on'"
MINE = f"person_id = {ME} OR {SYSTEM}"

KINDS = "'council', 'nhs', 'police', 'fire', 'university', 'charity', 'department', 'other'"
REGIONS = (
    "'north_east', 'north_west', 'yorkshire', 'east_midlands', 'west_midlands', "
    "'east_of_england', 'london', 'south_east', 'south_west', 'wales', 'scotland', "
    "'northern_ireland'"
)
MOVES = (
    "'shared_post:go', 'secondment:go', 'secondment:host', 'job_swap:go', "
    "'short_assignment:go', 'short_assignment:host'"
)
GROUPS = "'name', 'contact', 'employer', 'skills', 'levels', 'evidence', 'availability', 'pay'"

# What a body may see of somebody, as `consent/domain.py` says it. `post` is the application that is
# looked at; `any_post` asks for everything that it may see anywhere, which is what a row needs. It
# reads what its caller may not, and gives the names of groups alone.
VISIBLE = """
CREATE FUNCTION app_profile_groups(
    owner uuid, viewer uuid, post uuid, any_post boolean, day date
) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
DECLARE
    was text := coalesce(current_setting('app.is_system', true), '');
    seen text[];
BEGIN
PERFORM set_config('app.is_system', 'on', true);
SELECT coalesce(array_agg(DISTINCT g ORDER BY g), '{}') INTO seen
FROM organisation o
JOIN profile p ON p.person_id = owner
CROSS JOIN LATERAL (
    SELECT unnest(c.groups) AS g
    FROM consent_grant c
    WHERE c.person_id = owner AND c.withdrawn_at IS NULL AND c.until_on >= day
    AND CASE c.purpose
        WHEN 'found' THEN p.paused_until IS NULL OR p.paused_until < day
        ELSE any_post OR c.opportunity_id = post
    END
    AND CASE c.recipient
        WHEN 'body' THEN c.organisation_id = o.id
        ELSE (
                c.recipient = 'verified'
                OR c.recipient_kind = o.kind
                OR c.recipient_region = o.region
            )
            AND NOT EXISTS (
                SELECT FROM membership m
                WHERE m.person_id = owner AND m.organisation_id = o.id AND m.ended_at IS NULL
            )
    END
    UNION ALL
    SELECT unnest(CASE d.stage
        WHEN 'interest' THEN ARRAY['reach']
        WHEN 'shortlist' THEN ARRAY['reach', 'name']
        ELSE ARRAY['reach', 'name', 'pay']
    END)
    FROM profile_disclosure d
    WHERE d.person_id = owner AND d.organisation_id = o.id AND d.withdrawn_at IS NULL
    AND (any_post OR d.opportunity_id = post)
) found
WHERE o.id = viewer AND o.status = 'verified'
AND NOT EXISTS (
    SELECT FROM profile_hiding h WHERE h.person_id = owner AND h.organisation_id = o.id
);
PERFORM set_config('app.is_system', was, true);
RETURN seen;
END
$$
"""
# The same for the body that asks now.
SEEN = """
CREATE FUNCTION app_profile_seen(owner uuid) RETURNS text[] LANGUAGE sql STABLE
SET search_path = pg_catalog, public AS $$
SELECT app_profile_groups(
    owner,
    nullif(current_setting('app.organisation_id', true), '')::uuid,
    NULL,
    true,
    (now() AT TIME ZONE 'Europe/London')::date
)
$$
"""
# Which group opens the rows of each table to a body.
BY_GROUP = {
    "profile": "cardinality(app_profile_seen(person_id)) > 0",
    "profile_availability": "'availability' = ANY (app_profile_seen(person_id))",
    "profile_job": "'employer' = ANY (app_profile_seen(person_id))",
    "profile_pay": "'pay' = ANY (app_profile_seen(person_id))",
    "profile_role": "'skills' = ANY (app_profile_seen(person_id))",
    "profile_skill": "'skills' = ANY (app_profile_seen(person_id))",
    "profile_evidence": "'evidence' = ANY (app_profile_seen(person_id))",
}
OWNERS_ALONE = ("profile_hiding", "consent_grant")


def make(table: str, *more: sa.Column | sa.Constraint) -> None:
    """A table whose rows are of one person, with the columns that every table has."""
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", MOMENT, server_default=sa.func.now(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        *more,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    if table not in {"profile", "profile_evidence"}:
        op.create_foreign_key(
            f"fk_{table}_person_id_profile",
            table,
            "profile",
            ["person_id"],
            ["person_id"],
            ondelete="CASCADE",
        )


def refer(table: str, delete: str | None = None, **columns: str) -> None:
    """Foreign keys under the names of our convention."""
    for column, target in columns.items():
        name = f"fk_{table}_{column}_{target}"
        op.create_foreign_key(name, table, target, [column], ["id"], ondelete=delete)


def known(column: str, values: str) -> sa.CheckConstraint:
    """A text column that holds one of these, or nothing."""
    return sa.CheckConstraint(f"{column} IN ({values})", name=f"{column}_known")


def listed(column: str, values: str) -> sa.CheckConstraint:
    """A list that holds nothing but these."""
    return sa.CheckConstraint(f"{column} <@ ARRAY[{values}]::text[]", name=f"{column}_known")


def upgrade() -> None:
    """What people say of themselves, what they let others see, who looked, and the net below."""
    make_profile()
    make_skills()
    make_consent()
    op.execute(VISIBLE)
    op.execute(SEEN)
    op.execute("REVOKE UPDATE, DELETE ON profile_access FROM crossbench_app")
    for table in (*BY_GROUP, *OWNERS_ALONE, "profile_disclosure", "profile_access"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    for table in (*BY_GROUP, *OWNERS_ALONE):
        op.execute(f"CREATE POLICY {table}_own ON {table} USING ({MINE}) WITH CHECK ({MINE})")
    for table, rule in BY_GROUP.items():
        shown = f"{OWN} IS NOT NULL AND {rule}"
        op.execute(f"CREATE POLICY {table}_shown ON {table} FOR SELECT USING ({shown})")
    # A body may move a stage that the person began with it, never begin one.
    table, theirs = "profile_disclosure", f"organisation_id = {OWN}"
    op.execute(f"CREATE POLICY {table}_own ON {table} USING ({MINE}) WITH CHECK ({MINE})")
    op.execute(f"CREATE POLICY {table}_shown ON {table} FOR SELECT USING ({theirs})")
    op.execute(f"CREATE POLICY {table}_moved ON {table} FOR UPDATE USING ({theirs})")
    op.execute(f"CREATE POLICY profile_access_own ON profile_access FOR SELECT USING ({MINE})")
    theirs = f"(organisation_id = {OWN} AND by_id = {ME}) OR {SYSTEM}"
    op.execute(
        f"CREATE POLICY profile_access_made ON profile_access FOR INSERT WITH CHECK ({theirs})"
    )


def make_profile() -> None:
    """Who has one, availability, employer and pay."""
    make(
        "profile",
        sa.Column("paused_until", sa.Date()),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date()),
        sa.UniqueConstraint("person_id", name="uq_profile_person_id"),
    )
    refer("profile", person_id="person")
    make(
        "profile_availability",
        sa.Column("moves", TEXTS, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("days", sa.Numeric(3, 1)),
        sa.Column("from_on", sa.Date()),
        sa.Column("until_on", sa.Date()),
        sa.Column("months", sa.SmallInteger()),
        sa.Column("regions", TEXTS, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("remote", sa.Text()),
        sa.UniqueConstraint("person_id", name="uq_profile_availability_person_id"),
        known("remote", "'remote_only', 'either', 'on_site'"),
        listed("moves", MOVES),
        listed("regions", REGIONS),
        sa.CheckConstraint("days > 0 AND days <= 7", name="days_of_a_week"),
        sa.CheckConstraint("months BETWEEN 1 AND 60", name="months_of_a_move"),
        sa.CheckConstraint("until_on >= from_on", name="until_after_from"),
    )
    make(
        "profile_job",
        sa.Column("employer", sa.Text()),
        sa.Column("grade", sa.Text()),
        sa.UniqueConstraint("person_id", name="uq_profile_job_person_id"),
    )
    make(
        "profile_pay",
        sa.Column("salary_point", sa.Text(), nullable=False),
        sa.UniqueConstraint("person_id", name="uq_profile_pay_person_id"),
    )


def make_skills() -> None:
    """Roles, skills and what shows them."""
    make(
        "profile_role",
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("level_id", sa.Uuid()),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.UniqueConstraint(
            "person_id", "role_id", "standing", name="uq_profile_role_person_id_role_id_standing"
        ),
        known("standing", "'held', 'wanted'"),
    )
    refer("profile_role", role_id="role", level_id="role_level", edition_id="framework_edition")
    op.create_index("ix_profile_role_role_id", "profile_role", ["role_id"])
    make(
        "profile_skill",
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("edition_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("last_used_on", sa.Date()),
        sa.Column("confirmed_level", sa.SmallInteger()),
        sa.Column("confirmed_on", sa.Date()),
        sa.UniqueConstraint("person_id", "skill_id", name="uq_profile_skill_person_id_skill_id"),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name="level_one_to_four"),
        sa.CheckConstraint("confirmed_level BETWEEN 1 AND 4", name="confirmed_level_one_to_four"),
        sa.CheckConstraint(
            "(confirmed_level IS NULL) = (confirmed_on IS NULL)", name="confirmed_whole"
        ),
    )
    refer("profile_skill", skill_id="skill", edition_id="framework_edition")
    op.create_index("ix_profile_skill_skill_id", "profile_skill", ["skill_id"])
    make(
        "profile_evidence",
        sa.Column("skill_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("year", sa.SmallInteger()),
        sa.Column("words", sa.Text(), nullable=False),
        known("kind", "'job', 'project', 'course', 'award'"),
    )
    op.create_foreign_key(
        "fk_profile_evidence_person_id_skill_id_profile_skill",
        "profile_evidence",
        "profile_skill",
        ["person_id", "skill_id"],
        ["person_id", "skill_id"],
        ondelete="CASCADE",
    )
    op.create_index("ix_profile_evidence_person_id", "profile_evidence", ["person_id", "skill_id"])


def make_consent() -> None:
    """Hiding, grants, stages, and who looked."""
    make(
        "profile_hiding",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.UniqueConstraint(
            "person_id", "organisation_id", name="uq_profile_hiding_person_id_organisation_id"
        ),
    )
    refer("profile_hiding", organisation_id="organisation")
    make_grants()
    make(
        "profile_disclosure",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sa.UniqueConstraint(
            "person_id",
            "organisation_id",
            "opportunity_id",
            name="uq_profile_disclosure_person_id_organisation_id_opportunity_id",
        ),
        known("stage", "'interest', 'shortlist', 'offer'"),
    )
    refer("profile_disclosure", organisation_id="organisation")
    refer("profile_disclosure", "CASCADE", opportunity_id="opportunity")
    make(
        "profile_access",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("groups", TEXTS, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid()),
        known("purpose", "'found', 'application'"),
        listed("groups", f"{GROUPS}, 'reach'"),
    )
    refer("profile_access", organisation_id="organisation", by_id="person")
    refer("profile_access", "SET NULL", opportunity_id="opportunity")
    op.create_index("ix_profile_access_person_id", "profile_access", ["person_id", "id"])


def make_grants() -> None:
    """What somebody lets whom see, for what and until when."""
    make(
        "consent_grant",
        sa.Column("groups", TEXTS, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid()),
        sa.Column("recipient_kind", sa.Text()),
        sa.Column("recipient_region", sa.Text()),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("opportunity_id", sa.Uuid()),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("words_version", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        known("recipient", "'body', 'kind', 'region', 'verified'"),
        known("purpose", "'found', 'application'"),
        known("recipient_kind", KINDS),
        known("recipient_region", REGIONS),
        listed("groups", GROUPS),
        sa.CheckConstraint("cardinality(groups) > 0", name="groups_not_empty"),
        sa.CheckConstraint(
            "NOT groups && ARRAY['levels', 'evidence'] OR 'skills' = ANY (groups)",
            name="groups_with_skills",
        ),
        sa.CheckConstraint(
            "(recipient = 'body') = (organisation_id IS NOT NULL)"
            " AND (recipient = 'kind') = (recipient_kind IS NOT NULL)"
            " AND (recipient = 'region') = (recipient_region IS NOT NULL)",
            name="recipient_whole",
        ),
        sa.CheckConstraint(
            "(purpose = 'application') = (opportunity_id IS NOT NULL)", name="purpose_whole"
        ),
    )
    refer("consent_grant", organisation_id="organisation")
    refer("consent_grant", "CASCADE", opportunity_id="opportunity")
    op.create_index("ix_consent_grant_person_id", "consent_grant", ["person_id", "id"])


def downgrade() -> None:
    """Drop it all, what names others first."""
    for table in BY_GROUP:
        op.execute(f"DROP POLICY {table}_shown ON {table}")
    op.execute("DROP FUNCTION app_profile_seen(uuid)")
    op.execute("DROP FUNCTION app_profile_groups(uuid, uuid, uuid, boolean, date)")
    for table in (
        "profile_access",
        "profile_disclosure",
        "consent_grant",
        "profile_hiding",
        "profile_evidence",
        "profile_skill",
        "profile_role",
        "profile_pay",
        "profile_job",
        "profile_availability",
        "profile",
    ):
        op.drop_table(table)
