"""Requests on a real Temporal server are found by order and by numbers, and get hints."""

import asyncio
import base64
import sysconfig
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import SecretStr
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowHandle
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from domain import names
from domain.messages import TelnyxNews
from domain.transfers import ALERT_WORKFLOW, ApprovalRequest, alert_workflow_id
from inbound import unseen
from inbound.events import Event, parse
from inbound.faults import TEMPORAL_FAULTS
from inbound.receiver import COME_BACK, Receiver
from inbound.running_requests import RunningRequests
from runtime import watch_polls
from runtime.connection import connect, data_converter
from runtime.fingerprints import Fingerprints
from tests import limits
from tests.inbound.request_double import RequestDouble, WatchDouble
from tests.inbound.webhook_sender import PUBLIC, event, sender, signed
from tests.workflows.stage import SETTINGS
from webhooks import SHORT_RETRIES
from workflows import search_attributes as attributes

ONE = "+15125550301"
BEFORE, AFTER = datetime(2026, 11, 24, 9, tzinfo=UTC), datetime(2026, 11, 24, 11, tzinfo=UTC)
REFUSED_ONCE = {"known_refusal": "abc", "review_since": "2026-11-24T10:00:00Z", "papers_given": True}
"""A request that uploaded documents again, to an order that has refused some before."""
PRINTS = Fingerprints.from_settings(SETTINGS)


@pytest.fixture
def client(live_server: WorkflowEnvironment) -> Client:
    return live_server.client


@pytest.fixture
async def queue(client: Client) -> AsyncIterator[str]:
    name = f"q-{uuid.uuid4().hex[:10]}"
    async with Worker(client, task_queue=name, workflows=[RequestDouble]):
        yield name


async def start(
    client: Client, queue: str, order_id: str, *numbers: str, account: str = "default"
) -> WorkflowHandle[RequestDouble, list[str]]:
    known = TypedSearchAttributes(
        [
            SearchAttributePair(attributes.ACCOUNT, account),
            SearchAttributePair(attributes.ORDER_IDS, [order_id] if order_id else []),
            SearchAttributePair(attributes.PHONE_NUMBERS, [PRINTS.of(number) for number in numbers]),
        ]
    )
    workflow_id = names.workflow_id(uuid.uuid4().hex)
    return await client.start_workflow(RequestDouble.run, id=workflow_id, task_queue=queue, search_attributes=known)


async def found(client: Client, wanted: Event, account: str = "default") -> list[str]:
    """The requests that an event concerns, once the server's lists have them."""
    requests = RunningRequests(client, PRINTS)
    async with asyncio.timeout(limits.WAIT):
        while not (ids := await requests.find(account, wanted)):  # noqa: ASYNC110 - a list has no event to wait for
            await asyncio.sleep(0.02)
    return ids


def fresh_numbers(count: int) -> list[str]:
    first = 2_000_000 + uuid.uuid4().int % 7_999_000  # an exchange begins with 2 to 9
    return [f"+1512{first + place}" for place in range(count)]


async def test_a_request_is_found_by_its_order_even_with_other_numbers(client: Client, queue: str) -> None:
    order_id, (ours, theirs) = str(uuid.uuid4()), fresh_numbers(2)
    mine, other = await start(client, queue, order_id, ours), await start(client, queue, "", theirs)
    assert await found(client, parse(event(order_id=order_id, numbers=[theirs]))) == [mine.id]
    for handle in (mine, other):
        await handle.signal(RequestDouble.end)


async def test_an_event_finds_no_request_of_another_account_by_its_order_or_its_numbers(
    client: Client, queue: str, subtests: pytest.Subtests
) -> None:
    order_id, [number] = str(uuid.uuid4()), fresh_numbers(1)
    accounts = ("acme", "ACME", "default")
    by_order = {one: await start(client, queue, order_id, account=one) for one in accounts}
    by_number = {one: await start(client, queue, "", number, account=one) for one in accounts}
    for account in accounts:
        with subtests.test(account=account):
            assert await found(client, parse(event(order_id=order_id)), account) == [by_order[account].id]
            unknown = parse(event(order_id=str(uuid.uuid4()), numbers=[number]))
            assert await found(client, unknown, account) == [by_number[account].id]
    assert await RunningRequests(client, PRINTS).find("other", parse(event(order_id=order_id, numbers=[number]))) == []
    for handle in (*by_order.values(), *by_number.values()):
        await handle.signal(RequestDouble.end)


