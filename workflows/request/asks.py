"""Asking people: open an ask once, remind while it is open, and do what its deadline does."""

from datetime import datetime

from temporalio import workflow

from domain import command_hints
from domain.accounts import AccountTrouble
from domain.activity_io import AskPlan, PlanAsk
from domain.asks import RULES, AtDeadline, awaited
from domain.messages import Choice, HostingRequest
from domain.text import count
from domain.verdicts import Need
from domain.vocabulary import AskKind
from workflows import activity_options
from workflows.notifications import deliver, notification_of_ask, notify_of_ask
from workflows.request.records import AskRecord
from workflows.request.state import State

with workflow.unsafe.imports_passed_through():
    from activities.accounts import AccountActivities
    from activities.asks import AskActivities


class Expired(Exception):  # noqa: N818 - it is no error: no one answered in time
    """A deadline ended the request; the text says which."""


class Asks:
    """The open asks of a request. What is known of each kind stands in `domain.asks`."""

    def __init__(self, given: HostingRequest, state: State) -> None:
        self._given = given
        self._state = state

    # Opening

    async def keep_open(self, need: Need, *, from_watch: bool = False) -> AskRecord:
        """Open an ask, or update the open one that asks the same. People are not asked the same thing twice."""
        rule, open_ask = RULES[need.kind], self._state.same_need(need)
        if not rule.one_at_a_time:
            self._drop_older_question(open_ask, from_watch=from_watch)
        if open_ask is None:
            return await self._open(need, from_watch=from_watch)
        if rule.holds_numbers:
            await self._add_numbers(open_ask, need)
        elif not rule.per_account:
            open_ask.numbers, open_ask.guidance = list(need.numbers), need.guidance
        open_ask.deadline = need.deadline or open_ask.deadline
        return open_ask

    async def _add_numbers(self, ask: AskRecord, need: Need) -> None:
        """Numbers may join an ask weeks after it was opened. People hear of them, and all numbers get the full time.

        People hear nothing when no number joins, or when some leave.
        """
        joining = [number for number in need.numbers if number not in ask.numbers]
        # A need with a topic lists only newly found numbers, so add them. `narrow` removes those that are resolved.
        ask.numbers = [*ask.numbers, *joining] if need.topic else list(need.numbers)
        ask.guidance = need.guidance
        if not joining:
            return
        ask.deadline = need.deadline
        more = count(len(joining), "more number")
        self._state.record_event(f"Asked a person for {_wanted(ask)}, also about {more}.")
        plan = await self._plan(ask, f"plan reminders about {_wanted(ask)} again", "ask_opened")
        ask.escalate_at = plan.escalate_at
        await deliver(plan.untold)

    def _drop_older_question(self, kept: AskRecord | None, *, from_watch: bool) -> None:
        """The steps and the watch have one question each at a time, so an older one is out of date."""
        self._state.asks = [
            ask
            for ask in self._state.asks
            if ask is kept or ask.from_watch is not from_watch or RULES[ask.kind].one_at_a_time
        ]

    async def _open(self, need: Need, *, from_watch: bool) -> AskRecord:
        self._state.asks_opened += 1
        ask = AskRecord(
            id=f"{need.kind}-{self._state.asks_opened}",
            kind=need.kind,
            numbers=list(need.numbers),
            guidance=need.guidance,
            choices=need.choices,
            topic=need.topic,
            since=workflow.now(),
            deadline=need.deadline,
            from_watch=from_watch,
        )
        if RULES[need.kind].per_account:
            return await self._open_for_account(ask, need)
        plan = await self._plan(ask, f"plan reminders about {_wanted(ask)}", "ask_opened")
        ask.escalate_at = plan.escalate_at
        self._state.asks.append(ask)
        what = "Asked a person for" if RULES[need.kind].needs_person else "Waiting for"
        self._state.record_event(f"{what} {_wanted(ask)}, about {count(len(need.numbers), 'number')}.")
        await deliver(plan.untold)
        return ask

    async def _open_for_account(self, ask: AskRecord, need: Need) -> AskRecord:
        """The account's own workflow asks people, once for all its requests. Here the ask is only shown."""
        resume = command_hints.resume(self._given.account)
        ask.guidance = (
            f"{need.guidance} All requests of the account {self._given.account} wait for this one thing. Once the"
            f" account works, `{resume}` lets all of them go on. A choice made here is for this request alone."
        )
        await workflow.execute_local_activity_method(
            AccountActivities.report_account_stop,
            AccountTrouble(
                account=self._given.account,
                workflow_id=workflow.info().workflow_id,
                because=need.guidance,
                at=need.at or workflow.now(),
            ),
            start_to_close_timeout=activity_options.LOCAL.start_to_close,
            summary="report that the account is stopped",
        )
        self._state.asks.append(ask)
        self._state.refused_since = self._state.refused_since or ask.since
        self._state.record_event("Telnyx refuses the account: everything waits until it works again.")
        return ask

    async def _plan(self, ask: AskRecord, summary: str, event: str = "") -> AskPlan:
        """Plan an ask's next reminders, up to its deadline if it has one, and notify people of this event, if any.

        Returns:
            The plan. It also says when to tell a second recipient, and holds a notification that could not be started.
        """
        news = notification_of_ask(self._given, self._state, ask, event) if event else None
        plan = await workflow.execute_local_activity_method(
            AskActivities.plan_ask,
            PlanAsk(kind=ask.kind, now=workflow.now(), ends=ask.deadline, news=news),
            start_to_close_timeout=activity_options.LOCAL.start_to_close,
            summary=summary,
        )
        if news is not None:
            self._state.record_notification(news.model_copy(update={"deadline": plan.deadline}))
        ask.reminders, ask.deadline = plan.reminders, plan.deadline
        return plan

    async def give_time_back(self) -> None:
        """Move all other deadlines by the time in which Telnyx refused the account and no one could answer.

        Their reminders begin again, and people hear only that the account goes on. A transfer does not wait, since
        another account has to act.
        """
        since = self._state.refused_since
        if since is None or self._state.waits_for_account:
            return
        for ask in [ask for ask in self._state.asks if RULES[ask.kind].needs_person]:
            lost = workflow.now() - max(since, ask.since)
            ask.deadline = ask.deadline and ask.deadline + lost
            escalate_at = (await self._plan(ask, f"plan reminders about {_wanted(ask)} again")).escalate_at
            ask.escalate_at = ask.escalate_at and escalate_at
        self._state.refused_since = None

    # Closing

    def close(self, *kinds: AskKind) -> None:
        """Close the asks of these kinds: what they wanted is there."""
        self._state.asks = [ask for ask in self._state.asks if ask.kind not in kinds]

    def close_those_from_watch(self, need: Need | None) -> None:
        """The order's status changed: close what was asked about the last one, unless the new one asks the same."""
        asked_again = self._state.same_need(need) if need else None
        self._state.asks = [ask for ask in self._state.asks if ask is asked_again or not ask.from_watch]

    def drop(self, ask: AskRecord) -> None:
        """Close this ask."""
        self._state.asks = [other for other in self._state.asks if other is not ask]

    def is_open(self, ask: AskRecord) -> bool:
        """Whether an ask still waits for its answer."""
        return ask.chosen is None and any(other is ask for other in self._state.asks)

    def narrow(self, topic: str, numbers: list[str]) -> None:
        """Keep only these numbers in the ask of this topic, if it is open. Without any number it closes."""
        for ask in [ask for ask in self._state.asks if ask.topic == topic]:
            ask.numbers = [number for number in ask.numbers if number in numbers]
            if not ask.numbers:
                self.drop(ask)

    def find(self, ask_id: str, choice: str, order_id: str) -> tuple[AskRecord, Choice] | None:
        """The open ask of an id with the choice of that word (and order, where it names one)."""
        for ask in self._state.asks:
            for offered in ask.choices:
                if ask.id == ask_id and offered.choice == choice and (offered.order_id in {"", order_id}):
                    return ask, offered
        return None

    # Reminders and deadlines

    def next_due(self) -> tuple[datetime, AskRecord] | None:
        """The ask to look at next, and when."""
        due = [(ask.next_due, ask) for ask in self._state.asks if ask.next_due is not None]
        return min(due, key=lambda pair: pair[0], default=None)

    async def process_due(self, ask: AskRecord) -> None:
        """Do what is due: one reminder or escalation, however many were missed, or the deadline.

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
        done, event = ("Escalated", "ask_escalated") if escalated else ("Reminded a person of", "ask_reminder")
        summary = f"{done} the ask for {_wanted(ask)}"
        self._state.record_event(f"{summary}.")
        if ask.reminders:
            await notify_of_ask(self._given, self._state, ask, event, summary)
        else:  # the last one that was planned: an ask that never expires must not fall silent
            await deliver((await self._plan(ask, summary, event)).untold)

    def _expire(self, ask: AskRecord) -> None:
        ask.deadline = None
        effect = RULES[ask.kind].at_deadline
        if effect is AtDeadline.GO_ON:
            return  # silence is what was awaited: its step goes on
        sentence = f"No one answered the ask for {_wanted(ask)} before its deadline."
        self._state.record_event(sentence)
        if effect is AtDeadline.EXPIRE_REQUEST:
            raise Expired(sentence)
        if effect is AtDeadline.GIVE_NUMBERS_UP:
            self._state.give_up(ask.numbers, sentence)
            self.drop(ask)


def _wanted(ask: AskRecord) -> str:
    """What the ask wants, in words for people; its kind is a word for programs."""
    return awaited(ask.kind, len(ask.numbers))
