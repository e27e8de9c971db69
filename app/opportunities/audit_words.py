"""How the record says what was done to posts. Pure."""

from typing import Final

SENTENCES: Final = {
    "opportunity.approved": "Approved a post",
    "opportunity.change_approved": "Approved a change to a post: {section}",
    "opportunity.change_proposed": "Proposed a change to a post: {section}",
    "opportunity.change_refused": "Refused a change to a post: {section}",
    "opportunity.closed": "A post came to its closing date",
    "opportunity.confirmed": "Confirmed that a post is up to date",
    "opportunity.copied": "Copied a post",
    "opportunity.deleted": "Deleted a draft of a post: {kind}",
    "opportunity.extended": "Extended a post until {on}",
    "opportunity.filled": "Marked a post as filled",
    "opportunity.hidden": "Hid a post, since nobody confirmed that it is up to date",
    "opportunity.not_published": "Did not publish a post on its day",
    "opportunity.nudged": "Asked whether a post is up to date, time {number}",
    "opportunity.published": "Published a post",
    "opportunity.recalled": "Took a post back to change it",
    "opportunity.scheduled": "Set a post to be published on {on}",
    "opportunity.section_saved": "Changed a section of a post: {section}",
    "opportunity.sent_back": "Sent a post back to be changed",
    "opportunity.started": "Began to write a post: {kind}",
    "opportunity.submitted": "Sent a post to be approved",
    "opportunity.withdrawn": "Withdrew a post",
    "question.answered": "Answered a question about a post",
    "question.asked": "Asked a question about a post",
    "question.hidden": "Hid a question about a post",
    "question.shown_again": "Showed a hidden question about a post again",
}
