"""People and programs are told by a worker that is a process, also when it dies in between."""

import asyncio
import re
from pathlib import Path

from temporalio.client import Client

from domain.names import NOTIFICATION_WORKFLOW_TYPE
from tests import limits
from tests.slow.battering import PROFILE
from tests.workflows.receivers import Post, channel, channels_file, receiving, webhook
from tools.demo.stack import Stack

NUMBER = "+15125550391"


def posts_to(path: str, posts: list[Post]) -> list[Post]:
    return [post for post in posts if post.path == path]


async def refusal_known(stack: Stack) -> None:
    """Wait until Temporal knows that a try was refused: a try that dies with its worker is made up for only later."""
    client = await Client.connect(stack.environment["TEMPORAL_ADDRESS"])
    async with asyncio.timeout(limits.WAIT):
        while not await _tries(client) > 1:  # noqa: ASYNC110 - a description has no event to wait for
            await asyncio.sleep(0.05)


async def _tries(client: Client) -> int:
    """The number of the latest try of any delivery that is not done."""
    tries = [0]
    async for found in client.list_workflows(f"WorkflowType = '{NOTIFICATION_WORKFLOW_TYPE}'"):
        description = await client.get_workflow_handle(found.id).describe()
        tries += [pending.attempt for pending in description.raw_description.pending_activities]
    return max(tries)


async def test_what_a_killed_worker_did_not_deliver_is_delivered_by_the_next_and_replayed_on_demand(
    tmp_path: Path,
) -> None:
    async with receiving(500) as receiver:  # the first try is refused
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
    assert len(posts_to("/chat", posts)) == 1  # people are not told again
    said = stack.worker.said()
    assert "request_ended" in said
    assert not re.search(r"\+1[0-9]{10}|whsec_|/hook", said)
