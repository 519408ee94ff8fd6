"""A list is read to its end, and read again when it moved: an order that was missed would be ordered twice."""

from collections.abc import Callable

import httpx
import pytest

from telnyx_api.client import TelnyxClient
from telnyx_api.errors import OutcomeUnknown, TryLater
from telnyx_api.pages import MOST_READINGS

PageOf = Callable[[int, int], tuple[list[str], dict[str, int] | None]]


def listing(page_of: PageOf) -> tuple[TelnyxClient, list[int]]:
    """A client whose n-th request for page p gets `page_of(n, p)`: ids and meta; and the pages asked for so far."""
    asked: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page[number]"])
        asked.append(page)
        ids, meta = page_of(len(asked), page)
        rows = [{"id": name, "phone_number": name} for name in ids]
        return httpx.Response(200, json={"data": rows} if meta is None else {"data": rows, "meta": meta})

    return TelnyxClient("KEY", "https://telnyx.test/v2", transport=httpx.MockTransport(answer)), asked


def meta(pages: int, results: int) -> dict[str, int]:
    return {"page_number": 1, "page_size": 250, "total_pages": pages, "total_results": results}


async def test_all_pages_are_read_with_a_sign_of_life_after_each() -> None:
    client, asked = listing(lambda _n, page: ([f"o-{page}a", f"o-{page}b"], meta(3, 6)))
    signs: list[tuple[int, int]] = []
    orders = await client.all_orders(lambda page, total: signs.append((page, total)))
    assert [order.id for order in orders] == ["o-1a", "o-1b", "o-2a", "o-2b", "o-3a", "o-3b"]
    assert signs == [(1, 3), (2, 3), (3, 3)]
    assert asked == [1, 2, 3]


async def test_an_account_without_orders_has_an_empty_list() -> None:
    for pages in (0, 1):
        client, asked = listing(lambda _n, _page, pages=pages: ([], meta(pages, 0)))  # type: ignore[misc]  # the default binds the loop's value
        assert await client.all_orders() == []
        assert asked == [1]


async def test_a_total_that_changes_on_the_way_starts_the_reading_anew() -> None:
    """An order came while page 2 was on its way and pushed `o-2` over the edge, where nobody looked any more."""

    def moving(n: int, page: int) -> tuple[list[str], dict[str, int]]:
        if n == 1:
            return ["o-1", "o-2"], meta(3, 5)
        return {1: ["o-0", "o-1"], 2: ["o-2", "o-3"], 3: ["o-4", "o-5"]}[page], meta(3, 6)

    client, asked = listing(moving)
    assert [order.id for order in await client.all_orders()] == ["o-0", "o-1", "o-2", "o-3", "o-4", "o-5"]
    assert asked == [1, 2, 1, 2, 3], "a third page of a list that moved is of no use"


async def test_an_entry_seen_twice_means_that_another_was_missed() -> None:
    """One came and one went between two pages: the total is the same, only the count of different ids tells."""

    def shifted(n: int, page: int) -> tuple[list[str], dict[str, int]]:
        if n == 2:
            return ["o-2", "o-4"], meta(2, 4)
        return {1: ["o-1", "o-2"], 2: ["o-3", "o-4"]}[page], meta(2, 4)

    client, _ = listing(shifted)
    assert sorted(order.id for order in await client.all_orders()) == ["o-1", "o-2", "o-3", "o-4"]


async def test_a_list_that_never_holds_still_is_given_up_for_now() -> None:
    client, asked = listing(lambda n, _page: ([f"o-{n}"], meta(2, n)))
    with pytest.raises(TryLater, match="changed during each of"):
        await client.all_orders()
    assert len(asked) == 2 * MOST_READINGS


async def test_a_total_that_its_pages_do_not_hold_is_never_taken_for_whole() -> None:
    client, _ = listing(lambda _n, _page: (["o-1"], meta(1, 2)))
    with pytest.raises(TryLater):
        await client.all_orders()


async def test_a_server_that_repeats_one_page_for_ever_does_not_hold_us() -> None:
    client, asked = listing(lambda _n, _page: (["o-1"], meta(10**9, 10**9)))
    with pytest.raises(TryLater):
        await client.all_orders()
    assert len(asked) == 2 * MOST_READINGS


async def test_without_totals_the_first_empty_page_is_the_end() -> None:
    client, asked = listing(lambda _n, page: ([f"o-{page}"] if page < 3 else [], None))
    assert [order.id for order in await client.all_orders()] == ["o-1", "o-2"]
    assert asked == [1, 2, 3]


async def test_an_order_without_an_id_spoils_the_list() -> None:
    client, _ = listing(lambda _n, _page: (["o-1", ""], meta(1, 2)))
    with pytest.raises(OutcomeUnknown):
        await client.all_orders()


async def test_hosted_numbers_are_read_to_the_end_too() -> None:
    client, asked = listing(lambda _n, page: ([f"+1212555010{page}"], meta(2, 2)))
    found = await client.all_hosted_numbers(messaging_profile_id="p-1")
    assert [number.phone_number for number in found] == ["+12125550101", "+12125550102"]
    assert asked == [1, 2]
