"""Watches an order from its creation to the end of the round: reads it again and again until it means something new.

A read that shows nothing new fails with a benign, retryable error, so that days of waiting add nothing to the history
of the request. To wake the request costs it six events. So the watch first asks the request what it knows by now: most
changes that a watch sees are the request's own, such as an upload of documents (docs/decisions/0010). What such a read
saw stays in the heartbeat, see `domain.watch_note`. The first read comes right after the request said what it knows, so
it asks nothing, and leaves only what a later read cannot see any more. During a review nothing is asked either: what
changes then is Telnyx's doing, and an answer to something older is void (`workflows/request/watch.py`).
"""

import hashlib
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.call_places import WATCHES_AT_ONCE, CallPlaces
from activities.listings import Listings
from activities.order_state import judge, read_order
from activities.ports import Accounts, LiveRequests
from activities.refused_documents import is_standing_refusal, judge_standing
from activities.reported_transfer import judge_transfer
from activities.telnyx_failures import PERSON_NEEDED, ask_person, let_temporal_retry, retry_in
from activities.watch_memory import WatchMemory
from domain import delays
from domain.activity_io import WatchOrder, WatchVerdict
from domain.calendar import Calendar
from domain.names import WATCH_ACTIVITY
from domain.order_mark import mark_of
from domain.order_snapshot import UNFINISHED, OrderSnapshot, is_unfinished
from domain.vocabulary import AskKind, NumberState
from domain.watch_note import READ_COUNTS_FOR
from telnyx_api.errors import TelnyxError

log = structlog.get_logger(__name__)


