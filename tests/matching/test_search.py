"""Search in the database orders and leaves out as the rule does, and answers for nobody else."""

import random
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.paging import Part
from app.matching import commands, rule
from app.matching.domain import PersonFacts, Recipients, Wanted
from app.matching.queries import numbering as numbers
from app.matching.queries import search as queries
from app.matching.queries import source
from app.matching.rule import Asked, Availability, Held, Person, Post, Terms
from app.matching.tokens import Numbering
from app.organisations.models import Organisation
from app.organisations.models import Person as Account
from app.profiles.models import Profile
from app.roles.models import Skill
from tests.matching.chance import TODAY, facts, wanted
from tests.people import make_member, make_organisation

ALL = Part(1, 1000)
NOTHING = Terms("secondment_wanted")


@pytest.fixture
async def numbering(db: AsyncSession) -> Numbering:
    await commands.number_skills(db)
    return await numbers.load_numbering(db)


async def a_profile(db: AsyncSession) -> uuid.UUID:
    """Somebody with a profile that says nothing yet."""
    person = Account(name="Person Example", email=f"{uuid.uuid4()}@people.example")
    db.add(person)
    await db.flush()
    db.add(Profile(person_id=person.id, reviewed_on=TODAY))
    await db.flush()
    return person.id


async def some_skills(db: AsyncSession) -> list[uuid.UUID]:
    """Variants of two skills, and some that stand alone."""
    names = (
        "User focus", "User focus (frontend developer)", "Systems design",
        "Systems design (frontend developer)", "Technical understanding",
        "Technical understanding (accessibility)",
        "Technical understanding (performance analyst)", "Agile working", "Prototyping",
    )  # fmt: skip
    return list(await db.scalars(select(Skill.id).where(Skill.name.in_(names)).order_by(Skill.id)))


def sees(one: PersonFacts, to: Recipients, body: Organisation) -> bool:
    """Whether a body is given something, written down once more for the comparison."""
    if body.id in to.bodies:
        return True
    sort = to.all_verified or body.kind in to.kinds or body.region in to.regions
    return sort and body.id not in one.employers


def finds(one: PersonFacts, body: Organisation) -> bool:
    """Whether a body may find somebody at all."""
    return (
        sees(one, one.levels_to, body)
        and body.id not in one.hidden_from
        and (one.paused_until is None or one.paused_until < TODAY)
        and (one.consent_until is None or one.consent_until >= TODAY)
    )


def expected(
    people: list[PersonFacts], body: Organisation, post: Wanted, near: rule.Near
) -> list[tuple[uuid.UUID, int, int, int]]:
    """What search has to answer, by the rule alone."""
    asked = Post(uuid.UUID(int=0), post.asked, post.terms)
    matches = []
    for one in people:
        known = one.availability if sees(one, one.availability_to, body) else Availability()
        match = rule.match(Person(one.person_id, one.held, known), asked, near)
        if finds(one, body) and match.fits:
            matches.append((one.person_id, match))
    return [(i, m.short, m.recent, m.confirmed) for i, m in rule.in_order(matches)]


async def test_the_database_lists_people_as_the_rule_does(
    db: AsyncSession, numbering: Numbering
) -> None:
    chance = random.Random(15)
    skills = await some_skills(db)
    assert len(skills) == 9
    bodies = [await make_organisation(db, kind=kind) for kind in ("council", "nhs", "police")]
    ids = [body.id for body in bodies]
    people = [facts(chance, await a_profile(db), skills, ids) for _ in range(80)]
    for one in people:
        await commands.keep_people(db, [one], numbering)
    await db.execute(text("SELECT match_count_tokens()"))
    listed = 0
    for _ in range(60):
        post, body = wanted(chance, skills), chance.choice(bodies)
        found = await queries.find_people(db, body.id, post, numbering, TODAY, ALL)
        rows = [(one.id, one.short, one.recent, one.confirmed) for one in found]
        assert rows == expected(people, body, post, numbering.near)
        first = await queries.find_people(db, body.id, post, numbering, TODAY, Part(2, 3))
        assert first == found[3:6]
        listed += len(found)
    assert listed > 100


