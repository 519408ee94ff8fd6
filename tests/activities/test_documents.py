"""Step 4: documents pass the gate and are uploaded once, and the order then decides what follows."""

import asyncio
import threading
import time
from collections.abc import Iterable

import pytest
from fpdf import FPDF

from activities.documents import DocumentActivities
from domain.activity_io import CheckDocuments, DocumentCheckResult, UploadDocuments, UploadVerdict
from domain.messages import Document
from domain.vocabulary import AskKind, Next, NumberState
from runtime import pdf_gate
from runtime.document_store import DocumentStore
from telnyx_api.errors import OutcomeUnknown
from tests.activities.stage import NO_ORDER, A, Attempt, B, Stage, current, need_of, states_of

VERIFIED = {A: NumberState.VERIFIED, B: NumberState.VERIFIED}
IN_REVIEW = {A: NumberState.IN_REVIEW, B: NumberState.IN_REVIEW}
MISSING = Document(sha256="0" * 64, size=10, name="lost.pdf")


def pdf(*pages: str) -> bytes:
    document = FPDF()
    document.set_font("Helvetica", size=12)
    for text in pages:
        document.add_page()
        document.multi_cell(0, 8, text)
    return bytes(document.output())


class Documents:
    """A store with documents, and the activities that check and upload them."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._store = DocumentStore.from_url("memory://")
        self.activities = DocumentActivities(stage.accounts, self._store, pdf_gate)

    async def store(self, content: bytes, name: str = "loa #1.pdf") -> Document:
        return await self._store.put("r-1", content, name)

    async def work(self, order_id: str) -> UploadDocuments:
        loa, bill = await self.store(pdf("letter")), await self.store(pdf(f"bill of {A} and {B}"), "bill.pdf")
        return UploadDocuments(**dict(current(order_id, VERIFIED)), reference="r-1", loa=loa, bill=bill)

    async def upload(self, order_id: str, **changes: Document) -> UploadVerdict:
        work = (await self.work(order_id)).model_copy(update=changes)
        return await Attempt().run(self.activities.upload_documents, work)

    async def check(self, **documents: Document | None) -> DocumentCheckResult:
        work = CheckDocuments(reference="r-1", phone_numbers=[A, B], **documents)
        return await Attempt().run(self.activities.check_documents, work)

    async def count_uploads(self) -> int:
        return sum(len(order["uploads"]) for order in await self.stage.orders())


@pytest.fixture
def documents(stage: Stage) -> Documents:
    return Documents(stage)


@pytest.fixture
async def order_id(stage: Stage) -> str:
    """An order that waits for documents."""
    return await stage.verified_order(A, B)


async def test_both_documents_are_uploaded_and_the_numbers_are_in_review(
    stage: Stage, documents: Documents, order_id: str
) -> None:
    work = await documents.work(order_id)
    verdict = await Attempt().run(documents.activities.upload_documents, work)
    assert (verdict.next, states_of(verdict)) == (Next.GO_ON, IN_REVIEW)
    [order] = await stage.orders()
    assert order["uploads"] == [{"loa_sha256": work.loa.sha256, "bill_sha256": work.bill.sha256}]


@pytest.mark.parametrize("status", ["loa_file_successful", "provisioning"])
async def test_nothing_is_uploaded_to_an_order_that_has_documents(
    stage: Stage, documents: Documents, order_id: str, status: str
) -> None:
    await stage.set_status(order_id, status)
    verdict = await documents.upload(order_id)
    assert (verdict.next, states_of(verdict)) == (Next.GO_ON, IN_REVIEW)
    assert await documents.count_uploads() == 0


@pytest.mark.parametrize("status", ["loa_file_invalid", "incomplete_documentation", "incorrect_billing_information"])
async def test_after_a_refusal_documents_are_uploaded_to_the_same_order(
    stage: Stage, documents: Documents, order_id: str, status: str
) -> None:
    """The order keeps the status until Telnyx has seen the new documents, so it is no new refusal."""
    await stage.set_status(order_id, status)
    verdict = await documents.upload(order_id)
    assert (verdict.next, verdict.order_id, verdict.need) == (Next.GO_ON, order_id, None)
    assert states_of(verdict) == IN_REVIEW
    assert verdict.known_refusal, "the watch knows of the status, and reports it only if it is a new one"
    assert await documents.count_uploads() == 1


async def test_nothing_is_uploaded_to_an_order_that_has_ended(
    stage: Stage, documents: Documents, order_id: str
) -> None:
    await stage.set_status(order_id, "failed")
    assert set(states_of(await documents.upload(order_id)).values()) == {NumberState.FAILED}
    assert set(states_of(await documents.upload(NO_ORDER)).values()) == {NumberState.FAILED}
    assert await documents.count_uploads() == 0


async def test_a_number_that_has_ended_does_not_stop_the_upload_for_the_others(
    stage: Stage, documents: Documents, order_id: str
) -> None:
    await stage.set_status(order_id, None, {B: "failed_number_not_found"})
    verdict = await documents.upload(order_id)
    assert states_of(verdict) == {A: NumberState.IN_REVIEW, B: NumberState.FAILED}
    assert await documents.count_uploads() == 1


async def test_refused_documents_are_a_question_in_telnyx_own_words(
    stage: Stage, documents: Documents, order_id: str
) -> None:
    await stage.faults("422", calls=["upload"], pointer="/bill")
    verdict = await documents.upload(order_id)
    need = need_of(verdict)
    assert verdict.next is Next.ASK
    assert (need.kind, need.numbers) == (AskKind.DOCUMENTS, [A, B])
    assert "/bill" in need.guidance


async def test_a_refused_upload_is_no_question_when_the_order_is_in_review(
    stage: Stage, documents: Documents, order_id: str
) -> None:
    """The first upload succeeded without an answer, and the review has begun."""
    work, step, first = await documents.work(order_id), documents.activities.upload_documents, Attempt()
    await stage.faults("timeout_after_commit", calls=["upload"], times=1, delay=1.0)
    failure = await first.fails(step, work)
    assert failure.type == OutcomeUnknown.__name__
    await stage.set_status(order_id, "loa_file_successful")
    assert states_of(await first.next().run(step, work)) == IN_REVIEW
    assert await documents.count_uploads() == 1


async def test_a_refused_key_is_a_question_about_the_account(stage: Stage, documents: Documents, order_id: str) -> None:
    await stage.faults("401", calls=["upload"])
    assert need_of(await documents.upload(order_id)).kind is AskKind.ACCOUNT


@pytest.mark.parametrize("content", [None, b"PK\x03\x04 a zip"], ids=["missing", "no PDF"])
async def test_an_unusable_document_is_a_question_before_any_call_to_telnyx(
    stage: Stage, documents: Documents, content: bytes | None
) -> None:
    loa = MISSING if content is None else await documents.store(content, "lost.pdf")
    need = need_of(await documents.upload(NO_ORDER, loa=loa))
    assert need.kind is AskKind.DOCUMENTS
    assert "lost.pdf" in need.guidance
    assert not await stage.calls()


async def test_good_documents_are_accepted_without_a_warning(documents: Documents) -> None:
    bill = await documents.store(pdf(f"{A}, {B}"), "bill.pdf")
    checked = await documents.check(loa=await documents.store(pdf("letter")), bill=bill)
    assert (checked.accepted, checked.warning) == (True, "")


async def test_a_bill_that_was_read_in_part_says_so(documents: Documents) -> None:
    bill = await documents.store(pdf(f"bill for {A}", ""), "bill.pdf")
    checked = await documents.check(bill=bill)
    assert checked.accepted
    assert "1 of 2 pages" in checked.warning
    assert B in checked.warning
    assert A not in checked.warning


@pytest.mark.parametrize(("text", "missing"), [("bill for (212) 555-0101", [B]), ("", [])], ids=["number", "text"])
async def test_a_bill_that_lacks_something_is_accepted_with_a_warning(
    documents: Documents, text: str, missing: list[str]
) -> None:
    checked = await documents.check(bill=await documents.store(pdf(text), "bill.pdf"))
    assert checked.accepted
    assert checked.warning
    assert [number for number in (A, B) if number in checked.warning] == missing


async def test_an_unusable_document_is_refused_by_name(documents: Documents) -> None:
    unusable = await documents.check(loa=await documents.store(b"plain text", "lost.pdf"))
    missing = await documents.check(bill=MISSING)
    assert (unusable.accepted, missing.accepted) == (False, False)
    assert all("lost.pdf" in checked.sentence for checked in (unusable, missing))


async def test_checks_of_documents_leave_threads_for_other_work(stage: Stage) -> None:
    """Each check may take seconds, and a worker has few threads: names of servers are looked up in them, too."""
    at_work, most, lock = 0, 0, threading.Lock()

    class SlowGate:
        safe_name = staticmethod(pdf_gate.safe_name)

        def check(self, _content: bytes, _name: str) -> None:
            nonlocal at_work, most
            with lock:
                at_work, most = at_work + 1, max(most, at_work + 1)
            time.sleep(0.01)
            with lock:
                at_work -= 1

        def numbers_missing_from(self, content: bytes, _numbers: Iterable[str]) -> pdf_gate.BillReading:
            self.check(content, "")
            return pdf_gate.BillReading([], readable=True, pages=1, pages_read=1)

    store = DocumentStore.from_url("memory://")
    document = await store.put("r-1", b"%PDF", "loa.pdf")
    activities = DocumentActivities(stage.accounts, store, SlowGate())
    work = CheckDocuments(reference="r-1", phone_numbers=[A], loa=document, bill=document)
    results = await asyncio.gather(*(Attempt().run(activities.check_documents, work) for _ in range(12)))
    assert all(result.accepted for result in results)
    assert most == 2
