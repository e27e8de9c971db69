"""The routers of roles and skills, for main.py."""

from typing import Final

from litestar import Router

from app.roles import api
from app.roles.importing import pages as importing
from app.roles.importing.official_csv import LARGEST_FILE
from app.roles.local import pages as local
from app.roles.pages import browse

# Files that are larger than the bodies we take elsewhere, by address, in bytes.
LARGER_BODIES: Final = {importing.UPLOAD: LARGEST_FILE + importing.ROOM}
ROUTERS: Final[tuple[Router, ...]] = (browse.router, api.router, importing.router, local.router)