async def test_people_are_counted_in_fives_and_never_below_five(
    db: AsyncSession, numbering: Numbering
) -> None:
    skill = (await some_skills(db))[0]
    body = await make_organisation(db)
    post = Wanted((Asked(skill, 2, is_must=True),), NOTHING)
    useful = Wanted((Asked(skill, 2),), NOTHING)
    counts = []
    for _ in range(11):
        one = PersonFacts(await a_profile(db), {skill: Held(2)}, 2027)
        await commands.keep_people(db, [one], numbering)
        counts.append(await queries.count_people(db, body.id, post, numbering, TODAY))
        assert counts[-1] == await queries.count_people(db, body.id, useful, numbering, TODAY)
    assert counts == [None] * 4 + [5] * 5 + [10] * 2
    assert await queries.find_people(db, body.id, post, numbering, TODAY, ALL) == []


@pytest.mark.parametrize("standing", ["hidden", "employer", "paused", "elsewhere"])
async def test_whom_a_body_must_not_know_of_it_cannot_count(
    db: AsyncSession, numbering: Numbering, standing: str
) -> None:
    skill = (await some_skills(db))[0]
    body = await make_organisation(db)
    post = Wanted((Asked(skill, 1, is_must=True),), replace(NOTHING, region="wales"))
    for _ in range(6):
        one = PersonFacts(
            await a_profile(db),
            {skill: Held(2)},
            2027,
            hidden_from=frozenset({body.id} if standing == "hidden" else ()),
            employers=frozenset({body.id} if standing == "employer" else ()),
            paused_until=TODAY if standing == "paused" else None,
            availability=Availability(
                regions=frozenset({"london" if standing == "elsewhere" else "wales"})
            ),
        )
        await commands.keep_people(db, [one], numbering)
    assert await queries.count_people(db, body.id, post, numbering, TODAY) is None


async def test_whoever_joins_a_body_is_no_longer_found_by_it(
    db: AsyncSession, numbering: Numbering
) -> None:
    skill = (await some_skills(db))[0]
    body = await make_organisation(db)
    post = Wanted((Asked(skill, 1),), NOTHING)
    to_all = Recipients(all_verified=True)
    for to in (to_all, replace(to_all, bodies=frozenset({body.id}))):
        person_id = await a_profile(db)
        person = await db.get_one(Account, person_id)
        one = PersonFacts(person_id, {skill: Held(1)}, 2027, levels_to=to)
        await commands.keep_people(db, [one], numbering)
        assert await queries.find_people(db, body.id, post, numbering, TODAY, ALL)
        await make_member(db, body, person=person)
        found = await queries.find_people(db, body.id, post, numbering, TODAY, ALL)
        assert bool(found) == bool(to.bodies)


async def test_whoever_leaves_a_body_is_found_by_it_as_by_any_other(
    db: AsyncSession, numbering: Numbering
) -> None:
    skill = (await some_skills(db))[0]
    body, other = await make_organisation(db), await make_organisation(db)
    post = Wanted((Asked(skill, 1),), NOTHING)
    person_id = await a_profile(db)
    to = Recipients(all_verified=True)
    one = PersonFacts(person_id, {skill: Held(1)}, 2027, levels_to=to)
    await commands.keep_people(db, [one], numbering)
    person = await db.get_one(Account, person_id)
    works = [await make_member(db, each, person=person) for each in (body, other)]
    assert await queries.find_people(db, body.id, post, numbering, TODAY, ALL) == []
    works[0].ended_at = works[0].created_at
    works[0].end_reason = "left"
    await db.flush()
    assert await queries.find_people(db, body.id, post, numbering, TODAY, ALL)
    assert await queries.find_people(db, other.id, post, numbering, TODAY, ALL) == []


