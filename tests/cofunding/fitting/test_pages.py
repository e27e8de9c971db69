"""The pages of joint posts: what they show, take, refuse and ask of the database."""

from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.cofunding.fitting.domain import Employs
from app.cofunding.fitting.models import FitSide
from tests.cofunding.fitting.made import Two, make_need, make_two
from tests.cofunding.fitting.test_answering import open_joint_post
from tests.cofunding.region import make_body
from tests.counting import counted
from tests.opportunities.posts import make_role
from tests.pages import PageClient, assert_form_error, parse, words
from tests.people import sign_in

# The first form of a page signs out.
OF_PAGE = 1


@pytest.fixture
async def two(db: AsyncSession) -> Two:
    made = await make_two(db)
    await made.notice()
    return made


@pytest.fixture
def at(client: PageClient, app: Litestar, db: AsyncSession, two: Two) -> Any:
    """Sign the client in as somebody of a body, and give the address of its proposal."""

    async def go(body: Any, path: str = "", member: Any = None) -> str:
        await sign_in(client, app, db, member or body.hr)
        return f"/org/{body.slug}/joint-posts/{(await two.fit()).id}{path}"

    return go


async def test_from_the_proposal_to_the_pledge(
    client: PageClient, db: AsyncSession, at: Any, two: Two
) -> None:
    page = await client.get(await at(two.one))
    shown = words(parse(page.text))
    assert "Together one post of 4 days a week" in shown
    assert "Security architect for evidence" in shown
    assert "more over the term" in shown
    page = await client.get(await at(two.one, "/accept"))
    assert_form_error(
        await client.submit(page, {}, form=OF_PAGE),
        "employs",
        "Select who should employ the person",
    )
    done = await client.submit(page, {"employs": "we"}, form=OF_PAGE)
    assert done.status_code == 303
    assert "You have accepted" in (await client.get(done.headers["location"])).text
    page = await client.get(await at(two.other, "/accept"))
    await client.submit(page, {"employs": "others"}, form=OF_PAGE)
    shown = words(parse((await client.get(await at(two.other))).text))
    assert "Eastmoor District Council employs the person and makes the draft" in shown
    page = await client.get(await at(two.other))
    assert f'href="/opportunities/{two.post.slug}"' in page.text
    page = await client.get(await at(two.one))
    done = await client.submit(page, {}, form=OF_PAGE)
    assert done.headers["location"].startswith(f"/org/{two.one.slug}/posts/")
    post = await client.get(done.headers["location"])
    assert "made from the needs of several organisations" in post.text
    assert "Go on with the joint post" in (await client.get(await at(two.one))).text
    assert "The draft is being written" in (await client.get(await at(two.other))).text


async def test_the_days_are_confirmed_on_the_page(
    client: PageClient, db: AsyncSession, at: Any, two: Two
) -> None:
    slug = await open_joint_post(two)
    page = await client.get(await at(two.other))
    assert "offered as a pledge" in page.text
    done = await client.submit(page, {}, form=OF_PAGE)
    assert done.headers["location"] == f"/opportunities/{slug}/funding"
    assert "Your organisation has pledged" in (await client.get(await at(two.other))).text


async def test_declining_asks_why(client: PageClient, at: Any, two: Two) -> None:
    page = await client.get(await at(two.one, "/decline"))
    wrong = await client.submit(page, {"reason": ""}, form=OF_PAGE)
    assert_form_error(wrong, "reason", "Enter the reason")
    given = {"reason": "Too far.", "never_again": "yes"}
    done = await client.submit(page, given, form=OF_PAGE)
    assert done.headers["location"] == f"/org/{two.one.slug}/joint-posts"
    assert "You declined" in (await client.get(f"{done.headers['location']}?show=ended")).text
    shown = await client.get(await at(two.one))
    assert "Too far." in shown.text
    assert (await client.get(await at(two.one, "/accept"))).status_code == 409
    other = await client.get(await at(two.other))
    assert "Not every organisation wants it" in other.text
    assert "Too far." not in other.text


async def test_who_employs_can_be_changed_until_it_is_settled(
    client: PageClient, at: Any, two: Two
) -> None:
    await two.accept(two.one, Employs.WE)
    await two.accept(two.other, Employs.WE)
    page = await client.get(await at(two.one))
    assert "you have not agreed on who employs the person" in page.text
    page = await client.get(await at(two.one, "/accept"))
    assert "Change who employs the person" in page.text
    await client.submit(page, {"employs": "others"}, form=OF_PAGE)
    assert "Greywater Police employs the person" in words(
        parse((await client.get(await at(two.one))).text)
    )


