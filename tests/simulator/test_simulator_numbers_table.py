"""Every test number ends as its row promises, and the page about them is up to date."""

import asyncio
from pathlib import Path

import pytest
import yaml

from simulator.statuses import ELIGIBILITY_STATUSES, NUMBER_STATUSES, ORDER_STATUSES
from simulator.test_numbers import ROWS, UNKNOWN_ELIGIBILITY, UNKNOWN_STATUS, Row, render_page
from tests.simulator.driver import Driver, until
from tests.simulator.openapi_check import document

ORDINARY = "+12125550100"
UNFINISHED = {"pending", "ownership_successful", "provisioning", UNKNOWN_STATUS}
TWIST = {row.name: row.phone_number for row in ROWS if row.phone_number.startswith("+15005553")}


def rows(prefix: str) -> list[Row]:
    return [row for row in ROWS if row.phone_number.startswith(prefix)]


def test_the_statuses_are_those_of_the_openapi_document() -> None:
    schemas = document()["components"]["schemas"]
    answers = schemas["EligibilityNumberResponse"]["properties"]["eligible_status"]["enum"]
    payload = schemas["HostedNumberOrderEventPayload"]["properties"]
    assert set(ELIGIBILITY_STATUSES) == set(answers)
    assert set(ORDER_STATUSES) == set(schemas["MessagingHostedNumberOrder"]["properties"]["status"]["enum"])
    assert set(NUMBER_STATUSES) == set(payload["numbers"]["items"]["properties"]["status"]["enum"])


def test_every_status_has_a_test_number_and_no_number_is_used_twice() -> None:
    assert {row.behavior.eligible_status for row in rows("+15005550")} == set(ELIGIBILITY_STATUSES)
    assert [row.name for row in rows("+15005551")] == [f"order {status}" for status in ORDER_STATUSES]
    assert {row.behavior.number_ends for row in rows("+15005552")} == set(NUMBER_STATUSES)
    assert len({row.phone_number for row in ROWS}) == len(ROWS)


def test_the_unknown_statuses_are_in_no_document() -> None:
    everything = yaml.safe_dump(document())
    assert UNKNOWN_STATUS not in everything
    assert UNKNOWN_ELIGIBILITY not in everything


def test_the_page_of_test_numbers_is_up_to_date() -> None:
    page = Path(__file__).parents[2] / "docs" / "test-numbers.md"
    assert page.read_text() == render_page(), "run: python -m simulator --print-test-numbers > docs/test-numbers.md"


@pytest.mark.parametrize("row", rows("+15005550"), ids=lambda row: row.name)
async def test_an_eligibility_number_has_its_status_and_is_refused_unless_eligible(driver: Driver, row: Row) -> None:
    assert await driver.eligibility(ORDINARY, row.phone_number) == ["ELIGIBLE", row.name]
    reply = await driver.try_create(ORDINARY, row.phone_number)
    if row.name == "ELIGIBLE":
        assert reply.status_code == 200
    else:
        assert reply.status_code == 422
        assert reply.json()["errors"][0]["source"] == {"pointer": "/phone_numbers/1"}


@pytest.mark.parametrize("row", rows("+15005551"), ids=lambda row: row.name)
async def test_an_order_number_brings_its_order_to_its_status(driver: Driver, row: Row) -> None:
    status = row.name.removeprefix("order ")
    order_id = await driver.into_review(row.phone_number)
    await driver.until_order(order_id, status)
    await the_review_has_ended(driver, order_id)
    assert (await driver.order(order_id))["status"] == status


async def the_review_has_ended(driver: Driver, order_id: str) -> None:
    """Wait until a later order is complete: by then the review of this one has ended, too."""
    later = await driver.into_review(f"+1212556{abs(hash(order_id)) % 10_000:04}")
    await driver.until_order(later, "successful")


