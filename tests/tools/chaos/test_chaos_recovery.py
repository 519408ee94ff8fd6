"""The longest waits: of an order under way after a return, and of work under way at a death."""

from typing import Any

from tests.tools.chaos.histories import at, order
from tools.chaos.recovery import longest_after_death, longest_after_return
from tools.chaos.tally import Moment
from tools.chaos.truth import lives
from tools.chaos.work_spans import WorkSpan

ONE, TWO = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
BACK = [Moment("worker", at(10))]


def call(order_id: str, seconds: float, status: int | None = 200) -> dict[str, Any]:
    path = f"/v2/messaging_hosted_number_orders/{order_id}"
    return {"at": at(seconds).isoformat(), "method": "GET", "path": path, "status": status}


def test_the_longest_wait_of_all_orders_under_way_counts() -> None:
    truth = lives([order(ONE, ["+13125554001"], "created"), order(TWO, ["+13125554002"], "created")])
    calls = [call(ONE, 9), call(ONE, 11), call(TWO, 13, status=None), call(TWO, 14), call(TWO, 15)]
    found = longest_after_return(BACK, calls, truth, [])
    assert found is not None
    assert (found.seconds, found.about, found.measured) == (4.0, TWO, 2)


def test_an_order_that_was_over_or_not_there_yet_does_not_wait() -> None:
    over = order(ONE, ["+13125554001"], "created", "order failed")
    later = order(TWO, ["+13125554002"], "created", since=12)
    assert longest_after_return(BACK, [call(ONE, 30), call(TWO, 31)], lives([over, later]), []) is None


def test_time_in_which_the_account_was_stopped_does_not_count() -> None:
    truth = lives([order(ONE, ["+13125554001"], "created")])
    assert longest_after_return(BACK, [call(ONE, 30)], truth, [(at(11), at(29))]) is None


def test_work_waits_from_a_death_to_its_own_end() -> None:
    deaths = [Moment("worker", at(10)), Moment("Temporal server", at(20))]
    spans = [WorkSpan("r-1", "place_order", at(5), at(23)), WorkSpan("r-2", "the workflow itself", at(19), at(21))]
    found = longest_after_death(deaths, spans)
    assert found is not None
    assert (found.seconds, found.what, found.about, found.measured) == (13.0, "worker", "r-1, place_order", 3)


def test_work_that_ended_before_a_death_or_began_after_it_did_not_wait() -> None:
    spans = [WorkSpan("r-1", "place_order", at(5), at(10)), WorkSpan("r-1", "place_order", at(11), at(40))]
    assert longest_after_death([Moment("worker", at(10))], spans) is None
