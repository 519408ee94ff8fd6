"""The fourth step: LOA and bill go from the document store to Telnyx, through the gate."""

import asyncio

from temporalio import activity

from activities.order_state import digest_question, judge, read_order, snapshot, wants_documents
from activities.ports import Accounts, PdfGate, Store, Telnyx
from activities.telnyx_failures import AGAIN, GIVE_UP, PERSON_NEEDED, ask_person, let_temporal_retry
from domain.activity_io import CheckDocuments, DocumentCheckResult, OrderVerdict, UploadDocuments
from domain.documents import UnusableDocument
from domain.messages import Choice, Document
from domain.number_statuses import NUMBERS, NumberKind
from domain.order_snapshot import OrderSnapshot
from domain.text import join_some
from domain.verdicts import Need, Verdict
from domain.vocabulary import AskKind, ChoiceKind, Next
from telnyx_api.errors import Conflict, FixInput, NotFound, TelnyxError
from telnyx_api.files import Pdf

_ABOUT_THE_PAPERS = (FixInput, NotFound, Conflict)


class DocumentActivities:
    """Checks and uploads papers."""

    def __init__(self, accounts: Accounts, store: Store, gate: PdfGate) -> None:
        self._accounts = accounts
        self._store = store
        self._gate = gate

    @activity.defn(name="check_documents")
    async def check_documents(self, work: CheckDocuments) -> DocumentCheckResult:
        """Say whether handed-in papers can be used, and warn of ordered numbers that the bill does not show."""
        try:
            for document in (work.loa, work.bill):
                if document is not None:
                    await self._pdf(work.reference, document)
            warning = await self._bill_warning(work)
        except UnusableDocument as unfit:
            return DocumentCheckResult(accepted=False, sentence=str(unfit))
        return DocumentCheckResult(
            accepted=True, sentence=f"The documents are kept. {warning}".strip(), warning=warning
        )

    @activity.defn(name="upload_documents")
    async def upload_documents(self, work: UploadDocuments) -> OrderVerdict:
        """Upload both papers to the order and say what the order then means.

        The order is read first: papers that are there already, by us or by the portal, are not sent again.
        """
        try:
            loa = await self._pdf(work.reference, work.loa)
            bill = await self._pdf(work.reference, work.bill)
            async with let_temporal_retry():
                return await self._upload(self._accounts.telnyx(work.account), work, loa, bill)
        except UnusableDocument as unfit:
            return _hand_in_again(str(unfit), work)
        except PERSON_NEEDED as error:
            return OrderVerdict(**dict(ask_person(error, "take the papers", _waiting(work))), order_id=work.order_id)

    async def _upload(self, telnyx: Telnyx, work: UploadDocuments, loa: Pdf, bill: Pdf) -> OrderVerdict:
        before = await read_order(telnyx, work.order_id)
        if _is_past_upload(before, work):
            return _left_to_watch(judge(before, _with_papers(work)))
        try:
            return _uploaded(snapshot(await telnyx.upload_documents(work.order_id, loa=loa, bill=bill)), work)
        except _ABOUT_THE_PAPERS as error:
            return await self._refused(telnyx, error, work)

    async def _refused(self, telnyx: Telnyx, error: TelnyxError, work: UploadDocuments) -> OrderVerdict:
        """What a refused upload means: the order may be further than we knew, else the papers are to be mended."""
        order = await read_order(telnyx, work.order_id)
        if _is_past_upload(order, work):
            return _left_to_watch(judge(order, _with_papers(work)))
        if unproved := _unproved_strangers(order, work):
            return _held_up_by(unproved, error, work)
        remedy = "Hand in papers that mend this, or the same ones again once its cause is mended."
        return _hand_in_again(f"Telnyx refused the papers. {error} {remedy}", work)

    async def _pdf(self, reference: str, document: Document) -> Pdf:
        content = await self._store.get(reference, document)
        await asyncio.to_thread(self._gate.check, content, document.name)
        return Pdf(name=self._gate.safe_name(document.name), content=content)

    async def _bill_warning(self, work: CheckDocuments) -> str:
        if work.bill is None:
            return ""
        content = await self._store.get(work.reference, work.bill)
        reading = await asyncio.to_thread(self._gate.numbers_missing_from, content, work.phone_numbers)
        if not reading.readable:
            return "The bill's text cannot be read, so make sure yourself that it shows every number."
        if reading.missing:
            return f"The bill does not seem to show {join_some(reading.missing)}: Telnyx may refuse it."
        return ""


def _waiting(work: UploadDocuments) -> list[str]:
    return sorted(work.states())


def _with_papers(work: UploadDocuments) -> UploadDocuments:
    return work.model_copy(update={"papers_given": True})


def _is_past_upload(order: OrderSnapshot, work: UploadDocuments) -> bool:
    """True when the order itself shows that it has papers, or that it has ended."""
    before = judge(order, work)
    states = work.states() | {number: told.state for number, told in before.numbers.items()}
    moved_on = all(state != work.states()[number] for number, state in states.items())
    return bool(states) and moved_on


def _uploaded(order: OrderSnapshot, work: UploadDocuments) -> OrderVerdict:
    """The order after an upload; a word that refuses papers is taken for the one from before, until it is seen again.

    The digest still carries that word, so that the watch reports it only when it lasts (see `activities.watch_order`).
    """
    if not wants_documents(order):
        return _left_to_watch(judge(order, _with_papers(work)))
    stale = judge(order, work)
    fresh = OrderSnapshot(order_id=order.order_id, status="pending", numbers=order.numbers)
    return _left_to_watch(judge(fresh, _with_papers(work)), digest_question(order, stale))


def _left_to_watch(verdict: OrderVerdict, known_digest: str = "") -> OrderVerdict:
    """The papers are up; what else the order asks is for the watch, which looks next."""
    return verdict.model_copy(update={"next": Next.GO_ON, "need": None, "digest": known_digest})


def _unproved_strangers(order: OrderSnapshot, work: UploadDocuments) -> list[str]:
    """Numbers of the order that the request gave up and whose ownership nobody proved."""
    others = {number: NUMBERS.get(word) for number, word in order.numbers.items() if number not in work.states()}
    return sorted(number for number, row in others.items() if row is not None and row.kind is NumberKind.OPEN)


def _held_up_by(unproved: list[str], error: TelnyxError, work: UploadDocuments) -> OrderVerdict:
    """Telnyx takes no papers while a number that was given up stays in the order: new papers would not help."""
    guidance = (
        f"Telnyx refused the papers. {error} The order still holds {join_some(unproved)}, given up and never proved:"
        " have Telnyx support remove that, or enter its code in the portal, and answer `again`; or answer `order_anew`,"
        " which places an order without it, with new codes."
    )
    need = Need(kind=AskKind.CHOICE, numbers=_waiting(work), guidance=guidance, choices=[AGAIN, _ORDER_ANEW, GIVE_UP])
    verdict = Verdict(next=Next.ASK, because=str(error), need=need)
    return OrderVerdict(**dict(verdict), order_id=work.order_id)


_ORDER_ANEW = Choice(
    choice=ChoiceKind.NEW_ORDER, sentence="Delete this order if that is safe, and order these numbers anew."
)


def _hand_in_again(because: str, work: UploadDocuments) -> OrderVerdict:
    need = Need(kind=AskKind.DOCUMENTS, numbers=_waiting(work), guidance=because)
    verdict = Verdict(next=Next.ASK, because=because, need=need)
    return OrderVerdict(**dict(verdict), order_id=work.order_id)
