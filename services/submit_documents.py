"""Hands documents in to a request that exists: gated, stored under its reference, named to it."""

from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client, WorkflowExecutionStatus

from domain.messages import Document
from runtime.documents import DocumentStore
from services import documents, progress, server_state
from services.documents import CheckedPdf
from services.errors import Finished, Refused


@dataclass(frozen=True)
class Papers:
    """An LOA, a bill or both, gated and not stored yet."""

    loa: CheckedPdf | None
    bill: CheckedPdf | None


@dataclass(frozen=True)
class StoredDocuments:
    """What is in the store now, and what a reviewer may object to."""

    loa: Document | None
    bill: Document | None
    warnings: list[str]


async def take(loa: Path | None, bill: Path | None) -> Papers:
    """Gates the files.

    Raises:
        Refused: there is none, or one is no PDF that Telnyx could use.
    """
    if loa is None and bill is None:
        raise Refused("No document is given: hand in the LOA with --loa, the bill with --bill, or both.")
    return Papers(
        loa=None if loa is None else await documents.take(loa),
        bill=None if bill is None else await documents.take(bill),
    )


async def store(client: Client, documents_store: DocumentStore, reference: str, papers: Papers) -> StoredDocuments:
    """Stores the papers of a request that is still open.

    Raises:
        UnknownReference: there is no such request.
        Finished: it is closed.
        DocumentStoreUnavailable: the store does not answer.
    """
    found = await server_state.describe(client, reference)
    if found.status is not WorkflowExecutionStatus.RUNNING:
        raise Finished(reference, progress.how_it_ended(found))
    request = await server_state.asked_for(client, found.id, found.run_id)
    given = [paper for paper in (papers.loa, papers.bill) if paper is not None]
    await documents.put(documents_store, reference, given)
    return StoredDocuments(
        loa=None if papers.loa is None else papers.loa.document,
        bill=None if papers.bill is None else papers.bill.document,
        warnings=await documents.bill_warnings(papers.bill, request.phone_numbers),
    )