async def test_other_figures_are_reckoned_with_and_not_kept(
    client: PageClient, at: Any, two: Two
) -> None:
    path = await at(two.one)
    page = await client.get(f"{path}?salary=50,000&pension=20&recruiting=8000&fixed=")
    assert "less over the term" in page.text
    assert "£50,000.00 a year for full time, pension 20%" in page.text
    wrong = await client.get(f"{path}?salary=&pension=x&recruiting=&fixed=")
    assert_form_error(wrong, "salary", "Enter the salary, like 58,000")
    for of in ("alone", "joint"):
        working = await client.get(f"{path}/working?salary=50000&pension=20&of={of}")
        assert "The working of" in working.text
    assert (await client.get(f"{path}/working?salary=50000&pension=20")).status_code == 404


async def test_without_pay_it_asks_for_figures(
    client: PageClient, db: AsyncSession, at: Any, two: Two
) -> None:
    two.post.pay_from = two.post.pay_to = None
    await db.commit()
    page = await client.get(await at(two.one))
    assert "Your post says nothing of pay" in page.text
    two.post.full_time_hours = None
    await db.commit()
    page = await client.get(f"{await at(two.one)}?salary=50000&pension=20")
    assert "Fill in “Dates” and “Days a week” first" in page.text


async def test_which_posts_are_compared(client: PageClient, at: Any, two: Two) -> None:
    await at(two.one)
    path = f"/org/{two.one.slug}/joint-posts/choice"
    page = await client.get(path)
    done = await client.submit(page, {"posts": "shown"}, form=OF_PAGE)
    assert done.headers["location"] == f"/org/{two.one.slug}/joint-posts"
    checked = [
        box.get("value")
        for box in parse((await client.get(path)).text).iter("input")
        if box.get("checked") is not None
    ]
    assert checked == ["shown"]
    page = await client.get(path)
    wrong = await client.submit(page, {"posts": "other"}, form=OF_PAGE)
    assert wrong.status_code == 422


async def test_what_waits_stands_on_the_dashboard_and_the_post(
    client: PageClient, at: Any, two: Two
) -> None:
    await at(two.one)
    assert "Posts that would fit together" in (await client.get("/dashboard")).text
    own = await client.get(f"/org/{two.one.slug}/posts/{two.post.slug}")
    assert "would fit together with others into one of 4 days" in words(parse(own.text))
    await at(two.one, member=two.one.finance)
    assert "Posts that would fit together" not in (await client.get("/dashboard")).text


async def test_an_empty_list_says_what_is_looked_at(
    client: PageClient, app: Litestar, db: AsyncSession
) -> None:
    body = await make_body(db)
    await sign_in(client, app, db, body.hr)
    page = await client.get(f"/org/{body.slug}/joint-posts")
    assert "None of your open posts fits together" in page.text
    ended = await client.get(f"/org/{body.slug}/joint-posts?show=ended")
    assert "No proposal has ended" in ended.text
    await sign_in(client, app, db, body.staff)
    assert (await client.get(f"/org/{body.slug}/joint-posts")).status_code == 403


async def test_lists_are_paged_and_ask_as_much_for_one_row_as_for_many(
    client: PageClient, db: AsyncSession, connection: AsyncConnection, at: Any, two: Two
) -> None:
    first = await at(two.one)
    base = f"/org/{two.one.slug}/joint-posts"
    asked = [await _queries(client, connection, path) for path in (base, first)]
    side = (await db.scalars(select(FitSide).where(FitSide.organisation_id == two.one.id))).one()
    role, _ = await make_role(db)
    for number in range(21):
        post = await make_need(db, two.one, role.id, title=f"Part {number}")
        copied = {
            key: getattr(side, key)
            for key in ("organisation_id", "status", "days", "total_days", "bodies", "role_name",
                        "region", "is_remote", "expires_on")
        }  # fmt: skip
        fit = await two.fit()
        more = type(fit)(days=fit.days, expires_on=fit.expires_on)
        db.add(more)
        await db.flush()
        db.add(FitSide(fit_id=more.id, opportunity_id=post.id, **copied))
    await db.commit()
    assert [await _queries(client, connection, path) for path in (base, first)] == asked
    assert asked[0] <= 6
    assert asked[1] <= 8
    assert "Part 20" in (await client.get(base)).text
    assert two.post.title in (await client.get(f"{base}?page=2")).text
    assert (await client.get(f"{base}?page=3")).status_code == 404


async def _queries(client: PageClient, connection: AsyncConnection, path: str) -> int:
    with counted(connection) as seen:
        assert (await client.get(path)).status_code == 200
    return len(seen)
