"""Email domains: a subdomain passes, a look-alike does not, and nobody's domain is everybody's."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.core.errors import RuleBroken
from app.organisations.email_domains import (
    PUBLIC_PROVIDERS,
    SHARED,
    SUFFIXES,
    check_domain,
    is_in_domains,
)

LETTERS = string.ascii_lowercase + string.digits
labels = st.text(LETTERS, min_size=1, max_size=12)
names = st.text(LETTERS + ".-+_", min_size=1, max_size=20)
domains = st.lists(labels, min_size=1, max_size=3).map(lambda parts: ".".join([*parts, "example"]))


@given(names, domains, st.lists(labels, max_size=3))
def test_an_address_at_or_below_a_domain_is_in_it(name: str, domain: str, below: list[str]) -> None:
    address = f"{name}@{'.'.join([*below, domain])}"
    assert is_in_domains(address, [domain])
    assert is_in_domains(address.upper(), ["other.example", domain])
    assert not is_in_domains(address, [])


@given(names, domains, labels)
def test_a_look_alike_is_not(name: str, domain: str, extra: str) -> None:
    assume(extra != "example")
    for fake in (f"{extra}{domain}", f"{extra}-{domain}", f"{domain}.{extra}", f"{domain}{extra}"):
        assert not is_in_domains(f"{name}@{fake}", [domain])
    assert not is_in_domains(f"{name}@{domain}@{extra}.example.org", [domain])


@given(domains, domains)
def test_it_is_in_one_only_if_parts_agree(one: str, other: str) -> None:
    inside = is_in_domains(f"a@{one}", [other])
    parts, wanted = one.split("."), other.split(".")
    assert inside == (parts[-len(wanted) :] == wanted)


@pytest.mark.parametrize("address", ["northshire.example", "@northshire.example", "", "a@"])
def test_what_is_no_address_is_in_nothing(address: str) -> None:
    assert not is_in_domains(address, ["northshire.example", ""])


@pytest.mark.parametrize("shared", sorted(SHARED))
def test_below_a_shared_domain_are_other_bodies(shared: str) -> None:
    assert check_domain(shared) == shared
    assert is_in_domains(f"a@{shared}", [shared])
    assert not is_in_domains(f"a@trust.{shared}", [shared])


@pytest.mark.parametrize("domain", sorted(PUBLIC_PROVIDERS))
def test_public_providers_are_refused_and_what_is_below_them(domain: str) -> None:
    for typed in (domain, f"mail.{domain}", domain.upper(), f"somebody@{domain}"):
        with pytest.raises(RuleBroken) as refused:
            check_domain(typed)
        assert refused.value.code == "domain-public"


@pytest.mark.parametrize("domain", sorted(SUFFIXES))
def test_what_belongs_to_many_is_refused(domain: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_domain(domain)
    assert refused.value.code == "domain-suffix"
    assert check_domain(f"northshire.{domain}") == f"northshire.{domain}"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Northshire.GOV.UK ", "northshire.gov.uk"),
        ("ada@northshire.gov.uk", "northshire.gov.uk"),
        ("northshire.gov.uk.", "northshire.gov.uk"),
        ("cyngor-sir-y-gogledd.llyw.cymru", "cyngor-sir-y-gogledd.llyw.cymru"),
        ("tŷ.cymru", "xn--t-foa.cymru"),
    ],
)
def test_domains_are_tidied(typed: str, kept: str) -> None:
    assert check_domain(typed) == kept
    assert check_domain(check_domain(typed)) == check_domain(typed)


@pytest.mark.parametrize(
    "typed",
    ["", "uk", "northshire", "north shire.gov.uk", "-a.example", "a..b", "10.0.0.1", "a_b.example",
     "x" * 64 + ".example", ".".join(["x" * 60] * 5)],
)  # fmt: skip
def test_what_is_no_domain_is_refused(typed: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        check_domain(typed)
    assert refused.value.code == "domain-shape"
