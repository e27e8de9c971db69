"""The pages and the API of organisations, for `main.py` to mount."""

from litestar.types import ControllerRouterHandler

from app.organisations.account import pages as account
from app.organisations.dashboard import pages as dashboard
from app.organisations.directory import api as directory_api
from app.organisations.directory import pages as directory
from app.organisations.joining import pages as joining
from app.organisations.sign_in import pages as sign_in

ROUTERS: tuple[ControllerRouterHandler, ...] = (
    directory.router,
    directory_api.router,
    joining.router,
    sign_in.router,
    account.router,
    dashboard.router,
)

# Below these the rest of the path is a secret: whoever holds the link may see the page.
SECRET_PATHS: tuple[str, ...] = (
    "/join/a/",
    "/join/confirm/",
    "/sign-in/link/",
    "/account/private-address/confirm/",
)
