"""What strangers send costs counts, and neither endless log lines nor the places of Telnyx's own webhooks."""

from collections.abc import Iterator

import httpx
import pytest
from structlog.testing import capture_logs

from inbound import line_limit, unknown_paths
from inbound.counts import Counts
from inbound.line_limit import LineLimit
from inbound.receiver import Receiver
from inbound.unknown_paths import UnknownPaths
from tests.inbound.webhook_sender import PUBLIC, URL, RecordedRequests, event, sender, signed


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def logs() -> Iterator[list[dict[str, object]]]:
    with capture_logs() as lines:
        yield lines  # type: ignore[misc]


async def test_forged_webhooks_are_counted_and_take_no_place_of_a_real_one(logs: list[dict[str, object]]) -> None:
    receiver = Receiver({"default": PUBLIC}, RecordedRequests("hosting-a"))
    async with sender(receiver) as telnyx:
        for number in range(3_000):  # more than deliveries, pauses and logged lines together
            assert await forged(telnyx, number) == 403
        assert (await telnyx.post(URL, content=event(), headers=signed(event()))).status_code == 200
    await receiver.aclose()
    assert sum(line["event"] == "webhook_refused" for line in logs) == line_limit.LINES
    assert (logs[-1]["refused"], logs[-1]["signalled"]) == (3_000, 1)


async def forged(telnyx: httpx.AsyncClient, number: int) -> int:
    content = event(f"forged-{number}")
    headers = signed(event())
    return (await telnyx.post(URL, content=content, headers=headers)).status_code


def test_lines_are_allowed_again_in_the_next_period() -> None:
    clock = Clock()
    limit = LineLimit(clock)
    assert [limit.allows_line() for _ in range(line_limit.LINES + 1)] == line_limit.LINES * [True] + [False]
    clock.now += line_limit.PERIOD
    assert limit.allows_line()


async def test_forged_headers_hide_a_wrong_webhook_url_for_an_hour_at_most(logs: list[dict[str, object]]) -> None:
    clock = Clock()
    paths = UnknownPaths(Counts(interval=86_400.0), clock)  # no line of theirs in another test
    headers = {"telnyx-signature-ed25519": "x"}
    for number in range(100):
        paths.add("POST", f"/scan/{number}", headers)
    paths.add("POST", "/wrong", headers)
    assert "POST /wrong" not in str(logs)
    clock.now += unknown_paths._REMEMBERED
    paths.add("POST", "/wrong", headers)
    assert "POST /wrong" in str(logs)
