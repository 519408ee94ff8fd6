"""Asking people: open an ask once, remind while it is open, and know what its deadline does."""

from datetime import datetime

from temporalio import workflow

from domain import command_hints
from domain.accounts import AccountTrouble
from domain.activity_io import AskPlan, PlanAsk
from domain.messages import Choice, HostingRequest, Need
from domain.vocabulary import AskKind
from workflows import activity_options
from workflows.notifications import deliver, news_of_ask, tell_of_ask
from workflows.request.records import AskRecord
from workflows.request.state import ONE_AT_A_TIME, State

with workflow.unsafe.imports_passed_through():
    from activities.accounts import AccountActivities
    from activities.asks import AskActivities

_EXPIRE_REQUEST = {AskKind.CODES, AskKind.DOCUMENTS}
_GIVE_NUMBERS_UP = {AskKind.CARRIER, AskKind.SUPPORT}
"""The other kinds never expire into an action, and but for a transfer's they have no deadline."""


class Expired(Exception):  # noqa: N818 - it is no error: nobody answered in time
    """A deadline ended the request; the text says which."""


class Asks:
    """The open asks of a request."""

    def __init__(self, request: HostingRequest, state: State) -> None:
        self._request = request
        self._state = state

    async def keep_open(self, need: Need, *, from_watch: bool = False) -> AskRecord:
        """Open an ask, or bring the open one that asks the same up to date; nobody is asked the same twice."""
        open_ask = self._state.same_need(need)
        if need.kind not in ONE_AT_A_TIME:
            self._drop_older_question(open_ask, from_watch=from_watch)
        if open_ask is None:
            return await self._open(need, from_watch=from_watch)
        if need.kind in _GIVE_NUMBERS_UP:
            await self._let_join(open_ask, need)
        elif need.kind is not AskKind.ACCOUNT:
            open_ask.numbers, open_ask.guidance = list(need.numbers), need.guidance
        open_ask.deadline = need.deadline or open_ask.deadline
        return open_ask

    async def _let_join(self, ask: AskRecord, need: Need) -> None:
        """Numbers may join an ask weeks after it was opened: people hear of them, and all of them get the full time.

        Nobody is told where none joins, nor when some leave.
        """
        joining = [number for number in need.numbers if number not in ask.numbers]
        # A need with a topic names only those met just now; who else is still asked about is for `narrow` to say.
        ask.numbers = [*ask.numbers, *joining] if need.topic else list(need.numbers)
        ask.guidance = need.guidance
        if not joining:
            return
        ask.deadline = need.deadline
        self._state.note(workflow.now(), f"Asked a person for {ask.kind} also about {len(joining)} more number(s).")
        plan = await self._plan(ask, f"plan reminders about {ask.kind} anew", "ask_opened")
        ask.escalate_at = plan.escalate_at
        await deliver(plan.untold)

    def _drop_older_question(self, kept: AskRecord | None, *, from_watch: bool) -> None:
        """The steps and the watch have one question each at a time; an older one is out of date."""
        self._state.asks = [
            ask
            for ask in self._state.asks
            if ask is kept or ask.from_watch is not from_watch or ask.kind in ONE_AT_A_TIME
        ]

    async def _open(self, need: Need, *, from_watch: bool) -> AskRecord:
        self._state.asks_opened += 1
        ask_id, now = f"{need.kind}-{self._state.asks_opened}", workflow.now()
        ask = AskRecord(
            id=ask_id,
            kind=need.kind,
            numbers=list(need.numbers),
            guidance=need.guidance,
            choices=need.choices,
            topic=need.topic,
            since=now,
            deadline=need.deadline,
            from_watch=from_watch,
        )
        if need.kind is AskKind.ACCOUNT:
            return await self._open_for_account(ask, need)
        plan = await self._plan(ask, f"plan reminders about {need.kind}", "ask_opened")
        ask.escalate_at = plan.escalate_at
        self._state.asks.append(ask)
        what = "Waiting for a transfer" if need.kind is AskKind.TRANSFER else f"Asked a person for {need.kind}"
        self._state.note(now, f"{what}, about {len(need.numbers)} number(s).")
        await deliver(plan.untold)
        return ask

    async def _plan(self, ask: AskRecord, summary: str, event: str = "") -> AskPlan:
        """Plan an ask's next reminders, up to its deadline if it has one, and tell people of this event, if any.

        Returns:
            The plan: it also says when a second recipient is to be told, and holds news that could not be begun.
        """
        news = news_of_ask(self._request, ask, event) if event else None
        plan = await workflow.execute_local_activity_method(
            AskActivities.plan_ask,
            PlanAsk(kind=ask.kind, now=workflow.now(), ends=ask.deadline, news=news),
            start_to_close_timeout=activity_options.LOCAL.start_to_close,
            summary=summary,
        )
        ask.reminders, ask.deadline = plan.reminders, plan.deadline
        return plan

    async def _open_for_account(self, ask: AskRecord, need: Need) -> AskRecord:
        """The account's own workflow asks people, once for all its requests; here it is only shown."""
        ask.guidance = (
            f"{need.guidance} All requests of the account {self._request.account} wait for this one thing. Once it is"
            f" mended, `{command_hints.resume(self._request.account)}` lets all of them go on; a choice made here is"
            " for this request alone."
        )
        await workflow.execute_local_activity_method(
            AccountActivities.report_account_stop,
            AccountTrouble(
                account=self._request.account,
                workflow_id=workflow.info().workflow_id,
                because=need.guidance,
                at=need.at or workflow.now(),
            ),
            start_to_close_timeout=activity_options.LOCAL.start_to_close,
            summary="report that the account is stopped",
        )
        self._state.asks.append(ask)
        self._state.refused_since = self._state.refused_since or ask.since
        self._state.note(ask.since, "Telnyx refuses the account: everything waits until a person mends it.")
        return ask

    async def give_time_back(self) -> None:
        """The account works again: all other asks get the time back in which nobody could do what they want.

        Their reminders begin anew, and nobody is told more than that the account goes on. Only a transfer does not
        wait: it is another account that has to act.
        """
        since = self._state.refused_since
        if since is None or self._state.waits_for_account:
            return
        for ask in [ask for ask in self._state.asks if ask.kind is not AskKind.TRANSFER]:
            lost = workflow.now() - max(since, ask.since)
            ask.deadline = ask.deadline and ask.deadline + lost
            escalate_at = (await self._plan(ask, f"plan reminders about {ask.kind} anew")).escalate_at
            ask.escalate_at = ask.escalate_at and escalate_at
        self._state.refused_since = None

    def close(self, *kinds: AskKind) -> None:
        """What these asks wanted is there."""
        self._state.asks = [ask for ask in self._state.asks if ask.kind not in kinds]

    def close_those_from_watch(self, need: Need | None) -> None:
        """The order's word changed: what was asked about the last one is void, unless the new one asks the same."""
        asked_again = self._state.same_need(need) if need else None
        self._state.asks = [ask for ask in self._state.asks if ask is asked_again or not ask.from_watch]

    def drop(self, ask: AskRecord) -> None:
        """This ask is settled."""
        self._state.asks = [other for other in self._state.asks if other is not ask]

    def is_open(self, ask: AskRecord) -> bool:
        """Whether an ask still waits for its answer."""
        return ask.chosen is None and any(other is ask for other in self._state.asks)

    def narrow(self, topic: str, numbers: list[str]) -> None:
        """The ask of this topic is about these numbers alone now, if it is open; about none, it is settled."""
        for ask in [ask for ask in self._state.asks if ask.topic == topic]:
            ask.numbers = [number for number in ask.numbers if number in numbers]
            if not ask.numbers:
                self.drop(ask)

    def release(self, numbers: list[str]) -> None:
        """These numbers are over: asks about nothing else close, but for those that they wait for all the same."""
        records = self._state.numbers
        for ask in self._state.asks:
            ask.numbers = [n for n in ask.numbers if n not in numbers or records[n].parked is ask.kind]
        self._state.asks = [ask for ask in self._state.asks if ask.numbers]

    def find(self, ask_id: str, choice: str, order_id: str) -> tuple[AskRecord, Choice] | None:
        """The open ask of an id with the choice of that word (and order, where it names one)."""
        for ask in self._state.asks:
            for offered in ask.choices:
                if ask.id == ask_id and offered.choice == choice and (offered.order_id in {"", order_id}):
                    return ask, offered
        return None

    def next_due(self) -> tuple[datetime, AskRecord] | None:
        """The ask to look at next, and when."""
        due = [(ask.next_due, ask) for ask in self._state.asks if ask.next_due is not None]
        return min(due, key=lambda pair: pair[0], default=None)

    async def look_at(self, ask: AskRecord) -> None:
        """Something of this ask is due: one reminder or escalation, however many were missed, or its deadline.

        Raises:
            Expired: the deadline ends the request.
        """
        now = workflow.now()
        if ask.deadline is not None and ask.deadline <= now:
            self._expire(ask)
            return
        ask.reminders = [instant for instant in ask.reminders if instant > now]
        escalated = ask.escalate_at is not None and ask.escalate_at <= now
        ask.escalate_at = None if escalated else ask.escalate_at
        done, event = ("Escalated", "ask_escalated") if escalated else ("Reminded about", "ask_reminder")
        self._state.note(now, f"{done} {ask.kind}.")
        summary = f"{done.lower()} {ask.kind}"
        if ask.reminders:
            await tell_of_ask(self._request, ask, event, summary)
        else:  # the last one that was planned: an ask that never expires must not fall silent
            await deliver((await self._plan(ask, summary, event)).untold)

    def _expire(self, ask: AskRecord) -> None:
        if ask.kind is AskKind.TRANSFER:
            ask.deadline = None  # silence is what was awaited: its step goes on
            return
        sentence = f"Nobody answered the ask for {ask.kind} until its deadline."
        self._state.note(workflow.now(), sentence)
        if ask.kind in _EXPIRE_REQUEST:
            raise Expired(sentence)
        if ask.kind in _GIVE_NUMBERS_UP:
            self._state.give_up(ask.numbers, sentence)
            self.drop(ask)
        ask.deadline = None  # no other kind expires into an action, whoever gave it a deadline
