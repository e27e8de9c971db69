"""Pages of the framework: what they show, in few queries, whatever is asked of them."""

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.core.actor import SYSTEM
from app.roles import commands
from app.roles.edition_file import bundled_edition
from tests.counting import counted
from tests.pages import PageClient, parse, words
from tests.roles.facts import NEXT, edition

ATTRIBUTION = "Contains public sector information from the Government Digital and Data"


async def test_families_show_every_role_and_lead_to_it(client: PageClient) -> None:
    page = await client.get("/roles")
    links = {link.get("href") for link in parse(page.text).iter("a")}
    assert {f"/roles/{role.slug}" for role in bundled_edition().roles} <= links
    assert page.text.count('<section class="cb-family"') == 8


@pytest.mark.parametrize(
    "path",
    [
        "/roles",
        "/roles?q=data",
        "/roles/security-architect",
        "/roles/chief-data-officer",
        "/roles/compare",
        "/skills",
        "/skills/user-focus",
        "/skills/systems-analysis",
    ],
)
async def test_the_source_and_its_licence_stand_where_it_is_used(
    client: PageClient, path: str
) -> None:
    page = await client.get(path)
    assert page.status_code == 200
    said = " ".join(words(parse(page.text)).split())
    assert ATTRIBUTION in said
    assert "Open Government Licence v3.0" in said
    assert "open-government-licence/version/3/" in page.text


async def test_the_matrix_is_a_table_with_heads_of_rows_and_columns(client: PageClient) -> None:
    page = parse((await client.get("/roles/security-architect")).text)
    table = next(t for t in page.iter("table") if t.get("id") == "matrix")
    columns = [words(c) for c in table.find("thead").iter("th")]  # type: ignore[union-attr]
    assert columns == [
        "Skill", "Security architect", "Lead security architect", "Principal security architect"
    ]  # fmt: skip
    rows = {
        words(r.find("th")): [words(c) for c in r.findall("td")]  # type: ignore[arg-type]
        for r in table.find("tbody").iter("tr")  # type: ignore[union-attr]
    }
    assert rows["Security technology"][:2] == ["Working", "Expert"]
    assert all(h.get("scope") in ("row", "col") for h in table.iter("th"))
    box = next(e for e in page.iter("div") if e.get("role") == "region")
    assert box.get("tabindex") == "0"


async def test_levels_that_do_not_need_a_skill_say_so(client: PageClient) -> None:
    page = await client.get("/roles/business-architect")
    assert "Not needed" in page.text


async def test_a_role_without_levels_lists_its_skills(client: PageClient) -> None:
    page = await client.get("/roles/chief-information-security-officer")
    assert "no levels" in page.text
    assert "/skills/cyber-risk-management" in page.text
    assert "<table" not in page.text


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("security architect", "Security architect"),
        ("SECURITY   Arch", "Security architect"),
        ("ciso", "Chief information security officer"),
        ("data ethicist", "Data and artificial intelligence (AI) ethicist"),
        ("devops", "Development operations (DevOps) engineer"),
        ("head of analytics engineering", "Analytics engineer"),
        ("systems analysis", "Digital and data systems analysis"),
    ],
)
async def test_search_finds_what_people_call_it(client: PageClient, q: str, first: str) -> None:
    page = await client.get("/roles", params={"q": q})
    items = [e for e in parse(page.text).iter("li") if e.get("class") == "cb-found__item"]
    assert words(items[0].find("a")) == first  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "q", ["zzzz", "%", "_", "'", '";--', "<script>", "{{7*7}}", "\x00", "a" * 5000, "   ", "\ud7ff"]
)
@pytest.mark.parametrize("path", ["/roles", "/skills"])
async def test_any_search_is_answered(client: PageClient, path: str, q: str) -> None:
    page = await client.get(path, params={"q": q})
    assert page.status_code == 200
    assert "49" not in words(parse(page.text)) or "7*7" not in q


async def test_nothing_found_says_what_to_do(client: PageClient) -> None:
    page = await client.get("/roles", params={"q": "zzzz"})
    said = words(parse(page.text))
    assert "Nothing found for “zzzz”" in said
    assert "Try fewer or shorter words" in said


