"""Notifications can be listed, and sent to programs again."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowFailureError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from adapters.notifier import TemporalNotifier
from domain import names
from domain.messages import NumberProgress
from domain.notification import Notification, notices
from services import notifications
from tests.workflows.receivers import channel, channels_file, receiving, webhook
from tests.workflows.stage import NoHolders, staged
from tests.workflows.waiting import TIMEOUT

EACH = notices(
    [NumberProgress(phone_number=f"+1512555{n:04}", because=f"{n} Telnyx says so." * 20) for n in range(200)],
    [f"+1512555{n:04}" for n in range(200)],
)


async def test_a_replay_reaches_programs_under_the_same_id_and_no_people(
    live_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    reference, begin = f"r-{uuid.uuid4().hex[:10]}", datetime.now(UTC) - timedelta(minutes=1)
    async with receiving() as receiver:
        path = channels_file(tmp_path, channel(receiver, "chat"), webhook(receiver))
        async with staged(live_server, NoHolders(), channels=path) as stage:
            notifier = TemporalNotifier(stage.client, stage.queue)
            for event, about in (("ask_opened", reference), ("request_ended", reference), ("ask_opened", "another")):
                await notifier.publish(Notification(event=event, reference=about, per_number=EACH))
            await receiver.until(lambda posts: len(posts) == 6)
            await _until_listed(stage.client, begin, reference, 2)
            done = await notifications.replay(stage.client, begin, reference)
            posts = await receiver.until(lambda posts: len(posts) == 8)
            listed = [one.news.event async for one in notifications.deliveries(stage.client, begin, reference)]
    assert done.events == 2
    again = posts[6:]
    assert {post.path for post in again} == {"/hook"}
    assert {post.proven()["type"] for post in again} == {"ask_opened", "request_ended"}
    first = {post.headers["webhook-id"]: post.body for post in posts[:6] if post.path == "/hook"}
    assert all(first[post.headers["webhook-id"]] == post.body for post in again)
    assert sorted(listed) == ["ask_opened", "request_ended"]  # each once, although it was sent twice


async def test_lists_read_little_of_a_notification_about_many_numbers(live_server: WorkflowEnvironment) -> None:
    client = Client(**live_server.client.config() | {"data_converter": pydantic_data_converter})
    notification = Notification(event="request_ended", event_id=f"evt_{uuid.uuid4().hex}", per_number=EACH)
    await TemporalNotifier(client, "no-worker-here").publish(notification)
    started = client.get_workflow_handle(names.notification_workflow_id(notification.event_id))
    described = await started.describe()
    assert described.raw_info.memo.ByteSize() < 1000
    await started.terminate()


async def test_a_receiver_that_was_given_up_is_listed(live_server: WorkflowEnvironment, tmp_path: Path) -> None:
    reference, begin = f"r-{uuid.uuid4().hex[:10]}", datetime.now(UTC) - timedelta(minutes=1)
    async with receiving(410) as receiver, receiving() as other:
        path = channels_file(tmp_path, webhook(receiver, 'name = "crm"'), webhook(other, 'name = "erp"'))
        async with staged(live_server, NoHolders(), channels=path) as stage:
            notifier = TemporalNotifier(stage.client, stage.queue)
            await notifier.publish(Notification(event="request_ended", reference=reference))
            assert await _over(stage.client, begin, reference) == ("failed", ["crm"])
            await notifications.replay(stage.client, begin, reference)
            assert await _over(stage.client, begin, reference, "failed") == ("completed", [])


async def test_older_notifications_are_not_replayed(live_server: WorkflowEnvironment) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    assert (await notifications.replay(live_server.client, later)).events == 0


@pytest.mark.parametrize("with_channel", [False, True])
async def test_what_people_would_have_been_told_is_listed_once_also_without_a_channel(
    live_server: WorkflowEnvironment, tmp_path: Path, *, with_channel: bool
) -> None:
    begin = datetime.now(UTC) - timedelta(minutes=1)
    async with receiving() as receiver:
        path = channels_file(tmp_path, channel(receiver, "chat")) if with_channel else None
        async with staged(live_server, NoHolders(), channels=path) as stage:
            story = await stage.request("+15125550101")
            await story.until_asked("codes")
            running = await _listed(stage.client, begin, story.reference, 1, delivered=with_channel)
            await story.cancel()
            await story.ends("cancelled")
            ended = await _listed(stage.client, begin, story.reference, 2, delivered=with_channel)
            others = await notifications.events(stage.client, begin, "r-not-there")
    assert [one.news.event for one in running] == ["ask_opened"]
    assert [one.news.event for one in ended] == ["request_ended", "ask_opened"], "the newest first"
    assert {bool(one.news.deadline) for one in ended} == {True, False}
    assert others.found == []


async def test_a_request_that_does_not_answer_is_counted_and_not_passed_over(live_server: WorkflowEnvironment) -> None:
    begin = datetime.now(UTC) - timedelta(minutes=1)
    async with staged(live_server, NoHolders()) as stage:
        story = await stage.request("+15125550101")
        await story.until_asked("codes")
        await stage.workers.stop()
        events = await notifications.events(stage.client, begin, story.reference)
    assert (events.found, events.unanswered) == ([], 1)


async def test_a_start_that_was_refused_told_no_one_anything_and_is_no_gap(live_server: WorkflowEnvironment) -> None:
    begin, reference = datetime.now(UTC) - timedelta(minutes=1), f"r-{uuid.uuid4().hex[:10]}"
    ended = "ExecutionStatus = 'Failed'"
    async with staged(live_server, NoHolders()) as stage:
        started = await stage.client.start_workflow(
            names.WORKFLOW_TYPE, {"reference": reference}, id=names.workflow_id(reference), task_queue=stage.queue
        )
        with pytest.raises(WorkflowFailureError):
            await started.result()
        async with asyncio.timeout(TIMEOUT):
            while not [one async for one in stage.client.list_workflows(f"{ended} AND WorkflowId = '{started.id}'")]:
                pass
        events = await notifications.events(stage.client, begin, reference)
    assert (events.found, events.unanswered) == ([], 0)


async def test_a_stop_of_an_account_is_listed_without_a_channel(live_server: WorkflowEnvironment) -> None:
    begin = datetime.now(UTC) - timedelta(minutes=1)
    async with staged(live_server, NoHolders()) as stage:
        await stage.refuse_account()
        await (await stage.request("+15125550101")).until_asked("account")
        async with asyncio.timeout(TIMEOUT):
            while not [one for one in (await _found(stage.client, begin)) if one.news.account == stage.account]:
                pass
        [one] = [one for one in await _found(stage.client, begin) if one.news.account == stage.account]
    assert (one.news.event, one.news.reference, one.delivery) == ("account_stopped", "", "none")


async def _found(client: Client, since: datetime, reference: str | None = None) -> list[notifications.Delivery]:
    return (await notifications.events(client, since, reference)).found


async def _listed(
    client: Client, since: datetime, reference: str, count: int, *, delivered: bool
) -> list[notifications.Delivery]:
    """What is listed of a request, once so much is, with or without deliveries. Lists lag a moment behind."""
    async with asyncio.timeout(TIMEOUT):
        while True:
            found = await _found(client, since, reference)
            if len(found) == count and {one.delivery != "none" for one in found} == {delivered}:
                return found


async def _over(client: Client, since: datetime, reference: str, but: str = "") -> tuple[str, list[str]]:
    """The state of the delivery of a request's only notification, once it has ended."""
    async with asyncio.timeout(TIMEOUT):
        while True:
            for one in [one async for one in notifications.deliveries(client, since, reference)]:
                if one.delivery not in {"running", but}:
                    return one.delivery, one.failed


async def _until_listed(client: Client, since: datetime, reference: str, count: int) -> None:
    """Wait for the lists, which lag a moment behind."""
    while len([one async for one in notifications.deliveries(client, since, reference)]) < count:
        pass
