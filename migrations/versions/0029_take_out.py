"""A function that takes a name out of reasons which the application may only add to.

Revision ID: 0029
Revises: 0028
"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

# Only what names somebody goes, only for the system, only in these columns.
TAKE_OUT = """
CREATE FUNCTION app_take_out(named text, keys uuid[], pattern text, instead text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('app.is_system', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION 'only an erasure takes words out' USING ERRCODE = '42501';
    END IF;
    IF instead <> '[removed]' OR pattern = '' THEN
        RAISE EXCEPTION 'words are taken out, not changed' USING ERRCODE = '22023';
    END IF;
    CASE named
    WHEN 'opportunity_history' THEN
        UPDATE public.opportunity_history
        SET reason = regexp_replace(reason, pattern, instead, 'gi') WHERE id = ANY (keys);
    WHEN 'cost_split_history' THEN
        UPDATE public.cost_split_history
        SET reason = regexp_replace(reason, pattern, instead, 'gi') WHERE id = ANY (keys);
    WHEN 'pledge_history' THEN
        UPDATE public.pledge_history
        SET reason = regexp_replace(reason, pattern, instead, 'gi'),
            changes = regexp_replace(changes::text, pattern, instead, 'gi')::jsonb
        WHERE id = ANY (keys);
    END CASE;
END $$
"""


def upgrade() -> None:
    """For the application's role alone."""
    op.execute(TAKE_OUT)
    op.execute("REVOKE ALL ON FUNCTION app_take_out(text, uuid[], text, text) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION app_take_out(text, uuid[], text, text) TO crossbench_app")


def downgrade() -> None:
    """Take the function back."""
    op.execute("DROP FUNCTION app_take_out(text, uuid[], text, text)")
