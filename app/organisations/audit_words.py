"""How the record says what was done to organisations, people, memberships and sign-ins. Pure."""

from typing import Final

SENTENCES: Final = {
    "account.changed": "Changed their own details: {fields}",
    "account.private_address_asked": "Asked for a private email address to be kept",
    "account.private_address_removed": "Removed their private email address",
    "account.private_address_set": "Confirmed their private email address",
    "factor.added": "Added a second factor",
    "factor.codes_made": "Made new recovery codes",
    "factor.given": "Gave the second factor: {how}",
    "factor.refused": "A second factor was refused: {how}",
    "factor.removed": "Removed a second factor",
    "factor.reset": "Reset the second factor of {subject}",
    "organisation.verified": "Verified this organisation",
    "sign_in.began": "Signed in: {how}",
    "sign_in.ended": "A sign-in ended: {reason}",
    "sign_in.link_asked": "Somebody asked for a link to sign in",
    "sign_in.refused": "A sign-in was refused: {reason}",
    "sign_in.switched": "Chose the organisation to act for",
}
