"""The requests of a real Temporal server are found by order and by numbers, and a hint reaches them."""

import asyncio
import sysconfig
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowHandle
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from domain import names
from domain.messages import TelnyxNews
from domain.transfers import ALERT_WORKFLOW, ApprovalRequest, alert_workflow_id
from inbound import watch
from inbound.events import Event, read
from inbound.receiver import COME_BACK, Receiver
from inbound.routes import TEMPORAL_FAULTS, RunningRequests
from runtime.connection import connect
from runtime.fingerprints import Fingerprints
from tests.inbound.listening import Listening, Watching
from tests.inbound.sending import PUBLIC, event, sender, signed
from tests.workflows.stage import SETTINGS
from webhooks import FAIL_SOON
from workflows import search_attributes as attributes

PRINTS = Fingerprints.from_settings(SETTINGS)


@pytest.fixture
def client(live_server: WorkflowEnvironment) -> Client:
    return live_server.client


@pytest.fixture
async def queue(client: Client) -> AsyncIterator[str]:
    name = f"q-{uuid.uuid4().hex[:10]}"
    async with Worker(client, task_queue=name, workflows=[Listening]):
        yield name


async def start(client: Client, queue: str, order_id: str, *numbers: str) -> WorkflowHandle[Listening, list[str]]:
    known = TypedSearchAttributes(
        [
            SearchAttributePair(attributes.ORDER_IDS, [order_id] if order_id else []),
            SearchAttributePair(attributes.PHONE_NUMBERS, [PRINTS.of(number) for number in numbers]),
        ]
    )
    workflow_id = names.workflow_id(uuid.uuid4().hex)
    return await client.start_workflow(Listening.run, id=workflow_id, task_queue=queue, search_attributes=known)


async def found(client: Client, wanted: Event) -> list[str]:
    """Whom an event concerns, once the server's lists know them."""
    requests = RunningRequests(client, PRINTS)
    async with asyncio.timeout(10):
        while not (ids := await requests.concerned_by(wanted)):  # noqa: ASYNC110 - a list has no event to wait for
            await asyncio.sleep(0.02)
    return ids


def fresh_numbers(count: int) -> list[str]:
    first = uuid.uuid4().int % 10**9
    return [f"+12{(first + place) % 10**9:09}" for place in range(count)]


async def test_a_request_is_found_by_its_order_though_the_numbers_are_anothers(client: Client, queue: str) -> None:
    order_id, (ours, theirs) = str(uuid.uuid4()), fresh_numbers(2)
    mine, other = await start(client, queue, order_id, ours), await start(client, queue, "", theirs)
    assert await found(client, read(event(order_id=order_id, numbers=[theirs]))) == [mine.id]
    for handle in (mine, other):
        await handle.signal(Listening.end)


async def test_before_the_order_is_known_a_request_is_found_by_any_of_200_numbers(client: Client, queue: str) -> None:
    numbers = fresh_numbers(200)
    mine = await start(client, queue, "", numbers[150])
    assert await found(client, read(event(order_id=str(uuid.uuid4()), numbers=numbers))) == [mine.id]
    await mine.signal(Listening.end)


async def test_news_of_a_transfer_reach_the_request_and_one_that_has_ended_is_gone(client: Client, queue: str) -> None:
    mine = await start(client, queue, str(uuid.uuid4()))
    requests = RunningRequests(client, PRINTS)
    assert await requests.tell(mine.id, TelnyxNews(event_id="e-9", decision="pending"))
    await mine.signal(Listening.end)
    assert await mine.result() == ["e-9"]
    for decision in ("pending", ""):
        assert not await requests.tell(mine.id, TelnyxNews(event_id="e-10", decision=decision))
        assert not await requests.tell("hosting-never-there", TelnyxNews(decision=decision))


@asynccontextmanager
async def watched(
    client: Client, *, slow: bool = False
) -> AsyncIterator[tuple[Watching, WorkflowHandle[Listening, list[str]]]]:
    """A request whose watch pauses after its first look, or has a slow second one under way; it hears of no hint."""
    watching, queue = Watching(slow=slow), f"q-{uuid.uuid4().hex[:10]}"
    async with Worker(client, task_queue=queue, workflows=[Listening], activities=[watching.watch_order]):
        mine = await client.start_workflow(
            Listening.run, names.WATCH_ACTIVITY, id=names.workflow_id(uuid.uuid4().hex), task_queue=queue
        )
        async with asyncio.timeout(20):
            assert await watching.looks.get() == 1
            if slow:
                assert await watching.looks.get() == 2
            await until_it_pauses(mine)
            yield watching, mine
            watching.go_on.set()
        await mine.signal(Listening.end)
        assert await mine.result() == []


async def test_a_hint_has_the_order_looked_at_now_and_costs_the_history_nothing(client: Client) -> None:
    async with watched(client) as (watching, mine):
        before = (await mine.describe()).history_length
        assert await RunningRequests(client, PRINTS).tell(mine.id, TelnyxNews(event_id="e-1"))
        assert await watching.looks.get() == 1  # counted anew, so that the next looks come soon too
        assert (await mine.describe()).history_length == before


