"""Compares a worker with this process: whether both use the same document store and the same keys."""

import asyncio
import secrets
from datetime import timedelta
from functools import partial

from temporalio.client import Client

from domain.checks import WorkerProbe, WorkerProbeReport
from runtime.document_store import DocumentStore
from services import short_workflows

LIMIT = timedelta(seconds=10)
TEXT = "the text whose fingerprint both sides make"


async def probe(client: Client, store: DocumentStore, times: int) -> list[WorkerProbeReport]:
    """What each worker that answers sees of a document that this process stores and deletes again.

    It is asked so many times at once, and any worker may take it. So some may answer twice, and others never.

    Raises:
        NoAnswer: no worker answered, or its document store does not.
        UndecryptablePayload: the worker encrypts with a key that this process does not have.
        DocumentStoreUnavailable: the document store of this process does not answer.
    """
    # Were it left behind, it would be deleted like the documents of any request that the server does not know.
    reference = f"doctor.{secrets.token_hex(8)}"
    document = await store.put(reference, secrets.token_bytes(16), "probe")
    try:
        asked = WorkerProbe(reference=reference, document=document, text=TEXT)
        run = partial(short_workflows.run, client, "ProbeWorker", asked, WorkerProbeReport, LIMIT)
        reports = await asyncio.gather(*(run() for _ in range(times)))
        return list({report.worker: report for report in reports}.values())
    finally:
        await store.delete_all(reference)
