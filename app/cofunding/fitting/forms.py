"""What the pages of joint posts ask: an answer, a reason, own figures, and which posts to use."""

from decimal import Decimal
from typing import Annotated

from app.core.fields import Choice, Money, Option, Percent, Text, Tick
from app.core.forms import Form

EMPLOYS = (
    Option("we", "We would", "Your organisation recruits, employs and pays the person"),
    Option("either", "We or another", "We take the organisation that wants to, or most days"),
    Option("others", "Another organisation", "You pay for your days"),
)


class AcceptForm(Form):
    """A yes, and who should employ the person."""

    employs: Annotated[
        str,
        Choice(
            label="Who should employ the person?",
            name="Who should employ the person",
            options=EMPLOYS,
            missing="Select who should employ the person",
        ),
    ]


class DeclineForm(Form):
    """A no with its reason, which stays with the body itself."""

    reason: Annotated[
        str,
        Text(
            label="Why do you decline?",
            name="The reason",
            hint="Only your own organisation can read this",
            lines=3,
            max_length=500,
            missing="Enter the reason",
        ),
    ]
    never_again: Annotated[
        bool,
        Tick(label="Do not propose these posts together again", name="Never again"),
    ] = False


class PostsForm(Form):
    """Which posts of the body are compared with those of others."""

    posts: Annotated[
        str,
        Choice(
            label="Which of your posts do we compare?",
            name="Which posts we compare",
            options=(
                Option(
                    "all",
                    "All open posts",
                    "Also those that only your own or named organisations can see. Others learn "
                    "no more than that an organisation in the region wants the same role, and for "
                    "how many days. Where few take part they may guess who",
                ),
                Option(
                    "shown",
                    "Only with organisations that can see the post",
                    "Posts for your own organisation are never compared",
                ),
            ),
            missing="Select which posts we compare",
        ),
    ]


class FiguresForm(Form):
    """A body's own figures, for the sums; nothing of it is kept."""

    salary: Annotated[
        Decimal,
        Money(
            label="Salary a year for full time",
            name="The salary",
            above_zero=True,
            missing="Enter the salary, like 58,000",
        ),
    ]
    pension: Annotated[
        str,
        Percent(
            label="Employer pension contribution",
            hint="As a percentage of pay, such as 19.5",
            missing="Enter the employer pension contribution, or 0",
        ),
    ]
    recruiting: Annotated[
        Decimal | None,
        Money(
            label="What recruiting costs you once (optional)",
            name="What recruiting costs",
            hint="Advertising, agency, checks. Paid once for a post, however many its days",
        ),
    ] = None
    fixed: Annotated[
        Decimal | None,
        Money(
            label="Costs a year that do not grow with the days (optional)",
            name="Costs a year that do not grow with the days",
            hint="A laptop, licences, training",
        ),
    ] = None
