"""News given out: always a log event, a workflow where somebody wants it, and never dropped in silence."""

import uuid
from typing import Any

import pytest
from structlog.testing import capture_logs
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError

from adapters.notifier import TemporalNotifier
from domain import names
from domain.deliveries import NotStarted
from domain.notification import Notification

QUEUE = "nobody-works-here"


def news(**fields: Any) -> Notification:
    return Notification(**{"event": "ask_opened", "event_id": f"evt_{uuid.uuid4().hex}", "reference": "r-1", **fields})


async def started(client: Client, event_id: str) -> bool:
    try:
        await client.get_workflow_handle(names.notification_workflow_id(event_id)).describe()
    except RPCError:
        return False
    return True


async def test_news_is_a_log_event_of_its_name_with_its_fields_and_no_number(client: Client) -> None:
    told = news(kind="codes", numbers=2, ends=("+15125550100",), text="Call +15125550100 and have the code read out.")
    with capture_logs() as logs:
        await TemporalNotifier(client, QUEUE, wanted=lambda _news: False).publish(told)
    [entry] = logs
    assert entry["event"] == "ask_opened"
    assert (entry["reference"], entry["kind"], entry["numbers"], entry["ends"]) == ("r-1", "codes", 2, ["…0100"])
    assert entry["text"] == "Call …0100 and have the code read out."
    assert "outcome" not in entry
    assert not await started(client, told.event_id)


async def test_the_same_event_is_delivered_once_however_often_it_is_published(client: Client) -> None:
    bulletin, told = TemporalNotifier(client, QUEUE), news()
    await bulletin.publish(told)
    run = (await client.get_workflow_handle(names.notification_workflow_id(told.event_id)).describe()).run_id
    await client.get_workflow_handle(names.notification_workflow_id(told.event_id)).terminate()
    with capture_logs() as logs:
        await bulletin.publish(told)  # as a repeated activity does, also when the delivery is over
    assert (await client.get_workflow_handle(names.notification_workflow_id(told.event_id)).describe()).run_id == run
    assert [entry["event"] for entry in logs] == ["ask_opened"]


async def test_news_without_an_id_gets_one(client: Client) -> None:
    with capture_logs() as logs:
        await TemporalNotifier(client, QUEUE).publish(news(event_id=""))
    assert await started(client, logs[0]["event_id"])


async def test_a_server_that_refuses_now_may_take_it_later_so_whoever_publishes_hears_of_it(client: Client) -> None:
    config = client.config()
    config["namespace"] = "there-is-no-such-namespace"  # as a server says that has just come up
    with capture_logs() as logs, pytest.raises(NotStarted):
        await TemporalNotifier(Client(**config), QUEUE).publish(news())
    assert [entry["event"] for entry in logs] == ["ask_opened", "news_not_started"]
    assert logs[1]["reason"]


async def test_what_the_server_will_never_take_is_a_log_line_and_holds_nobody_up(client: Client) -> None:
    with capture_logs() as logs:
        await TemporalNotifier(client, QUEUE).publish(news(event_id="x" * 2000))
    assert [entry["event"] for entry in logs] == ["ask_opened", "news_not_delivered"]


@pytest.mark.timeout(30)
async def test_a_server_that_is_away_holds_nobody_up_for_long() -> None:
    away = await Client.connect("127.0.0.1:9", lazy=True, data_converter=pydantic_data_converter)
    with capture_logs() as logs, pytest.raises(NotStarted):
        await TemporalNotifier(away, QUEUE).publish(news())
    assert [entry["event"] for entry in logs] == ["ask_opened", "news_not_started"]
