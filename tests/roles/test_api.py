"""The open API of the framework: what the contract promises, held against the OpenAPI file."""

from typing import Any

import jsonschema
import pytest

from app.roles.edition_file import bundled_edition
from tests.pages import PageClient


@pytest.fixture
async def description(client: PageClient) -> dict[str, Any]:
    found: dict[str, Any] = (await client.get("/api/openapi.json")).json()
    return found


def check(description: dict[str, Any], path: str, answer: Any) -> None:
    """The answer is what the description promises for this address."""
    described = description["paths"][path]["get"]["responses"]["200"]
    schema = described["content"]["application/json"]["schema"]
    whole = {**schema, "components": description["components"]}
    jsonschema.Draft202012Validator(whole).validate(answer)


async def everything(client: PageClient, path: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    page = 1
    while True:
        answer = (await client.get(path, params={"page": page, "page_size": 50})).json()
        assert (answer["page"], answer["page_size"]) == (page, 50)
        items += answer["items"]
        if not answer["items"]:
            assert len(items) == answer["total"]
            return items
        page += 1


async def test_roles_have_the_slugs_of_the_framework(
    json_client: PageClient, description: dict[str, Any]
) -> None:
    answer = (await json_client.get("/api/v1/roles")).json()
    check(description, "/api/v1/roles", answer)
    assert {"items", "total", "page", "page_size"} <= set(answer)
    assert (answer["total"], answer["page"], answer["page_size"]) == (53, 1, 20)
    assert len(answer["items"]) == 20
    roles = await everything(json_client, "/api/v1/roles")
    assert {r["slug"] for r in roles} == {r.slug for r in bundled_edition().roles}
    assert "Open Government Licence v3.0" in answer["source"]["licence"]


async def test_a_role_carries_its_whole_matrix(
    json_client: PageClient, description: dict[str, Any]
) -> None:
    for facts in bundled_edition().roles[::6]:
        answer = (await json_client.get(f"/api/v1/roles/{facts.slug}")).json()
        check(description, "/api/v1/roles/{slug}", answer)
        assert (answer["name"], answer["family"]["name"]) == (facts.name, facts.family)
        found = {
            level["slug"]: {s["name"]: s["proficiency"] for s in level["skills"]}
            for level in answer["levels"]
        }
        want = {v.slug: {n: p.slug for n, p in v.skills.items()} for v in facts.levels}
        assert found == want
        assert {s["name"] for s in answer["skills"]} == facts.skill_names()


async def test_a_role_without_levels_carries_its_skills(
    json_client: PageClient, description: dict[str, Any]
) -> None:
    path = "/api/v1/roles/chief-information-security-officer"
    answer = (await json_client.get(path)).json()
    check(description, "/api/v1/roles/{slug}", answer)
    assert answer["senior_civil_service"]
    assert answer["levels"] == []
    assert len(answer["skills"]) == 8


async def test_skills_are_all_there(json_client: PageClient, description: dict[str, Any]) -> None:
    answer = (await json_client.get("/api/v1/skills?q=data+modelling")).json()
    check(description, "/api/v1/skills", answer)
    assert answer["items"][0]["slug"].startswith("data-modelling")
    skills = await everything(json_client, "/api/v1/skills")
    assert {s["slug"] for s in skills} == {s.slug for s in bundled_edition().skills}


async def test_roles_are_found_by_words_and_family(json_client: PageClient) -> None:
    answer = (await json_client.get("/api/v1/roles?q=ciso")).json()
    assert [r["slug"] for r in answer["items"]] == ["chief-information-security-officer"]
    answer = (await json_client.get("/api/v1/roles?family=architecture&page_size=100")).json()
    assert answer["total"] == len(answer["items"]) == 7
    answer = (await json_client.get("/api/v1/roles?family=none")).json()
    assert (answer["total"], answer["items"]) == (0, [])


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("page=0", "/page"),
        ("page=x", "/page"),
        ("page_size=101", "/page_size"),
        ("page_size=0", "/page_size"),
        ("page=1000000", "/page"),
        ("q=" + "a" * 101, "/q"),
        ("q=%00", "/q"),
    ],
)
async def test_bad_input_is_a_problem_that_names_it(
    json_client: PageClient, query: str, path: str
) -> None:
    answer = await json_client.get(f"/api/v1/roles?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert path in {error["path"] for error in answer.json()["errors"]}


async def test_what_is_not_there_is_a_problem(json_client: PageClient) -> None:
    answer = await json_client.get("/api/v1/roles/no-such-role")
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/role-not-found"
