"""How the record says what was done to invitations to apply. Pure."""

from typing import Final

SENTENCES: Final = {
    "match.invited": "Invited somebody to apply for the post {subject}",
    "match.invitation_withdrawn": "Withdrew an invitation to apply for the post {subject}",
    "match.invitation_accept": "Showed interest in a post after an invitation",
    "match.invitation_decline": "Declined an invitation to apply",
    "match.invitation_take_back": "Took their interest in a post back",
}
