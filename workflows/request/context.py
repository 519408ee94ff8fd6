"""A hosting request at work: its state with all that acts on it, and the two things every step does.

`turn` waits for one thing to happen (a letter, news of the order, an ask that is due) and deals with it.
`settled` does a piece of work and, while its answer is a question, puts that question to a person.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from temporalio import workflow

from domain.activity_io import CurrentOrder, WatchVerdict
from domain.holds import parked
from domain.messages import Choice, HostingRequest, Message, Need, ResendCodes, SubmitCodes, Verdict
from domain.needs import need_of
from domain.text import join_some
from domain.vocabulary import AskKind, ChoiceKind, Next, NumberState, Step
from workflows.activity_options import ActivityOptions, seconds_until
from workflows.notifications import tell
from workflows.request.activity_calls import Calls, In, Out
from workflows.request.activity_calls import Step as CallStep
from workflows.request.asks import Asks
from workflows.request.display import Display
from workflows.request.hints import Hints
from workflows.request.inbox import KEPT_BACK, Inbox, PendingMessage
from workflows.request.records import AskRecord, Round
from workflows.request.state import State
from workflows.request.watch import Watch

V = TypeVar("V", bound=Verdict)


class ContinueAsNew(Exception):  # noqa: N818 - it is no error: the history has grown long
    """The steps stopped at a place where the request can go on in a new run."""


class RequestContext:
    """One request; the steps are functions over it."""

    def __init__(
        self, request: HostingRequest, deal_with: "Callable[[RequestContext, PendingMessage], Awaitable[None]]"
    ) -> None:
        self.request = request
        self._deal_with = deal_with
        self.state = State.of(request, workflow.now())
        self.inbox = Inbox(self._is_kept_back)
        self.asks = Asks(request, self.state)
        self.calls = Calls(request.account, self.inbox)
        self.watch = Watch(request.account, self.state)
        self.display = Display(request, self.state)
        self.hints = Hints()
        for message in [*self.state.kept, *self.state.unread]:
            self.inbox.put(PendingMessage(message, wants_answer=False))
        self.state.unread, self.state.kept = [], []

    # What every step uses

    def enter(self, step: Step) -> None:
        """Say where the request is; lists learn it as soon as the step has to wait."""
        self.state.step = step
        self.display.refresh_page()

    async def try_once_then_persist(
        self, step: CallStep[In, Out], work: In, limits: ActivityOptions, summary: str
    ) -> Out:
        """Have a step done that calls Telnyx and usually goes through at once; lists are told only when not."""
        return await self.calls.try_once_then_persist(step, work, limits, summary, in_trouble=self.display.refresh)

    @property
    def round(self) -> Round:
        """The round under way."""
        assert self.state.round is not None  # noqa: S101 - the steps run only within a round
        return self.state.round

    def order_in_hand(self) -> CurrentOrder:
        """The round's order and what is known of it, as an activity wants it."""
        return CurrentOrder(
            account=self.request.account,
            order_id=self.round.order_id,
            known=self.state.under_way(),
            papers_given=self.round.papers_given,
        )

    def note(self, what: str, by: str = "") -> None:
        """Remember something for people to read."""
        self.state.note(workflow.now(), what, by)

    def learn(self, verdict: Verdict) -> None:
        """Take over what an activity found out about the numbers."""
        for number, told in verdict.numbers.items():
            self.state.learn(number, told)
        self.asks.release([number for number, record in self.state.numbers.items() if record.state.is_final])

    def give_up(self, numbers: list[str], because: str) -> None:
        """Settle numbers as given up; what was asked about nothing else is void."""
        self.state.give_up(numbers, because)
        self.asks.release(numbers)

    # While Telnyx refuses the account

    def _is_kept_back(self, message: Message) -> bool:
        """What needs Telnyx is kept while Telnyx refuses the account: it would be refused, and a code be lost."""
        return self.state.waits_for_account and isinstance(message, SubmitCodes | ResendCodes)

    async def keep_for_account(self, letter: PendingMessage, need: Need) -> None:
        """The account was refused while a letter was dealt with: it is kept, and dealt with after the resume."""
        letter.kept(KEPT_BACK)
        self.inbox.put_back(letter)
        await self.asks.keep_open(need)
        self.inbox.tell_kept_back()

    def account_mended(self, by: str) -> None:
        """The account works again: what waited for it goes on, the watch included."""
        asks = [ask for ask in self.state.asks if ask.kind is AskKind.ACCOUNT]
        if not asks:
            return
        self.asks.close(AskKind.ACCOUNT)
        if self.state.round is not None and any(ask.from_watch for ask in asks):
            self.state.round.digest = ""  # or the same trouble, met again, would be no news
        self.note("The account works again.", by)

    # Waiting for one thing to happen

    async def turn(self, until: datetime | None = None) -> None:
        """Deal with the next thing that happens; a deadline only counts when nothing else is left to do.

        Args:
            until: when to stop waiting although nothing happened.

        Raises:
            Expired: a deadline ended the request.
            ContinueAsNew: the history is long, and this is a good place to start a new one.
        """
        self.calls.stop_if_cancelled()
        await self.asks.give_time_back()
        self.watch.keep_on()
        self.display.refresh()
        if not (self.inbox.has_mail or self.watch.has_returned):
            await self._wait(until)
        if self.watch.has_returned:  # first, or a code would be tried on a number that is known to be active
            await self._hear_news(self.watch.news())
        elif letter := self.inbox.take():
            await self._deal_with(self, letter)
        elif self.hints.is_due:
            self.hints.looked()
            self.watch.look_again()
        elif (due := self._next_due()) and due[0] <= workflow.now():
            await self.asks.look_at(due[1])

    async def _wait(self, at_most_until: datetime | None) -> None:
        if workflow.info().is_continue_as_new_suggested():
            raise ContinueAsNew
        due = self._next_due()
        what = f"remind about {due[1].kind}" if due else ""
        instants = (due[0] if due else None, self.hints.next_look, at_most_until)
        until = min((instant for instant in instants if instant), default=None)
        timeout = seconds_until(until)
        heard = self.hints.heard
        try:
            # A hint that comes too soon after the last look wakes us too, so that we wait anew with the right limit.
            await workflow.wait_condition(
                lambda: self._something_happened() or self.hints.heard != heard,
                timeout=timeout,
                timeout_summary=what or None,
            )
        except TimeoutError:
            return

    def _next_due(self) -> tuple[datetime, AskRecord] | None:
        """While the account is refused nothing is due: nobody can do what other asks want."""
        return None if self.state.waits_for_account else self.asks.next_due()

    def _something_happened(self) -> bool:
        return self.inbox.has_mail or self.watch.has_returned or self.hints.is_due

    async def _hear_news(self, verdict: WatchVerdict | None) -> None:
        if verdict is None:
            return
        if verdict.digest != self.round.digest:
            self.asks.close_those_from_watch(verdict.need)
        self.round.digest = verdict.digest
        self.learn(verdict)
        if verdict.late_since is None:
            self.note(verdict.because)
        if self.state.waiting(NumberState.IN_REVIEW) and self.round.review_since is None:
            self.round.review_begins(workflow.now())
        await self._tell_what_matters(verdict)
        await self.ask_about_holds()
        need = need_of(verdict, self.state.open_numbers())
        if need is None:
            return
        if need.kind is AskKind.DOCUMENTS:
            self._papers_refused(need)
        else:
            await self.asks.keep_open(need, from_watch=True)
            self.inbox.tell_kept_back()

    def _papers_refused(self, need: Need) -> None:
        """Papers that were handed in during the review go up now; only where there are none is somebody asked."""
        if self.state.has_other_papers(need.refused):
            self.note("Other papers were handed in since those that Telnyx refused went up: they are used next.")
        else:
            self.state.refuse_papers(need.guidance)
        self.round.review_ends()

    async def _tell_what_matters(self, verdict: WatchVerdict) -> None:
        """Tell of numbers that are active while others are not yet, and of a review that takes too long."""
        active = [number for number, told in verdict.numbers.items() if told.state is NumberState.ACTIVE]
        if active and not all(record.is_finished for record in self.state.numbers.values()):
            self.note(f"Active while the others go on: {join_some(active)}.")
            await tell(
                self.request,
                "numbers_active",
                "tell what is active already",
                numbers=len(active),
                ends=tuple(active),
                text="SMS works on these numbers; the others of the request go on.",
            )
        if verdict.late_since is not None:
            self.round.late_since = verdict.late_since
            self.note(f"The review is late since {verdict.late_since:%d %B %H:%M} UTC; it is still awaited.")
            await tell(
                self.request,
                "review_late",
                "tell that the review is late",
                numbers=len(in_review := self.state.waiting(NumberState.IN_REVIEW)),
                ends=tuple(in_review),
                text=f"The review should have been over on {verdict.late_since:%d %B %H:%M} UTC. Nothing has to be done"
                " here; Telnyx support can be asked where it stands.",
            )

    async def ask_about_holds(self) -> None:
        """Ask about numbers that wait for a person although their order is over; the others go on meanwhile."""
        for kind in (AskKind.CARRIER, AskKind.SUPPORT):
            if numbers := self.state.parked(kind):
                reasons = [self.state.numbers[number].because for number in numbers]
                await self.asks.keep_open(parked(kind, numbers, reasons, self.state.order_ids))

    # Doing a piece of work, with people's help where needed

    async def settled(self, work: Callable[[Choice | None], Awaitable[V]]) -> V | None:
        """Do the work until its answer is neither a question nor "again"; None when all its numbers are settled.

        Args:
            work: is given what a person answered last, since an answer may name an order to take over.

        Returns:
            The last answer; a person's `go_on` takes a questionable answer as it is.
        """
        chosen: Choice | None = None
        while self.state.open_numbers():
            if self.state.waits_for_account:
                await self.turn()
                continue
            verdict = await work(chosen)
            self.learn(verdict)
            if verdict.next is Next.AGAIN:
                self.note(verdict.because)
                continue
            need = need_of(verdict, self.state.open_numbers())
            if need is None or need.kind is AskKind.DOCUMENTS:
                return verdict
            ask = await self._answered(need)
            answer = ask.chosen
            if answer and answer.choice == ChoiceKind.GO_ON:
                return verdict
            if answer and answer.choice == ChoiceKind.GIVE_UP:
                self.give_up(ask.numbers, "Given up by a person's answer.")
            if answer and answer.choice == ChoiceKind.NEW_ORDER:
                self.state.order_anew(ask.numbers)
            if ask.kind is not AskKind.ACCOUNT:  # what was chosen before the account failed still holds
                chosen = answer
        return None

    async def _answered(self, need: Need) -> AskRecord:
        ask = await self.asks.keep_open(need)
        self.inbox.tell_kept_back()
        while self.asks.is_open(ask):
            await self.turn()
        self.asks.drop(ask)
        return ask