async def test_long_lists_are_paged(client: PageClient) -> None:
    first = await client.get("/skills")
    assert "186 skills" in first.text
    assert first.text.count("cb-found__item") == 20
    last = await client.get("/skills?page=10")
    assert last.text.count("cb-found__item") == 6
    assert (await client.get("/skills?page=11")).status_code == 404
    for odd in ("0", "-1", "x", "²", "99999999999"):
        assert (await client.get("/skills", params={"page": odd})).status_code in (200, 404)
    found = await client.get("/roles?q=data&page=2")
    assert 'href="/roles?q=data&amp;page=3"' in found.text


async def test_two_levels_side_by_side(client: PageClient) -> None:
    page = await client.get(
        "/roles/compare",
        params={
            "first": "security-architect/security-architect",
            "second": "security-architect/lead-security-architect",
        },
    )
    said = words(parse(page.text))
    assert "7 skills: 6 at a higher level, 1 at the same level." in said
    assert "Security technology Working Expert 2 steps up" in said
    other = await client.get(
        "/roles/compare",
        params={
            "first": "security-architect/security-architect",
            "second": "agile-coach/agile-coach",
        },
    )
    if other.status_code == 200:
        assert "not needed before" in words(parse(other.text))


async def test_comparing_needs_both_and_real_ones(client: PageClient) -> None:
    one = "security-architect/security-architect"
    page = await client.get("/roles/compare", params={"first": one, "second": ""})
    assert page.status_code == 422
    assert "Error: Compare two levels" in page.text
    assert 'href="#second"' in page.text
    gone = await client.get("/roles/compare", params={"first": one, "second": "x/y"})
    assert gone.status_code == 404


async def test_a_skill_says_where_it_is_used_and_what_is_near(client: PageClient) -> None:
    page = await client.get("/skills/user-focus")
    said = words(parse(page.text))
    assert "16 roles" in said
    assert "User focus (frontend developer)" in said
    assert "separate skills" in said
    variant = await client.get("/skills/user-focus-frontend-developer")
    assert 'href="/skills/user-focus"' in variant.text


async def test_what_became_of_a_skill_is_said_both_ways(client: PageClient) -> None:
    old = words(parse((await client.get("/skills/systems-analysis")).text))
    assert "Renamed to Digital and data systems analysis on 28 November 2025" in old
    new = words(parse((await client.get("/skills/digital-and-data-systems-analysis")).text))
    assert "Systems analysis, renamed on 28 November 2025" in new
    gone = words(parse((await client.get("/skills/technical-breadth")).text))
    assert "Retired on 30 May 2025. Nothing took its place." in gone


async def test_a_role_shows_its_change_log(client: PageClient) -> None:
    said = words(parse((await client.get("/roles/data-and-ai-ethicist")).text))
    assert "28 August 2026 Renamed from Data ethicist." in said
    assert "Level renamed from Data ethics lead to Lead data and AI ethicist." in said


@pytest.mark.parametrize("path", ["/roles/no-such-role", "/skills/no-such-skill", "/roles/%00"])
async def test_what_is_not_there_is_not_found(client: PageClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/roles", 6),
        ("/roles?q=data", 6),
        ("/skills", 6),
        ("/roles/security-architect", 8),
        ("/roles/compare?first=agile-coach/x&second=", 8),
        ("/skills/user-focus", 8),
        ("/api/v1/roles", 6),
        ("/api/v1/skills?page_size=100", 6),
        ("/api/v1/roles/software-developer", 8),
    ],
)
async def test_pages_make_few_queries_also_with_more_editions(
    client: PageClient, connection: AsyncConnection, db: AsyncSession, path: str, most: int
) -> None:
    with counted(connection) as before:
        await client.get(path)
    await commands.load_edition(db, SYSTEM, facts=edition(NEXT))
    await db.commit()
    with counted(connection) as after:
        await client.get(path)
    assert 0 < len(before) == len(after) <= most, after
