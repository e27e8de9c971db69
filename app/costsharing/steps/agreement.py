"""The pages on the funding agreement: a way to skip them, then one for each subject and party."""

from collections.abc import Callable

from app.core.forms import Form
from app.costsharing.steps.agreement_forms import PAGES, PartyForm, StartForm
from app.costsharing.steps.step import Facts, Step

SECTION = "Agreement details"
OPTIONAL = ("Every question here is optional.",)


def wanted(facts: Facts) -> bool:
    """Whether the user wants to give details now."""
    return facts.said("agreement", "add") == "yes"


def wanted_with_grants(facts: Facts) -> bool:
    """Whether there are grants whose terms could pass down."""
    return wanted(facts) and "grants" in facts.extras


def page(slug: str, title: str, form: type[Form], when: Callable[[Facts], bool] = wanted) -> Step:
    """A page on the agreement, every question optional."""
    return Step(slug=slug, section=SECTION, title=title, form=form, when=when, intro=OPTIONAL)


def subject(slug: str, title: str, when: Callable[[Facts], bool] = wanted) -> Step:
    """A page on one subject."""
    return page(slug, title, PAGES[slug][0], when)


def party_page(code: str, name: str) -> Step:
    """The particulars of one party."""
    return Step(
        slug=f"party-{code}",
        section=SECTION,
        title=f"Contact and payment details of {name}",
        form=PartyForm,
        when=wanted,
        intro=OPTIONAL,
        words={"party": name},
        party=code,
    )


START = Step(
    slug="agreement",
    section=SECTION,
    title="Do you want to add details for the funding agreement now?",
    form=StartForm,
)
BEFORE = (
    subject("agreement-basics", "Law and version of the agreement"),
    subject("agreement-decisions", "Decisions and consultation"),
    subject("agreement-post", "About the post, for the agreement"),
)
AFTER = (
    subject("agreement-cost", "What the cost covers, and the budget"),
    subject("agreement-price", "Changes of price and the year end"),
    subject("agreement-terms", "Payment, disputes and records"),
    subject("agreement-grants", "Terms that come with the grants", wanted_with_grants),
    subject("agreement-leaving", "Joining, leaving and ending"),
    subject("agreement-exit", "Who pays if the post ends: notice, redundancy and pension"),
    subject("agreement-exit-2", "Who pays if the post ends: other costs"),
)


def agreement_steps(facts: Facts) -> list[Step]:
    """All pages on the agreement, those of the parties in the middle."""
    return [START, *BEFORE, *(party_page(p.value, p.text) for p in facts.parties), *AFTER]
