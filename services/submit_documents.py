"""Submits documents to a request that exists: checks them, stores them, and returns what the request needs to know."""

from dataclasses import dataclass

from temporalio.client import Client, WorkflowExecutionStatus

from domain.messages import Document
from runtime.document_store import DocumentStore
from services import documents, progress, server_state
from services.documents import CheckedPdf, Pdf
from services.errors import Finished, Refused


@dataclass(frozen=True)
class CheckedDocuments:
    """An LOA, a bill or both, not stored yet."""

    loa: CheckedPdf | None
    bill: CheckedPdf | None


@dataclass(frozen=True)
class StoredDocuments:
    """What is in the store now. What a reviewer may object to stands in the request's answer."""

    loa: Document | None
    bill: Document | None


async def check(loa: Pdf | None, bill: Pdf | None) -> CheckedDocuments:
    """Passes the PDFs through the gate.

    Raises:
        Refused: there is none, or Telnyx could not use one of them.
    """
    if loa is None and bill is None:
        raise Refused("No document is given: give the LOA, the bill or both.")
    return CheckedDocuments(
        loa=None if loa is None else await documents.check(loa),
        bill=None if bill is None else await documents.check(bill),
    )


async def store(
    client: Client, documents_store: DocumentStore, reference: str, given: CheckedDocuments
) -> StoredDocuments:
    """Stores documents of a request that has not ended.

    Raises:
        UnknownReference: there is no such request.
        Finished: the request has ended.
        DocumentStoreUnavailable: the store does not answer.
    """
    found = await server_state.describe(client, reference)
    if found.status is not WorkflowExecutionStatus.RUNNING:
        raise Finished(reference, progress.how_it_ended(found))
    await documents.put(documents_store, reference, (pdf for pdf in (given.loa, given.bill) if pdf is not None))
    return StoredDocuments(
        loa=None if given.loa is None else given.loa.document,
        bill=None if given.bill is None else given.bill.document,
    )
