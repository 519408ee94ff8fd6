"""Compares a worker with this process: whether both use the same document store and the same keys."""

import secrets
from datetime import timedelta

from temporalio.client import Client

from domain.checks import WorkerProbe, WorkerProbeReport
from runtime.document_store import DocumentStore
from services import short_workflows

LIMIT = timedelta(seconds=10)
TEXT = "the text whose fingerprint both sides make"


async def probe(client: Client, store: DocumentStore) -> WorkerProbeReport:
    """What a worker sees of a document that this process stores and deletes again.

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
        return await short_workflows.run(client, "ProbeWorker", asked, WorkerProbeReport, LIMIT)
    finally:
        await store.delete_all(reference)
