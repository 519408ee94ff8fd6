"""Documents pass the gate first. They are stored when the request that they belong to has not ended."""

import itertools

import pytest
from temporalio.client import Client

from domain import names
from runtime.document_store import DocumentStore
from services import documents, submit_documents
from services.documents import PdfBytes
from services.errors import Finished, Refused, UnknownReference
from tests.services.fixtures import Begin, pdf


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 zipped", "zip archive"),
        (b"hello", "plain text"),
        (b"%PDF-1.4\n" + b"x" * (6 * 1024 * 1024), "5 MB"),
    ],
)
async def test_what_is_no_usable_pdf_is_refused(content: bytes, named: str) -> None:
    with pytest.raises(Refused, match=named):
        await documents.check(PdfBytes("loa.pdf", content))


async def test_a_bill_that_does_not_show_a_number_is_a_warning() -> None:
    bill = await documents.check(pdf("Service for (512) 555-0100", "bill.pdf"))
    scan = await documents.check(pdf("", "scan.pdf"))
    half = await documents.check(pdf("Service for (512) 555-0100", "half.pdf", pages=2))

    assert await documents.bill_warnings(bill, ["+15125550100"]) == []
    [missing] = await documents.bill_warnings(bill, ["+15125550101"])
    [unreadable] = await documents.bill_warnings(scan, ["+15125550100"])
    assert await documents.bill_warnings(half, ["+15125550100"]) == []
    [in_part] = await documents.bill_warnings(half, ["+15125550101"])
    assert "1 of 2 pages" in in_part
    assert "1 of" not in missing
    assert "bill.pdf" in missing
    assert "+15125550101" in missing
    assert "scan.pdf" in unreadable


class Changing:
    """A PDF that is another each time it is read."""

    name = "changing"

    def __init__(self) -> None:
        self._versions = itertools.count()

    async def read(self) -> bytes:
        return pdf(f"version {next(self._versions)}").content


async def test_a_file_that_changes_after_its_check_is_not_stored(store: DocumentStore, reference: str) -> None:
    checked = await documents.check(Changing())

    with pytest.raises(Refused, match="changing"):
        await documents.put(store, reference, [checked])
    assert not await store.has(reference, checked.document)


async def test_nothing_submitted_is_refused() -> None:
    with pytest.raises(Refused):
        await submit_documents.check(None, None)


async def test_documents_of_an_open_request_are_stored_under_its_reference(
    silent: Client, store: DocumentStore, reference: str, begin: Begin
) -> None:
    await begin(silent, phone_numbers=["+15125550100"])
    checked = await submit_documents.check(pdf(), pdf("a bill", "bill.pdf"))

    stored = await submit_documents.store(silent, store, reference, checked)

    assert stored.loa is not None
    assert await store.has(reference, stored.loa)
    assert stored.bill is not None
    assert await store.has(reference, stored.bill)


async def test_documents_of_an_unknown_or_ended_request_are_not_stored(
    silent: Client, store: DocumentStore, reference: str, begin: Begin
) -> None:
    checked = await submit_documents.check(pdf(), None)
    with pytest.raises(UnknownReference):
        await submit_documents.store(silent, store, reference, checked)
    await begin(silent)
    await silent.get_workflow_handle(names.workflow_id(reference)).terminate()

    with pytest.raises(Finished, match="terminated"):
        await submit_documents.store(silent, store, reference, checked)
    assert checked.loa is not None
    assert not await store.has(reference, checked.loa.document)
