"""Each kind of fault does what its name says and nothing else; the same seed gives the same faults."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import httpx
import pytest

from simulator.faults import CALLS, STRANGER_FORMS, Faults, Plan
from tests.simulator.driver import DOCUMENTS, ORDERS, Driver, client_of, until

NUMBER, OTHER, THIRD = "+12125550101", "+12125550102", "+12125550103"
Attempt = Callable[[], Awaitable[httpx.Response]]
GONE = (httpx.TransportError,)


async def count_orders(driver: Driver) -> int:
    return len(await driver.control("orders"))


async def test_reset_breaks_the_connection_sometimes_before_and_sometimes_after_the_commit(driver: Driver) -> None:
    await driver.faults("reset", calls=["create"], seed=3)
    for place in range(12):
        with pytest.raises(GONE):
            await driver.try_create(f"+121255501{place:02}")
    assert 0 < await count_orders(driver) < 12
    assert set(await driver.statuses_of_calls()) == {None}


async def test_slow_answers_late_but_correctly(driver: Driver) -> None:
    await driver.faults("slow", calls=["create"], delay=0.2)
    began = time.monotonic()
    assert (await driver.try_create(NUMBER)).status_code == 200
    assert time.monotonic() - began >= 0.2


async def test_two_delays_are_the_bounds_between_which_each_fault_draws_its_own(driver: Driver) -> None:
    await driver.faults("slow", calls=["create"], delay=[0.1, 0.4])
    taken = []
    for place in range(6):
        began = time.monotonic()
        await driver.try_create(f"+121255504{place:02}")
        taken.append(time.monotonic() - began)
    assert min(taken) >= 0.1
    assert max(taken) - min(taken) > 0.05


async def test_timeout_after_commit_commits_and_never_answers(driver: Driver) -> None:
    await driver.faults("timeout_after_commit", calls=["create"])
    with pytest.raises(httpx.ReadTimeout):
        await driver.post(ORDERS, {"phone_numbers": [NUMBER]}, timeout=0.3)
    assert await count_orders(driver) == 1


async def test_late_commit_comes_after_the_client_gave_up(driver: Driver) -> None:
    await driver.faults("late_commit", calls=["create"], delay=1)
    with pytest.raises(httpx.ReadTimeout):
        await driver.post(ORDERS, {"phone_numbers": [NUMBER]}, timeout=0.1)
    assert await count_orders(driver) == 0
    await until(lambda: count_orders(driver), lambda count: count == 1)


async def test_late_commit_cuts_off_a_client_that_still_waits_and_then_commits(driver: Driver) -> None:
    await driver.faults("late_commit", calls=["create"], delay=0.1)
    with pytest.raises(GONE):
        await driver.try_create(NUMBER)
    assert await count_orders(driver) == 0
    await until(lambda: count_orders(driver), lambda count: count == 1)


async def test_a_late_upload_keeps_the_files_of_a_client_that_has_gone(driver: Driver) -> None:
    order_id = await driver.create(NUMBER)
    await driver.verify(order_id, NUMBER)
    await driver.faults("late_commit", calls=["upload"], delay=0.1)
    with pytest.raises(GONE):
        await driver.upload(order_id)
    await driver.until_order(order_id, "successful")
    assert len((await driver.truth(order_id))["uploads"]) == 1


async def test_a_stale_list_lacks_the_newest_orders(driver: Driver) -> None:
    order_id = await driver.create(NUMBER)
    await driver.faults("stale_list")
    assert await driver.data(ORDERS) == []
    assert (await driver.order(order_id))["id"] == order_id
    await driver.faults("stale_list", delay=0)
    assert [order["id"] for order in await driver.data(ORDERS)] == [order_id]


async def test_a_shuffled_list_has_the_same_orders_in_another_order(driver: Driver) -> None:
    ids = [await driver.create(f"+121255502{place:02}") for place in range(20)]
    await driver.faults("shuffled_list")
    seen = [order["id"] for order in await driver.data(ORDERS)]
    assert sorted(seen) == sorted(ids)
    assert seen != ids[::-1]


async def test_subset_create_orders_only_a_part_of_the_numbers(driver: Driver) -> None:
    await driver.faults("subset_create")
    order = await driver.order(await driver.create(NUMBER, OTHER, THIRD))
    assert [number["phone_number"] for number in order["phone_numbers"]] == [NUMBER, OTHER]
    assert len((await driver.order(await driver.create(NUMBER)))["phone_numbers"]) == 1


async def test_empty_create_makes_an_order_without_numbers(driver: Driver) -> None:
    await driver.faults("empty_create")
    assert (await driver.order(await driver.create(NUMBER, OTHER)))["phone_numbers"] == []


@pytest.mark.parametrize(
    ("kind", "code"), [("500", "10007"), ("503", "10036"), ("429", "10011"), ("401", "10009"), ("409", "10021")]
)
async def test_an_http_status_is_answered_in_the_envelope_and_nothing_is_committed(
    driver: Driver, kind: str, code: str
) -> None:
    await driver.faults(kind, calls=["create"])
    reply = await driver.try_create(NUMBER)
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (int(kind), code)
    assert await count_orders(driver) == 0
    assert (reply.headers["x-ratelimit-remaining"] == "0") == (kind == "429")


@pytest.mark.parametrize("form", STRANGER_FORMS)
async def test_a_stranger_answers_with_any_status_and_without_telnyx_envelope(
    driver: Driver, address: str, form: str
) -> None:
    headers = {"authorization": "Bearer KEY_any"}
    async with httpx.AsyncClient(base_url=address, headers=headers) as plain:
        for place, status in enumerate((200, 302, 403, 404, 407, 451, 502) * 2):
            await driver.faults(f"{form}_{status}", calls=["create"], seed=place)
            reply = await plain.post(ORDERS, json={"phone_numbers": [f"+121255503{place:02}"]})
            assert (reply.status_code, "errors" in reply.text, "data" in reply.text) == (status, False, False)
    assert 0 < await count_orders(driver) < 14, "some calls reached the API, and some did not"


async def test_a_4xx_names_the_pointer_of_the_plan(driver: Driver) -> None:
    await driver.faults("422", pointer="/phone_numbers/7")
    reply = await driver.try_create(NUMBER)
    assert reply.json()["errors"][0]["source"] == {"pointer": "/phone_numbers/7"}


async def test_an_eligibility_401_is_one_bare_error(driver: Driver) -> None:
    await driver.faults("401", calls=["eligibility"])
    reply = await driver.post(f"{ORDERS}/eligibility_numbers_check", {"phone_numbers": [NUMBER]})
    assert reply.json()["code"] == "10009"


async def test_every_call_can_fail_alone(driver: Driver) -> None:
    order_id = await driver.create(NUMBER)
    path = f"{ORDERS}/{order_id}"
    attempts: dict[str, Attempt] = {
        "eligibility": lambda: driver.client.post(f"{ORDERS}/eligibility_numbers_check", json={"phone_numbers": ["x"]}),
        "create": lambda: driver.try_create("not a number"),
        "list": lambda: driver.client.get(ORDERS),
        "get": lambda: driver.client.get(path),
        "request_codes": lambda: driver.client.post(f"{path}/verification_codes", json={}),
        "submit_codes": lambda: driver.client.post(f"{path}/validation_codes", json={}),
        "upload": lambda: driver.client.post(f"{path}/actions/file_upload", files=DOCUMENTS),
        "hosted_numbers": lambda: driver.client.get("/v2/messaging_hosted_numbers"),
        "profile": lambda: driver.client.get("/v2/messaging_profiles/unknown"),
        "transfer": lambda: driver.client.post(f"{path}/approve", params={"token": "x"}),
        "delete": lambda: driver.client.delete(f"{ORDERS}/none"),
    }
    assert set(attempts) == set(CALLS)
    for name in CALLS:
        await driver.faults("503", calls=[name])
        assert {other for other, attempt in attempts.items() if (await attempt()).status_code == 503} == {name}


async def test_the_control_surface_never_fails(driver: Driver) -> None:
    await driver.faults("500")
    assert await driver.control("orders") == []
    assert (await driver.control("faults", {}))["kinds"] == []
    assert (await driver.try_create(NUMBER)).status_code == 200


async def test_faults_stop_after_the_given_number_of_times(driver: Driver) -> None:
    await driver.faults("500", times=2)
    replies = [(await driver.client.get(ORDERS)).status_code for _ in range(4)]
    assert replies == [500, 500, 200, 200]


async def test_a_call_without_an_answer_holds_up_no_other(driver: Driver, address: str) -> None:
    await driver.faults("timeout_after_commit", calls=["create"])
    async with client_of(address) as held:
        waiting = asyncio.create_task(held.post(ORDERS, json={"phone_numbers": [NUMBER]}))
        await until(lambda: count_orders(driver), lambda count: count == 1)
        assert len(await driver.data(ORDERS)) == 1
        waiting.cancel()


def drawn(seed: int, *calls: str) -> list[str | None]:
    faults = Faults()
    faults.replace(Plan(kinds=("500", "429", "reset"), rate=0.5, seed=seed))
    return [fault.kind if (fault := faults.draw(call)) else None for call in calls]


def test_the_same_seed_draws_the_same_faults_and_another_seed_others() -> None:
    calls = ["create"] * 50
    assert drawn(1, *calls) == drawn(1, *calls)
    assert drawn(1, *calls) != drawn(2, *calls)
    assert 10 < sum(kind is not None for kind in drawn(1, *calls)) < 40


def test_other_calls_in_between_do_not_change_the_faults_of_a_call() -> None:
    mixed = drawn(1, *["get", "create", "list"] * 20)
    assert mixed[1::3] == drawn(1, *["create"] * 20)


async def test_faults_are_counted_by_kind_under_all_plans_together(driver: Driver) -> None:
    await driver.faults("500", times=2)
    for _ in range(3):
        await driver.try_create(NUMBER)
    await driver.faults("slow", calls=["list"], delay=0)
    await driver.data(ORDERS)
    assert await driver.control("faults") == {"500": 2, "slow": 1}
