"""The worst recovery is the longest wait of an order under way, and of what a request had in work at a death."""

from typing import Any

from tests.tools.chaos.histories import at, order
from tools.chaos.recovery import worst, worst_after_death
from tools.chaos.tally import Moment
from tools.chaos.truth import lives
from tools.chaos.work_spans import Work

ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
BACK = [Moment("worker", at(10))]


def call(order_id: str, seconds: float, status: int | None = 200) -> dict[str, Any]:
    path = f"/v2/messaging_hosted_number_orders/{order_id}"
    return {"at": at(seconds).isoformat(), "method": "GET", "path": path, "status": status}


def test_the_longest_wait_of_all_orders_under_way_counts() -> None:
    truth = lives([order(ONE, ["+13125554001"], "created"), order(TWO, ["+13125554002"], "created")])
    calls = [call(ONE, 9), call(ONE, 11), call(TWO, 13, status=None), call(TWO, 14), call(TWO, 15)]
    found = worst(BACK, calls, truth, [])
    assert found is not None
    assert (found.seconds, found.about, found.measured) == (4.0, TWO, 2)


def test_an_order_that_was_over_or_not_there_yet_does_not_wait() -> None:
    over = order(ONE, ["+13125554001"], "created", "order failed")
    later = order(TWO, ["+13125554002"], "created", since=12)
    assert worst(BACK, [call(ONE, 30), call(TWO, 31)], lives([over, later]), []) is None


def test_time_in_which_the_account_was_stopped_does_not_count() -> None:
    truth = lives([order(ONE, ["+13125554001"], "created")])
    assert worst(BACK, [call(ONE, 30)], truth, [(at(11), at(29))]) is None


def test_a_request_without_an_order_waits_from_a_death_to_the_end_of_what_it_had_in_work() -> None:
    deaths = [Moment("worker", at(10)), Moment("Temporal server", at(20))]
    works = [Work("r-1", "place_order", at(5), at(23)), Work("r-2", "the workflow itself", at(19), at(21))]
    found = worst_after_death(deaths, works)
    assert found is not None
    assert (found.seconds, found.what, found.about, found.measured) == (13.0, "worker", "r-1, place_order", 3)


def test_what_was_done_before_a_death_or_begun_after_it_did_not_wait() -> None:
    works = [Work("r-1", "place_order", at(5), at(10)), Work("r-1", "place_order", at(11), at(40))]
    assert worst_after_death([Moment("worker", at(10))], works) is None
