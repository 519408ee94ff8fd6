"""A flood reaches a request as a few hints, and its last one always arrives."""

import asyncio
import time
from datetime import UTC, datetime

import pytest
from temporalio.service import RPCError, RPCStatusCode

from domain.messages import TelnyxNews
from inbound import rate_limit
from inbound.rate_limit import Overloaded, Pacing
from tests.inbound.sending import Remembering, until

NEVER = 3600.0


def news(number: int) -> TelnyxNews:
    return TelnyxNews(event_id=f"e-{number}")


def unavailable() -> RPCError:
    return RPCError("no connection", RPCStatusCode.UNAVAILABLE, b"")


async def test_of_fifty_hints_the_first_goes_at_once_and_the_last_after_the_pause() -> None:
    requests = Remembering("hosting-a")
    pace = Pacing(requests, every=0.05)
    answers = [await pace.tell("hosting-a", news(number)) for number in range(50)]
    assert answers == ["told", *["put_off"] * 49]
    assert requests.events == ["e-0"]
    await until(lambda: len(requests.told) == 2)
    assert requests.events == ["e-0", "e-49"]
    await pace.aclose()


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
async def test_what_is_told_of_a_transfer_is_not_lost_among_ordinary_hints(decisions: list[str], kept: str) -> None:
    requests = Remembering("hosting-a")
    pace = Pacing(requests, every=NEVER)
    await pace.tell("hosting-a", news(0))
    for decision in decisions:
        await pace.tell("hosting-a", TelnyxNews(decision=decision))
    await pace.aclose()
    assert [one.decision for _, one in requests.told] == ["", kept]


async def test_a_deadline_outlives_the_event_that_repeats_it_without_one() -> None:
    requests = Remembering("hosting-a")
    pace = Pacing(requests, every=NEVER)
    until = datetime(2030, 1, 1, tzinfo=UTC)
    for told in (news(0), TelnyxNews(decision="pending", approval_deadline=until), TelnyxNews(decision="pending")):
        await pace.tell("hosting-a", told)
    await pace.aclose()
    assert requests.told[-1][1].approval_deadline == until


async def test_a_long_flood_costs_one_hint_in_each_pause() -> None:
    requests = Remembering("hosting-a")
    pace = Pacing(requests, every=0.1)
    began, number = time.monotonic(), 0
    while len(requests.told) < 5:
        await pace.tell("hosting-a", news(number))
        await asyncio.sleep(0)
        number += 1
    assert time.monotonic() - began >= 0.4
    await until(lambda: requests.events[-1] == f"e-{number - 1}")
    await pace.aclose()


async def test_one_request_does_not_slow_another_down() -> None:
    requests = Remembering("hosting-a", "hosting-b")
    pace = Pacing(requests, every=NEVER)
    assert [await pace.tell(one, news(1)) for one in requests.running] == ["told", "told"]
    await pace.aclose()


async def test_after_a_quiet_pause_the_next_goes_at_once_and_nothing_is_kept() -> None:
    requests = Remembering("hosting-a")
    pace = Pacing(requests, every=0.01)
    await pace.tell("hosting-a", news(1))
    await until(lambda: not pace._pauses)
    assert await pace.tell("hosting-a", news(2)) == "told"
    await pace.aclose()


async def test_a_hint_that_failed_is_not_kept_and_its_repeat_goes_at_once() -> None:
    requests = Remembering("hosting-a")
    pace = Pacing(requests, every=NEVER)
    requests.fault = unavailable()
    with pytest.raises(RPCError):
        await pace.tell("hosting-a", news(1))
    requests.fault = None
    assert await pace.tell("hosting-a", news(1)) == "told"
    await pace.aclose()


async def test_a_hint_that_was_put_off_is_tried_until_temporal_answers() -> None:
    requests = Remembering("hosting-a")
    pace = Pacing(requests, every=0.02)
    await pace.tell("hosting-a", news(1))
    requests.fault = unavailable()
    await pace.tell("hosting-a", news(2))
    await asyncio.gather(*[asyncio.sleep(0.1)])
    assert requests.events == ["e-1"]
    requests.fault = None
    await until(lambda: requests.events == ["e-1", "e-2"])
    await pace.aclose()


async def test_a_stop_gives_away_what_was_put_off() -> None:
    requests = Remembering("hosting-a")
    pace = Pacing(requests, every=NEVER)
    await pace.tell("hosting-a", news(1))
    await pace.tell("hosting-a", news(2))
    await pace.aclose()
    assert requests.events == ["e-1", "e-2"]


async def test_a_request_that_has_ended_is_told_as_gone() -> None:
    pace = Pacing(Remembering(), every=NEVER)
    assert await pace.tell("hosting-ended", news(1)) == "gone"
    await pace.aclose()


async def test_too_many_requests_at_once_are_not_kept_in_mind() -> None:
    pace = Pacing(Remembering(), every=NEVER)
    for number in range(rate_limit.MOST_AT_ONCE):
        await pace.tell(f"hosting-{number}", news(1))
    with pytest.raises(Overloaded):
        await pace.tell("hosting-one-more", news(1))
    assert await pace.tell("hosting-1", news(2)) == "put_off"
    await pace.aclose()
