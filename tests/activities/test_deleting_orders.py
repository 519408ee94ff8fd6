"""An order is removed only where that switches nothing off, and what is left is said."""

from collections.abc import Sequence

import pytest

from activities.delete_order import DeleteOrderActivities
from domain.activity_io import DeleteOrder, DeletionVerdict
from domain.vocabulary import NumberState
from telnyx_api.errors import Conflict, NotFound, OutcomeUnknown, TelnyxError
from telnyx_api.replies import Order
from tests.activities.stage import A, Attempt, B, OneClient, Stage, in_hand

KNOWN = {A: NumberState.IN_REVIEW, B: NumberState.IN_REVIEW}


def to_delete(order_id: str, *ours: str) -> DeleteOrder:
    return DeleteOrder(**dict(in_hand(order_id, KNOWN)), ours=list(ours or KNOWN))


async def delete(stage: Stage, order_id: str, *ours: str) -> DeletionVerdict:
    step = DeleteOrderActivities(stage.accounts, pauses=(0.0, 0.0)).delete_order
    return await Attempt().run(step, to_delete(order_id, *ours))


@pytest.mark.parametrize("word", ["pending", "loa_file_successful", "loa_file_invalid", "incomplete_documentation"])
async def test_an_open_order_is_deleted(stage: Stage, word: str) -> None:
    order_id = await stage.order(A, B)
    await stage.portal(order_id, word)
    verdict = await delete(stage, order_id)
    assert (verdict.deleted, verdict.left_behind) == (True, "")
    [order] = await stage.truth()
    assert order["status"] == "deleted"


@pytest.mark.parametrize("word", ["successful", "provisioning", "regulatory_hold"])
async def test_an_order_is_left_while_a_number_works_or_may(stage: Stage, word: str) -> None:
    order_id = await stage.order(A, B)
    await stage.portal(order_id, "pending", {A: word})
    verdict = await delete(stage, order_id)
    assert not verdict.deleted
    assert order_id in verdict.left_behind
    assert A in verdict.left_behind
    assert f"{B} stay(s) in it" in verdict.left_behind or f"{A}, {B} stay(s) in it" in verdict.left_behind
    assert "Telnyx portal" in verdict.left_behind
    assert not await stage.calls("DELETE")


@pytest.mark.parametrize("word", ["provisioning", "regulatory_hold"])
async def test_an_order_that_activates_or_is_not_understood_is_left(stage: Stage, word: str) -> None:
    order_id = await stage.order(A, B)
    await stage.portal(order_id, word)
    verdict = await delete(stage, order_id)
    assert not verdict.deleted
    assert word in verdict.left_behind
    assert not await stage.calls("DELETE")


class SilentAboutNumbers:
    """A client whose order names no number; a delete would break the test."""

    async def get_order(self, order_id: str) -> Order:
        return Order(id=order_id, status="regulatory_hold")


async def test_an_order_that_is_not_understood_is_left_even_when_it_names_no_number() -> None:
    activities = DeleteOrderActivities(OneClient(SilentAboutNumbers()))  # type: ignore[arg-type]  # it must call nothing else
    verdict = await Attempt().run(activities.delete_order, to_delete("order-1"))
    assert not verdict.deleted
    assert verdict.left_behind