async def test_a_row_that_names_other_employers_than_there_are_is_written_again(
    db: AsyncSession, numbering: Numbering
) -> None:
    skill, body = (await some_skills(db))[0], await make_organisation(db)
    person_id = await a_profile(db)
    wrong = PersonFacts(person_id, {skill: Held(1)}, TODAY.year)
    await commands.keep_people(db, [wrong], numbering)
    assert await source.people_due(db, TODAY, 10) == []
    await make_member(db, body, person=await db.get_one(Account, person_id))
    assert await source.people_due(db, TODAY, 10) == []
    await commands.keep_people(db, [wrong], numbering)
    assert await source.people_due(db, TODAY, 10) == [person_id]


async def test_a_body_that_is_not_verified_finds_and_counts_nobody(
    db: AsyncSession, numbering: Numbering
) -> None:
    skill = (await some_skills(db))[0]
    body = await make_organisation(db, status="suspended")
    post = Wanted((Asked(skill, 1),), NOTHING)
    for _ in range(6):
        to = Recipients(all_verified=True, bodies=frozenset({body.id}))
        one = PersonFacts(await a_profile(db), {skill: Held(1)}, 2027, levels_to=to)
        await commands.keep_people(db, [one], numbering)
    assert await queries.find_people(db, body.id, post, numbering, TODAY, ALL) == []
    assert await queries.count_people(db, body.id, post, numbering, TODAY) is None


@pytest.mark.parametrize("function", ["match_people", "match_count"])
async def test_nobody_searches_for_a_body_that_they_do_not_act_for(
    db: AsyncSession, function: str
) -> None:
    more = ", 0, 20" if function == "match_people" else ""
    body = await make_organisation(db)
    call = (
        f"SELECT {function}('{body.id}', '2027-01-15', '{{1}}', '{{1}}', '{{}}', 1::smallint,"
        f" NULL, NULL, NULL, NULL, 1{more})"
    )
    acting = (
        "SELECT set_config('app.is_system', '', true), set_config('app.organisation_id', {}, true)"
    )
    connection = await db.connection()
    await connection.exec_driver_sql(acting.format(f"'{body.id}'"))
    await connection.exec_driver_sql(call)
    await connection.exec_driver_sql(acting.format("''"))
    with pytest.raises(ProgrammingError, match="matches are read for the body acted for"):
        async with connection.begin_nested():
            await connection.exec_driver_sql(call)


@pytest.mark.parametrize(
    "query", ["SELECT bits FROM person_match", "SELECT levels_to FROM person_match",
              "SELECT * FROM match_frequency"],
)  # fmt: skip
async def test_the_application_cannot_read_what_people_hold(db: AsyncSession, query: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with db.begin_nested():
            await db.execute(text(query))


async def test_search_functions_fix_their_search_path(db: AsyncSession) -> None:
    """A function with its owner's rights must not be led to tables of somebody else's."""
    found = await db.execute(
        text(
            "SELECT proname, proconfig FROM pg_proc WHERE prosecdef"
            " AND pronamespace = 'public'::regnamespace"
        )
    )
    for row in found:
        assert any(one.startswith("search_path=pg_catalog") for one in row.proconfig), row.proname


async def test_search_functions_are_owned_by_a_role_that_may_do_nothing_else(
    db: AsyncSession,
) -> None:
    owned = text(
        "SELECT proname FROM pg_proc JOIN pg_roles r ON r.oid = proowner"
        " WHERE rolname = 'crossbench_search' AND prosecdef ORDER BY 1"
    )
    assert list(await db.scalars(owned)) == [
        "match_count", "match_count_tokens", "match_due", "match_people",
        "person_match_follows_membership",
    ]  # fmt: skip
    rights = text(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolcanlogin OR"
        " has_schema_privilege(oid, 'public', 'CREATE')"
        " OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)"
        " FROM pg_roles WHERE rolname = 'crossbench_search'"
    )
    assert await db.scalar(rights) is False
    reached = text(
        "SELECT relname, relrowsecurity FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace AND has_any_column_privilege("
        "'crossbench_search', oid, 'SELECT, INSERT, UPDATE') ORDER BY 1"
    )
    tables = ("match_frequency", "membership", "organisation", "person_match")
    assert [tuple(row) for row in await db.execute(reached)] == [(one, False) for one in tables]
