"""A post in the words of schema.org: only properties that a JobPosting has, of the right types."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.opportunities.domain import OpportunityKind
from app.opportunities.finding import queries
from app.opportunities.finding.structured import job_posting
from tests.opportunities.finding.posts import make_post, role_of, skill_of, soon
from tests.people import make_organisation

TERMS: dict[str, Any] = json.loads(Path(__file__).with_name("schema_org.json").read_text("utf-8"))
BASE = "https://posts.example"


def is_of(value: Any, kind: str) -> bool:
    """Whether a value may stand for a type of schema.org."""
    if isinstance(value, dict):
        own = value.get("@type")
        return kind in {own, *TERMS["parents"].get(own, ())}
    if kind in {"Date", "DateTime"}:
        read = date.fromisoformat if kind == "Date" else datetime.fromisoformat
        try:
            return bool(read(value))
        except (TypeError, ValueError):
            return False
    if kind == "URL":
        return isinstance(value, str) and urlsplit(value).scheme == "https"
    wanted: dict[str, Any] = {"Text": str, "Number": int | float, "Boolean": bool, "Integer": int}
    return kind in wanted and isinstance(value, wanted[kind])


def check(thing: dict[str, Any]) -> None:
    """Every property is known and holds what schema.org expects of it."""
    properties = TERMS["types"][thing["@type"]]
    for name, value in thing.items():
        if name.startswith("@"):
            continue
        assert name in properties, f"{thing['@type']} has no {name}"
        for one in value if isinstance(value, list) else [value]:
            assert any(is_of(one, kind) for kind in properties[name]), (name, one)
            if isinstance(one, dict):
                check(one)


@pytest.mark.parametrize("kind", OpportunityKind)
async def test_every_kind_of_post_is_a_valid_posting(
    db: AsyncSession, kind: OpportunityKind
) -> None:
    body = await make_organisation(db)
    role, skill = await role_of(db), await skill_of(db, "Analysis")
    full = await make_post(
        db, body, kind=kind, role_id=role.id, skills=[(skill, 3, True)], ends_on=soon(400),
        postcode_area="LS", remote="remote",
    )  # fmt: skip
    bare = await make_post(
        db, body, kind=kind, place=None, region=None, remote=None, days_per_week=None,
        pay_from=None, pay_to=None, starts_on=None, description=None, contract_type=None,
        weeks=8 if kind is OpportunityKind.SHORT_ASSIGNMENT else None,
    )  # fmt: skip
    for post in (full, bare):
        row = await queries.find_open_post(db, queries.everybody(), post.slug)
        assert row is not None
        made = json.loads(json.dumps(job_posting(row, BASE)))
        assert made["@context"] == "https://schema.org"
        assert made["@type"] == "JobPosting"
        assert set(TERMS["required"]) <= set(made)
        assert set(made["employmentType"]) <= set(TERMS["employment_types"])
        check(made)
    assert made["jobLocation"]["address"]["addressCountry"] == "GB"


async def test_what_a_posting_says(db: AsyncSession) -> None:
    body = await make_organisation(db, slug="moor", name="Moor Council", region="wales")
    post = await make_post(
        db, body, slug="lead", title="Lead", description="One <b>\n\nTwo & three",
        closes_on=date(2999, 7, 1), days_per_week=5,
    )  # fmt: skip
    row = await queries.find_open_post(db, queries.everybody(), post.slug)
    assert row is not None
    made = job_posting(row, BASE)
    assert made["description"] == "<p>One &lt;b&gt;</p><p>Two &amp; three</p>"
    assert made["url"] == f"{BASE}/opportunities/lead"
    assert made["validThrough"] == "2999-07-01T23:59:59+01:00"
    assert made["employmentType"] == ["FULL_TIME"]
    assert made["baseSalary"]["value"]["minValue"] == 60_000
    assert made["hiringOrganization"]["url"] == f"{BASE}/organisations/moor"


def test_a_wrong_property_would_be_noticed() -> None:
    with pytest.raises(AssertionError):
        check({"@type": "JobPosting", "salary": "lots"})
    with pytest.raises(AssertionError):
        check({"@type": "JobPosting", "datePosted": "yesterday"})
    with pytest.raises(AssertionError):
        check({"@type": "JobPosting", "jobLocation": {"@type": "Organization", "name": "x"}})
