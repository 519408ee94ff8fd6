"""The outcomes of webhooks are logged at intervals in which any came."""

import asyncio

from structlog.testing import capture_logs

from inbound.counts import Counts, WebhookOutcome
from tests.inbound.webhook_sender import until


async def test_the_counts_are_logged_once_an_interval_and_grow() -> None:
    counts = Counts(interval=0.02)
    with capture_logs() as logs:
        for _ in range(3):
            counts.add(WebhookOutcome.ORPHAN)
        await until(lambda: len(logs) == 1)
        counts.add(WebhookOutcome.ELSEWHERE)
        await until(lambda: len(logs) == 2)
    assert [(line["event"], line["orphan"], line["elsewhere"]) for line in logs] == [
        ("webhooks_counted", 3, 0),
        ("webhooks_counted", 3, 1),
    ]


async def test_nothing_is_logged_while_nothing_comes() -> None:
    counts = Counts(interval=0.01)
    with capture_logs() as logs:
        counts.add(WebhookOutcome.ORPHAN)
        counts.log()
        await asyncio.gather(*[asyncio.sleep(0.05)])
    assert len(logs) == 1
