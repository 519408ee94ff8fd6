"""A request gets few hints of many, and always the last one."""

import asyncio
import time
from datetime import UTC, datetime

import pytest
from temporalio.service import RPCError, RPCStatusCode

from domain.messages import TelnyxNews
from inbound import rate_limit
from inbound.faults import Overloaded
from inbound.rate_limit import RateLimit, Sent
from tests.inbound.webhook_sender import RecordedRequests, until

NEVER = 3600.0


def hint(number: int) -> TelnyxNews:
    return TelnyxNews(event_id=f"e-{number}")


def unavailable() -> RPCError:
    return RPCError("no connection", RPCStatusCode.UNAVAILABLE, b"")


async def test_the_first_hint_goes_at_once_and_the_last_after_the_pause() -> None:
    requests = RecordedRequests("hosting-a")
    limit = RateLimit(requests, pause=0.05)
    answers = [await limit.send("hosting-a", hint(number)) for number in range(50)]
    assert answers == [Sent.NOW, *[Sent.LATER] * 49]
    assert requests.events == ["e-0"]
    await until(lambda: len(requests.hints) == 2)
    assert requests.events == ["e-0", "e-49"]
    await limit.aclose()


@pytest.mark.parametrize(
    ("decisions", "kept"),
    [
        (["pending", "", ""], "pending"),
        (["", "pending", ""], "pending"),
        (["approved", "pending", ""], "approved"),
        (["pending", "rejected", "pending"], "rejected"),
        (["approved", "rejected"], "rejected"),
    ],
)
async def test_a_hint_about_a_transfer_outranks_ordinary_hints(decisions: list[str], kept: str) -> None:
    requests = RecordedRequests("hosting-a")
    limit = RateLimit(requests, pause=NEVER)
    await limit.send("hosting-a", hint(0))
    for decision in decisions:
        await limit.send("hosting-a", TelnyxNews(decision=decision))
    await limit.aclose()
    assert [one.decision for _, one in requests.hints] == ["", kept]


async def test_a_deadline_survives_a_later_hint_without_one() -> None:
    requests = RecordedRequests("hosting-a")
    limit = RateLimit(requests, pause=NEVER)
    until = datetime(2030, 1, 1, tzinfo=UTC)
    for one in (hint(0), TelnyxNews(decision="pending", approval_deadline=until), TelnyxNews(decision="pending")):
        await limit.send("hosting-a", one)
    await limit.aclose()
    assert requests.hints[-1][1].approval_deadline == until


async def test_a_flood_becomes_one_hint_in_each_pause() -> None:
    requests = RecordedRequests("hosting-a")
    limit = RateLimit(requests, pause=0.1)
    began, number = time.monotonic(), 0
    while len(requests.hints) < 5:
        await limit.send("hosting-a", hint(number))
        await asyncio.sleep(0)
        number += 1
    assert time.monotonic() - began >= 0.4
    await until(lambda: requests.events[-1] == f"e-{number - 1}")
    await limit.aclose()


async def test_requests_do_not_slow_each_other_down() -> None:
    requests = RecordedRequests("hosting-a", "hosting-b")
    limit = RateLimit(requests, pause=NEVER)
    assert [await limit.send(one, hint(1)) for one in requests.running] == [Sent.NOW, Sent.NOW]
    await limit.aclose()


async def test_after_a_quiet_pause_the_next_hint_goes_at_once() -> None:
    requests = RecordedRequests("hosting-a")
    limit = RateLimit(requests, pause=0.01)
    await limit.send("hosting-a", hint(1))
    await until(lambda: not limit._pauses)
    assert await limit.send("hosting-a", hint(2)) == Sent.NOW
    await limit.aclose()


async def test_a_failed_hint_is_not_kept_and_its_repeat_goes_at_once() -> None:
    requests = RecordedRequests("hosting-a")
    limit = RateLimit(requests, pause=NEVER)
    requests.fault = unavailable()
    with pytest.raises(RPCError):
        await limit.send("hosting-a", hint(1))
    requests.fault = None
    assert await limit.send("hosting-a", hint(1)) == Sent.NOW
    await limit.aclose()


async def test_a_postponed_hint_is_retried_until_temporal_answers() -> None:
    requests = RecordedRequests("hosting-a")
    limit = RateLimit(requests, pause=0.02)
    await limit.send("hosting-a", hint(1))
    requests.fault = unavailable()
    await limit.send("hosting-a", hint(2))
    await asyncio.gather(*[asyncio.sleep(0.1)])
    assert requests.events == ["e-1"]
    requests.fault = None
    await until(lambda: requests.events == ["e-1", "e-2"])
    await limit.aclose()


async def test_a_stop_sends_postponed_hints() -> None:
    requests = RecordedRequests("hosting-a")
    limit = RateLimit(requests, pause=NEVER)
    await limit.send("hosting-a", hint(1))
    await limit.send("hosting-a", hint(2))
    await limit.aclose()
    assert requests.events == ["e-1", "e-2"]


async def test_an_ended_request_needs_no_hint() -> None:
    limit = RateLimit(RecordedRequests(), pause=NEVER)
    assert await limit.send("hosting-ended", hint(1)) == Sent.NOT_NEEDED
    await limit.aclose()


async def test_too_many_requests_in_a_pause_are_refused() -> None:
    limit = RateLimit(RecordedRequests(), pause=NEVER)
    for number in range(rate_limit.MAX_REQUESTS):
        await limit.send(f"hosting-{number}", hint(1))
    with pytest.raises(Overloaded):
        await limit.send("hosting-one-more", hint(1))
    assert await limit.send("hosting-1", hint(2)) == Sent.LATER
    await limit.aclose()
