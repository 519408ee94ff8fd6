"""What was told can be listed, and told to programs once more."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from adapters.notifier import TemporalNotifier
from domain.notification import Notification
from services import notifications
from services.errors import Refused
from tests.workflows.receivers import channel, channels_file, receiving, webhook
from tests.workflows.stage import PATIENCE, NoHolders, staged

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30m", NOW - timedelta(minutes=30)),
        ("24h", NOW - timedelta(hours=24)),
        ("3d", NOW - timedelta(days=3)),
        ("2026-11-29", datetime(2026, 11, 29, tzinfo=UTC)),
        ("2026-11-29T09:00", datetime(2026, 11, 29, 9, tzinfo=UTC)),
        ("2026-11-29T09:00-06:00", datetime(2026, 11, 29, 15, tzinfo=UTC)),
    ],
)
def test_a_time_is_a_span_or_an_instant(text: str, expected: datetime) -> None:
    assert notifications.instant(text, NOW) == expected


@pytest.mark.parametrize(
    "text", ["", "yesterday", "3w", "h", "-3d", "3 d", "0001-01-01T00:00+05:00", "9999-12-31T23:00-05:00"]
)
def test_what_is_no_time_is_refused_with_two_examples(text: str) -> None:
    with pytest.raises(Refused, match=r"is no time: write 24h, 3d or a time such as"):
        notifications.instant(text, NOW)


async def test_programs_are_told_again_under_the_same_id_and_people_are_not(
    live_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    reference, begin = f"r-{uuid.uuid4().hex[:10]}", datetime.now(UTC) - timedelta(minutes=1)
    async with receiving() as receiver:
        path = channels_file(tmp_path, channel(receiver, "chat"), webhook(receiver))
        async with staged(live_server, NoHolders(), channels=path) as stage:
            bulletin = TemporalNotifier(stage.client, stage.queue)
            for event, about in (("ask_opened", reference), ("request_ended", reference), ("ask_opened", "another")):
                await bulletin.publish(Notification(event=event, reference=about))
            await receiver.until(lambda posts: len(posts) == 6)
            await _until_listed(stage.client, begin, reference, 2)
            done = await notifications.replay(stage.client, begin, reference)
            posts = await receiver.until(lambda posts: len(posts) == 8)
            listed = [one.news.event async for one in notifications.told(stage.client, begin, reference)]
    assert done.events == 2
    again = posts[6:]
    assert {post.path for post in again} == {"/hook"}
    assert {post.proven()["type"] for post in again} == {"ask_opened", "request_ended"}
    first = {post.headers["webhook-id"]: post.body for post in posts[:6] if post.path == "/hook"}
    assert all(first[post.headers["webhook-id"]] == post.body for post in again)
    assert sorted(listed) == ["ask_opened", "request_ended"]  # each once, although it was told twice


async def test_who_was_given_up_is_listed_so(live_server: WorkflowEnvironment, tmp_path: Path) -> None:
    reference, begin = f"r-{uuid.uuid4().hex[:10]}", datetime.now(UTC) - timedelta(minutes=1)
    async with receiving(410) as receiver, receiving() as other:
        path = channels_file(tmp_path, webhook(receiver, 'name = "crm"'), webhook(other, 'name = "erp"'))
        async with staged(live_server, NoHolders(), channels=path) as stage:
            bulletin = TemporalNotifier(stage.client, stage.queue)
            await bulletin.publish(Notification(event="request_ended", reference=reference))
            assert await _over(stage.client, begin, reference) == ("failed", ["crm"])
            await notifications.replay(stage.client, begin, reference)
            assert await _over(stage.client, begin, reference, "failed") == ("completed", [])


async def test_what_was_told_before_is_left_alone(live_server: WorkflowEnvironment) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    assert (await notifications.replay(live_server.client, later)).events == 0


async def _over(client: Client, since: datetime, reference: str, but: str = "") -> tuple[str, list[str]]:
    """Where the delivery of a request's only news stands once it runs no more."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for one in [one async for one in notifications.told(client, since, reference)]:
                if one.delivery not in {"running", but}:
                    return one.delivery, one.failed


async def _until_listed(client: Client, since: datetime, reference: str, count: int) -> None:
    """Lists lag a moment behind."""
    while len([one async for one in notifications.told(client, since, reference)]) < count:
        pass
