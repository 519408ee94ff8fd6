"""Documents from files: gated, then stored; handed in to a request that is open."""

from pathlib import Path

import pytest
from temporalio.client import Client

from domain import names
from runtime.documents import DocumentStore
from services import documents, submit_documents
from services.errors import Finished, Refused, UnknownReference
from tests.services.fixtures import Begin, MakePdf


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04 zipped", "looks like a zip archive, not like a PDF"),
        (b"hello", "looks like plain text, not like a PDF"),
        (b"%PDF-1.4\n" + b"x" * (6 * 1024 * 1024), "5 MB"),
        (b"%PDF-1.4\n" + b"x" * (11 * 1024 * 1024), "5 MB"),
    ],
)
async def test_what_is_no_usable_pdf_is_refused(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(content)

    with pytest.raises(Refused, match=sentence):
        await documents.take(path)


async def test_a_missing_file_and_a_folder_are_refused_with_their_path(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"There is no file .*gone\.pdf: correct the path"):
        await documents.take(tmp_path / "gone.pdf")
    with pytest.raises(Refused, match="is a folder: name the PDF itself"):
        await documents.take(tmp_path)


async def test_a_bill_without_the_numbers_is_a_warning(pdf: MakePdf) -> None:
    bill = await documents.take(pdf("Service for (512) 555-0100", "bill.pdf"))

    assert await documents.bill_warnings(bill, ["+15125550100"]) == []
    assert await documents.bill_warnings(bill, ["+15125550101"]) == [
        "bill.pdf does not show +15125550101: the review may refuse the bill."
    ]


async def test_a_bill_without_text_is_a_warning(pdf: MakePdf) -> None:
    bill = await documents.take(pdf("", "scan.pdf"))

    [warning] = await documents.bill_warnings(bill, ["+15125550100"])
    assert "cannot be read" in warning


async def test_a_file_that_changes_meanwhile_is_not_stored(pdf: MakePdf, store: DocumentStore, reference: str) -> None:
    path = pdf()
    paper = await documents.take(path)
    path.write_bytes(path.read_bytes() + b"\n%more")

    with pytest.raises(Refused, match="changed while it was handed in"):
        await documents.put(store, reference, [paper])
    assert not await store.has(reference, paper.document)


async def test_nothing_handed_in_is_refused() -> None:
    with pytest.raises(Refused, match="--loa"):
        await submit_documents.take(None, None)


async def test_papers_of_an_open_request_are_stored_under_its_reference(
    silent: Client, store: DocumentStore, reference: str, pdf: MakePdf, begin: Begin
) -> None:
    await begin(silent, phone_numbers=["+15125550100"])
    papers = await submit_documents.take(pdf(), pdf("a bill", "bill.pdf"))

    handed_in = await submit_documents.store(silent, store, reference, papers)

    assert handed_in.loa is not None
    assert await store.has(reference, handed_in.loa)
    assert handed_in.bill is not None
    assert await store.has(reference, handed_in.bill)
    assert "+15125550100" in handed_in.warnings[0]


async def test_papers_for_nobody_or_for_a_finished_request_are_not_stored(
    silent: Client, store: DocumentStore, reference: str, pdf: MakePdf, begin: Begin
) -> None:
    papers = await submit_documents.take(pdf(), None)
    with pytest.raises(UnknownReference):
        await submit_documents.store(silent, store, reference, papers)
    await begin(silent)
    await silent.get_workflow_handle(names.workflow_id(reference)).terminate()

    with pytest.raises(Finished, match="terminated"):
        await submit_documents.store(silent, store, reference, papers)
    assert papers.loa is not None
    assert not await store.has(reference, papers.loa.document)
