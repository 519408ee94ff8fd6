"""Deletes the documents of requests that ended long ago, with everything else that the store holds for them."""

from datetime import datetime, timedelta
from typing import Protocol

import structlog
from temporalio import activity

from activities.heartbeats import send_heartbeats
from domain.activity_io import ForgetDocuments, ForgetDocumentsResult

log = structlog.get_logger(__name__)


class Archive(Protocol):
    """The document store, for deleting what is old."""

    async def untouched_since(self, instant: datetime) -> list[str]:
        """The references whose documents were all stored before an instant."""

    async def delete_all(self, reference: str) -> int:
        """Delete every document of a reference; returns how many there were."""


class ClosedRequests(Protocol):
    """Which requests have ended."""

    async def is_over(self, reference: str, *, since: datetime) -> bool:
        """Whether a request ended before an instant, or is unknown to the server."""


class ForgetDocumentsActivities:
    """Deletes old documents. It keeps those of a request that runs or ended recently."""

    def __init__(self, archive: Archive, requests: ClosedRequests, kept_days: int) -> None:
        self._archive = archive
        self._requests = requests
        self._kept = timedelta(days=kept_days)

    @activity.defn(name="forget_documents")
    async def forget_documents(self, work: ForgetDocuments) -> ForgetDocumentsResult:
        """Delete what was stored and whose request ended before the days for which documents are kept."""
        instant, requests, documents = work.now - self._kept, 0, 0
        async with send_heartbeats():
            for reference in await self._archive.untouched_since(instant):
                if await self._requests.is_over(reference, since=instant):
                    documents += await self._archive.delete_all(reference)
                    requests += 1
        log.info("documents_forgotten", requests=requests, documents=documents)
        return ForgetDocumentsResult(requests=requests, documents=documents)
