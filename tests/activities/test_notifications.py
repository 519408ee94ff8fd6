"""One delivery at a time: what counts as success, what is tried again, and when."""

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


class FakeDelivery:
    """Recipients, channels and webhooks in one, which answer as told."""

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


async def test_the_recipients_are_those_that_want_the_notification() -> None:
    find = FakeDelivery().activities.find_addressees
    assert await Attempt().run(find, NEWS) == RecipientNames(channels=[], webhooks=["crm"])
    acme = NEWS.model_copy(update={"account": "acme"})
    assert await Attempt().run(find, acme) == RecipientNames(channels=["chat"], webhooks=["crm"])


async def test_a_channel_gets_a_title_and_a_text() -> None:
    fake = FakeDelivery()
    await Attempt().run(fake.activities.tell_channel, Delivery(to="chat", news=NEWS))
    [(name, title, body)] = fake.sent
    assert (name, title) == ("chat", "r-1 needs an answer")
    assert body.startswith("Do it.\n")


@pytest.mark.parametrize("status", [200, 201, 204, 299])
async def test_any_2xx_is_success(status: int) -> None:
    fake = FakeDelivery(status)
    await Attempt().run(fake.activities.post_webhook, Delivery(to="crm", news=NEWS))
    [(name, event_id, body)] = fake.sent
    assert (name, event_id, json.loads(body)["type"]) == ("crm", "evt_1", "ask_opened")


@pytest.mark.parametrize("status", [199, 301, 302, 400, 401, 404, 408, 429, 500, 503])
async def test_any_other_status_is_tried_again(status: int) -> None:
    failure = await Attempt().fails(FakeDelivery(status).activities.post_webhook, Delivery(to="crm", news=NEWS))
    assert not failure.non_retryable
    assert failure.next_retry_delay is None
    assert str(status) in failure.message


@pytest.mark.parametrize(("header", "wait"), [("30", 30.0), ("86400", 3600.0)])
async def test_a_delay_that_the_receiver_asks_for_is_kept_up_to_an_hour(header: str, wait: float) -> None:
    fake = FakeDelivery(503, {"retry-after": header})
    assert seconds(await Attempt().fails(fake.activities.post_webhook, Delivery(to="crm", news=NEWS))) == wait


async def test_our_own_delay_grows_beyond_one_that_the_receiver_asks_for() -> None:
    fake, fifth = FakeDelivery(503, {"retry-after": "30"}), Attempt(5)
    policy = RetryPolicy(initial_interval=timedelta(seconds=2), backoff_coefficient=3.0)
    fifth.change_info(retry_policy=policy)
    failure = await fifth.fails(fake.activities.post_webhook, Delivery(to="crm", news=NEWS))
    assert failure.next_retry_delay is None


@pytest.mark.parametrize("header", ["soon", "-5", "0", "1.5", "²", "Wed, 21 Oct 2026 07:28:00 GMT"])
async def test_a_header_that_names_no_seconds_is_ignored(header: str) -> None:
    fake = FakeDelivery(503, {"retry-after": header})
    failure = await Attempt().fails(fake.activities.post_webhook, Delivery(to="crm", news=NEWS))
    assert failure.next_retry_delay is None


async def test_the_status_410_ends_the_delivery() -> None:
    failure = await Attempt().fails(FakeDelivery(410).activities.post_webhook, Delivery(to="crm", news=NEWS))
    assert failure.non_retryable


@pytest.mark.parametrize("gone", [True, False])
async def test_a_recipient_that_the_settings_no_longer_name_ends_the_delivery_and_no_answer_does_not(
    *, gone: bool
) -> None:
    fake = FakeDelivery()
    fake.refusal = NotTaken("No.", gone=gone)
    for step in (fake.activities.tell_channel, fake.activities.post_webhook):
        assert (await Attempt().fails(step, Delivery(to="x", news=NEWS))).non_retryable is gone
