"""What the tests in a browser share."""

import pytest


@pytest.fixture(scope="session")
def base_url() -> None:
    """None: tests give whole addresses. The plugin's own fixture is of a kind pytest warns of."""
