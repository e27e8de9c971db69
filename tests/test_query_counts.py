"""Every list makes the same few queries for one row, for twenty and for two hundred.

What is counted is all that a request asks of the database, who it is for included, but not what
the transaction says of itself. A list may make six queries, its page eight where it is more than a
list. Lists of posts for visitors are in `opportunities/finding/test_pages.py`, of questions in
`opportunities/test_questions.py`, of a body's own posts in `opportunities/test_post_lists.py`, of
roles and skills, whose number is that of the framework, in `roles/test_pages.py`.
"""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.audit.commands import record
from app.cofunding.models import Funding, Pledge, PledgeHistory
from app.core.actor import SYSTEM
from app.core.clock import london_today
from app.core.outbox import Outbox
from app.core.permissions import Duty
from app.costsharing.splits.models import CostSplit, CostSplitVersion
from app.matching.following import rebuild_people
from app.matching.inviting.models import PostInvitation
from app.opportunities.models import Opportunity
from app.organisations.members.models import Invitation
from app.organisations.models import (
    Membership,
    MembershipDuty,
    Organisation,
    Person,
    PersonSession,
)
from app.profiles.confirming.models import SkillConfirmation
from app.profiles.models import Profile, ProfileSkill
from app.roles import queries as framework
from app.roles.importing.models import FrameworkImport
from app.roles.local.models import LocalRole
from app.roles.models import FrameworkEdition
from tests.cofunding.region import Region, make_region
from tests.counting import counted
from tests.many import ID, multiply
from tests.matching.made import a_profile, a_skill, an_open_post, grant
from tests.notifications.written import make_message
from tests.pages import PageClient
from tests.people import as_actor, make_member, make_person, make_sign_in, sign_in
from tests.profiles.owned import ask_about, fill_profile, owner
from tests.roles.changed import make_import
from tests.roles.locals import make_local_role

LIST, PAGE = 6, 8


@dataclass
class Scene:
    """A body with an administrator and a pledge, another that pledged, and the operator."""

    db: AsyncSession
    region: Region
    administrator: Membership
    operator: Person
    pledge: Pledge

    @property
    def own(self) -> Organisation:
        return self.region.employer.organisation


@pytest.fixture
async def scene(db: AsyncSession) -> Scene:
    region = await make_region(db)
    pledge = await region.pledge(region.eastmoor, "2")
    return Scene(
        db, region,
        await make_member(db, region.employer.organisation, Duty.ORGANISATION_ADMIN),
        await make_person(db, is_operator=True),
        pledge,
    )  # fmt: skip


async def organisations(scene: Scene, numbers: range) -> None:
    await multiply(
        scene.db, Organisation, scene.own.id, numbers,
        slug="'many-' || n", name="'Many ' || n", register_id="'N' || n",
    )  # fmt: skip


async def members(scene: Scene, numbers: range) -> None:
    like = scene.region.employer.hr
    email = "'many-' || n || '@many.example'"
    await multiply(scene.db, Person, like.person_id, numbers, email=email)
    await multiply(scene.db, Membership, like.id, numbers, person_id=ID, work_email=email)
    held = select(MembershipDuty.id).where(MembershipDuty.membership_id == like.id)
    duty = (await scene.db.scalars(held)).one()
    await multiply(scene.db, MembershipDuty, duty, numbers, membership_id=ID)


async def invitations(scene: Scene, numbers: range) -> None:
    now = datetime.now(UTC)
    scene.db.add_all(
        Invitation(
            organisation_id=scene.own.id, email=f"{n}@x.example", duties=["hr"], sent_at=now,
            token_sha256=f"{n:032}".encode(), expires_at=now + timedelta(days=7),
        )
        for n in numbers
    )  # fmt: skip
    await scene.db.flush()


async def records(scene: Scene, numbers: range) -> None:
    for _ in numbers:
        await record(
            scene.db, SYSTEM, "organisation.verified",
            subject=("organisation", scene.own.id), organisation_id=scene.own.id,
        )  # fmt: skip


async def records_of_the_exchange(scene: Scene, numbers: range) -> None:
    for _ in numbers:
        await record(
            scene.db, SYSTEM, "organisation.verified", subject=("organisation", scene.own.id)
        )


async def failed_work(scene: Scene, numbers: range) -> None:
    now = datetime.now(UTC)
    scene.db.add_all(Outbox(job="x.y", arguments={"n": n}, failed_at=now) for n in numbers)
    await scene.db.flush()


async def mail(scene: Scene, numbers: range) -> None:
    for n in numbers:
        await make_message(scene.db, subject=f"Number {n}")


async def sign_ins(scene: Scene, numbers: range) -> None:
    made = await make_sign_in(scene.db, scene.administrator)
    await multiply(scene.db, PersonSession, made.id, numbers)


