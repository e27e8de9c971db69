"""The pages and the API of organisations, for `main.py` to mount."""

from litestar import Router
from litestar.types import ControllerRouterHandler

from app.organisations import pages
from app.organisations.account import pages as account
from app.organisations.dashboard import pages as dashboard
from app.organisations.directory import api as directory_api
from app.organisations.directory import pages as directory
from app.organisations.factors import pages as factors
from app.organisations.factors import reset_pages, setup_pages
from app.organisations.joining import pages as joining
from app.organisations.members.pages import invitations, own, people
from app.organisations.operator import pages as operator
from app.organisations.providers import pages as providers
from app.organisations.providers import settings_pages as provider_settings
from app.organisations.record import pages as record
from app.organisations.settings import pages as settings
from app.organisations.sign_in import pages as sign_in

ROUTERS: tuple[ControllerRouterHandler, ...] = (
    directory.router,
    directory_api.router,
    joining.router,
    sign_in.router,
    account.router,
    dashboard.router,
    pages.router,
    operator.router,
    settings.router,
    Router(
        path="/org/{org:str}/people",
        include_in_schema=False,
        route_handlers=[*people.handlers, *invitations.handlers],
    ),
    Router(path="/org/{org:str}", include_in_schema=False, route_handlers=own.handlers),
    Router(
        path="/",
        include_in_schema=False,
        route_handlers=[*invitations.link_handlers, *own.link_handlers, *record.handlers],
    ),
    factors.router,
    setup_pages.router,
    reset_pages.router,
    providers.router,
    provider_settings.router,
)

# Below these the rest of the path is a secret: whoever holds the link may see the page.
SECRET_PATHS: tuple[str, ...] = (
    "/account/private-address/confirm/",
    "/employment/",
    "/invitations/",
    "/join/a/",
    "/join/confirm/",
    "/sign-in/link/",
)
