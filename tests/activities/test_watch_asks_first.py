"""Before a watch wakes its request it asks what the request knows by now: most often the request did it itself."""

from datetime import timedelta

from activities.watch_order import WatchOrderActivities
from domain.activity_io import WatchOrder
from domain.calendar import Calendar
from domain.vocabulary import NumberState
from tests.activities.stage import A, Attempt, B, Knowing, Stage, in_hand

UNVERIFIED = {A: NumberState.UNVERIFIED, B: NumberState.UNVERIFIED}
IN_REVIEW = {A: NumberState.IN_REVIEW, B: NumberState.IN_REVIEW}


def told(order_id: str, known: dict[str, NumberState], *, papers_given: bool = False) -> WatchOrder:
    return WatchOrder(**dict(in_hand(order_id, known, papers_given=papers_given)))


def watching(stage: Stage, requests: Knowing) -> WatchOrderActivities:
    return WatchOrderActivities(stage.accounts, requests, 3600.0, Calendar(), timedelta(days=3))


async def uploaded(stage: Stage) -> str:
    """An order whose papers went up after its watch had begun."""
    order_id = await stage.order(A, B)
    await stage.portal(order_id, "loa_file_successful")
    return order_id


async def test_what_the_request_did_itself_does_not_wake_it(stage: Stage) -> None:
    order_id = await uploaded(stage)
    requests = Knowing(told(order_id, IN_REVIEW, papers_given=True))
    failure = await Attempt().fails(watching(stage, requests).watch_order, told(order_id, UNVERIFIED))
    assert failure.type == "NoNews"


async def test_the_request_is_asked_once_and_the_answer_is_kept_for_the_attempts_after(stage: Stage) -> None:
    order_id = await uploaded(stage)
    requests = Knowing(told(order_id, IN_REVIEW, papers_given=True))
    watch, first = watching(stage, requests).watch_order, Attempt()
    await first.fails(watch, told(order_id, UNVERIFIED))
    second = first.next()
    await second.fails(watch, told(order_id, UNVERIFIED))
    await stage.portal(order_id, "successful", {A: "successful", B: "successful"})
    verdict = await second.next().run(watch, told(order_id, UNVERIFIED))
    assert {row.state for row in verdict.numbers.values()} == {NumberState.ACTIVE}
    assert verdict.told == requests.known
    assert requests.asked == 1


async def test_what_the_request_does_not_know_wakes_it_and_names_what_it_was_compared_with(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.portal(order_id, "provisioning", {A: "successful", B: "provisioning"})
    requests = Knowing(told(order_id, IN_REVIEW, papers_given=True))
    verdict = await Attempt().run(watching(stage, requests).watch_order, told(order_id, UNVERIFIED))
    assert list(verdict.numbers) == [A]
    assert verdict.told == requests.known


async def test_a_request_that_cannot_be_asked_is_woken_as_before(stage: Stage) -> None:
    order_id = await uploaded(stage)
    verdict = await Attempt().run(watching(stage, Knowing(None)).watch_order, told(order_id, UNVERIFIED))
    assert {row.state for row in verdict.numbers.values()} == {NumberState.IN_REVIEW}
    assert verdict.told is None


async def test_a_request_with_another_order_by_now_is_woken(stage: Stage) -> None:
    order_id = await uploaded(stage)
    requests = Knowing(told("another-order", IN_REVIEW))
    verdict = await Attempt().run(watching(stage, requests).watch_order, told(order_id, UNVERIFIED))
    assert verdict.numbers
    assert verdict.told is None


async def test_refused_papers_are_left_to_a_watch_that_counts_its_looks_since_they_went_up(stage: Stage) -> None:
    order_id = await stage.verified_order(A, B)
    await stage.portal(order_id, "loa_file_invalid")
    requests = Knowing(told(order_id, IN_REVIEW, papers_given=True))
    verdict = await Attempt(9).run(watching(stage, requests).watch_order, told(order_id, UNVERIFIED))
    assert verdict.told is None


async def test_without_news_nobody_is_asked(stage: Stage) -> None:
    requests = Knowing(None)
    await Attempt().fails(watching(stage, requests).watch_order, told(await stage.order(A, B), UNVERIFIED))
    assert requests.asked == 0
