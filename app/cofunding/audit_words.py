"""How the record says what was done to pledges and funding. Pure."""

from typing import Final

SENTENCES: Final = {
    "fit.accepted": "Accepted to share a post with others",
    "fit.agreed": "All have agreed to share a post",
    "fit.declined": "Declined to share a post with others",
    "fit.drafted": "The draft of a joint post was made",
    "fit.expired": "The proposal of a joint post ran out of time",
    "fit.posts_chosen": "Chose which posts are compared for joint posts",
    "fit.proposed": "A post fits together with others: proposed to {bodies} bodies",
    "fit.withdrawn": "Posts fit together no longer: the proposal was taken back",
    "funding.closed": "Closed a funding with {bodies} bodies as the cost split {reference}",
    "funding.reopened": "Reopened a funding that had become the cost split {reference}",
    "pledge.approved": "Approved version {version} of a pledge for finance",
    "pledge.changed": "Changed a pledge, now version {version}: {status}",
    "pledge.frozen": "Took a pledge into the cost split {reference}",
    "pledge.lapsed": "A pledge came to its end date",
    "pledge.made": "Made a pledge: {status}",
    "pledge.released": "Released a pledge",
    "pledge.reopened": "Took a pledge up again: {status}",
    "pledge.sent_back": "Sent a pledge back for changes",
    "pledge.set_back": "Something that an approval relied on changed: set it back to in principle",
    "pledge.turned_down": "Turned down a pledge",
    "pledge.withdrawn": "Withdrew a pledge",
}
