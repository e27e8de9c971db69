"""Tables that match people and posts, and the functions that alone read those of people."""

from textwrap import indent

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

WIDTH = 2048
KINDS = "'council', 'nhs', 'police', 'fire', 'university', 'charity', 'department', 'other'"
REGIONS = (
    "'north_east', 'north_west', 'yorkshire', 'east_midlands', 'west_midlands',"
    " 'east_of_england', 'london', 'south_east', 'south_west', 'wales', 'scotland',"
    " 'northern_ireland'"
)

BITS = f"""
CREATE FUNCTION match_bits(places smallint[]) RETURNS bit({WIDTH})
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    made bit({WIDTH}) := repeat('0', {WIDTH})::bit({WIDTH});
    one smallint;
BEGIN
    FOREACH one IN ARRAY coalesce(places, '{{}}') LOOP
        made := set_bit(made, one - 1, 1);
    END LOOP;
    RETURN made;
END $$
"""

# What a body is as a recipient of consent: a bit for every verified body, one for its kind, one
# for its region. Nothing for a body that is not verified.
KEYS = f"""
CREATE FUNCTION match_keys(body uuid) RETURNS integer
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT 1 | (1 << array_position(ARRAY[{KINDS}], o.kind))
        | (1 << (11 + array_position(ARRAY[{REGIONS}], o.region)))
    FROM public.organisation o WHERE o.id = body AND o.status = 'verified'
$$
"""  # noqa: S608 (our own words)

# Who asks is who acts: the arguments cannot say another body than the transaction does.
ASKS = """
CREATE FUNCTION match_check_viewer(viewer uuid) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('app.is_system', true) IS DISTINCT FROM 'on' AND viewer IS DISTINCT FROM
        nullif(current_setting('app.organisation_id', true), '')::uuid
    THEN
        RAISE EXCEPTION 'matches are read for the body acted for' USING ERRCODE = '42501';
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


def best(source: str, more: str = "true") -> str:
    """The statement that finds the best of a source."""
    return f"""
    SELECT array_agg(one) INTO found FROM (
        SELECT DISTINCT m.person_id,
            total - bit_count(m.bits & asked)::integer AS short,
            bit_count(m.bits & recents)::integer AS recent,
            bit_count(m.bits & confirmeds)::integer AS confirmed
        FROM {source}
        WHERE {more}
            AND {granted("levels")}
            AND {OPEN_TO_IT}
            AND (m.consent_until IS NULL OR m.consent_until >= as_of)
            AND (NOT {granted("availability")} OR ({CONDITIONS}))
            AND bit_count(m.bits & asked) > 0
        ORDER BY 2, 3 DESC, 4 DESC, 1
        LIMIT skip + take
    ) one;"""  # noqa: S608 (our own words)


# The best are found from the top: everybody who is at most `gap` levels short has, of any gap + 1
# parts of the skills asked for, one that is met in full. So each part is looked up in the index by
# all its levels at once, and the search is over as soon as the last one listed is within the gap.
PEOPLE = f"""
CREATE FUNCTION match_people({ARGUMENTS}, skip integer, take integer) RETURNS SETOF match_found
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
SET jit = off
SET max_parallel_workers_per_gather = 0
AS $$
#variable_conflict use_variable
DECLARE
    keys integer;
    total integer := cardinality(places);
    many integer := cardinality(tops);
    asked bit({WIDTH}) := public.match_bits(places);
    recents bit({WIDTH});
    confirmeds bit({WIDTH});
    rarest smallint[];
    parts text[];
    gap integer := 0;
    found public.match_found[];
