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
from temporalio.service import RPCError

from domain import names
from domain.news import News

WITHIN = 3.0
"""Seconds that a start may take: whoever publishes does not wait for people to be told."""

MEMO_NEWS = "news"
"""Memo key of the news itself; encrypted like the input."""

_log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True)
class TemporalBulletin:
    """Starts one workflow `TellPeople` for each piece of news; also the public process may use it."""

    client: Client
    queue: str = names.LOCAL_QUEUE
    wanted: Callable[[News], bool] = lambda _news: True
    """False where nobody would be told, so that no workflow is started for nothing. Only the worker knows."""

    async def publish(self, news: News) -> None:
        """Log news and have it delivered; a failure is logged, since nothing may fail for it.

        The same `event_id` is delivered once; without one it gets a new one.
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
            _log.warning("news_not_delivered", event_id=news.event_id, reference=news.reference, reason=reason)

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
        memo={MEMO_NEWS: news},
        static_summary=f"{news.event} {news.reference or news.account}",
        rpc_timeout=timedelta(seconds=WITHIN),
    )
