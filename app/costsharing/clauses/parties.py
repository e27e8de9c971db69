"""Clauses on who agrees, under which power, and about which post."""

from datetime import date

from app.costsharing.clauses.model import ClauseText, Place, Term

_REVIEWED = date(2026, 11, 22)
_REVIEW_BY = date(2027, 11, 1)

PARTIES: tuple[ClauseText, ...] = (
    ClauseText(
        "parties",
        "Parties, post, term and version",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "This agreement is made between the bodies in the table below. {host} employs the "
                "person in the post and sends the invoices; it is called the host. {partners} "
                "{pay_verb} the host; each is called a partner. The order of the table decides "
                "who comes first where this agreement speaks of an order of the parties."
            ),
            Place("parties_table"),
            Term("The post is {post_title}.", otherwise="Title of the post: To be agreed."),
            Term("Its grade is {post_grade}.", otherwise="Grade of the post: To be agreed."),
            Term(
                "The duties of the post are: {post_duties}",
                otherwise="Duties of the post: To be agreed.",
            ),
            Term(
                "The post is for {hours} hours a week, where full time at the host is {full_hours} "
                "hours. That is {fte}.",
                when="post",
            ),
            Term(
                "The place of work, from which travel is counted, is {post_base}.",
                otherwise="Place of work, from which travel is counted: To be agreed.",
            ),
            Term(
                "This agreement runs from {start} to {end}, both days included. It ends on that "
                "day without notice unless the parties extend it in writing, with a new costing, "
                "before then."
            ),
            Term(
                "This is version {version} of the agreement.",
                otherwise="Version of this agreement: To be agreed.",
            ),
            Term(
                "Its date is {version_date}.",
                otherwise="Date of this version: To be agreed.",
            ),
            Term(
                "It replaces {replaces}.",
                otherwise="Earlier version or agreement that this one replaces: To be agreed.",
            ),
        ),
    ),
    ClauseText(
        "power",
        "Recitals and legal power",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term("{background}", otherwise="Why the parties share this post: To be agreed."),
            Term(
                "The parties make this agreement under {power}.",
                when="!own_powers",
                otherwise="Legal power under which each party makes this agreement: To be agreed.",
            ),
            Term(
                "Each party makes this agreement under powers of its own. {power_text}",
                when="own_powers",
                otherwise="Each party makes this agreement under powers of its own. The powers of "
                "each party: To be agreed.",
            ),
            Term("{power_text}", when="named_power"),
            Term(
                "Under that section {host} places the services of the person in the post at the "
                "disposal of {partners}, for the purposes of their functions and on the terms of "
                "this agreement. The person remains an officer of {host}.",
                when="section_113",
            ),
            Term(
                "The section asks that the officer is consulted before such an agreement is made. "
                "No party signs until the consultation is recorded in the table below.",
                when="section_113 consultation",
            ),
            Term(
                "The section asks that the officer is consulted before such an agreement is made. "
                "Date of the consultation, by whom, and what the officer said: To be agreed.",
                when="section_113 !consultation",
            ),
            Place("decisions_table", when="decisions"),
            Term(
                "Decision of each party to enter into this agreement (body, date and minute): "
                "To be agreed.",
                when="!decisions",
            ),
            Place("consultation_table", when="consultation"),
            Term(
                "Consultation with the person in the post and with recognised trade unions (date, "
                "by whom, response): To be agreed.",
                when="!consultation !section_113",
            ),
        ),
    ),
    ClauseText(
        "employer",
        "Employer",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "{host} alone employs the person in the post. The person stays on the host’s terms "
                "and conditions, under its policies and on its payroll, and nothing in this "
                "agreement makes a partner the employer.",
                when="host_employs",
            ),
            Term(
                "The parties employ the person in the post jointly. The contract of employment "
                "must name each of them as employer and say what happens to it when this agreement "
                "ends. The host runs the payroll for all of them.",
                when="joint_employment",
            ),
            Term(
                "Whether the host alone employs the person or the parties employ jointly: To be "
                "agreed. The figures assume that the host runs the payroll.",
                when="!host_employs !joint_employment",
            ),
            Term("{employer_text}"),
            Term(
                "The parties do not intend a transfer of any undertaking, and no party supplies "
                "the person as a temporary work agency."
            ),
        ),
    ),
    ClauseText(
        "split",
        "The post and how its time is split",
        "2026.1",
        _REVIEWED,
        _REVIEW_BY,
        (
            Term(
                "The parties take days of the post in this proportion: {days_list}. Leave, "
                "sickness and bank holidays fall on each party in the same proportion.",
                when="basis_days",
            ),
            Term(
                "The parties take these parts of a full-time post: {days_list}. Leave, sickness "
                "and bank holidays fall on each party in the same proportion.",
                when="basis_fte",
            ),
            Term(
                "The shares of the cost follow {basis}. They do not settle how much of the "
                "person’s time each party may call on.",
                when="!basis_days !basis_fte",
            ),
            Term(
                "Days and places of work: {working_pattern}",
                otherwise="Days and places of work with each party: To be agreed.",
            ),
            Term(
                "Swapping days: {swapping}",
                otherwise="How days may be swapped, and who agrees to it: To be agreed.",
            ),
            Term(
                "If two parties need the person at once: {priority}",
                otherwise="Which need comes first when two parties call at once, and who decides "
                "in an emergency: To be agreed.",
            ),
            Term(
                "Work out of hours: {out_of_hours}",
                otherwise="Work out of hours and who pays for it: To be agreed.",
            ),
        ),
    ),
)
