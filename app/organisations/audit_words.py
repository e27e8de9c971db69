"""How the record says what was done to organisations, people, memberships and sign-ins. Pure."""

from typing import Final

SENTENCES: Final = {
    "account.changed": "Changed their own details: {fields}",
    "account.private_address_asked": "Asked for a private email address to be kept",
    "account.private_address_removed": "Removed their private email address",
    "account.private_address_set": "Confirmed their private email address",
    "application.sent": "Sent an application to join",
    "employment.asked": "Asked {subject} whether they still work here",
    "employment.confirmed": "Confirmed the employment of {subject} until {until}",
    "factor.added": "Added a second factor",
    "factor.codes_made": "Made new recovery codes",
    "factor.given": "Gave the second factor: {how}",
    "factor.refused": "A second factor was refused: {how}",
    "factor.removed": "Removed a second factor",
    "factor.reset": "Reset the second factor of {subject}",
    "invitation.sent": "Invited somebody, with the duties: {duties}",
    "invitation.sent_again": "Sent an invitation again",
    "invitation.withdrawn": "Withdrew an invitation",
    "membership.began": "Joined by an invitation, with the duties: {duties}",
    "membership.changed": (
        "Changed the membership of {subject}: duties added: {added}; duties taken away: {taken}; "
        "details changed: {fields}"
    ),
    "membership.ended": "Ended the membership of {subject}: {reason}",
    "organisation.applied": "Applied to join and accepted the participation terms {terms}",
    "organisation.verified": "Verified this organisation",
    "person.joined": "Opened an account",
    "sign_in.began": "Signed in: {how}",
    "sign_in.ended": "A sign-in ended: {reason}",
    "sign_in.link_asked": "Somebody asked for a link to sign in",
    "sign_in.refused": "A sign-in was refused: {reason}",
    "sign_in.switched": "Chose the organisation to act for",
}
