"""Step 4: the LOA and the bill go up, as often as it takes, always to the same order."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

from domain.activity_io import CheckDocuments, DocumentCheckResult, OrderVerdict, UploadDocuments
from domain.messages import Document, Need
from domain.vocabulary import AskKind, Next, NumberState, Step
from workflows import activity_options
from workflows.request.context import RequestContext

with workflow.unsafe.imports_passed_through():
    from activities.documents import DocumentActivities


async def deliver_documents(hosting: RequestContext) -> None:
    """Upload the papers once every number is proved; ask for what is missing or was refused."""
    state = hosting.state
    if state.waiting(NumberState.UNVERIFIED) or not state.waiting(NumberState.VERIFIED):
        return
    hosting.enter(Step.DOCUMENTS)
    while (numbers := state.waiting(NumberState.VERIFIED)) and not state.waiting(NumberState.UNVERIFIED):
        if guidance := state.papers_wanted(workflow.now()):
            guidance += await _about_the_bill(hosting)
            await hosting.asks.keep_open(Need(kind=AskKind.DOCUMENTS, numbers=numbers, guidance=guidance))
            await hosting.turn()
        else:
            await _upload(hosting)
    hosting.asks.close(AskKind.DOCUMENTS)


async def check_documents(hosting: RequestContext, loa: Document | None, bill: Document | None) -> DocumentCheckResult:
    """Whether papers pass the gate; those that cannot be read now are not accepted, and nothing else happens."""
    state = hosting.state
    work = CheckDocuments(
        reference=hosting.request.reference,
        phone_numbers=state.round_numbers or list(state.numbers),
        loa=loa,
        bill=bill,
    )
    try:
        return await hosting.calls.local(
            DocumentActivities.check_documents, work, activity_options.STORE, "check the documents"
        )
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
    sentence = "The document store does not answer, so the documents were not taken: hand them in again in a while."
    return DocumentCheckResult(accepted=False, sentence=sentence)


async def _about_the_bill(hosting: RequestContext) -> str:
    """What a refused bill seems to lack; looked up once for each refusal, and kept in its guidance."""
    state = hosting.state
    if not state.papers_refused or state.bill_looked_at or state.bill is None:
        return ""
    checked = await check_documents(hosting, None, state.bill)
    addition = f" {checked.warning}" if checked.warning else ""
    state.papers_refused, state.bill_looked_at = state.papers_refused + addition, True
    return addition


async def _upload(hosting: RequestContext) -> None:
    verdict = await hosting.settled(lambda _chosen: _upload_once(hosting))
    if verdict is None or verdict.next is Next.WAIT:  # nothing went up: other papers are wanted first
        return
    if verdict.next is Next.ASK and verdict.need is not None:
        hosting.state.refuse_papers(verdict.need.guidance)
        return
    if hosting.round.digest:  # the running watch was told of a refusal, and would not report the same one again
        hosting.watch.stop()
    hosting.round.papers_given, hosting.round.digest = True, verdict.digest
    hosting.round.review_begins(workflow.now())
    hosting.state.move(hosting.state.waiting(NumberState.VERIFIED), NumberState.IN_REVIEW, "Its papers are uploaded.")
    hosting.note("The LOA and the bill were uploaded.")


async def _upload_once(hosting: RequestContext) -> OrderVerdict:
    """Upload the papers, unless they grew old while a person settled what had refused them."""
    state = hosting.state
    if wanted := state.papers_wanted(workflow.now()):
        return OrderVerdict(next=Next.WAIT, because=wanted)
    assert state.loa is not None  # noqa: S101 - papers_wanted() said so
    assert state.bill is not None  # noqa: S101 - as above
    work = UploadDocuments(
        **dict(hosting.order_in_hand()), reference=hosting.request.reference, loa=state.loa, bill=state.bill
    )
    state.papers_go_up()
    return await hosting.try_once_then_persist(
        DocumentActivities.upload_documents, work, activity_options.UPLOAD, "upload LOA and bill to the order"
    )
