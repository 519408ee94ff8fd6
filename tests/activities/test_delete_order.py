"""An order is deleted only if that switches nothing off. Otherwise `left_behind` names what stays."""

import pytest

from activities.delete_order import DeleteOrderActivities
from domain.activity_io import DeleteOrder, DeletionVerdict
from domain.vocabulary import NumberState
from telnyx_api.errors import Conflict, NotFound, OutcomeUnknown, TelnyxError
from telnyx_api.replies import Order
from tests.activities.stage import NO_ORDER, A, Attempt, B, OneAccount, Stage, current

KNOWN = {A: NumberState.IN_REVIEW, B: NumberState.IN_REVIEW}


def to_delete(order_id: str, *ours: str) -> DeleteOrder:
    return DeleteOrder(**dict(current(order_id, KNOWN)), ours=list(ours or KNOWN))


async def delete(stage: Stage, order_id: str, *ours: str) -> DeletionVerdict:
    step = DeleteOrderActivities(stage.accounts, pauses=(0.0, 0.0)).delete_order
    return await Attempt().run(step, to_delete(order_id, *ours))


async def methods(stage: Stage) -> list[str]:
    """The methods of all calls to Telnyx, oldest first."""
    return [call["method"] for call in await stage.calls()]


@pytest.mark.parametrize("status", ["pending", "loa_file_successful", "loa_file_invalid", "incomplete_documentation"])
async def test_an_open_order_is_read_and_then_deleted(stage: Stage, status: str) -> None:
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, status)
    verdict = await delete(stage, order_id)
    assert (verdict.deleted, verdict.left_behind) == (True, "")
    assert await methods(stage) == ["POST", "GET", "DELETE"]
    [order] = await stage.orders()
    assert order["status"] == "deleted"
    assert verdict.statuses == {"deleted": [A, B]}, "no status from before the deletion is left"
    again = await delete(stage, order_id)
    assert (again.deleted, again.numbers, again.statuses) == (True, {}, {"deleted": [A, B]})


@pytest.mark.parametrize("status", ["successful", "provisioning", "regulatory_hold"])
async def test_an_order_stays_while_a_number_is_or_may_become_active(stage: Stage, status: str) -> None:
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, "pending", {A: status})
    verdict = await delete(stage, order_id)
    assert not verdict.deleted
    assert all(text in verdict.left_behind for text in (order_id, A, B))
    assert not await stage.calls("DELETE")


@pytest.mark.parametrize("status", ["provisioning", "regulatory_hold"])
async def test_an_order_stays_while_its_status_is_provisioning_or_unknown(stage: Stage, status: str) -> None:
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, status)
    verdict = await delete(stage, order_id)
    assert not verdict.deleted
    assert status in verdict.left_behind
    assert not await stage.calls("DELETE")


class OrderWithoutNumbers:
    """A client whose order lists no number. It has no method that deletes."""

    async def get_order(self, order_id: str) -> Order:
        return Order(id=order_id, status="regulatory_hold")


async def test_an_order_of_an_unknown_status_stays_also_when_it_lists_no_number() -> None:
    step = DeleteOrderActivities(OneAccount(OrderWithoutNumbers())).delete_order
    verdict = await Attempt().run(step, to_delete("order-1"))
    assert not verdict.deleted
    assert "order-1" in verdict.left_behind


async def test_a_number_that_became_active_is_reported(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, "provisioning", {A: "successful"})
    verdict = await delete(stage, order_id)
    assert verdict.numbers[A].state is NumberState.ACTIVE
    [order] = await stage.orders()
    assert order["status"] == "provisioning"


async def test_an_open_number_in_a_successful_order_is_left_behind_by_name(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, "successful", {A: "successful", B: "pending"})
    verdict = await delete(stage, order_id)
    assert verdict.numbers[A].state is NumberState.ACTIVE
    assert B in verdict.left_behind
    assert not await stage.calls("DELETE")


