"""Which local roles everybody may see: one rule for lists, pages and search."""

from sqlalchemy import ColumnElement

from app.organisations.domain import OrganisationStatus
from app.organisations.models import Organisation
from app.roles.local.domain import LocalRoleStatus
from app.roles.local.models import LocalRole


def is_public() -> ColumnElement[bool]:
    """Active roles of verified bodies. The query joins both tables."""
    return (LocalRole.status == LocalRoleStatus.ACTIVE) & (
        Organisation.status == OrganisationStatus.VERIFIED
    )
