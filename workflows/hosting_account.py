"""The workflow `HostingAccount`: what all requests of a Telnyx account share, and no request can know alone.

It gives each number to one live request. It asks one question when Telnyx refuses the account itself. It notifies
people once when Telnyx does not answer. Updates and signals only change the state; `run` acts on it, one thing at a
time.
"""

import asyncio
from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import ActivityError

from domain import command_hints
from domain.accounts import (
    AccountProgress,
    AccountSilence,
    AccountTrouble,
    Claim,
    ClaimResult,
    ClosedRequests,
    ManyClaimResults,
    ManyClaims,
    OpenAccount,
    OpenRequests,
    ResumeAccount,
)
from domain.activity_io import PlanAsk
from domain.messages import Answer
from domain.names import ACCOUNT_WORKFLOW_TYPE, account_workflow_id
from domain.notification import Notification, NotificationEvent, NotificationList
from domain.text import format_utc
from domain.vocabulary import AskKind
from workflows import activity_options
from workflows.account import sentences
from workflows.account.display import AccountDisplay
from workflows.account.healing import Healing
from workflows.account.lister import Lister
from workflows.account.room import Room
from workflows.account.state import AccountState, Outage, Stop
from workflows.account.waking import Waking
from workflows.notifications import deliver, notify
from workflows.received import Receiver, hears, is_new, opens, refuse_if, takes, wrong_carry

with workflow.unsafe.imports_passed_through():
    from activities.accounts import AccountActivities
    from activities.asks import AskActivities

_LOOKED_AT_ONCE = 1_000_000
"""Characters of the references that are looked at before a new run begins: they travel in one payload."""


