"""Step 4: the LOA and the bill are uploaded, as often as it takes, always to the same order."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from domain.activity_io import CheckDocuments, DocumentCheckResult, UploadDocuments, UploadVerdict
from domain.messages import Document
from domain.verdicts import Need
from domain.vocabulary import AskKind, Next, NumberState, Step
from workflows import activity_options
from workflows.request import documents_at_hand
from workflows.request.context import RequestContext
from workflows.request.event_loop import process_next_event
from workflows.request.questions import run_until_answered

with workflow.unsafe.imports_passed_through():
    from activities.documents import DocumentActivities


async def deliver_documents(request: RequestContext) -> None:
    """Upload the documents once every number is proved. Ask for what is missing or was refused."""
    if not _to_upload_for(request):
        return
    request.enter(Step.DOCUMENTS)
    while numbers := _to_upload_for(request):
        if guidance := documents_at_hand.wanted(request.state, workflow.now()):
            guidance += await _warning_about_bill(request)
            await request.asks.keep_open(Need(kind=AskKind.DOCUMENTS, numbers=numbers, guidance=guidance))
            await process_next_event(request)
        else:
            await _upload(request)
    request.asks.close(AskKind.DOCUMENTS)


def _to_upload_for(request: RequestContext) -> list[str]:
    """The proved numbers of the round; none while another number of it still has to be proved."""
    unproved = request.state.in_round(NumberState.UNVERIFIED)
    return [] if unproved else request.state.in_round(NumberState.VERIFIED)


async def check_documents(request: RequestContext, loa: Document | None, bill: Document | None) -> DocumentCheckResult:
    """Whether documents pass the gate. When the store does not answer, they are only not accepted."""
    work = CheckDocuments(
        reference=request.given.reference,
        phone_numbers=request.state.round_numbers or list(request.state.numbers),
        loa=loa,
        bill=bill,
    )
    method, summary = DocumentActivities.check_documents, "check the documents"
    try:
        return await request.calls.own_queue(method, work, activity_options.STORE, summary)
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
    sentence = "The document store does not answer, so the documents were not taken. Hand them in again later."
    return DocumentCheckResult(accepted=False, sentence=sentence)


async def _warning_about_bill(request: RequestContext) -> str:
    """What a refused bill seems to lack. It is searched once for each refusal, and kept in its guidance."""
    state = request.state
    if not state.papers_refused or state.bill_looked_at or state.bill is None:
        return ""
    checked = await check_documents(request, None, state.bill)
    addition = f" {checked.warning}" if checked.warning else ""
    state.papers_refused, state.bill_looked_at = state.papers_refused + addition, True
    return addition


async def _upload(request: RequestContext) -> None:
    verdict = await run_until_answered(request, lambda _chosen: _upload_once(request))
    if verdict is None or verdict.next is Next.WAIT:  # nothing was uploaded: other documents are wanted first
        return
    if verdict.next is Next.ASK and verdict.need is not None:
        documents_at_hand.refuse(request.state, verdict.need.guidance)
        return
    if request.round.digest:  # the running watch knows of a refusal of the documents before
        request.watch.stop()
    request.round.papers_given, request.round.digest = True, verdict.digest
    request.round.known_refusal = verdict.known_refusal
    request.round.begin_review(workflow.now())
    proved = request.state.in_round(NumberState.VERIFIED)
    request.state.move(proved, NumberState.IN_REVIEW, "Its documents are uploaded.")
    request.state.record_event("The LOA and the bill were uploaded.")


async def _upload_once(request: RequestContext) -> UploadVerdict:
    """Upload the documents, unless they grew too old while a person settled what had refused them."""
    state = request.state
    if wanted := documents_at_hand.wanted(state, workflow.now()):
        return UploadVerdict(next=Next.WAIT, because=wanted)
    assert state.loa is not None  # noqa: S101 - wanted() said so
    assert state.bill is not None  # noqa: S101 - as above
    work = UploadDocuments(
        **dict(request.order_in_hand()), reference=request.given.reference, loa=state.loa, bill=state.bill
    )
    documents_at_hand.record_upload(state)
    method, summary = DocumentActivities.upload_documents, "upload LOA and bill to the order"
    return await request.try_once_then_persist(method, work, activity_options.UPLOAD, summary)