BEGIN
    PERFORM public.match_check_viewer(viewer);
    keys := public.match_keys(viewer);
    IF keys IS NULL OR many = 0 THEN
        RETURN;
    END IF;
    SELECT array_agg(t ORDER BY coalesce(f.people, 0), t),
        public.match_bits(array_agg(((t - 1) / 6 * 6 + 5)::smallint)),
        public.match_bits(array_agg(((t - 1) / 6 * 6 + 6)::smallint))
    INTO rarest, recents, confirmeds
    FROM unnest(tops) t LEFT JOIN public.match_frequency f ON f.token = t;
    LOOP
        IF gap < many THEN
            parts := ARRAY(
                SELECT (gates || array_agg(rarest[n]))::text FROM generate_series(1, many) n
                GROUP BY least((n - 1) % (2 * gap + 2), 2 * gap + 1 - (n - 1) % (2 * gap + 2))
            );
{
    indent(
        best(
            "unnest(parts) part JOIN public.person_match m"
            " ON m.tokens OPERATOR(pg_catalog.@>) part::smallint[]"
        ),
        " " * 8,
    )
}
        ELSIF cardinality(gates) > 0 THEN
{indent(best("public.person_match m", "m.tokens OPERATOR(pg_catalog.@>) gates"), " " * 8)}
        ELSE
{indent(best("public.person_match m"), " " * 8)}
        END IF;
        EXIT WHEN gap >= many
            OR (cardinality(found) = skip + take AND (found[skip + take]).short <= gap);
        gap := CASE WHEN cardinality(found) = skip + take
            THEN (found[skip + take]).short ELSE gap * 2 + 1 END;
    END LOOP;
    RETURN QUERY SELECT one.* FROM unnest(found[skip + 1 : skip + take]) one;
END $$
"""  # noqa: S608 (our own words)

COUNTS = f"({NOT_EMPLOYER} OR (viewer = ANY (m.levels_to_bodies)) IS TRUE)"

# How many people suit a post, whatever they granted: in fives, and nothing below five.
COUNT = f"""
CREATE FUNCTION match_count({ARGUMENTS}) RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
SET jit = off
AS $$
#variable_conflict use_variable
DECLARE
    asked bit({WIDTH}) := public.match_bits(places);
    counted integer;
BEGIN
    PERFORM public.match_check_viewer(viewer);
    IF public.match_keys(viewer) IS NULL THEN
        RETURN NULL;
    END IF;
    IF cardinality(gates) = 0 THEN
        SELECT count(*) INTO counted FROM public.person_match m
        WHERE {OPEN_TO_IT} AND {CONDITIONS} AND {COUNTS} AND bit_count(m.bits & asked) > 0;
    ELSE
        SELECT count(*) INTO counted FROM public.person_match m
        WHERE m.tokens OPERATOR(pg_catalog.@>) gates
            AND {OPEN_TO_IT} AND {CONDITIONS} AND {COUNTS};
    END IF;
    RETURN CASE WHEN counted >= 5 THEN counted - counted % 5 END;
END $$
"""  # noqa: S608 (our own words)

# Whoever joins a body is no longer found by it from that moment on, unless they named it.
JOINS = """
CREATE FUNCTION person_match_follows_membership() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.person_match m
    SET employers = array_append(m.employers, NEW.organisation_id)
    WHERE m.person_id = NEW.person_id
        AND (NEW.organisation_id = ANY (m.employers)) IS NOT TRUE;
    RETURN NULL;
END $$
"""
ON_JOINING = """
CREATE TRIGGER person_match_follows_membership AFTER INSERT ON membership
FOR EACH ROW WHEN (NEW.ended_at IS NULL) EXECUTE FUNCTION person_match_follows_membership()
"""

# Whose row has to be written again by a day: a grant has ended, or a new year has begun.
DUE = """
CREATE FUNCTION match_due(as_of date) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT m.person_id FROM public.person_match m
    WHERE current_setting('app.is_system', true) = 'on'
        AND (m.consent_until < as_of OR m.year < extract(year FROM as_of))
$$
"""
FREQUENCY = """
CREATE FUNCTION match_count_tokens() RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM public.match_frequency;
    INSERT INTO public.match_frequency (token, people)
    SELECT token, count(*) FROM public.person_match m, unnest(m.tokens) token GROUP BY token;
