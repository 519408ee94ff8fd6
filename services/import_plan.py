"""Turns the lines of a file into the plan of an import, and stores it.

The plan holds whole phone numbers, so it lies in the document store, as the PDFs do, and never in Temporal. Everything
of an import lies under one reference there, so it is forgotten as the documents of a request are.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Iterator, Sequence
from typing import TYPE_CHECKING

from domain.imports import PAGE, ImportLane, PlannedRow, import_reference
from domain.messages import Document
from services import digests, documents
from services.orders_file import Line

if TYPE_CHECKING:
    from runtime.document_store import DocumentStore

_ID_DIGITS = 12
_STORED_AT_ONCE = 10


def import_id(lines: Sequence[Line]) -> str:
    """The id of the import of these lines, a function of what makes their requests the same: who asks is left out."""
    digest = hashlib.sha256()
    for one in lines:
        request = one.prepared.request
        digest.update(json.dumps([one.row, request.reference, digests.digest(request)]).encode())
    return digest.hexdigest()[:_ID_DIGITS]


async def store(store: "DocumentStore", id_: str, lines: Sequence[Line]) -> list[ImportLane]:
    """Stores each distinct PDF once, and the plan in pages. Storing the same again changes nothing.

    Raises:
        Refused: a PDF changed since it was checked.
        DocumentStoreUnavailable: the store does not answer.
    """
    reference = import_reference(id_)
    pdfs = {pdf.document.sha256: pdf for line in lines for pdf in line.prepared.pdfs}
    await _bounded([documents.put(store, reference, [pdf]) for pdf in pdfs.values()])
    return [
        ImportLane(account=account, requests=len(some), pages=await _pages(store, reference, some))
        for account, some in _by_account(lines).items()
    ]


async def _pages(store: "DocumentStore", reference: str, lines: Sequence[Line]) -> list[Document]:
    return [await store.put(reference, page, "plan.jsonl") for page in _written(lines)]


def _written(lines: Sequence[Line]) -> Iterator[bytes]:
    for first in range(0, len(lines), PAGE):
        rows = (PlannedRow(row=one.row, request=one.prepared.request) for one in lines[first : first + PAGE])
        yield b"".join(row.model_dump_json().encode() + b"\n" for row in rows)


def _by_account(lines: Sequence[Line]) -> dict[str, list[Line]]:
    lanes: dict[str, list[Line]] = {}
    for line in lines:
        lanes.setdefault(line.prepared.request.account, []).append(line)
    return lanes


async def _bounded(works: Sequence[Awaitable[object]]) -> None:
    for first in range(0, len(works), _STORED_AT_ONCE):
        await asyncio.gather(*works[first : first + _STORED_AT_ONCE])