class _Lists:
    """A client that keeps the queries, and finds nothing."""

    def __init__(self) -> None:
        self.queries: list[str] = []

    async def list_workflows(self, query: str, **_options: object) -> AsyncIterator[None]:
        self.queries.append(query)
        return
        yield


async def test_every_query_names_the_account() -> None:
    lists = _Lists()
    requests = RunningRequests(cast("Client", lists), PRINTS)
    await requests.find("acme", parse(event(order_id="o-1", numbers=[ONE])))
    base = "WorkflowType = 'HostNumbers' AND ExecutionStatus = 'Running' AND HostingAccount = 'acme' AND "
    assert lists.queries == [
        f"{base}HostingOrderIds = 'o-1'",
        f"{base}HostingPhoneNumbers IN ('{PRINTS.of(ONE)}')",
    ]


async def test_a_request_without_an_order_is_found_by_any_of_200_numbers(client: Client, queue: str) -> None:
    numbers = fresh_numbers(200)
    mine = await start(client, queue, "", numbers[150])
    assert await found(client, parse(event(order_id=str(uuid.uuid4()), numbers=numbers))) == [mine.id]
    await mine.signal(RequestDouble.end)


async def test_a_hint_about_a_transfer_is_a_signal_and_an_ended_request_gets_none(client: Client, queue: str) -> None:
    mine = await start(client, queue, str(uuid.uuid4()))
    requests = RunningRequests(client, PRINTS)
    assert await requests.send_hint(mine.id, TelnyxNews(event_id="e-9", decision="pending"))
    await mine.signal(RequestDouble.end)
    assert await mine.result() == ["e-9"]
    for decision in ("pending", ""):
        assert not await requests.send_hint(mine.id, TelnyxNews(event_id="e-10", decision=decision))
        assert not await requests.send_hint("hosting-never-there", TelnyxNews(decision=decision))


@asynccontextmanager
async def watched(
    client: Client, *, slow: bool = False, known: dict[str, Any] | str | None = None, signals: Sequence[str] = ()
) -> AsyncIterator[tuple[WatchDouble, WorkflowHandle[RequestDouble, list[str]]]]:
    """A request whose watch pauses after its first poll, or runs a slow second poll. It gets only these signals."""
    watching, queue = WatchDouble(slow=slow), f"q-{uuid.uuid4().hex[:10]}"
    async with Worker(client, task_queue=queue, workflows=[RequestDouble], activities=[watching.watch_order]):
        mine = await client.start_workflow(
            RequestDouble.run,
            args=[names.WATCH_ACTIVITY, known],
            id=names.workflow_id(uuid.uuid4().hex),
            task_queue=queue,
        )
        async with asyncio.timeout(limits.WAIT):
            assert await watching.polls.get() == 1
            if slow:
                assert await watching.polls.get() == 2
            await until_it_pauses(mine)
            yield watching, mine
            watching.finish.set()
        await mine.signal(RequestDouble.end)
        assert await mine.result() == list(signals)


async def test_a_hint_polls_the_order_now_and_adds_no_event(client: Client) -> None:
    async with watched(client) as (watching, mine):
        before = (await mine.describe()).history_length
        assert await RunningRequests(client, PRINTS).send_hint(mine.id, TelnyxNews(event_id="e-1"))
        assert await watching.polls.get() == 2
        assert (await mine.describe()).history_length == before


async def test_a_poll_after_a_webhook_has_the_default_priority(client: Client) -> None:
    async with watched(client) as (_, mine):
        assert await _priority(mine) == (4, "acme")
        await RunningRequests(client, PRINTS).send_hint(mine.id, TelnyxNews(event_id="e-1"))
        assert await _priority(mine) == (3, "acme")


