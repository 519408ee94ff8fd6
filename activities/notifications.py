"""Delivers notifications to people and programs: each activity makes one call to one channel or webhook."""

import json
from collections.abc import Mapping
from datetime import timedelta

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.ports import Channels, Recipients, Webhooks
from domain import delays, notification_text
from domain.deliveries import Delivery, NotTaken, RecipientNames
from domain.notification import Notification

_SUCCESS = range(200, 300)
_GONE = 410
"""Standard Webhooks says that such a receiver wants no more."""

_log = structlog.get_logger(__name__)


class NotificationActivities:
    """Finds the recipients of a notification, and delivers it to one of them."""

    def __init__(self, recipients: Recipients, channels: Channels, webhooks: Webhooks) -> None:
        self._recipients = recipients
        self._channels = channels
        self._webhooks = webhooks

    @activity.defn(name="find_addressees")
    async def find_addressees(self, notification: Notification) -> RecipientNames:
        """Find who wants this notification, by its account, customer and event."""
        return RecipientNames(
            channels=self._recipients.channels_for(notification), webhooks=self._recipients.webhooks_for(notification)
        )

    @activity.defn(name="tell_channel")
    async def tell_channel(self, delivery: Delivery) -> None:
        """Notify people through one channel. It is tried a few times only: the reminder of an ask follows anyway."""
        news = delivery.news
        try:
            await self._channels.send(delivery.to, notification_text.headline(news), notification_text.body(news))
        except NotTaken as error:
            raise _retry(delivery, str(error), is_final=error.gone) from None
        _log.info("channel_told", channel=delivery.to, event_id=news.event_id, reference=news.reference)

    @activity.defn(name="post_webhook")
    async def post_webhook(self, delivery: Delivery) -> None:
        """Post to one outbound webhook. 2xx is success, 410 is the end, anything else is tried again for days."""
        news = delivery.news
        body = json.dumps(notification_text.payload(news), ensure_ascii=False, separators=(",", ":")).encode()
        try:
            status, headers = await self._webhooks.post(delivery.to, news.event_id, body)
        except NotTaken as error:
            raise _retry(delivery, str(error), is_final=error.gone) from None
        if status not in _SUCCESS:
            reason = f"The webhook {delivery.to!r} answered {status}."
            raise _retry(delivery, reason, is_final=status == _GONE, delay=_requested_delay(headers))
        _log.info("webhook_posted", webhook=delivery.to, event_id=news.event_id, reference=news.reference)


def _retry(delivery: Delivery, reason: str, *, is_final: bool, delay: timedelta | None = None) -> ApplicationError:
    _log.warning("news_not_taken", to=delivery.to, event_id=delivery.news.event_id, reason=reason)
    return ApplicationError(reason, type="NotTaken", non_retryable=is_final, next_retry_delay=delay)


def _requested_delay(headers: Mapping[str, str]) -> timedelta | None:
    """The delay that the receiver asks for in seconds; None when ours, which grows, is longer."""
    text = headers.get("retry-after", "")
    if not (text.isascii() and text.isdigit()):
        return None
    delay = timedelta(seconds=min(float(text), delays.LONGEST_RECEIVER_DELAY))
    return delay if delay > _own_delay() else None


def _own_delay() -> timedelta:
    """How long the server would wait by itself after this attempt."""
    policy = activity.info().retry_policy
    if policy is None:
        return timedelta(0)
    grown = policy.initial_interval.total_seconds() * policy.backoff_coefficient ** (activity.info().attempt - 1)
    return timedelta(seconds=min(grown, delays.LONGEST_RECEIVER_DELAY))
