"""What the API accepts and refuses between an order and its review, and what deleting an order does."""

import hashlib

import httpx
import pytest

from tests.simulator.driver import DOCUMENTS, ORDERS, PDF, PROFILE, Driver

NUMBER, OTHER = "+12125550101", "+12125550102"
PDF_TYPE = "application/pdf"


def pointer(reply: httpx.Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["errors"][0]["source"]["pointer"]


async def test_only_the_newest_code_of_a_number_is_correct(driver: Driver) -> None:
    order_id = await driver.create(NUMBER)
    await driver.request_codes(order_id, NUMBER)
    await driver.request_codes(order_id, NUMBER, method="call")
    first, second = await driver.inbox(NUMBER)
    assert (first["method"], second["method"]) == ("sms", "call")
    assert await driver.submit(order_id, {NUMBER: first["code"]}) == ["rejected"]
    assert await driver.submit(order_id, {NUMBER: second["code"]}) == ["verified"]
    assert await driver.submit(order_id, {NUMBER: "00000"}) == ["already_verified"]


async def test_no_code_is_correct_before_one_was_requested(driver: Driver) -> None:
    order_id = await driver.create(NUMBER)
    assert await driver.submit(order_id, {NUMBER: "12345"}) == ["rejected"]


async def test_a_verified_number_is_pending_over_rest_unless_the_setting_says_otherwise(driver: Driver) -> None:
    order_id = await driver.create(NUMBER)
    await driver.verify(order_id, NUMBER)
    assert await driver.statuses(order_id) == {NUMBER: "ownership_successful"}
    assert (await driver.order(order_id))["phone_numbers"][0]["status"] == "pending"
    await driver.control("settings", {"ownership_word_over_rest": True})
    driver.expect_unknown_statuses()
    assert (await driver.order(order_id))["phone_numbers"][0]["status"] == "ownership_successful"


@pytest.mark.parametrize(
    ("call", "body", "place"),
    [
        ("verification_codes", {"phone_numbers": [OTHER], "verification_method": "sms"}, "/phone_numbers/0"),
        ("verification_codes", {"phone_numbers": [NUMBER], "verification_method": "fax"}, "/verification_method"),
        ("verification_codes", {"verification_method": "sms"}, "/phone_numbers"),
        ("validation_codes", {}, "/verification_codes"),
        (
            "validation_codes",
            {"verification_codes": [{"phone_number": OTHER, "code": "1"}]},
            "/verification_codes/0/phone_number",
        ),
        (
            "validation_codes",
            {"verification_codes": [{"phone_number": NUMBER, "code": 12345}]},
            "/verification_codes/0/code",
        ),
    ],
)
async def test_a_wrong_code_request_is_refused_and_the_wrong_part_is_named(
    driver: Driver, call: str, body: object, place: str
) -> None:
    order_id = await driver.create(NUMBER)
    assert pointer(await driver.post(f"{ORDERS}/{order_id}/{call}", body)) == (422, place)


@pytest.mark.parametrize(
    ("documents", "place"),
    [
        ({"loa": DOCUMENTS["loa"]}, "/bill"),
        ({"bill": DOCUMENTS["bill"]}, "/loa"),
        ({**DOCUMENTS, "loa": ("loa.pdf", b"PK\x03\x04", PDF_TYPE)}, "/loa"),
        ({**DOCUMENTS, "bill": ("bill.pdf", PDF, "image/png")}, "/bill"),
        ({**DOCUMENTS, "bill": ("bill.pdf", PDF.ljust(5 * 1024 * 1024 + 1), PDF_TYPE)}, "/bill"),
    ],
    ids=["no bill", "no LOA", "a zip", "another media type", "over 5 MB"],
)
async def test_documents_that_are_not_two_small_pdfs_are_refused(
    driver: Driver, documents: dict[str, object], place: str
) -> None:
    order_id = await driver.create(NUMBER)
    await driver.verify(order_id, NUMBER)
    assert pointer(await driver.upload(order_id, documents)) == (422, place)
    assert (await driver.truth(order_id))["uploads"] == []


async def test_an_upload_is_kept_by_its_hashes_and_needs_verified_numbers_unless_the_setting_says_otherwise(
    driver: Driver,
) -> None:
    order_id = await driver.create(NUMBER, OTHER)
    await driver.verify(order_id, NUMBER)
    assert pointer(await driver.upload(order_id)) == (422, "/phone_numbers")
    await driver.control("settings", {"upload_needs_verified": False})
    assert (await driver.upload(order_id)).status_code == 200
    hashes = {f"{name}_sha256": hashlib.sha256(document[1]).hexdigest() for name, document in DOCUMENTS.items()}
    assert (await driver.truth(order_id))["uploads"] == [hashes]
    await driver.until_order(order_id, "successful")
    assert await driver.statuses(order_id) == {NUMBER: "successful", OTHER: "failed_ownership_verification"}


async def test_numbers_that_were_taken_out_or_failed_do_not_hold_up_the_documents(driver: Driver) -> None:
    third = "+12125550103"
    order_id = await driver.create(NUMBER, OTHER, third)
    await driver.verify(order_id, NUMBER)
    await driver.control(f"orders/{order_id}/status", {"numbers": {OTHER: None, third: "failed"}})
    assert (await driver.upload(order_id)).status_code == 200


async def test_a_final_order_accepts_neither_documents_nor_code_requests(driver: Driver) -> None:
    order_id = await driver.into_review(NUMBER)
    await driver.until_order(order_id, "successful")
    assert (await driver.upload(order_id)).status_code == 409
    body = {"phone_numbers": [NUMBER], "verification_method": "sms"}
    assert (await driver.post(f"{ORDERS}/{order_id}/verification_codes", body)).status_code == 409


async def test_the_same_numbers_ordered_twice_make_two_orders(driver: Driver) -> None:
    assert await driver.create(NUMBER) != await driver.create(NUMBER)
    assert len(await driver.control("orders")) == 2


async def test_a_deleted_order_is_listed_cannot_be_deleted_again_and_switches_its_numbers_off(driver: Driver) -> None:
    order_id = await driver.into_review(NUMBER)
    await driver.until_order(order_id, "successful")
    assert await driver.eligibility(NUMBER) == ["NUMBER_CAN_NOT_BE_ACTIVE_IN_YOUR_ACCOUNT"]
    deleted = await driver.client.delete(f"{ORDERS}/{order_id}")
    assert [n["status"] for n in deleted.json()["data"]["phone_numbers"]] == ["deleted"]
    assert await driver.data("/v2/messaging_hosted_numbers") == []
    assert [order["status"] for order in await driver.data(ORDERS)] == ["deleted"]
    again = await driver.client.delete(f"{ORDERS}/{order_id}")
    assert (again.status_code, again.json()["errors"][0]["code"]) == (404, "10005")


async def test_a_deleted_order_is_no_longer_reviewed(driver: Driver) -> None:
    order_id = await driver.into_review(NUMBER)
    await driver.client.delete(f"{ORDERS}/{order_id}")
    later = await driver.into_review(OTHER)
    await driver.until_order(later, "successful")
    assert await driver.statuses(order_id) == {NUMBER: "deleted"}


async def test_eligibility_depends_on_format_country_and_repetition(driver: Driver) -> None:
    asked = [NUMBER, NUMBER, "2125550101", "+1212555", "+442071838750"]
    assert await driver.eligibility(*asked) == [
        "ELIGIBLE",
        "NUMBER_CAN_NOT_BE_REPEATED",
        "NUMBER_IS_NOT_IN_E164_FORMAT",
        "NUMBER_IS_NOT_IN_E164_FORMAT",
        "NUMBER_IS_NOT_A_US_NUMBER",
    ]


@pytest.mark.parametrize(
    ("numbers", "profile", "place"),
    [
        ([], PROFILE, "/phone_numbers"),
        ([NUMBER, NUMBER], PROFILE, "/phone_numbers/1"),
        ([NUMBER], "00000000-0000-4000-8000-000000000404", "/messaging_profile_id"),
        ([NUMBER], "support", "/messaging_profile_id"),
    ],
)
async def test_a_wrong_order_is_refused_and_the_wrong_part_is_named(
    driver: Driver, numbers: list[str], profile: str, place: str
) -> None:
    assert pointer(await driver.try_create(*numbers, profile=profile)) == (422, place)
    assert await driver.control("orders") == []


async def test_what_cannot_be_read_or_found_is_answered_in_the_envelope(driver: Driver) -> None:
    broken = await driver.client.post(ORDERS, content=b"{", headers={"content-type": "application/json"})
    assert (broken.status_code, broken.json()["errors"][0]["title"]) == (400, "Bad Request")
    assert (await driver.client.get(f"{ORDERS}/none")).json()["errors"][0]["code"] == "10005"
    assert (await driver.client.get("/v2/none")).status_code == 404
    assert (await driver.client.put(ORDERS)).status_code == 405
    keyless = await driver.client.get(ORDERS, headers={"authorization": ""})
    assert (keyless.status_code, keyless.json()["errors"][0]["code"]) == (401, "10009")


@pytest.mark.parametrize(
    "header", [b"Content-Type: text/plain; charset=none", b"Content-Length: x", b"a b: c", b"\x00: c"]
)
async def test_a_part_whose_headers_cannot_be_read_is_refused(driver: Driver, header: bytes) -> None:
    order_id = await driver.create(NUMBER)
    reply = await driver.client.post(
        f"{ORDERS}/{order_id}/actions/file_upload",
        content=b'--x\r\nContent-Disposition: form-data; name="loa"\r\n%b\r\n\r\na\r\n--x--' % header,
        headers={"content-type": "multipart/form-data; boundary=x"},
    )
    assert reply.status_code in {400, 422}
