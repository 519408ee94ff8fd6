"""The control surface, which acts as reviewer, carrier and portal; and the pages of the lists."""

import pytest

from tests.simulator.driver import NUMBERS, ORDERS, PROFILE, Driver

NUMBER, OTHER = "+12125550101", "+12125550102"


async def test_a_status_set_by_hand_ends_the_review(driver: Driver) -> None:
    order_id = await driver.into_review(NUMBER)
    await driver.control(f"orders/{order_id}/status", {"order": "compliance_review_failed"})
    later = await driver.into_review(OTHER)
    await driver.until_order(later, "successful")
    assert (await driver.truth(order_id))["status"] == "compliance_review_failed"


async def test_new_documents_after_a_refusal_by_hand_are_reviewed_again(driver: Driver) -> None:
    order_id = await driver.into_review(NUMBER)
    await driver.control(f"orders/{order_id}/status", {"order": "loa_file_invalid"})
    assert (await driver.upload(order_id)).status_code == 200
    await driver.until_order(order_id, "successful")


async def test_any_status_can_be_set_and_a_number_taken_out(driver: Driver) -> None:
    order_id = await driver.create(NUMBER, OTHER)
    body = {"order": "never_heard_of", "numbers": {NUMBER: "nor_of_this", OTHER: None}}
    await driver.control(f"orders/{order_id}/status", body)
    truth = await driver.truth(order_id)
    assert truth["status"] == "never_heard_of"
    assert truth["phone_numbers"] == [{"phone_number": NUMBER, "status": "nor_of_this"}]
    driver.expect_unknown_statuses()
    assert (await driver.order(order_id))["status"] == "never_heard_of"


async def test_a_number_made_successful_by_hand_is_in_the_inventory_until_it_fails(driver: Driver) -> None:
    order_id = await driver.create(NUMBER)
    await driver.control(f"orders/{order_id}/status", {"order": "successful", "numbers": {NUMBER: "successful"}})
    assert [row["phone_number"] for row in await driver.data(NUMBERS)] == [NUMBER]
    await driver.control(f"orders/{order_id}/status", {"numbers": {NUMBER: "failed"}})
    assert await driver.data(NUMBERS) == []


async def test_a_number_verified_in_the_portal_needs_no_code_for_the_upload(driver: Driver) -> None:
    order_id = await driver.create(NUMBER)
    await driver.control(f"orders/{order_id}/status", {"numbers": {NUMBER: "ownership_successful"}})
    assert await driver.submit(order_id, {NUMBER: "00000"}) == ["already_verified"]
    assert (await driver.upload(order_id)).status_code == 200


async def test_one_numbers_answers_can_be_changed_and_changed_back(driver: Driver) -> None:
    path = f"numbers/{NUMBER}"
    await driver.control(path, {"eligible_status": "NUMBER_CAN_NOT_BE_WIRELESS", "code_error": "no route"})
    assert await driver.eligibility(NUMBER) == ["NUMBER_CAN_NOT_BE_WIRELESS"]
    await driver.control(path, {"eligible_status": None})
    order_id = await driver.create(NUMBER)
    assert (await driver.request_codes(order_id, NUMBER))[0]["error"] == "no route"
    await driver.control(path, {"code_error": None})
    assert "error" not in (await driver.request_codes(order_id, NUMBER))[0]


async def test_a_number_can_be_put_into_the_inventory_and_taken_out(driver: Driver) -> None:
    await driver.control(f"numbers/{NUMBER}", {"in_inventory": True})
    assert await driver.eligibility(NUMBER) == ["NUMBER_CAN_NOT_BE_ACTIVE_IN_YOUR_ACCOUNT"]
    held = await driver.data(NUMBERS)
    answer = await driver.client.delete(f"{NUMBERS}/{held[0]['id']}")
    assert answer.json()["data"]["phone_numbers"][0]["status"] == "deleted"
    assert await driver.data(NUMBERS) == []
    await driver.control(f"numbers/{NUMBER}", {"in_inventory": True})
    await driver.control(f"numbers/{NUMBER}", {"in_inventory": False})
    assert await driver.eligibility(NUMBER) == ["ELIGIBLE"]


async def test_every_api_call_is_recorded_with_its_status(driver: Driver) -> None:
    await driver.client.get(ORDERS)
    await driver.client.get(f"{ORDERS}/none")
    calls = await driver.control("calls")
    assert [(call["method"], call["path"], call["status"]) for call in calls] == [
        ("GET", ORDERS, 200),
        ("GET", f"{ORDERS}/none", 404),
    ]
    assert set(calls[0]) == {"at", "method", "path", "query", "status"}


async def test_the_inbox_needs_no_escaped_plus_and_shows_all_handsets_without_a_number(driver: Driver) -> None:
    order_id = await driver.create(NUMBER, OTHER)
    await driver.request_codes(order_id, OTHER, NUMBER)
    escaped = (await driver.client.get(f"/_simulator/inbox?phone_number=%2B{NUMBER[1:]}")).json()
    plain = (await driver.client.get(f"/_simulator/inbox?phone_number={NUMBER}")).json()
    assert escaped == plain
    assert set(plain[0]) == {"phone_number", "method", "code"}
    assert [message["phone_number"] for message in await driver.control("inbox")] == [OTHER, NUMBER]


