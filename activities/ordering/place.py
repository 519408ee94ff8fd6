"""The second step: exactly one order holds the numbers, whatever happens to answers, workers and servers.

A number is in one live request: the account's workflow gives it to whoever claims it first, before anything is listed
or sent. Telnyx has no idempotency key and no reference of ours (Telnyx facts §1, §11), so every attempt then lists all
orders. Any order that still has a claim on one of the numbers blocks a new one: it is adopted when it is exactly ours
and nobody else's, and asked about otherwise, never guessed at. Only an attempt that is sure that nothing sent before
can still arrive (see `activities.ordering.attempts`) sends an order.
"""

import asyncio
from contextlib import suppress

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import delays
from activities.heartbeats import Pulse, send_heartbeats
from activities.inventory import find_hosted
from activities.ordering.attempts import Attempts
from activities.ordering.claims import in_hand, is_exactly, named, open_claims
from activities.ordering.questions import about_conflict, about_holders, about_orders, candidates
from activities.ordering.refused import asked_about, refused_numbers, without
from activities.ports import Accounts, AccountWorkflow, Fingerprinter, OrderHolders, Telnyx
from activities.telnyx_failures import PERSON_NEEDED
from domain.accounts import AccountUnreachable, Claim
from domain.activity_io import FindOrder, PlacementVerdict, PlaceOrder
from domain.text import join_some
from domain.vocabulary import Next
from telnyx_api.errors import Conflict, OutcomeUnknown, TelnyxError, TryLater
from telnyx_api.replies import Order

log = structlog.get_logger(__name__)


_CHECKED_LONG_AGO = (
    "Nothing could be ordered since the numbers were checked, which is long ago: they are checked again."
)


class OrderingActivities:
    """Places an order, or finds the one that is already there."""

    def __init__(
        self,
        accounts: Accounts,
        holders: OrderHolders,
        account_workflow: AccountWorkflow,
        fingerprints: Fingerprinter,
        quarantine: float,
    ) -> None:
        self._accounts = accounts
        self._holders = holders
        self._account_workflow = account_workflow
        self._fingerprints = fingerprints
        self._quarantine = quarantine

    @activity.defn(name="place_order")
    async def place_order(self, work: PlaceOrder) -> PlacementVerdict:
        """Make sure that one order holds the numbers; `order_id` is empty only when a person is asked.

        Cancelling does not interrupt a request on its way: its answer is awaited and returned.
        """
        attempts = Attempts(self._quarantine, started_afresh=work.started_afresh)
        async with send_heartbeats() as pulse:
            try:
                verdict = await self._claim_look_and_send(work, attempts, pulse)
            except PERSON_NEEDED as error:
                verdict = await self._refused(error, work, attempts)
        if not (verdict.order_id or attempts.clear):
            # Whoever answers `again` at once must not send a second one while the first is still on its way.
            raise attempts.quarantined()
        # What an attempt before this one sent may be there unseen, as when the list was refused: who gives the numbers
        # up must not leave it behind.
        return verdict if verdict.order_id else _unseen(verdict, attempts)

    async def _claim_look_and_send(self, work: PlaceOrder, attempts: Attempts, pulse: Pulse) -> PlacementVerdict:
        held = await self._held_elsewhere(work, attempts)
        telnyx = self._accounts.telnyx(work.account)
        verdict = held or await self._existing(telnyx, work, attempts)
        if verdict is not None:
            return verdict
        attempts.clear = attempts.clear and pulse.is_steady
        return await self._send(telnyx, work, attempts)

    @activity.defn(name="find_order")
    async def find_order(self, work: FindOrder) -> PlacementVerdict:
        """Look for an order that an interrupted attempt may have placed, once more after the quarantine.

        Raises:
            ApplicationError: final, when it cannot be told whether there is one, so that this is said to people.
        """
        attempts = Attempts(self._quarantine)
        async with send_heartbeats():
            try:
                return await self._find(work, attempts)
            except PERSON_NEEDED as error:
                raise _cannot_tell(str(error)) from None

    async def _find(self, work: FindOrder, attempts: Attempts) -> PlacementVerdict:
        claims = await open_claims(self._accounts.telnyx(work.account), work, attempts)
        ours = [order for order in claims if is_exactly(order, work)]
        if len(ours) == 1 and not await self._holders.find_holders(ours[0].id, besides=work.reference):
            return in_hand(ours[0], work)
        if not attempts.has_waited:
            raise attempts.quarantined()
        if claims:
            raise _cannot_tell(candidates(claims))
        if work.forgotten and (hosted := await self._hosted(work.account, work.phone_numbers, attempts)):
            raise _cannot_tell(f"This account hosts {join_some(hosted)} by now.")
        return PlacementVerdict(next=Next.STOP, because="No order was placed.")

    async def _refused(self, error: TelnyxError, work: PlaceOrder, attempts: Attempts) -> PlacementVerdict:
        """When Telnyx refuses the order for some of its numbers only, no person is needed."""
        refused = refused_numbers(error, work)
        if not refused:
            return asked_about(error, work)
        try:
            hosted = await self._hosted(work.account, refused, attempts)
        except PERSON_NEEDED as other:
            return asked_about(other, work)
        return without(refused, hosted, error, work)

    async def _hosted(self, account: str, phone_numbers: list[str], attempts: Attempts) -> list[str]:
        """Those of the numbers that the account hosts: an order that succeeded has no claim on them any more."""
        try:
            return await find_hosted(self._accounts.telnyx(account), phone_numbers)
        except (TryLater, OutcomeUnknown) as error:
            raise attempts.failed(error, sending=False) from None

    async def _held_elsewhere(self, work: PlaceOrder, attempts: Attempts) -> PlacementVerdict | None:
        """Claim the numbers; a question about those that another live request holds, or None when all are ours."""
        fingerprints = {self._fingerprints.of(number): number for number in work.phone_numbers}
        run = activity.info().workflow_run_id
        claim = Claim(reference=work.reference, workflow_run_id=run, fingerprints=list(fingerprints))
        try:
            claimed = await self._account_workflow.claim(work.account, claim)
        except AccountUnreachable as error:
            raise attempts.unclaimed(str(error)) from None
        if claimed.moved:
            attempts.taken_over()
        if claimed.granted:
            return None
        return about_holders({fingerprints[one]: reference for one, reference in claimed.holders.items()})

    async def _existing(self, telnyx: Telnyx, work: PlaceOrder, attempts: Attempts) -> PlacementVerdict | None:
        """The order that is already there, a question about several, or None when there is none."""
        claims = await open_claims(telnyx, work, attempts)
        chosen = [order for order in claims if order.id == work.adopt]
        if chosen:
            return _adopted(chosen[0], work)
        if len(claims) == 1 and is_exactly(claims[0], work):
            holders = await self._holders.find_holders(claims[0].id, besides=work.reference)
            if not holders:
                return _adopted(claims[0], work)
            return about_orders(claims, work, f" It is held by the request {', '.join(holders)}.")
        return about_orders(claims, work) if claims else None

    async def _send(self, telnyx: Telnyx, work: PlaceOrder, attempts: Attempts) -> PlacementVerdict:
        if attempts.conflict:
            return about_conflict(attempts.conflict, work)
        if not attempts.clear:
            raise attempts.quarantined()
        if work.checked_until and activity.info().started_time >= work.checked_until:
            return PlacementVerdict(next=Next.AGAIN, because=_CHECKED_LONG_AGO)
        sending = asyncio.ensure_future(_ordered(telnyx, work))
        try:
            return in_hand(await _to_its_end(sending), work)
        except (TryLater, OutcomeUnknown) as error:
            raise attempts.failed(error, sending=True) from None
        except Conflict as error:
            attempts.met(error)
        # What is there already may be our own, which the list did not show: it is looked for now and once more later.
        verdict = await self._existing(telnyx, work, attempts)
        if verdict is None:
            raise attempts.quarantined()
        return verdict


