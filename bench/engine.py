"""How quick the cost engine is, and how often a workbook that rounds each share goes wrong."""

import random
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from app.costsharing import engine
from app.costsharing.engine.invoices import invoice_all
from app.costsharing.engine.lines import build_lines
from app.costsharing.engine.pay import RateUse
from app.costsharing.engine.segments import spans
from bench.measure import Measure, median_ms, printed, under

SPLITS = 100


def inputs(months: int, parties: int) -> dict[str, Any]:
    """A post for a number of months, shared by days, invoiced monthly."""
    ids = [f"B{number:02d}" for number in range(parties)]
    years = range(2026, 2026 + months // 12 + 1)
    last = 2026 + months // 12
    return {
        "term": {"start": "2026-04-01", "end": f"{last}-03-31"},
        "post": {
            "contracted_hours": "37",
            "full_time_hours": "37",
            "salary": [
                {"from": f"{year}-04-01", "annual_fte": f"{84_000 + 900 * (year - 2026)}.00"}
                for year in years
            ],
            "ni": {
                "basis": "own",
                "years": [
                    {
                        "tax_year": f"{year}/{(year + 1) % 100:02d}",
                        "rate": "0.15",
                        "monthly_threshold": "417.00",
                        "annual_threshold": "5000.00",
                    }
                    for year in years
                ],
            },
            "pension": [{"from": "2026-04-01", "rate": "0.195"}],
            "levy_rate": "0.005",
        },
        "parties": [
            {"id": one, "name": f"Body {one}", "host": one == "B00", "vat": {"share": "standard"}}
            for one in ids
        ],
        "sharing": [
            {
                "from": "2026-04-01",
                "basis": "days",
                "weights": {one: str(1 + number % 5) for number, one in enumerate(ids)},
            }
        ],
        "schedule": {"frequency": "monthly", "timing": "arrears"},
    }


def measures() -> list[Measure]:
    """Costing times, and wrong totals of a hundred four-way splits."""
    wrong, ours = wrong_totals()
    return [
        _timed("engine_12m_2p_ms", 12, 2, 15),
        _timed("engine_60m_12p_ms", 60, 12, 15),
        printed(
            "workbook_round_wrong_of_100",
            wrong,
            "splits",
            "four-way splits by 1 to 5 days whose shares, each put through ROUND, miss the pool",
        ),
        Measure(
            "engine_wrong_of_100",
            ours,
            "splits",
            "0",
            ours == 0,
            "the same splits by the engine",
        ),
    ]


def _timed(name: str, months: int, parties: int, limit: float) -> Measure:
    raw = inputs(months, parties)
    checked = engine.parse_inputs(raw)
    costing = engine.cost(checked)
    value = median_ms(lambda: engine.cost(checked), rounds=40)
    parts = {
        "month lines": lambda: build_lines(checked, spans(checked), RateUse()),
        "invoices": lambda: invoice_all(checked, costing.segments),
        "reading the inputs": lambda: engine.parse_inputs(raw),
        "JSON of the result": lambda: engine.to_json(costing),
        "the working in words": lambda: engine.explain(costing),
    }
    spent = [f"{what} {median_ms(work, rounds=15):.1f}" for what, work in parts.items()]
    how = (
        f"median of costing {months} months for {parties} parties, invoiced monthly; of it "
        f"{', '.join(spent[:2])}; besides it {', '.join(spent[2:])} ms"
    )
    return under(name, value, "ms", limit, how)


def wrong_totals() -> tuple[int, int]:
    """How many of a hundred random splits miss the pool: by ROUND on each share, and by us."""
    rng = random.Random(20261122)  # noqa: S311 (chance, not secrecy)
    wrong = ours = 0
    for _ in range(SPLITS):
        pool = rng.randrange(2_000_000, 20_000_000)
        days = [rng.randint(1, 5) for _ in range(4)]
        cent, whole = Decimal("0.01"), Decimal(sum(days))
        rounded = [
            (Decimal(pool) / 100 * day / whole).quantize(cent, ROUND_HALF_UP) for day in days
        ]
        wrong += sum(rounded) != Decimal(pool) / 100
        ours += sum(_engine_shares(pool, days)) != pool
    return wrong, ours


def _engine_shares(pool: int, days: list[int]) -> list[int]:
    ids = ["A", "B", "C", "D"]
    costing = engine.cost(
        engine.parse_inputs(
            {
                "term": {"start": "2026-04-01", "end": "2027-03-31"},
                "other_lines": [{"name": "Post", "kind": "total", "amount": engine.pounds(pool)}],
                "parties": [{"id": one, "name": one, "host": one == "A"} for one in ids],
                "sharing": [
                    {
                        "from": "2026-04-01",
                        "basis": "days",
                        "weights": {one: str(day) for one, day in zip(ids, days, strict=True)},
                    }
                ],
            }
        )
    )
    return list(costing.segments[0].shares.values())
