"""Step 4: LOA and bill go from the document store to Telnyx, once a gate has found that Telnyx may take them."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from temporalio import activity

from activities.call_places import UPLOADS_AT_ONCE, CallPlaces
from activities.order_state import judge, read_order, snapshot
from activities.ports import Accounts, PdfGate, Store, Telnyx
from activities.refused_documents import describe_refusal, judge_standing
from activities.telnyx_failures import AGAIN, GIVE_UP, PERSON_NEEDED, ask_person, let_temporal_retry, retry_in
from domain import delays
from domain.activity_io import CheckDocuments, DocumentCheckResult, OrderVerdict, UploadDocuments, UploadVerdict
from domain.documents import UnusableDocument
from domain.messages import Choice, Document
from domain.number_statuses import NumberKind
from domain.order_snapshot import OrderSnapshot
from domain.text import join_some
from domain.verdicts import Need, Verdict
from domain.vocabulary import AskKind, ChoiceKind, Next
from telnyx_api.errors import Conflict, FixInput, NotFound, TelnyxError
from telnyx_api.files import Pdf

_CHECKS_AT_ONCE = 2
"""A check takes seconds at most, and a thread. All other work of the worker shares the few threads that there are."""
_ABOUT_DOCUMENTS = (FixInput, NotFound, Conflict)
"""Refusals of an upload that the documents, or the state of the order, may explain."""
_NEW_ORDER = Choice(
    choice=ChoiceKind.NEW_ORDER, sentence="Delete this order if that is safe, and place a new one for these numbers."
)


class DocumentActivities:
    """Checks and uploads documents."""

    def __init__(self, accounts: Accounts, store: Store, gate: PdfGate) -> None:
        self._accounts = accounts
        self._store = store
        self._gate = gate
        self._checks = asyncio.Semaphore(_CHECKS_AT_ONCE)
        self._places = CallPlaces(UPLOADS_AT_ONCE)

    @activity.defn(name="check_documents")
    async def check_documents(self, work: CheckDocuments) -> DocumentCheckResult:
        """Check whether Telnyx can take the documents, and warn of numbers that the bill does not show."""
        try:
            for document in (work.loa, work.bill):
                if document is not None:
                    await self._load(work.reference, document)
            warning = await self._check_bill(work)
        except UnusableDocument as unusable:
            return DocumentCheckResult(accepted=False, sentence=str(unusable))
        sentence = f"The documents were stored. {warning}".strip()
        return DocumentCheckResult(accepted=True, sentence=sentence, warning=warning)

    @activity.defn(name="upload_documents")
    async def upload_documents(self, work: UploadDocuments) -> UploadVerdict:
        """Upload both documents, and say what the order means then.

        The order is read first. When it has documents already, from us or from the portal, none are sent.
        """
        try:
            async with let_temporal_retry(), self._place(work.account):
                loa, bill = await self._load(work.reference, work.loa), await self._load(work.reference, work.bill)
                return await self._upload(self._accounts.telnyx(work.account), work, loa, bill)
        except UnusableDocument as unusable:
            return _ask_for_documents(str(unusable), work)
        except PERSON_NEEDED as error:
            question = ask_person(error, "take the documents", _open_numbers(work))
            return UploadVerdict(**dict(question), order_id=work.order_id)

    def _place(self, account: str) -> AbstractAsyncContextManager[None]:
        within = delays.CALL_PLACE_WITHIN
        pause = delays.double_each_attempt(delays.FIRST_RETRY, activity.info().attempt, within)
        busy = retry_in(pause, "Many documents are being uploaded. These are next.", type_="UploadsBusy")
        return self._places.take(account, within=within, busy=busy)

    async def _upload(self, telnyx: Telnyx, work: UploadDocuments, loa: Pdf, bill: Pdf) -> UploadVerdict:
        order = await read_order(telnyx, work.order_id)
        if _is_past_upload(order, work):
            return _leave_to_watch(judge(order, _given(work)))
        try:
            reply = await telnyx.upload_documents(work.order_id, loa=loa, bill=bill)
        except _ABOUT_DOCUMENTS as error:
            return await self._judge_refusal(telnyx, error, work)
        uploaded = snapshot(reply)
        return _judge_uploaded(uploaded if uploaded.status else replace(uploaded, status=order.status), work)

    async def _judge_refusal(self, telnyx: Telnyx, error: TelnyxError, work: UploadDocuments) -> UploadVerdict:
        """The order may be further than we knew, or wait for a number that was given up. Else the documents are bad."""
        order = await read_order(telnyx, work.order_id)
        if _is_past_upload(order, work):
            return _leave_to_watch(judge(order, _given(work)))
        if unverified := _unverified_strangers(order, work):
            return _ask_about_strangers(unverified, error, work)
        advice = (
            "Submit documents that fix this. If something else was the cause, fix it and submit the same ones again."
        )
        return _ask_for_documents(f"Telnyx refused the documents. {error} {advice}", work)

    async def _load(self, reference: str, document: Document) -> Pdf:
        """Read a document from the store; raises `UnusableDocument` when it does not pass the gate."""
        content = await self._store.get(reference, document)
        async with self._checks:
            await asyncio.to_thread(self._gate.check, content, document.name)
        return Pdf(name=self._gate.safe_name(document.name), content=content)

    async def _check_bill(self, work: CheckDocuments) -> str:
        """A warning about the bill, or nothing."""
        if work.bill is None:
            return ""
        content = await self._store.get(work.reference, work.bill)
        async with self._checks:
            reading = await asyncio.to_thread(self._gate.numbers_missing_from, content, work.phone_numbers)
        if not reading.readable:
            return "The bill's text cannot be read. Make sure that the bill shows every number."
        if reading.missing and reading.in_part:
            read = f"The bill could be read only in part ({reading.pages_read} of {reading.pages} pages)"
            return f"{read}. That part does not show {join_some(reading.missing)}. Make sure that the rest does."
        if reading.missing:
            return f"The bill does not seem to show {join_some(reading.missing)}. Telnyx may refuse it."
        return ""


def _open_numbers(work: UploadDocuments) -> list[str]:
    return sorted(work.states())


def _given(work: UploadDocuments) -> UploadDocuments:
    return work.model_copy(update={"papers_given": True})


def _is_past_upload(order: OrderSnapshot, work: UploadDocuments) -> bool:
    """True when the order itself shows that it has documents, or that it has ended."""
    known = work.states()
    states = known | {number: found.state for number, found in judge(order, work).numbers.items()}
    return bool(states) and all(state != known[number] for number, state in states.items())


def _judge_uploaded(order: OrderSnapshot, work: UploadDocuments) -> UploadVerdict:
    """Judge the order right after the upload, when it may still have the status that refused the last documents."""
    refusal = describe_refusal(order, work)
    verdict = judge_standing(order, _given(work)) if refusal else judge(order, _given(work))
    return _leave_to_watch(verdict).model_copy(update={"known_refusal": refusal})


def _leave_to_watch(verdict: OrderVerdict) -> UploadVerdict:
    """The upload is done. What else the order asks is for the watch, which reads it next."""
    return UploadVerdict(**dict(verdict) | {"next": Next.GO_ON, "need": None, "digest": ""})


def _unverified_strangers(order: OrderSnapshot, work: UploadDocuments) -> list[str]:
    """Numbers of the order that the request gave up and whose ownership was never verified."""
    strangers = set(order.numbers) - set(work.states())
    return sorted(number for number in strangers if order.number_kind(number) is NumberKind.OPEN)


def _ask_about_strangers(unverified: list[str], error: TelnyxError, work: UploadDocuments) -> UploadVerdict:
    """Telnyx takes no documents while an unverified number is in the order. New documents would not help."""
    guidance = (
        f"Telnyx refused the documents. {error} The order still holds {join_some(unverified)}, which this request gave"
        " up before it was verified. Have Telnyx support remove it from the order, or enter its code in the portal,"
        " and answer `again`. Or answer `order_anew` for an order without it, which needs new codes."
    )
    need = Need(
        kind=AskKind.CHOICE, numbers=_open_numbers(work), guidance=guidance, choices=[AGAIN, _NEW_ORDER, GIVE_UP]
    )
    verdict = Verdict(next=Next.ASK, because=str(error), need=need)
    return UploadVerdict(**dict(verdict), order_id=work.order_id)


def _ask_for_documents(because: str, work: UploadDocuments) -> UploadVerdict:
    need = Need(kind=AskKind.DOCUMENTS, numbers=_open_numbers(work), guidance=because)
    return UploadVerdict(next=Next.ASK, because=because, need=need, order_id=work.order_id)
