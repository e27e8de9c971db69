"""All steps in the order a finance officer thinks."""

from app.costsharing.steps import dates, extras, insurance, invoices, oncosts, pension, post, who
from app.costsharing.steps.agreement import agreement_steps
from app.costsharing.steps.sharing import sharing_steps
from app.costsharing.steps.step import Facts, Step
from app.costsharing.steps.vat import vat_steps


def steps_for(facts: Facts) -> tuple[Step, ...]:
    """The pages that these answers lead to, in order."""
    every = (
        *who.STEPS,
        *post.STEPS,
        *dates.STEPS,
        *insurance.STEPS,
        *pension.STEPS,
        *oncosts.STEPS,
        *sharing_steps(facts),
        *extras.STEPS,
        *invoices.STEPS,
        *vat_steps(facts),
        *agreement_steps(facts),
    )
    return tuple(step for step in every if step.when(facts))


def find_step(facts: Facts, slug: str) -> Step | None:
    """The page of this name, if these answers lead to it."""
    return next((s for s in steps_for(facts) if s.slug == slug), None)
