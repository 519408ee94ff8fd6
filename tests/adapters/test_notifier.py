"""A published notification is always a log event, and starts a workflow where someone wants it."""

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

QUEUE = "no-worker"


def notification(**fields: Any) -> Notification:
    return Notification(**{"event": "ask_opened", "event_id": f"evt_{uuid.uuid4().hex}", "reference": "r-1", **fields})


async def started(client: Client, event_id: str) -> bool:
    try:
        await client.get_workflow_handle(names.notification_workflow_id(event_id)).describe()
    except RPCError:
        return False
    return True


async def test_a_notification_is_a_log_event_with_its_fields_and_no_number(client: Client) -> None:
    published = notification(
        kind="codes", numbers=2, ends=("+15125550100",), text="Call +15125550100 and have the code read out."
    )
    with capture_logs() as logs:
        await TemporalNotifier(client, QUEUE, wanted=lambda _notification: False).publish(published)
    [entry] = logs
    assert entry["event"] == "ask_opened"
    assert (entry["reference"], entry["kind"], entry["numbers"], entry["ends"]) == ("r-1", "codes", 2, ["…0100"])
    assert entry["text"] == "Call …0100 and have the code read out."
    assert "outcome" not in entry
    assert not await started(client, published.event_id)


async def test_the_same_event_is_delivered_once(client: Client) -> None:
    notifier, published = TemporalNotifier(client, QUEUE), notification()
    await notifier.publish(published)
    delivery = client.get_workflow_handle(names.notification_workflow_id(published.event_id))
    run = (await delivery.describe()).run_id
    await delivery.terminate()
    with capture_logs() as logs:
        await notifier.publish(published)  # a repeated activity does this, also after the delivery
    assert (
        await client.get_workflow_handle(names.notification_workflow_id(published.event_id)).describe()
    ).run_id == run
    assert [entry["event"] for entry in logs] == ["ask_opened"]


async def test_a_notification_without_an_id_gets_one(client: Client) -> None:
    with capture_logs() as logs:
        await TemporalNotifier(client, QUEUE).publish(notification(event_id=""))
    assert await started(client, logs[0]["event_id"])


async def test_a_refusal_that_may_pass_is_an_error_for_the_publisher(client: Client) -> None:
    config = client.config()
    config["namespace"] = "there-is-no-such-namespace"  # a server that has just started says so
    with capture_logs() as logs, pytest.raises(NotStarted):
        await TemporalNotifier(Client(**config), QUEUE).publish(notification())
    assert [entry["event"] for entry in logs] == ["ask_opened", "news_not_started"]
    assert logs[1]["reason"]


async def test_a_notification_that_the_server_never_accepts_is_logged_and_dropped(client: Client) -> None:
    with capture_logs() as logs:
        await TemporalNotifier(client, QUEUE).publish(notification(event_id="x" * 2000))
    assert [entry["event"] for entry in logs] == ["ask_opened", "news_not_delivered"]


@pytest.mark.timeout(30)
async def test_a_server_without_an_answer_delays_the_publisher_for_seconds_only() -> None:
    away = await Client.connect("127.0.0.1:9", lazy=True, data_converter=pydantic_data_converter)
    with capture_logs() as logs, pytest.raises(NotStarted):
        await TemporalNotifier(away, QUEUE).publish(notification())
    assert [entry["event"] for entry in logs] == ["ask_opened", "news_not_started"]
