"""Who gets what at every address: the hand-written table that the access matrix tries out.

A new route needs a line, and each parameter of its path a line in `tests/test_access_matrix.py`.
"""

from typing import Final

# The people of the columns. All but the last three groups belong to the body that owns the thing.
GROUPS: Final = (
    ("visitor",),
    ("member", "admin", "hr", "hiring", "line", "finance", "signatory"),
    ("operator",),
    ("partner", "stranger"),
    ("suspended",),
)
PEOPLE: Final = tuple(one for group in GROUPS for one in group)

# What a letter stands for: the status, and where a redirect leads.
#   2  200          3  303 to a page of ours      s  303 to sign in (a POST: 401)
#   F  403          4  404, the same as of a thing that is not there
#   u  422          c  409                        m  405         ?  not tried: slow to draw
# A POST is an empty form with its token, so whoever may do it gets 422 where it has fields.
# Partner: somebody with every duty at a body that shares in the thing. Stranger: the same at a body
# that has nothing to do with it.
TABLE: Final = """
GET  /                                     2 2222222 2 22 2
GET  /.well-known/security.txt             2 2222222 2 22 2
GET  /accessibility                        2 2222222 2 22 2
GET  /account                              s 2222222 2 22 s
GET  /account/details                      s 2222222 2 22 s
POST /account/details                      s uuuuuuu u uu s
GET  /account/organisation                 s 2222222 2 22 s
POST /account/organisation                 s uuuuuuu u uu s
GET  /account/private-address              s 2222222 2 22 s
POST /account/private-address              s uuuuuuu u uu s
GET  /account/private-address/confirm/{token} s 2444444 4 44 s
POST /account/private-address/confirm/{token} s 3444444 4 44 s
GET  /account/private-address/remove       s 3333333 3 33 s
POST /account/private-address/remove       s 3333333 3 33 s
GET  /account/second-factor                s 2222222 2 22 s
GET  /account/second-factor/app            s 2222222 2 22 s
POST /account/second-factor/app            s uuuuuuu u uu s
GET  /account/second-factor/app/remove     s 3333333 3 33 s
POST /account/second-factor/app/remove     s 3333333 3 33 s
GET  /account/second-factor/passkey        s 2222222 2 22 s
POST /account/second-factor/passkey        s uuuuuuu u uu s
GET  /account/second-factor/passkeys/{passkey_id}/remove s 2444444 4 44 s
POST /account/second-factor/passkeys/{passkey_id}/remove s 3444444 4 44 s
GET  /account/second-factor/recovery-codes s 2333333 3 33 s
POST /account/second-factor/recovery-codes s 2333333 3 33 s
GET  /account/sessions                     s 2222222 2 22 s
POST /account/sessions/end-all             s 3333333 3 33 s
POST /account/sessions/{sign_in_id}/end    s 3444444 4 44 s
GET  /account/time-left                    s 2222222 2 22 s
GET  /api/openapi.json                     2 2222222 2 22 2
POST /api/v1/cost-splits                   u uuuuuuu u uu u
POST /api/v1/cost-splits/agreement         u uuuuuuu u uu u
GET  /api/v1/organisations                 2 2222222 2 22 2
GET  /api/v1/roles                         2 2222222 2 22 2
GET  /api/v1/roles/{slug}                  2 2222222 2 22 2
GET  /api/v1/skills                        2 2222222 2 22 2
GET  /calculator                           2 2222222 2 22 2
POST /calculator                           3 3333333 3 33 3
GET  /calculator/d/{token}                 3 3333333 3 33 3
GET  /calculator/d/{token}/agreement.docx  2 2?????? ? 22 ?
GET  /calculator/d/{token}/agreement.pdf   2 2?????? ? 22 ?
GET  /calculator/d/{token}/check           2 2222222 2 22 2
POST /calculator/d/{token}/check           3 3333333 3 33 3
GET  /calculator/d/{token}/cost.xlsx       2 2?????? ? 22 ?
GET  /calculator/d/{token}/delete          2 2222222 2 22 2
POST /calculator/d/{token}/delete          3 3333333 3 33 3
POST /calculator/d/{token}/forget-actuals  3 3333333 3 33 3
GET  /calculator/d/{token}/inputs.json     2 2222222 2 22 2
GET  /calculator/d/{token}/result          2 2222222 2 22 2
GET  /calculator/d/{token}/result/compare  2 2222222 2 22 2
GET  /calculator/d/{token}/result/invoices 2 2222222 2 22 2
GET  /calculator/d/{token}/result/months   2 2222222 2 22 2
GET  /calculator/d/{token}/result/working  2 2222222 2 22 2
GET  /calculator/d/{token}/saved           2 2222222 2 22 2
GET  /calculator/d/{token}/{step}          2 2222222 2 22 2
POST /calculator/d/{token}/{step}          u uuuuuuu u uu u
GET  /calculator/load                      2 2222222 2 22 2
POST /calculator/load                      u uuuuuuu u uu u
GET  /cookies                              2 2222222 2 22 2
GET  /dashboard                            s 2222222 2 22 s
GET  /demo                                 2 2222222 2 22 2
GET  /demo/mailbox                         2 2222222 2 22 2
GET  /demo/mailbox/{message_id}            2 2222222 2 22 2
POST /demo/sign-in                         u uuuuuuu u uu u
GET  /employment-confirmed                 2 2222222 2 22 2
GET  /employment/{token}                   2 2222222 2 22 2
POST /employment/{token}                   3 3333333 3 33 3
GET  /health/live                          2 2222222 2 22 2
GET  /health/ready                         2 2222222 2 22 2
GET  /invitations/{token}                  2 2222222 2 22 2
POST /invitations/{token}                  u uuuuuuu 3 33 u
GET  /join                                 2 2222222 2 22 2
POST /join                                 3 3333333 3 33 3
GET  /join/a/{token}                       2 2222222 2 22 2
GET  /join/a/{token}/check                 2 2222222 2 22 2
POST /join/a/{token}/check                 u uuuuuuu u uu u
GET  /join/a/{token}/delete                2 2222222 2 22 2
POST /join/a/{token}/delete                3 3333333 3 33 3
GET  /join/a/{token}/sent                  2 2222222 2 22 2
POST /join/a/{token}/sent                  u uuuuuuu u uu u
GET  /join/a/{token}/{task}                2 2222222 2 22 2
POST /join/a/{token}/{task}                u uuuuuuu u uu u
GET  /join/confirm/{token}                 2 2222222 2 22 2
POST /join/confirm/{token}                 u uuuuuuu u uu u
GET  /join/confirmed                       2 2222222 2 22 2
GET  /join/terms                           2 2222222 2 22 2
GET  /join/terms/{version}                 2 2222222 2 22 2
GET  /operator                             s 4444444 2 44 s
GET  /operator/audit                       s 4444444 2 44 s
POST /operator/audit/heads                 s 4444444 3 44 s
GET  /operator/audit/heads/{key}           s 4444444 2 44 s
GET  /operator/framework                   s 4444444 2 44 s
GET  /operator/framework/import            s 4444444 2 44 s
POST /operator/framework/import            s 4444444 u 44 s
GET  /operator/framework/imports/{import_id} s 4444444 2 44 s
POST /operator/framework/imports/{import_id} s 4444444 u 44 s
POST /operator/framework/imports/{import_id}/apply s 4444444 3 44 s
GET  /operator/framework/imports/{import_id}/changes s 4444444 2 44 s
GET  /operator/framework/imports/{import_id}/check s 4444444 3 44 s
POST /operator/framework/imports/{import_id}/discard s 4444444 3 44 s
GET  /operator/mail                        s 4444444 2 44 s
POST /operator/mail/{message_id}/send-again s 4444444 3 44 s
GET  /operator/organisations               s 4444444 2 44 s
GET  /operator/organisations/{key}         s 4444444 2 44 s
GET  /operator/organisations/{key}/administrator s 4444444 2 44 s
POST /operator/organisations/{key}/administrator s 4444444 u 44 s
GET  /operator/organisations/{key}/domains s 4444444 2 44 s
POST /operator/organisations/{key}/domains s 4444444 3 44 s
GET  /operator/organisations/{key}/{action} s 4444444 2 44 s
POST /operator/organisations/{key}/{action} s 4444444 u 44 s
GET  /operator/second-factor               s 4444444 2 44 s
POST /operator/second-factor               s 4444444 u 44 s
GET  /operator/work                        s 4444444 2 44 s
POST /operator/work/{key}/again            s 4444444 3 44 s
GET  /opportunities/{slug}/funding         s F222F22 F 24 s
GET  /opportunities/{slug}/funding/close   s FFFFF2F 4 F4 s
POST /opportunities/{slug}/funding/close   s FFFFFuF 4 F4 s
GET  /opportunities/{slug}/funding/what-if s F444F44 F 24 s
GET  /opportunities/{slug}/funding/working s F222F22 F 24 s
GET  /opportunities/{slug}/funding/{pledger}/turn-down s FFFFF2F 4 F4 s
POST /opportunities/{slug}/funding/{pledger}/turn-down s FFFFFuF 4 F4 s
GET  /opportunities/{slug}/pledge          s FFFFFFF 4 24 s
POST /opportunities/{slug}/pledge          s FFFFFFF 4 u4 s
GET  /opportunities/{slug}/pledge/approve  s 4444444 4 24 s
POST /opportunities/{slug}/pledge/approve  s 4444444 4 u4 s
GET  /opportunities/{slug}/pledge/withdraw s 4444444 4 24 s
POST /opportunities/{slug}/pledge/withdraw s 4444444 4 34 s
GET  /org/{org}                            s 2222222 4 44 s
GET  /org/{org}/audit                      s F2FFFFF 4 44 s
GET  /org/{org}/cost-splits                s F222F22 4 44 s
GET  /org/{org}/cost-splits/{reference}    s F222F22 4 44 s
GET  /org/{org}/cost-splits/{reference}/invoices s F222F22 4 44 s
POST /org/{org}/cost-splits/{reference}/papers/{number} s F333F33 4 44 s
GET  /org/{org}/cost-splits/{reference}/papers/{number}/{kind} s F222F22 4 44 s
GET  /org/{org}/cost-splits/{reference}/reopen s FFFFF2F 4 44 s
POST /org/{org}/cost-splits/{reference}/reopen s FFFFFuF 4 44 s
GET  /org/{org}/cost-splits/{reference}/versions s F222F22 4 44 s
GET  /org/{org}/cost-splits/{reference}/working s F222F22 4 44 s
GET  /org/{org}/joint-posts                s F222F22 4 44 s
GET  /org/{org}/joint-posts/choice         s FF2FFFF 4 44 s
POST /org/{org}/joint-posts/choice         s FFuFFFF 4 44 s
GET  /org/{org}/joint-posts/{fit_id}       s F222F22 4 44 s
GET  /org/{org}/joint-posts/{fit_id}/accept s FF2FFFF 4 44 s
POST /org/{org}/joint-posts/{fit_id}/accept s FFuFFFF 4 44 s
GET  /org/{org}/joint-posts/{fit_id}/decline s FF2FFFF 4 44 s
POST /org/{org}/joint-posts/{fit_id}/decline s FFuFFFF 4 44 s
POST /org/{org}/joint-posts/{fit_id}/draft s FFFFFFF 4 44 s
POST /org/{org}/joint-posts/{fit_id}/pledge s FF4FFFF 4 44 s
GET  /org/{org}/joint-posts/{fit_id}/working s F444F44 4 44 s
GET  /org/{org}/leave                      s 2222222 4 44 s
POST /org/{org}/leave                      s 3333333 4 44 s
GET  /org/{org}/people                     s F22FFFF 4 44 s
GET  /org/{org}/people/duties              s 2222222 4 44 s
GET  /org/{org}/people/invitations         s F22FFFF 4 44 s
POST /org/{org}/people/invitations/{invitation}/resend s F33FFFF 4 44 s
POST /org/{org}/people/invitations/{invitation}/withdraw s F33FFFF 4 44 s
GET  /org/{org}/people/invite              s F22FFFF 4 44 s
POST /org/{org}/people/invite              s FuuFFFF 4 44 s
GET  /org/{org}/people/{member}            s F22FFFF 4 44 s
GET  /org/{org}/people/{member}/edit       s F2FFFFF 4 44 s
POST /org/{org}/people/{member}/edit       s F3FFFFF 4 44 s
GET  /org/{org}/people/{member}/end        s F2FFFFF 4 44 s
POST /org/{org}/people/{member}/end        s FuFFFFF 4 44 s
GET  /org/{org}/people/{member}/second-factor s F2FFFFF 4 44 s
POST /org/{org}/people/{member}/second-factor s F3FFFFF 4 44 s
GET  /org/{org}/pledges                    s F222F22 4 44 s
GET  /org/{org}/pledges/{pledge_id}        s F222F22 4 44 s
GET  /opportunities/{slug}/ask             s 2222222 F 24 s
POST /opportunities/{slug}/ask             s uuuuuuu F u4 s
GET  /opportunities/{slug}/questions       2 2222222 2 24 2
GET  /org/{org}/posts/{slug}/questions     s 2222222 4 44 s
GET  /org/{org}/posts/{slug}/questions/{question_id}/answer s FF22FFF 4 44 s
POST /org/{org}/posts/{slug}/questions/{question_id}/answer s FFuuFFF 4 44 s
GET  /org/{org}/posts/{slug}/questions/{question_id}/hide s FF22FFF 4 44 s
POST /org/{org}/posts/{slug}/questions/{question_id}/hide s FFuuFFF 4 44 s
POST /org/{org}/posts/{slug}/questions/{question_id}/show s FF33FFF 4 44 s
GET  /org/{org}/posts                      s 2222222 4 44 s
GET  /org/{org}/posts/new                  s FF22FFF 4 44 s
POST /org/{org}/posts/new                  s FFuuFFF 4 44 s
GET  /org/{org}/posts/{slug}               s 2222222 4 44 s
GET  /org/{org}/posts/{slug}/changes/{change_id} s 2222222 4 44 s
POST /org/{org}/posts/{slug}/changes/{change_id} s FFuFFFu 4 44 s
GET  /org/{org}/posts/{slug}/confirm       s FF22FFF 4 44 s
POST /org/{org}/posts/{slug}/confirm       s FF33FFF 4 44 s
GET  /org/{org}/posts/{slug}/copy          s FF22FFF 4 44 s
POST /org/{org}/posts/{slug}/copy          s FF33FFF 4 44 s
GET  /org/{org}/posts/{slug}/decide        s FFcFFFc 4 44 s
POST /org/{org}/posts/{slug}/decide        s FFcFFFc 4 44 s
GET  /org/{org}/posts/{slug}/delete        s FFccFFF 4 44 s
POST /org/{org}/posts/{slug}/delete        s FFccFFF 4 44 s
GET  /org/{org}/posts/{slug}/edit/{page}   s FF22FFF 4 44 s
POST /org/{org}/posts/{slug}/edit/{page}   s FFuuFFF 4 44 s
GET  /org/{org}/posts/{slug}/extend        s FF2FFFF 4 44 s
POST /org/{org}/posts/{slug}/extend        s FFuFFFF 4 44 s
GET  /org/{org}/posts/{slug}/fill          s FF22FFF 4 44 s
POST /org/{org}/posts/{slug}/fill          s FF33FFF 4 44 s
GET  /org/{org}/posts/{slug}/preview       s 2222222 4 44 s
GET  /org/{org}/posts/{slug}/publish       s FFcFFFF 4 44 s
POST /org/{org}/posts/{slug}/publish       s FFcFFFF 4 44 s
GET  /org/{org}/posts/{slug}/recall        s FFccFFF 4 44 s
POST /org/{org}/posts/{slug}/recall        s FFccFFF 4 44 s
GET  /org/{org}/posts/{slug}/submit        s FFccFFF 4 44 s
POST /org/{org}/posts/{slug}/submit        s FFccFFF 4 44 s
GET  /org/{org}/posts/{slug}/withdraw      s FF2FFFF 4 44 s
POST /org/{org}/posts/{slug}/withdraw      s FFuFFFF 4 44 s
POST /org/{org}/renew                      s uuuuuuu 4 44 s
GET  /org/{org}/settings/sign-in           s F2FFFFF 4 44 s
POST /org/{org}/settings/sign-in           s FuFFFFF 4 44 s
GET  /org/{org}/settings/sign-in/remove    s F2FFFFF 4 44 s
POST /org/{org}/settings/sign-in/remove    s F3FFFFF 4 44 s
GET  /org/{org}/roles                     s 2222222 4 44 s
GET  /org/{org}/roles/new                 s F22FFFF 4 44 s
POST /org/{org}/roles/new                 s FuuFFFF 4 44 s
GET  /org/{org}/roles/{role_slug}         s 2222222 4 44 s
GET  /org/{org}/roles/{role_slug}/edit    s F22FFFF 4 44 s
POST /org/{org}/roles/{role_slug}/edit    s FuuFFFF 4 44 s
GET  /org/{org}/roles/{role_slug}/skills  s F22FFFF 4 44 s
POST /org/{org}/roles/{role_slug}/skills  s FuuFFFF 4 44 s
POST /org/{org}/roles/{role_slug}/skills/add s FuuFFFF 4 44 s
POST /org/{org}/roles/{role_slug}/skills/borrow s FuuFFFF 4 44 s
GET  /org/{org}/roles/{role_slug}/{action} s F22FFFF 4 44 s
POST /org/{org}/roles/{role_slug}/{action} s F33FFFF 4 44 s
GET  /api/v1/opportunities                 2 2222222 2 22 2
GET  /api/v1/opportunities/{opportunity_id} 2 2222222 2 24 2
GET  /opportunities.atom                   2 2222222 2 22 2
GET  /opportunities.json                   2 2222222 2 22 2
GET  /sitemap.xml                          2 2222222 2 22 2
GET  /sitemap/{number}                     2 2222222 2 22 2
GET  /opportunities                        2 2222222 2 22 2
GET  /opportunities/{slug}                 2 2222222 2 24 2
GET  /org/{org}/settings                   s F2FFFFF 4 44 s
POST /org/{org}/settings/apply-again/send  s FcFFFFF 4 44 s
POST /org/{org}/settings/remove-rate/{day} s F3FFFFF 4 44 s
GET  /org/{org}/settings/{section}         s F2FFFFF 4 44 s
POST /org/{org}/settings/{section}         s FuFFFFF 4 44 s
GET  /organisations                        2 2222222 2 22 2
GET  /organisations/{slug}                 2 2222222 2 22 2
GET  /privacy                              2 2222222 2 22 2
GET  /robots.txt                           2 2222222 2 22 2
GET  /roles                                2 2222222 2 22 2
GET  /roles/compare                        2 2222222 2 22 2
GET  /roles/local                          2 2222222 2 22 2
GET  /roles/local/{slug}/{role_slug}       2 2222222 2 24 2
GET  /roles/{slug}                         2 2222222 2 22 2
GET  /sign-in                              2 3333333 3 33 2
POST /sign-in                              u uuuuuuu u uu u
GET  /sign-in/check-your-email             s sssssss s ss s
GET  /sign-in/link/{token}                 2 2222222 2 22 2
POST /sign-in/link/{token}                 2 2222222 2 22 2
GET  /sign-in/organisation/callback        F FFFFFFF F FF F
POST /sign-in/passkey                      s u222222 2 22 s
GET  /sign-in/recovery-code                s 2222222 2 22 s
POST /sign-in/recovery-code                s uuuuuuu u uu s
GET  /sign-in/second-factor                s 2222222 2 22 s
POST /sign-in/second-factor                s u222222 2 22 s
GET  /sign-in/with/{org}                   4 4444444 4 44 4
POST /sign-in/with/{org}                   4 4444444 4 44 4
POST /sign-out                             3 3333333 3 33 3
GET  /signed-out                           2 2222222 2 22 2
GET  /skills                               2 2222222 2 22 2
GET  /skills/{slug}                        2 2222222 2 22 2
GET  /static/{name}                        2 2222222 2 22 2
GET  /profile                               s 2222222 2 22 s
GET  /profile/start                         s 2222222 2 22 s
POST /profile/start                         s uuuuuuu u uu s
GET  /profile/answers                       s 3333333 3 33 s
POST /profile/answers                       s uuuuuuu u uu s
GET  /profile/roles/{entry_id}/remove       s 2444444 4 44 s
POST /profile/roles/{entry_id}/remove       s 3444444 4 44 s
GET  /profile/skills                        s 2222222 2 22 s
GET  /profile/skills/add                    s 2222222 2 22 s
POST /profile/skills/add                    s uuuuuuu u uu s
GET  /profile/skills/{slug}                 s 2444444 4 44 s
POST /profile/skills/{slug}                 s u444444 4 44 s
GET  /profile/skills/{slug}/remove          s 2444444 4 44 s
POST /profile/skills/{slug}/remove          s 3444444 4 44 s
GET  /profile/skills/{slug}/evidence        s 2444444 4 44 s
POST /profile/skills/{slug}/evidence        s u444444 4 44 s
GET  /profile/skills/{slug}/evidence/{evidence_id}/remove s 2444444 4 44 s
POST /profile/skills/{slug}/evidence/{evidence_id}/remove s 3444444 4 44 s
GET  /profile/availability                  s 2222222 2 22 s
POST /profile/availability                  s 3333333 3 33 s
GET  /profile/job                           s 2222222 2 22 s
POST /profile/job                           s 3333333 3 33 s
GET  /profile/pause                         s 2222222 2 22 s
POST /profile/pause                         s uuuuuuu u uu s
POST /profile/resume                        s 3333333 3 33 s
GET  /profile/hidden                        s 2222222 2 22 s
POST /profile/hidden                        s uuuuuuu u uu s
POST /profile/hidden/{organisation_id}/remove s 3333333 3 33 s
GET  /profile/visibility                   s 2222222 2 22 s
GET  /profile/visibility/new               s 2222222 2 22 s
POST /profile/visibility/new               s uuuuuuu u uu s
GET  /profile/visibility/preview           s 2222222 2 22 s
GET  /profile/visibility/{grant_id}/withdraw s 2444444 4 44 s
POST /profile/visibility/{grant_id}/withdraw s 3444444 4 44 s
GET  /profile/access-log                   s 2222222 2 22 s
GET  /org/{org}/profiles/{profile_id}      s FF22FFF 4 44 s
GET  /org/{org}/profiles/{profile_id}/profile.json s FF22FFF 4 44 s
GET  /profile/data                         s 2222222 2 22 s
GET  /profile/data.json                    s 2222222 2 22 s
GET  /profile/delete                       s 2333333 3 33 s
POST /profile/delete                       s 3333333 3 33 s
"""


def expected() -> dict[tuple[str, str], dict[str, str]]:
    """The table by method and path: what each of the people gets."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for line in TABLE.strip().splitlines():
        method, path, *groups = line.split()
        letters = "".join(groups)
        assert [len(g) for g in groups] == [len(g) for g in GROUPS], line
        found[method, path] = dict(zip(PEOPLE, letters, strict=True))
    return found
