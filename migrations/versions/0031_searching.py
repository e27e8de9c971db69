"""Search by the skills beside the must-haves, and a role of its own for whoever searches."""

from textwrap import indent

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

WIDTH = 2048

# Roles belong to the whole server: another copy of the application may have made it already.
MAKE_ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'crossbench_search') THEN
        CREATE ROLE crossbench_search NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END $$
"""
MAY_ACT_AS_IT = """
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'crossbench_search', 'SET') THEN
        GRANT crossbench_search TO CURRENT_USER;
    END IF;
END $$
"""

# What stands in the way of every body, whatever was granted; and the conditions of the post.
OPEN_TO_IT = """
    (m.hidden_from IS NULL OR viewer <> ALL (m.hidden_from))
    AND (m.paused_until IS NULL OR m.paused_until < as_of)
"""
CONDITIONS = """
    (m.moves = 0 OR m.moves & move <> 0)
    AND (m.days >= days) IS NOT FALSE
    AND (m.from_on <= starts_on) IS NOT FALSE
    AND (m.until_on >= CASE WHEN starts_on IS NOT NULL THEN coalesce(ends_on, starts_on) END)
        IS NOT FALSE
    AND (m.months >= months) IS NOT FALSE
    AND m.places & workplace <> 0
"""
# An employer finds or counts those alone who named it.
NOT_EMPLOYER = "(m.employers IS NULL OR viewer <> ALL (m.employers))"
ARGUMENTS = """
    viewer uuid, as_of date, places smallint[], tops smallint[], gates smallint[], move smallint,
    days smallint, starts_on date, ends_on date, months smallint, workplace integer
"""


def granted(what: str) -> str:
    """Whether a person lets the viewer see a group of fields to find people for posts."""
    return (
        f"(m.{what}_to & keys <> 0 AND {NOT_EMPLOYER}"
        f" OR (viewer = ANY (m.{what}_to_bodies)) IS TRUE)"
    )


def best(source: str, more: str) -> str:
    """The statement that finds the best of a source; what is cheap to ask is asked first."""
    return f"""
    SELECT array_agg(one) INTO found FROM (
        SELECT DISTINCT m.person_id,
            total - bit_count(m.bits & asked)::integer AS short,
            bit_count(m.bits & recents)::integer AS recent,
            bit_count(m.bits & confirmeds)::integer AS confirmed
        FROM {source}
        WHERE {more}
            AND (m.levels_to & keys <> 0 OR m.levels_to_bodies IS NOT NULL)
            AND {granted("levels")}
            AND {OPEN_TO_IT}
            AND (m.consent_until IS NULL OR m.consent_until >= as_of)
            AND (NOT {granted("availability")} OR ({CONDITIONS}))
        ORDER BY 2, 3 DESC, 4 DESC, 1
        LIMIT skip + take
    ) one;"""  # noqa: S608 (our own words)


# The best are found from the top: everybody who is at most `gap` levels short has, of any gap + 1
# parts of the skills asked for beside the must-haves, one that is met in full. So each part is
# looked up in the index by all its levels and the must-haves at once, and the search is over as
# soon as the last one listed is within the gap. Where the parts look at more people than hold the
# rarest must-have, all who hold the must-haves are looked at instead. The index is always quicker
# than reading everybody, which the planner cannot know: it is not told what is looked up.
PEOPLE = f"""
CREATE OR REPLACE FUNCTION match_people({ARGUMENTS}, skip integer, take integer)
RETURNS SETOF match_found
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
SET jit = off
SET enable_seqscan = off
SET max_parallel_workers_per_gather = 0
AS $$
#variable_conflict use_variable
DECLARE
    keys integer;
    total integer := cardinality(places);
    many integer;
    asked bit({WIDTH}) := public.match_bits(places);
    recents bit({WIDTH});
    confirmeds bit({WIDTH});
    rarest smallint[];
    held_by integer[];
    gated integer;
    parts text[];
    cost bigint;
    gap integer := 0;
    found public.match_found[];
BEGIN
    PERFORM public.match_check_viewer(viewer);
    keys := public.match_keys(viewer);
    IF keys IS NULL OR cardinality(tops) = 0 THEN
        RETURN;
    END IF;
    SELECT array_agg(t ORDER BY coalesce(f.people, 0), t) FILTER (WHERE t <> ALL (gates)),
        array_agg(coalesce(f.people, 0) ORDER BY coalesce(f.people, 0), t)
            FILTER (WHERE t <> ALL (gates)),
        min(coalesce(f.people, 0)) FILTER (WHERE t = ANY (gates)),
        public.match_bits(array_agg(((t - 1) / 6 * 6 + 5)::smallint)),
        public.match_bits(array_agg(((t - 1) / 6 * 6 + 6)::smallint))
    INTO rarest, held_by, gated, recents, confirmeds
    FROM unnest(tops) t LEFT JOIN public.match_frequency f ON f.token = t;
    many := coalesce(cardinality(rarest), 0);
    LOOP
        IF gap < many THEN
            SELECT array_agg(one.part), sum(least(one.held_by, gated)) INTO parts, cost
            FROM (
                SELECT (gates || array_agg(rarest[n]))::text AS part, min(held_by[n]) AS held_by
                FROM generate_series(1, many) n
                GROUP BY least((n - 1) % (2 * gap + 2), 2 * gap + 1 - (n - 1) % (2 * gap + 2))
            ) one;
            IF gap > 0 AND cost >= 2 * gated THEN
                gap := many;
            END IF;
        END IF;
        IF gap < many THEN
{
    indent(
        best(
            "unnest(parts) part, public.person_match m",
            "m.tokens OPERATOR(pg_catalog.@>) part::smallint[]",
        ),
        " " * 8,
    )
}
        ELSIF cardinality(gates) > 0 THEN
{indent(best("public.person_match m", "m.tokens OPERATOR(pg_catalog.@>) gates"), " " * 8)}
        ELSE
{indent(best("public.person_match m", "bit_count(m.bits & asked) > 0"), " " * 8)}
        END IF;
        EXIT WHEN gap >= many
            OR (cardinality(found) = skip + take AND (found[skip + take]).short <= gap);
        gap := CASE WHEN cardinality(found) = skip + take
            THEN (found[skip + take]).short ELSE gap * 2 + 1 END;
    END LOOP;
    RETURN QUERY SELECT one.* FROM unnest(found[skip + 1 : skip + take]) one;
