"""The workflow `HostNumbers`: takes one request through the five steps of Telnyx's guide.

`run` is the guide. The rest is the door: updates and signals put letters into the inbox and wait for their answer,
validators refuse what is malformed or untimely, the query shows where the request stands.
"""

import asyncio

from temporalio import workflow
from temporalio.exceptions import ApplicationError, is_cancelled_exception

from domain.activity_io import WatchOrder
from domain.messages import (
    AccountResumed,
    Answer,
    AnswerAsk,
    Cancel,
    GiveUp,
    HostingRequest,
    Message,
    Progress,
    ReplaceDocuments,
    ResendCodes,
    RetryNumbers,
    SubmitCodes,
    TelnyxNews,
)
from domain.names import WORKFLOW_TYPE
from domain.vocabulary import Outcome
from workflows.message_handlers import deal_with
from workflows.request import validators
from workflows.request.activity_calls import shielded
from workflows.request.asks import Expired
from workflows.request.context import ContinueAsNew, RequestContext
from workflows.request.display import progress
from workflows.request.inbox import PendingMessage
from workflows.steps import ending
from workflows.steps.documents import deliver_documents
from workflows.steps.eligibility import check_eligibility
from workflows.steps.on_hold import something_to_order
from workflows.steps.order import place_order
from workflows.steps.ownership import prove_ownership
from workflows.steps.review import await_review
from workflows.steps.transfer import await_transfer