async def splits(scene: Scene, numbers: range) -> None:
    if numbers.start == 1:
        await scene.region.approve(scene.region.eastmoor)
        await scene.region.close()
    like = (await scene.db.scalars(select(CostSplit.id).order_by(CostSplit.id.desc()))).first()
    version = select(CostSplitVersion.id).order_by(CostSplitVersion.id.desc())
    newest = (await scene.db.scalars(version)).first()
    assert like is not None
    assert newest is not None
    await multiply(
        scene.db, CostSplit, like, numbers, reference="'MANY-' || n", opportunity_id="NULL"
    )
    await multiply(scene.db, CostSplitVersion, newest, numbers, cost_split_id=ID)


async def pledges(scene: Scene, numbers: range) -> None:
    """Of one body, each for a post of its own."""
    await multiply(scene.db, Opportunity, scene.region.post.id, numbers, slug="'many-' || n")
    await multiply(
        scene.db, Funding, scene.pledge.funding_id, numbers,
        opportunity_id=ID, slug="'many-' || n",
    )  # fmt: skip
    await multiply(scene.db, Pledge, scene.pledge.id, numbers, funding_id=ID)


async def moves(scene: Scene, numbers: range) -> None:
    """Of one pledge."""
    first = select(PledgeHistory.id).where(PledgeHistory.version == 1)
    like = (await scene.db.scalars(first)).one()
    await multiply(scene.db, PledgeHistory, like, numbers, version="n + 10")


async def local_roles(scene: Scene, numbers: range) -> None:
    if numbers.start == 1:
        await make_local_role(scene.db, await as_actor(scene.db, scene.region.employer.hr))
    first = select(LocalRole.id).where(LocalRole.owner == "Head of digital")
    like = (await scene.db.scalars(first)).one()
    others = {"slug": "'many-' || n", "name": "'Many ' || n", "owner": "'Head of ' || n"}
    await multiply(scene.db, LocalRole, like, numbers, **others)


async def framework_imports(scene: Scene, numbers: range) -> None:
    like = await make_import(scene.db) if numbers.start == 1 else None
    newest = select(FrameworkImport.id).order_by(FrameworkImport.created_at, FrameworkImport.id)
    like = like or (await scene.db.scalars(newest)).first()
    assert like is not None
    await multiply(scene.db, FrameworkImport, like, numbers)
    edition = (await scene.db.scalars(select(FrameworkEdition.id).limit(1))).one()
    await multiply(scene.db, FrameworkEdition, edition, numbers, as_of="as_of - n")


async def people_who_suit(scene: Scene, numbers: range) -> None:
    """An open post of the own body, and people who let it find them and whom it invited."""
    db = scene.db
    if numbers.start == 1:
        await an_open_post(db, scene.own, await a_skill(db), slug="suited")
    post = (await db.scalars(select(Opportunity).where(Opportunity.slug == "suited"))).one()
    for _ in numbers:
        person_id = await a_profile(db, await a_skill(db))
        db.add(grant(person_id))
        db.add(invitation_of(scene, person_id, post.id))
    await db.flush()
    await rebuild_people(db, None)


async def invitations_to_apply(scene: Scene, numbers: range) -> None:
    """Of one person, each for a post of its own."""
    hr = scene.region.employer.hr.person_id
    if numbers.start == 1:
        scene.db.add(Profile(person_id=hr, reviewed_on=london_today()))
        await scene.db.flush()
    await multiply(scene.db, Opportunity, scene.region.post.id, numbers, slug="'many-' || n")
    for n in numbers:
        post_id = uuid.UUID(f"00000000-0000-4000-8000-{n:012x}")
        scene.db.add(invitation_of(scene, hr, post_id))
    await scene.db.flush()


def invitation_of(scene: Scene, person_id: uuid.UUID, post_id: uuid.UUID) -> PostInvitation:
    return PostInvitation(
        person_id=person_id, profile_id=uuid.uuid4(), organisation_id=scene.own.id,
        opportunity_id=post_id, by_id=scene.region.employer.hr.person_id, status="sent",
    )  # fmt: skip


async def own_requests(scene: Scene, numbers: range) -> None:
    """What somebody asked others to confirm, not sent yet."""
    if numbers.start == 1:
        actor = await owner(scene.db, (await make_sign_in(scene.db, scene.administrator)).id)
        await fill_profile(scene.db, actor)
        await ask_about(scene.db, actor, email="ben@elsewhere.example")
    like = (await scene.db.scalars(select(SkillConfirmation.id).limit(1))).one()
    await multiply(scene.db, SkillConfirmation, like, numbers)


