"""Webhooks are signed and repeated until a 200 comes; only a fault loses, doubles or reorders them."""

import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from simulator.settings import Settings
from simulator.test_numbers import ROWS
from simulator.webhooks import signing_key
from tests.simulator.conftest import Receiver
from tests.simulator.driver import ORDERS, PROFILE, Driver, until
from tests.simulator.openapi_check import validate

NUMBER = "+12125550101"
PREFIX = "messaging_hosted_numbers_orders."
TWIST = {row.name: row.phone_number for row in ROWS}


async def next_event(receiver: Receiver) -> dict[str, Any]:
    _, body = await receiver.next()
    validate(json.loads(body), "#/components/schemas/HostedNumberOrderEvent")
    return dict(json.loads(body)["data"])


async def events_until(receiver: Receiver, *last: str) -> list[dict[str, Any]]:
    """The events until each of these order statuses and event types was seen."""
    missing, events = set(last), []
    while missing:
        event = await next_event(receiver)
        events.append(event)
        missing -= {event["payload"]["order_status"], event["event_type"].removeprefix(PREFIX)}
    return events


async def test_every_change_of_an_order_is_sent_with_the_real_statuses_of_its_numbers(
    driver: Driver, receiver: Receiver
) -> None:
    order_id = await driver.into_review(NUMBER)
    events = await events_until(receiver, "created", "loa_file_successful", "provisioning", "successful")
    assert {event["payload"]["order_id"] for event in events} == {order_id}
    statuses = {event["payload"]["numbers"][0]["status"] for event in events}
    assert {"pending", "ownership_successful", "successful"} <= statuses
    await driver.client.delete(f"{ORDERS}/{order_id}")
    assert (await events_until(receiver, "deleted"))[-1]["payload"]["order_status"] == "deleted"


async def test_without_a_url_on_the_profile_nothing_is_sent(driver: Driver, receiver: Receiver) -> None:
    await driver.control(f"profiles/{PROFILE}", {"webhook_url": None})
    silent = await driver.create(NUMBER)
    await driver.control(f"profiles/{PROFILE}", {"webhook_url": receiver.url})
    await driver.create(NUMBER)
    assert (await next_event(receiver))["payload"]["order_id"] != silent


@pytest.mark.parametrize("status", [500, 302, 204], ids=["an error", "a redirect", "another 2xx"])
async def test_an_event_is_sent_again_until_exactly_200_comes(driver: Driver, receiver: Receiver, status: int) -> None:
    receiver.statuses = [status, status]
    await driver.create(NUMBER)
    ids = {(await next_event(receiver))["id"] for _ in range(3)}
    assert len(ids) == 1
    tries = await until(lambda: driver.control("webhooks"), lambda seen: len(seen) == 3)
    assert [(one["attempt"], one["outcome"]) for one in tries] == [(1, status), (2, status), (3, 200)]


async def test_after_three_attempts_the_event_goes_to_the_failover_url(driver: Driver, receiver: Receiver) -> None:
    body = {"webhook_url": "http://127.0.0.1:1/closed", "webhook_failover_url": receiver.url}
    await driver.control(f"profiles/{PROFILE}", body)
    order_id = await driver.create(NUMBER)
    assert (await next_event(receiver))["payload"]["order_id"] == order_id
    tries = await until(lambda: driver.control("webhooks"), lambda seen: len(seen) == 4)
    assert [one["attempt"] for one in tries] == [1, 2, 3, 1]


async def test_a_dropped_event_never_comes(driver: Driver, receiver: Receiver) -> None:
    await driver.faults("drop_webhook", times=1)
    lost = await driver.create(NUMBER)
    kept = await driver.create(NUMBER)
    assert (await next_event(receiver))["payload"]["order_id"] == kept
    outcomes = {one["order_id"]: one["outcome"] for one in await driver.control("webhooks")}
    assert outcomes[lost] == "dropped"


async def test_a_doubled_event_comes_twice_with_the_same_id(driver: Driver, receiver: Receiver) -> None:
    await driver.faults("duplicate_webhook", times=1)
    await driver.create(NUMBER)
    assert (await next_event(receiver))["id"] == (await next_event(receiver))["id"]