$$
"""
TYPE = """
CREATE TYPE match_found AS (person_id uuid, short integer, recent integer, confirmed integer)
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
# What people hold and let whom find is written by the application and read by the functions alone.
RIGHTS = (
    "REVOKE ALL ON person_match, match_frequency FROM crossbench_app",
    "GRANT SELECT (person_id), INSERT, UPDATE, DELETE ON person_match TO crossbench_app",
    *(f"REVOKE ALL ON FUNCTION {one} FROM PUBLIC" for one in FUNCTIONS),
    *(f"GRANT EXECUTE ON FUNCTION {one} TO crossbench_app" for one in FUNCTIONS[:7]),
)


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "match_skill",
        sa.Column("skill_id", sa.Uuid(), sa.ForeignKey("skill.id"), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("near_number", sa.SmallInteger()),
        sa.PrimaryKeyConstraint("skill_id", name="pk_match_skill"),
        sa.UniqueConstraint("number", name="uq_match_skill_number"),
        sa.UniqueConstraint("near_number", name="uq_match_skill_near_number"),
    )
    _make_people()
    _make_posts()
    for statement in (
        TYPE,
        BITS,
        KEYS,
        ASKS,
        PEOPLE,
        COUNT,
        DUE,
        FREQUENCY,
        JOINS,
        ON_JOINING,
        *RIGHTS,
    ):
        op.execute(statement)


def _make_people() -> None:
    bodies = postgresql.ARRAY(sa.Uuid())
    groups = ("levels", "availability")
    op.create_table(
        "person_match",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("employers", bodies),
        sa.Column("hidden_from", bodies),
        sa.Column("paused_until", sa.Date()),
        *(sa.Column(f"{group}_to", sa.Integer(), nullable=False) for group in groups),
        *(sa.Column(f"{group}_to_bodies", bodies) for group in groups),
        sa.Column("consent_until", sa.Date()),
        sa.Column("moves", sa.SmallInteger(), nullable=False),
        sa.Column("days", sa.SmallInteger()),
        sa.Column("from_on", sa.Date()),
        sa.Column("until_on", sa.Date()),
        sa.Column("months", sa.SmallInteger()),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("tokens", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("bits", postgresql.BIT(WIDTH), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_person_match"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["profile.person_id"], name="fk_person_match_person_id_profile",
            ondelete="CASCADE",
        ),
    )  # fmt: skip
    op.execute(
        "ALTER TABLE person_match ALTER tokens SET STORAGE PLAIN, ALTER bits SET STORAGE PLAIN"
    )
    op.create_index(
        "ix_person_match_tokens", "person_match", ["tokens"],
        postgresql_using="gin", postgresql_with={"fastupdate": "off"},
    )  # fmt: skip
    op.create_table(
        "match_frequency",
        sa.Column("token", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token", name="pk_match_frequency"),
    )


def _make_posts() -> None:
    op.create_table(
        "post_match",
        sa.Column("opportunity_id", sa.Uuid(), nullable=False),
        sa.Column("total", sa.SmallInteger(), nullable=False),
        sa.Column("must", sa.SmallInteger(), nullable=False),
        *(
            sa.Column(name, postgresql.BIT(WIDTH), nullable=False)
            for name in ("bits", "gates", "recents", "confirmeds")
        ),
        sa.Column("move", sa.SmallInteger(), nullable=False),
        sa.Column("days", sa.SmallInteger()),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("months", sa.SmallInteger()),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("opportunity_id", name="pk_post_match"),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunity.id"],
            name="fk_post_match_opportunity_id_opportunity", ondelete="CASCADE",
        ),
    )  # fmt: skip


def downgrade() -> None:
    """Take them away."""
    op.execute("DROP TRIGGER person_match_follows_membership ON membership")
    for one in FUNCTIONS:
        op.execute(f"DROP FUNCTION {one}")
    op.execute("DROP TYPE match_found")
    for name in ("post_match", "match_frequency", "person_match", "match_skill"):
        op.drop_table(name)
