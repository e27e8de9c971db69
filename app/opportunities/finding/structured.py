"""A post in the words of schema.org's JobPosting, for search engines. Pure."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, Final

from app.core.clock import LONDON
from app.core.words import number
from app.opportunities.domain import ContractType, OpportunityKind, Remote
from app.organisations.domain import REGION_NAMES

FULL_WEEK: Final = 5
_OTHERS: Final = {OpportunityKind.SECONDMENT_OFFERED, OpportunityKind.JOB_SWAP}


def job_posting(row: Mapping[str, Any], base: str) -> dict[str, Any]:
    """A row of the projection as JSON-LD; what the post does not say is left out.

    Google and others read `description` as HTML, so text is escaped and paragraphs are marked.
    """
    closes = datetime.combine(row["closes_on"], time(23, 59, 59), LONDON)
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "title": row["title"],
        "description": _html(row["description"] or row["summary"] or row["title"]),
        "identifier": {
            "@type": "PropertyValue",
            "name": row["organisation_name"],
            "value": str(row["opportunity_id"]),
        },
        "url": f"{base}/opportunities/{row['slug']}",
        "datePosted": row["published_at"].astimezone(LONDON).date().isoformat(),
        "validThrough": closes.isoformat(),
        "employmentType": _employment(row),
        "hiringOrganization": {
            "@type": "Organization",
            "name": row["organisation_name"],
            "url": f"{base}/organisations/{row['organisation_slug']}",
        },
        "jobLocation": _location(row),
        "jobLocationType": "TELECOMMUTE" if row["remote"] == Remote.REMOTE else None,
        "applicantLocationRequirements": {"@type": "Country", "name": "United Kingdom"},
        "jobStartDate": row["starts_on"].isoformat() if row["starts_on"] else None,
        "workHours": f"{number(row['days_per_week'])} days a week"
        if row["days_per_week"]
        else None,
        "baseSalary": _salary(row),
        "skills": ", ".join(skill["name"] for skill in row["skills"]) or None,
        "occupationalCategory": row["role_name"] or row["local_role_name"],
        "directApply": False,
    }
    return {name: value for name, value in found.items() if value is not None}


def _html(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    parts = [part.strip().replace("\n", "<br>") for part in escaped.split("\n\n")]
    return "".join(f"<p>{part}</p>" for part in parts if part)


def _employment(row: Mapping[str, Any]) -> list[str]:
    """Schema.org's codes: part or full time, and whether it ends."""
    days = row["days_per_week"]
    found = [] if days is None else ["FULL_TIME" if days >= FULL_WEEK else "PART_TIME"]
    lasting = row["contract_type"] in {None, ContractType.PERMANENT} and not row["weeks"]
    if not lasting or row["ends_on"] or row["kind"] in _OTHERS:
        found.append("TEMPORARY")
    return found or ["OTHER"]


def _location(row: Mapping[str, Any]) -> dict[str, Any]:
    address: dict[str, Any] = {
        "@type": "PostalAddress",
        "addressLocality": row["place"],
        "addressRegion": REGION_NAMES.get(row["region"]) if row["region"] else None,
        "postalCode": row["postcode_area"],
        "addressCountry": "GB",
    }
    return {"@type": "Place", "address": {k: v for k, v in address.items() if v is not None}}


def _salary(row: Mapping[str, Any]) -> dict[str, Any] | None:
    low, high = row["pay_from"], row["pay_to"]
    if low is None and high is None:
        return None
    value: dict[str, Any] = {"@type": "QuantitativeValue", "unitText": "YEAR"}
    if low is not None:
        value["minValue"] = float(low)
    if high is not None:
        value["maxValue"] = float(high)
    return {"@type": "MonetaryAmount", "currency": "GBP", "value": value}
