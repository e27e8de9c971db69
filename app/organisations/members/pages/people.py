"""Members of a body: the list, one of them, their duties, and the end of their access."""

from collections.abc import Sequence
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.actor import SIGNED_IN, ActingFor, Actor
from app.core.errors import DomainError
from app.core.fields import FieldError, Raw
from app.core.form_pages import PRIVATE, bind_request, errors_of, form_page, see_other
from app.core.forms import NO_SETTING
from app.core.limits import Limit, limited
from app.core.paging import part_of
from app.core.permissions import DUTY_NAMES, GRANTS, Duty, Permission
from app.core.web import flash, render
from app.organisations.directory.domain import one_of, search_text
from app.organisations.members import queries
from app.organisations.members.commands.leaving import end_membership
from app.organisations.members.commands.members import change_member
from app.organisations.members.domain import MAY_GIVE, givable
from app.organisations.members.forms import EndForm, MemberForm, duty_setting
from app.organisations.permissions import (
    acting_at,
    may_change_members,
    may_invite,
    may_list_members,
    may_take_back_invitation,
    uuid_of,
)

AnyRequest = Request[Any, Any, Any]
Db = NamedDependency[AsyncSession]
Who = NamedDependency[Actor]
Page = Response[Any]

# Which field an error of a rule stands beside.
FIELDS: Final = {
    "manager-unknown": "manager",
    "manager-circle": "manager",
    "duty-not-yours-to-give": "duties",
    "duty-for-yourself": "duties",
    "last-administrator": "duties",
}
END_FIELDS: Final = {"manager-unknown": "reports_to", "manager-circle": "reports_to"}
PERMISSION_NAMES: Final[dict[Permission, str]] = {
    Permission.ORGANISATION_EDIT: "Change the organisation’s details",
    Permission.ORGANISATION_AUDIT: "Read the record of who did what",
    Permission.MEMBER_LIST: "See the people of the organisation",
    Permission.MEMBER_INVITE: "Invite people",
    Permission.MEMBER_CHANGE: "Change duties and end access",
    Permission.SIGN_IN_SET_UP: "Set up how people sign in",
    Permission.LOCAL_ROLE_EDIT: "Define local roles",
    Permission.OPPORTUNITY_LIST: "See the organisation’s posts",
    Permission.OPPORTUNITY_EDIT: "Write posts",
    Permission.OPPORTUNITY_APPROVE: "Approve posts",
    Permission.OPPORTUNITY_PUBLISH: "Publish and withdraw posts",
    Permission.QUESTION_ASK: "Ask questions about posts",
    Permission.QUESTION_ANSWER: "Answer questions about posts",
    Permission.PLEDGE_LIST: "See pledges",
    Permission.PLEDGE_MAKE: "Make pledges",
    Permission.PLEDGE_APPROVE: "Approve pledges of others",
    Permission.FUNDING_CLOSE: "Close the funding of a post",
    Permission.COST_SPLIT_LIST: "See cost splits",
    Permission.COST_SPLIT_EDIT: "Save and change cost splits",
    Permission.AGREEMENT_DRAFT: "Draft agreements",
    Permission.JOINT_POST_LIST: "See which posts would fit together",
    Permission.JOINT_POST_ANSWER: "Accept or decline a joint post",
    Permission.PROFILE_READ: "Look at profiles, as far as each person lets the organisation",
}
SEARCHES: Final = Limit("people", 300)


@get("/", opt=SIGNED_IN, guards=[limited(SEARCHES)])
async def list_people(request: AnyRequest, db: Db, actor: Who, org: FromPath[str]) -> Page:
    """The members of the body, found by name, address, job or duty."""
    body = acting_at(actor, org)
    may_list_members(actor).require()
    query = request.query_params
    text, duty = search_text(query.get("q", "")), one_of(Duty, query.get("duty", ""))
    found = await queries.list_members(
        db, body.organisation_id, part_of(query), text=text, duty=duty
    )
    asked = {"q": text, "duty": duty or ""}
    context = {
        "body": body,
        "found": found.require(),
        "links": found.links(f"/org/{body.slug}/people", asked),
        "asked": asked,
        "is_filtered": any(asked.values()),
        "duty_names": DUTY_NAMES,
        "may_invite": may_invite(actor),
        "may_see_invitations": may_take_back_invitation(actor),
        "waiting": await queries.count_open_invitations(db, body.organisation_id),
    }
    return render(request, "organisations/members/list.html", context, headers=PRIVATE)


@get("/duties", opt=SIGNED_IN)
async def show_duties(request: AnyRequest, actor: Who, org: FromPath[str]) -> Page:
    """The table of which duty grants what, as the code has it, and who may give which."""
    context = {
        "body": acting_at(actor, org),
        "duties": [duty for duty in Duty if duty is not Duty.MEMBER] + [Duty.MEMBER],
        "duty_names": DUTY_NAMES,
        "grants": GRANTS,
        "permissions": PERMISSION_NAMES,
        "may_give": MAY_GIVE,
    }
    return render(request, "organisations/members/duties.html", context, headers=PRIVATE)


