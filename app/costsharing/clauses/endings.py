"""Clauses on joining, leaving, ending, what an exit costs, successors and signing."""

from datetime import date

from app.costsharing.clauses.model import ClauseText, Place, Term

_REVIEWED = date(2026, 11, 22)
_REVIEW_BY = date(2027, 11, 1)
# Rules on dismissal change on 1 January 2027, so the clause on exits is read again by then.
_REVIEW_EXITS = date(2027, 1, 1)

ENDINGS: tuple[ClauseText, ...] = (
    ClauseText(
        "joining",
        "Joining",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "A body joins when {joining_by} agree in writing and it signs a new version of "
                "this agreement.",
                otherwise="Who must agree before a body joins: To be agreed.",
            ),
            Term(
                "New shares apply from the day of joining. That day starts a new period, and "
                "earlier figures stay as they are."
            ),
            Term(
                "Towards set-up costs already paid, a joining body pays: {buy_in}",
                otherwise="What a joining body pays towards set-up costs already paid: To be "
                "agreed.",
            ),
        ),
    ),
    ClauseText(
        "leaving",
        "Leaving",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "A party leaves by giving every other party {leaving_notice} notice in writing"
                "{notice_ends}.",
                otherwise="Notice that a party gives to leave, and the day on which it may end: "
                "To be agreed.",
            ),
            Term("Until its notice ends the leaver pays its share as if it stayed."),
            Term(
                "From the next day the weights of the parties that stay apply to the whole cost.",
                when="after_rebase",
            ),
            Term("From the next day the host takes over the leaver’s share.", when="after_host"),
            Term(
                "The leaver pays until its notice ends even if it stops using the post before; "
                "the parties agree new shares before that day.",
                when="after_notice",
            ),
            Term(
                "How the leaver’s share is carried after it has left: To be agreed.",
                when="!after_rebase !after_host !after_notice",
            ),
            Term(
                "A leaver settles every invoice for its time, its part of the true-up of that "
                "year, and what it owes under the clause on exit costs."
            ),
            Term("{leaving_text}"),
        ),
    ),
    ClauseText(
        "ending",
        "Ending early",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "This agreement ends before its last day if all parties agree in writing, if only "
                "one party is left, if the employment ends and the parties do not fill the post "
                "again, or if the law forbids a party to go on."
            ),
            Term(
                "It also ends early if: {end_events}",
                otherwise="Other events that end this agreement early: To be agreed.",
            ),
            Term(
                "The last day charged is the last day of the employment in the post, or the last "
                "day of the agreement if that comes first, and pay in notice is charged as the "
                "clause on exit costs says. Prepaid time after that day is credited within "
                "{payment_days}."
            ),
            Term("{early_charges}"),
            Term(
                "Winding down: {wind_down}",
                otherwise="Plan for winding down, handover and knowledge: To be agreed.",
            ),
            Term(
                "Equipment and licences: {equipment}",
                otherwise="Who keeps equipment and licences: To be agreed.",
            ),
        ),
    ),
    ClauseText(
        "exit",
        "Exit costs",
        "2026.1",
        _REVIEWED,
        _REVIEW_EXITS,
        (
            Term(
                "Nothing in this clause is in the price. It says who pays if the event happens; "
                "no sum is booked until the event is recorded. One rule applies for each row."
            ),
            Place("exit_table"),
            Term(
                "Where a rule speaks of shares, it means the shares on the day on which notice of "
                "the event is given. With the shares of the last period of this agreement, a cost "
                "of {illustration_total} would fall like this: {illustration}.",
            ),
            Term(
                "The host tells the partners before it gives notice that would cause such a cost, "
                "shows an actuary’s figure for any pension strain, and settles no claim without "
                "the consent of those who would pay."
            ),
            Term(
                "The parties look for another post for the person first. The end of a fixed term "
                "may itself be a dismissal with a right to redundancy pay, and service with other "
                "bodies may count towards it."
            ),
        ),
    ),
    ClauseText(
        "successors",
        "Successors",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "If a party is abolished, merged or reorganised, this agreement binds the body "
                "that takes over the functions concerned, from the day of the change.",
                when="successor_bound",
            ),
            Term(
                "If a party is abolished, merged or reorganised, this agreement binds the body "
                "that takes over the functions concerned, from the day of the change. Within six "
                "months of that day any party may ask for a review of the shares and the term.",
                when="successor_review",
            ),
            Term("{successor_text}"),
            Term(
                "Whether this agreement binds a body that follows a party, and whether it may be "
                "reviewed then: To be agreed.",
                when="!successor_bound !successor_review !successor_other",
            ),
            Term(
                "A successor takes the rights and debts of the party it follows. The change starts "
                "a new period, and earlier figures stay as they are."
            ),
        ),
    ),
    ClauseText(
        "law",
        "Changes, language and law",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "A change binds only when it is made in writing as a new version of this agreement "
                "and every party has signed that version. Earlier versions keep their figures."
            ),
            Term(
                "The parties are no partnership in law, no party may bind another, and nobody else "
                "may enforce this agreement."
            ),
            Term("This agreement is made in English.", when="english"),
            Term(
                "This agreement is made in English and in Welsh, and both texts have equal "
                "standing.",
                when="welsh",
            ),
            Term(
                "Gwneir y cytundeb hwn yn Gymraeg ac yn Saesneg, ac mae gan y ddau destun yr un "
                "statws.",
                when="welsh",
                language="cy",
            ),
            Term(
                "The law of {jurisdiction} applies, and its courts decide.",
                otherwise="Law and courts (England and Wales, Scotland or Northern Ireland): To be "
                "agreed.",
            ),
        ),
    ),
    ClauseText(
        "signing",
        "Signatures",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "A signature covers this version only: these figures under reference {reference}, "
                "and these words. A changed figure cancels the signatures given before it."
            ),
            Term(
                "Nobody signs for two parties, and nobody approves their own cost. Each party sets "
                "the value above which its section 151 officer or director of finance signs.",
                when="!scotland",
            ),
            Term(
                "Nobody signs for two parties, and nobody approves their own cost. Each party sets "
                "the value above which its proper officer for finance or director of finance "
                "signs.",
                when="scotland",
            ),
            Term("Approvals are given in the order of this table, and signatures come last."),
            Place("approvals_table"),
            Place("signature_blocks"),
        ),
    ),
)
