"""The tasks of an application: which form each is, how far they are, and all of them read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from app.core.errors import FieldFault, RuleBroken
from app.core.fields import FieldError, Raw, Setting, map_of, text_of
from app.core.forms import Form, parse
from app.organisations.answers import NOT_GIVEN
from app.organisations.domain import OrganisationKind
from app.organisations.email_domains import is_in_domains
from app.organisations.joining.domain import LIMITED_DUTIES, Application
from app.organisations.joining.forms import (
    ApplicantForm,
    BodyForm,
    DomainsForm,
    FinanceForm,
    LimitsForm,
    PensionForm,
    RegisterForm,
    SponsorForm,
)
from app.organisations.registers import check_number

Answers = Mapping[str, Any]
F = TypeVar("F", bound=Form)


@dataclass(frozen=True, slots=True)
class Task:
    """One page of the application; `form` asks its questions, `blank` is no answer in words."""

    slug: str
    title: str
    form: type[Form]
    intro: str = ""
    blank: str = NOT_GIVEN


TASKS: Final = (
    Task("organisation", "Name, kind and region", BodyForm),
    Task(
        "register",
        "Number in a public register",
        RegisterForm,
        "The operator of the exchange looks your organisation up by it.",
    ),
    Task(
        "domains",
        "Email domains",
        DomainsForm,
        "Only people with an address at one of these domains, or below it, can act for your "
        "organisation. Free mail such as gmail.com is not accepted.",
    ),
    Task("finance", "VAT, levy and full-time week", FinanceForm),
    Task("pension", "Pension scheme", PensionForm),
    Task("sponsor", "Senior sponsor", SponsorForm),
    Task(
        "limits",
        "Authorisation limits",
        LimitsForm,
        "The most that people with a duty may commit your organisation to, for one post. Leave an "
        "amount blank if there is no limit. You can change limits later.",
        blank="No limit",
    ),
    Task(
        "you",
        "Your details",
        ApplicantForm,
        "You become the first administrator of your organisation.",
    ),
)
BY_SLUG: Final = {task.slug: task for task in TASKS}
OUTSIDE: Final = "This address is not in one of your organisation’s email domains: {domains}"


def raw_of(answers: Answers, slug: str) -> dict[str, Raw]:
    """The answers of a task as typed."""
    return map_of(map_of(answers.get("steps")).get(slug))


def is_done(answers: Answers, slug: str) -> bool:
    """Whether a task was saved; only sound answers are."""
    return slug in map_of(answers.get("steps"))


def setting_of(answers: Answers) -> Setting:
    """What a task has to know of the others: the kind of body."""
    kind = text_of(raw_of(answers, "organisation").get("kind"))
    known = kind if kind in set(OrganisationKind) else OrganisationKind.OTHER.value
    return Setting(words={"kind": known})


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an application, and on the page of which task."""

    slug: str
    error: FieldError


def faults_of_task(answers: Answers, slug: str, form: Form) -> list[FieldError]:
    """What is wrong with one task beside the others: an address outside the domains."""
    domains: list[str] = []
    if slug == "you" and isinstance(form, ApplicantForm):
        read = parse(DomainsForm, raw_of(answers, "domains")).form
        domains = [row.domain for row in read.domains] if read else []
        if domains and not is_in_domains(form.email, domains):
            listed = ", ".join(domains)
            return [FieldError("email", OUTSIDE.format(domains=listed))]
    return []


def read_all(answers: Answers) -> tuple[Application | None, list[Fault]]:
    """The application, or everything that stands in its way, task by task."""
    forms: dict[str, Form] = {}
    faults: list[Fault] = []
    for task in TASKS:
        bound = parse(task.form, raw_of(answers, task.slug), setting_of(answers))
        found = list(bound.errors)
        if bound.form is not None:
            forms[task.slug] = bound.form
            found += faults_of_task(answers, task.slug, bound.form)
        faults += [Fault(task.slug, error) for error in found]
    return (None, faults) if faults else (application_of(forms), [])


def application_of(forms: Mapping[str, Form]) -> Application:
    """The application that the sound forms of all tasks make."""
    body, register = _as(BodyForm, forms["organisation"]), _as(RegisterForm, forms["register"])
    finance, pension = _as(FinanceForm, forms["finance"]), _as(PensionForm, forms["pension"])
    limits, applicant = _as(LimitsForm, forms["limits"]), _as(ApplicantForm, forms["you"])
    amounts = {duty: getattr(limits, duty.value) for duty in LIMITED_DUTIES}
    return Application(
        name=body.name,
        name_cy=body.name_cy,
        kind=body.kind,
        region=body.region,
        register=register.register_code,
        number=check_number(register.register_code, register.number, body.kind),
        domains=tuple(row.domain for row in _as(DomainsForm, forms["domains"]).domains),
        is_vat_registered=finance.is_vat_registered,
        pays_levy=finance.pays_levy,
        full_time_hours=finance.full_time_hours,
        pension_scheme=pension.scheme,
        pension_rate=pension.rate,
        pension_from=pension.starts_on,
        senior_sponsor=_as(SponsorForm, forms["sponsor"]).senior_sponsor,
        limits={duty: amount for duty, amount in amounts.items() if amount is not None},
        person_name=applicant.person_name,
        job_title=applicant.job_title,
        email=applicant.email,
    )


def require_whole(answers: Answers) -> Application:
    """The application. Raises RuleBroken with one fault for everything that stands in its way."""
    application, faults = read_all(answers)
    if application is None:
        raise RuleBroken(
            "application-not-whole",
            "There is something to do before you can send this.",
            [FieldFault(f"/{f.slug}", "invalid", f.error.message) for f in faults],
        )
    return application


def _as(form: type[F], value: Form) -> F:
    if not isinstance(value, form):
        raise TypeError(f"{form.__name__} expected")
    return value
