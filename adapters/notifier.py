"""Where news is given out: always as a log event, and to whatever the worker's settings name, by a workflow."""

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
from services.notifications import WITHIN, deliver

_log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True)
class TemporalNotifier:
    """Starts one workflow `TellPeople` for each piece of news."""

    client: Client
    queue: str = names.LOCAL_QUEUE
    wanted: Callable[[Notification], bool] = lambda _news: True
    """False where nobody would be told, so that no workflow is started for nothing. Only the worker knows."""

    async def publish(self, news: Notification) -> None:
        """Log news and have it delivered; the same `event_id` is delivered once, and without one it gets a new one.

        News that Temporal will never take is logged and left, since it must hold nobody up.

        Raises:
            NotStarted: nobody knows whether the delivery has begun; the same may be published again.
        """
        if not news.event_id:
            news = news.model_copy(update={"event_id": f"evt_{uuid.uuid4().hex}"})
        _log.info(news.event, **news.model_dump(mode="json", exclude={"event", "at"}, exclude_defaults=True))
        if not self.wanted(news):
            return
        try:
            async with asyncio.timeout(WITHIN):
                await self._start(news)
        except WorkflowAlreadyStartedError:
            return
        except (RPCError, TimeoutError, RuntimeError) as error:
            reason = str(error).partition("\n")[0][:200] or "no answer in time"
            never = isinstance(error, RPCError) and error.status is RPCStatusCode.INVALID_ARGUMENT
            what = "news_not_delivered" if never else "news_not_started"
            _log.warning(what, event_id=news.event_id, reference=news.reference, reason=reason)
            if not never:
                raise NotStarted(reason) from None

    async def _start(self, news: Notification) -> None:
        await deliver(self.client, news, names.notification_workflow_id(news.event_id), self.queue)
