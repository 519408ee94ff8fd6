"""What Telnyx, and whoever pretends to be Telnyx, is answered; and that only what is proven reaches a request."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from structlog.testing import capture_logs
from temporalio.service import RPCError, RPCStatusCode

from inbound import deliveries
from inbound.events import HOSTED_ORDERS
from inbound.rate_limit import Pacing
from inbound.receiver import MAX_BODY_BYTES, Receiver
from tests.inbound.sending import NUMBER, ORDER, PRIVATE, PUBLIC, URL, Remembering, event, sender, signed, until

REQUEST = "hosting-a"


@pytest.fixture
def requests() -> Remembering:
    return Remembering(REQUEST)


@pytest.fixture
async def telnyx(requests: Remembering) -> AsyncIterator[httpx.AsyncClient]:
    kept = Receiver({"default": PUBLIC}, requests, Pacing(requests, every=0.05))
    async with sender(kept) as client:
        yield client
    await kept.aclose()


async def send(telnyx: httpx.AsyncClient, body: bytes, at: float | None = None, url: str = URL) -> int:
    return (await telnyx.post(url, content=body, headers=signed(body, at))).status_code


async def test_news_of_an_order_are_told_to_its_request(telnyx: httpx.AsyncClient, requests: Remembering) -> None:
    with capture_logs() as logs:
        answer = await telnyx.post(URL, content=event(), headers=signed(event()))
    assert (answer.status_code, answer.content) == (200, b"")
    assert [(workflow_id, news.event_id) for workflow_id, news in requests.told] == [(REQUEST, "e-1")]
    assert [line["event"] for line in logs] == ["webhook_signalled"]
    assert NUMBER not in str(logs)


async def test_whoever_is_not_telnyx_learns_nothing_and_reaches_nobody(
    telnyx: httpx.AsyncClient, requests: Remembering
) -> None:
    body, now = event(), time.time()
    headers = [{}, signed(body, now - 301), signed(body, now + 301), signed(body + b" "), {"telnyx-timestamp": "x"}]
    answers = [await telnyx.post(URL, content=body, headers=each) for each in headers]
    answers += [await telnyx.post("/telnyx/unknown", content=body, headers=signed(body))]
    assert {(answer.status_code, answer.content) for answer in answers} == {(403, b"")}
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    assert requests.searches == 0


async def test_the_reason_of_a_refusal_stands_in_the_log(telnyx: httpx.AsyncClient) -> None:
    with capture_logs() as logs:
        await send(telnyx, event(), at=1)
        await send(telnyx, event(), url="/telnyx/unknown")
        await send(telnyx, b"[]")
    assert [line["event"] for line in logs] == ["webhook_refused"] * 3
    assert [line["status"] for line in logs] == [403, 403, 400]
    assert "seconds old" in logs[0]["reason"]
    assert "no public key" in logs[1]["reason"]


async def test_a_body_of_the_greatest_length_is_read_and_a_greater_one_is_not(
    telnyx: httpx.AsyncClient, requests: Remembering
) -> None:
    assert await send(telnyx, event().ljust(MAX_BODY_BYTES)) == 200
    assert await send(telnyx, event("e-2").ljust(MAX_BODY_BYTES + 1)) == 413
    assert requests.events == ["e-1"]


async def test_of_an_endless_body_no_more_is_read_than_may_be(telnyx: httpx.AsyncClient) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b" " * 64 * 1024

    answer = await telnyx.post(URL, content=endless(), headers=signed(b""))
    assert answer.status_code == 413
    assert read < 10


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    async def stuck() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    began = time.monotonic()
    assert await Receiver({"default": PUBLIC}, Remembering()).take("default", {}, stuck()) == 408
    assert time.monotonic() - began < 2


async def test_other_events_of_the_profile_are_answered_and_go_nowhere(
    telnyx: httpx.AsyncClient, requests: Remembering
) -> None:
    with capture_logs() as logs:
        assert await send(telnyx, event(kind="message.received")) == 200
    assert requests.searches == 0
    assert [line["event"] for line in logs] == ["webhook_ignored"]


async def test_a_creation_costs_no_request_anything(telnyx: httpx.AsyncClient, requests: Remembering) -> None:
    assert await send(telnyx, event(kind=f"{HOSTED_ORDERS}created")) == 200
    assert requests.searches == 0


ASKED = f"{HOSTED_ORDERS}internal_transfer_approval_requested"


async def test_news_of_a_transfer_are_passed_on_with_decision_and_deadline(
    telnyx: httpx.AsyncClient, requests: Remembering
) -> None:
    await send(telnyx, event(kind=ASKED, approval_deadline=1_900_000_000))
    [(_, news)] = requests.told
    assert (news.decision, news.approval_deadline) == ("pending", datetime.fromtimestamp(1_900_000_000, UTC))


async def test_an_ordinary_event_decides_nothing(telnyx: httpx.AsyncClient, requests: Remembering) -> None:
    await send(telnyx, event(decision="approved", approval_deadline=1_900_000_000))
    [(_, news)] = requests.told
    assert (news.decision, news.approval_deadline) == ("", None)
    assert requests.alerts == []


async def test_an_approval_request_alerts_whoever_may_lose_the_numbers_once(
    telnyx: httpx.AsyncClient, requests: Remembering
) -> None:
    for _ in range(2):
        assert await send(telnyx, event("e-9", kind=ASKED, approval_deadline=1_900_000_000)) == 200
    [asked] = requests.alerts
    assert (asked.event_id, asked.account, asked.order_id, asked.phone_numbers) == ("e-9", "default", ORDER, [NUMBER])
    assert asked.deadline == datetime.fromtimestamp(1_900_000_000, UTC)


async def test_without_a_deadline_72_hours_are_meant(telnyx: httpx.AsyncClient, requests: Remembering) -> None:
    await send(telnyx, event(kind=ASKED))
    left = requests.alerts[0].deadline - datetime.now(UTC)
    assert 71.9 * 3600 < left.total_seconds() <= 72 * 3600


@pytest.mark.parametrize("missing", [{"order_id": ""}, {"numbers": []}])
async def test_an_approval_request_that_names_nothing_alerts_nobody(
    telnyx: httpx.AsyncClient, requests: Remembering, missing: dict[str, Any]
) -> None:
    assert await send(telnyx, event(**{"kind": ASKED, **missing})) == 200
    assert requests.alerts == []


async def test_an_alert_that_could_not_be_raised_makes_telnyx_come_back(
    telnyx: httpx.AsyncClient, requests: Remembering
) -> None:
    requests.fault = RPCError("no connection", RPCStatusCode.UNAVAILABLE, b"")
    assert await send(telnyx, event(kind=ASKED)) == 503
    requests.fault = None
    assert await send(telnyx, event(kind=ASKED)) == 200
    assert len(requests.alerts) == 1


async def test_an_order_that_nobody_hosts_is_answered_and_counted(
    telnyx: httpx.AsyncClient, requests: Remembering
) -> None:
    requests.running = []
    with capture_logs() as logs:
        assert await send(telnyx, event()) == 200
    assert [line["event"] for line in logs] == ["webhook_orphan"]


@pytest.mark.parametrize("event_id", ["e-1", ""], ids=["by its id", "by its body, when it has no id"])
async def test_the_same_event_again_is_answered_and_not_told_again(
    telnyx: httpx.AsyncClient, requests: Remembering, event_id: str
) -> None:
    assert [await send(telnyx, event(event_id)) for _ in range(5)] == [200] * 5
    assert requests.searches == 1


async def test_a_flood_is_few_hints_and_the_last_is_not_lost(telnyx: httpx.AsyncClient, requests: Remembering) -> None:
    answers = await asyncio.gather(*(send(telnyx, event(f"e-{number}")) for number in range(50)))
    assert answers == [200] * 50
    await send(telnyx, event("last"))
    await until(lambda: requests.events[-1] == "last")
    assert len(requests.told) < 10


async def test_temporal_at_fault_makes_telnyx_come_back_and_then_it_is_told(
    telnyx: httpx.AsyncClient, requests: Remembering
) -> None:
    requests.fault = RPCError("no connection", RPCStatusCode.UNAVAILABLE, b"")
    assert await send(telnyx, event()) == 503
    requests.fault = None
    assert await send(telnyx, event()) == 200
    assert requests.events == ["e-1"]


async def test_with_a_slow_temporal_it_is_200_within_two_seconds_and_told_afterwards(
    telnyx: httpx.AsyncClient, requests: Remembering
) -> None:
    requests.hangs = True
    began = time.monotonic()
    with capture_logs() as logs:
        assert await send(telnyx, event()) == 200
        assert time.monotonic() - began < 2
        assert requests.told == []
        requests.hangs = False
        await until(lambda: requests.events == ["e-1"])
    assert [line["event"] for line in logs] == ["webhook_kept", "webhook_signalled"]
    assert await send(telnyx, event()) == 200
    assert requests.events == ["e-1"]


async def test_a_slow_temporal_is_not_asked_more_than_a_little_at_once(
    telnyx: httpx.AsyncClient, requests: Remembering
) -> None:
    requests.hangs = True
    answers = await asyncio.gather(*(send(telnyx, event(f"e-{number}")) for number in range(200)))
    assert answers == [200] * 200
    assert requests.searches == deliveries.AT_ONCE
    requests.hangs = False
    await until(lambda: requests.searches == 200)


async def test_news_of_a_transfer_stay_with_telnyx_until_temporal_has_them(
    telnyx: httpx.AsyncClient, requests: Remembering
) -> None:
    body, began = event(kind=ASKED), time.monotonic()
    requests.hangs = True
    assert await send(telnyx, body) == 503
    assert time.monotonic() - began < 2
    requests.hangs = False
    await until(lambda: requests.told)
    assert await send(telnyx, body) == 200
    assert [asked.event_id for asked in requests.alerts] == requests.events == ["e-1"]


async def test_the_72_hours_begin_when_the_event_comes_and_not_when_temporal_takes_it(requests: Remembering) -> None:
    came = now = 1_900_000_000.0
    kept = Receiver({"default": PUBLIC}, requests, clock=lambda: now)
    requests.fault = RPCError("no connection", RPCStatusCode.UNAVAILABLE, b"")
    async with sender(kept) as telnyx:
        assert await send(telnyx, event(kind=ASKED), at=came) == 503
    now, requests.fault = came + 3600, None
    await until(lambda: requests.alerts)
    assert requests.alerts[0].deadline.timestamp() == came + 72 * 3600
    await kept.aclose()


async def test_what_became_of_webhooks_is_counted_and_told_at_the_stop(requests: Remembering) -> None:
    kept = Receiver({"default": PUBLIC}, requests, Pacing(requests, every=0.05))
    created = f"{HOSTED_ORDERS}created"
    async with sender(kept) as telnyx:
        for body in (event(), event(), event("e-2"), event(kind="message.received"), event(kind=created), b"[]"):
            await send(telnyx, body)
        requests.running = []
        await send(telnyx, event("e-3", order_id="nobody-s"))
        requests.fault = RPCError("no connection", RPCStatusCode.UNAVAILABLE, b"")
        await send(telnyx, event("e-4"))
        requests.fault = None
        with capture_logs() as logs:
            await kept.aclose()
    [counted] = [line for line in logs if line["event"] == "webhooks_counted"]
    assert {name: count for name, count in counted.items() if isinstance(count, int)} == {
        "signalled": 2,
        "orphan": 1,
        "elsewhere": 1,
        "creation": 1,
        "repeat": 1,
        "refused": 1,
        "come_back": 1,
        "kept": 0,
        "lost": 0,
    }


@pytest.mark.parametrize("path", ["/", "/telnyx", "/telnyx/", "/telnyx/default/", "/healthz", "/docs", "/openapi.json"])
async def test_there_is_nothing_else_on_the_port(telnyx: httpx.AsyncClient, path: str) -> None:
    assert (await telnyx.get(path)).status_code == 404
    assert (await telnyx.post(path)).status_code == 404


async def test_the_route_takes_nothing_but_posts(telnyx: httpx.AsyncClient) -> None:
    assert {(await telnyx.request(method, URL)).status_code for method in ("GET", "PUT", "DELETE")} == {405}


ANYTHING = st.binary(max_size=200) | st.dictionaries(
    st.sampled_from(["data", "id", "meta"]), st.none() | st.integers() | st.text() | st.lists(st.text())
).map(lambda value: json.dumps(value).encode())


@given(body=ANYTHING, proven=st.booleans(), account=st.sampled_from(["default", "other", "%00", "a%2Fb"]))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
def test_no_body_whatever_makes_it_fail(body: bytes, proven: bool, account: str) -> None:  # noqa: FBT001 - drawn
    async def ask() -> int:
        headers = signed(body, key=PRIVATE) if proven else {"telnyx-timestamp": "1", "telnyx-signature-ed25519": "AA=="}
        async with sender(Receiver({"default": PUBLIC}, Remembering())) as client:
            return (await client.post(f"/telnyx/{account}", content=body, headers=headers)).status_code

    status = asyncio.run(ask())
    assert status in ({200, 400} if proven and account == "default" else {403, 404})
