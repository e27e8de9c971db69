"""Every address, who may use it, and what is special about it. A new route is a line here."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from tests.access import expected

# Each line: method, path, access.
ROUTES = """
GET  /                                             public
GET  /.well-known/security.txt                     public
GET  /accessibility                                public
GET  /alerts                                       signed-in
GET  /alerts/by-link/{token}                       public
POST /alerts/by-link/{token}                       public
GET  /alerts/by-link/{token}/unsubscribe           public
POST /alerts/by-link/{token}/unsubscribe           public
POST /alerts/by-link/{token}/confirm               public
POST /alerts/by-link/{token}/keep                  public
POST /alerts/by-link/{token}/pause                 public
POST /alerts/by-link/{token}/resume                public
GET  /alerts/check-your-email                      public
GET  /alerts/new                                   public
POST /alerts/new                                   public
GET  /alerts/{alert_id}                            signed-in
POST /alerts/{alert_id}                            signed-in
GET  /alerts/{alert_id}/end                        signed-in
POST /alerts/{alert_id}/end                        signed-in
POST /alerts/{alert_id}/keep                       signed-in
POST /alerts/{alert_id}/pause                      signed-in
POST /alerts/{alert_id}/resume                     signed-in
GET  /inbox                                        signed-in
GET  /inbox/preferences                            signed-in
POST /inbox/preferences                            signed-in
POST /inbox/read-all                               signed-in
GET  /inbox/{message_id}                           signed-in
POST /inbox/{message_id}/open                      signed-in
POST /inbox/{message_id}/unread                    signed-in
GET  /account                                      signed-in
GET  /account/details                              signed-in
POST /account/details                              signed-in
GET  /account/erase                                signed-in
GET  /account/erase/confirm                        signed-in
POST /account/erase/confirm                        signed-in
GET  /erased                                       public
GET  /keep-profile/{token}                         public
POST /keep-profile/{token}                         public
GET  /kept-profile                                 public
GET  /account/organisation                         signed-in
POST /account/organisation                         signed-in
GET  /account/private-address                      signed-in
POST /account/private-address                      signed-in
GET  /account/private-address/confirm/{token}      signed-in
POST /account/private-address/confirm/{token}      signed-in
GET  /account/private-address/remove               signed-in
POST /account/private-address/remove               signed-in
GET  /account/second-factor                        signed-in
GET  /account/second-factor/app                    signed-in
POST /account/second-factor/app                    signed-in
GET  /account/second-factor/app/remove             signed-in
POST /account/second-factor/app/remove             signed-in
GET  /account/second-factor/passkey                signed-in
POST /account/second-factor/passkey                signed-in
GET  /account/second-factor/passkeys/{passkey_id}/remove signed-in
POST /account/second-factor/passkeys/{passkey_id}/remove signed-in
GET  /account/second-factor/recovery-codes         signed-in
POST /account/second-factor/recovery-codes         signed-in
GET  /account/sessions                             signed-in
POST /account/sessions/end-all                     signed-in
POST /account/sessions/{sign_in_id}/end            signed-in
GET  /account/time-left                            signed-in
GET  /api/openapi.json                             public
POST /api/v1/cost-splits                           public
POST /api/v1/cost-splits/agreement                 public
GET  /api/v1/organisations                         public
GET  /api/v1/roles                                 public
GET  /api/v1/roles/{slug}                          public
GET  /api/v1/skills                                public
GET  /calculator                                   public
POST /calculator                                   public
GET  /calculator/d/{token}                         public
GET  /calculator/d/{token}/agreement.docx          public
GET  /calculator/d/{token}/agreement.pdf           public
GET  /calculator/d/{token}/check                   public
POST /calculator/d/{token}/check                   public
GET  /calculator/d/{token}/cost.xlsx               public
GET  /calculator/d/{token}/delete                  public
POST /calculator/d/{token}/delete                  public
POST /calculator/d/{token}/forget-actuals          public
GET  /calculator/d/{token}/inputs.json             public
GET  /calculator/d/{token}/result                  public
GET  /calculator/d/{token}/result/compare          public
GET  /calculator/d/{token}/result/invoices         public
GET  /calculator/d/{token}/result/months           public
GET  /calculator/d/{token}/result/working          public
GET  /calculator/d/{token}/saved                   public
GET  /calculator/d/{token}/{step}                  public
POST /calculator/d/{token}/{step}                  public
GET  /calculator/load                              public
POST /calculator/load                              public
GET  /cookies                                      public
GET  /dashboard                                    signed-in
GET  /demo                                         public
GET  /demo/mailbox                                 public
GET  /demo/mailbox/{message_id}                    public
POST /demo/sign-in                                 public
GET  /employment-confirmed                         public
GET  /employment/{token}                           public
POST /employment/{token}                           public
GET  /health/live                                  public
GET  /health/ready                                 public
GET  /invitations/{token}                          public
POST /invitations/{token}                          public
GET  /join                                         public
POST /join                                         public
GET  /join/a/{token}                               public
GET  /join/a/{token}/check                         public
POST /join/a/{token}/check                         public
GET  /join/a/{token}/delete                        public
POST /join/a/{token}/delete                        public
GET  /join/a/{token}/sent                          public
POST /join/a/{token}/sent                          public
GET  /join/a/{token}/{task}                        public
POST /join/a/{token}/{task}                        public
GET  /join/confirm/{token}                         public
POST /join/confirm/{token}                         public
GET  /join/confirmed                               public
GET  /join/terms                                   public
GET  /join/terms/{version}                         public
GET  /operator                                     signed-in
GET  /operator/audit                               signed-in
POST /operator/audit/heads                         signed-in
GET  /operator/audit/heads/{key}                   signed-in
GET  /operator/framework                           signed-in
GET  /operator/framework/import                    signed-in
POST /operator/framework/import                    signed-in
GET  /operator/framework/imports/{import_id}       signed-in
POST /operator/framework/imports/{import_id}       signed-in
POST /operator/framework/imports/{import_id}/apply signed-in
GET  /operator/framework/imports/{import_id}/changes signed-in
GET  /operator/framework/imports/{import_id}/check signed-in
POST /operator/framework/imports/{import_id}/discard signed-in
GET  /operator/mail                                signed-in
POST /operator/mail/{message_id}/send-again        signed-in
GET  /operator/organisations                       signed-in
GET  /operator/organisations/{key}                 signed-in
GET  /operator/organisations/{key}/administrator   signed-in
POST /operator/organisations/{key}/administrator   signed-in
GET  /operator/organisations/{key}/domains         signed-in
POST /operator/organisations/{key}/domains         signed-in
GET  /operator/organisations/{key}/{action}        signed-in
POST /operator/organisations/{key}/{action}        signed-in
GET  /operator/second-factor                       signed-in
POST /operator/second-factor                       signed-in
GET  /operator/work                                signed-in
POST /operator/work/{key}/again                    signed-in
GET  /operator/second-factor                       signed-in
POST /operator/second-factor                       signed-in
GET  /opportunities/{slug}/ask                     signed-in
POST /opportunities/{slug}/ask                     signed-in
GET  /opportunities/{slug}/funding                 signed-in
GET  /opportunities/{slug}/funding/close           signed-in
POST /opportunities/{slug}/funding/close           signed-in
GET  /opportunities/{slug}/funding/what-if         signed-in
GET  /opportunities/{slug}/funding/working         signed-in
GET  /opportunities/{slug}/funding/{pledger}/turn-down signed-in
POST /opportunities/{slug}/funding/{pledger}/turn-down signed-in
GET  /opportunities/{slug}/pledge                  signed-in
POST /opportunities/{slug}/pledge                  signed-in
GET  /opportunities/{slug}/pledge/approve          signed-in
POST /opportunities/{slug}/pledge/approve          signed-in
GET  /opportunities/{slug}/pledge/withdraw         signed-in
POST /opportunities/{slug}/pledge/withdraw         signed-in
GET  /org/{org}                                    signed-in
GET  /org/{org}/audit                              signed-in
GET  /opportunities/{slug}/questions               public
GET  /org/{org}                                    signed-in
GET  /org/{org}/cost-splits                        signed-in
GET  /org/{org}/cost-splits/{reference}            signed-in
GET  /org/{org}/cost-splits/{reference}/invoices   signed-in
POST /org/{org}/cost-splits/{reference}/papers/{number} signed-in
GET  /org/{org}/cost-splits/{reference}/papers/{number}/{kind} signed-in
GET  /org/{org}/cost-splits/{reference}/reopen     signed-in
POST /org/{org}/cost-splits/{reference}/reopen     signed-in
GET  /org/{org}/cost-splits/{reference}/versions   signed-in
GET  /org/{org}/cost-splits/{reference}/working    signed-in
GET  /org/{org}/joint-posts                        signed-in
GET  /org/{org}/joint-posts/choice                 signed-in
POST /org/{org}/joint-posts/choice                 signed-in
GET  /org/{org}/joint-posts/{fit_id}               signed-in
GET  /org/{org}/joint-posts/{fit_id}/accept        signed-in
POST /org/{org}/joint-posts/{fit_id}/accept        signed-in
GET  /org/{org}/joint-posts/{fit_id}/decline       signed-in
POST /org/{org}/joint-posts/{fit_id}/decline       signed-in
POST /org/{org}/joint-posts/{fit_id}/draft         signed-in
POST /org/{org}/joint-posts/{fit_id}/pledge        signed-in
GET  /org/{org}/joint-posts/{fit_id}/working       signed-in
GET  /org/{org}/leave                              signed-in
POST /org/{org}/leave                              signed-in
GET  /org/{org}/people                             signed-in
GET  /org/{org}/people/duties                      signed-in
GET  /org/{org}/people/invitations                 signed-in
POST /org/{org}/people/invitations/{invitation}/resend signed-in
POST /org/{org}/people/invitations/{invitation}/withdraw signed-in
GET  /org/{org}/people/invite                      signed-in
POST /org/{org}/people/invite                      signed-in
GET  /org/{org}/people/{member}                    signed-in
GET  /org/{org}/people/{member}/edit               signed-in
POST /org/{org}/people/{member}/edit               signed-in
GET  /org/{org}/people/{member}/end                signed-in
POST /org/{org}/people/{member}/end                signed-in
GET  /org/{org}/people/{member}/second-factor      signed-in
POST /org/{org}/people/{member}/second-factor      signed-in
GET  /org/{org}/pledges                            signed-in
GET  /org/{org}/pledges/{pledge_id}                signed-in
GET  /org/{org}/posts                              signed-in
GET  /org/{org}/posts/new                          signed-in
POST /org/{org}/posts/new                          signed-in
GET  /org/{org}/posts/{slug}                       signed-in
GET  /org/{org}/posts/{slug}/changes/{change_id}   signed-in
POST /org/{org}/posts/{slug}/changes/{change_id}   signed-in
GET  /org/{org}/posts/{slug}/confirm               signed-in
POST /org/{org}/posts/{slug}/confirm               signed-in
GET  /org/{org}/posts/{slug}/copy                  signed-in
POST /org/{org}/posts/{slug}/copy                  signed-in
GET  /org/{org}/posts/{slug}/decide                signed-in
POST /org/{org}/posts/{slug}/decide                signed-in
GET  /org/{org}/posts/{slug}/delete                signed-in
POST /org/{org}/posts/{slug}/delete                signed-in
GET  /org/{org}/posts/{slug}/edit/{page}           signed-in
POST /org/{org}/posts/{slug}/edit/{page}           signed-in
GET  /org/{org}/posts/{slug}/extend                signed-in
POST /org/{org}/posts/{slug}/extend                signed-in
GET  /org/{org}/posts/{slug}/fill                  signed-in
POST /org/{org}/posts/{slug}/fill                  signed-in
GET  /org/{org}/posts/{slug}/preview               signed-in
GET  /org/{org}/posts/{slug}/publish               signed-in
POST /org/{org}/posts/{slug}/publish               signed-in
GET  /org/{org}/posts/{slug}/people                signed-in
GET  /org/{org}/posts/{slug}/people/waive/{skill}  signed-in
POST /org/{org}/posts/{slug}/people/waive/{skill}  signed-in
POST /org/{org}/posts/{slug}/people/waive/{skill}/take-back signed-in
GET  /org/{org}/posts/{slug}/questions             signed-in
GET  /org/{org}/posts/{slug}/questions/{question_id}/answer signed-in
POST /org/{org}/posts/{slug}/questions/{question_id}/answer signed-in
GET  /org/{org}/posts/{slug}/questions/{question_id}/hide signed-in
POST /org/{org}/posts/{slug}/questions/{question_id}/hide signed-in
POST /org/{org}/posts/{slug}/questions/{question_id}/show signed-in
GET  /org/{org}/posts/{slug}/recall                signed-in
POST /org/{org}/posts/{slug}/recall                signed-in
GET  /org/{org}/posts/{slug}/submit                signed-in
POST /org/{org}/posts/{slug}/submit                signed-in
GET  /org/{org}/posts/{slug}/withdraw              signed-in
POST /org/{org}/posts/{slug}/withdraw              signed-in
POST /org/{org}/renew                              signed-in
GET  /org/{org}/settings/sign-in                   signed-in
POST /org/{org}/settings/sign-in                   signed-in
GET  /org/{org}/settings/sign-in/remove            signed-in
POST /org/{org}/settings/sign-in/remove            signed-in
GET  /org/{org}/roles                             signed-in
GET  /org/{org}/roles/new                         signed-in
POST /org/{org}/roles/new                         signed-in
GET  /org/{org}/roles/{role_slug}                 signed-in
GET  /org/{org}/roles/{role_slug}/edit            signed-in
POST /org/{org}/roles/{role_slug}/edit            signed-in
GET  /org/{org}/roles/{role_slug}/skills          signed-in
POST /org/{org}/roles/{role_slug}/skills          signed-in
POST /org/{org}/roles/{role_slug}/skills/add      signed-in
POST /org/{org}/roles/{role_slug}/skills/borrow   signed-in
GET  /org/{org}/roles/{role_slug}/{action}        signed-in
POST /org/{org}/roles/{role_slug}/{action}        signed-in
GET  /api/v1/opportunities                         public
GET  /api/v1/opportunities/{opportunity_id}        public
GET  /opportunities.atom                           public
GET  /opportunities.json                           public
GET  /sitemap.xml                                  public
GET  /sitemap/{number}                             public
GET  /matches                                      signed-in
GET  /opportunities                                public
GET  /opportunities/{slug}                         public
GET  /org/{org}/settings                           signed-in
POST /org/{org}/settings/apply-again/send          signed-in
POST /org/{org}/settings/remove-rate/{day}        signed-in
GET  /org/{org}/settings/{section}                 signed-in
POST /org/{org}/settings/{section}                 signed-in
GET  /organisations                                public
GET  /organisations/{slug}                         public
GET  /privacy                                      public
GET  /robots.txt                                   public
GET  /roles                                        public
GET  /roles/compare                                public
GET  /roles/local                                  public
GET  /roles/local/{slug}/{role_slug}               public
GET  /roles/{slug}                                 public
GET  /sign-in                                      public
POST /sign-in                                      public
GET  /sign-in/check-your-email                     public
GET  /sign-in/link/{token}                         public
POST /sign-in/link/{token}                         public
GET  /sign-in/organisation/callback                public
POST /sign-in/passkey                              signed-in
GET  /sign-in/recovery-code                        signed-in
POST /sign-in/recovery-code                        signed-in
GET  /sign-in/second-factor                        signed-in
POST /sign-in/second-factor                        signed-in
GET  /sign-in/with/{org}                           public
POST /sign-in/with/{org}                           public
POST /sign-out                                     public
GET  /signed-out                                   public
GET  /skills                                       public
GET  /skills/{slug}                                public
GET  /static/{name}                                public
GET  /profile                                       signed-in
GET  /profile/start                                 signed-in
POST /profile/start                                 signed-in
GET  /profile/answers                               signed-in
POST /profile/answers                               signed-in
GET  /profile/roles/{entry_id}/remove               signed-in
POST /profile/roles/{entry_id}/remove               signed-in
GET  /profile/skills                                signed-in
GET  /profile/skills/add                            signed-in
POST /profile/skills/add                            signed-in
GET  /profile/skills/{slug}                         signed-in
POST /profile/skills/{slug}                         signed-in
GET  /profile/skills/{slug}/remove                  signed-in
POST /profile/skills/{slug}/remove                  signed-in
GET  /profile/skills/{slug}/evidence                signed-in
POST /profile/skills/{slug}/evidence                signed-in
GET  /profile/skills/{slug}/evidence/{evidence_id}/remove signed-in
POST /profile/skills/{slug}/evidence/{evidence_id}/remove signed-in
GET  /profile/availability                          signed-in
POST /profile/availability                          signed-in
GET  /profile/job                                   signed-in
POST /profile/job                                   signed-in
GET  /profile/pause                                 signed-in
POST /profile/pause                                 signed-in
POST /profile/resume                                signed-in
GET  /profile/hidden                                signed-in
POST /profile/hidden                                signed-in
POST /profile/hidden/{organisation_id}/remove       signed-in
GET  /profile/visibility                       signed-in
GET  /profile/visibility/new                   signed-in
POST /profile/visibility/new                   signed-in
GET  /profile/visibility/preview               signed-in
GET  /profile/visibility/{grant_id}/withdraw   signed-in
POST /profile/visibility/{grant_id}/withdraw   signed-in
GET  /profile/access-log                       signed-in
GET  /org/{org}/profiles/{profile_id}          signed-in
GET  /org/{org}/profiles/{profile_id}/profile.json signed-in
GET  /profile/skills/{slug}/confirm            signed-in
POST /profile/skills/{slug}/confirm            signed-in
GET  /profile/confirmations                    signed-in
GET  /profile/confirmations/{confirmation_id}  signed-in
POST /profile/confirmations/{confirmation_id}/send signed-in
GET  /profile/confirmations/{confirmation_id}/withdraw signed-in
POST /profile/confirmations/{confirmation_id}/withdraw signed-in
GET  /confirm-skill/{token}                    public
POST /confirm-skill/{token}                    public
GET  /profile/changed-skills                   signed-in
POST /profile/changed-skills                   signed-in
GET  /profile/gaps                             signed-in
GET  /profile/import                           signed-in
POST /profile/import                           signed-in
GET  /profile/import/template.csv              signed-in
GET  /profile/import/{import_id}               signed-in
POST /profile/import/{import_id}               signed-in
POST /profile/import/{import_id}/leave         signed-in
GET  /profile/data                             signed-in
GET  /profile/data.html                        signed-in
GET  /profile/data.json                        signed-in
GET  /profile/delete                           signed-in
POST /profile/delete                           signed-in
GET  /org/{org}/posts/{slug}/people/{profile_id} signed-in
GET  /org/{org}/posts/{slug}/people/{profile_id}/profile.json signed-in
POST /org/{org}/posts/{slug}/people/keep signed-in
POST /org/{org}/posts/{slug}/people/stop-keeping signed-in
GET  /alerts/matches signed-in
POST /alerts/matches signed-in
GET  /org/{org}/posts/{slug}/people/invitations signed-in
GET  /org/{org}/posts/{slug}/people/invitations/{invitation_id}/withdraw signed-in
POST /org/{org}/posts/{slug}/people/invitations/{invitation_id}/withdraw signed-in
GET  /org/{org}/posts/{slug}/people/{profile_id}/invite signed-in
POST /org/{org}/posts/{slug}/people/{profile_id}/invite signed-in
GET  /profile/invitations signed-in
GET  /profile/invitations/{invitation_id} signed-in
POST /profile/invitations/{invitation_id}/accept signed-in
GET  /profile/invitations/{invitation_id}/decline signed-in
POST /profile/invitations/{invitation_id}/decline signed-in
GET  /profile/invitations/{invitation_id}/never signed-in
POST /profile/invitations/{invitation_id}/never signed-in
GET  /profile/invitations/{invitation_id}/take-back signed-in
POST /profile/invitations/{invitation_id}/take-back signed-in
"""

# For programs, which have no session: they need no token of a form. Mail programs unsubscribe.
WITHOUT_CSRF: set[tuple[str, str]] = {
    ("POST", "/alerts/by-link/{token}/unsubscribe"),
    ("POST", "/api/v1/cost-splits"),
    ("POST", "/api/v1/cost-splits/agreement"),
}

# Saving what was typed over what was typed before, which makes nothing and moves nothing: the form
# may be sent again with other answers.
REPEATABLE: set[tuple[str, str]] = {
    ("POST", "/calculator/d/{token}/{step}"),
    ("POST", "/join/a/{token}/{task}"),
    ("POST", "/org/{org}/posts/{slug}/edit/{page}"),
}

# Reading that must write something down.
READS_THAT_WRITE: set[tuple[str, str]] = {
    ("GET", "/org/{org}/cost-splits/{reference}/papers/{number}/{kind}"),
    ("GET", "/org/{org}/posts/{slug}/people"),
    ("GET", "/org/{org}/posts/{slug}/people/{profile_id}"),
    ("GET", "/org/{org}/posts/{slug}/people/{profile_id}/profile.json"),
    ("GET", "/org/{org}/profiles/{profile_id}"),
    ("GET", "/org/{org}/profiles/{profile_id}/profile.json"),
    ("GET", "/profile/data.html"),
    ("GET", "/profile/data.json"),
    ("GET", "/sign-in/organisation/callback"),
}

Handler = tuple[str, str, dict[str, Any]]


# Reads that search, take files away or draw papers: each is counted for an address.
COUNTED_READS: set[str] = {
    "/api/v1/opportunities",
    "/api/v1/organisations",
    "/api/v1/roles",
    "/api/v1/roles/{slug}",
    "/api/v1/skills",
    "/calculator/d/{token}/agreement.docx",
    "/calculator/d/{token}/agreement.pdf",
    "/calculator/d/{token}/cost.xlsx",
    "/opportunities.atom",
    "/opportunities.json",
    "/org/{org}/people",
    "/org/{org}/posts/{slug}/people/{profile_id}/profile.json",
    "/org/{org}/profiles/{profile_id}/profile.json",
    "/organisations",
    "/profile/data",
    "/profile/data.html",
    "/profile/data.json",
    "/roles",
    "/roles/local",
    "/skills",
}


@pytest.fixture(scope="module")
def handlers(app: Litestar) -> list[Handler]:
    """Method, path and options of every handler but the framework's own answers to OPTIONS.

    Handlers that other tests add stand below `/t/`.
    """
    return [
        (method, route.path_format, handler.opt)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS" and not route.path.startswith("/t/")
    ]


def test_every_route_is_listed_with_its_access(handlers: list[Handler]) -> None:
    found = {(method, path, opt.get("access", "UNDECLARED")) for method, path, opt in handlers}
    listed = {tuple(line.split()) for line in ROUTES.strip().splitlines()}
    assert found - listed == set(), "routes that are not in the list"
    assert listed - found == set(), "lines of the list that are no routes"


def test_every_route_says_who_gets_what(handlers: list[Handler]) -> None:
    """Write down in tests/access.py what each kind of person gets at a new address."""
    found = {(method, path) for method, path, _ in handlers}
    assert found - set(expected()) == set(), "routes without a line in tests/access.py"
    assert set(expected()) - found == set(), "lines of tests/access.py without a route"


def test_reads_that_search_or_take_away_are_counted(app: Litestar) -> None:
    """The list of posts is counted in its handler, and only where words are searched for."""
    counted = {
        route.path_format
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if "GET" in handler.http_methods
        and any(guard.__qualname__.startswith("limited.") for guard in handler.guards or ())
    }
    assert COUNTED_READS - counted == set()


def test_routes_are_http_only(app: Litestar) -> None:
    assert all(isinstance(route, HTTPRoute) for route in app.routes)


def test_only_listed_routes_need_no_token(handlers: list[Handler]) -> None:
    assert {(m, p) for m, p, opt in handlers if opt.get("csrf_exempt")} == WITHOUT_CSRF


def test_before_the_second_factor_only_ones_own_account_is_open(handlers: list[Handler]) -> None:
    """Of it, what would harm asks for a factor in its handler: see `tests/sign_in`."""
    early = {path for _, path, opt in handlers if opt.get("before_factor")}
    assert len(early) > 15
    assert {path for path in early if not path.startswith(("/account", "/sign-in/"))} == set()


def test_only_listed_forms_may_be_sent_again_with_other_answers(handlers: list[Handler]) -> None:
    assert {(m, p) for m, p, opt in handlers if opt.get("repeatable")} == REPEATABLE


def test_only_listed_reads_write(handlers: list[Handler]) -> None:
    writes = {(m, p) for m, p, opt in handlers if opt.get("transaction") == "write"}
    assert {(m, p) for m, p in writes if m == "GET"} == READS_THAT_WRITE


def test_the_description_of_the_api_has_one_address_and_no_page(handlers: list[Handler]) -> None:
    assert [p for _, p, _ in handlers if p.startswith("/schema") or "openapi" in p] == [
        "/api/openapi.json"
    ]


async def test_the_description_is_openapi_3_1(client: Any) -> None:
    answer = await client.get("/api/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")
    for path in ("/api", "/api/swagger", "/schema", "/schema/openapi.json", "/docs"):
        assert (await client.get(path)).status_code == 404


async def test_security_contact_and_robots(client: Any) -> None:
    contact = (await client.get("/.well-known/security.txt")).text
    lines = dict(line.split(": ", 1) for line in contact.splitlines())
    assert set(lines) == {"Contact", "Expires", "Preferred-Languages", "Canonical"}
    assert lines["Contact"].startswith("http")
    robots = (await client.get("/robots.txt")).text
    assert "Disallow: /calculator/d/" in robots
