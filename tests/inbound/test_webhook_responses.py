"""The response to each kind of webhook, and which webhooks send a hint."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from structlog.testing import capture_logs
from temporalio.service import RPCError, RPCStatusCode

import webhooks
from inbound.awaited_requests import AwaitedRequests
from inbound.events import HOSTED_ORDERS
from inbound.rate_limit import RateLimit
from inbound.receiver import Receiver
from inbound.webhook import MAX_BODY_BYTES
from tests.inbound.webhook_sender import (
    NUMBER,
    ORDER,
    PRIVATE,
    PUBLIC,
    URL,
    RecordedRequests,
    event,
    sender,
    signed,
    until,
)

REQUEST = "hosting-a"


@pytest.fixture
def requests() -> RecordedRequests:
    return RecordedRequests(REQUEST)


@pytest.fixture
async def telnyx(requests: RecordedRequests) -> AsyncIterator[httpx.AsyncClient]:
    receiver = Receiver({"default": PUBLIC}, requests, RateLimit(requests, pause=0.05))
    async with sender(receiver) as client:
        yield client
    await receiver.aclose()


async def send(telnyx: httpx.AsyncClient, body: bytes, at: float | None = None, url: str = URL) -> int:
    return (await telnyx.post(url, content=body, headers=signed(body, at))).status_code


async def test_an_event_is_a_hint_to_its_request(telnyx: httpx.AsyncClient, requests: RecordedRequests) -> None:
    with capture_logs() as logs:
        response = await telnyx.post(URL, content=event(), headers=signed(event()))
    assert (response.status_code, response.content) == (200, b"")
    assert [(workflow_id, hint.event_id) for workflow_id, hint in requests.hints] == [(REQUEST, "e-1")]
    assert [line["event"] for line in logs] == ["webhook_signalled"]
    assert NUMBER not in str(logs)


async def test_every_unverified_sender_gets_the_same_response(requests: RecordedRequests) -> None:
    now, body = 1_900_000_000, event()
    old, early, changed = signed(body, now - 301), signed(body, now + 301), signed(body + b" ", now)
    headers = [{}, old, early, changed, {"telnyx-timestamp": "x"}]
    receiver = Receiver({"default": PUBLIC}, requests, clock=lambda: now)
    async with sender(receiver) as telnyx:
        responses = [await telnyx.post(URL, content=body, headers=each) for each in headers]
        responses += [await telnyx.post("/telnyx/unknown", content=body, headers=signed(body, now))]
    await receiver.aclose()
    assert {(response.status_code, response.content) for response in responses} == {(403, b"")}
    assert len({tuple(sorted(response.headers.items())) for response in responses}) == 1
    assert requests.searches == 0


async def test_a_body_may_have_256_kb_and_no_more(telnyx: httpx.AsyncClient, requests: RecordedRequests) -> None:
    assert await send(telnyx, event().ljust(MAX_BODY_BYTES)) == 200
    assert await send(telnyx, event("e-2").ljust(MAX_BODY_BYTES + 1)) == 413
    assert requests.events == ["e-1"]


async def test_a_body_that_does_not_come_gets_a_response_in_time() -> None:
    async def stuck() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    began = time.monotonic()
    assert await Receiver({"default": PUBLIC}, RecordedRequests()).receive("default", {}, stuck()) == 408
    assert time.monotonic() - began < 2


async def test_other_events_of_the_profile_are_ignored(telnyx: httpx.AsyncClient, requests: RecordedRequests) -> None:
    with capture_logs() as logs:
        assert await send(telnyx, event(kind="message.received")) == 200
    assert requests.searches == 0
    assert [line["event"] for line in logs] == ["webhook_ignored"]


async def test_a_creation_is_ignored(telnyx: httpx.AsyncClient, requests: RecordedRequests) -> None:
    assert await send(telnyx, event(kind=f"{HOSTED_ORDERS}created")) == 200
    assert requests.searches == 0


ASKED = f"{HOSTED_ORDERS}internal_transfer_approval_requested"


async def test_a_hint_about_a_transfer_has_decision_and_deadline(
    telnyx: httpx.AsyncClient, requests: RecordedRequests
) -> None:
    await send(telnyx, event(kind=ASKED, approval_deadline=1_900_000_000))
    [(_, hint)] = requests.hints
    assert (hint.decision, hint.approval_deadline) == ("pending", datetime.fromtimestamp(1_900_000_000, UTC))


async def test_another_event_has_no_decision(telnyx: httpx.AsyncClient, requests: RecordedRequests) -> None:
    await send(telnyx, event(decision="approved", approval_deadline=1_900_000_000))
    [(_, hint)] = requests.hints
    assert (hint.decision, hint.approval_deadline) == ("", None)
    assert requests.alerts == []


async def test_an_approval_request_starts_one_alert(telnyx: httpx.AsyncClient, requests: RecordedRequests) -> None:
    tomorrow = int(time.time()) + 86_400
    for _ in range(2):
        assert await send(telnyx, event("e-9", kind=ASKED, approval_deadline=tomorrow)) == 200
    [alert] = requests.alerts
    assert (alert.event_id, alert.account, alert.order_id, alert.phone_numbers) == ("e-9", "default", ORDER, [NUMBER])
    assert alert.deadline == datetime.fromtimestamp(tomorrow, UTC)


@pytest.mark.parametrize("named", [{}, {"approval_deadline": 4_000_000_000}], ids=["none", "in the next century"])
async def test_an_alert_names_at_most_72_hours(
    telnyx: httpx.AsyncClient, requests: RecordedRequests, named: dict[str, Any]
) -> None:
    await send(telnyx, event(kind=ASKED, **named))
    left = requests.alerts[0].deadline - datetime.now(UTC)
    assert 71.9 * 3600 < left.total_seconds() <= 72 * 3600


@pytest.mark.parametrize("missing", [{"order_id": ""}, {"numbers": []}])
async def test_an_approval_request_without_order_or_numbers_starts_no_alert(
    telnyx: httpx.AsyncClient, requests: RecordedRequests, missing: dict[str, Any]
) -> None:
    assert await send(telnyx, event(**{"kind": ASKED, **missing})) == 200
    assert requests.alerts == []


async def test_an_alert_that_fails_makes_telnyx_come_back(
    telnyx: httpx.AsyncClient, requests: RecordedRequests
) -> None:
    requests.fault = RPCError("no connection", RPCStatusCode.UNAVAILABLE, b"")
    assert await send(telnyx, event(kind=ASKED)) == 503
    requests.fault = None
    assert await send(telnyx, event(kind=ASKED)) == 200
    assert len(requests.alerts) == 1


async def test_an_unknown_order_gets_200(telnyx: httpx.AsyncClient, requests: RecordedRequests) -> None:
    requests.running = []
    with capture_logs() as logs:
        assert await send(telnyx, event()) == 200
    assert [line["event"] for line in logs] == ["webhook_orphan"]


@pytest.mark.parametrize("event_id", ["e-1", ""], ids=["by its id", "by its body, when it has no id"])
async def test_a_repeated_event_is_ignored(
    telnyx: httpx.AsyncClient, requests: RecordedRequests, event_id: str
) -> None:
    assert [await send(telnyx, event(event_id)) for _ in range(5)] == [200] * 5
    assert requests.searches == 1


async def test_another_event_with_a_known_id_is_ignored(telnyx: httpx.AsyncClient, requests: RecordedRequests) -> None:
    assert [await send(telnyx, body) for body in (event("e-1"), event("e-1", order_id="another"))] == [200, 200]
    assert requests.events == ["e-1"]


async def test_a_flood_becomes_few_hints_with_the_last_one(
    telnyx: httpx.AsyncClient, requests: RecordedRequests
) -> None:
    responses = await asyncio.gather(*(send(telnyx, event(f"e-{number}")) for number in range(50)))
    assert responses == [200] * 50
    await send(telnyx, event("last"))
    await until(lambda: requests.events[-1] == "last")
    assert len(requests.hints) < 10


async def test_a_failing_temporal_makes_telnyx_come_back(telnyx: httpx.AsyncClient, requests: RecordedRequests) -> None:
    requests.fault = RPCError("no connection", RPCStatusCode.UNAVAILABLE, b"")
    assert await send(telnyx, event()) == 503
    requests.fault = None
    assert await send(telnyx, event()) == 200
    assert requests.events == ["e-1"]


async def test_a_slow_temporal_gives_200_in_time_and_the_hint_later(
    telnyx: httpx.AsyncClient, requests: RecordedRequests
) -> None:
    requests.hangs = True
    began = time.monotonic()
    with capture_logs() as logs:
        assert await send(telnyx, event()) == 200
        assert time.monotonic() - began < 2
        assert requests.hints == []
        requests.hangs = False
        await until(lambda: requests.events == ["e-1"])
    assert [line["event"] for line in logs] == ["webhook_kept", "webhook_signalled"]
    assert await send(telnyx, event()) == 200
    assert requests.events == ["e-1"]


async def test_an_event_of_a_transfer_gets_503_until_temporal_has_it(
    telnyx: httpx.AsyncClient, requests: RecordedRequests
) -> None:
    body, began = event(kind=ASKED), time.monotonic()
    requests.hangs = True
    assert await send(telnyx, body) == 503
    assert time.monotonic() - began < 2
    requests.hangs = False
    await until(lambda: requests.hints)
    assert await send(telnyx, body) == 200
    assert [alert.event_id for alert in requests.alerts] == requests.events == ["e-1"]


async def test_the_72_hours_begin_when_the_event_comes(
    requests: RecordedRequests,
) -> None:
    came = now = 1_900_000_000.0
    receiver = Receiver({"default": PUBLIC}, requests, clock=lambda: now)
    requests.fault = RPCError("no connection", RPCStatusCode.UNAVAILABLE, b"")
    async with sender(receiver) as telnyx:
        assert await send(telnyx, event(kind=ASKED), at=came) == 503
    now, requests.fault = came + 3600, None
    await until(lambda: requests.alerts)
    assert requests.alerts[0].deadline.timestamp() == came + 72 * 3600
    await receiver.aclose()


async def test_the_outcomes_are_logged_at_the_stop(requests: RecordedRequests) -> None:
    receiver = Receiver({"default": PUBLIC}, requests, RateLimit(requests, pause=0.05))
    created = f"{HOSTED_ORDERS}created"
    async with sender(receiver) as telnyx:
        for body in (event(), event(), event("e-2"), event(kind="message.received"), event(kind=created), b"[]"):
            await send(telnyx, body)
        requests.running = []
        await send(telnyx, event("e-3", order_id="unknown"))
        requests.fault = RPCError("no connection", RPCStatusCode.UNAVAILABLE, b"")
        await send(telnyx, event("e-4"))
        requests.fault = None
        with capture_logs() as logs:
            await receiver.aclose()
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
        "unknown_path": 0,
        "lost": 0,
    }


async def test_a_path_may_end_with_a_slash(telnyx: httpx.AsyncClient, requests: RecordedRequests) -> None:
    assert await send(telnyx, event(), url=f"{URL}/") == 200
    assert requests.events == ["e-1"]


async def test_an_unknown_path_is_logged_once_and_counted(requests: RecordedRequests) -> None:
    """Scanners ask for any path; they must not keep the wrong path of a messaging profile out of the log."""
    receiver = Receiver({"default": PUBLIC}, requests)
    async with sender(receiver) as telnyx:
        with capture_logs() as logs:
            for number in range(200):
                assert (await telnyx.get(f"/wp-{number}")).status_code == 404
            for _ in range(3):
                assert await send(telnyx, event(), url="/webhooks/telnyx") == 404
                assert (await telnyx.put(URL)).status_code == 405
            await receiver.aclose()
    named = [line["path"] for line in logs if line["event"] == "webhook_unknown_path"]
    assert len(named) == len(set(named)) <= 100
    assert [line["path"] for line in logs if line.get("signed")] == ["POST /webhooks/telnyx"]
    assert logs[-1]["unknown_path"] == 206


async def test_webhooks_get_503_until_temporal_is_reached(requests: RecordedRequests) -> None:
    awaited = AwaitedRequests()
    receiver = Receiver({"default": PUBLIC}, awaited)
    async with sender(receiver) as telnyx:
        assert await send(telnyx, event()) == 503
        assert await send(telnyx, event("e-2", kind=ASKED)) == 503
        assert (await telnyx.post(URL, content=event())).status_code == 403
        awaited.connect(requests)
        assert await send(telnyx, event()) == 200
        await until(lambda: requests.alerts)  # the news of a transfer was kept, although Telnyx has it as well
    await receiver.aclose()
    assert sorted(requests.events) == ["e-1", "e-2"]


@pytest.mark.parametrize(
    "path", ["/", "/telnyx", "/telnyx/", "/telnyx/default/more", "/healthz", "/docs", "/openapi.json"]
)
async def test_there_is_no_other_path_on_the_port(telnyx: httpx.AsyncClient, path: str) -> None:
    assert (await telnyx.get(path)).status_code == 404
    assert (await telnyx.post(path)).status_code == 404


async def test_the_route_accepts_only_posts(telnyx: httpx.AsyncClient) -> None:
    assert {(await telnyx.request(method, URL)).status_code for method in ("GET", "PUT", "DELETE")} == {405}


OTHERS_KEY = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
OTHERS_PUBLIC = OTHERS_KEY.public_key().public_bytes_raw()


async def test_a_body_counts_for_the_account_whose_key_signed_it_and_for_no_other(subtests: pytest.Subtests) -> None:
    requests = RecordedRequests(REQUEST)
    receiver = Receiver({"default": PUBLIC, "acme": OTHERS_PUBLIC}, requests, RateLimit(requests, pause=0.0))
    body = event("e-1", kind=ASKED)
    paths = {
        "/telnyx/default": 403,
        "/telnyx/ACME": 403,
        "/telnyx/Default": 403,
        "/telnyx/acme%00": 403,
        "/telnyx/acme%20": 403,
        "/telnyx/%27%20OR%20%27%27%3D%27": 403,
        f"/telnyx/{'a' * 5_000}": 403,
        "/telnyx/default%2F..%2Facme": 404,
        "/telnyx/acme/default": 404,
        "/telnyx/": 404,
        "/telnyx/%61cme": 200,
        "/telnyx/acme/": 200,
    }
    async with sender(receiver) as telnyx:
        for number, (path, status) in enumerate(paths.items()):
            with subtests.test(path=path[:60]):
                body = event(f"e-{number}", kind=ASKED)
                response = await telnyx.post(path, content=body, headers=signed(body, key=OTHERS_KEY))
                assert response.status_code == status
    await receiver.aclose()
    assert set(requests.accounts) == {hint.account for _, hint in requests.hints} == {"acme"}
    assert [alert.account for alert in requests.alerts] == ["acme", "acme"]


async def test_an_event_of_one_account_hides_no_event_of_another_with_the_same_id() -> None:
    requests = RecordedRequests(REQUEST)
    receiver = Receiver({"default": PUBLIC, "acme": OTHERS_PUBLIC}, requests, RateLimit(requests, pause=0.0))
    body = event("e-1", kind=ASKED)
    async with sender(receiver) as telnyx:
        for account, key in [("acme", OTHERS_KEY), ("default", PRIVATE), ("acme", OTHERS_KEY)]:
            headers = signed(body, key=key)
            assert (await telnyx.post(f"/telnyx/{account}", content=body, headers=headers)).status_code == 200
    await receiver.aclose()
    assert [alert.account for alert in requests.alerts] == ["acme", "default"]


async def test_accounts_that_share_a_key_are_told_apart_by_the_path_alone() -> None:
    """A signature cannot tell them apart. `webhooks.py` warns of it when it starts."""
    requests = RecordedRequests(REQUEST)
    receiver = Receiver({"default": PUBLIC, "acme": PUBLIC}, requests, RateLimit(requests, pause=0.0))
    async with sender(receiver) as telnyx:
        for account in ("default", "acme"):
            await send(telnyx, event(), url=f"/telnyx/{account}")
    await receiver.aclose()
    assert requests.accounts == ["default", "acme"]
    with capture_logs() as logs:
        webhooks.warn_of_shared_keys({"default": PUBLIC, "acme": PUBLIC, "beta": OTHERS_PUBLIC})
    assert [(line["event"], line["accounts"]) for line in logs] == [("webhook_key_shared", ["acme", "default"])]
