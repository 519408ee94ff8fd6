"""Step 2: exactly one order holds the numbers, no matter what becomes of answers, workers and servers.

Telnyx has no idempotency key and no reference of ours (docs/telnyx.md §1, §11). So each attempt does three things:

1. It claims the numbers from the account's workflow: a number is in one running request only.
2. It has all orders listed; one listing serves many (docs/decisions/0030). An order for exactly these numbers is
   adopted when no other request holds it. Any other open order with one of the numbers is a question to a person.
3. It creates an order, unless one that an earlier attempt sent may still arrive (see `attempts.py`).
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass

import structlog
from temporalio import activity

from activities.heartbeats import Pulse, send_heartbeats
from activities.inventory import find_hosted
from activities.ordering.attempts import Attempts
from activities.ordering.claims import claim_numbers
from activities.ordering.creation import AnotherOrder, create_order
from activities.ordering.not_taken import explain_not_taken
from activities.ordering.open_orders import is_exact, judge_placed, list_open_orders
from activities.ordering.questions import ask_about_conflict, ask_about_orders
from activities.ordering.refusals import ask_about_refusal, find_refused_numbers, leave_out
from activities.ports import Accounts, AccountWorkflow, Fingerprinter, OrderHolders, Telnyx
from activities.telnyx_failures import PERSON_NEEDED
from domain.activity_io import PlacementVerdict, PlaceOrder
from domain.vocabulary import Next
from telnyx_api.errors import Conflict, TelnyxError
from telnyx_api.replies import Order

log = structlog.get_logger(__name__)

MOST_ON_THE_WAY = 10
"""Orders of one account that are sent at a time. One listing serves many creates, and all of them would send at once.
What waits too long for a connection counts as sent, and costs a quarantine. The account has twice as many connections,
so that codes and documents find one."""


@dataclass(frozen=True)
class OrderTimes:
    """What the settings say about an order's first minutes, in seconds."""

    quarantine: float
    """How long after it was sent an order may still arrive at Telnyx."""
    watch_after: float
    """How long after it was placed no one has to watch an order."""


class PlaceOrderActivities:
    """Places an order, or adopts the one that is already there."""

    def __init__(
        self,
        accounts: Accounts,
        holders: OrderHolders,
        account_workflow: AccountWorkflow,
        fingerprints: Fingerprinter,
        times: OrderTimes,
    ) -> None:
        self._accounts = accounts
        self._holders = holders
        self._account_workflow = account_workflow
        self._fingerprints = fingerprints
        self._times = times
        self._turns = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(MOST_ON_THE_WAY))

    @activity.defn(name="place_order")
    async def place_order(self, work: PlaceOrder) -> PlacementVerdict:
        """Make sure that one order holds the numbers. Without an `order_id` the verdict says what has to come first.

        A cancel does not interrupt a call to Telnyx: its answer is awaited and returned.
        """
        attempts = Attempts(self._times.quarantine, started_afresh=work.started_afresh)
        async with send_heartbeats() as pulse:
            try:
                verdict = await self._claim_and_order(work, attempts, pulse)
            except PERSON_NEEDED as error:
                verdict = await self._judge_refusal(error, work, attempts)
        if verdict.order_id:
            return verdict
        if attempts.order_may_arrive:  # a person who answers `again` at once would cause a second order
            raise attempts.wait_out_quarantine()
        # An earlier attempt's order may be there although no list showed it. It is looked for again at the end.
        sent = attempts.has_waited
        return verdict.model_copy(update={"may_be_ours": verdict.may_be_ours or sent, "may_have_sent": sent})

    async def _claim_and_order(self, work: PlaceOrder, attempts: Attempts, pulse: Pulse) -> PlacementVerdict:
        question = await claim_numbers(self._account_workflow, self._fingerprints, work, attempts)
        if question is not None:
            return question
        telnyx = self._accounts.telnyx(work.account)
        existing = await self._find_existing(telnyx, work, attempts)
        if existing is not None:
            return existing
        return await self._create(telnyx, work, attempts, pulse)

    async def _find_existing(self, telnyx: Telnyx, work: PlaceOrder, attempts: Attempts) -> PlacementVerdict | None:
        """The order that is there already, or a question about several; None when there is none."""
        orders = await list_open_orders(telnyx, work, attempts)
        if chosen := [order for order in orders if order.id == work.adopt]:
            others = explain_not_taken(orders, work, taken=work.adopt)
            return _adopt(chosen[0], work).model_copy(update={"not_taken": others})
        if len(orders) == 1 and is_exact(orders[0], work):
            holders = await self._holders.find_holders(orders[0].id, besides=work.reference)
            if not holders:
                return _adopt(orders[0], work)
            return ask_about_orders(orders, work, f" It belongs to the request {', '.join(holders)}.")
        return ask_about_orders(orders, work) if orders else None

    async def _create(self, telnyx: Telnyx, work: PlaceOrder, attempts: Attempts, pulse: Pulse) -> PlacementVerdict:
        if attempts.conflict:
            return ask_about_conflict(attempts.conflict, work)
        try:
            async with self._turns[work.account]:
                return await self._send(telnyx, work, attempts, pulse)
        except (Conflict, AnotherOrder) as error:
            attempts.record_conflict(error)
        # The order in the way may be our own, which the list did not show. It may show it now, or after a while.
        existing = await self._find_existing(telnyx, work, attempts)
        if existing is None:
            raise attempts.wait_out_quarantine()
        return existing

    async def _send(self, telnyx: Telnyx, work: PlaceOrder, attempts: Attempts, pulse: Pulse) -> PlacementVerdict:
        if not pulse.is_steady:  # another attempt has begun by now, and may have sent an order
            attempts.order_may_arrive = True
        if attempts.order_may_arrive:
            raise attempts.wait_out_quarantine()
        if work.checked_until and activity.info().started_time >= work.checked_until:
            because = "The last check of these numbers is too old. They are checked again before they are ordered."
            return PlacementVerdict(next=Next.AGAIN, because=because)
        with attempts.let_temporal_retry(sending=True):
            return judge_placed(await create_order(telnyx, work), work, watch_after=self._times.watch_after)

    async def _judge_refusal(self, error: TelnyxError, work: PlaceOrder, attempts: Attempts) -> PlacementVerdict:
        """Ask a person, unless Telnyx refuses only some of the numbers."""
        refused = find_refused_numbers(error, work)
        if not refused:
            return ask_about_refusal(error, work)
        try:
            with attempts.let_temporal_retry():
                hosted = await find_hosted(self._accounts.telnyx(work.account), refused)
        except PERSON_NEEDED as other:
            return ask_about_refusal(other, work)
        return leave_out(refused, hosted, error, work)


def _adopt(order: Order, work: PlaceOrder) -> PlacementVerdict:
    log.info("order_adopted", reference=work.reference, order_id=order.id)
    because = "Telnyx already had an order for exactly these numbers. The request took it over."
    return judge_placed(order, work).model_copy(update={"because": because})