@pytest.mark.parametrize("status", ["successful", "failed", "carrier_rejected"])
async def test_an_order_that_has_ended_needs_no_deletion(stage: Stage, status: str) -> None:
    order_id = await stage.order(A, B)
    await stage.set_status(order_id, status, dict.fromkeys((A, B), status) if status == "successful" else None)
    verdict = await delete(stage, order_id)
    assert (verdict.deleted, verdict.left_behind) == (False, "")
    assert not await stage.calls("DELETE")


async def test_an_order_that_telnyx_does_not_know_counts_as_deleted(stage: Stage) -> None:
    verdict = await delete(stage, NO_ORDER)
    assert (verdict.deleted, verdict.left_behind, verdict.numbers) == (True, "", {})


async def test_an_order_with_a_number_of_another_request_stays(stage: Stage) -> None:
    order_id = await stage.order(A, B)
    verdict = await delete(stage, order_id, A)
    assert not verdict.deleted
    assert f"{order_id} (pending)" in verdict.left_behind
    assert (A in verdict.left_behind, B in verdict.left_behind) == (False, True)
    assert not await stage.calls("DELETE")


@pytest.mark.parametrize("kind", ["timeout_after_commit", "500"])
async def test_a_deletion_without_an_answer_is_repeated_and_fails_no_number(stage: Stage, kind: str) -> None:
    order_id = await stage.order(A, B)
    await stage.faults(kind, calls=["delete"], times=1, delay=1.0)
    step, first = DeleteOrderActivities(stage.accounts).delete_order, Attempt()
    failure = await first.fails(step, to_delete(order_id))
    assert failure.type == OutcomeUnknown.__name__
    verdict = await first.next().run(step, to_delete(order_id))
    assert (verdict.deleted, verdict.left_behind, verdict.numbers) == (True, "", {})


@pytest.mark.parametrize(("status", "times"), [("404", 1), ("409", 2)])
async def test_an_order_is_read_again_after_a_refusal_that_passes_and_then_deleted(
    stage: Stage, status: str, times: int
) -> None:
    order_id = await stage.order(A, B)
    await stage.faults(status, calls=["delete"], times=times)
    verdict = await delete(stage, order_id)
    assert (verdict.deleted, verdict.left_behind) == (True, "")
    assert await methods(stage) == ["POST", *["GET", "DELETE"] * (times + 1)]


@pytest.mark.parametrize(
    ("call", "status", "deletions"),
    [("get", "401", 0), ("delete", "422", 1), ("delete", "404", 3), ("delete", "409", 3)],
)
async def test_a_refusal_that_stays_is_left_behind_in_telnyx_words(
    stage: Stage, call: str, status: str, deletions: int
) -> None:
    order_id = await stage.order(A, B)
    await stage.faults(status, calls=[call])
    verdict = await delete(stage, order_id)
    assert not verdict.deleted
    assert order_id in verdict.left_behind
    assert f"HTTP {status}" in verdict.left_behind
    assert len(await stage.calls("DELETE")) == deletions


class RefusesAndMovesOn:
    """A client that refuses to delete, because the order gets another status at that moment."""

    def __init__(self, stage: Stage, status: str, refusal: TelnyxError) -> None:
        self._stage = stage
        self._status = status
        self._refusal = refusal
        self.deletions = 0

    async def get_order(self, order_id: str) -> Order:
        return await self._stage.telnyx.get_order(order_id)

    async def delete_order(self, order_id: str) -> Order:
        self.deletions += 1
        await self._stage.set_status(order_id, self._status)
        raise self._refusal


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(NotFound("It is gone.", http_status=404), "deleted"), (Conflict("It changes.", http_status=409), "provisioning")],
)
async def test_after_a_refusal_the_present_status_of_the_order_decides(
    stage: Stage, refusal: TelnyxError, status: str
) -> None:
    order_id, client = await stage.order(A, B), RefusesAndMovesOn(stage, status, refusal)
    step = DeleteOrderActivities(OneAccount(client), pauses=(0.0,)).delete_order
    verdict = await Attempt().run(step, to_delete(order_id))
    assert verdict.deleted is (status == "deleted")
    assert (status in verdict.left_behind) is (status == "provisioning")
    assert client.deletions == 1
