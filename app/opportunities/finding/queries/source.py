"""What the published projection is made from: the tables of posts, bodies, roles and skills."""

import uuid
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute

from app.opportunities.domain import KIND_NAMES, Audience, OpportunityStatus
from app.opportunities.finding.domain import SHORTEST_NEAR
from app.opportunities.finding.models import OpenPost
from app.opportunities.models import Opportunity, OpportunitySkill
from app.organisations.domain import REGION_NAMES, OrganisationStatus
from app.organisations.models import Organisation
from app.roles.local.models import LocalRole
from app.roles.models import FrameworkEdition, Role, RoleFamily, RoleLevel, Skill

ENDED = (OpportunityStatus.HIDDEN, OpportunityStatus.CLOSED, OpportunityStatus.WITHDRAWN)
RULES: ColumnElement[Any] = literal_column("'crossbench'::regconfig")

# Columns that the projection takes from the post as they are.
SAME: tuple[InstrumentedAttribute[Any], ...] = (
    Opportunity.slug,
    Opportunity.organisation_id,
    Opportunity.kind,
    Opportunity.title,
    Opportunity.title_cy,
    Opportunity.summary,
    Opportunity.summary_cy,
    Opportunity.description,
    Opportunity.description_cy,
    Opportunity.place,
    Opportunity.postcode_area,
    Opportunity.region,
    Opportunity.remote,
    Opportunity.office_days,
    Opportunity.days_per_week,
    Opportunity.full_time_hours,
    Opportunity.starts_on,
    Opportunity.ends_on,
    Opportunity.weeks,
    Opportunity.pay_from,
    Opportunity.pay_to,
    Opportunity.pay_note,
    Opportunity.who_pays,
    Opportunity.checks,
    Opportunity.contract_type,
    Opportunity.legal_power,
    Opportunity.legal_power_note,
    Opportunity.is_politically_restricted,
    Opportunity.redeployees_first_until,
    Opportunity.contact_name,
    Opportunity.contact_email,
    Opportunity.adjustments,
    Opportunity.wants,
    Opportunity.closes_on,
    Opportunity.audience,
    Opportunity.named_organisation_ids,
    Opportunity.published_at,
)


def open_posts(opportunity_id: uuid.UUID | None = None) -> Select[Any]:
    """One row for each open post, or for the one that is named, with the columns of OpenPost.

    Rows that the projection has already as they are now are left out.
    """
    source = _joined(opportunity_id).cte("source")
    have = exists().where(
        OpenPost.opportunity_id == source.c.opportunity_id,
        OpenPost.fingerprint == source.c.fingerprint,
    )
    shown = [column for column in source.c if column.key not in _FOR_SEARCH]
    return select(
        *shown,
        source.c.opportunity_id.label("id"),
        func.now().label("shown_at"),
        _search(source.c).label("search"),
        func.lower(
            func.unaccent(
                func.concat_ws(
                    " ",
                    source.c.title,
                    source.c.title_cy,
                    source.c.role_name,
                    source.c.local_role_name,
                    source.c.organisation_name,
                    source.c.skill_names,
                )
            )
        ).label("near"),
    ).where(~have)


def former_posts(opportunity_id: uuid.UUID | None = None) -> Select[Any]:
    """The same of posts that were open once and are not now, with the columns of FormerPost."""
    title = case((Opportunity.status != OpportunityStatus.WITHDRAWN, Opportunity.title))
    query = (
        select(
            Opportunity.id,
            Opportunity.id.label("opportunity_id"),
            Opportunity.slug,
            Opportunity.organisation_id,
            Opportunity.kind,
            Opportunity.status,
            title.label("title"),
            Role.slug.label("role_slug"),
            RoleFamily.slug.label("family_slug"),
            Opportunity.region,
            Opportunity.audience,
            Opportunity.named_organisation_ids,
        )
        .outerjoin(Role, Role.id == Opportunity.role_id)
        .outerjoin(RoleFamily, RoleFamily.id == Role.family_id)
        .where(Opportunity.status.in_(ENDED), Opportunity.published_at.is_not(None))
    )
    return query if opportunity_id is None else query.where(Opportunity.id == opportunity_id)


def words_of_posts(opportunity_id: uuid.UUID | None = None) -> Select[Any]:
    """The words of public posts, or of the one that is named, each once and in order.

    In order, so that two posts written at the same time wait for each other and never both.
    """
    words = func.regexp_split_to_table(OpenPost.near, "[^a-z0-9]+").label("word")
    query = select(words).where(OpenPost.audience == Audience.PUBLIC, OpenPost.is_shown)
    if opportunity_id is not None:
        query = query.where(OpenPost.opportunity_id == opportunity_id)
    found = query.subquery("found")
    is_word = and_(func.length(found.c.word) >= SHORTEST_NEAR, found.c.word.regexp_match("[a-z]"))
    return select(found.c.word).where(is_word).distinct().order_by(found.c.word)


