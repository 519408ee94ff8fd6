"""One request at work: what was asked for, its state, and the collaborators that act on the state."""

import re
from collections.abc import Awaitable, Callable

from temporalio import workflow

from domain.activity_io import CurrentOrder
from domain.messages import (
    AccountResumed,
    Answer,
    HostingRequest,
    Message,
    ResendCodes,
    SubmitCodes,
    TelnyxNews,
)
from domain.vocabulary import Step
from workflows.activity_options import ActivityOptions
from workflows.request import documents_at_hand
from workflows.request.activity_calls import ActivityCalls, In, Method, Out
from workflows.request.asks import Asks
from workflows.request.display import Display
from workflows.request.hints import Hints
from workflows.request.inbox import Inbox, PendingMessage
from workflows.request.records import Round
from workflows.request.state import State
from workflows.request.watch import Watch

CANCELLED = "The request was cancelled."
HandleMessage = Callable[["RequestContext", PendingMessage], Awaitable[None]]


class RequestContext:
    """The data of one request and its collaborators. The steps are functions over it.

    Args:
        given: what was asked for; it never changes.
        handle_message: what to do with a message once it is its turn. It is given from outside because the handlers
            use the steps, and the steps use this.
    """

    def __init__(self, given: HostingRequest, handle_message: HandleMessage) -> None:
        self.given = given
        self.handle_message = handle_message
        self.state = State.of(given)
        if given.carry is None:
            documents_at_hand.take(self.state, workflow.now(), given.loa, given.bill)
        self.inbox = Inbox(self._is_kept_for_account)
        self.asks = Asks(given, self.state)
        self.calls = ActivityCalls(given, self.inbox, lambda: self.stop(CANCELLED))
        self.watch = Watch(given.account, self.state)
        self.display = Display(given, self.state)
        self.hints = Hints()
        self.grows_by_refusals = False
        """Whether signals were left out, which adds to the history and wakes no step."""
        self._put_back_carried_messages()

    def _put_back_carried_messages(self) -> None:
        """Their senders no longer wait: they were answered, or only sent a signal."""
        for message in [*self.state.kept, *self.state.unread]:
            self.inbox.put(PendingMessage(message, wants_answer=False))
        self.state.unread, self.state.kept = [], []

    def _is_kept_for_account(self, message: Message) -> bool:
        """While Telnyx refuses the account it would refuse this message as well, and a code would be lost."""
        return self.state.waits_for_account and isinstance(message, SubmitCodes | ResendCodes)

    @property
    def round(self) -> Round:
        """The round under way."""
        assert self.state.round is not None  # noqa: S101 - the steps run only within a round
        return self.state.round

    def enter(self, step: Step) -> None:
        """Note which step the request is at. `hosted-sms list` shows it once the step has to wait."""
        self.state.step = step
        self.display.refresh_page()

    def stop(self, because: str) -> None:
        """Take no more messages, and answer those that wait. The call that is under way may take minutes to end."""
        self.state.stopping = because
        self.answer_waiting(because)
        self.display.refresh_page()

    def answer_waiting(self, sentence: str) -> None:
        """Answer what is left in the inbox. Each message that a person or a program sent becomes an event."""
        for message in self.inbox.answer_rest(Answer(accepted=False, sentence=sentence)):
            if not isinstance(message, AccountResumed | TelnyxNews):
                self.state.record_refusal(f"{_name(message)} came too late. {sentence}", getattr(message, "by", ""))

    def order_in_hand(self) -> CurrentOrder:
        """The round's order and what is known of it, as an activity needs it."""
        return CurrentOrder(
            account=self.given.account,
            order_id=self.round.order_id,
            known=self.state.open_by_state(),
            papers_given=self.round.papers_given,
        )

    async def try_once_then_persist(
        self, method: Method[In, Out], work: In, options: ActivityOptions, summary: str
    ) -> Out:
        """Call Telnyx for work that usually succeeds at once. `hosted-sms list` shows it only when it does not."""
        return await self.calls.try_once_then_persist(method, work, options, summary, in_trouble=self.display.refresh)


def _name(message: Message) -> str:
    """Such as `Submit codes`, from the type of a message."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", type(message).__name__).capitalize()