async def test_a_look_that_a_webhook_asked_for_does_not_stand_behind_all_others(client: Client) -> None:
    async with watched(client) as (_, mine):
        assert await _priority(mine) == (4, "acme")
        await RunningRequests(client, PRINTS).tell(mine.id, TelnyxNews(event_id="e-1"))
        assert await _priority(mine) == (3, "acme")


async def test_a_hint_during_a_look_costs_that_look_nothing_and_has_another_follow_it_at_once(client: Client) -> None:
    async with watched(client, slow=True) as (watching, mine):
        hint = asyncio.create_task(RunningRequests(client, PRINTS).tell(mine.id, TelnyxNews(event_id="e-1")))
        await asyncio.sleep(0.3)  # time enough for a hint that does not wait
        assert (hint.done(), watching.looks.empty()) == (False, True)
        watching.go_on.set()
        assert await hint
        # A look whose answer was lost would be the next, under the number of the lost one and after its ten seconds.
        assert await watching.looks.get() == 1
        [pending] = (await mine.describe()).raw_description.pending_activities
        assert "timeout" not in pending.last_failure.message


async def test_a_hint_gives_up_a_look_that_takes_long_and_is_not_lost(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "_A_LOOK_TAKES", 0.3)
    async with watched(client, slow=True) as (_, mine):
        with pytest.raises(TEMPORAL_FAULTS):  # upon which `webhooks.py` tries once more
            await RunningRequests(client, PRINTS).tell(mine.id, TelnyxNews(event_id="e-1"))


async def _priority(handle: WorkflowHandle[Listening, list[str]]) -> tuple[int, str]:
    [pending] = (await handle.describe()).raw_description.pending_activities
    return pending.priority.priority_key, pending.priority.fairness_key


async def until_it_pauses(handle: WorkflowHandle[Listening, list[str]]) -> None:
    while not _pauses(await handle.describe()):  # noqa: ASYNC110 - the server has no event to wait for
        await asyncio.sleep(0.02)


def _pauses(described: WorkflowExecutionDescription) -> bool:
    return any(one.attempt > 1 for one in described.raw_description.pending_activities)


async def test_a_request_between_two_watches_is_told_nothing_since_it_is_about_to_look(
    client: Client, queue: str
) -> None:
    mine = await start(client, queue, str(uuid.uuid4()))
    assert not await RunningRequests(client, PRINTS).tell(mine.id, TelnyxNews(event_id="e-1"))
    await mine.signal(Listening.end)
    assert await mine.result() == []


async def test_where_the_server_resets_no_activity_the_request_itself_is_told(
    skipping_server: WorkflowEnvironment,
) -> None:
    client, queue = skipping_server.client, f"q-{uuid.uuid4().hex[:10]}"
    async with Worker(client, task_queue=queue, workflows=[Listening]):
        mine = await client.start_workflow(Listening.run, id=names.workflow_id(uuid.uuid4().hex), task_queue=queue)
        assert await RunningRequests(client, PRINTS).tell(mine.id, TelnyxNews(event_id="e-1"))
        await mine.signal(Listening.end)
        assert await mine.result() == ["e-1"]


async def test_an_approval_request_starts_one_look_for_each_event(client: Client) -> None:
    name, event_id = f"q-{uuid.uuid4().hex[:10]}", uuid.uuid4().hex
    requests = RunningRequests(client, PRINTS, name)
    asked = ApprovalRequest(
        event_id=event_id, account="default", order_id="o-1", phone_numbers=[], deadline=datetime.now(UTC)
    )
    for _ in range(2):
        await requests.alert(asked)
    found = await client.get_workflow_handle(alert_workflow_id(event_id)).describe()
    assert (found.workflow_type, found.task_queue) == (ALERT_WORKFLOW, name)
    await client.get_workflow_handle(alert_workflow_id(event_id)).terminate()
    await requests.alert(asked)  # also when the look is over


@pytest.mark.parametrize("body", [event(order_id=str(uuid.uuid4())), event(order_id="' OR 1=1", numbers=[]), b"{}"])
async def test_what_nobody_hosts_concerns_nobody(client: Client, body: bytes) -> None:
    assert await RunningRequests(client, PRINTS).concerned_by(read(body)) == []


async def test_a_temporal_that_is_gone_shows_before_telnyx_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it would look slow: the SDK itself tries a call for ten seconds before it fails."""
    binary = str(Path(sysconfig.get_path("scripts")) / "temporal")
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=binary) as server:
        monkeypatch.setenv("TEMPORAL_ADDRESS", server.client.service_client.config.target_host)
        client = await connect(SETTINGS, retry=FAIL_SOON)
    receiver = Receiver({"default": PUBLIC}, RunningRequests(client, PRINTS))
    async with sender(receiver) as telnyx:
        began = time.monotonic()
        answer = await telnyx.post("/telnyx/default", content=event(), headers=signed(event()))
        assert (answer.status_code, time.monotonic() - began < 2) == (COME_BACK, True)
    await receiver.aclose()
