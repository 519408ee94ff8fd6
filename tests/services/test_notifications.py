"""Notifications can be listed, and sent to programs again."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from adapters.notifier import TemporalNotifier
from domain.notification import Notification
from services import notifications
from tests.workflows.receivers import channel, channels_file, receiving, webhook
from tests.workflows.stage import NoHolders, staged
from tests.workflows.waiting import TIMEOUT


async def test_a_replay_reaches_programs_under_the_same_id_and_no_people(
    live_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    reference, begin = f"r-{uuid.uuid4().hex[:10]}", datetime.now(UTC) - timedelta(minutes=1)
    async with receiving() as receiver:
        path = channels_file(tmp_path, channel(receiver, "chat"), webhook(receiver))
        async with staged(live_server, NoHolders(), channels=path) as stage:
            notifier = TemporalNotifier(stage.client, stage.queue)
            for event, about in (("ask_opened", reference), ("request_ended", reference), ("ask_opened", "another")):
                await notifier.publish(Notification(event=event, reference=about))
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
