"""People for a post: listed within consent, explained, in the order of the rule, and noted."""

import uuid
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.audit.models import AuditEntry
from app.matching import following, rule
from app.opportunities.models import Opportunity
from app.opportunities.queries import get_facts
from app.organisations.models import Person
from app.profiles.models import (
    ConsentGrant,
    Profile,
    ProfileAccess,
    ProfileAvailability,
    ProfileDisclosure,
    ProfileJob,
    ProfilePay,
    ProfileSkill,
)
from tests.counting import counted
from tests.matching.made import a_profile, a_skill, an_open_post, grant
from tests.opportunities.bodies import Body, make_body
from tests.pages import PageClient, parse, words
from tests.people import make_member, make_person, sign_in

SECRETS = ("Ada Secret", "ada@secret.example", "Secret Employer", "SCP 99")


@pytest.fixture
async def body(db: AsyncSession) -> Body:
    return await make_body(db, "hr", "hiring", slug="northshire", name="Northshire Council")


@pytest.fixture
async def post(db: AsyncSession, body: Body) -> Opportunity:
    made = await an_open_post(db, body.organisation, await a_skill(db))
    await following.keep_facts(db, await get_facts(db, made))
    await db.commit()
    return made


async def somebody(db: AsyncSession, *groups: str, level: int = 2, **grants: Any) -> uuid.UUID:
    """Somebody whose profile says everything, and lets these groups be seen."""
    person_id = await a_profile(db, await a_skill(db), level)
    name, email, employer, pay = SECRETS
    person = await db.get_one(Person, person_id)
    person.name = name
    person.email = f"{person_id.hex[-6:]}.{email}"
    db.add_all(
        [
            ProfileJob(person_id=person_id, employer=employer, grade="Grade 7"),
            ProfilePay(person_id=person_id, salary_point=pay),
            ProfileAvailability(person_id=person_id, moves=["secondment:go"], days=3),
        ]
    )
    if groups:
        db.add(grant(person_id, groups=list(groups), **grants))
    await kept(db, person_id)
    return person_id


async def kept(db: AsyncSession, person_id: uuid.UUID) -> None:
    await db.flush()
    await following.follow_person(db, person_id)
    await db.commit()


def path_of(post: Opportunity, page: str = "") -> str:
    return f"/org/northshire/posts/{post.slug}/people{page}"


async def profile_of(db: AsyncSession, person_id: uuid.UUID) -> uuid.UUID:
    return (await db.scalars(select(Profile.id).where(Profile.person_id == person_id))).one()


async def listed(client: PageClient, path: str) -> list[str]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.status_code
    found = parse(answer.text).findall(".//h3")
    return [words(one) for one in found if one.get("class", "").endswith("cb-match__title")]


