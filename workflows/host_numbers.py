"""The workflow `HostNumbers`: takes one request through the five steps of Telnyx's guide.

`_take_steps` reads like the guide. The rest is how the request is reached from outside: an update puts its message into
the inbox and waits for the answer, a validator refuses what is malformed or untimely, the query shows the progress.
`workflows/received.py` reads what comes in.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception

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
from domain.notification import NotificationList
from domain.text import with_reason
from domain.vocabulary import Outcome
from workflows.message_handlers import handle_message
from workflows.received import Receiver, hears, is_new, opens, refuse_if, takes, wrong_carry
from workflows.request import validators
from workflows.request.activity_calls import shielded
from workflows.request.asks import Expired
from workflows.request.context import CANCELLED, RequestContext
from workflows.request.display import progress
from workflows.request.event_loop import ContinueAsNew
from workflows.request.inbox import PendingMessage
from workflows.request.news import accept_news
from workflows.request.questions import resume_account
from workflows.request.state import State
from workflows.steps.cleanup import clean_up, close_round, remove_forgotten_order
from workflows.steps.documents import deliver_documents
from workflows.steps.eligibility import check_eligibility
from workflows.steps.on_hold import await_numbers_to_order
from workflows.steps.order import place_order
from workflows.steps.ownership import prove_ownership
from workflows.steps.report import answer_everyone, report_outcome
from workflows.steps.review import await_review
from workflows.steps.transfer import await_transfer

M = TypeVar("M", bound=Message)


def _into_inbox(update: str, kind: type[M], refusal: Callable[[State, M], str], description: str) -> Any:
    """An update that puts its message into the inbox and waits for the answer, unless there is a refusal."""

    @workflow.update(name=update, description=description)
    @takes(kind)
    async def deliver(self: Any, message: M) -> Answer:
        pending = PendingMessage(message)
        self._request.inbox.put(pending)
        await workflow.wait_condition(lambda: pending.answer is not None)
        assert pending.answer is not None  # noqa: S101 - the condition above
        return pending.answer

    @deliver.validator
    @takes(kind)
    def may_deliver(self: Any, message: M) -> None:
        refuse_if(refusal(self._request.state, message) or self._request.inbox.refusal)

    return deliver


@workflow.defn(name=WORKFLOW_TYPE)
class HostNumbers(Receiver):
    """One hosting request of 1–200 numbers, from eligibility to one true outcome per number."""

    @workflow.init
    @opens(HostingRequest)
    def __init__(self, given: HostingRequest) -> None:
        # Faces refuse a malformed request earlier. One that was started without them fails here, with no effect.
        if is_new():
            refuse_if(validators.start(given, workflow.info().workflow_id) or wrong_carry(State, given.carry))
        self._given = given
        self._request = RequestContext(given, handle_message)
        self._steps: asyncio.Task[None] | None = None

    @workflow.run
    @takes(HostingRequest)
    async def run(self, given: HostingRequest) -> Progress:
        """Take the request to its end and report it. The result is the last `Progress`."""
        if_none_active = await self._take_steps_until_stopped()
        await shielded(report_outcome(self._request, if_none_active))
        await answer_everyone(self._request, f"The request has ended: {self._request.state.outcome}.")
        return progress(given, self._request.state)

    async def _take_steps(self) -> None:
        """The five steps of Telnyx's guide, for one order after another."""
        request, state = self._request, self._request.state
        # Telnyx says which numbers can be hosted. The others are left out before anything is ordered.
        await check_eligibility(request)
        # A round is one Telnyx order. Numbers that timed out, and numbers on hold that a person retries, get another.
        while state.round or await await_numbers_to_order(request):
            state.round = state.round or state.begin_round()
            # Exactly one order holds the numbers of the round, whatever happens to answers, workers and servers.
            await place_order(request)
            # The order may go back to an earlier step, for instance when the documents are refused.
            while state.open_numbers():
                # Another Telnyx account that hosts the numbers has 72 hours to object.
                await await_transfer(request)
                # Telnyx texts or calls each number with a code, and a person reads it out.
                await prove_ownership(request)
                # The signed LOA and a recent bill are uploaded.
                await deliver_documents(request)
                # Telnyx and the losing carrier review, 1–3 business days.
                await await_review(request)
            # Numbers that were given up leave with their order, unless it holds one that works.
            await close_round(request)
        # A run that was reset removes the order that it no longer knows.
        await remove_forgotten_order(request)

    async def _take_steps_until_stopped(self) -> Outcome:
        """Run the steps; clean up if a person or a deadline stops them. Returns the outcome if no number is active."""
        try:
            await self._take_steps_in_runs()
        except Expired as expired:
            await self._clean_up(str(expired))
            return Outcome.EXPIRED
        except BaseException as error:
            if not is_cancelled_exception(error):
                raise
            await self._clean_up(CANCELLED)
            return Outcome.CANCELLED
        return Outcome.NOT_ACTIVE

    async def _take_steps_in_runs(self) -> None:
        """Take the steps, and continue as new when the history has grown long. The steps know where they were."""
        while True:
            self._steps = asyncio.create_task(self._take_steps())
            if self._request.calls.cancel_wanted:
                self._steps.cancel()
            try:
                await self._steps
            except ContinueAsNew:
                await self._continue_as_new()
            else:
                return

    async def _continue_as_new(self) -> None:
        """Go on in a new run with everything that is known, unless a message arrives at this moment."""
        request = self._request
        await workflow.wait_condition(lambda: workflow.all_handlers_finished() or request.inbox.sender_waits)
        if request.inbox.sender_waits or request.calls.cancel_wanted:
            return
        # No sender waits for these: only signals, and messages that are kept for the account, can be left.
        unread = request.inbox.unread()
        for message in unread:
            if isinstance(message, AccountResumed):
                resume_account(request, message.by)
        request.state.carry_unread(unread)
        carry = request.state.model_dump(mode="json")
        workflow.continue_as_new(self._given.model_copy(update={"carry": carry}))

    async def _clean_up(self, because: str) -> None:
        self._request.calls.ignore_cancel()
        await shielded(clean_up(self._request, because))

    # Updates and signals put messages into the inbox; validators refuse what is malformed or untimely

    submit_codes = _into_inbox(
        "submit_codes", SubmitCodes, validators.submit_codes, "Hand in the ownership codes that people read out."
    )
    resend_codes = _into_inbox(
        "resend_codes", ResendCodes, validators.resend_codes, "Have new codes sent, by sms or by call."
    )
    replace_documents = _into_inbox(
        "replace_documents", ReplaceDocuments, validators.replace_documents, "Hand in the LOA, the bill or both."
    )
    retry_numbers = _into_inbox(
        "retry_numbers", RetryNumbers, validators.retry_numbers, "Give numbers on hold an order of their own."
    )
    give_up = _into_inbox("give_up", GiveUp, validators.give_up, "Stop trying for some numbers; the others go on.")
    answer = _into_inbox("answer", AnswerAsk, validators.answer, "Answer an ask that offers choices.")

    @workflow.update(description="Stop the whole request.")
    @takes(Cancel)
    async def cancel(self, message: Cancel) -> Answer:
        """Cancel. The answer comes at once; the clean-up takes its time, and the outcome says how it went."""
        self._request.calls.cancel_wanted = True
        self._request.state.record_event(with_reason("Cancelled", message.why), message.by)
        if self._steps is not None:
            self._steps.cancel()
        return Answer(accepted=True, sentence="Cancelling: what is at Telnyx is removed where that is safe.")

    @cancel.validator
    @takes(Cancel)
    def _may_cancel(self, message: Cancel) -> None:
        refuse_if(validators.cancel(self._request.state, message))

    @workflow.signal(description="Codes, fire and forget: for scripts.")
    @hears(SubmitCodes)
    def codes(self, message: SubmitCodes) -> None:
        """Submit codes without waiting for an answer. A refusal becomes an event."""
        refusal = validators.submit_codes(self._request.state, message)
        if refusal:
            self.refuse_signal("codes", refusal, message.by)
        else:
            self._request.inbox.put(PendingMessage(message, wants_answer=False))

    @workflow.signal(description="A webhook's hint that the order is worth reading.")
    @hears(TelnyxNews)
    def telnyx_news(self, news: TelnyxNews) -> None:
        """Remember that the order is worth reading now. A hint is never believed about a number's state.

        The exceptions are what the order may not show: an internal transfer and a verified number are handled like
        any message, and a second refusal of documents is remembered for the next poll.
        """
        accepted = accept_news(news, self._given.account, self._request.state)
        if accepted is None:
            return
        self._request.hints.hear()
        self._request.state.hear_refusal(accepted)
        if accepted.decision or accepted.verified:
            self._request.inbox.put(PendingMessage(accepted, wants_answer=False))

    @workflow.signal(description="The Telnyx account works again.")
    @hears(AccountResumed)
    def account_resumed(self, message: AccountResumed) -> None:
        """The account's workflow sends it. What waited for the account goes on."""
        if message.account != self._given.account:
            self.refuse_signal("account_resumed", f"It is about the account {message.account[:64]!r}.", message.by)
            return
        self._request.inbox.put(PendingMessage(message, wants_answer=False))

    def refuse_signal(self, signal: str, why: str, by: str) -> None:
        """Leave an event about a signal that cannot be used: its sender gets no answer."""
        self._request.state.record_refusal(f"The signal {signal[:40]!r} was refused: {why}", by)
        self._request.display.refresh_page()

    def on_left_out(self) -> None:
        """Continue as new in time, although the signal wakes no step."""
        self._request.grows_by_refusals = True

    @workflow.query(description="Where the request stands.")
    def progress(self) -> Progress:
        """Where the request stands, in the shape of the contract."""
        self.prove_started()
        return progress(self._given, self._request.state)

    @workflow.query(description="What people and programs were to be told.")
    def notifications(self) -> NotificationList:
        """The newest notifications, oldest first, also those that no one wanted."""
        self.prove_started()
        return NotificationList(notifications=self._request.state.notifications)

    @workflow.query(description="What is known of the order, for its watch.")
    def watched(self) -> WatchOrder | None:
        """The input that a watch would get now. It asks before it reports what the request may have done itself."""
        self.prove_started()
        return self._request.watch.wanted()