async def test_a_profile_can_be_made_unknown_and_known_again(driver: Driver) -> None:
    await driver.control(f"profiles/{PROFILE}", {"unknown": True})
    assert (await driver.client.get(f"/v2/messaging_profiles/{PROFILE}")).status_code == 404
    assert (await driver.try_create(NUMBER)).status_code == 422
    shown = await driver.control(f"profiles/{PROFILE}", {"unknown": False, "webhook_url": "http://127.0.0.1:9/x"})
    assert shown == await driver.data(f"/v2/messaging_profiles/{PROFILE}")


async def test_the_table_of_test_numbers_can_be_read(driver: Driver) -> None:
    table = await driver.control("test_numbers")
    assert {"phone_number", "name", "promise"} == set(table[0])


@pytest.mark.parametrize(
    ("path", "body", "wrong"),
    [
        ("faults", {"kinds": ["fire"]}, "fire"),
        ("faults", {"kinds": ["200"]}, "200"),
        ("faults", {"calls": ["erase"]}, "erase"),
        ("faults", {"rate": 2}, "rate"),
        ("faults", {"kinds": "reset"}, "kinds"),
        ("faults", {"color": 1}, "color"),
        *(("faults", {"delay": delay}, "delay") for delay in ([1], [2, 1], [1, 2, 3], ["a", "b"], [-1, 1], "1", True)),
        ("settings", {"review_seconds": -1}, "review_seconds"),
        ("numbers/+12125550101", {"in_inventory": "yes"}, "in_inventory"),
        ("profiles/x", {"webhook_url": 5}, "webhook_url"),
    ],
)
async def test_a_wrong_control_body_gets_one_sentence_that_names_it(
    driver: Driver, path: str, body: object, wrong: str
) -> None:
    reply = await driver.client.post(f"/_simulator/{path}", json=body)
    assert (reply.status_code, reply.text.count("\n"), reply.text[-1]) == (400, 0, ".")
    assert wrong in reply.text


async def test_a_status_for_an_unknown_order_or_number_is_refused(driver: Driver) -> None:
    order_id = await driver.create(NUMBER)
    reply = await driver.client.post(f"/_simulator/orders/{order_id}/status", json={"numbers": {OTHER: "failed"}})
    assert (reply.status_code, OTHER in reply.text) == (400, True)
    assert (await driver.client.post("/_simulator/orders/none/status", json={})).status_code == 404
    broken = await driver.client.post(f"/_simulator/orders/{order_id}/status", content=b"[")
    assert broken.status_code == 400


async def test_orders_are_listed_newest_first_page_by_page(driver: Driver) -> None:
    ids = [await driver.create(f"+121255502{place:02}") for place in range(5)]
    seen = []
    for number in (1, 2, 3):
        reply = await driver.client.get(ORDERS, params={"page[number]": number, "page[size]": 2})
        seen += [order["id"] for order in reply.json()["data"]]
        assert reply.json()["meta"] == {"page_number": number, "page_size": 2, "total_pages": 3, "total_results": 5}
    assert seen == ids[::-1]
    assert await driver.data(ORDERS, **{"page[number]": 9}) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("page[size]", 251), ("page[size]", 0), ("page[number]", 0), ("page[number]", "x"), ("page[number]", "9" * 5000)],
)
async def test_a_page_outside_the_limits_is_refused_with_the_parameter(
    driver: Driver, name: str, value: object
) -> None:
    reply = await driver.client.get(ORDERS, params={name: str(value)})
    assert (reply.status_code, reply.json()["errors"][0]["source"]) == (422, {"parameter": name})


async def test_active_numbers_are_filtered_sorted_and_paged(driver: Driver) -> None:
    for tail in ("03", "01", "02"):
        await driver.control(f"numbers/+121255501{tail}", {"in_inventory": True})
    await driver.client.patch(f"{NUMBERS}/%2B12125550102", json={"messaging_profile_id": PROFILE})

    async def found(**params: str) -> list[str]:
        return [row["phone_number"][-2:] for row in await driver.data(NUMBERS, **params)]

    assert await found(**{"sort[phone_number]": "asc"}) == ["01", "02", "03"]
    assert await found(**{"sort[phone_number]": "desc", "page[size]": "2", "page[number]": "2"}) == ["01"]
    assert await found(**{"filter[phone_number]": "+12125550103"}) == ["03"]
    assert await found(**{"filter[phone_number][contains]": "0101"}) == ["01"]
    assert await found(**{"filter[messaging_profile_id]": PROFILE}) == ["02"]
    wrong = await driver.client.get(NUMBERS, params={"sort[phone_number]": "up"})
    assert wrong.status_code == 422


async def test_a_change_keeps_what_it_leaves_out_and_refuses_an_unknown_profile(driver: Driver) -> None:
    await driver.control(f"numbers/{NUMBER}", {"in_inventory": True})
    path = f"{NUMBERS}/%2B{NUMBER[1:]}"
    await driver.client.patch(path, json={"messaging_profile_id": PROFILE, "tags": ["a"]})
    kept = (await driver.client.patch(path, json={"messaging_profile_id": None, "messaging_product": "P2P"})).json()
    assert (kept["data"]["messaging_profile_id"], kept["data"]["tags"]) == (PROFILE, ["a"])
    assert (await driver.client.patch(path, json={"messaging_profile_id": "unknown"})).status_code == 422
    assert (await driver.client.patch(path, json={"tags": "a"})).status_code == 422
    assert (await driver.client.delete(path)).status_code == 404
