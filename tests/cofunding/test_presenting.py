"""What a page says of how far a post is funded."""

from fractions import Fraction

from app.cofunding.figures import Funded
from app.cofunding.presenting import facts_of, public_facts

WEEK = Fraction(5)


def made(days: int, firm: int, bodies: int = 2, own: int | None = None) -> Funded:
    kept = None if own is None else Fraction(own)
    return Funded(WEEK, Fraction(days), 0, bodies, Fraction(firm), 0, kept)


def test_a_post_whose_every_day_finance_has_approved_is_fully_funded() -> None:
    assert facts_of(made(5, 5))[-1] == (
        "The post is fully funded: finance has approved every day of its week"
    )
    assert facts_of(made(5, 3))[-1] == "The whole week is pledged"


def test_a_closed_post_is_fully_funded_whatever_is_left_to_the_employer() -> None:
    assert facts_of(made(3, 3), is_closed=True)[-1] == (
        "The post is fully funded: the employer pays for the other 2 days"
    )
    assert facts_of(made(5, 5), is_closed=True)[-1] == "The post is fully funded"
    assert facts_of(made(3, 3))[-1] == "The employer pays for the other 2 days"


def test_everybody_reads_it_without_who_pays_what() -> None:
    assert public_facts(made(3, 3)) == ("3 days of 5 days a week are pledged by 2 organisations",)
    assert public_facts(made(5, 3))[-1] == "The whole week is pledged"
    assert public_facts(made(3, 3), is_closed=True)[-1] == "The post is fully funded"
    assert public_facts(made(0, 0, 0), is_closed=True) == (
        "Nobody has pledged for the 5 days a week yet",
    )


def test_a_post_is_fully_funded_by_its_partners_and_the_days_its_employer_takes() -> None:
    assert facts_of(made(3, 3, own=2))[-1] == (
        "The post is fully funded: finance has approved every day pledged, and the employer takes "
        "the other 2 days itself"
    )
    assert facts_of(made(3, 1, own=2))[-1] == (
        "The employer takes 2 days itself, so each day of the week is somebody’s"
    )
    assert facts_of(made(2, 2, own=2))[-1] == (
        "The employer takes 2 days itself and looks for partners to take 1 day"
    )
    assert facts_of(made(4, 4, own=2))[-1].endswith("the employer takes the other 1 day itself")


def test_nobody_is_fully_funded_by_the_employer_alone() -> None:
    assert facts_of(made(0, 0, 0, own=2))[-1] == (
        "The employer takes 2 days itself and looks for partners to take 3 days"
    )


def test_everybody_reads_how_many_days_look_for_partners() -> None:
    assert public_facts(made(0, 0, 0, own=2)) == (
        "Nobody has pledged for the 5 days a week yet",
        "The employer takes 2 days itself and looks for partners to take 3 days",
    )
    assert public_facts(made(3, 0, own=2))[-1] == (
        "The employer takes 2 days itself, so each day of the week is somebody’s"
    )


def test_one_day_is_pledged_and_two_are() -> None:
    assert facts_of(made(2, 1))[:2] == (
        "2 days of 5 days a week are pledged",
        "1 day is approved by finance",
    )
    assert public_facts(made(1, 0))[0] == "1 day of 5 days a week is pledged by 2 organisations"
