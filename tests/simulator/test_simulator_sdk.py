"""The official SDK, with strict response validation and no retries, takes an order through all steps."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from telnyx import AsyncTelnyx, AuthenticationError, NotFoundError, UnprocessableEntityError
from telnyx.lib.webhook_verification import WebhookVerificationError, verify_webhook_signature

from tests.simulator.conftest import Receiver
from tests.simulator.driver import DOCUMENTS, PROFILE, Driver
from tests.simulator.openapi_check import check_answer

NUMBER, OTHER = "+12125550101", "+12125550102"


def sdk_for(address: str, key: str = "KEY_any") -> AsyncTelnyx:
    return AsyncTelnyx(
        api_key=key,
        base_url=f"{address}/v2",
        max_retries=0,
        _strict_response_validation=True,
        http_client=httpx.AsyncClient(event_hooks={"response": [check_answer]}),
    )


@pytest.fixture
async def sdk(address: str) -> AsyncIterator[AsyncTelnyx]:
    async with sdk_for(address) as client:
        yield client


async def test_the_official_sdk_takes_an_order_from_eligibility_to_active_numbers(
    sdk: AsyncTelnyx, driver: Driver
) -> None:
    orders = sdk.messaging_hosted_number_orders
    checked = await orders.check_eligibility(phone_numbers=[NUMBER, OTHER, "+15005550003"])
    assert [row.eligible_status for row in checked.phone_numbers or []] == [
        "ELIGIBLE",
        "ELIGIBLE",
        "NUMBER_CAN_NOT_BE_WIRELESS",
    ]
    created = (await orders.create(messaging_profile_id=PROFILE, phone_numbers=[NUMBER, OTHER])).data
    assert created is not None
    assert created.id is not None
    assert [order.id async for order in orders.list(page_size=1)] == [created.id]
    sent = await orders.create_verification_codes(created.id, phone_numbers=[NUMBER, OTHER], verification_method="call")
    assert [(row.phone_number, row.type, row.error) for row in sent.data] == [
        (NUMBER, "call", None),
        (OTHER, "call", None),
    ]
    codes = [{"phone_number": n, "code": await driver.newest_code(n)} for n in (NUMBER, OTHER)]
    answer = await orders.validate_codes(created.id, verification_codes=codes)  # type: ignore[arg-type] # plain dicts
    assert answer.data is not None
    assert [row.status for row in answer.data.phone_numbers] == ["verified", "verified"]
    uploaded = await orders.actions.upload_file(created.id, loa=DOCUMENTS["loa"], bill=DOCUMENTS["bill"])
    assert uploaded.data is not None
    await driver.until_order(created.id, "successful")
    done = (await orders.retrieve(created.id)).data
    assert done is not None
    assert [number.status for number in done.phone_numbers or []] == ["successful", "successful"]


async def test_the_official_sdk_manages_the_active_numbers(sdk: AsyncTelnyx, driver: Driver) -> None:
    order_id = await driver.into_review(NUMBER)
    await driver.until_order(order_id, "successful")
    numbers = sdk.messaging_hosted_numbers
    listed = [row async for row in numbers.list(filter_phone_number_contains="5550101", sort_phone_number="desc")]
    assert [row.phone_number for row in listed] == [NUMBER]
    assert listed[0].id is not None
    by_number = (await numbers.retrieve(NUMBER)).data
    assert by_number is not None
    assert by_number.id == listed[0].id
    changed = (await numbers.update(NUMBER, messaging_profile_id="", tags=["front desk"])).data
    assert changed is not None
    assert (changed.messaging_profile_id, changed.tags) == (None, ["front desk"])
    removed = (await numbers.delete(listed[0].id)).data
    assert removed is not None
    assert (removed.id, removed.status) == (order_id, "deleted")
    assert [row async for row in numbers.list()] == []


async def test_the_official_sdk_reads_a_profile_and_deletes_an_order_once(sdk: AsyncTelnyx, driver: Driver) -> None:
    profile = (await sdk.messaging_profiles.retrieve(PROFILE)).data
    assert profile is not None
    assert (profile.id, profile.webhook_api_version) == (PROFILE, "2")
    order_id = await driver.create(NUMBER)
    deleted = (await sdk.messaging_hosted_number_orders.delete(order_id)).data
    assert deleted is not None
    assert deleted.status == "deleted"
    with pytest.raises(NotFoundError):
        await sdk.messaging_hosted_number_orders.delete(order_id)


async def test_the_official_sdk_understands_refusals(sdk: AsyncTelnyx, address: str) -> None:
    with pytest.raises(UnprocessableEntityError) as refused:
        await sdk.messaging_hosted_number_orders.create(messaging_profile_id="unknown", phone_numbers=[NUMBER])
    error = refused.value.response.json()["errors"][0]
    assert (error["code"], error["source"]) == ("10013", {"pointer": "/messaging_profile_id"})
    async with sdk_for(address, "KEY_wrong") as stranger:
        with pytest.raises(AuthenticationError):
            await stranger.messaging_hosted_number_orders.retrieve("any")


async def test_the_official_sdk_verifies_our_webhooks(driver: Driver, receiver: Receiver) -> None:
    order_id = await driver.create(NUMBER)
    headers, body = await receiver.next()
    key = (await driver.client.get("/_simulator/webhook_key")).text
    # The function, because the SDK replaces the method of the client by one of another kind.
    verify_webhook_signature(body.decode(), headers, key)
    assert json.loads(body)["data"]["payload"]["order_id"] == order_id
    with pytest.raises(WebhookVerificationError):
        verify_webhook_signature(body.decode().replace("pending", "deleted"), headers, key)


async def test_two_hundred_numbers_fit_into_one_order_and_one_more_does_not(sdk: AsyncTelnyx, driver: Driver) -> None:
    many = [f"+1212555{place:04}" for place in range(201)]
    created = (
        await sdk.messaging_hosted_number_orders.create(messaging_profile_id=PROFILE, phone_numbers=many[:200])
    ).data
    assert created is not None
    assert len(created.phone_numbers or []) == 200
    assert (await driver.try_create(*many)).status_code == 422
