"""VAT of a split: left open, or decided by the employer's finance officer with a reason."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.cofunding import commands
from app.cofunding.agreeing import PartyFacts
from app.cofunding.vat import VatDecision, check_decision, with_reasons, with_vat
from app.core.errors import RuleBroken
from app.costsharing.splits import queries as splits
from app.organisations.domain import OrganisationKind, Register
from tests.cofunding.region import Region, make_region
from tests.pages import PageClient, assert_form_error
from tests.people import sign_in

STANDARD = VatDecision("standard", "Advice of 1 April 2026: staff are supplied.")


def party(kind: OrganisationKind, registered: bool | None, name: str = "A") -> PartyFacts:
    return PartyFacts(name, name, kind, Register.ONS, "E1", registered)


@pytest.mark.parametrize(
    ("kind", "registered", "recovers"),
    [
        (OrganisationKind.COUNCIL, False, True),
        (OrganisationKind.POLICE, False, True),
        (OrganisationKind.FIRE, False, True),
        (OrganisationKind.NHS, False, False),
        (OrganisationKind.CHARITY, False, False),
        (OrganisationKind.CHARITY, True, True),
        (OrganisationKind.CHARITY, None, True),
    ],
)
def test_who_is_not_registered_recovers_nothing_unless_section_33_lets_it(
    kind: OrganisationKind, registered: bool | None, recovers: bool
) -> None:
    inputs = {"parties": [{"id": "H", "name": "H", "host": True}, {"id": "A", "name": "A"}]}
    parties = [party(OrganisationKind.COUNCIL, True, "H"), party(kind, registered)]
    host, partner = with_vat(inputs, STANDARD, parties)["parties"]
    assert "vat" not in host
    assert partner["vat"] == {"share": "standard", **({} if recovers else {"recoverable": "0"})}


def test_nothing_decided_changes_nothing() -> None:
    inputs: dict[str, Any] = {"parties": [{"id": "H"}, {"id": "A"}]}
    parties = [party(OrganisationKind.COUNCIL, None, "H"), party(OrganisationKind.NHS, False)]
    assert with_vat(inputs, VatDecision(), parties) == inputs
    assert with_reasons({"parties": {}}, VatDecision(), ["A"], on=None) == {"parties": {}}  # type: ignore[arg-type]
    check_decision(VatDecision(reason="Because."), parties[0])


@pytest.mark.parametrize(
    ("registered", "decision", "code"),
    [
        (True, VatDecision("exempt"), "vat-reason"),
        (False, STANDARD, "vat-not-registered"),
        (None, STANDARD, None),
        (False, VatDecision("outside_scope", "Section 75."), None),
    ],
)
def test_a_decision_has_a_reason_and_can_be_kept(
    registered: bool | None, decision: VatDecision, code: str | None
) -> None:
    employer = party(OrganisationKind.COUNCIL, registered)
    if code is None:
        check_decision(decision, employer)
        return
    with pytest.raises(RuleBroken) as refused:
        check_decision(decision, employer)
    assert refused.value.code == code


@pytest.fixture
async def region(db: AsyncSession) -> Region:
    made = await make_region(db)
    await made.pledge(made.eastmoor, "2")
    await made.approve(made.eastmoor)
    return made


async def newest(db: AsyncSession, region: Region, split: Any) -> Any:
    actor = await region.act(region.employer.finance)
    return await splits.get_version(db, actor, split, split.newest)


async def test_a_decision_adds_vat_to_invoices_and_changes_no_share(
    db: AsyncSession, region: Region
) -> None:
    actor = await region.act(region.employer.finance)
    seen = (await region.figures(firm=True)).sha256
    open_split = await region.close()
    before = await newest(db, region, open_split)
    assert "vat_undecided" in {flag["code"] for flag in before.result["flags"]}
    await commands.reopen_funding(db, actor, slug=region.slug, reason="VAT is decided.")
    split = await commands.close_funding(
        db, actor, slug=region.slug, seen_sha256=seen, vat=STANDARD
    )
    after = await newest(db, region, split)
    assert after.number == 2
    assert after.total == before.total
    (eastmoor,) = [one for one in after.result["parties"].values() if "gross" in one]
    (was,) = [one for one in before.result["parties"].values() if "gross" in one]
    assert eastmoor["share"] == was["share"]
    assert float(eastmoor["vat"]) == pytest.approx(float(eastmoor["share"]) * 0.2, abs=0.5)
    assert "vat_undecided" not in {flag["code"] for flag in after.result["flags"]}
    said = after.agreement["parties"].values()
    (details,) = [one for one in said if "reason" in one.get("vat", {})]
    assert details["vat"]["reason"] == STANDARD.reason
    assert details["vat"]["decided_by"] == "Finance officer of the employer"


async def test_the_page_asks_and_says_what_is_missing(
    client: PageClient, app: Any, db: AsyncSession, region: Region
) -> None:
    await sign_in(client, app, db, region.employer.finance)
    path = f"/opportunities/{region.slug}/funding/close"
    page = await client.get(path)
    assert "How is what partners pay treated for VAT?" in page.text
    answer = await client.fill_in(page, {"vat": "exempt", "vat_reason": ""})
    assert_form_error(answer, "vat_reason", "Enter why VAT applies in this way")
    region.employer.organisation.is_vat_registered = False
    await db.commit()
    answer = await client.fill_in(page, {"vat": "standard", "vat_reason": "Advice."})
    assert answer.status_code == 422
    assert "it cannot charge VAT" in answer.text
    answer = await client.fill_in(page, {"vat": "exempt", "vat_reason": "Education."})
    assert answer.status_code == 303