async def own_skills(scene: Scene, numbers: range) -> None:
    """As many as the framework has, at most."""
    if numbers.start == 1:
        await own_requests(scene, range(1, 2))
    held = (await scene.db.scalars(select(ProfileSkill))).all()
    claimed = {one.skill_id for one in held}
    left = [one.id for one in await framework.all_skills(scene.db) if one.id not in claimed]
    scene.db.add_all(
        ProfileSkill(
            person_id=held[0].person_id, skill_id=skill, edition_id=held[0].edition_id, level=2
        )
        for _, skill in zip(numbers, left, strict=False)
    )
    await scene.db.flush()


More = Callable[[Scene, range], Awaitable[None]]
# What there is many of, and for each address that shows it who asks and how many queries it may
# make. PLEDGE is the id of the pledge, OWN and PARTNER are the bodies.
LISTS: dict[More, dict[str, tuple[str, int]]] = {
    organisations: {
        "/organisations": ("nobody", LIST),
        "/organisations?q=many": ("nobody", LIST),
        "/operator/organisations": ("operator", LIST),
        "/operator": ("operator", PAGE),
        "/dashboard": ("operator", PAGE),
    },
    failed_work: {"/operator/work": ("operator", LIST)},
    mail: {"/operator/mail": ("operator", LIST), "/demo/mailbox": ("nobody", LIST)},
    records_of_the_exchange: {"/operator/audit": ("operator", LIST)},
    members: {
        "/org/OWN/people": ("administrator", LIST),
        "/org/OWN/people?q=many&duty=hr": ("administrator", LIST),
        "/org/OWN/people/duties": ("administrator", PAGE),
        "/org/OWN": ("administrator", PAGE),
        "/dashboard": ("administrator", PAGE),
    },
    invitations: {"/org/OWN/people/invitations": ("administrator", LIST)},
    records: {"/org/OWN/audit": ("administrator", LIST)},
    sign_ins: {"/account/sessions": ("administrator", LIST)},
    splits: {"/org/OWN/cost-splits": ("finance", LIST)},
    pledges: {"/org/PARTNER/pledges": ("partner", LIST), "/dashboard": ("partner", PAGE)},
    local_roles: {"/org/OWN/roles": ("administrator", LIST), "/roles/local": ("nobody", LIST)},
    framework_imports: {"/operator/framework": ("operator", LIST)},
    people_who_suit: {
        "/org/OWN/posts/suited/people": ("hr", PAGE),
        "/org/OWN/posts/suited/people/invitations": ("hr", LIST),
    },
    invitations_to_apply: {"/profile/invitations": ("hr", LIST)},
    own_requests: {"/profile/confirmations": ("administrator", LIST)},
    own_skills: {"/profile/skills": ("administrator", LIST), "/profile": ("administrator", PAGE)},
    moves: {"/org/PARTNER/pledges/PLEDGE": ("partner", PAGE)},
}


async def as_somebody(client: PageClient, app: Litestar, scene: Scene, who: str) -> None:
    region = scene.region
    known = {
        "administrator": scene.administrator,
        "finance": region.employer.finance,
        "hr": region.employer.hr,
        "partner": region.eastmoor.finance,
    }
    if who == "operator":
        await sign_in(client, app, scene.db, person=scene.operator)
    elif who == "nobody":
        client.cookies.delete("session")
    else:
        await sign_in(client, app, scene.db, known[who])


def address_in(path: str, scene: Scene) -> str:
    names: dict[str, str | uuid.UUID] = {
        "OWN": scene.own.slug, "PARTNER": scene.region.eastmoor.slug, "PLEDGE": scene.pledge.id
    }  # fmt: skip
    for name, value in names.items():
        path = path.replace(name, str(value))
    return path


@pytest.mark.parametrize("more", LISTS)
async def test_a_list_makes_the_same_few_queries_however_long_it_is(
    client: PageClient, app: Litestar, connection: AsyncConnection, scene: Scene, more: More
) -> None:
    pages = LISTS[more]
    counts: dict[str, list[int]] = {path: [] for path in pages}
    sizes: dict[str, list[int]] = {path: [] for path in pages}
    for made, wanted in ((0, 1), (1, 20), (20, 200)):
        await more(scene, range(made + 1, wanted + 1))
        await scene.db.commit()
        for path, (who, most) in pages.items():
            await as_somebody(client, app, scene, who)
            with counted(connection) as seen:
                answer = await client.get(address_in(path, scene))
            assert answer.status_code == 200
            assert len(seen) <= most, (path, seen)
            counts[path].append(len(seen))
            sizes[path].append(len(answer.text))
    for path in pages:
        assert len(set(counts[path])) == 1, (path, counts[path])
        assert sizes[path][2] < sizes[path][1] * 1.4, f"{path} shows more than a page"
