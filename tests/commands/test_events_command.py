"""The commands `events list` and `events replay`."""

import asyncio
import re

from temporalio.client import Client

from adapters.notifier import TemporalNotifier
from domain import names
from domain.notification import Notification
from tests.commands.conftest import Command

LIST = ("events", "list", "--reference")


async def test_events_are_listed_and_sent_again_and_stay_one_each(
    hosted_sms: Command, client: Client, reference: str
) -> None:
    bulletin = TemporalNotifier(client, "nobody-works-here")
    await bulletin.publish(
        Notification(event="ask_opened", event_id=f"evt_{reference}", reference=reference, kind="codes")
    )
    async with asyncio.timeout(20):
        while not (await hosted_sms(*LIST, reference, "--json")).json:
            pass  # lists lag a moment behind
    listed = await hosted_sms(*LIST, reference)
    assert listed.code == 0
    assert re.search(rf"evt_{reference}  running    {reference} needs ownership codes\n", listed.out)
    again = await hosted_sms("events", "replay", "--since", "1h", "--reference", reference, "--json")
    assert (again.code, again.json["events"]) == (0, 1)
    said = await hosted_sms("events", "replay", "--reference", reference)
    assert said.out.startswith("1 event since ")
    [one] = (await hosted_sms(*LIST, reference, "--json")).json
    assert set(one) == {"news", "delivery", "failed", "queue"}


async def test_who_was_given_up_is_named(hosted_sms: Command, client: Client, reference: str) -> None:
    news = Notification(event="request_ended", event_id=f"evt_{reference}", reference=reference, outcome="active")
    await client.start_workflow(
        names.NOTIFICATION_WORKFLOW_TYPE,
        news,
        id=names.notification_workflow_id(news.event_id),
        task_queue="nobody-works-here",
        memo={names.MEMO_NOTIFICATION: news, names.MEMO_FAILED: ["crm", "chat"]},
    )
    async with asyncio.timeout(20):
        while not (listed := (await hosted_sms(*LIST, reference)).out):
            pass  # lists lag a moment behind
    assert listed.endswith(f"evt_{reference}  failed     {reference} ended: active (given up: crm, chat)\n")


async def test_a_time_that_is_none_is_refused(hosted_sms: Command) -> None:
    ended = await hosted_sms("events", "replay", "--since", "yesterday")
    assert ended.code == 1
    assert "'yesterday' is no time: write 24h, 3d" in ended.err


async def test_a_group_without_its_second_word_shows_what_there_is(hosted_sms: Command) -> None:
    shown = await hosted_sms("events")
    assert "replay" in shown.out
    assert (await hosted_sms("events", "nonsense")).code == 2