async def test_a_hint_during_a_poll_waits_for_it_and_starts_another_poll(client: Client) -> None:
    async with watched(client, slow=True) as (watching, mine):
        hint = asyncio.create_task(RunningRequests(client, PRINTS).send_hint(mine.id, TelnyxNews(event_id="e-1")))
        await asyncio.sleep(0.3)  # time enough for a hint that does not wait
        assert (hint.done(), watching.polls.empty()) == (False, True)
        watching.finish.set()
        assert await hint
        assert await watching.polls.get() == 3


async def test_a_hint_that_hits_a_poll_loses_neither_it_nor_the_next_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reset would: the server refuses the answer of a poll that it hits, and notices that after many seconds."""

    async def poll_begins_now(_client: Client, _workflow_id: str) -> None:
        """The poll that runs began after this check."""

    monkeypatch.setattr(watch_polls, "_wait_for_running_poll", poll_begins_now)
    requests = RunningRequests(client, PRINTS)
    async with watched(client, slow=True) as (watching, mine):
        assert await requests.send_hint(mine.id, TelnyxNews(event_id="e-1"))
        watching.finish.set()
        async with asyncio.timeout(limits.WAIT):
            while (pending := await _pending(mine)).attempt != 3:  # noqa: ASYNC110 - the server has no event
                await asyncio.sleep(0.02)
        assert "timeout" not in pending.last_failure.message
        assert await requests.send_hint(mine.id, TelnyxNews(event_id="e-2"))
        assert await watching.polls.get() == 3


@pytest.mark.parametrize(
    ("known", "hint", "signals"),
    [
        ({"known": {"unverified": [ONE]}}, {"verified": [ONE]}, ["e-1"]),
        ({"known": {"verified": [ONE]}}, {"verified": [ONE]}, []),
        ({"known": {"unverified": [ONE]}, "order_id": "another"}, {"verified": [ONE]}, []),
        ({"known": {"unverified": [ONE]}, "account": "another"}, {"verified": [ONE]}, []),
        (REFUSED_ONCE, {"refused_at": AFTER}, ["e-1"]),
        (REFUSED_ONCE, {"refused_at": BEFORE}, []),
        (REFUSED_ONCE | {"known_refusal": ""}, {"refused_at": AFTER}, []),
        (REFUSED_ONCE | {"refused_again": True}, {"refused_at": AFTER}, []),
        (None, {"verified": [ONE]}, []),
        ("no answer", {"verified": [ONE]}, ["e-1"]),
    ],
)
async def test_what_the_order_may_not_show_is_a_signal_when_the_request_does_not_know_it(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    known: dict[str, Any] | str | None,
    hint: dict[str, Any],
    signals: list[str],
) -> None:
    monkeypatch.setattr(unseen, "_BETWEEN_LOOKS", 0.01)
    async with watched(client, known=known, signals=signals) as (watching, mine):
        assert await RunningRequests(client, PRINTS).send_hint(
            mine.id, TelnyxNews(account="default", event_id="e-1", order_id="o-1", **hint)
        )
        assert await watching.polls.get() == 2


def keys_apart(client: Client) -> tuple[Client, Client]:
    """The clients of a worker and of the process for webhooks, whose key opens nothing that the worker seals."""
    own, requests = (f"{name}:{base64.b64encode(name.encode() * 16).decode()}" for name in ("w1", "k1"))

    def with_keys(keys: str) -> Client:
        converter = data_converter(SETTINGS.model_copy(update={"keys": SecretStr(keys)}))
        return Client(**client.config() | {"data_converter": converter})

    return with_keys(f"{requests},{own}"), with_keys(own)


@pytest.mark.parametrize("known", [{"known": {"verified": [ONE]}}, "no answer"])
async def test_a_process_that_opens_nothing_of_others_tells_what_it_cannot_compare(
    client: Client, known: dict[str, Any] | str | None
) -> None:
    of_worker, of_webhooks = keys_apart(client)
    async with watched(of_worker, known=known, signals=["e-1"]) as (watching, mine):
        news = TelnyxNews(event_id="e-1", order_id="o-1", verified=[ONE])
        assert await RunningRequests(of_webhooks, PRINTS).send_hint(mine.id, news)
        assert await watching.polls.get() == 2


async def test_a_hint_during_a_long_poll_fails_and_can_be_retried(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_polls, "_POLL_SECONDS", 0.3)
    async with watched(client, slow=True) as (_, mine):
        with pytest.raises(TEMPORAL_FAULTS):  # `webhooks.py` then tries again
            await RunningRequests(client, PRINTS).send_hint(mine.id, TelnyxNews(event_id="e-1"))


async def _pending(handle: WorkflowHandle[RequestDouble, list[str]]) -> PendingActivityInfo:
    [pending] = (await handle.describe()).raw_description.pending_activities
    return pending


async def _priority(handle: WorkflowHandle[RequestDouble, list[str]]) -> tuple[int, str]:
    pending = await _pending(handle)
    return pending.priority.priority_key, pending.priority.fairness_key


async def until_it_pauses(handle: WorkflowHandle[RequestDouble, list[str]]) -> None:
    while not _pauses(await handle.describe()):  # noqa: ASYNC110 - the server has no event to wait for
        await asyncio.sleep(0.02)


def _pauses(described: WorkflowExecutionDescription) -> bool:
    return any(one.attempt > 1 for one in described.raw_description.pending_activities)


async def test_a_request_without_a_watch_gets_the_hint_itself(client: Client, queue: str) -> None:
    mine = await start(client, queue, str(uuid.uuid4()))
    assert await RunningRequests(client, PRINTS).send_hint(mine.id, TelnyxNews(event_id="e-1"))
    await mine.signal(RequestDouble.end)
    assert await mine.result() == ["e-1"]


async def test_a_hint_is_a_signal_where_the_server_changes_no_activity(
    skipping_server: WorkflowEnvironment,
) -> None:
    client, queue = skipping_server.client, f"q-{uuid.uuid4().hex[:10]}"
    async with Worker(client, task_queue=queue, workflows=[RequestDouble]):
        mine = await client.start_workflow(RequestDouble.run, id=names.workflow_id(uuid.uuid4().hex), task_queue=queue)
        assert await RunningRequests(client, PRINTS).send_hint(mine.id, TelnyxNews(event_id="e-1"))
        await mine.signal(RequestDouble.end)
        assert await mine.result() == ["e-1"]


async def test_an_approval_request_starts_one_alert_for_each_event(client: Client) -> None:
    name, event_id = f"q-{uuid.uuid4().hex[:10]}", uuid.uuid4().hex
    requests = RunningRequests(client, PRINTS, name)
    request = ApprovalRequest(
        event_id=event_id, account="default", order_id="o-1", phone_numbers=[], deadline=datetime.now(UTC)
    )
    for _ in range(2):
        await requests.start_alert(request)
    found = await client.get_workflow_handle(alert_workflow_id("default", event_id)).describe()
    assert (found.workflow_type, found.task_queue) == (ALERT_WORKFLOW, name)
    await client.get_workflow_handle(alert_workflow_id("default", event_id)).terminate()
    await requests.start_alert(request)  # also when the alert is over
    assert (await client.get_workflow_handle(found.id).describe()).run_id == found.run_id
    await requests.start_alert(request.model_copy(update={"account": "acme"}))  # the same id in another account
    await client.get_workflow_handle(alert_workflow_id("acme", event_id)).terminate()


@pytest.mark.parametrize("body", [event(order_id=str(uuid.uuid4())), event(order_id="' OR 1=1", numbers=[]), b"{}"])
async def test_an_unknown_order_concerns_no_request(client: Client, body: bytes) -> None:
    assert await RunningRequests(client, PRINTS).find("default", parse(body)) == []


@pytest.mark.server
async def test_a_temporal_that_is_gone_shows_before_the_response(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its default retries, the SDK would try a call for ten seconds."""
    binary = str(Path(sysconfig.get_path("scripts")) / "temporal")
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=binary) as server:
        monkeypatch.setenv("TEMPORAL_ADDRESS", server.client.service_client.config.target_host)
        client = await connect(SETTINGS, retry=SHORT_RETRIES)
    receiver = Receiver({"default": PUBLIC}, RunningRequests(client, PRINTS))
    async with sender(receiver) as telnyx:
        began = time.monotonic()
        response = await telnyx.post("/telnyx/default", content=event(), headers=signed(event()))
        assert (response.status_code, time.monotonic() - began < 2) == (COME_BACK, True)
    await receiver.aclose()
