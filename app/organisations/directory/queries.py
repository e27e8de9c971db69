"""Reads of the public directory: verified bodies only, whoever asks."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.paging import Paged, Part
from app.organisations.domain import OrganisationKind, OrganisationStatus, Region
from app.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Entry:
    """A body as the directory lists it."""

    slug: str
    name: str
    name_cy: str | None
    kind: str
    region: str
    register: str
    register_id: str
    website: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: part of a name or the number, a kind, a region."""

    text: str = ""
    kind: OrganisationKind | None = None
    region: Region | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same for the database; text is found anywhere in a name, and as the whole number."""
        found = [Organisation.status == OrganisationStatus.VERIFIED]
        if self.text:
            found.append(
                or_(
                    Organisation.name.icontains(self.text, autoescape=True),
                    Organisation.name_cy.icontains(self.text, autoescape=True),
                    func.lower(Organisation.register_id) == self.text.lower(),
                )
            )
        if self.kind is not None:
            found.append(Organisation.kind == self.kind)
        if self.region is not None:
            found.append(Organisation.region == self.region)
        return found


async def list_entries(db: AsyncSession, wanted: Wanted, part: Part) -> Paged[Entry]:
    """A page of the directory by name, and how many bodies fit in all."""
    conditions = wanted.conditions()
    counted = select(func.count()).select_from(Organisation).where(*conditions)
    rows = await db.execute(
        select(
            Organisation.slug,
            Organisation.name,
            Organisation.name_cy,
            Organisation.kind,
            Organisation.region,
            Organisation.register,
            Organisation.register_id,
            Organisation.website,
        )
        .where(*conditions)
        .order_by(func.lower(Organisation.name), Organisation.id)
        .offset(part.offset)
        .limit(part.size)
    )
    entries = [Entry(*row) for row in rows]
    return Paged(entries, await db.scalar(counted) or 0, part)