@get("/{member:str}", opt=SIGNED_IN)
async def show_person(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], member: FromPath[str]
) -> Page:
    """One member, and what can be done."""
    body, found = await visit(db, actor, org, member)
    context = {
        "body": body,
        "member": found,
        "reports": await queries.list_reports(db, body.organisation_id, found.id),
        "duty_names": DUTY_NAMES,
        "may_change": may_change_members(actor),
        "is_self": found.id == body.membership_id,
        "back_href": f"/org/{body.slug}/people",
    }
    return render(request, "organisations/members/show.html", context, headers=PRIVATE)


async def visit(
    db: AsyncSession, actor: Actor, org: str, member: str
) -> tuple[ActingFor, queries.Member]:
    """The body and the member of a page's address. Raises NotFound, Refused."""
    body = acting_at(actor, org)
    may_list_members(actor).require()
    return body, await queries.get_member(db, body.organisation_id, uuid_of(member))


@get("/{member:str}/edit", opt=SIGNED_IN)
async def edit_person(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], member: FromPath[str]
) -> Page:
    """The form with a member's duties, job title and line manager."""
    body, found = await visit(db, actor, org, member)
    may_change_members(actor).require()
    raw: dict[str, Raw] = {
        "job_title": found.job_title or "",
        "duties": sorted(found.duties - {Duty.MEMBER}),
        "manager": found.manager_email or "",
    }
    return edit_page(request, body, found, raw)


def edit_page(
    request: AnyRequest,
    body: ActingFor,
    member: queries.Member,
    raw: dict[str, Raw],
    errors: Sequence[FieldError] = (),
) -> Page:
    """The page of the form; duties that cannot be given stand there if the member has them."""
    offered = givable(body.duties) | member.duties
    context = {
        "body": body,
        "member": member,
        "is_self": member.id == body.membership_id,
        "back_href": f"/org/{body.slug}/people/{member.id}",
    }
    return form_page(
        request,
        "organisations/members/edit.html",
        MemberForm,
        raw,
        setting=duty_setting(offered),
        errors=errors,
        context=context,
    )


@post("/{member:str}/edit", opt=SIGNED_IN)
async def save_person(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], member: FromPath[str]
) -> Page:
    """Keep the change, or say what stands in its way."""
    body, found = await visit(db, actor, org, member)
    may_change_members(actor).require()
    setting = duty_setting(givable(body.duties) | found.duties)
    bound = await bind_request(request, MemberForm, setting)
    if bound.form is None:
        return edit_page(request, body, found, bound.raw, bound.errors)
    try:
        await change_member(
            db,
            actor,
            found.id,
            duties=bound.form.duties,
            job_title=bound.form.job_title,
            manager_email=bound.form.manager,
        )
    except DomainError as refused:
        if refused.code not in FIELDS:
            raise
        return edit_page(request, body, found, bound.raw, errors_of(refused, FIELDS))
    flash(request, f"Changes to {found.name} saved")
    return see_other(f"/org/{body.slug}/people/{found.id}")


@get("/{member:str}/end", opt=SIGNED_IN)
async def show_end(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], member: FromPath[str]
) -> Page:
    """Ask before somebody's access ends."""
    body, found = await visit(db, actor, org, member)
    may_change_members(actor).require()
    return await end_page(request, db, body, found, {})


async def end_page(
    request: AnyRequest,
    db: AsyncSession,
    body: ActingFor,
    member: queries.Member,
    raw: dict[str, Raw],
    errors: Sequence[FieldError] = (),
) -> Page:
    """What the end of access means, and what has to be said first."""
    context = {
        "body": body,
        "member": member,
        "reports": await queries.list_reports(db, body.organisation_id, member.id),
        "back_href": f"/org/{body.slug}/people/{member.id}",
    }
    return form_page(
        request,
        "organisations/members/end.html",
        EndForm,
        raw,
        setting=NO_SETTING,
        errors=errors,
        context=context,
    )


@post("/{member:str}/end", opt=SIGNED_IN)
async def end_person(
    request: AnyRequest, db: Db, actor: Who, org: FromPath[str], member: FromPath[str]
) -> Page:
    """End somebody's access to the body at once."""
    body, found = await visit(db, actor, org, member)
    may_change_members(actor).require()
    bound = await bind_request(request, EndForm)
    if bound.form is None:
        return await end_page(request, db, body, found, bound.raw, bound.errors)
    try:
        await end_membership(
            db,
            actor,
            found.id,
            reason=bound.form.reason,
            reports_to_email=bound.form.reports_to,
        )
    except DomainError as refused:
        if refused.code not in {*END_FIELDS, "last-administrator"}:
            raise
        errors = errors_of(refused, END_FIELDS)
        return await end_page(request, db, body, found, bound.raw, errors)
    flash(request, f"{found.name} can no longer act for {body.name}")
    is_self = found.id == body.membership_id
    return see_other("/account/private-address" if is_self else f"/org/{body.slug}/people")


handlers: list[ControllerRouterHandler] = [
    list_people,
    show_duties,
    show_person,
    edit_person,
    save_person,
    show_end,
    end_person,
]
