"""Every read of a body's people: members, invitations, proofs of employment.

What a member sees starts from the organisation they act for: the caller passes that id, and a
membership of any other is not found.
"""

from app.organisations.members.queries.invitations import (
    Invited,
    count_open_invitations,
    find_open_invitation,
    get_invited,
    list_invitations,
    lock_invitation,
    lock_invited,
    lock_old_invitations,
)
from app.organisations.members.queries.people import (
    Member,
    count_other_administrators,
    domains_of,
    duties_of,
    find_member_by_email,
    find_membership_of,
    find_person,
    get_member,
    get_own,
    get_person,
    list_members,
    list_reports,
    lock_member,
    lock_old_memberships,
    lock_organisation,
    lock_reports,
    managers_of,
)
from app.organisations.members.queries.proofs import (
    Employment,
    get_employment,
    list_lapsed,
    list_to_ask,
    lock_employment,
)

__all__ = [
    "Employment",
    "Invited",
    "Member",
    "count_open_invitations",
    "count_other_administrators",
    "domains_of",
    "duties_of",
    "find_member_by_email",
    "find_membership_of",
    "find_open_invitation",
    "find_person",
    "get_employment",
    "get_invited",
    "get_member",
    "get_own",
    "get_person",
    "list_invitations",
    "list_lapsed",
    "list_members",
    "list_reports",
    "list_to_ask",
    "lock_employment",
    "lock_invitation",
    "lock_invited",
    "lock_member",
    "lock_old_invitations",
    "lock_old_memberships",
    "lock_organisation",
    "lock_reports",
    "managers_of",
]
