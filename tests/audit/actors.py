"""People for tests who do things: just what the record asks of an actor."""

import uuid
from dataclasses import dataclass, field

from app.core.db import new_id


@dataclass(frozen=True)
class SomeActor:
    kind: str = "person"
    person_id: uuid.UUID | None = field(default_factory=new_id)
    organisation_id: uuid.UUID | None = None
    request_reference: str = "r-1"
