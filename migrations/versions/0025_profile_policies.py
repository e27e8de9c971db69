"""Policies of profiles that ask the function last: asked first, it would ask itself for ever."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

OWN = "(SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)"
ME = "(SELECT nullif(current_setting('app.person_id', true), '')::uuid)"
SYSTEM = "(SELECT current_setting('app.is_system', true)) = 'on'"
BY_GROUP = {
    "profile": "cardinality(app_profile_seen(person_id)) > 0",
    "profile_availability": "'availability' = ANY (app_profile_seen(person_id))",
    "profile_job": "'employer' = ANY (app_profile_seen(person_id))",
    "profile_pay": "'pay' = ANY (app_profile_seen(person_id))",
    "profile_role": "'skills' = ANY (app_profile_seen(person_id))",
    "profile_skill": "'skills' = ANY (app_profile_seen(person_id))",
    "profile_evidence": "'evidence' = ANY (app_profile_seen(person_id))",
}


def upgrade() -> None:
    """Only CASE says which part is looked at first: own rows and the system's need no function."""
    for table, rule in BY_GROUP.items():
        shown = (
            f"CASE WHEN person_id = {ME} THEN true WHEN {SYSTEM} THEN true"
            f" WHEN {OWN} IS NULL THEN false ELSE {rule} END"
        )
        op.execute(f"DROP POLICY {table}_shown ON {table}")
        op.execute(f"CREATE POLICY {table}_shown ON {table} FOR SELECT USING ({shown})")


def downgrade() -> None:
    """As it was before."""
    for table, rule in BY_GROUP.items():
        op.execute(f"DROP POLICY {table}_shown ON {table}")
        shown = f"{OWN} IS NOT NULL AND {rule}"
        op.execute(f"CREATE POLICY {table}_shown ON {table} FOR SELECT USING ({shown})")
