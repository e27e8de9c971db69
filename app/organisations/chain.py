"""What our entries in the record say in words, and the names of the ids in them."""

from app.audit.words import register

SENTENCES = {
    "application.sent": "Sent an application to join",
    "organisation.applied": "Applied to join and accepted the participation terms ({terms})",
    "organisation.verify": "Verified the organisation",
    "organisation.refuse": "Refused the organisation’s application",
    "organisation.apply_again": "Applied to join again",
    "organisation.suspend": "Suspended the organisation",
    "organisation.restore": "Restored the organisation",
    "organisation.close": "Closed the organisation’s account",
    "organisation.domains_decided": "Answered which email domains belong to the organisation",
    "organisation.domain_asked": "Asked for another email domain",
    "organisation.changed": "Changed the organisation’s details: {fields}",
    "organisation.rate_set": "Set the employer’s pension rate from {starts_on}: {rate}",
    "organisation.rate_removed": "Removed the employer’s pension rate from {starts_on}",
    "organisation.limit_set": "Set the authorisation limit of {duty}: {amount}",
    "organisation.sponsor_confirmed": "Confirmed the senior sponsor",
    "organisation.terms_accepted": "Accepted the participation terms ({version})",
    "person.joined": "Made an account for {subject}",
    "invitation.sent": "Sent an invitation, with the duties {duties}",
    "invitation.sent_again": "Sent an invitation again",
    "invitation.withdrawn": "Withdrew an invitation",
    "membership.began": "Joined as a member, with the duties {duties}",
    "membership.changed": "Changed {subject}: duties given {added}, taken {taken}; also {fields}",
    "membership.ended": "Ended the membership of {subject}: {reason}",
    "employment.asked": "Asked {subject} for proof of employment",
    "employment.confirmed": "Proved employment, until {until}",
    "work.tried_again": "Had work that failed tried again",
    "audit.heads_signed": "Signed the heads of the record",
}

for _action, _sentence in SENTENCES.items():
    register(_action, _sentence)
