"""The commands `events list` and `events replay`."""

import asyncio
from datetime import UTC, datetime

from temporalio.client import Client

from adapters.notifier import TemporalNotifier
from domain import names
from domain.notification import Notification
from tests import limits
from tests.commands.conftest import Command

LIST = ("events", "list", "--reference")


async def test_events_are_listed_and_sent_again_and_stay_one_each(
    hosted_sms: Command, client: Client, reference: str
) -> None:
    at = datetime(2026, 11, 30, 9, tzinfo=UTC)
    notification = Notification(
        event="ask_opened", event_id=f"evt_{reference}", reference=reference, kind="codes", at=at
    )
    await TemporalNotifier(client, "no-worker-here").publish(notification)
    async with asyncio.timeout(limits.WAIT):
        while not (await hosted_sms(*LIST, reference, "--json")).json:
            pass  # lists lag a moment behind
    listed = await hosted_sms(*LIST, reference)
    assert listed.code == 0
    assert listed.out.startswith(f"2026-11-30 09:00 UTC  evt_{reference}  running    {reference} needs ")
    again = await hosted_sms("events", "replay", "--since", "1h", "--reference", reference, "--json")
    assert (again.code, again.json["events"]) == (0, 1)
    as_text = await hosted_sms("events", "replay", "--reference", reference)
    assert as_text.out.startswith("1 event since ")
    [one] = (await hosted_sms(*LIST, reference, "--json")).json
    assert set(one) == {"news", "delivery", "failed", "queue"}


async def test_a_channel_that_was_given_up_is_named(hosted_sms: Command, client: Client, reference: str) -> None:
    notification = Notification(
        event="request_ended", event_id=f"evt_{reference}", reference=reference, outcome="active"
    )
    await client.start_workflow(
        names.NOTIFICATION_WORKFLOW_TYPE,
        notification,
        id=names.notification_workflow_id(notification.event_id),
        task_queue="no-worker-here",
        memo={names.MEMO_NOTIFICATION: notification, names.MEMO_FAILED: ["crm", "chat"]},
    )
    async with asyncio.timeout(limits.WAIT):
        while not (await hosted_sms(*LIST, reference, "--json")).json:
            pass  # lists lag a moment behind
    assert (await hosted_sms(*LIST, reference)).out.endswith(
        f"evt_{reference}  failed     {reference} ended: active (given up: crm, chat)\n"
    )


async def test_a_group_without_its_second_word_shows_what_there_is(hosted_sms: Command) -> None:
    shown = await hosted_sms("events")
    assert "replay" in shown.out
    assert (await hosted_sms("events", "nonsense")).code == 2