async def test_a_reordered_event_is_overtaken_by_a_later_one(driver: Driver, receiver: Receiver) -> None:
    await driver.faults("reorder_webhook", times=1, delay=1)
    first, second = await driver.create(NUMBER), await driver.create(NUMBER)
    seen = [(await next_event(receiver)) for _ in range(2)]
    assert [event["payload"]["order_id"] for event in seen] == [second, first]
    assert seen[0]["occurred_at"] > seen[1]["occurred_at"]


async def test_a_silent_owner_has_72_hours_and_then_the_transfer_is_approved(
    driver: Driver, receiver: Receiver
) -> None:
    number = TWIST["transfer, owner silent"]
    assert await driver.eligibility(number) == ["NUMBER_CAN_NOT_HOSTED_WITH_A_TELNYX_SUBSCRIBER"]
    order_id = await driver.into_review(number)
    events = await events_until(
        receiver, "created", "internal_transfer_detected", "internal_transfer_approval_requested"
    )
    asked = events[-1]["payload"]
    assert asked["approval_deadline"] == (await driver.truth(order_id))["transfer"]["deadline"]
    later = await driver.into_review(NUMBER)
    await driver.until_order(later, "successful")
    assert (await driver.truth(order_id))["status"] == "pending"
    await driver.control("settings", {"transfer_seconds": 0.01})
    other = await driver.into_review(number)
    await driver.until_order(other, "successful")
    await events_until(receiver, "internal_transfer_auto_approved")


async def test_after_the_owner_approved_codes_and_documents_are_still_needed(
    driver: Driver, receiver: Receiver
) -> None:
    number = TWIST["transfer, owner approves"]
    order_id = await driver.create(number)
    approved = (await events_until(receiver, "internal_transfer_approved"))[-1]["payload"]
    assert (approved["decision"], approved["order_status"]) == ("approved", "pending")
    await driver.verify(order_id, number)
    await driver.upload(order_id)
    await driver.until_order(order_id, "successful")


async def test_an_order_fails_when_the_owner_rejects_it(driver: Driver, receiver: Receiver) -> None:
    order_id = await driver.create(TWIST["transfer, owner rejects"])
    rejected = (await events_until(receiver, "internal_transfer_rejected", "failed"))[0]["payload"]
    assert rejected["order_id"] == order_id
    await driver.until_order(order_id, "failed")


async def test_only_the_owners_token_works_and_only_once(driver: Driver) -> None:
    order_id = await driver.into_review(TWIST["transfer, owner silent"])
    token = (await driver.truth(order_id))["transfer"]["token"]

    async def decide(decision: str, token: str) -> httpx.Response:
        return await driver.client.post(f"{ORDERS}/{order_id}/{decision}", params={"token": token})

    assert (await decide("approve", "wrong")).status_code == 404
    assert (await decide("approve", token)).status_code == 200
    assert (await decide("reject", token)).status_code == 422
    await driver.until_order(order_id, "successful")


async def test_a_rejected_transfer_fails_the_order(driver: Driver) -> None:
    number = TWIST["transfer, owner silent"]
    order_id = await driver.create(number)
    token = (await driver.truth(order_id))["transfer"]["token"]
    await driver.client.post(f"{ORDERS}/{order_id}/reject", params={"token": token})
    assert (await driver.truth(order_id))["status"] == "failed"
    assert await driver.statuses(order_id) == {number: "failed_number_already_hosted"}


async def test_deleting_an_order_ends_its_transfer(driver: Driver, receiver: Receiver) -> None:
    order_id = await driver.create(TWIST["transfer, owner silent"])
    await driver.client.delete(f"{ORDERS}/{order_id}")
    await events_until(receiver, "internal_transfer_rejected", "deleted")


def test_a_signing_key_in_a_file_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "key"
    before = os.umask(0)
    try:
        first = signing_key(Settings(webhook_key_file=path)).private_bytes_raw()
    finally:
        os.umask(before)
    assert signing_key(Settings(webhook_key_file=path)).private_bytes_raw() == first
    assert path.stat().st_mode & 0o077 == 0
    path.write_text("not a key")
    with pytest.raises(SystemExit, match="does not hold a webhook key"):
        signing_key(Settings(webhook_key_file=path))
    with pytest.raises(SystemExit, match="cannot be used"):
        signing_key(Settings(webhook_key_file=tmp_path / "no folder" / "key"))
