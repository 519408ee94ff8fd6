"""Where news is given out: always as a log event, and to whatever the worker's settings name, by a workflow."""

import asyncio
import dataclasses
import uuid
from collections.abc import Callable
from datetime import timedelta

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain import names, news_text
from domain.deliveries import NotStarted
from domain.news import News

WITHIN = 3.0
"""Seconds that a start may take: whoever publishes does not wait for people to be told."""

_log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True)
class TemporalBulletin:
    """Starts one workflow `TellPeople` for each piece of news."""

    client: Client
    queue: str = names.LOCAL_QUEUE
    wanted: Callable[[News], bool] = lambda _news: True
    """False where nobody would be told, so that no workflow is started for nothing. Only the worker knows."""

    async def publish(self, news: News) -> None:
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

    async def _start(self, news: News) -> None:
        await deliver(self.client, news, names.news_workflow_id(news.event_id), self.queue)


async def deliver(client: Client, news: News, workflow_id: str, queue: str) -> None:
    """Start the workflow that delivers news; the memo holds it too, so that lists need not read the history.

    Raises:
        WorkflowAlreadyStartedError: it was started before, however it ended.
        RPCError: Temporal does not answer as it should.
    """
    await client.start_workflow(
        names.NEWS_WORKFLOW_TYPE,
        news,
        id=workflow_id,
        task_queue=queue,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        memo={names.MEMO_NEWS: news},
        static_summary=news_text.label(news),
        rpc_timeout=timedelta(seconds=WITHIN),
    )
