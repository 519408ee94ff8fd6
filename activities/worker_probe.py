"""Says what a worker sees of what it must share with the other processes: the document store and a key."""

from collections.abc import Sequence
from typing import Protocol

from temporalio import activity

from activities.ports import Fingerprinter
from domain.checks import WorkerProbe, WorkerProbeReport
from domain.messages import Document


class ProbedStore(Protocol):
    """The document store, for looking whether a document is there."""

    async def has(self, reference: str, document: Document) -> bool:
        """Whether the store holds a document of this hash and size."""


class WorkerProbeActivities:
    """Compares this worker with the process that asks, and changes nothing."""

    def __init__(
        self, store: ProbedStore, fingerprints: Fingerprinter, worker: str = "", key_ids: Sequence[str] = ()
    ) -> None:
        self._store = store
        self._fingerprints = fingerprints
        self._worker = worker
        self._key_ids = list(key_ids)

    @activity.defn(name="probe_worker")
    async def probe_worker(self, probe: WorkerProbe) -> WorkerProbeReport:
        """Look for the document of a probe in this worker's store, make the fingerprint of its text, and name the keys.

        Raises:
            DocumentStoreUnavailable: the worker's store does not answer.
        """
        sees = await self._store.has(probe.reference, probe.document)
        return WorkerProbeReport(
            sees_document=sees,
            fingerprint=self._fingerprints.of(probe.text),
            worker=self._worker,
            key_ids=self._key_ids,
        )