END $$
"""  # noqa: S608 (our own words)


# Whoever joins a body is no longer found by it from that moment on, unless they named it; whoever
# leaves it is as free for it as for any other.
FOLLOWS = """
CREATE OR REPLACE FUNCTION person_match_follows_membership() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.ended_at IS NULL THEN
        UPDATE public.person_match m
        SET employers = array_append(m.employers, NEW.organisation_id)
        WHERE m.person_id = NEW.person_id
            AND (NEW.organisation_id = ANY (m.employers)) IS NOT TRUE;
    ELSE
        UPDATE public.person_match m
        SET employers = nullif(array_remove(m.employers, NEW.organisation_id), '{}')
        WHERE m.person_id = NEW.person_id AND NEW.organisation_id = ANY (m.employers)
            AND NOT EXISTS (
                SELECT FROM public.membership o
                WHERE o.person_id = NEW.person_id AND o.organisation_id = NEW.organisation_id
                    AND o.ended_at IS NULL
            );
    END IF;
    RETURN NULL;
END $$
"""
ON_ENDING = """
CREATE TRIGGER person_match_follows_ended_membership AFTER UPDATE OF ended_at ON membership
FOR EACH ROW WHEN (NEW.ended_at IS DISTINCT FROM OLD.ended_at)
EXECUTE FUNCTION person_match_follows_membership()
"""

# Whose row has to be written again by a day: a grant has ended, a new year has begun, or the row
# names other employers than there are.
DUE = """
CREATE OR REPLACE FUNCTION match_due(as_of date) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT m.person_id FROM public.person_match m
    LEFT JOIN (
        SELECT person_id, array_agg(organisation_id) AS bodies FROM public.membership
        WHERE ended_at IS NULL GROUP BY person_id
    ) works ON works.person_id = m.person_id
    WHERE current_setting('app.is_system', true) = 'on'
        AND (
            m.consent_until < as_of
            OR m.year < extract(year FROM as_of)
            OR NOT coalesce(m.employers, '{}') OPERATOR(pg_catalog.@>) coalesce(works.bodies, '{}')
            OR NOT coalesce(m.employers, '{}') OPERATOR(pg_catalog.<@) coalesce(works.bodies, '{}')
        )
$$
"""

_TYPES = (
    "uuid, date, smallint[], smallint[], smallint[], smallint, smallint, date, date, smallint,"
    " integer"
)
FUNCTIONS = (
    f"match_people({_TYPES}, integer, integer)",
    f"match_count({_TYPES})",
    "match_count_tokens()",
    "match_due(date)",
    "match_check_viewer(uuid)",
    "match_keys(uuid)",
    "match_bits(smallint[])",
    "person_match_follows_membership()",
)
# All that the functions need, and nothing of what policies protect. To be given a function a role
# must be allowed to make one, for that moment.
RIGHTS = (
    "SELECT ON person_match",
    "UPDATE (employers) ON person_match",
    "SELECT, INSERT, DELETE ON match_frequency",
    "SELECT (id, kind, region, status) ON organisation",
    "SELECT (person_id, organisation_id, ended_at) ON membership",
)


def upgrade() -> None:
    """Make the role, write the functions anew, and give them to it."""
    for statement in (MAKE_ROLE, MAY_ACT_AS_IT, PEOPLE, FOLLOWS, ON_ENDING, DUE):
        op.execute(statement)
    op.execute("GRANT USAGE, CREATE ON SCHEMA public TO crossbench_search")
    for right in RIGHTS:
        op.execute(f"GRANT {right} TO crossbench_search")
    for one in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {one} OWNER TO crossbench_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM crossbench_search")


def downgrade() -> None:
    """Take the functions back; what they do better they may go on doing. The role stays."""
    op.execute("DROP TRIGGER person_match_follows_ended_membership ON membership")
    for one in FUNCTIONS:
        op.execute(f"ALTER FUNCTION {one} OWNER TO CURRENT_USER")
    for right in RIGHTS:
        op.execute(f"REVOKE {right} FROM crossbench_search")
    op.execute("REVOKE USAGE ON SCHEMA public FROM crossbench_search")