class WatchOrderActivities:
    """Watches orders."""

    def __init__(
        self,
        accounts: Accounts,
        requests: LiveRequests,
        listings: Listings,
        calendar: Calendar,
        late_after: timedelta,
    ) -> None:
        """Read soon at first, and once a day at last. A review is late after `late_after`, in working days."""
        self._accounts = accounts
        self._requests = requests
        self._listings = listings
        self._poll_interval = listings.poll_interval
        self._calendar = calendar
        self._late_after = late_after
        self._places = CallPlaces(WATCHES_AT_ONCE)

    @activity.defn(name=WATCH_ACTIVITY)
    async def watch_order(self, work: WatchOrder) -> WatchVerdict:
        """Answer as soon as the order means something else than the request knows, with the numbers that changed."""
        first = min(delays.FIRST_POLL, self._poll_interval)
        memory = WatchMemory(first, delays.spread_longest_poll(work.order_id))
        if memory.told is None:
            verdict = await self._poll(work, memory)
            if memory.is_first or _is_in_review(work):
                return verdict
            memory.told = await self._query_request(work)
            # What a refusal means after an upload is for the next watch, which is given what the upload left.
            if memory.told is None or _asks_for_documents(verdict):
                return verdict
            memory.keep()
        return (await self._poll(memory.told, memory)).model_copy(update={"told": memory.told})

    async def _query_request(self, work: WatchOrder) -> WatchOrder | None:
        """What the request knows of the order by now; None when that is nothing new, or when it does not answer."""
        info = activity.info()
        known = await self._requests.query_watched(str(info.workflow_id), str(info.workflow_run_id))
        return known if known is not None and known != work and known.order_id == work.order_id else None

    async def _poll(self, work: WatchOrder, memory: WatchMemory) -> WatchVerdict:
        """What is new about the order. When nothing is, the activity fails, and Temporal polls again."""
        delay, mark = self._delay(work, memory), ""
        if self._is_listed(work, memory, delay):
            memory.put_off(delay)
            raise retry_in(delay, "The list shows the order as it was read last.", type_="StillListed")
        try:
            # Neither an error of Telnyx nor a busy account shortens the delay: watches are many, and can wait.
            busy = retry_in(delay, "Many orders are being read. This one is read later.", type_="LooksBusy")
            async with let_temporal_retry(at_least=delay), self._place(work.account, busy):
                order = await read_order(self._accounts.telnyx(work.account), work.order_id)
        except PERSON_NEEDED as error:
            verdict = _judge_trouble(error, work)
        else:
            verdict, mark = self._judge(order, work, memory), mark_of(order)
        if verdict.numbers or verdict.digest != work.digest or verdict.transfer_doubt:
            return verdict
        if late_since := self._late_since(work):
            return verdict.model_copy(update={"late_since": late_since})
        log.debug("order_watched", order_id=verdict.order_id, attempt=activity.info().attempt)
        memory.note(verdict, delay, mark)
        raise retry_in(delay, verdict.because, type_="NoNews")

    def _place(self, account: str, busy: ApplicationError) -> AbstractAsyncContextManager[None]:
        return self._places.take(account, within=delays.CALL_PLACE_WITHIN, busy=busy)

    def _delay(self, work: WatchOrder, memory: WatchMemory) -> float:
        """The seconds to the next poll: longer each time, but not past the instant at which time itself is news."""
        first = min(delays.FIRST_POLL, self._poll_interval)
        since = memory.unfinished_since
        instants = (self._late_at(work), self._calendar.after(since, timedelta(days=1)) if since else None)
        left = [(at - activity.info().started_time).total_seconds() for at in instants if at]
        return min([memory.pause, *(max(seconds, first) for seconds in left if seconds > 0)])

    def _is_listed(self, work: WatchOrder, memory: WatchMemory, delay: float) -> bool:
        """Whether a listing stands for this poll: one as long after the last as a lister's, without any news by time.

        After a week the order is read in any case.
        """
        now, last = activity.info().started_time, memory.last_read()
        if last is None or delay <= self._poll_interval or self._late_since(work):
            return False
        mark, read_at, last_poll = last
        if now - read_at >= READ_COUNTS_FOR:
            return False
        return self._listings.shows(work.account, work.order_id, mark, after=last_poll, now=now)

    def _judge(self, order: OrderSnapshot, work: WatchOrder, memory: WatchMemory) -> WatchVerdict:
        """Judge the order. What may still change by itself, and is no news yet, is judged as if it were under way."""
        verdict = judge(order, work)
        stands = is_standing_refusal(order, work)
        memory.refusal_over = memory.refusal_over or (bool(work.known_refusal) and not stands)
        if stands and not memory.refusal_over and self._late_since(work) is None:
            verdict = judge_standing(order, work)
        elif self._may_finish(order, work, memory) and verdict.digest != work.digest:
            verdict = judge(replace(order, status=UNFINISHED), work)
        verdict = WatchVerdict(**dict(verdict), refusal_over=memory.refusal_over)
        return judge_transfer(order, work, verdict) if work.transfer_of else verdict

    def _may_finish(self, order: OrderSnapshot, work: WatchOrder, memory: WatchMemory) -> bool:
        """Whether an order is complete, while Telnyx activates some of its numbers since less than a working day.

        A person is asked only after that day.
        """
        now = activity.info().started_time
        memory.unfinished_since = (memory.unfinished_since or now) if is_unfinished(order, work.states()) else None
        since = memory.unfinished_since
        return since is not None and now < self._calendar.after(since, timedelta(days=1))

    def _late_since(self, work: WatchOrder) -> datetime | None:
        """When the review should have ended, once that is past by the server's clock; None before.

        A watch that began before the upload goes on after it, because a new one would cost events. It counts from its
        own start, and answers too early. The next watch is given the true start of the review.
        """
        late_since = self._late_at(work)
        return late_since if late_since is not None and activity.info().started_time >= late_since else None

    def _late_at(self, work: WatchOrder) -> datetime | None:
        began_before = {NumberState.UNVERIFIED, NumberState.VERIFIED} & set(work.known)
        since = work.review_since or (activity.info().scheduled_time if began_before else None)
        return None if since is None else self._calendar.after(since, self._late_after)


def _is_in_review(work: WatchOrder) -> bool:
    """Whether all of it is in review. What changes then is hardly ever the request's own doing."""
    return work.papers_given and set(work.known) == {NumberState.IN_REVIEW}


def _asks_for_documents(verdict: WatchVerdict) -> bool:
    return verdict.need is not None and verdict.need.kind is AskKind.DOCUMENTS


def _judge_trouble(error: TelnyxError, work: WatchOrder) -> WatchVerdict:
    verdict = ask_person(error, "show the order", sorted(work.states()))
    # Telnyx's text may name another call or instant each time. A digest of it would make every read something new.
    cause = f"{type(error).__name__} {error.http_status} {[problem.code for problem in error.problems]}"
    digest = hashlib.sha256(cause.encode()).hexdigest()[:12]
    return WatchVerdict(**dict(verdict), order_id=work.order_id, digest=digest)
