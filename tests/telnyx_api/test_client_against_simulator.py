"""The client against the simulator: complete orders, refusals and faults, compared with the simulator's own state."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import pytest

from simulator.app import run_simulator
from simulator.settings import NEVER_KNOWN_PROFILE, Settings
from telnyx_api.client import TelnyxClient
from telnyx_api.errors import Conflict, FixInput, NotFound, OutcomeUnknown, StopAccount, TryLater
from telnyx_api.files import Pdf
from telnyx_api.replies import Order
from tests import limits

T = TypeVar("T")
A, B, WIRELESS = "+12125550101", "+12125550102", "+15005550003"
PROFILE = "11111111-2222-4333-8444-555555555555"
LOA, BILL = Pdf("loa.pdf", b"%PDF-1.7 the letter"), Pdf("bill.pdf", b"%PDF-1.7 the bill")


@dataclass
class Stage:
    client: TelnyxClient
    control: httpx.AsyncClient

    async def handset(self, phone_number: str) -> str:
        """The newest code that was sent to a number; waits for it."""
        return await eventually(lambda: self._newest_code(phone_number))

    async def _newest_code(self, phone_number: str) -> str:
        shown = (await self.control.get("/_simulator/inbox", params={"phone_number": phone_number})).json()
        return str(shown[-1]["code"]) if shown else ""

    async def reviewed(self, order: Order) -> Order:
        """The order after its review; waits for it."""

        async def look() -> list[Order]:
            read = await self.client.get_order(order.id)
            return [read] if read.status == "successful" else []

        return (await eventually(look))[0]

    async def truth(self) -> list[dict[str, Any]]:
        """Every order that the simulator created."""
        found: list[dict[str, Any]] = (await self.control.get("/_simulator/orders")).json()
        return found

    async def faults(self, *kinds: str, **more: object) -> None:
        (await self.control.post("/_simulator/faults", json={"kinds": kinds, **more})).raise_for_status()

    async def verified_order(self, *phone_numbers: str) -> Order:
        """An order whose numbers are all verified."""
        order = await self.client.create_order(PROFILE, phone_numbers)
        await self.client.request_codes(order.id, phone_numbers, "sms")
        codes = {phone_number: await self.handset(phone_number) for phone_number in phone_numbers}
        assert {result.status for result in await self.client.submit_codes(order.id, codes)} == {"verified"}
        return order


async def eventually(look: Callable[[], Awaitable[T]]) -> T:
    """The result of `look` as soon as it is not empty."""
    async with asyncio.timeout(limits.WAIT):
        while True:
            found = await look()
            if found:
                return found
            await asyncio.sleep(0.01)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with (
        run_simulator(Settings(review_seconds=0.15)) as address,
        httpx.AsyncClient(base_url=address) as control,
        TelnyxClient("KEY", f"{address}/v2", read_timeout=1.0) as client,
    ):
        yield Stage(client, control)


async def test_a_request_goes_through_all_five_steps(stage: Stage) -> None:
    client = stage.client
    fates = {row.phone_number: (row.eligible, row.status) for row in await client.check_eligibility([A, B, WIRELESS])}
    assert fates == {A: (True, "eligible"), B: (True, "eligible"), WIRELESS: (False, "number_can_not_be_wireless")}

    order = await client.create_order(PROFILE, [A, B])
    assert (order.messaging_profile_id, order.status) == (PROFILE, "pending")
    sent = await client.request_codes(order.id, [A, B], "sms")
    assert {row.phone_number: row.error for row in sent} == {A: None, B: None}
    codes = {number: await stage.handset(number) for number in (A, B)}
    wrong = await client.submit_codes(order.id, {A: "00000" if codes[A] != "00000" else "00001"})
    assert [(row.phone_number, row.status) for row in wrong] == [(A, "rejected")]
    assert {row.status for row in await client.submit_codes(order.id, codes)} == {"verified"}

    await client.upload_documents(order.id, loa=LOA, bill=BILL)
    done = await stage.reviewed(order)
    assert {number.phone_number: number.status for number in done.phone_numbers} == {A: "successful", B: "successful"}
    [truth] = await stage.truth()
    assert truth["uploads"] == [{"loa_sha256": _sha256(LOA), "bill_sha256": _sha256(BILL)}]

    hosted = await client.all_hosted_numbers()
    assert {number.phone_number for number in hosted} == {A, B}


def _sha256(pdf: Pdf) -> str:
    return hashlib.sha256(pdf.content).hexdigest()


async def test_a_hosted_number_is_found_changed_and_removed(stage: Stage) -> None:
    await stage.control.post(f"/_simulator/numbers/{A}", json={"in_inventory": True})
    client = stage.client
    found = await client.get_hosted_number(A)
    assert (await client.update_hosted_number(A, messaging_profile_id=PROFILE)).messaging_profile_id == PROFILE
    assert (await client.update_hosted_number(found.id, tags=["desk"])).tags == ["desk"]
    assert (await client.update_hosted_number(found.id, messaging_profile_id="")).messaging_profile_id is None
    assert (await client.get_hosted_number(A)).tags == ["desk"]
    assert [number.phone_number for number in (await client.list_hosted_numbers(contains="5550101")).numbers] == [A]
    with pytest.raises(NotFound):
        await client.get_hosted_number(B)


async def test_an_order_is_deleted(stage: Stage) -> None:
    order = await stage.client.create_order(PROFILE, [A])
    assert (await stage.client.delete_order(order.id)).id == order.id
    [truth] = await stage.truth()
    assert truth["status"] == "deleted"


async def test_refusals_have_their_class(stage: Stage) -> None:
    client = stage.client
    with pytest.raises(FixInput):
        await client.create_order(NEVER_KNOWN_PROFILE, [A])
    with pytest.raises(FixInput) as caught:
        await client.create_order(PROFILE, [A, "0101"])
    assert caught.value.pointers == ("/phone_numbers/1",)
    with pytest.raises(NotFound):
        await client.get_order(PROFILE)
    with pytest.raises(NotFound):
        await client.approve_transfer(PROFILE, "token")
    order = await stage.verified_order(A)
    await client.upload_documents(order.id, loa=LOA, bill=BILL)
    await stage.reviewed(order)
    with pytest.raises(Conflict):
        await client.upload_documents(order.id, loa=LOA, bill=BILL)


async def test_a_wrong_key_stops_the_account(stage: Stage) -> None:
    async with TelnyxClient("KEY_wrong", str(stage.control.base_url) + "/v2") as client:
        for call in (client.check_eligibility([A]), client.all_orders(), client.get_profile(PROFILE)):
            with pytest.raises(StopAccount) as caught:
                await call
            assert "KEY_wrong" not in str(caught.value)


@pytest.mark.parametrize("kind", ["timeout_after_commit", "late_commit"])
async def test_an_order_that_was_created_without_a_response_is_found_in_the_list(stage: Stage, kind: str) -> None:
    await stage.faults(kind, calls=["create"], delay=0.3)
    client = TelnyxClient("KEY", str(stage.control.base_url) + "/v2", read_timeout=0.1)
    async with client:
        with pytest.raises(OutcomeUnknown):
            await client.create_order(PROFILE, [A])
        [order] = await eventually(client.all_orders)
    assert [number.phone_number for number in order.phone_numbers] == [A]
    assert len(await stage.truth()) == 1


async def test_the_outcome_of_a_reset_is_unknown(stage: Stage) -> None:
    await stage.faults("reset", calls=["create"])
    for line in range(12):
        with pytest.raises(OutcomeUnknown):
            await stage.client.create_order(PROFILE, [f"+121255502{line:02}"])
    made = await stage.truth()
    assert 0 < len(made) < 12, "some resets come before the order is created, some after"
    await stage.faults()
    assert {order.id for order in await stage.client.all_orders()} == {order["id"] for order in made}


async def test_all_orders_on_several_pages_are_found(stage: Stage) -> None:
    made = [await stage.client.create_order(PROFILE, [f"+1212556{line:04}"]) for line in range(260)]
    assert {order.id for order in await stage.client.all_orders()} == {order.id for order in made}
    wanted = [made[0].id, made[100].phone_numbers[0].phone_number]
    assert {order.id for order in await stage.client.all_orders(named=wanted)} == {made[0].id, made[100].id}


async def test_a_list_shuffled_between_pages_loses_no_order_silently(stage: Stage) -> None:
    made = {(await stage.client.create_order(PROFILE, [f"+1212556{line:04}"])).id for line in range(260)}
    await stage.faults("shuffled_list", calls=["list"], seed=3)
    try:
        found = {order.id for order in await stage.client.all_orders()}
    except TryLater:
        return
    assert found == made