@workflow.defn(name=ACCOUNT_WORKFLOW_TYPE)
class HostingAccount(Receiver):
    """One Telnyx account; it never ends."""

    @workflow.init
    @opens(OpenAccount)
    def __init__(self, account: OpenAccount) -> None:
        if is_new():
            refuse_if(_wrong_id(account) or wrong_carry(AccountState, account.carry))
        self._account = account.account
        self._state = AccountState.of(account)
        self._display = AccountDisplay(account.account, self._state)
        self._healing = Healing(account.account, self._state)
        self._lister = Lister(account.account, self._state)
        self._waking = Waking(account.account, self._state)
        self._room = Room(account.account, self._state)

    @workflow.run
    @takes(OpenAccount)
    async def run(self, account: OpenAccount) -> None:
        """Act on the state until the history is long, then continue in a new run."""
        look = asyncio.create_task(self._room.await_look())
        while not self._is_run_over():
            self._display.refresh()
            await self._wait()
            self._healing.keep_on()
            self._lister.keep_on()
            await self._act()
        look.cancel()
        await self._forget_closed()
        carry = self._state.carry(workflow.now())
        workflow.continue_as_new(account.model_copy(update={"carry": carry}))

    def _is_run_over(self) -> bool:
        return workflow.info().is_continue_as_new_suggested() or self._room.needs_new_run

    async def _wait(self) -> None:
        due = self._next_due()
        timeout = activity_options.seconds_until(due)
        try:
            # A message may bring something that is due earlier than the timer: then wait again.
            await workflow.wait_condition(
                lambda: self._is_something_to_do() or self._is_due_before(due),
                timeout=timeout,
                timeout_summary="remind, wake or check whether Telnyx answers",
            )
        except TimeoutError:
            return

    def _next_due(self) -> datetime | None:
        due = (self._next_reminder(), self._waking.next_batch, self._state.trial_ends, self._state.outage_ends)
        return min((at for at in due if at), default=None)

    def _is_due_before(self, instant: datetime | None) -> bool:
        due = self._next_due()
        return due is not None and (instant is None or due < instant)

    def _is_something_to_do(self) -> bool:
        state, now = self._state, workflow.now()
        untold = (state.stop and not state.stop.told) or (state.outage and not state.outage.told)
        batch = self._waking.next_batch
        return bool(
            untold
            or not state.resume_told
            or (batch and batch <= now)
            or self._healing.is_due
            or self._lister.is_due
            or self._display.is_out_of_date
            or self._is_run_over(),
        )

    async def _act(self) -> None:
        """Do one thing that is due."""
        state, now = self._state, workflow.now()
        batch, reminder, ends = self._waking.next_batch, self._next_reminder(), state.outage_ends
        if state.stop and not state.stop.told:
            state.stop.told = True
            await self._ask(state.stop, NotificationEvent.ACCOUNT_STOPPED)
        elif not state.resume_told:
            state.resume_told = True
            await self._notify(NotificationEvent.ACCOUNT_RESUMED, sentences.resumed(state))
        elif batch and batch <= now:
            await self._waking.wake_some()
        elif state.stop and self._healing.has_returned:
            self._healing.stop()
            await self._waking.begin_trial(state.stop)
        elif state.trial_ends and state.trial_ends <= now:
            state.heal(now)
        elif state.outage and not state.outage.told:
            await self._notify_of_outage(state.outage)
        elif state.stop and reminder and reminder <= now:
            await self._ask(state.stop, state.stop.remind(now))
        elif state.outage and ends and ends <= now:
            state.outage.over = True
            state.record_event(now, "For half an hour no request has reported that Telnyx does not answer.")

    # The stop

    async def _ask(self, stop: Stop, event: NotificationEvent) -> None:
        """Notify people, and plan when to remind them. The last reminder plans the next ones, so this never expires."""
        news = self._record(
            event, sentences.question(stop), kind=AskKind.ACCOUNT, command=command_hints.resume(self._account)
        )
        if stop.reminders:
            await notify(news, "remind that the account is stopped")
            return
        plan = await workflow.execute_local_activity_method(
            AskActivities.plan_ask,
            PlanAsk(kind=AskKind.ACCOUNT, now=workflow.now(), news=news),
            start_to_close_timeout=activity_options.LOCAL.start_to_close,
            summary="notify that the account is stopped",
        )
        stop.reminders = plan.reminders
        if event is NotificationEvent.ACCOUNT_STOPPED:
            stop.escalate_at = plan.escalate_at
        await deliver(plan.untold)

    def _next_reminder(self) -> datetime | None:
        stop = self._state.stop
        return stop.reminders[0] if stop and stop.reminders else None

    # The outage

    async def _notify_of_outage(self, outage: Outage) -> None:
        outage.told = True
        seen = f" What came last: {outage.because}" if outage.because else ""
        text = (
            f"Telnyx has not answered since {format_utc(outage.since)}.{seen} Nothing is lost: every call is tried"
            " until Telnyx answers. Look at Telnyx's status page, and at the proxy or gateway on the way."
        )
        await self._notify(NotificationEvent.TELNYX_SILENT, text)

    # Notifications

    def _record(self, event: NotificationEvent, text: str, **fields: str) -> Notification:
        """A notification of the account, which remembers it."""
        notification = Notification(event=event, account=self._account, at=workflow.now(), text=text, **fields)
        self._state.record_notification(notification)
        return notification

    async def _notify(self, event: NotificationEvent, text: str, **fields: str) -> None:
        await notify(self._record(event, text, **fields), f"notify: {event.replace('_', ' ')}")

    # A new run

    async def _forget_closed(self) -> None:
        """Drop the claims of closed requests, so that a new run starts with what is alive."""
        state = self._state
        asked = state.claims.stale_claims(workflow.now(), _LOOKED_AT_ONCE, after=state.looked_until)
        if not asked:
            return
        try:
            closed: ClosedRequests = await workflow.execute_activity_method(
                AccountActivities.closed_requests,
                OpenRequests(account=self._account, references=asked),
                summary=f"look up which requests are over ({len(asked)} of them)",
                **activity_options.CLOSED_REQUESTS.options(),
            )
        except ActivityError:
            return  # they are looked at again before the next run
        state.looked_until = asked[-1]
        state.claims.forget(closed.references, workflow.now())

    # Updates, signals and the query

    @workflow.update(description="Claim numbers for a request.")
    @takes(Claim)
    async def claim(self, message: Claim) -> ClaimResult:
        """Give each number to one live request."""
        self._state.claimed_since_listing = True
        result = self._room.take(message, workflow.now())
        self._display.refresh_page()
        return result

    @workflow.update(description="Claim numbers for several requests.")
    @takes(ManyClaims)
    async def claim_many(self, message: ManyClaims) -> ManyClaimResults:
        """Answer each claim by itself, in their order."""
        now = workflow.now()
        results = [self._room.take(claim, now) for claim in message.claims]
        self._state.claimed_since_listing = True
        self._display.refresh_page()
        return ManyClaimResults(results=results)

    @workflow.update(description="The account works again: its requests go on.")
    @takes(ResumeAccount)
    async def resume(self, message: ResumeAccount) -> Answer:
        """Wake the requests that wait for the account, some at a time."""
        woken = self._state.resume(workflow.now(), message.by)
        self._display.refresh_page()
        return Answer(accepted=True, sentence=f"The account {self._account} is resumed. Requests that go on: {woken}.")

    @resume.validator
    @takes(ResumeAccount)
    def _may_resume(self, message: ResumeAccount) -> None:
        if self._state.stop is None:
            del message  # the SDK wants the parameter; its content changes nothing
            refuse_if(f"The account {self._account} is not stopped.")

    @workflow.signal(description="Telnyx refused the account itself to a request.")
    @hears(AccountTrouble)
    def trouble(self, message: AccountTrouble) -> None:
        """Open the one question, or add a request that waits for its answer."""
        if message.account != self._account:
            self.refuse_signal("trouble", f"It is about the account {message.account[:64]!r}.", "")
            return
        self._state.on_trouble(message, workflow.now())
        self._display.refresh_page()

    @workflow.signal(description="Telnyx has not answered an activity for long.")
    @hears(AccountSilence)
    def silent(self, message: AccountSilence) -> None:
        """Remember that Telnyx does not answer."""
        self._state.on_outage_report(message.since, workflow.now(), message.because)
        self._display.refresh_page()

    def refuse_signal(self, signal: str, why: str, by: str) -> None:
        """Leave an event about a signal that cannot be used: its sender gets no answer."""
        self._state.record_refusal(workflow.now(), f"The signal {signal[:40]!r} was refused: {why}", by)
        self._display.refresh_page()

    @workflow.query(description="What people and programs were to be told.")
    def notifications(self) -> NotificationList:
        """The newest notifications, oldest first, also those that no one wanted."""
        self.prove_started()
        return NotificationList(notifications=self._state.notifications)

    @workflow.query(description="Where the account stands.")
    def progress(self) -> AccountProgress:
        """Where the account stands: whether it is stopped, since when, and who waits."""
        self.prove_started()
        return self._state.progress(self._account)


def _wrong_id(account: OpenAccount) -> str:
    given, wanted = workflow.info().workflow_id, account_workflow_id(account.account)
    return "" if given == wanted else f"The workflow id is {given!r}, but that of the account is {wanted!r}: use that."
