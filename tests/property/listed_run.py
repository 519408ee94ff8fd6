"""Days of a lister and its watches in a moment: the real activities of two workers, on a clock of their own.

Played here is what stands around them: the server that keeps their heartbeats and starts their attempts, the requests
that begin watches, and the hints between both (`adapters.watched_orders`).
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from temporalio.exceptions import ApplicationError

from activities.listings import Listings
from activities.watch_list import WatchListActivities
from activities.watch_order import WatchOrderActivities
from domain import delays
from domain.activity_io import WatchOrder
from domain.calendar import Calendar
from domain.listing import NotHinted, WatchList
from domain.vocabulary import NumberState
from domain.watch_note import split_watch_note
from tests.activities.stage import Attempt, FakeLiveRequest, OneAccount, current
from tests.property.listed_account import ListedAccount, number_of

POLL = 3600.0
BEGINNING = datetime(2026, 11, 2, tzinfo=UTC)
AFTER_A_DEATH = timedelta(seconds=10)
WORK = WatchList(account="default")


class WorkerDied(Exception):  # noqa: N818 - named for what happened
    """The worker of the lister died in the middle of its hints."""


@dataclass
class Watch:
    """One request with one order. Its watch begins some time after the order was placed, and ends with the order."""

    order_id: str
    attempt: Attempt
    due: datetime
    began: datetime
    is_over: bool = False
    seen: str = ""
    """The state of the order that the last read saw."""

    @property
    def has_begun(self) -> bool:
        """Whether the server has an activity to hint."""
        return self.attempt.environment.info.attempt > 1

    def begin(self, now: datetime) -> None:
        """The request begins its watch now."""
        self.attempt, self.began, self.due = Attempt(at=now), now, now


class Worker:
    """The activities of one worker."""

    def __init__(self, run: "Run") -> None:
        accounts, listings = OneAccount(run.telnyx.client), Listings(POLL)
        self.lister = WatchListActivities(accounts, run, run, listings)
        self.watches = WatchOrderActivities(accounts, FakeLiveRequest(), listings, Calendar(), timedelta(days=3))


@dataclass
class Run:
    """An account with its requests. `now` moves from one attempt, or one event, to the next."""

    telnyx: ListedAccount = field(default_factory=ListedAccount)
    now: datetime = BEGINNING
    watches: dict[str, Watch] = field(default_factory=dict)
    asked: int = 0
    """How often the lister turned to a request."""
    reads: int = 0
    """Polls of watches that called Telnyx."""
    hints_until_death: int | None = None
    """The worker of the lister dies at this hint; None: it does not."""
    hints_that_fail: int = 0
    loses_note: bool = False
    """Whether the next heartbeat of the lister gets lost with its worker."""
    lister: Attempt = field(default_factory=lambda: Attempt(at=BEGINNING))
    seed: int = 1
    """Of the draws which worker makes an attempt."""

    def __post_init__(self) -> None:
        self._workers = [Worker(self), Worker(self)]
        self._dice = random.Random(self.seed)  # noqa: S311 - repeatable on purpose

    # What happens around them

    def request(self, *, watched_after: float = delays.WATCH_AFTER) -> None:
        """A request places an order."""
        order_id = f"o-{len(self.watches)}"
        self.telnyx.place(order_id)
        begins = self.now + timedelta(seconds=watched_after)
        self.watches[order_id] = Watch(order_id, Attempt(at=begins), begins, begins)

    def restart_lister(self) -> None:
        """The account's workflow goes on in a new run: its lister begins again, and knows nothing."""
        self.lister = Attempt(at=self.now)

    def lose_watch_note(self, order_id: str) -> None:
        """A watch begins again, as after a reset of its request."""
        if not (watch := self.watches[order_id]).is_over:
            watch.begin(self.now)

    def calm_down(self) -> None:
        """Nothing changes any more, and nothing fails."""
        for change in self.telnyx.during_reading:
            change()
        self.telnyx.during_reading = []
        self.telnyx.unanswered_lists = self.telnyx.unanswered_reads = self.hints_that_fail = 0
        self.hints_until_death, self.loses_note = None, False

    # The ports of the lister

    async def find_watched(self, account: str) -> dict[str, str]:
        """The orders of the requests that are under way, also those that no watch looks at yet or any more."""
        assert account == WORK.account
        return {order_id: order_id for order_id in self.watches}

    async def send(self, account: str, order_id: str, workflow_id: str, *, mark: str, is_change: bool) -> bool:
        """Hint a request."""
        assert (account, order_id) == (WORK.account, workflow_id)
        self.asked += 1
        self._meet_trouble()
        watch = self.watches[order_id]
        if watch.is_over or not (watch.has_begun or is_change):
            return False
        if watch.has_begun and (note := split_watch_note(watch.attempt.left)[1]) is not None and note.seen == mark:
            return False
        if watch.has_begun:
            watch.due = self.now
        else:
            watch.begin(self.now)
        return True

    def _meet_trouble(self) -> None:
        if self.hints_until_death is not None:
            self.hints_until_death -= 1
            if self.hints_until_death < 0:
                self.hints_until_death = None
                raise WorkerDied
        if self.hints_that_fail:
            self.hints_that_fail -= 1
            raise NotHinted("away")

    # Time

    async def until(self, instant: datetime) -> None:
        """Make every attempt that is due before an instant."""
        while (due := self._next_due()) < instant:
            self.now = max(self.now, due)
            worker = self._dice.choice(self._workers)
            watch = min(self._open(), key=lambda one: one.due, default=None)
            if watch is not None and watch.due <= due:
                await self._look(watch, worker)
            else:
                await self._list(worker)
        self.now = instant

    def _open(self) -> list[Watch]:
        return [watch for watch in self.watches.values() if not watch.is_over]

    def _next_due(self) -> datetime:
        return min([started(self.lister), *(watch.due for watch in self._open())])

    async def _list(self, worker: Worker) -> None:
        before, attempt = self.lister, self.lister
        attempt.change_info(scheduled_time=attempt.environment.info.started_time)
        try:
            await attempt.fails(worker.lister.watch_list, WORK)
            self.lister = attempt.next()
        except WorkerDied:
            self.lister = attempt.next(AFTER_A_DEATH)
        if self.loses_note:
            self.loses_note = False
            self.lister.change_info(heartbeat_details=before.environment.info.heartbeat_details)

    async def _look(self, watch: Watch, worker: Worker) -> None:
        attempt = watch.attempt
        attempt.change_info(started_time=self.now, scheduled_time=watch.began)
        before = self.telnyx.calls
        try:
            verdict = await attempt.run(worker.watches.watch_order, _work(watch.order_id))
        except ApplicationError as failure:
            if failure.type == "NoNews":
                watch.seen = self.telnyx.version(watch.order_id)
            watch.attempt = attempt.next()
            watch.due = started(watch.attempt)
        else:
            assert verdict.numbers, "only the end of an order means something to its request"
            watch.is_over, watch.seen = True, self.telnyx.version(watch.order_id)
        self.reads += self.telnyx.calls > before


def started(attempt: Attempt) -> datetime:
    """When an attempt is due."""
    return attempt.environment.info.started_time


def _work(order_id: str) -> WatchOrder:
    known = {number_of(order_id): NumberState.IN_REVIEW}
    return WatchOrder(**dict(current(order_id, known, papers_given=True)))
