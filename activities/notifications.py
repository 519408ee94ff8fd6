"""Delivers news to people and programs: one call to one channel or webhook at a time; none of it is Telnyx."""

import json
from collections.abc import Mapping
from datetime import timedelta

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import delays
from activities.ports import Channels, Recipients, Webhooks
from domain import notification_text
from domain.deliveries import Delivery, NotTaken, RecipientNames
from domain.notification import Notification

_TAKEN = range(200, 300)
_GONE = 410  # by the specification of Standard Webhooks the receiver wants no more of it

_log = structlog.get_logger(__name__)


class NotificationActivities:
    """Knows who is to be told, and tells them."""

    def __init__(self, recipients: Recipients, channels: Channels, webhooks: Webhooks) -> None:
        self._recipients = recipients
        self._channels = channels
        self._webhooks = webhooks

    @activity.defn(name="find_addressees")
    async def find_addressees(self, news: Notification) -> RecipientNames:
        """Who wants this news, by account, customer and event; nobody else learns of it."""
        return RecipientNames(
            channels=self._recipients.channels_for(news), webhooks=self._recipients.webhooks_for(news)
        )

    @activity.defn(name="tell_channel")
    async def tell_channel(self, delivery: Delivery) -> None:
        """Tell people through one channel; a few tries, since it is no disaster when one is missed."""
        news = delivery.news
        try:
            await self._channels.send(delivery.to, notification_text.headline(news), notification_text.body(news))
        except NotTaken as error:
            raise _again(delivery, str(error), useless=error.gone) from None
        _log.info("channel_told", channel=delivery.to, event_id=news.event_id, reference=news.reference)

    @activity.defn(name="post_webhook")
    async def post_webhook(self, delivery: Delivery) -> None:
        """Post to one outbound webhook: 2xx is success, 410 ends it, anything else is tried again for days."""
        news = delivery.news
        body = json.dumps(notification_text.payload(news), ensure_ascii=False, separators=(",", ":")).encode()
        try:
            status, headers = await self._webhooks.post(delivery.to, news.event_id, body)
        except NotTaken as error:
            raise _again(delivery, str(error), useless=error.gone) from None
        if status not in _TAKEN:
            reason = f"The webhook {delivery.to!r} answered {status}."
            raise _again(delivery, reason, useless=status == _GONE, wait=_wait_named(headers))
        _log.info("webhook_posted", webhook=delivery.to, event_id=news.event_id, reference=news.reference)


def _again(delivery: Delivery, reason: str, *, useless: bool, wait: timedelta | None = None) -> ApplicationError:
    _log.warning("news_not_taken", to=delivery.to, event_id=delivery.news.event_id, reason=reason)
    return ApplicationError(reason, type="NotTaken", non_retryable=useless, next_retry_delay=wait)


def _wait_named(headers: Mapping[str, str]) -> timedelta | None:
    """The pause that the receiver asks for in seconds, when it is longer than our own, which grows."""
    text = headers.get("retry-after", "")
    if not (text.isascii() and text.isdigit()):
        return None
    wait = timedelta(seconds=min(float(text), delays.LONGEST_WEBHOOK_DELAY))
    return wait if wait > _own_pause() else None


def _own_pause() -> timedelta:
    """How long the server would wait by itself after this attempt."""
    policy = activity.info().retry_policy
    if policy is None:
        return timedelta(0)
    grown = policy.initial_interval.total_seconds() * policy.backoff_coefficient ** (activity.info().attempt - 1)
    return timedelta(seconds=min(grown, delays.LONGEST_WEBHOOK_DELAY))
