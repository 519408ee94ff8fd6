"""People and programs are told of asks, reminders and outcomes: over real HTTP, and never with a number or a code."""

import logging
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from adapters.order_holders import TemporalOrderHolders
from domain.deliveries import DeliveryReport
from domain.names import NOTIFICATION_WORKFLOW_TYPE
from domain.notification import Notification
from tests.workflows.receivers import channel, channels_file, receiving, webhook
from tests.workflows.stage import NoHolders, staged

ONE, TWO = "+15125550101", "+15125550102"
NOBODY = "127.0.0.1:9"  # the discard port, where nobody listens


async def tell(client: Client, queue: str, news: Notification) -> DeliveryReport:
    """Deliver one piece of news and say what became of it."""
    told: DeliveryReport = await client.execute_workflow(
        NOTIFICATION_WORKFLOW_TYPE, news, id=f"news-{news.event_id}", task_queue=queue, result_type=DeliveryReport
    )
    return told


async def test_a_request_tells_a_program_of_its_asks_and_its_end_with_proven_posts(
    live_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with receiving() as receiver:
        holders, path = TemporalOrderHolders(live_server.client), channels_file(tmp_path, webhook(receiver))
        async with staged(live_server, holders, channels=path) as stage:
            story = await stage.request(ONE, TWO, customer="c-7")
            await story.until_asked("codes")
            asked = await receiver.until_told("ask_opened")
            sent_codes = [await stage.code(number) for number in (ONE, TWO)]
            await story.codes(ONE, TWO)
            await story.ends("active")
            ended = await receiver.until_told("request_ended")
    said = asked.proven()
    assert said["data"]["reference"] == story.reference
    assert (said["data"]["kind"], said["data"]["customer"], said["data"]["numbers"]) == ("codes", "c-7", 2)
    assert said["data"]["ends"] == ["…0101", "…0102"]
    assert said["data"]["command"] == f"hosted-sms codes {story.reference} NUMBER=CODE"
    assert said["data"]["deadline"] is not None
    assert ended.proven()["data"]["outcome"] == "active"
    everything = "".join(post.body.decode() for post in receiver.posts)
    assert not re.search(r"\+1[0-9]{10}", everything)
    assert not [code for code in sent_codes if code in everything]


async def test_people_are_told_in_plain_text_what_to_do_and_by_which_command(
    live_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with receiving() as receiver:
        path = channels_file(tmp_path, channel(receiver, "chat", 'events = ["ask_opened"]'))
        async with staged(live_server, NoHolders(), channels=path) as stage:
            story = await stage.request(ONE)
            await story.until_asked("codes")
            [post] = await receiver.until(len)
            await story.cancel()
            await story.ends("cancelled")
    assert post.path == "/chat"
    assert post.json["title"] == f"{story.reference} needs ownership codes"
    body = post.json["message"]
    assert f"See it: hosted-sms show {story.reference}" in body
    assert f"Answer it: hosted-sms codes {story.reference} NUMBER=CODE" in body
    assert "…0101" in body
    assert not re.search(r"\+1[0-9]{10}|[*`]", body)


async def test_a_channel_that_always_fails_stops_no_request_and_no_other_channel(
    live_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with receiving() as receiver:
        bad = f'[[channels]]\nurl = "json://{NOBODY}/x"\n'
        path = channels_file(tmp_path, bad, channel(receiver, "good"), webhook(receiver))
        async with staged(live_server, NoHolders(), channels=path) as stage:
            story = await stage.request(ONE)
            await story.until_asked("codes")
            await story.codes(ONE)
            await story.ends("active")
            posts = await receiver.until(lambda posts: len(posts) >= 4)
    assert [post.path for post in posts].count("/good") == 2
    assert [post.path for post in posts].count("/hook") == 2


async def test_a_channel_is_tried_a_few_times_and_then_a_log_line_says_that_it_failed(
    skipping_server: WorkflowEnvironment, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with receiving(*[500] * 9) as receiver:
        path = channels_file(tmp_path, channel(receiver, "chat", 'name = "chat"'))
        async with staged(skipping_server, NoHolders(), channels=path) as stage:
            with caplog.at_level(logging.WARNING):
                told = await tell(stage.client, stage.queue, Notification(event="ask_opened", event_id="evt_failing"))
    assert (told.told, told.failed) == ([], ["chat"])
    assert len(receiver.posts) == 4
    [line] = [record for record in caplog.records if record.message.startswith("channel_failed")]
    assert (line.__dict__["to"], line.__dict__["event_id"]) == ("chat", "evt_failing")


async def test_a_program_that_is_away_for_hours_is_told_in_the_end_under_the_same_id(
    skipping_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with receiving(500, 503, 302, 404, 500, 500, 500) as receiver:
        path = channels_file(tmp_path, webhook(receiver, 'name = "crm"'))
        async with staged(skipping_server, NoHolders(), channels=path) as stage:
            told = await tell(stage.client, stage.queue, Notification(event="request_ended", event_id="evt_away"))
    assert told.told == ["crm"]
    assert len(receiver.posts) == 8
    assert {post.headers["webhook-id"] for post in receiver.posts} == {"evt_away"}
    assert len({post.body for post in receiver.posts}) == 1
    assert all(post.proven()["type"] == "request_ended" for post in receiver.posts)


async def test_a_program_that_says_gone_is_not_tried_again(
    skipping_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with receiving(410) as receiver:
        path = channels_file(tmp_path, webhook(receiver, 'name = "crm"'))
        async with staged(skipping_server, NoHolders(), channels=path) as stage:
            told = await tell(stage.client, stage.queue, Notification(event="request_ended", event_id="evt_gone"))
    assert told.failed == ["crm"]
    assert len(receiver.posts) == 1


async def test_a_program_that_never_comes_back_is_given_up_after_three_days(
    skipping_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with receiving(*[500] * 200) as receiver:
        path = channels_file(tmp_path, webhook(receiver, 'name = "crm"'))
        async with staged(skipping_server, NoHolders(), channels=path) as stage:
            news = Notification(event="request_ended", event_id="evt_never")
            delivery = await stage.client.start_workflow(
                NOTIFICATION_WORKFLOW_TYPE,
                news,
                id=f"news-{news.event_id}",
                task_queue=stage.queue,
                result_type=DeliveryReport,
            )
            await skipping_server.sleep(timedelta(days=2.5))
            assert (await delivery.describe()).status is WorkflowExecutionStatus.RUNNING
            await skipping_server.sleep(timedelta(days=0.6))
            with skipping_server.auto_time_skipping_disabled():  # its end is there, and the clock need not run for it
                told = await delivery.result()
    assert told.failed == ["crm"]
    assert 10 <= len(receiver.posts) <= 30


async def test_everybody_is_told_only_of_their_accounts_customers_and_events(
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
                told = await tell(stage.client, stage.queue, news.model_copy(update={"event_id": f"evt_r{place}"}))
                assert set(told.told) == expected, news


async def test_a_request_whose_news_nobody_wants_starts_no_workflow_for_it(
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


async def test_telling_people_gives_the_request_nothing_more_to_do(
    live_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    work: list[Counter[str]] = []
    async with receiving() as receiver:
        for path in (None, channels_file(tmp_path, webhook(receiver))):
            async with staged(live_server, NoHolders(), channels=path) as stage:
                story = await stage.request(ONE)
                await story.until_asked("codes")
                await story.codes(ONE)
                await story.ends("active")
                history = await story.handle.fetch_history()
                work.append(Counter(EventType.Name(event.event_type) for event in history.events))
                if path is not None:  # while there is a worker to deliver it
                    await receiver.until_told("request_ended")
    of_work = ("EVENT_TYPE_MARKER_RECORDED", "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED")
    assert [work[0][kind] for kind in of_work] == [work[1][kind] for kind in of_work]
    assert work[0]["EVENT_TYPE_MARKER_RECORDED"] > 0


async def test_what_nobody_answers_reaches_the_second_recipient_once_and_the_first_each_time(
    skipping_server: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with receiving() as receiver:
        path = channels_file(tmp_path, channel(receiver, "support"), channel(receiver, "boss", "escalation = true"))
        async with staged(
            skipping_server, NoHolders(), channels=path, poll_interval=3600.0, escalate_at_reminder=2
        ) as stage:
            story = await stage.request(ONE)
            await story.ends("expired")
            posts = await receiver.until(lambda posts: any("ended" in post.json["title"] for post in posts))
    titles = {where: [post.json["title"] for post in posts if post.path == where] for where in ("/services", "/boss")}
    escalated = f"{story.reference} needs ownership codes, and no one has answered"
    assert titles["/boss"] == [escalated]
    assert titles["/services"].count(escalated) == 1
    assert len([title for title in titles["/services"] if "still needs" in title]) > 5
