"""Publishes notifications: always as a log event, and by a workflow of its own to those who want them."""

import asyncio
import dataclasses
import uuid
from collections.abc import Callable

import structlog
from temporalio.client import Client
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain import names
from domain.deliveries import NotStarted
from domain.notification import Notification
from services.notifications import START_WITHIN, start_delivery

_log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True)
class TemporalNotifier:
    """Implements the port `Notifier`: starts one workflow for each notification."""

    client: Client
    queue: str = names.LOCAL_QUEUE
    wanted: Callable[[Notification], bool] = lambda _notification: True
    """Whether any recipient wants a notification. Without one no workflow is started."""

    async def publish(self, notification: Notification) -> None:
        """Log a notification and start its delivery. The same `event_id` is delivered once; an empty one is filled.

        A notification that Temporal will never accept is logged and dropped, since its publisher must not wait for it.

        Raises:
            NotStarted: it is unknown whether the delivery has started. The same may be published again.
        """
        if not notification.event_id:
            notification = notification.model_copy(update={"event_id": f"evt_{uuid.uuid4().hex}"})
        fields = notification.model_dump(mode="json", exclude={"event", "at", "per_number"}, exclude_defaults=True)
        _log.info(notification.event, **fields)
        if self.wanted(notification):
            await self._start(notification)

    async def _start(self, notification: Notification) -> None:
        workflow_id = names.notification_workflow_id(notification.event_id)
        try:
            async with asyncio.timeout(START_WITHIN):
                await start_delivery(self.client, notification, workflow_id, self.queue)
        except WorkflowAlreadyStartedError:
            return
        except (RPCError, TimeoutError, RuntimeError) as error:
            reason = str(error).partition("\n")[0][:200] or "no answer in time"
            never = isinstance(error, RPCError) and error.status is RPCStatusCode.INVALID_ARGUMENT
            what = "news_not_delivered" if never else "news_not_started"
            _log.warning(what, event_id=notification.event_id, reference=notification.reference, reason=reason)
            if not never:
                raise NotStarted(reason) from None
