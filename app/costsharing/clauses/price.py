"""Clauses on what the post costs and how that cost is shared."""

from datetime import date

from app.costsharing.clauses.model import ClauseText, Term

_REVIEWED = date(2026, 11, 22)
_REVIEW_BY = date(2027, 4, 1)

PRICE: tuple[ClauseText, ...] = (
    ClauseText(
        "basis",
        "Basis of the figures",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "The figures are an estimate of the cost of employing the person, corrected each "
                "year under the clause on the true-up. They are not a fixed price."
            ),
            Term(
                "They are built month by month from the pay points and rates in Schedule 1. A "
                "whole month on one salary costs one twelfth of the year’s.",
                when="monthly post",
            ),
            Term(
                "Part of a month is charged by calendar days: the days worked out of the days in "
                "that month, weekends included.",
                when="monthly post calendar",
            ),
            Term(
                "Part of a month is charged by weekdays: the days from Monday to Friday in the "
                "term out of those in that month, bank holidays included.",
                when="monthly post working",
            ),
            Term(
                "They are built year by year from the pay points and rates in Schedule 1, and "
                "parts of a year by calendar days. They are indicative: payroll works by the month "
                "and will differ by small sums.",
                when="annual post",
            ),
            Term(
                "Employer National Insurance is charged as for the person’s only employment with "
                "the host: one whole threshold a month, whatever the hours, at the rate of the tax "
                "year in which the pay falls due.",
                when="post ni_own",
            ),
            Term(
                "The post is part of a larger employment with the host. The employer National "
                "Insurance of the whole employment is worked out, and the part charged is that of "
                "this post’s pay in the whole pay.",
                when="post ni_proportional",
            ),
            Term(
                "The post is extra to an employment that already uses the National Insurance "
                "threshold. Employer National Insurance is charged on the whole of the post’s pay, "
                "without a threshold.",
                when="post ni_marginal",
            ),
            Term(
                "How pennies are rounded. The cost of each period is shared once, as a whole. Each "
                "party’s exact share is cut down to a whole penny; the pennies left over go one "
                "each to the parties with the largest fractions cut off, and where two fractions "
                "are the same, to the party that stands first in the table of the parties. So the "
                "shares always add up to the cost, and no share is a penny or more from its exact "
                "amount. Instalments are divided in the same way."
            ),
            Term(
                "A new period begins on each 1 April and whenever the parties or the rule for "
                "sharing change. A change never alters the figures of an earlier period."
            ),
            Term(
                "All figures were worked out by method {method_version} under reference "
                "{reference}. Anyone may work them out again from the same inputs, whose SHA-256 "
                "stands at the foot of each page."
            ),
        ),
    ),
    ClauseText(
        "cost",
        "Cost",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "The cost of the post over the term is {total_cost}. Schedule 1 shows it line by "
                "line for each financial year, with each pay point and rate, the day from which it "
                "applies, and its source."
            ),
            Term(
                "The lines are {line_list}. No other cost is charged unless the parties agree to "
                "it in writing beforehand."
            ),
            Term("Counted in the cost: {included}"),
            Term(
                "Left out of the cost: {excluded}",
                otherwise="Costs that the parties leave out, beside those under “Not included”: "
                "To be agreed.",
            ),
            Term(
                "Charged to one party only, outside the shared cost: {direct_list}.",
                when="direct",
            ),
            Term(
                "The pay award for {award_list} is backdated. Its arrears are charged to the "
                "months in which they were earned, so that each period’s parties bear their own.",
                when="awards",
            ),
            Term(
                "Some rates are assumed, or run past the last day for which they are known: "
                "{assumed_list}. They are marked in Schedule 1 and put right in the true-up.",
                when="assumed",
            ),
        ),
    ),
    ClauseText(
        "shares",
        "Shares",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "Grants are taken off first, in this order and only from the costs that each may "
                "meet: {grant_list}. What they leave is shared.",
                when="grants",
            ),
            Term(
                "Contributions in kind, valued by the year, count towards a party’s share before "
                "the cash is shared: {in_kind_list}. The cash cost and all contributions in kind "
                "are added up and shared, and each party pays its part less what it gives. A party "
                "that gives more than its part pays nothing and takes no further part in that "
                "sharing.",
                when="in_kind",
            ),
            Term(
                "What is given in kind: {in_kind_what}",
                otherwise="What each contribution in kind consists of, and how it was valued: To "
                "be agreed.",
                when="in_kind",
            ),
            Term(
                "These fixed contributions are paid first, by the year and scaled by days for "
                "parts of a year: {fixed_list}. What they leave is shared by weight.",
                when="fixed",
            ),
            Term("{sharing_sentence}"),
            Term(
                "The weights come from {shares_source}.",
                when="!day_rate_only !equal_only",
                otherwise="Source of the weights: To be agreed.",
            ),
            Term(
                "They are as at {shares_date}.",
                when="!day_rate_only !equal_only",
                otherwise="Date of the weights: To be agreed.",
            ),
            Term("The parties chose this way of sharing because: {shares_reason}"),
            Term(
                "The weights are looked at again on {shares_review}. New weights start a new "
                "period.",
                otherwise="Date on which the weights are looked at again: To be agreed.",
            ),
            Term(
                "Days are sold at a rate: the cost of the period over its chargeable days, rounded "
                "to the penny, times the days that each buyer takes. The host keeps what is gained "
                "or lost by the rounding and by days not sold.",
                when="day_rate",
            ),
            Term(
                "No party pays less than its yearly minimum, scaled by days for parts of a year: "
                "{minimum_list}.",
                when="minimums",
            ),
            Term(
                "No party pays more than its cap in a financial year: {cap_list}. What goes above "
                "a cap is shared among the others by their weights.",
                when="caps overflow_reshare",
            ),
            Term(
                "No party pays more than its cap in a financial year: {cap_list}. The host bears "
                "what goes above a cap.",
                when="caps overflow_host",
            ),
            Term(
                "Every party is at its cap in part of the term, and the host bears what is left.",
                when="underwrites",
            ),
            Term(
                "The parties change during the term: {change_list}. From each of those days the "
                "weights of the parties then taking part apply to the whole cost.",
                when="changes",
            ),
            Term(
                "Schedule 2 gives the weights, each party’s share by financial year, and the steps "
                "from the cost to the shares."
            ),
        ),
    ),
    ClauseText(
        "fee",
        "Host fee and overhead",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term("The host charges no fee on the partners’ shares.", when="!fee"),
            Term(
                "The host charges each partner a fee of {fee_rate} of the partner’s share, direct "
                "charges included. The fee stands outside the shared cost and the host bears none "
                "of it.",
                when="fee_percent",
            ),
            Term(
                "The host charges each partner a fee of {fee_yearly} a year, scaled by days for "
                "parts of a year. The fee stands outside the shared cost and the host bears none "
                "of it.",
                when="fee_fixed",
            ),
            Term(
                "What the fee pays for: {fee_reason}",
                when="fee",
                otherwise="What the fee pays for: To be agreed.",
            ),
            Term("No overhead is added to the cost.", when="!overhead"),
            Term(
                "An overhead of {overhead_rate} is added to {overhead_base}. It is part of the "
                "shared cost, so the host bears its own share of it.",
                when="overhead",
            ),
            Term(
                "What the overhead pays for: {overhead_reason}",
                when="overhead",
                otherwise="What the overhead pays for: To be agreed.",
            ),
            Term(
                "Both an overhead and a fee are charged. The parties confirm that they pay for "
                "different things.",
                when="fee_and_overhead",
            ),
        ),
    ),
    ClauseText(
        "budget",
        "Budget",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "The host gives each partner a costing of the coming financial year by "
                "{budget_set_by}.",
                otherwise="Day by which the host gives the costing of the coming financial year "
                "(councils need it before they set their budgets in February): To be agreed.",
            ),
            Term(
                "The costing is approved by {budget_approved_by}.",
                otherwise="Who approves each year’s costing: To be agreed.",
            ),
            Term(
                "If the cost looks like going over the estimate: {overspend}",
                otherwise="What happens when the cost looks like going over the estimate: To be "
                "agreed.",
            ),
            Term(
                "If less is spent: {underspend}",
                otherwise="What happens with money not spent: To be agreed.",
            ),
            Term(
                "A change of the cost within a year is not binding until each partner has agreed "
                "to a new costing in writing, other than under the clause on uplifts."
            ),
        ),
    ),
    ClauseText(
        "uplifts",
        "Uplifts",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "These events change the price by themselves, by their true effect on the cost and "
                "from the day on which they take effect: {uplift_events}. Every other rise needs "
                "the consent of each partner in writing.",
                otherwise="Events that change the price by themselves (national pay award, "
                "increment, National Insurance, pension): To be agreed. Every other rise needs the "
                "consent of each partner in writing.",
                when="!no_uplifts",
            ),
            Term(
                "No event changes the price by itself. Every rise needs the consent of each "
                "partner in writing.",
                when="no_uplifts",
            ),
            Term(
                "The host tells each partner of a new price at least {uplift_days} before the "
                "first invoice that charges it, or, for a backdated award, as soon as the award is "
                "known.",
                otherwise="Notice of a new price: To be agreed.",
            ),
            Term(
                "If a year’s cost would rise by more than {uplift_ceiling}, the parties meet "
                "before the rise is charged and may agree to change the post or to end this "
                "agreement.",
                otherwise="Rise of a year’s cost above which the parties meet first: To be agreed.",
            ),
            Term("{uplift_text}"),
        ),
    ),
)
