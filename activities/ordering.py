"""The second step: exactly one order holds the numbers, whatever happens to answers, workers and servers.

A number is in one live request: the account's workflow gives it to whoever claims it first, before anything is listed
or sent. Telnyx has no idempotency key and no reference of ours (Telnyx facts §1, §11), so every attempt then lists all
orders. Any order that still has a claim on one of the numbers blocks a new one: it is adopted when it is exactly ours
and nobody else's, and asked about otherwise, never guessed at. Only an attempt that is sure that nothing sent before
can still arrive (see `activities.attempts`) sends an order.
"""

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.attempts import Attempts
from activities.heartbeats import beating
from activities.order_questions import about_holders, about_orders, candidates
from activities.ports import AccountDesk, Accounts, Fingerprinter, OrderHolders, Telnyx
from activities.reading import judged, seen
from activities.trouble import PERSON_NEEDED, question
from domain.accounts import AccountUnreachable, Claim
from domain.judging_orders import is_live
from domain.messages import NumberVerdict
from domain.tables import listed
from domain.vocabulary import Next, NumberState
from domain.work import FindOrder, OrderInHand, PlacedVerdict, PlaceOrder
from telnyx_api.errors import OutcomeUnknown, TelnyxError, TryLater
from telnyx_api.replies import Order

log = structlog.get_logger(__name__)

_NUMBER_POINTER = re.compile(r"/phone_numbers/(\d{1,3})")
"""Where in what was sent a refused number stands (Telnyx facts §7)."""


class OrderingActivities:
    """Places an order, or finds the one that is already there."""

    def __init__(
        self,
        accounts: Accounts,
        holders: OrderHolders,
        desk: AccountDesk,
        fingerprints: Fingerprinter,
        quarantine: float,
    ) -> None:
        self._accounts = accounts
        self._holders = holders
        self._desk = desk
        self._fingerprints = fingerprints
        self._quarantine = quarantine

    @activity.defn(name="place_order")
    async def place_order(self, work: PlaceOrder) -> PlacedVerdict:
        """Make sure that one order holds the numbers; `order_id` is empty only when a person is asked.

        Cancelling does not interrupt a request on its way: its answer is awaited and returned.
        """
        attempts = Attempts(self._quarantine, started_afresh=work.started_afresh)
        async with beating() as pulse:
            try:
                verdict = await self._held_elsewhere(work, attempts)
                telnyx = self._accounts.telnyx(work.account)
                if verdict is None:
                    verdict = await self._existing(telnyx, work, attempts)
                if verdict is None:
                    attempts.clear = attempts.clear and pulse.is_steady
                    verdict = await self._send(telnyx, work, attempts)
            except PERSON_NEEDED as error:
                verdict = await self._without_refused_numbers(error, work, attempts) or _refused(error, work)
        if not (verdict.order_id or attempts.clear):
            # Whoever answers `again` at once must not send a second one while the first is still on its way.
            raise attempts.quarantined()
        return verdict

    @activity.defn(name="find_order")
    async def find_order(self, work: FindOrder) -> PlacedVerdict:
        """Look for an order that an interrupted attempt may have placed, once more after the quarantine.

        Raises:
            ApplicationError: final, when it cannot be told whether there is one, so that this is said to people.
        """
        attempts = Attempts(self._quarantine)
        async with beating():
            try:
                claims = await self._claims(self._accounts.telnyx(work.account), work, attempts)
            except PERSON_NEEDED as error:
                raise _cannot_tell(str(error)) from None
        ours = [order for order in claims if _is_exactly(order, work)]
        if len(ours) == 1 and not await self._holders.holders_of(ours[0].id, besides=work.reference):
            return _in_hand(ours[0], work)
        if not attempts.has_waited:
            raise attempts.quarantined()
        if claims:
            raise _cannot_tell(candidates(claims))
        if work.forgotten:
            await self._see_inventory(work, attempts)
        return PlacedVerdict(next=Next.STOP, because="No order was placed.")

    async def _see_inventory(self, work: FindOrder, attempts: Attempts) -> None:
        """Refuse to say that nothing was ordered when the account hosts some of the numbers, or cannot be asked."""
        try:
            hosted = await self._hosted(work.account, work.phone_numbers, attempts)
        except PERSON_NEEDED as error:
            raise _cannot_tell(str(error)) from None
        if hosted:
            raise _cannot_tell(f"This account hosts {listed(hosted)} by now.")

    async def _without_refused_numbers(
        self, error: TelnyxError, work: PlaceOrder, attempts: Attempts
    ) -> PlacedVerdict | None:
        """When Telnyx refuses the order for some of its numbers only, those are left out and the rest is ordered.

        One that the account hosts by now is active: this request may have done that before its workflow was reset.
        """
        refused = _refused_numbers(error, work)
        if not refused:
            return None
        because = f"Telnyx refused to order it. {error}"
        left_out = NumberVerdict(state=NumberState.LEFT_OUT, because=because)
        numbers = dict.fromkeys(refused, left_out)
        for number in await self._hosted(work.account, refused, attempts):
            numbers[number] = NumberVerdict(state=NumberState.ACTIVE, because="This account hosts the number already.")
        return PlacedVerdict(next=Next.AGAIN, because=because, numbers=numbers)

    async def _hosted(self, account: str, phone_numbers: Sequence[str], attempts: Attempts) -> list[str]:
        """Those of the numbers that the account hosts: an order that succeeded has no claim on them any more."""
        telnyx = self._accounts.telnyx(account)
        try:
            found = [await telnyx.all_hosted_numbers(phone_number=number) for number in phone_numbers]
        except (TryLater, OutcomeUnknown) as error:
            raise attempts.failed(error, sending=False) from None
        return sorted(set(phone_numbers) & {row.phone_number for rows in found for row in rows})

    async def _held_elsewhere(self, work: PlaceOrder, attempts: Attempts) -> PlacedVerdict | None:
        """Claim the numbers; a question about those that another live request holds, or None when all are ours."""
        fingerprints = {self._fingerprints.of(number): number for number in work.phone_numbers}
        run = activity.info().workflow_run_id
        claim = Claim(reference=work.reference, workflow_run_id=run, fingerprints=list(fingerprints))
        try:
            claimed = await self._desk.claim(work.account, claim)
        except AccountUnreachable as error:
            raise attempts.unclaimed(str(error)) from None
        if claimed.moved:
            attempts.taken_over()
        if claimed.granted:
            return None
        return about_holders({fingerprints[one]: reference for one, reference in claimed.holders.items()})

    async def _claims(self, telnyx: Telnyx, work: PlaceOrder | FindOrder, attempts: Attempts) -> list[Order]:
        """Every order of the account that still has a claim on one of the numbers."""
        try:
            orders = await telnyx.all_orders(on_page=_beat)
        except (TryLater, OutcomeUnknown) as error:
            raise attempts.failed(error, sending=False) from None
        return [order for order in orders if _has_claim(order, _numbers(work))]

    async def _existing(self, telnyx: Telnyx, work: PlaceOrder, attempts: Attempts) -> PlacedVerdict | None:
        """The order that is already there, a question about several, or None when there is none."""
        claims = await self._claims(telnyx, work, attempts)
        chosen = [order for order in claims if order.id == work.adopt]
        if chosen:
            return _adopted(chosen[0], work)
        if len(claims) == 1 and _is_exactly(claims[0], work):
            holders = await self._holders.holders_of(claims[0].id, besides=work.reference)
            if not holders:
                return _adopted(claims[0], work)
            return about_orders(claims, work, f" It is held by the request {', '.join(holders)}.")
        return about_orders(claims, work) if claims else None

    async def _send(self, telnyx: Telnyx, work: PlaceOrder, attempts: Attempts) -> PlacedVerdict:
        if not attempts.clear:
            raise attempts.quarantined()
        sending = asyncio.ensure_future(telnyx.create_order(work.messaging_profile_id, work.phone_numbers))
        try:
            order = await _to_its_end(sending)
        except (TryLater, OutcomeUnknown) as error:
            raise attempts.failed(error, sending=True) from None
        log.info("order_placed", reference=work.reference, order_id=order.id, numbers=len(work.phone_numbers))
        return _in_hand(await _whole(telnyx, order, work), work)


