"""What became of webhooks is told at intervals in which any came."""

import asyncio

from structlog.testing import capture_logs

from inbound.tally import Outcome, Tally
from tests.inbound.sending import until


async def test_the_counts_are_told_once_an_interval_and_grow() -> None:
    tally = Tally(every=0.02)
    with capture_logs() as logs:
        for _ in range(3):
            tally.add(Outcome.ORPHAN)
        await until(lambda: len(logs) == 1)
        tally.add(Outcome.ELSEWHERE)
        await until(lambda: len(logs) == 2)
    assert [(line["event"], line["orphan"], line["elsewhere"]) for line in logs] == [
        ("webhooks_counted", 3, 0),
        ("webhooks_counted", 3, 1),
    ]


async def test_while_nothing_comes_nothing_is_told() -> None:
    tally = Tally(every=0.01)
    with capture_logs() as logs:
        tally.add(Outcome.ORPHAN)
        tally.tell()
        await asyncio.gather(*[asyncio.sleep(0.05)])
    assert len(logs) == 1
