"""A worker process delivers notifications, also if it is killed before it could."""

import asyncio
import re
from pathlib import Path

from temporalio.client import Client

from domain.names import NOTIFICATION_WORKFLOW_TYPE
from tests import limits
from tests.slow.worker_kills import PROFILE
from tests.workflows.receivers import Post, channel, channels_file, receiving, webhook
from tools.demo.stack import Stack

NUMBER = "+15125550391"


def posts_to(path: str, posts: list[Post]) -> list[Post]:
    return [post for post in posts if post.path == path]


async def refusal_known(stack: Stack) -> None:
    """Wait until Temporal knows that an attempt was refused. An attempt that dies with its worker is repeated later."""
    client = await Client.connect(stack.environment["TEMPORAL_ADDRESS"])
    async with asyncio.timeout(limits.WAIT):
        while not await _attempts(client) > 1:  # noqa: ASYNC110 - a description has no event to wait for
            await asyncio.sleep(0.05)


async def _attempts(client: Client) -> int:
    """The number of the latest attempt of any delivery that is not done."""
    attempts = [0]
    async for found in client.list_workflows(f"WorkflowType = '{NOTIFICATION_WORKFLOW_TYPE}'"):
        description = await client.get_workflow_handle(found.id).describe()
        attempts += [pending.attempt for pending in description.raw_description.pending_activities]
    return max(attempts)


async def test_what_a_killed_worker_did_not_deliver_is_delivered_by_the_next_and_replayed_on_demand(
    tmp_path: Path,
) -> None:
    async with receiving(500) as receiver:  # the first attempt is refused
        file = channels_file(tmp_path, webhook(receiver), channel(receiver, "chat", 'events = ["request_ended"]'))
        stack = await asyncio.to_thread(Stack(tmp_path, settings={"HOSTED_SMS_CHANNELS": str(file)}).__enter__)
        try:
            start = ("start", "--reference", "told", "--profile", PROFILE, "--number", NUMBER)
            await asyncio.to_thread(stack.hosted_sms, *start)
            await refusal_known(stack)
            await asyncio.to_thread(stack.worker.kill)
            await asyncio.to_thread(stack.start_worker)
            await receiver.until(lambda posts: len(posts_to("/hook", posts)) == 2)
            await asyncio.to_thread(stack.hosted_sms, "cancel", "told")
            await receiver.until(lambda posts: posts_to("/chat", posts))
            await receiver.until(lambda posts: len(posts_to("/hook", posts)) == 3)
            replayed = await asyncio.to_thread(stack.hosted_sms.json, "events", "replay", "--since", "1h")
            assert replayed["events"] == 2
            posts = await receiver.until(lambda posts: len(posts_to("/hook", posts)) == 5)
        finally:
            await asyncio.to_thread(stack.__exit__, None, None, None)
    hooks = posts_to("/hook", posts)
    asked, ended = hooks[0].headers["webhook-id"], hooks[2].headers["webhook-id"]
    assert [post.headers["webhook-id"] for post in hooks[:3]] == [asked, asked, ended]
    assert {post.headers["webhook-id"] for post in hooks[3:]} == {asked, ended}
    assert [post.proven()["type"] for post in hooks[:3]] == ["ask_opened", "ask_opened", "request_ended"]
    assert len(posts_to("/chat", posts)) == 1  # a replay does not notify people
    said = stack.worker.said()
    assert "request_ended" in said
    assert not re.search(r"\+1[0-9]{10}|whsec_|/hook", said)