@workflow.defn(name=WORKFLOW_TYPE)
class HostNumbers:
    """One hosting request of 1–200 numbers, from eligibility to one true outcome per number."""

    @workflow.init
    def __init__(self, request: HostingRequest) -> None:
        self._request = request
        self._hosting = RequestContext(request, deal_with)
        self._steps: asyncio.Task[None] | None = None

    @workflow.run
    async def run(self, request: HostingRequest) -> Progress:
        """Take the request to its end and report it; the result has the shape of the contract's progress."""
        self._refuse_nonsense()
        otherwise = await self._take_steps_until_stopped()
        await shielded(ending.report(self._hosting, otherwise))
        await ending.answer_everybody(self._hosting, f"The request has ended: {self._hosting.state.outcome}.")
        return progress(request, self._hosting.state)

    async def _take_steps(self) -> None:
        """The guide. A round is one Telnyx order; papers may be refused, so its last steps may come again."""
        hosting, state = self._hosting, self._hosting.state
        await check_eligibility(hosting)
        while state.round or await something_to_order(hosting):
            state.round = state.round or state.begin_round()
            await place_order(hosting)
            while state.open_numbers():
                await await_transfer(hosting)
                await prove_ownership(hosting)
                await deliver_documents(hosting)
                await await_review(hosting)
            await ending.close_round(hosting)
        await ending.look_back(hosting)

    async def _take_steps_until_stopped(self) -> Outcome:
        """Run the steps; when a person or a deadline stops them, clean up. Answers the outcome if nothing is active."""
        try:
            await self._take_steps_in_runs()
        except Expired as expired:
            await self._clean_up(str(expired))
            return Outcome.EXPIRED
        except BaseException as error:
            if not is_cancelled_exception(error):
                raise
            await self._clean_up("The request was cancelled.")
            return Outcome.CANCELLED
        return Outcome.NOT_ACTIVE

    async def _take_steps_in_runs(self) -> None:
        """Take the steps, and continue as new where the history has grown long. The steps know where they were."""
        while True:
            self._steps = asyncio.create_task(self._take_steps())
            if self._hosting.calls.cancel_wanted:
                self._steps.cancel()
            try:
                await self._steps
            except ContinueAsNew:
                await self._continue_as_new()
            else:
                return

    async def _continue_as_new(self) -> None:
        """Go on in a new run with everything that is known, unless somebody wrote in this moment."""
        hosting = self._hosting
        await workflow.wait_condition(lambda: workflow.all_handlers_finished() or hosting.inbox.somebody_waits)
        if hosting.inbox.somebody_waits or hosting.calls.cancel_wanted:
            return
        unread = hosting.inbox.unread()
        for message in unread:
            if isinstance(message, AccountResumed):
                hosting.account_mended(message.by)
        hosting.state.unread = [message for message in unread if isinstance(message, SubmitCodes | TelnyxNews)]
        hosting.state.kept = [message for message in unread if isinstance(message, ResendCodes)]
        carry = hosting.state.model_dump(mode="json")
        workflow.continue_as_new(self._request.model_copy(update={"carry": carry}))

    async def _clean_up(self, because: str) -> None:
        self._hosting.calls.ignore_cancel()
        await shielded(ending.clean_up(self._hosting, because))

    def _refuse_nonsense(self) -> None:
        """Faces refuse it before; a bare start is told here, and nothing has happened yet."""
        if refusal := validators.request(self._request):
            raise ApplicationError(refusal, type="Refused", non_retryable=True)

    # The door

    async def _deliver(self, message: Message) -> Answer:
        letter = PendingMessage(message)
        self._hosting.inbox.put(letter)
        await workflow.wait_condition(lambda: letter.answer is not None)
        assert letter.answer is not None  # noqa: S101 - that is what was waited for
        return letter.answer

    @workflow.update(description="Hand in the ownership codes that people read out.")
    async def submit_codes(self, message: SubmitCodes) -> Answer:
        """Submit codes for some or all of the numbers that wait for one."""
        return await self._deliver(message)

    @submit_codes.validator
    def _may_submit_codes(self, message: SubmitCodes) -> None:
        _let_in(validators.submit_codes(self._hosting.state, message))

    @workflow.update(description="Have new codes sent, by sms or by call.")
    async def resend_codes(self, message: ResendCodes) -> Answer:
        """Ask Telnyx for new codes."""
        return await self._deliver(message)

    @resend_codes.validator
    def _may_resend_codes(self, message: ResendCodes) -> None:
        _let_in(validators.resend_codes(self._hosting.state, message))

    @workflow.update(description="Hand in the LOA, the bill or both.")
    async def replace_documents(self, message: ReplaceDocuments) -> Answer:
        """Hand in documents; answered when they passed the gate, before they are uploaded."""
        return await self._deliver(message)

    @replace_documents.validator
    def _may_replace_documents(self, message: ReplaceDocuments) -> None:
        _let_in(validators.replace_documents(self._hosting.state, message))

    @workflow.update(description="Give rejected numbers an order of their own.")
    async def retry_numbers(self, message: RetryNumbers) -> Answer:
        """Retry numbers that the losing carrier rejected."""
        return await self._deliver(message)

    @retry_numbers.validator
    def _may_retry_numbers(self, message: RetryNumbers) -> None:
        _let_in(validators.retry_numbers(self._hosting.state, message))

    @workflow.update(description="Stop trying for some numbers; the others go on.")
    async def give_up(self, message: GiveUp) -> Answer:
        """Give numbers up."""
        return await self._deliver(message)

    @give_up.validator
    def _may_give_up(self, message: GiveUp) -> None:
        _let_in(validators.give_up(self._hosting.state, message))

    @workflow.update(description="Answer an ask that offers choices.")
    async def answer(self, message: AnswerAsk) -> Answer:
        """Answer an ask."""
        return await self._deliver(message)

    @answer.validator
    def _may_answer(self, message: AnswerAsk) -> None:
        _let_in(validators.answer(self._hosting.state, message))

    @workflow.update(description="Stop the whole request.")
    async def cancel(self, message: Cancel) -> Answer:
        """Cancel: answered at once; the cleaning up takes its time, and the outcome tells how it went."""
        self._hosting.calls.cancel_wanted = True
        self._hosting.note(f"Cancelled{f': {message.why}' if message.why else ''}.", message.by)
        if self._steps is not None:
            self._steps.cancel()
        return Answer(accepted=True, sentence="Cancelling: what is at Telnyx is removed where that is safe.")

    @cancel.validator
    def _may_cancel(self, message: Cancel) -> None:
        _let_in(validators.cancel(self._hosting.state, message))

    @workflow.signal(description="Codes, fire and forget: for scripts.")
    async def codes(self, message: SubmitCodes) -> None:
        """Submit codes without waiting for an answer; what is refused is noted in the events."""
        refusal = validators.submit_codes(self._hosting.state, message)
        if refusal:
            self._hosting.note(f"Codes refused: {refusal}", message.by)
        else:
            self._hosting.inbox.put(PendingMessage(message, wants_answer=False))

    @workflow.signal(description="A webhook's hint that the order is worth reading.")
    async def telnyx_news(self, news: TelnyxNews) -> None:
        """Remember that the order is worth reading now; a hint is never believed of a number's state.

        An internal transfer is announced nowhere else, so what is said of one is dealt with as any letter.
        """
        self._hosting.hints.hear()
        if news.decision:
            self._hosting.inbox.put(PendingMessage(news, wants_answer=False))

    @workflow.signal(description="The Telnyx account works again.")
    async def account_resumed(self, message: AccountResumed) -> None:
        """What waited for the account goes on; sent by the account's workflow."""
        self._hosting.inbox.put(PendingMessage(message, wants_answer=False))

    @workflow.query(description="Where the request stands.")
    def progress(self) -> Progress:
        """Where the request stands, in the shape of the contract."""
        return progress(self._request, self._hosting.state)

    @workflow.query(description="What is known of the order, for its watch.")
    def watched(self) -> WatchOrder | None:
        """What a watch would be told now: it asks before it wakes the request with what the request did itself."""
        return self._hosting.watch.wanted()


def _let_in(refusal: str) -> None:
    if refusal:
        raise ApplicationError(refusal, type="Refused", non_retryable=True)