async def test_somebody_who_granted_skills_and_levels_has_no_name_and_is_explained(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    person = await somebody(db, "skills", "levels")
    await sign_in(client, app, db, body.members["hr"])
    page = await client.get(path_of(post))
    text = words(parse(page.text))
    called = f"Person {(await profile_of(db, person)).hex[-5:].upper()}"
    assert f"{called} Meets the must-have. Of 1 skill: 1 met." in text
    assert "Agile working Must-have Working Working Met" in text
    assert "Days a week 2.5 Not shown to your organisation Not known" in text
    for line in rule.ORDER_WORDS:
        assert line in text
    for secret in (*SECRETS, str(person)):
        assert secret not in page.text


async def test_who_granted_nothing_or_skills_alone_is_listed_nowhere(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    await somebody(db)
    quiet = await somebody(db, "skills", "name")
    await sign_in(client, app, db, body.members["hiring"])
    assert await listed(client, path_of(post)) == []
    assert (
        "Nobody who suits this post lets your organisation see"
        in (await client.get(path_of(post))).text
    )
    looks = select(ProfileAccess.id).where(ProfileAccess.person_id == quiet)
    assert await db.scalar(looks) is None


async def test_each_group_is_shown_as_it_was_granted_and_no_other(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    name, email, employer, pay = SECRETS
    seen_by = {
        "name": name, "contact": email, "employer": employer, "pay": pay,
        "availability": "Up to 3",
    }  # fmt: skip
    await sign_in(client, app, db, body.members["hr"])
    for group in seen_by:
        person = await somebody(db, "skills", "levels", group)
        address = path_of(post, f"/{await profile_of(db, person)}")
        for page in (await client.get(path_of(post)), await client.get(address)):
            for other, secret in seen_by.items():
                assert (secret in page.text) == (other == group), (group, other)
        await db.execute(delete(ConsentGrant).where(ConsentGrant.person_id == person))
        await kept(db, person)


async def test_the_best_come_first(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    plain = await somebody(db, "skills", "levels")
    recent = await somebody(db, "skills", "levels")
    confirmed = await somebody(db, "skills", "levels")
    year = following.london_today().replace(month=1, day=1)
    for person, values in (
        (recent, {"last_used_on": year}),
        (confirmed, {"confirmed_level": 2, "confirmed_on": year}),
    ):
        claim = update(ProfileSkill).where(ProfileSkill.person_id == person)
        await db.execute(claim.values(**values))
        await kept(db, person)
    await sign_in(client, app, db, body.members["hr"])
    ids = [(await profile_of(db, one)).hex[-5:].upper() for one in (recent, confirmed, plain)]
    assert await listed(client, path_of(post)) == [f"Person {one}" for one in ids]


async def test_each_look_stands_in_the_log_of_who_was_looked_at(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    person = await somebody(db, "skills", "levels", "pay")
    await sign_in(client, app, db, body.members["hr"])
    await client.get(path_of(post))
    profile_id = await profile_of(db, person)
    await client.get(path_of(post, f"/{profile_id}"))
    looks = list(await db.scalars(select(ProfileAccess).order_by(ProfileAccess.id)))
    assert [one.groups for one in looks] == [["skills", "levels", "pay"]] * 2
    for one in looks:
        assert (one.person_id, one.organisation_id) == (person, body.organisation.id)
        assert (one.by_id, one.opportunity_id) == (body.members["hr"].person_id, post.id)
        assert one.purpose == "found"
    entries = await db.execute(
        select(AuditEntry.action, AuditEntry.chain, AuditEntry.facts)
        .where(AuditEntry.action.like("profile.%looked%"))
        .order_by(AuditEntry.id)
    )
    found = entries.all()
    assert [row.action for row in found] == ["profile.list_looked_at", "profile.looked_at"]
    assert {row.chain for row in found} == {body.organisation.id}
    assert found[0].facts == {"profiles": [str(profile_id)]}
    await sign_in(client, app, db, person=await db.get_one(Person, person))
    log = words(parse((await client.get("/profile/access-log")).text))
    assert f"{body.actors['hr'].name}, Northshire Council" in log
    assert "to find people for posts: Delivery manager" in log
    assert "Was shown: Roles and skills, levels, pay" in log


async def test_what_is_asked_too_early_is_refused_by_the_name_of_the_stage(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    person = await somebody(db, "skills", "levels")
    address = path_of(post, f"/{await profile_of(db, person)}")
    await sign_in(client, app, db, body.members["hr"])
    text = words(parse((await client.get(address)).text))
    assert "Name Your organisation sees this once the stage “shortlist” is reached" in text
    assert "Pay Your organisation sees this once the stage “offer” is reached" in text
    assert "Evidence This person has not let your organisation see this." in text
    got = await client.get(f"{address}/profile.json?fields=skills")
    assert set(got.json()) == {"profile", "roles", "skills"}
    for group, stage in (("name", "shortlist"), ("pay", "offer"), ("reach", "interest")):
        early = await client.get(f"{address}/profile.json?fields=skills,{group}")
        assert early.status_code == 403
        assert f"once the stage “{stage}” is reached" in early.text
    assert (await client.get(f"{address}/profile.json?fields=evidence")).status_code == 403
    assert (await client.get(f"{address}/profile.json?fields=shoe-size")).status_code == 404
    whole = await client.get(f"{address}/profile.json")
    assert set(whole.json()) == {"profile", "roles", "skills"}


async def test_stages_show_more_and_only_about_their_post(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    person = await somebody(db, "skills", "levels")
    db.add(
        ProfileDisclosure(
            person_id=person,
            organisation_id=body.organisation.id,
            opportunity_id=post.id,
            stage="shortlist",
        )
    )
    other = await an_open_post(db, body.organisation, await a_skill(db))
    await db.commit()
    await sign_in(client, app, db, body.members["hr"])
    assert await listed(client, path_of(post)) == [SECRETS[0]]
    assert "Contact through Crossbench" in (await client.get(path_of(post))).text
    assert SECRETS[0] not in (await client.get(path_of(other))).text
    purpose = select(ProfileAccess.purpose).order_by(ProfileAccess.id.desc())
    assert list(await db.scalars(purpose)) == ["found", "application", "application"]


async def test_withdrawing_pausing_hiding_and_joining_end_it_at_once(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    person = await somebody(db, "skills", "levels")
    address = path_of(post, f"/{await profile_of(db, person)}")
    await sign_in(client, app, db, body.members["hr"])
    assert len(await listed(client, path_of(post))) == 1
    await make_member(db, body.organisation, person=await db.get_one(Person, person))
    assert await listed(client, path_of(post)) == []
    assert (await client.get(address)).status_code == 404
    named = grant(person, recipient="body", organisation_id=body.organisation.id)
    db.add(named)
    await kept(db, person)
    assert len(await listed(client, path_of(post))) == 1
    await db.execute(update(Profile).values(paused_until=following.london_today()))
    await kept(db, person)
    assert await listed(client, path_of(post)) == []
    await db.execute(update(Profile).values(paused_until=None))
    await db.execute(update(ConsentGrant).values(withdrawn_at=named.created_at))
    await kept(db, person)
    assert await listed(client, path_of(post)) == []
    assert (await client.get(address)).status_code == 404


async def test_people_are_listed_for_open_posts_of_the_own_body_alone(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity
) -> None:
    person = await somebody(db, "skills", "levels")
    address = path_of(post, f"/{await profile_of(db, person)}")
    await sign_in(client, app, db, person=await make_person(db, is_operator=True))
    assert (await client.get(path_of(post))).status_code == 404
    assert (await client.get(address)).status_code == 404
    await sign_in(client, app, db, body.members["hr"])
    await db.execute(update(Opportunity).values(status="hidden"))
    await db.commit()
    assert await listed(client, path_of(post)) == []
    assert "You see them here once this post is open" in (await client.get(path_of(post))).text
    assert (await client.get(address)).status_code == 404
    assert await db.scalar(select(ProfileAccess.id)) is None


@pytest.mark.parametrize("number", [1, 21])
async def test_the_list_is_paged_and_asks_the_same_for_few_and_many(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity,
    connection: AsyncConnection, number: int,
) -> None:  # fmt: skip
    for _ in range(number):
        await somebody(db, "skills", "levels")
    await sign_in(client, app, db, body.members["hr"])
    with counted(connection) as seen:
        first = await listed(client, path_of(post))
    assert len(first) == min(number, 20)
    assert len(seen) <= 8, seen
    if number == 21:
        rest = await listed(client, path_of(post, "?page=2"))
        assert len(set(first + rest)) == 21
        assert (await client.get(path_of(post, "?page=3"))).status_code == 404


async def test_the_page_of_somebody_makes_few_queries(
    client: PageClient, app: Litestar, db: AsyncSession, body: Body, post: Opportunity,
    connection: AsyncConnection,
) -> None:  # fmt: skip
    person = await somebody(db, "skills", "levels", "evidence")
    await sign_in(client, app, db, body.members["hr"])
    with counted(connection) as seen:
        await client.get(path_of(post, f"/{await profile_of(db, person)}"))
    assert len(seen) <= 9, seen
