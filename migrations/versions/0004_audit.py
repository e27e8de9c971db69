"""The audit: entries that are only ever added, chained by the database at COMMIT."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# What the hash covers. Times are written out, so that no setting of a session changes the bytes.
STORED = """
CREATE FUNCTION public.audit_stored(entry public.audit_entry, counted bigint) RETURNS bytea
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT convert_to(jsonb_build_object(
        'version', 1,
        'id', entry.id,
        'chain', entry.chain,
        'number', counted,
        'at', to_char(entry.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'action', entry.action,
        'actor_kind', entry.actor_kind,
        'person_id', entry.person_id,
        'acting_organisation_id', entry.acting_organisation_id,
        'subject_kind', entry.subject_kind,
        'subject_id', entry.subject_id,
        'request_reference', entry.request_reference,
        'facts', entry.facts
    )::text, 'UTF8')
$$
"""
# Runs at COMMIT, with the rights of the owner. The first entry of a transaction brings all of its
# entries with it, chain by chain in one order for everybody: two transactions never wait for each
# other crosswise. Entries of others are not visible before they are chained. The policies bind the
# owner too, so the function says that it is the system, and takes that back.
CHAIN = """
CREATE FUNCTION public.audit_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    before text := current_setting('app.is_system', true);
    entry public.audit_entry;
    head public.audit_head;
    bytes bytea;
BEGIN
    PERFORM set_config('app.is_system', 'on', true);
    FOR entry IN
        SELECT * FROM public.audit_entry WHERE number IS NULL ORDER BY chain, created_at, id
    LOOP
        INSERT INTO public.audit_head (id, number, sha256) VALUES (entry.chain, 0, '')
        ON CONFLICT DO NOTHING;
        SELECT * INTO STRICT head FROM public.audit_head WHERE id = entry.chain FOR UPDATE;
        bytes := public.audit_stored(entry, head.number + 1);
        UPDATE public.audit_head
        SET number = head.number + 1, sha256 = sha256(head.sha256 || bytes), updated_at = now()
        WHERE id = entry.chain;
        UPDATE public.audit_entry
        SET number = head.number + 1, stored = bytes, sha256 = sha256(head.sha256 || bytes)
        WHERE id = entry.id;
    END LOOP;
    PERFORM set_config('app.is_system', coalesce(before, ''), true);
    RETURN NULL;
END $$
"""
KEEP_ENTRY = """
CREATE FUNCTION public.audit_keep_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.number IS NULL AND NEW.number IS NOT NULL
        AND to_jsonb(NEW) - '{number,stored,sha256}'::text[]
            = to_jsonb(OLD) - '{number,stored,sha256}'::text[]
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'entries of the audit are only ever added' USING ERRCODE = '42501';
END $$
"""
KEEP_HEAD = """
CREATE FUNCTION public.audit_keep_head() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.id = OLD.id AND NEW.number = OLD.number + 1 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the head of a chain only ever moves on' USING ERRCODE = '42501';
END $$
"""
TRIGGERS = (
    (
        "CREATE CONSTRAINT TRIGGER audit_entry_chain AFTER INSERT ON audit_entry"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_chain()"
    ),
    (
        "CREATE TRIGGER audit_entry_keep BEFORE UPDATE OR DELETE ON audit_entry"
        " FOR EACH ROW EXECUTE FUNCTION public.audit_keep_entry()"
    ),
    (
        "CREATE TRIGGER audit_entry_keep_all BEFORE TRUNCATE ON audit_entry"
        " FOR EACH STATEMENT EXECUTE FUNCTION public.audit_keep_entry()"
    ),
    (
        "CREATE TRIGGER audit_head_keep BEFORE UPDATE OR DELETE ON audit_head"
        " FOR EACH ROW EXECUTE FUNCTION public.audit_keep_head()"
    ),
    (
        "CREATE TRIGGER audit_head_keep_all BEFORE TRUNCATE ON audit_head"
        " FOR EACH STATEMENT EXECUTE FUNCTION public.audit_keep_head()"
    ),
)
OWN = "(SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)"
SYSTEM = "(SELECT current_setting('app.is_system', true)) = 'on'"
OPERATOR = "(SELECT current_setting('app.is_operator', true)) = 'on'"
READ = f"{OWN} OR {SYSTEM} OR {OPERATOR}"
RIGHTS = (
    "REVOKE ALL ON audit_entry, audit_head FROM crossbench_app",
    "GRANT SELECT ON audit_entry, audit_head TO crossbench_app",
    (
        "GRANT INSERT (id, chain, action, actor_kind, person_id, acting_organisation_id,"
        " subject_kind, subject_id, request_reference, facts) ON audit_entry TO crossbench_app"
    ),
    "ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE audit_entry FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY audit_entry_read ON audit_entry FOR SELECT USING (chain = {READ})",
    # Written for whom it concerns, which need not be for whom the actor works.
    "CREATE POLICY audit_entry_add ON audit_entry FOR INSERT WITH CHECK (true)",
    f"CREATE POLICY audit_entry_chain ON audit_entry FOR UPDATE USING ({SYSTEM})",
    "ALTER TABLE audit_head ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE audit_head FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY audit_head_read ON audit_head FOR SELECT USING (id = {READ})",
    f"CREATE POLICY audit_head_add ON audit_head FOR INSERT WITH CHECK ({SYSTEM})",
    f"CREATE POLICY audit_head_move ON audit_head FOR UPDATE USING ({SYSTEM})",
    "REVOKE EXECUTE ON FUNCTION public.audit_chain() FROM PUBLIC",
)


def make_entries() -> None:
    """The table of entries."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", moment, server_default=sa.func.clock_timestamp(), nullable=False),
        sa.Column("chain", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger()),
        sa.Column("stored", sa.LargeBinary()),
        sa.Column("sha256", sa.LargeBinary()),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("actor_kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("acting_organisation_id", sa.Uuid()),
        sa.Column("subject_kind", sa.Text()),
        sa.Column("subject_id", sa.Uuid()),
        sa.Column("request_reference", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
        sa.CheckConstraint(
            "actor_kind IN ('person', 'system', 'visitor')", name="ck_audit_entry_actor_kind"
        ),
        sa.CheckConstraint(
            "(subject_kind IS NULL) = (subject_id IS NULL)", name="ck_audit_entry_subject_whole"
        ),
        sa.CheckConstraint(
            "(number IS NULL) = (stored IS NULL) AND (number IS NULL) = (sha256 IS NULL)",
            name="ck_audit_entry_chained_whole",
        ),
        sa.CheckConstraint("number > 0", name="ck_audit_entry_number_from_one"),
    )
    op.create_index("uq_audit_entry_chain_number", "audit_entry", ["chain", "number"], unique=True)
    op.create_index(
        "ix_audit_entry_unchained",
        "audit_entry",
        ["chain"],
        postgresql_where=sa.text("number IS NULL"),
    )
    op.create_index("ix_audit_entry_person_id", "audit_entry", ["person_id"])
    op.create_index("ix_audit_entry_subject_id", "audit_entry", ["subject_id"])


def make_heads() -> None:
    """The table of heads."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", moment, server_default=sa.func.now(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )


def upgrade() -> None:
    """Make tables, functions and triggers, and leave the application adding and reading."""
    make_entries()
    make_heads()
    for statement in (STORED, CHAIN, KEEP_ENTRY, KEEP_HEAD, *TRIGGERS, *RIGHTS):
        op.execute(statement)


def downgrade() -> None:
    """Drop all of it."""
    op.execute("DROP FUNCTION public.audit_stored(public.audit_entry, bigint)")
    op.drop_table("audit_entry")
    op.drop_table("audit_head")
    for name in ("audit_chain", "audit_keep_entry", "audit_keep_head"):
        op.execute(f"DROP FUNCTION public.{name}()")
