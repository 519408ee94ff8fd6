"""Reads the list of an account's orders, and hints the requests whose order changed.

One lister looks for a whole account, so a request's own watch can wait for a day (docs/decisions/0032). A reading never
counts as Telnyx's word: a hinted watch reads its order. Each reading is an attempt that fails with a benign error, so
the history does not grow.
"""

import asyncio
from datetime import timedelta

import structlog
from temporalio import activity

from activities.heartbeats import send_heartbeats
from activities.listings import Listings
from activities.order_state import snapshot
from activities.ports import Accounts, Telnyx, WatchedOrders, WatchHints
from activities.telnyx_failures import PERSON_NEEDED, retry_in
from domain import delays
from domain.listing import LISTER_ACTIVITY, ListingNote, NotHinted, WatchList, read_listing_note
from domain.order_mark import mark_of, mark_of_gone
from telnyx_api.errors import NotFound, OutcomeUnknown, TelnyxError, TryLater

log = structlog.get_logger(__name__)

NEW_ON_A_PAGE = 230
"""Orders of a page that were not on the page before (docs/decisions/0030)."""


class WatchListActivities:
    """Reads the lists of orders."""

    def __init__(self, accounts: Accounts, watched: WatchedOrders, hints: WatchHints, listings: Listings) -> None:
        """Read each list once per poll interval, and keep what it shows in `listings`."""
        self._accounts = accounts
        self._watched = watched
        self._hints = hints
        self._listings = listings
        self._poll_interval = listings.poll_interval

    @activity.defn(name=LISTER_ACTIVITY)
    async def watch_list(self, work: WatchList) -> None:
        """Return when no order of the account has been under watch for a while. Fails until then: each try reads."""
        info = activity.info()
        async with send_heartbeats():
            watched = await self._find_watched(work.account)
            if not watched and info.started_time - info.scheduled_time >= timedelta(seconds=delays.LISTER_STAYS):
                return
            before = read_listing_note(info.heartbeat_details)
            marks, calls = await self._read(work.account, watched)
            note = ListingNote(at=info.started_time, orders=len(watched), calls=calls)
            hints, missed = await self._hint_changed(work.account, watched, marks, before, note)
        note = note.model_copy(update={"hints": hints})
        activity.heartbeat(note)
        self._listings.keep(work.account, info.started_time, marks)
        log.info("orders_listed", account=work.account, orders=len(watched), calls=calls, hints=note.hints)
        delay = min(self._poll_interval, delays.MISSED_HINT) if missed else self._poll_interval
        raise retry_in(delay, f"Orders under watch: {len(watched)}.", type_="Listed")

    async def _find_watched(self, account: str) -> dict[str, str]:
        try:
            return await self._watched.find_watched(account)
        except NotHinted as fault:
            raise retry_in(self._pause(), str(fault), type_="NotListed") from None

    async def _read(self, account: str, watched: dict[str, str]) -> tuple[dict[str, str], int]:
        """The mark of each order under watch, and how many calls that took."""
        if not watched:
            return {}, 0
        try:
            telnyx = self._accounts.telnyx(account)
            pages = await _count_pages(telnyx) if len(watched) > 1 else 1
            one_by_one = len(watched) <= pages
            marks = await (_read_orders if one_by_one else _read_list)(telnyx, watched)
        except PERSON_NEEDED as error:
            await self._let_one_meet(account, watched)
            raise retry_in(self._pause(), str(error), type_=type(error).__name__) from None
        except (TryLater, OutcomeUnknown) as error:
            raise retry_in(self._pause(error), str(error), type_=type(error).__name__) from None
        first = 1 if len(watched) > 1 else 0
        return marks, first + (len(watched) if one_by_one else pages)

    def _pause(self, error: TelnyxError | None = None) -> float:
        """Before another try to read. One lister may try more often than all the watches that it stands for."""
        theirs = min((error.retry_after if error else None) or 0.0, delays.LONGEST_TELNYX_DELAY)
        return max(theirs, min(self._poll_interval, delays.LONGEST_RETRY))

    async def _let_one_meet(self, account: str, watched: dict[str, str]) -> None:
        """Telnyx refuses the list. One request reads its order: if that is refused too, it stops the account."""
        order_id, workflow_id = next(iter(watched.items()))
        try:
            await self._hints.send(account, order_id, workflow_id, mark="", is_change=False)
        except NotHinted:
            log.info("hint_failed", workflow_id=workflow_id)

    async def _hint_changed(
        self, account: str, watched: dict[str, str], marks: dict[str, str], before: ListingNote, note: ListingNote
    ) -> tuple[int, bool]:
        """Hint the requests whose order changed, one at a time. How many, and whether some could not be hinted."""
        hints, missed = 0, False
        for order_id, workflow_id in watched.items():
            mark, last = marks[order_id], before.mark(order_id)
            try:
                if mark != last and await self._hints.send(
                    account, order_id, workflow_id, mark=mark, is_change=last is not None
                ):
                    hints += 1
                    await asyncio.sleep(delays.BETWEEN_HINTS)
            except NotHinted as fault:
                missed = True
                log.info("hint_failed", workflow_id=workflow_id, reason=str(fault))
            else:
                note.remember(order_id, mark)
        return hints, missed


async def _count_pages(telnyx: Telnyx) -> int:
    """How many pages the list has; 0 when Telnyx does not say."""
    total = (await telnyx.list_orders(page_number=1, page_size=1)).page.total_results
    return -(-(total or 0) // NEW_ON_A_PAGE)


async def _read_orders(telnyx: Telnyx, watched: dict[str, str]) -> dict[str, str]:
    marks = {}
    for order_id in watched:
        try:
            marks[order_id] = mark_of(snapshot(await telnyx.get_order(order_id)))
        except NotFound:
            marks[order_id] = mark_of_gone(order_id)
    return marks


async def _read_list(telnyx: Telnyx, watched: dict[str, str]) -> dict[str, str]:
    listed = {order.id: mark_of(snapshot(order)) for order in await telnyx.all_orders(named=list(watched))}
    return {order_id: listed.get(order_id) or mark_of_gone(order_id) for order_id in watched}
