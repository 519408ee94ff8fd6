"""The fourth step: papers pass the gate, go up once, and what the order then says is no guess."""

import pytest
from fpdf import FPDF

from activities.documents import DocumentActivities
from domain.activity_io import CheckDocuments, DocumentCheckResult, OrderVerdict, UploadDocuments
from domain.messages import Document
from domain.vocabulary import AskKind, Next, NumberState
from runtime import pdf_gate
from runtime.document_store import DocumentStore
from telnyx_api.errors import OutcomeUnknown
from tests.activities.stage import A, Attempt, B, Stage, in_hand

VERIFIED = {A: NumberState.VERIFIED, B: NumberState.VERIFIED}


def pdf(text: str) -> bytes:
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica", size=12)
    document.multi_cell(0, 8, text)
    return bytes(document.output())


class HostedSms:
    """Where papers are handed in and uploaded from."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.store = DocumentStore.from_url("memory://")
        self.activities = DocumentActivities(stage.accounts, self.store, pdf_gate)

    async def paper(self, content: bytes, name: str = "loa #1.pdf") -> Document:
        return await self.store.put("r-1", content, name)

    async def work(self, order_id: str, known: dict[str, NumberState] | None = None) -> UploadDocuments:
        loa, bill = await self.paper(pdf("letter")), await self.paper(pdf(f"bill of {A} and {B}"), "bill.pdf")
        return UploadDocuments(**dict(in_hand(order_id, known or VERIFIED)), reference="r-1", loa=loa, bill=bill)

    async def upload(self, work: UploadDocuments) -> OrderVerdict:
        return await Attempt().run(self.activities.upload_documents, work)

    async def check(self, **papers: Document | None) -> DocumentCheckResult:
        work = CheckDocuments(reference="r-1", phone_numbers=[A, B], **papers)
        return await Attempt().run(self.activities.check_documents, work)

    async def uploads(self) -> int:
        return sum(len(order["uploads"]) for order in await self.stage.truth())


@pytest.fixture
def desk(stage: Stage) -> HostedSms:
    return HostedSms(stage)


async def test_both_papers_go_up_and_the_numbers_are_in_review(stage: Stage, desk: HostedSms) -> None:
    work = await desk.work(await stage.verified_order(A, B))
    verdict = await desk.upload(work)
    assert verdict.next is Next.GO_ON
    assert {told.state for told in verdict.numbers.values()} == {NumberState.IN_REVIEW}
    [order] = await stage.truth()
    assert order["uploads"] == [{"loa_sha256": work.loa.sha256, "bill_sha256": work.bill.sha256}]


@pytest.mark.parametrize("word", ["loa_file_successful", "provisioning"])
async def test_papers_that_are_there_already_are_not_sent_again(stage: Stage, desk: HostedSms, word: str) -> None:
    order_id = await stage.verified_order(A, B)
    await stage.portal(order_id, word)
    verdict = await desk.upload(await desk.work(order_id))
    assert verdict.next is Next.GO_ON
    assert {told.state for told in verdict.numbers.values()} == {NumberState.IN_REVIEW}
    assert not await stage.calls("POST", "file_upload")


@pytest.mark.parametrize("word", ["loa_file_invalid", "incomplete_documentation", "incorrect_billing_information"])
async def test_refused_papers_go_up_again_to_the_same_order(stage: Stage, desk: HostedSms, word: str) -> None:
    order_id = await stage.verified_order(A, B)
    await stage.portal(order_id, word)
    verdict = await desk.upload(await desk.work(order_id))
    assert verdict.next is Next.GO_ON
    assert verdict.order_id == order_id
    assert await desk.uploads() == 1


async def test_the_word_that_refused_the_papers_before_is_not_taken_for_a_new_refusal(
    stage: Stage, desk: HostedSms
) -> None:
    """The order keeps its word until somebody looks at the new papers."""
    order_id = await stage.verified_order(A, B)
    await stage.portal(order_id, "loa_file_invalid")
    verdict = await desk.upload(await desk.work(order_id))
    assert {told.state for told in verdict.numbers.values()} == {NumberState.IN_REVIEW}
    assert verdict.need is None
    assert verdict.digest, "the watch is told of the word, so that it stays silent until it lasts"


async def test_an_order_that_ended_meanwhile_is_reported_and_nothing_is_sent(stage: Stage, desk: HostedSms) -> None:
    order_id = await stage.verified_order(A, B)
    await stage.portal(order_id, "failed")
    verdict = await desk.upload(await desk.work(order_id))
    assert {told.state for told in verdict.numbers.values()} == {NumberState.FAILED}
    assert await desk.uploads() == 0


async def test_an_order_that_is_gone_is_a_verdict_and_no_error(desk: HostedSms) -> None:
    verdict = await desk.upload(await desk.work("00000000-0000-4000-8000-000000000001"))
    assert {told.state for told in verdict.numbers.values()} == {NumberState.FAILED}


async def test_one_number_that_ended_does_not_keep_the_papers_of_the_others(stage: Stage, desk: HostedSms) -> None:
    order_id = await stage.verified_order(A, B)
    await stage.portal(order_id, None, {B: "failed_number_not_found"})
    verdict = await desk.upload(await desk.work(order_id))
    assert verdict.numbers[A].state is NumberState.IN_REVIEW
    assert verdict.numbers[B].state is NumberState.FAILED
    assert await desk.uploads() == 1


async def test_refused_papers_are_asked_for_in_telnyx_own_words(stage: Stage, desk: HostedSms) -> None:
    order_id = await stage.verified_order(A, B)
    await stage.faults("422", calls=["upload"], pointer="/bill")
    verdict = await desk.upload(await desk.work(order_id))
    assert verdict.next is Next.ASK
    assert verdict.need is not None
    assert (verdict.need.kind, verdict.need.numbers) == (AskKind.DOCUMENTS, [A, B])
    assert "/bill" in verdict.need.guidance


async def test_an_upload_refused_because_it_is_further_already_is_no_question(stage: Stage, desk: HostedSms) -> None:
    """The first try went through without an answer, and the review has begun."""
    work = await desk.work(await stage.verified_order(A, B))
    await stage.faults("timeout_after_commit", calls=["upload"], times=1, delay=1.0)
    first = Attempt()
    failure = await first.fails(desk.activities.upload_documents, work)
    assert failure.type == OutcomeUnknown.__name__
    await stage.portal(work.order_id, "loa_file_successful")
    verdict = await first.next().run(desk.activities.upload_documents, work)
    assert {told.state for told in verdict.numbers.values()} == {NumberState.IN_REVIEW}
    assert await desk.uploads() == 1


async def test_a_refused_key_is_a_question_about_the_account(stage: Stage, desk: HostedSms) -> None:
    work = await desk.work(await stage.verified_order(A, B))
    await stage.faults("401", calls=["upload"])
    verdict = await desk.upload(work)
    assert verdict.need is not None
    assert verdict.need.kind is AskKind.ACCOUNT


async def test_a_paper_that_the_store_does_not_hold_is_asked_for_and_telnyx_is_not_called(
    stage: Stage, desk: HostedSms
) -> None:
    work = await desk.work(await stage.order(A))
    missing = Document(sha256="0" * 64, size=10, name="lost.pdf")
    verdict = await desk.upload(work.model_copy(update={"loa": missing}))
    assert verdict.next is Next.ASK
    assert verdict.need is not None
    assert verdict.need.kind is AskKind.DOCUMENTS
    assert "'lost.pdf'" in verdict.need.guidance
    assert not await stage.calls("GET")


async def test_a_paper_that_is_no_pdf_is_asked_for_and_telnyx_is_not_called(stage: Stage, desk: HostedSms) -> None:
    work = await desk.work(await stage.order(A))
    unfit = await desk.paper(b"PK\x03\x04 a zip", "loa.pdf")
    verdict = await desk.upload(work.model_copy(update={"loa": unfit}))
    assert verdict.need is not None
    assert "zip archive" in verdict.need.guidance
    assert not await stage.calls("GET")


async def test_good_papers_are_accepted_at_the_desk(desk: HostedSms) -> None:
    checked = await desk.check(loa=await desk.paper(pdf("letter")), bill=await desk.paper(pdf(f"{A}, {B}"), "bill.pdf"))
    assert (checked.accepted, checked.sentence) == (True, "The documents are kept.")


async def test_a_bill_that_lacks_a_number_is_accepted_with_a_warning(desk: HostedSms) -> None:
    checked = await desk.check(bill=await desk.paper(pdf("bill for (212) 555-0101"), "bill.pdf"))
    assert checked.accepted
    assert B in checked.sentence
    assert A not in checked.sentence


async def test_a_bill_without_text_says_that_it_cannot_be_read(desk: HostedSms) -> None:
    checked = await desk.check(bill=await desk.paper(pdf(""), "bill.pdf"))
    assert checked.accepted
    assert "cannot be read" in checked.sentence


async def test_a_paper_that_cannot_be_used_is_refused_at_the_desk(desk: HostedSms) -> None:
    unfit = await desk.check(loa=await desk.paper(b"plain text", "loa.pdf"))
    lost = await desk.check(bill=Document(sha256="0" * 64, size=10, name="bill.pdf"))
    assert (unfit.accepted, lost.accepted) == (False, False)
    assert "plain text" in unfit.sentence
    assert "hand it in again" in lost.sentence