def _refused(error: TelnyxError, work: PlaceOrder) -> PlacedVerdict:
    return PlacedVerdict(**dict(question(error, "place the order", work.phone_numbers)))


def _refused_numbers(error: TelnyxError, work: PlaceOrder) -> list[str]:
    """The numbers that a refusal points at; none when it is about something else too."""
    places = [_NUMBER_POINTER.fullmatch(pointer) for pointer in getattr(error, "pointers", ())]
    indices = sorted({int(place[1]) for place in places if place})
    if None in places or (indices and indices[-1] >= len(work.phone_numbers)):
        return []
    return [work.phone_numbers[index] for index in indices]


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


async def _whole(telnyx: Telnyx, order: Order, work: PlaceOrder) -> Order:
    """The new order with its numbers: an answer that leaves some out is no proof that the order does."""
    if _numbers(work) <= {row.phone_number for row in order.phone_numbers}:
        return order
    with suppress(TelnyxError):
        return await telnyx.get_order(order.id)
    return order


def _beat(_page: int, _pages: int) -> None:
    activity.heartbeat()


def _is_exactly(order: Order, work: PlaceOrder | FindOrder) -> bool:
    numbers = {row.phone_number for row in order.phone_numbers}
    return order.messaging_profile_id == work.messaging_profile_id and numbers == set(work.phone_numbers)


def _cannot_tell(sentence: str) -> ApplicationError:
    return ApplicationError(sentence, type="CannotTell", non_retryable=True)


def _in_hand(order: Order, work: PlaceOrder | FindOrder) -> PlacedVerdict:
    """The order with its numbers' states; whatever else it says is left to the watch, which starts now."""
    in_hand = OrderInHand(account=work.account, order_id=order.id, known={NumberState.NEW: work.phone_numbers})
    verdict = judged(seen(order), in_hand)
    return PlacedVerdict(**dict(verdict) | {"next": Next.GO_ON, "need": None, "digest": ""})


def _adopted(order: Order, work: PlaceOrder) -> PlacedVerdict:
    log.info("order_adopted", reference=work.reference, order_id=order.id)
    because = "An order for exactly these numbers was there already; it was taken over."
    return _in_hand(order, work).model_copy(update={"because": because})


def _has_claim(order: Order, numbers: set[str]) -> bool:
    """Whether an order is about one of the numbers, and still alive; most of an account's orders are about others."""
    shared = [row.phone_number for row in order.phone_numbers if row.phone_number in numbers]
    return any(is_live(seen(order), number) for number in shared)


def _numbers(work: PlaceOrder | FindOrder) -> set[str]:
    return set(work.phone_numbers)