def is_now(status: tuple[OpportunityStatus, ...], post_id: Any) -> ColumnElement[bool]:
    """Whether the post that a row of the projection stands for has one of these states."""
    return exists().where(Opportunity.id == post_id, Opportunity.status.in_(status))


# Columns that only text search is made from.
_FOR_SEARCH = frozenset({"role_words", "skill_names", "kind_name", "region_name"})


def _joined(opportunity_id: uuid.UUID | None) -> Select[Any]:
    skills, skill_names = _skills()
    columns: list[ColumnElement[Any]] = [
        Opportunity.id.label("opportunity_id"),
        *(column.label(column.key) for column in SAME),
        Organisation.slug.label("organisation_slug"),
        Organisation.name.label("organisation_name"),
        Organisation.name_cy.label("organisation_name_cy"),
        Organisation.kind.label("organisation_kind"),
        (Organisation.status == OrganisationStatus.VERIFIED).label("is_shown"),
        Role.slug.label("role_slug"),
        Role.name.label("role_name"),
        RoleFamily.slug.label("family_slug"),
        RoleFamily.name.label("family_name"),
        RoleLevel.name.label("level_name"),
        LocalRole.name.label("local_role_name"),
        FrameworkEdition.name.label("edition_name"),
        skills.label("skills"),
        Role.search_text.label("role_words"),
        skill_names.label("skill_names"),
        case(dict(KIND_NAMES), value=Opportunity.kind).label("kind_name"),
        case(dict(REGION_NAMES), value=Opportunity.region).label("region_name"),
    ]
    query = (
        select(*columns, func.md5(cast(func.row(*columns), Text)).label("fingerprint"))
        .select_from(Opportunity)
        .join(Organisation, Organisation.id == Opportunity.organisation_id)
        .outerjoin(Role, Role.id == Opportunity.role_id)
        .outerjoin(RoleFamily, RoleFamily.id == Role.family_id)
        .outerjoin(RoleLevel, RoleLevel.id == Opportunity.role_level_id)
        .outerjoin(LocalRole, LocalRole.id == Opportunity.local_role_id)
        .outerjoin(FrameworkEdition, FrameworkEdition.id == Opportunity.edition_id)
        .where(Opportunity.status == OpportunityStatus.OPEN)
    )
    return query if opportunity_id is None else query.where(Opportunity.id == opportunity_id)


def _skills() -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The skills of a post as JSON, musts first and the highest level first; and their names."""
    one = func.jsonb_build_object(
        "slug", Skill.slug, "name", Skill.name,
        "level", OpportunitySkill.level, "is_must", OpportunitySkill.is_must,
    )  # fmt: skip
    order = (
        OpportunitySkill.is_must.desc(),
        OpportunitySkill.level.desc().nulls_last(),
        Skill.name,
        Skill.id,
    )
    of_post = (
        select()
        .select_from(OpportunitySkill)
        .join(Skill, Skill.id == OpportunitySkill.skill_id)
        .where(OpportunitySkill.opportunity_id == Opportunity.id)
        .correlate(Opportunity)
    )
    listed = of_post.add_columns(func.jsonb_agg(aggregate_order_by(one, *order)))
    named = of_post.add_columns(
        func.string_agg(Skill.name, aggregate_order_by(literal_column("' '"), *order))
    )
    empty = cast(literal_column("'[]'"), JSONB)
    return func.coalesce(listed.scalar_subquery(), empty), named.scalar_subquery()


def _search(source: Any) -> ColumnElement[Any]:
    """The words of a post, weighed: title; role, skills and body; summary and place; the rest."""
    weights = {
        "A": (source.title, source.title_cy),
        "B": (
            source.role_name,
            source.role_words,
            source.local_role_name,
            source.level_name,
            source.family_name,
            source.skill_names,
            source.organisation_name,
            source.organisation_name_cy,
        ),
        "C": (
            source.summary,
            source.summary_cy,
            source.place,
            source.region_name,
            source.kind_name,
        ),
        "D": (source.description, source.description_cy),
    }
    parts = [
        func.setweight(
            func.to_tsvector(RULES, func.concat_ws(" ", *columns)), literal_column(f"'{weight}'")
        )
        for weight, columns in weights.items()
    ]
    whole: ColumnElement[Any] = parts[0]
    for part in parts[1:]:
        whole = whole.op("||")(part)
    return whole