@pytest.mark.parametrize("row", rows("+15005552"), ids=lambda row: row.name)
async def test_a_number_ends_in_its_status_while_its_neighbor_succeeds(driver: Driver, row: Row) -> None:
    ends = row.behavior.number_ends
    order_id = await driver.into_review(ORDINARY, row.phone_number)
    await until(lambda: driver.statuses(order_id), lambda seen: seen[ORDINARY] == "successful")
    assert (await driver.statuses(order_id))[row.phone_number] == ends
    order = await driver.order(order_id)
    assert order["status"] == ("provisioning" if ends in UNFINISHED else "successful")
    held = [n["phone_number"] for n in await driver.data("/v2/messaging_hosted_numbers")]
    assert held == ([ORDINARY, row.phone_number] if ends == "successful" else [ORDINARY])


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("LOA refused first", "loa_file_invalid"),
        ("documents incomplete first", "incomplete_documentation"),
        ("bill wrong first", "incorrect_billing_information"),
    ],
)
async def test_documents_refused_once_pass_the_second_time(driver: Driver, name: str, status: str) -> None:
    order_id = await driver.into_review(TWIST[name])
    await driver.until_order(order_id, status)
    assert (await driver.upload(order_id)).status_code == 200
    await driver.until_order(order_id, "successful")
    assert len((await driver.truth(order_id))["uploads"]) == 2


@pytest.mark.parametrize(("name", "by_sms", "by_call"), [("code never arrives", 0, 0), ("SMS never arrives", 0, 1)])
async def test_a_code_request_is_accepted_although_no_code_arrives(
    driver: Driver, name: str, by_sms: int, by_call: int
) -> None:
    number = TWIST[name]
    order_id = await driver.create(number)
    assert "error" not in (await driver.request_codes(order_id, number))[0]
    assert len(await driver.inbox(number)) == by_sms
    await driver.request_codes(order_id, number, method="call")
    assert len(await driver.inbox(number)) == by_call


async def test_a_code_that_cannot_be_sent_is_an_error_inside_a_2xx(driver: Driver) -> None:
    number = TWIST["code cannot be sent"]
    order_id = await driver.create(ORDINARY, number)
    good, bad = await driver.request_codes(order_id, ORDINARY, number)
    assert "error" not in good
    assert bad["error"]
    assert "verification_code_id" not in bad


async def test_the_first_code_is_rejected_and_then_the_same_one_passes(driver: Driver) -> None:
    number = TWIST["first code rejected"]
    order_id = await driver.create(number)
    assert await driver.verify(order_id, number) == ["rejected"]
    assert await driver.submit(order_id, {number: await driver.newest_code(number)}) == ["verified"]


async def test_a_number_verified_before_needs_no_code(driver: Driver) -> None:
    number = TWIST["already verified"]
    order_id = await driver.create(number)
    assert await driver.submit(order_id, {number: "00000"}) == ["already_verified"]
    assert (await driver.upload(order_id)).status_code == 200


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("times out once", "failed_timeout", "successful"),
        ("times out always", "failed_timeout", "failed_timeout"),
        ("carrier rejects once", "failed_carrier_rejected", "successful"),
        ("carrier rejects always", "failed_carrier_rejected", "failed_carrier_rejected"),
    ],
)
async def test_a_second_order_ends_as_the_row_says(driver: Driver, name: str, first: str, second: str) -> None:
    number = TWIST[name]
    for status in (first, second):
        order_id = await driver.into_review(number)
        await driver.until_order(order_id, "failed" if status.startswith("failed") else "successful")
        assert await driver.statuses(order_id) == {number: status}


async def test_statuses_that_no_document_lists_are_answered_as_they_are(driver: Driver) -> None:
    driver.expect_unknown_statuses()
    assert await driver.eligibility(TWIST["unknown eligibility word"]) == [UNKNOWN_ELIGIBILITY]
    first = await driver.into_review(TWIST["unknown order word"])
    second = await driver.into_review(TWIST["unknown number word"])
    await driver.until_order(first, UNKNOWN_STATUS)
    await until(lambda: driver.statuses(second), lambda seen: set(seen.values()) == {UNKNOWN_STATUS})
    assert (await driver.order(second))["phone_numbers"][0]["status"] == UNKNOWN_STATUS


@pytest.mark.parametrize(
    ("name", "status"), [("provisioning for ever", "provisioning"), ("deleted in the portal", "deleted")]
)
async def test_the_review_can_hang_or_be_ended_in_the_portal(driver: Driver, name: str, status: str) -> None:
    order_id = await driver.into_review(TWIST[name])
    await driver.until_order(order_id, status)
    await the_review_has_ended(driver, order_id)
    assert (await driver.truth(order_id))["status"] == status


async def test_several_orders_can_be_under_review_at_once(driver: Driver) -> None:
    names = ["times out always", "LOA refused first", "provisioning for ever"]
    orders = await asyncio.gather(*(driver.into_review(TWIST[name]) for name in names))
    statuses = ["failed", "loa_file_invalid", "provisioning"]
    await asyncio.gather(*(driver.until_order(*pair) for pair in zip(orders, statuses, strict=True)))
