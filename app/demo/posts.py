"""The posts of the demo region: what each body asks for or offers, dated from today. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.opportunities.domain import OpportunityKind, Remote, WhoPays

SHARED: Final = OpportunityKind.SHARED_POST
WANTED: Final = OpportunityKind.SECONDMENT_WANTED
OFFERED: Final = OpportunityKind.SECONDMENT_OFFERED
SWAP: Final = OpportunityKind.JOB_SWAP
SHORT: Final = OpportunityKind.SHORT_ASSIGNMENT


@dataclass(frozen=True, slots=True)
class DemoPost:
    """One post. `starts` and `closes` are days from today, `lasts` weeks, pay pounds a year.

    `role` and `level` are slugs of the framework. `looks_for` is what a swap or an offer wants in
    return. `named` are the slugs of bodies that may see it; without, everybody may.
    `own` are the days of a shared post that its employer takes itself. `musts` are how many of the
    skills, those with the highest level first, are must-haves; None is all of them.
    """

    body: str
    kind: OpportunityKind
    title: str
    role: str
    level: str
    summary: str
    work: str
    place: str
    days: Decimal = Decimal(5)
    remote: Remote = Remote.HYBRID
    starts: int = 60
    lasts: int = 52
    closes: int = 28
    pay: tuple[int, int] | None = None
    who_pays: WhoPays = WhoPays.FULL
    checks: tuple[str, ...] = ("bpss",)
    looks_for: tuple[str, str] | None = None
    own: Decimal | None = None
    musts: int | None = None
    named: tuple[str, ...] = ()
    welsh: tuple[str, str, str] | None = None


D = Decimal

POSTS: Final = (
    DemoPost(
        "eastmoor", SHARED, "Data protection officer for two councils",
        "data-governance-manager", "lead-data-governance-manager",
        "One officer for bodies that each need two days a week of one.",
        "Advise on impact assessments, answer requests on time and train the teams.\n\n"
        "The post is three days; the days that no partner takes are ours.",
        "Moorton", D(3), starts=90, lasts=104, closes=45, pay=(52_000, 58_000), own=D(1),
    ),
    DemoPost(
        "harbour-nhs", SHARED, "Enterprise architect for the coast",
        "enterprise-architect", "senior-enterprise-architect",
        "An architect for the trust and its two councils, on one map of systems.",
        "Draw the shared map, settle where data lives, and stop us buying the same thing thrice.",
        "Harbourmouth", D(5), starts=75, lasts=104, closes=40, pay=(66_000, 74_000),
        checks=("bpss", "dbs_standard"),
    ),
    DemoPost(
        "greywater-police", SHARED, "Lead data scientist, shared",
        "data-scientist", "lead-data-scientist",
        "A lead for a small analysis team that serves police and councils.",
        "Set up reproducible analysis, review models for fairness, and coach four analysts.",
        "Greywater", D(4), starts=100, lasts=78, closes=50, pay=(68_000, 76_000),
        checks=("nppv3", "sc"), own=D(2),
    ),
    # Two bodies of one region that each want 0.4 of the same person.
    DemoPost(
        "eastmoor", WANTED, "Security architect, two days a week",
        "security-architect", "security-architect",
        "Two days a week of somebody who has secured a council before.",
        "Review designs, write the patterns our suppliers must follow, and answer the auditor.",
        "Moorton", D(2), starts=70, lasts=52, closes=35, pay=(58_000, 64_000), musts=2,
        checks=("bpss", "sc"),
    ),
    DemoPost(
        "greywater-police", WANTED, "Security architect for digital evidence",
        "security-architect", "security-architect",
        "Two days a week on the systems that hold digital evidence.",
        "Threat models, secure hosting, and a second pair of eyes on supplier designs.",
        "Greywater", D(2), starts=70, lasts=52, closes=35, pay=(60_000, 66_000),
        checks=("nppv3", "sc"),
    ),
    DemoPost(
        "northshire", WANTED, "User researcher for adult social care",
        "user-researcher", "senior-user-researcher",
        "Six months with carers and social workers before we buy a new system.",
        "Plan and run research, and leave the team able to go on by itself.",
        "Northtown", D(4), lasts=26, closes=21,
    ),
    DemoPost(
        "northshire", SHORT, "Accessibility check of 20 online forms",
        "accessibility-specialist", "accessibility-specialist",
        "Six weeks to test our forms against WCAG 2.2 and mend the worst.",
        "Test with assistive technology, write up what is wrong, and pair with our developers.",
        "Northtown", D(3), Remote.REMOTE, starts=45, lasts=6, closes=25,
    ),
    DemoPost(
        "northshire", OFFERED, "Service designer, free from spring",
        "service-designer", "senior-service-designer",
        "Our senior service designer would like to work elsewhere for nine months.",
        "Has led planning, housing and licensing services from discovery to live.",
        "Northtown", D(5), lasts=39, closes=60,
        looks_for=("", "A body that is starting on a service with many partners."),
    ),
    DemoPost(
        "northshire", SWAP, "Delivery manager seeks a year in health",
        "delivery-manager", "senior-delivery-manager",
        "Change places for a year: local government for an NHS trust.",
        "Runs two teams on housing repairs. Would like to learn how a trust works.",
        "Northtown", D(5), closes=50,
        looks_for=("Delivery manager", "A delivery manager from a trust or health board."),
    ),
    DemoPost(
        "eastmoor", WANTED, "Data analyst for the housing register",
        "data-analyst", "data-analyst",
        "Six months to make three lists of homes into one that can be trusted.",
        "Find where the lists differ and why, agree one meaning for each word with the teams, and "
        "leave a report behind that runs without you.",
        "Moorton", starts=60, lasts=26, closes=30, pay=(36_000, 40_000), musts=2,
    ),
    DemoPost(
        "eastmoor", SHORT, "Content designer for council tax letters",
        "content-designer", "content-designer",
        "Four weeks to rewrite 30 letters so that people understand what to pay.",
        "Work with the revenues team and test the letters with residents.",
        "Moorton", D(4), Remote.REMOTE, starts=40, lasts=4, closes=20,
    ),
    DemoPost(
        "eastmoor", OFFERED, "Business analyst, three days a week",
        "business-analyst", "business-analyst",
        "An analyst between two programmes, three days a week for half a year.",
        "Knows revenues, benefits and planning inside out.",
        "Moorton", D(3), lasts=26, closes=55,
        looks_for=("", "Process work in a council or fire service nearby."),
    ),
    DemoPost(
        "harbour-nhs", WANTED, "Delivery manager for electronic records",
        "delivery-manager", "senior-delivery-manager",
        "A year on the programme that replaces paper on the wards.",
        "Keep four suppliers and two hospitals to one plan, and say early what slips.",
        "Harbourmouth", D(5), closes=30, checks=("bpss", "dbs_enhanced"),
    ),
    DemoPost(
        "harbour-nhs", SHORT, "Test our recovery from ransomware",
        "incident-manager", "major-incident-manager",
        "Eight weeks to plan and run an exercise for both hospitals.",
        "Write the scenario, run it for two days, and help us mend what it shows.",
        "Harbourmouth", D(3), starts=55, lasts=8, closes=30, checks=("bpss", "sc"),
    ),
    DemoPost(
        "harbour-nhs", SWAP, "Data engineer: trust for university",
        "data-engineer", "senior-data-engineer",
        "Six months in research computing, while somebody of yours sees a live trust.",
        "Builds the pipelines behind our waiting-list reports.",
        "Harbourmouth", D(5), lasts=26, closes=45,
        looks_for=("Data engineer", "Somebody who knows research data platforms."),
    ),
    DemoPost(
        "greywater-police", OFFERED, "Performance analyst on loan",
        "performance-analyst", "senior-performance-analyst",
        "An analyst who measures services, for a year from the spring.",
        "Built our public dashboards on response times.",
        "Greywater", D(5), closes=60, checks=("nppv2",),
        looks_for=("", "A council or fire service that wants to measure what it does."),
    ),
    DemoPost(
        "tarnside-fire", WANTED, "Technical architect for mobilising",
        "technical-architect", "lead-technical-architect",
        "A year on the system that sends fire engines out.",
        "Own the design, and the tests that show that it stays up.",
        "Tarnside", D(5), closes=33, checks=("bpss", "sc"),
    ),
    DemoPost(
        "tarnside-fire", SHARED, "Network architect for three services",
        "network-architect", "lead-network-architect",
        "One network plan for fire, and for the councils next door.",
        "Replace the ageing network of twenty stations, and share the lines where we can.",
        "Tarnside", D(4), starts=110, lasts=104, closes=55, pay=(58_000, 64_000),
    ),
    DemoPost(
        "fernhill", WANTED, "Product manager for the student record",
        "product-manager", "senior-product-manager",
        "Nine months to bring four faculties to one record.",
        "Set the order of work, talk to 60 departments, and say no kindly.",
        "Fernhill", D(5), lasts=39, closes=36,
    ),
    DemoPost(
        "fernhill", OFFERED, "Machine learning engineer for a term",
        "machine-learning-engineer", "senior-machine-learning-engineer",
        "Four months of an engineer who has put models into service.",
        "Works on language models for the library catalogue.",
        "Fernhill", D(4), lasts=17, closes=48, who_pays=WhoPays.PART,
        looks_for=("", "A body with a real use for it and data that may be used."),
    ),
    DemoPost(
        "lantern-trust", SHORT, "Set up a helpdesk for 40 advisers",
        "service-desk-manager", "service-desk-manager",
        "Five weeks to choose a tool and write down how we answer.",
        "Our advisers ask whoever sits next to them. Help us do better.",
        "Lanternbridge", D(3), starts=50, lasts=5, closes=26, who_pays=WhoPays.NONE,
        checks=("dbs_basic",),
    ),
    DemoPost(
        "lantern-trust", WANTED, "Digital evaluator for advice by video",
        "digital-evaluator", "digital-evaluator",
        "Half a year to find out whom advice by video helps, and whom not.",
        "Design the study with our funders, and write it so that councils can use it.",
        "Lanternbridge", D(3), lasts=26, closes=40, who_pays=WhoPays.PART,
        checks=("dbs_basic",),
    ),
    DemoPost(
        "department-for-examples", OFFERED, "Service owner for a local body",
        "service-owner", "service-owner",
        "A year outside Whitehall for somebody who ran a service of two million users.",
        "Would like to see policy from where it lands.",
        "London", D(5), closes=65, who_pays=WhoPays.NONE, checks=("bpss", "sc"),
        looks_for=("", "A council, trust or fire service anywhere in the United Kingdom."),
    ),
    DemoPost(
        "department-for-examples", SHARED, "Data and AI ethicist for the regions",
        "data-and-ai-ethicist", "lead-data-and-ai-ethicist",
        "One ethicist, shared with bodies that use the department’s models.",
        "Review uses before they start, publish what was found, and teach others to do it.",
        "London", D(5), Remote.REMOTE, starts=95, lasts=78, closes=60, pay=(70_000, 78_000),
        checks=("bpss", "sc"),
    ),
    DemoPost(
        "department-for-examples", WANTED, "Frontline adviser on loan",
        "business-relationship-manager", "business-relationship-manager",
        "Two days a week of somebody from a council while we redesign a grant.",
        "Tell us what the forms are like at the other end.",
        "London", D(2), Remote.REMOTE, lasts=30, closes=38,
    ),
    DemoPost(
        "cwm-dychmyg", SHARED, "Welsh language technology lead",
        "solution-architect", "lead-solution-architect",
        "A lead for services that work as well in Welsh as in English.",
        "Speech, forms and search in both languages, for every council that joins in.",
        "Tredychmyg", D(5), starts=85, lasts=104, closes=52, pay=(60_000, 66_000),
        welsh=(
            "Arweinydd technoleg iaith Gymraeg",
            "Arweinydd ar gyfer gwasanaethau sydd cystal yn Gymraeg ag yn Saesneg.",
            "Lleferydd, ffurflenni a chwilio yn y ddwy iaith, i bob cyngor sy’n ymuno.",
        ),
    ),
    DemoPost(
        "cwm-dychmyg", SHORT, "Move 12 services to one payment page",
        "software-developer", "senior-developer",
        "Ten weeks with our two developers.",
        "Replace twelve payment pages with one that people can use on a phone.",
        "Tredychmyg", D(4), starts=48, lasts=10, closes=29,
    ),
    DemoPost(
        "westmarch", OFFERED, "Infrastructure engineer, two days a week",
        "infrastructure-engineer", "senior-infrastructure-engineer",
        "Two days a week of an engineer who has moved three councils to the cloud.",
        "Networks, identity and backups for small bodies.",
        "Westmarch", D(2), closes=58,
        looks_for=("", "A district council or charity without an engineer of its own."),
    ),
    DemoPost(
        "westmarch", WANTED, "Test manager for payroll",
        "test-manager", "test-manager",
        "Half a year until 9,000 people are paid from the new system.",
        "Plan the parallel runs, and be the one who says that we are not ready.",
        "Westmarch", D(5), lasts=26, closes=31,
        named=("northshire", "eastmoor", "fernhill"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DemoPledge:
    """What a body pledges for a post of this title, in days a week."""

    post: str
    body: str
    days: str
    is_in_principle: bool = True
    is_approved: bool = False
    conditions: str | None = None


OFFICER: Final = "Data protection officer for two councils"
ARCHITECT: Final = "Enterprise architect for the coast"

# The officer is part funded. Of the architect, finance has approved every day.
PLEDGES: Final = (
    DemoPledge(OFFICER, "northshire", "1", is_approved=True),
    DemoPledge(OFFICER, "lantern-trust", "0.5", is_in_principle=False),
    DemoPledge(ARCHITECT, "northshire", "2.5", is_approved=True),
    DemoPledge(ARCHITECT, "eastmoor", "1", is_approved=True),
    DemoPledge(
        ARCHITECT, "greywater-police", "1.5", is_approved=True,
        conditions="The architect is vetted to NPPV3 before the start.",
    ),
)  # fmt: skip