async def _ordered(telnyx: Telnyx, work: PlaceOrder) -> Order:
    """Place the order and see what is in it: an answer that leaves numbers out is no proof that the order does."""
    order = await telnyx.create_order(work.messaging_profile_id, work.phone_numbers)
    log.info("order_placed", reference=work.reference, order_id=order.id, numbers=len(work.phone_numbers))
    if set(work.phone_numbers) <= named(order):
        return order
    order = await _read(telnyx, order)
    if named(order).isdisjoint(work.phone_numbers):  # it would be removed, so one look more does no harm
        await asyncio.sleep(delays.SECOND_LOOK_DELAY)
        order = await _read(telnyx, order)
    return order


async def _read(telnyx: Telnyx, order: Order) -> Order:
    with suppress(TelnyxError):
        return await telnyx.get_order(order.id)
    return order


async def _to_its_end(sending: "asyncio.Future[Order]") -> Order:
    """Await a request even when cancelled: an order without its id could never be removed."""
    while not sending.done():
        try:
            await asyncio.shield(sending)
        except asyncio.CancelledError:
            continue
        except Exception:  # noqa: BLE001, S112 - raised again by result(), where the caller handles it
            continue
    return sending.result()


def _unseen(verdict: PlacementVerdict, attempts: Attempts) -> PlacementVerdict:
    return verdict.model_copy(update={"may_be_ours": verdict.may_be_ours or attempts.has_waited})


def _cannot_tell(sentence: str) -> ApplicationError:
    return ApplicationError(sentence, type="CannotTell", non_retryable=True)


def _adopted(order: Order, work: PlaceOrder) -> PlacementVerdict:
    log.info("order_adopted", reference=work.reference, order_id=order.id)
    because = "An order for exactly these numbers was there already; it was taken over."
    return in_hand(order, work).model_copy(update={"because": because})
