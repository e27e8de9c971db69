"""A post as others will read it, made from what it says now, before it is open."""

from dataclasses import asdict
from datetime import date
from typing import Any

from app.opportunities.domain import PostFacts, SkillNeed
from app.opportunities.finding.post_view import PostView, make_post_view
from app.opportunities.writing.queries import Names
from app.organisations.models import Organisation


def preview_of(
    facts: PostFacts, names: Names, slug: str, body: Organisation, today: date
) -> PostView:
    """What its page will show if it opens today. What is not answered yet is left out."""
    row: dict[str, Any] = {
        **asdict(facts),
        "opportunity_id": facts.id,
        "slug": slug,
        "organisation_name": body.name,
        "organisation_name_cy": body.name_cy,
        "organisation_slug": body.slug,
        "organisation_kind": body.kind,
        "role_name": names.role,
        "local_role_name": "",
        "role_slug": names.role_slug,
        "level_name": names.level,
        "edition_name": names.edition,
        "skills": [_skill(need, names) for need in facts.skills],
        "published_at": None,
    }
    return make_post_view(row, today)


def _skill(need: SkillNeed, names: Names) -> dict[str, Any]:
    skill = names.skills.get(need.skill_id)
    return {
        "slug": skill.slug if skill else "",
        "name": skill.name if skill else "",
        "level": need.level,
        "is_must": need.is_must,
    }
