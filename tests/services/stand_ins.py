"""Small workflows under the real names, so that the services can be tested on a real server without Telnyx.

The input chooses the answer: the code 000 is wrong, the profile `unknown` is not known.
"""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.checks import (
        CheckReport,
        CheckRequest,
        NumberCheck,
        Orphan,
        OrphansReport,
        OrphansRequest,
        PreflightReport,
        PreflightRequest,
        UndecidedNumber,
        WorkerProbe,
        WorkerProbeReport,
    )
    from domain.messages import (
        Answer,
        AskView,
        Cancel,
        HostingRequest,
        NumberProgress,
        NumberResult,
        Progress,
        ReplaceDocuments,
        ResendCodes,
        SubmitCodes,
    )
    from domain.transfers import AnswerTransferRequest, TransferOutcome, TransferResult
    from runtime.fingerprints import Fingerprints
    from workflows import search_attributes as attributes


@workflow.defn(name="HostNumbers")
class StandIn:
    """Waits for codes until it is cancelled. Then it ends with a result."""

    @workflow.init
    def __init__(self, request: HostingRequest) -> None:
        self.request = request
        self.documents = ReplaceDocuments()
        self.resends = 0
        self.cancelled = False

    @workflow.run
    async def run(self, request: HostingRequest) -> Progress:
        if request.messaging_profile_id == "breaks":
            raise ApplicationError("it broke on purpose", non_retryable=True)
        if request.messaging_profile_id == "refused":
            raise ApplicationError("it was refused on purpose", type="Refused", non_retryable=True)
        workflow.upsert_search_attributes([attributes.NEEDS.value_set(["codes"])])
        await workflow.wait_condition(lambda: self.cancelled)
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.upsert_search_attributes([attributes.NEEDS.value_unset(), attributes.OUTCOME.value_set("cancelled")])
        return self.progress()

    @workflow.update
    async def submit_codes(self, message: SubmitCodes) -> Answer:
        results = [
            NumberResult(phone_number=code.phone_number, result="rejected" if code.code == "000" else "verified")
            for code in message.codes
        ]
        return Answer(accepted=True, sentence="Telnyx looked at the codes.", numbers=results)

    @submit_codes.validator
    def _known(self, message: SubmitCodes) -> None:
        for code in message.codes:
            if code.phone_number not in self.request.phone_numbers:
                raise ApplicationError(f"{code.phone_number} is not in this request, which is at the step codes.")

    @workflow.update
    async def resend_codes(self, message: ResendCodes) -> Answer:
        if message.by == "refuse me":
            return Answer(accepted=False, sentence="No number waits for a code.")
        self.resends += 1
        times = self.resends
        await asyncio.sleep(0.01)
        return Answer(accepted=True, sentence=f"Asked {times} times by {message.by}, last by {message.method}.")

    @workflow.update
    async def replace_documents(self, message: ReplaceDocuments) -> Answer:
        self.documents = message
        return Answer(accepted=True, sentence=f"Taken: {message.loa and message.loa.name}.")

    @workflow.update
    async def cancel(self, message: Cancel) -> Answer:
        self.cancelled = True
        return Answer(accepted=True, sentence=f"Cancelling: {message.why}.")

    @workflow.query
    def progress(self) -> Progress:
        numbers = [NumberProgress(phone_number=number, state="unverified") for number in self.request.phone_numbers]
        asks = [AskView(id="codes-1", kind="codes", numbers=self.request.phone_numbers, guidance="Read the codes out.")]
        return Progress(
            reference=self.request.reference,
            account=self.request.account,
            customer=self.request.customer,
            outcome="cancelled" if self.cancelled else "running",
            step="done" if self.cancelled else "codes",
            numbers=numbers,
            asks=[] if self.cancelled else asks,
        )


@workflow.defn(name="Preflight")
class StandInPreflight:
    @workflow.run
    async def run(self, request: PreflightRequest) -> PreflightReport:
        if request.messaging_profile_id == "unknown":
            return PreflightReport(ok=False, sentence="Telnyx does not know the messaging profile unknown.")
        if request.account == "refused":
            sentence = "The account 'refused' does not work. 10009 refused."
            return PreflightReport(ok=False, sentence=sentence, account_refused=True)
        if request.messaging_profile_id == "elsewhere":
            return PreflightReport(
                ok=True, sentence="It exists.", webhook_url="https://a.b/c", warnings=["A wrong path."]
            )
        if request.messaging_profile_id == "hookless":
            return PreflightReport(ok=True, sentence="The key works.", webhook_sentence="The profile has no webhook.")
        return PreflightReport(ok=True, sentence="The key works.", webhook_url="https://example.com/telnyx/default")


@workflow.defn(name="CheckNumbers")
class StandInCheck:
    """The last digit chooses the answer: 0 can be hosted, and of 9 nothing is known."""

    @workflow.run
    async def run(self, request: CheckRequest) -> CheckReport:
        if request.account == "closed":
            raise ApplicationError("The key was refused.", non_retryable=True)
        checks = [
            NumberCheck(
                phone_number=number, eligible=number.endswith("0"), status="eligible", because="Telnyx says so."
            )
            for number in request.phone_numbers
            if not number.endswith("9")
        ]
        undecided = [
            UndecidedNumber(phone_number=number, status="", because="Telnyx said nothing.")
            for number in request.phone_numbers
            if number.endswith("9")
        ]
        return CheckReport(numbers=checks, not_known=undecided)


@workflow.defn(name="ProbeWorker")
class StandInProbe:
    """Of a worker that shares everything with the tests."""

    @workflow.run
    async def run(self, probe: WorkerProbe) -> WorkerProbeReport:
        return WorkerProbeReport(sees_document=True, fingerprint=Fingerprints(b"f" * 32).of(probe.text))


@workflow.defn(name="FindOrphans")
class StandInSurvey:
    """The name of the account chooses the answer."""

    @workflow.run
    async def run(self, request: OrphansRequest) -> OrphansReport:
        if request.account == "closed":
            raise ApplicationError("The key was refused.", non_retryable=True)
        orphans = [Orphan(order_id="order-9", status="pending", numbers=2)] if request.account == "messy" else []
        unnamed = [Orphan(order_id="order-8", status="pending", numbers=1, reference="r-1")]
        left = [Orphan(order_id="order-7", status="pending", numbers=1, reference="r-1", at_risk=True)]
        return OrphansReport(
            open_orders=3,
            orphans=orphans,
            unnamed=unnamed if request.account == "busy" else [],
            left=left if request.account == "messy" else [],
        )


@workflow.defn(name="AnswerTransfer")
class StandInTransfer:
    """The id of the order chooses the outcome."""

    @workflow.run
    async def run(self, request: AnswerTransferRequest) -> TransferResult:
        if request.order_id == "hangs":
            await workflow.wait_condition(lambda: False)
        known = {str(outcome): outcome for outcome in TransferOutcome}
        sentence = f"{request.account} said {request.decision} with a token of {len(request.token)} letters."
        return TransferResult(outcome=known.get(request.order_id, TransferOutcome.DONE), sentence=sentence)


ALL = [StandIn, StandInPreflight, StandInCheck, StandInProbe, StandInSurvey, StandInTransfer]
