"""The example a person can start from: invented bodies, a real kind of post."""

from datetime import date

from app.costsharing import rates

EXAMPLE_TITLE = "Chief information security officer"
EXAMPLE_TERM = (date(2026, 4, 1), date(2027, 3, 31))


def example_inputs() -> dict[str, object]:
    """A CISO shared by two councils, three days and two, for a financial year."""
    return {
        "term": {"start": "2026-04-01", "end": "2027-03-31"},
        "method": "monthly",
        "apportionment": "calendar",
        "pay_day": "last",
        "post": {
            "contracted_hours": "37",
            "full_time_hours": "37",
            "weeks_factor": "1",
            "salary": [
                {
                    "from": "2026-04-01",
                    "annual_fte": "84000.00",
                    "source": "Example pay point of an invented council",
                }
            ],
            "allowances": [],
            "ni": {
                "basis": "own",
                "years": [y for y in rates.ni_years(*EXAMPLE_TERM) if y["tax_year"] >= "2026"],
            },
            "pension": [
                {
                    "from": "2026-04-01",
                    "rate": "0.195",
                    "until": "2029-03-31",
                    "source": "Example rate of an invented pension fund",
                }
            ],
            "levy_rate": "0.005",
        },
        "parties": [
            {"id": "NOR", "name": "Northshire Council", "host": True},
            {"id": "EAS", "name": "Eastmoor District Council"},
        ],
        "sharing": [{"from": "2026-04-01", "basis": "days", "weights": {"NOR": "3", "EAS": "2"}}],
        "schedule": {
            "frequency": "quarterly",
            "timing": "arrears",
            "profile": "equal",
            "payment_days": "30",
        },
    }