async def test_a_number_that_turned_out_active_is_reported_so(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.portal(order_id, "provisioning", {A: "successful"})
    verdict = await delete(stage, order_id)
    assert verdict.numbers[A].state is NumberState.ACTIVE
    [order] = await stage.truth()
    assert order["status"] == "provisioning"


async def test_a_number_that_is_not_active_in_an_order_that_is_done_is_left_behind_by_name(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.portal(order_id, "successful", {A: "successful", B: "pending"})
    verdict = await delete(stage, order_id)
    assert verdict.numbers[A].state is NumberState.ACTIVE
    assert f"could switch off {A}. {B} stay(s) in it" in verdict.left_behind
    assert not await stage.calls("DELETE")


@pytest.mark.parametrize("word", ["successful", "failed", "carrier_rejected"])
async def test_an_order_that_ended_by_itself_needs_no_deletion(stage: Stage, word: str) -> None:
    order_id = await stage.order(A, B)
    await stage.portal(order_id, word, dict.fromkeys((A, B), word) if word == "successful" else None)
    verdict = await delete(stage, order_id)
    assert (verdict.deleted, verdict.left_behind) == (False, "")
    assert not await stage.calls("DELETE")


async def test_an_order_that_telnyx_does_not_know_any_more_is_as_wanted(stage: Stage) -> None:
    verdict = await delete(stage, "00000000-0000-4000-8000-000000000001")
    assert (verdict.deleted, verdict.left_behind, verdict.numbers) == (True, "", {})


async def test_an_order_that_went_between_look_and_delete_is_as_wanted(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    client = Refusing(stage, "deleted", NotFound("There is no such order.", http_status=404))
    verdict = await delete_with(client, order_id)
    assert (verdict.deleted, verdict.left_behind, client.deletes) == (True, "", 1)


async def test_a_404_to_a_delete_is_no_deletion_while_the_order_lives(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.faults("404", calls=["delete"], times=1)
    assert (await delete(stage, order_id)).deleted
    assert [call["method"] for call in await stage.control("calls")] == ["POST", *["GET", "DELETE"] * 2]


async def test_an_order_that_telnyx_shows_and_yet_finds_nothing_to_delete_in_is_left_behind(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.faults("404", calls=["delete"])
    verdict = await delete(stage, order_id)
    assert not verdict.deleted
    assert "HTTP 404" in verdict.left_behind
    assert "Delete it in the Telnyx portal." in verdict.left_behind


@pytest.mark.parametrize("kind", ["timeout_after_commit", "500"])
async def test_a_delete_without_an_answer_is_tried_again_and_no_number_failed_by_it(stage: Stage, kind: str) -> None:
    order_id = await stage.order(A, B)
    await stage.faults(kind, calls=["delete"], times=1, delay=1.0)
    step, first = DeleteOrderActivities(stage.accounts).delete_order, Attempt()
    failure = await first.fails(step, to_delete(order_id))
    assert failure.type == OutcomeUnknown.__name__
    verdict = await first.next().run(step, to_delete(order_id))
    assert (verdict.deleted, verdict.left_behind, verdict.numbers) == (True, "", {})


@pytest.mark.parametrize(("call", "status"), [("get", "401"), ("delete", "422")])
async def test_a_refusal_is_left_behind_with_the_way_to_remove_it(stage: Stage, call: str, status: str) -> None:
    order_id = await stage.order(A, B)
    await stage.faults(status, calls=[call])
    verdict = await delete(stage, order_id)
    assert not verdict.deleted
    assert f"HTTP {status}" in verdict.left_behind
    assert "Delete it in the Telnyx portal." in verdict.left_behind


async def test_an_order_that_is_being_changed_is_read_again_and_then_deleted(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.faults("409", calls=["delete"], times=2)
    verdict = await delete(stage, order_id)
    assert (verdict.deleted, verdict.left_behind) == (True, "")
    assert [call["method"] for call in await stage.control("calls")] == ["POST", *["GET", "DELETE"] * 3]


async def test_an_order_that_is_being_activated_while_it_is_in_conflict_is_left(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    client = Refusing(stage, "provisioning", Conflict("The order is being changed.", http_status=409))
    verdict = await delete_with(client, order_id)
    assert not verdict.deleted
    assert "(provisioning) was left as it is" in verdict.left_behind
    assert client.deletes == 1


class Refusing:
    """A client whose delete is refused, since the order goes on to another word in that moment."""

    def __init__(self, stage: Stage, word: str, refusal: TelnyxError) -> None:
        self._stage = stage
        self._word = word
        self._refusal = refusal
        self.deletes = 0

    async def get_order(self, order_id: str) -> Order:
        return await self._stage.telnyx.get_order(order_id)

    async def delete_order(self, order_id: str) -> Order:
        self.deletes += 1
        await self._stage.portal(order_id, self._word)
        raise self._refusal


async def delete_with(client: Refusing, order_id: str) -> DeletionVerdict:
    activities = DeleteOrderActivities(OneClient(client), pauses=(0.0,))  # type: ignore[arg-type] # it calls no more
    return await Attempt().run(activities.delete_order, to_delete(order_id))


async def test_a_conflict_that_does_not_pass_is_left_behind_in_telnyx_words(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.faults("409", calls=["delete"])
    verdict = await delete(stage, order_id)
    assert not verdict.deleted
    assert "HTTP 409" in verdict.left_behind
    assert len(await stage.calls("DELETE")) == 3


async def test_an_order_that_names_a_number_of_somebody_else_is_left(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    verdict = await delete(stage, order_id, A)
    assert not verdict.deleted
    assert f"Order {order_id} (pending) was left as it is" in verdict.left_behind
    assert f"not this request's: {B}." in verdict.left_behind
    assert not await stage.calls("DELETE")


@pytest.mark.parametrize("numbers", [(A,), (A, B)])
async def test_the_order_is_read_before_it_is_deleted(stage: Stage, numbers: Sequence[str]) -> None:
    order_id = await stage.order(*numbers)
    await delete(stage, order_id)
    calls = [call["method"] for call in await stage.control("calls")]
    assert calls == ["POST", "GET", "DELETE"]
