"""Before a watch wakes its request it asks what the request knows: most changes are the request's own."""

from datetime import timedelta

from activities.listings import Listings
from activities.watch_order import WatchOrderActivities
from domain import delays
from domain.activity_io import WatchOrder, WatchVerdict
from domain.calendar import Calendar
from domain.vocabulary import NumberState
from domain.watch_note import split_watch_note
from tests.activities.stage import BEGINNING, A, Attempt, B, FakeLiveRequest, Stage, Step, current, states_of

UNVERIFIED = {A: NumberState.UNVERIFIED, B: NumberState.UNVERIFIED}
LATER = timedelta(seconds=delays.AT_ONCE)
IN_REVIEW = {A: NumberState.IN_REVIEW, B: NumberState.IN_REVIEW}


def known(order_id: str, states: dict[str, NumberState], *, papers_given: bool = False) -> WatchOrder:
    return WatchOrder(**dict(current(order_id, states, papers_given=papers_given)))


def watch(stage: Stage, request: FakeLiveRequest) -> Step[WatchOrder, WatchVerdict]:
    return WatchOrderActivities(stage.accounts, request, Listings(3600.0), Calendar(), timedelta(days=3)).watch_order


async def uploaded(stage: Stage) -> str:
    """An order whose documents were uploaded after its watch began."""
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, "loa_file_successful")
    return order_id


async def test_the_request_is_asked_once_and_not_woken_for_what_it_did_itself(stage: Stage) -> None:
    order_id = await uploaded(stage)
    request, work = FakeLiveRequest(known(order_id, IN_REVIEW, papers_given=True)), known(order_id, UNVERIFIED)
    step, first = watch(stage, request), Attempt(2)
    assert (await first.fails(step, work)).type == "NoNews"
    second = first.next()
    assert (await second.fails(step, work)).type == "NoNews"
    await stage.set_status(order_id, "successful", {A: "successful", B: "successful"})
    verdict = await second.next().run(step, work)
    assert set(states_of(verdict).values()) == {NumberState.ACTIVE}
    assert verdict.told == request.known
    assert request.queries == 1


async def test_a_change_that_the_request_does_not_know_wakes_it_and_names_what_it_was_compared_with(
    stage: Stage,
) -> None:
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, "provisioning", {A: "successful", B: "provisioning"})
    request = FakeLiveRequest(known(order_id, IN_REVIEW, papers_given=True))
    verdict = await Attempt(2).run(watch(stage, request), known(order_id, UNVERIFIED))
    assert list(verdict.numbers) == [A]
    assert verdict.told == request.known


async def test_a_request_that_does_not_answer_or_has_another_order_is_woken(stage: Stage) -> None:
    order_id = await uploaded(stage)
    for request in (FakeLiveRequest(), FakeLiveRequest(known("another-order", IN_REVIEW))):
        verdict = await Attempt(2).run(watch(stage, request), known(order_id, UNVERIFIED))
        assert states_of(verdict) == IN_REVIEW
        assert verdict.told is None


async def test_refused_documents_wake_the_request_so_that_a_new_watch_knows_of_the_upload(stage: Stage) -> None:
    order_id = await stage.verified_order(A, B)
    await stage.set_status(order_id, "loa_file_invalid")
    request = FakeLiveRequest(known(order_id, IN_REVIEW, papers_given=True))
    verdict = await Attempt(9).run(watch(stage, request), known(order_id, UNVERIFIED))
    assert verdict.told is None


async def test_without_a_change_the_request_is_not_asked(stage: Stage) -> None:
    request = FakeLiveRequest()
    await Attempt(2).fails(watch(stage, request), known(await stage.order(A, B), UNVERIFIED))
    assert request.queries == 0


async def test_the_first_look_asks_nothing_and_leaves_nothing(stage: Stage) -> None:
    order_id = await uploaded(stage)
    request, first = FakeLiveRequest(known(order_id, IN_REVIEW, papers_given=True)), Attempt()
    verdict = await first.run(watch(stage, request), known(order_id, UNVERIFIED))
    assert (states_of(verdict), verdict.told) == (IN_REVIEW, None)
    silent = Attempt()
    await silent.fails(watch(stage, request), known(order_id, IN_REVIEW, papers_given=True))
    assert (request.queries, first.beats, silent.beats) == (0, 0, 0)


async def test_a_first_look_that_waited_for_a_worker_asks(stage: Stage) -> None:
    order_id = await uploaded(stage)
    request, late = FakeLiveRequest(known(order_id, IN_REVIEW, papers_given=True)), Attempt(at=BEGINNING + LATER)
    late.change_info(scheduled_time=BEGINNING)
    assert (await late.fails(watch(stage, request), known(order_id, UNVERIFIED))).type == "NoNews"
    assert request.queries == 1


async def test_a_first_look_leaves_that_a_known_refusal_is_over(stage: Stage) -> None:
    """Else the same refusal of the next documents would pass for the old one."""
    order_id, first = await uploaded(stage), Attempt()
    refused = known(order_id, IN_REVIEW, papers_given=True).model_copy(update={"known_refusal": "loa_file_invalid"})
    await first.fails(watch(stage, FakeLiveRequest()), refused)
    note = split_watch_note(first.left)[1]
    assert note is not None
    assert note.refusal_over


async def test_a_review_changes_by_telnyx_so_the_request_is_not_asked(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, "successful", {A: "successful", B: "successful"})
    request = FakeLiveRequest(known(order_id, UNVERIFIED))
    verdict = await Attempt(3).run(watch(stage, request), known(order_id, IN_REVIEW, papers_given=True))
    assert set(states_of(verdict).values()) == {NumberState.ACTIVE}
    assert (request.queries, verdict.told) == (0, None)
