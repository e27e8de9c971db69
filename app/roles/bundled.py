"""The edition that comes with Crossbench: where it is, and of which day. Quick to import."""

import json
from datetime import date
from pathlib import Path
from typing import Final

BUNDLED: Final = Path(__file__).parent / "data" / "capability-framework.json"


def bundled_date() -> date:
    """The day of the bundled edition."""
    return date.fromisoformat(json.loads(BUNDLED.read_bytes())["as_of"])
