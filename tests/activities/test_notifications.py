"""One delivery at a time: what counts as taken, what is tried again, and when."""

import dataclasses
import json
from collections.abc import Mapping
from datetime import timedelta

import pytest
from temporalio.common import RetryPolicy

from activities.notifications import NotificationActivities
from domain.deliveries import Delivery, NotTaken, RecipientNames
from domain.notification import Notification
from tests.activities.stage import Attempt, seconds

NEWS = Notification(event="ask_opened", event_id="evt_1", reference="r-1", text="Do it.")


class World:
    """Recipients, channels and webhooks in one, which answer as planned."""

    def __init__(self, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        self.reply = (status, headers or {})
        self.refusal: NotTaken | None = None
        self.sent: list[tuple[str, ...]] = []

    def channels_for(self, news: Notification) -> list[str]:
        return ["chat"] if news.account == "acme" else []

    def webhooks_for(self, _news: Notification) -> list[str]:
        return ["crm"]

    async def send(self, name: str, title: str, body: str) -> None:
        self.sent.append((name, title, body))
        if self.refusal:
            raise self.refusal

    async def post(self, name: str, event_id: str, body: bytes) -> tuple[int, Mapping[str, str]]:
        self.sent.append((name, event_id, body.decode()))
        if self.refusal:
            raise self.refusal
        return self.reply

    @property
    def activities(self) -> NotificationActivities:
        return NotificationActivities(self, self, self)


async def test_the_addressees_are_those_that_want_the_news() -> None:
    find = World().activities.find_addressees
    assert await Attempt().run(find, NEWS) == RecipientNames(channels=[], webhooks=["crm"])
    acme = NEWS.model_copy(update={"account": "acme"})
    assert await Attempt().run(find, acme) == RecipientNames(channels=["chat"], webhooks=["crm"])


async def test_a_channel_gets_a_title_and_a_text() -> None:
    world = World()
    await Attempt().run(world.activities.tell_channel, Delivery(to="chat", news=NEWS))
    [(name, title, body)] = world.sent
    assert (name, title) == ("chat", "r-1 needs an answer")
    assert body.startswith("Do it.\n")


@pytest.mark.parametrize("status", [200, 201, 204, 299])
async def test_any_2xx_is_success(status: int) -> None:
    world = World(status)
    await Attempt().run(world.activities.post_webhook, Delivery(to="crm", news=NEWS))
    [(name, event_id, body)] = world.sent
    assert (name, event_id, json.loads(body)["type"]) == ("crm", "evt_1", "ask_opened")


@pytest.mark.parametrize("status", [199, 301, 302, 400, 401, 404, 408, 429, 500, 503])
async def test_everything_else_is_tried_again(status: int) -> None:
    failure = await Attempt().fails(World(status).activities.post_webhook, Delivery(to="crm", news=NEWS))
    assert not failure.non_retryable
    assert failure.next_retry_delay is None
    assert failure.message == f"The webhook 'crm' answered {status}."


@pytest.mark.parametrize(("header", "wait"), [("30", 30.0), ("86400", 3600.0)])
async def test_a_pause_that_the_receiver_asks_for_is_kept_up_to_an_hour(header: str, wait: float) -> None:
    world = World(503, {"retry-after": header})
    assert seconds(await Attempt().fails(world.activities.post_webhook, Delivery(to="crm", news=NEWS))) == wait


async def test_a_short_pause_asked_for_each_time_does_not_keep_ours_from_growing() -> None:
    world, fifth = World(503, {"retry-after": "30"}), Attempt(5)
    policy = RetryPolicy(initial_interval=timedelta(seconds=2), backoff_coefficient=3.0)
    fifth.environment.info = dataclasses.replace(fifth.environment.info, retry_policy=policy)
    failure = await fifth.fails(world.activities.post_webhook, Delivery(to="crm", news=NEWS))
    assert failure.next_retry_delay is None


@pytest.mark.parametrize("header", ["soon", "-5", "0", "1.5", "²", "Wed, 21 Oct 2026 07:28:00 GMT"])
async def test_a_pause_that_is_no_count_of_seconds_is_left_to_us(header: str) -> None:
    world = World(503, {"retry-after": header})
    failure = await Attempt().fails(world.activities.post_webhook, Delivery(to="crm", news=NEWS))
    assert failure.next_retry_delay is None


async def test_gone_ends_the_tries() -> None:
    failure = await Attempt().fails(World(410).activities.post_webhook, Delivery(to="crm", news=NEWS))
    assert failure.non_retryable


@pytest.mark.parametrize("gone", [True, False])
async def test_what_the_settings_name_no_more_ends_the_tries_and_a_silence_does_not(gone: bool) -> None:  # noqa: FBT001 - a column of the table
    world = World()
    world.refusal = NotTaken("No.", gone=gone)
    for step in (world.activities.tell_channel, world.activities.post_webhook):
        assert (await Attempt().fails(step, Delivery(to="x", news=NEWS))).non_retryable is gone
