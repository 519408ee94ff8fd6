"""A fresh simulated Telnyx for each test, and the activities that call it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from simulator.app import run_simulator
from simulator.settings import Settings
from telnyx_api.client import TelnyxClient
from tests import limits
from tests.activities.stage import Stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """No review ends by itself: the test sets every status of Telnyx and the carrier."""
    async with (
        run_simulator(Settings(review_seconds=3600.0)) as address,
        httpx.AsyncClient(base_url=address, timeout=limits.WAIT) as outside,
        TelnyxClient("KEY", f"{address}/v2", read_timeout=0.25) as telnyx,
    ):
        yield Stage(telnyx, outside)
