"""A lister hints the requests whose order changed, and only those, with as few calls as it can."""

from datetime import timedelta

import pytest

from activities.listings import Listings
from activities.watch_list import WatchListActivities
from activities.watch_order import WatchOrderActivities
from domain import delays
from domain.activity_io import WatchOrder
from domain.calendar import Calendar
from domain.listing import NotHinted, WatchList, read_listing_note
from domain.order_mark import mark_of_gone
from domain.vocabulary import NumberState
from tests.activities.stage import A, Attempt, B, C, FakeLiveRequest, Stage, current, seconds

POLL = 3600.0
WORK = WatchList(account="default")


class Requests:
    """The requests under way, and what they were hinted."""

    def __init__(self, *orders: str) -> None:
        self.watched = {order: f"request-{place}" for place, order in enumerate(orders)}
        self.hinted: list[str] = []
        self.changes: list[bool] = []
        self.read: dict[str, str] = {}
        self.away = False

    async def find_watched(self, account: str) -> dict[str, str]:
        assert account == WORK.account
        return dict(self.watched)

    async def send(self, account: str, order_id: str, workflow_id: str, *, mark: str, is_change: bool) -> bool:
        assert (account, workflow_id) == (WORK.account, self.watched[order_id])
        if self.away:
            raise NotHinted("away")
        if self.read.get(order_id) == mark:
            return False
        self.hinted.append(order_id)
        self.changes.append(is_change)
        return True


def lister(stage: Stage, requests: Requests, listings: Listings | None = None) -> WatchListActivities:
    return WatchListActivities(stage.accounts, requests, requests, listings or Listings(POLL))


async def list_calls(stage: Stage) -> int:
    return len([call for call in await stage.calls() if call["method"] == "GET"])


async def test_a_change_is_hinted_once_and_what_stays_is_not(stage: Stage) -> None:
    first, second = await stage.order(A), await stage.order(B)
    requests = Requests(first, second)
    step, attempt = lister(stage, requests).watch_list, Attempt()
    failure = await attempt.fails(step, WORK)
    assert (failure.type, seconds(failure)) == ("Listed", POLL)
    requests.hinted, requests.changes = [], []
    await stage.set_status(second, "provisioning")
    await (attempt := attempt.next()).fails(step, WORK)
    assert (requests.hinted, requests.changes) == ([second], [True])
    await stage.telnyx.delete_order(first)
    await (attempt := attempt.next()).fails(step, WORK)
    assert requests.hinted == [second, first]
    await attempt.next().fails(step, WORK)
    assert len(requests.hinted) == 2


async def test_without_its_note_each_watch_is_asked_what_it_read(stage: Stage) -> None:
    first, second = await stage.order(A), await stage.order(B)
    requests = Requests(first, second)
    step, attempt = lister(stage, requests).watch_list, Attempt()
    await attempt.fails(step, WORK)
    note = read_listing_note(attempt.left)
    requests.read, requests.hinted, requests.changes = {first: str(note.mark(first)), second: "other"}, [], []
    await attempt.after_a_crash().fails(step, WORK)
    assert (requests.hinted, requests.changes) == ([second], [False])


async def test_a_hint_that_failed_is_tried_again_soon(stage: Stage) -> None:
    requests = Requests(order := await stage.order(A))
    requests.away = True
    step, attempt = lister(stage, requests).watch_list, Attempt()
    assert seconds(await attempt.fails(step, WORK)) == delays.MISSED_HINT
    requests.away = False
    await attempt.next().fails(step, WORK)
    assert requests.hinted == [order]


async def test_another_worker_goes_on_from_the_note(stage: Stage) -> None:
    requests = Requests(order := await stage.order(A))
    attempt = Attempt()
    await attempt.fails(lister(stage, requests).watch_list, WORK)
    await stage.set_status(order, "provisioning")
    await (attempt := attempt.next()).fails(lister(stage, requests).watch_list, WORK)
    await stage.set_status(order, "pending")
    await attempt.next().fails(lister(stage, requests).watch_list, WORK)
    assert len(requests.hinted) == 3


@pytest.mark.parametrize("under_way", [1, 3])
async def test_orders_are_read_one_by_one_when_that_costs_fewer_calls(stage: Stage, under_way: int) -> None:
    orders = [await stage.order(number) for number in (A, B, C)]
    requests = Requests(*orders[:under_way])
    before = await list_calls(stage)
    await Attempt().fails(lister(stage, requests).watch_list, WORK)
    assert await list_calls(stage) - before == (1 if under_way == 1 else 2)


async def test_it_ends_when_nothing_has_been_under_watch_for_a_while(stage: Stage) -> None:
    step, attempt = lister(stage, Requests()).watch_list, Attempt()
    before = await list_calls(stage)
    await attempt.fails(step, WORK)
    after = attempt.next(timedelta(seconds=delays.LISTER_STAYS))
    after.change_info(scheduled_time=attempt.environment.info.started_time)
    await after.run(step, WORK)
    assert await list_calls(stage) == before


async def test_while_telnyx_refuses_the_account_one_request_meets_that(stage: Stage) -> None:
    orders = [await stage.order(number) for number in (A, B)]
    requests = Requests(*orders)
    await stage.faults("401")
    failure = await Attempt().fails(lister(stage, requests).watch_list, WORK)
    assert (failure.type, seconds(failure), requests.hinted) == ("StopAccount", delays.LONGEST_RETRY, orders[:1])


async def test_while_telnyx_is_silent_nothing_is_hinted(stage: Stage) -> None:
    orders = [await stage.order(number) for number in (A, B)]
    requests = Requests(*orders)
    await stage.faults("500")
    failure = await Attempt(9).fails(lister(stage, requests).watch_list, WORK)
    assert (failure.type, requests.hinted) == ("OutcomeUnknown", [])


async def test_a_watch_needs_no_call_while_the_list_shows_its_order_unchanged(stage: Stage) -> None:
    orders = [await stage.order(number) for number in (A, B)]
    listings, requests = Listings(POLL), Requests(*orders)
    watch = WatchOrderActivities(stage.accounts, FakeLiveRequest(), listings, Calendar(), timedelta(days=3)).watch_order
    work = WatchOrder(**dict(current(orders[0], {A: NumberState.UNVERIFIED})))
    attempt = Attempt(8)
    await attempt.fails(watch, work)
    later = attempt.next()

    reading = Attempt(at=later.environment.info.started_time - timedelta(seconds=POLL))
    await reading.fails(lister(stage, requests, listings).watch_list, WORK)
    before = await list_calls(stage)
    assert (await later.fails(watch, work)).type == "StillListed"
    assert await list_calls(stage) == before

    hinted = later.next(timedelta(seconds=60))
    await hinted.fails(watch, work)
    assert await list_calls(stage) == before + 1, "a hint is read whatever a listing showed"

    stale = later.next(timedelta(days=2))
    await stale.fails(watch, work)
    assert await list_calls(stage) == before + 2, "an old listing counts for nothing"


def test_an_order_that_is_gone_has_a_mark_of_its_own() -> None:
    assert mark_of_gone("a") != mark_of_gone("b")
