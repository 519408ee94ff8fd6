"""A webhook reports a transfer that nobody wants: the watch gives numbers up only if the order bears that out."""

from datetime import timedelta

import pytest

from activities.listings import Listings
from activities.watch_order import WatchOrderActivities
from domain.activity_io import WatchOrder, WatchVerdict
from domain.calendar import Calendar
from domain.transfers import NOT_WANTED
from domain.vocabulary import Next, NumberState
from telnyx_api.errors import OutcomeUnknown, StopAccount
from telnyx_api.replies import HostedNumber, Order
from tests.activities.stage import (
    NO_ORDER,
    A,
    Attempt,
    B,
    C,
    FailingTelnyx,
    FakeLiveRequest,
    OneAccount,
    Stage,
    current,
    need_of,
    states_of,
)

KNOWN = {A: NumberState.UNVERIFIED, B: NumberState.VERIFIED}
GIVEN_UP = {A: NumberState.GIVEN_UP, B: NumberState.GIVEN_UP}
OPEN = {A: "pending", B: "pending"}


class OneOrder:
    """A client that shows one order, whatever is asked for."""

    def __init__(self, status: str, numbers: dict[str, str], order_id: str = NO_ORDER) -> None:
        rows = [HostedNumber(phone_number=number, status=each) for number, each in numbers.items()]
        self._order = Order(id=order_id, status=status, phone_numbers=rows)

    async def get_order(self, _order_id: str) -> Order:
        return self._order


def work(order_id: str = NO_ORDER) -> WatchOrder:
    """The order of A, B and C, of which C ended before."""
    return WatchOrder(**dict(current(order_id, KNOWN)), transfer_of=[A, B, C])


def watch(accounts: object) -> WatchOrderActivities:
    return WatchOrderActivities(accounts, FakeLiveRequest(), Listings(3600.0), Calendar(), timedelta(days=3))  # type: ignore[arg-type]


async def read(shown: OneOrder) -> WatchVerdict:
    return await Attempt().run(watch(OneAccount(shown)).watch_order, work())


BORNE_OUT = {
    "pending": OneOrder("pending", {**OPEN, C: "failed_carrier_rejected"}),
    "without the number that ended": OneOrder("pending", OPEN),
    "in review": OneOrder("loa_file_successful", {A: "provisioning", B: "ownership_successful"}),
    "in progress": OneOrder("provisioning", {A: "provisioning", B: "provisioning"}),
    "refused documents": OneOrder("loa_file_invalid", OPEN),
}
CONTRADICTED = {
    "another order": OneOrder("pending", OPEN, order_id="00000000-0000-4000-8000-000000000002"),
    "successful": OneOrder("successful", {A: "successful", B: "successful"}),
    "successful, not all numbers": OneOrder("successful", {A: "successful", B: "provisioning"}),
    "failed": OneOrder("failed", OPEN),
    "rejected": OneOrder("carrier_rejected", OPEN),
    "deleted": OneOrder("deleted", OPEN),
    "unknown status": OneOrder("paused", OPEN),
    "no status": OneOrder("", OPEN),
    "numbers of others": OneOrder("pending", {**OPEN, "+12125550109": "pending"}),
    "a number less": OneOrder("pending", {A: "pending"}),
    "no numbers": OneOrder("pending", {}),
    "an active number": OneOrder("pending", {A: "successful", B: "pending"}),
    "a number of unknown status": OneOrder("pending", {A: "paused", B: "pending"}),
    "an active number that ended here": OneOrder("pending", {**OPEN, C: "successful"}),
    "all numbers failed": OneOrder("pending", dict.fromkeys((A, B), "failed_timeout")),
}


async def test_numbers_are_given_up_if_the_order_may_wait_for_another_account(subtests: pytest.Subtests) -> None:
    for name, shown in BORNE_OUT.items():
        with subtests.test(name):
            verdict = await read(shown)
            assert (verdict.next, verdict.need, verdict.transfer_doubt) == (Next.GO_ON, None, "")
            assert states_of(verdict) == GIVEN_UP
            assert {found.because for found in verdict.numbers.values()} == {NOT_WANTED}


async def test_nothing_is_given_up_if_the_order_contradicts_the_report(subtests: pytest.Subtests) -> None:
    for name, shown in CONTRADICTED.items():
        with subtests.test(name):
            verdict = await read(shown)
            assert verdict.transfer_doubt
            assert NumberState.GIVEN_UP not in states_of(verdict).values()


async def test_a_number_that_ended_in_the_same_reading_keeps_its_end() -> None:
    verdict = await read(OneOrder("pending", {A: "failed_timeout", B: "pending"}))
    assert states_of(verdict) == {A: NumberState.FAILED, B: NumberState.GIVEN_UP}
    assert verdict.numbers[A].next is Next.AGAIN


async def test_an_order_that_telnyx_does_not_know_gives_nothing_up(stage: Stage) -> None:
    verdict = await Attempt().run(watch(stage.accounts).watch_order, work())
    assert verdict.transfer_doubt
    assert set(states_of(verdict).values()) == {NumberState.FAILED}


async def test_without_an_answer_of_telnyx_the_order_is_read_again_and_nothing_is_given_up() -> None:
    away = OneAccount(FailingTelnyx(OutcomeUnknown("Telnyx did not answer.")))
    failure = await Attempt().fails(watch(away).watch_order, work())
    assert (failure.type, failure.non_retryable) == ("OutcomeUnknown", False)
    refused = OneAccount(FailingTelnyx(StopAccount("The key is refused.")))
    verdict = await Attempt().run(watch(refused).watch_order, work())
    assert (need_of(verdict).kind, verdict.numbers, verdict.transfer_doubt) == ("account", {}, "")


async def test_without_a_report_an_open_order_is_no_news(stage: Stage) -> None:
    known = WatchOrder(**dict(current(await stage.order(A, B), {A: NumberState.UNVERIFIED, B: NumberState.UNVERIFIED})))
    assert (await Attempt().fails(watch(stage.accounts).watch_order, known)).type == "NoNews"
