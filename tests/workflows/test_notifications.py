"""People and programs are notified of asks, reminders and outcomes over real HTTP, never with a number or a code."""

import logging
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from domain.deliveries import DeliveryReport
from domain.names import NOTIFICATION_WORKFLOW_TYPE
from domain.notification import Notification
from domain.notification_text import headline
from tests.workflows.receivers import channel, channels_file, receiving, webhook
from tests.workflows.stage import NoHolders, Stage, staged

ONE, TWO = "+15125550101", "+15125550102"
NOT_LISTENING = "127.0.0.1:9"  # the discard port


async def start(stage: Stage, news: Notification) -> WorkflowHandle[object, DeliveryReport]:
    """Start the delivery of a notification."""
    client: Client = stage.client
    return await client.start_workflow(
        NOTIFICATION_WORKFLOW_TYPE,
        news,
        id=f"news-{news.event_id}",
        task_queue=stage.queue,
        result_type=DeliveryReport,
    )


async def deliver(stage: Stage, news: Notification) -> DeliveryReport:
    """Deliver a notification and return the report."""
    return await (await start(stage, news)).result()


async def test_a_program_is_notified_of_asks_and_the_end_with_signed_posts(
    live_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with receiving() as receiver:
        path = channels_file(tmp_path, webhook(receiver))
        async with staged(live_server, NoHolders(), channels=path) as stage:
            story = await stage.request(ONE, TWO, customer="c-7")
            await story.until_asked("codes")
            asked = (await receiver.until_notified("ask_opened")).proven()["data"]
            sent_codes = [await stage.code(number) for number in (ONE, TWO)]
            await story.completes(ONE, TWO)
            ended = (await receiver.until_notified("request_ended")).proven()["data"]
    assert (asked["reference"], asked["kind"], asked["customer"]) == (story.reference, "codes", "c-7")
    assert (asked["numbers"], asked["ends"]) == (2, ["…0101", "…0102"])
    assert asked["command"] == f"hosted-sms codes {story.reference} NUMBER=CODE"
    assert asked["deadline"] is not None
    assert ended["outcome"] == "active"
    asked_of, ended_of = asked["per_number"], ended["per_number"]
    assert [(one["position"], one["end"], one["state"]) for one in asked_of] == [
        (1, "…0101", "unverified"),
        (2, "…0102", "unverified"),
    ]
    assert {(one["state"], one["status"]) for one in ended_of} == {("active", "successful")}
    assert all(one["because"] for one in [*asked_of, *ended_of])
    everything = "".join(post.body.decode() for post in receiver.posts)
    assert not re.search(r"\+1[0-9]{10}", everything)
    assert not [code for code in sent_codes if code in everything]


async def test_people_get_plain_text_with_the_commands(live_server: WorkflowEnvironment, tmp_path: Path) -> None:
    async with receiving() as receiver:
        path = channels_file(tmp_path, channel(receiver, "chat", 'events = ["ask_opened"]'))
        async with staged(live_server, NoHolders(), channels=path) as stage:
            story = await stage.request(ONE)
            await story.until_asked("codes")
            [post] = await receiver.until(len)
    assert post.path == "/chat"
    assert story.reference in post.json["title"]
    body = post.json["message"]
    for part in (f"hosted-sms show {story.reference}", f"hosted-sms codes {story.reference} NUMBER=CODE", "…0101"):
        assert part in body
    assert not re.search(r"\+1[0-9]{10}|[*`]", body)


async def test_a_channel_that_always_fails_stops_no_request_and_no_other_channel(
    live_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with receiving() as receiver:
        bad = f'[[channels]]\nurl = "json://{NOT_LISTENING}/x"\n'
        path = channels_file(tmp_path, bad, channel(receiver, "good"), webhook(receiver))
        async with staged(live_server, NoHolders(), channels=path) as stage:
            await (await stage.request(ONE)).completes(ONE)
            posts = await receiver.until(lambda posts: len(posts) >= 4)
    assert Counter(post.path for post in posts) == {"/good": 2, "/hook": 2}


async def test_a_channel_is_tried_a_few_times_and_then_a_log_line_says_that_it_failed(
    skipping_server: WorkflowEnvironment, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with receiving(*[500] * 9) as receiver:
        path = channels_file(tmp_path, channel(receiver, "chat", 'name = "chat"'))
        async with staged(skipping_server, NoHolders(), channels=path) as stage:
            with caplog.at_level(logging.WARNING):
                report = await deliver(stage, Notification(event="ask_opened", event_id="evt_failing"))
    assert (report.told, report.failed) == ([], ["chat"])
    assert len(receiver.posts) == 4
    [line] = [record for record in caplog.records if record.message.startswith("channel_failed")]
    assert (line.__dict__["to"], line.__dict__["event_id"]) == ("chat", "evt_failing")


@pytest.mark.parametrize(
    ("statuses", "told", "posts"),
    [([500, 503, 302, 404, 500, 500, 500], ["crm"], 8), ([410], [], 1)],
    ids=["until it accepts", "until it says gone"],
)
async def test_a_program_is_tried_for_hours_under_the_same_id(
    skipping_server: WorkflowEnvironment, tmp_path: Path, statuses: list[int], told: list[str], posts: int
) -> None:
    async with receiving(*statuses) as receiver:
        path = channels_file(tmp_path, webhook(receiver, 'name = "crm"'))
        async with staged(skipping_server, NoHolders(), channels=path) as stage:
            report = await deliver(stage, Notification(event="request_ended", event_id=f"evt_{posts}"))
    assert (report.told, len(receiver.posts)) == (told, posts)
    assert {post.headers["webhook-id"] for post in receiver.posts} == {f"evt_{posts}"}
    assert len({post.body for post in receiver.posts}) == 1
    assert all(post.proven()["type"] == "request_ended" for post in receiver.posts)


async def test_a_program_that_always_fails_is_tried_for_three_days(
    skipping_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with receiving(*[500] * 200) as receiver:
        path = channels_file(tmp_path, webhook(receiver, 'name = "crm"'))
        async with staged(skipping_server, NoHolders(), channels=path) as stage:
            delivery = await start(stage, Notification(event="request_ended", event_id="evt_never"))
            await skipping_server.sleep(timedelta(days=2.5))
            assert (await delivery.describe()).status is WorkflowExecutionStatus.RUNNING
            await skipping_server.sleep(timedelta(days=0.6))
            with skipping_server.auto_time_skipping_disabled():  # its end is there, and the clock need not run for it
                report = await delivery.result()
    assert report.failed == ["crm"]
    assert 10 <= len(receiver.posts) <= 30


async def test_a_channel_gets_only_the_accounts_customers_and_events_that_it_names(
    skipping_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with receiving() as receiver:
        path = channels_file(
            tmp_path,
            channel(receiver, "acme", 'name = "acme"\naccounts = ["acme"]'),
            channel(receiver, "c-1", 'name = "c-1"\ncustomers = ["c-1"]'),
            channel(receiver, "ends", 'name = "ends"\nevents = ["request_ended"]'),
            channel(receiver, "boss", 'name = "boss"\nescalation = true'),
            webhook(receiver, 'name = "hook"\naccounts = ["acme"]\ncustomers = ["c-1"]'),
        )
        async with staged(skipping_server, NoHolders(), channels=path) as stage:
            cases = [
                (Notification(event="ask_opened"), set[str]()),
                (Notification(event="ask_opened", account="acme"), {"acme"}),
                (Notification(event="ask_opened", account="acme", customer="c-1"), {"acme", "c-1", "hook"}),
                (Notification(event="request_ended", customer="c-2"), {"ends"}),
                (Notification(event="ask_escalated", customer="c-1"), {"c-1", "boss"}),
            ]
            for place, (news, expected) in enumerate(cases):
                report = await deliver(stage, news.model_copy(update={"event_id": f"evt_r{place}"}))
                assert set(report.told) == expected, news


async def test_no_workflow_starts_for_a_notification_that_nothing_receives(
    live_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with receiving() as receiver:
        path = channels_file(tmp_path, webhook(receiver, 'accounts = ["another"]'))
        async with staged(live_server, NoHolders(), channels=path) as stage:
            story = await stage.request(ONE)
            await story.until_asked("codes")
            await story.cancel()
            await story.ends("cancelled")
            found = [run async for run in stage.client.list_workflows(f"TaskQueue = '{stage.queue}'")]
    types = {run.workflow_type for run in found}
    assert "HostNumbers" in types
    assert NOTIFICATION_WORKFLOW_TYPE not in types
    assert receiver.posts == []


async def test_notifications_add_no_work_to_the_request(live_server: WorkflowEnvironment, tmp_path: Path) -> None:
    work: list[Counter[str]] = []
    async with receiving() as receiver:
        for path in (None, channels_file(tmp_path, webhook(receiver))):
            async with staged(live_server, NoHolders(), channels=path) as stage:
                story = await stage.request(ONE)
                await story.completes(ONE)
                history = await story.handle.fetch_history()
                work.append(Counter(EventType.Name(event.event_type) for event in history.events))
                if path is not None:  # while there is a worker to deliver it
                    await receiver.until_notified("request_ended")
    of_work = ("EVENT_TYPE_MARKER_RECORDED", "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED")
    assert [work[0][kind] for kind in of_work] == [work[1][kind] for kind in of_work]
    assert work[0]["EVENT_TYPE_MARKER_RECORDED"] > 0


async def test_an_unanswered_ask_reaches_the_second_recipient_once_and_the_first_each_time(
    skipping_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    def title(event: str) -> str:
        return headline(Notification(event=event, reference=story.reference, kind="codes", numbers=1))

    async with receiving() as receiver:
        path = channels_file(tmp_path, channel(receiver, "people"), channel(receiver, "boss", "escalation = true"))
        settings = {"channels": path, "poll_interval": 3600.0, "escalate_at_reminder": 2}
        async with staged(skipping_server, NoHolders(), **settings) as stage:
            story = await stage.request(ONE)
            await story.ends("expired")
            ended = headline(Notification(event="request_ended", reference=story.reference, outcome="expired"))
            posts = await receiver.until(lambda posts: any(post.json["title"] == ended for post in posts))
    titles = Counter((post.path, post.json["title"]) for post in posts)
    assert [title_ for path_, title_ in titles if path_ == "/boss"] == [title("ask_escalated")]
    assert (titles["/boss", title("ask_escalated")], titles["/people", title("ask_escalated")]) == (1, 1)
    assert titles["/people", title("ask_reminder")] > 5
