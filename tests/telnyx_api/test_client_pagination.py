"""A list is read to its end, and again when it changed: a missed order would be placed twice."""

from collections.abc import Callable

import httpx
import pytest

from telnyx_api import pagination
from telnyx_api.client import TelnyxClient
from telnyx_api.errors import OutcomeUnknown, TryLater
from telnyx_api.pagination import MAX_READINGS

PageOf = Callable[[int, int], tuple[list[str], dict[str, int] | None]]


def listing(page_of: PageOf) -> tuple[TelnyxClient, list[int]]:
    """A client whose n-th request, for page p, gets `page_of(n, p)`: ids and meta. Also the pages asked for so far."""
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


async def test_all_pages_are_read_and_each_is_reported() -> None:
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


async def test_a_total_that_changes_starts_the_reading_again() -> None:
    """An order appeared before page 2 was read and moved `o-2` to page 1, which had been read already."""

    def moving(n: int, page: int) -> tuple[list[str], dict[str, int]]:
        if n == 1:
            return ["o-1", "o-2"], meta(3, 5)
        return {1: ["o-0", "o-1"], 2: ["o-2", "o-3"], 3: ["o-4", "o-5"]}[page], meta(3, 6)

    client, asked = listing(moving)
    assert [order.id for order in await client.all_orders()] == ["o-0", "o-1", "o-2", "o-3", "o-4", "o-5"]
    assert asked == [1, 2, 1, 2, 3], "the third page of a changed list is useless"


async def test_an_entry_seen_twice_means_that_another_was_missed() -> None:
    """One order appeared and one disappeared between two pages, so the total stays the same."""

    def shifted(n: int, page: int) -> tuple[list[str], dict[str, int]]:
        if n == 2:
            return ["o-2", "o-4"], meta(2, 4)
        return {1: ["o-1", "o-2"], 2: ["o-3", "o-4"]}[page], meta(2, 4)

    client, _ = listing(shifted)
    assert sorted(order.id for order in await client.all_orders()) == ["o-1", "o-2", "o-3", "o-4"]


@pytest.mark.parametrize(
    ("page_of", "requests"),
    [
        (lambda n, _page: ([f"o-{n}"], meta(2, n)), 2),
        (lambda _n, _page: (["o-1"], meta(1, 2)), 1),
        (lambda _n, _page: (["o-1"], meta(10**9, 10**9)), 2),
    ],
    ids=["the total keeps changing", "the total is not what the pages hold", "one page is repeated for ever"],
)
async def test_a_list_that_keeps_changing_is_given_up(page_of: PageOf, requests: int) -> None:
    client, asked = listing(page_of)
    with pytest.raises(TryLater):
        await client.all_orders()
    assert len(asked) == requests * MAX_READINGS


async def test_without_totals_the_first_empty_page_is_the_last() -> None:
    client, asked = listing(lambda _n, page: ([f"o-{page}"] if page < 3 else [], None))
    assert [order.id for order in await client.all_orders()] == ["o-1", "o-2"]
    assert asked == [1, 2, 3]


async def test_an_order_without_an_id_makes_the_list_unusable() -> None:
    client, _ = listing(lambda _n, _page: (["o-1", ""], meta(1, 2)))
    with pytest.raises(OutcomeUnknown):
        await client.all_orders()


async def test_all_pages_of_hosted_numbers_are_read() -> None:
    client, asked = listing(lambda _n, page: ([f"+1212555010{page}"], meta(2, 2)))
    found = await client.all_hosted_numbers()
    assert [number.phone_number for number in found] == ["+12125550101", "+12125550102"]
    assert asked == [1, 2]


async def test_a_list_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "MAX_PAGES", 20)
    client, asked = listing(lambda _n, page: ([f"o-{page}"], None))
    with pytest.raises(TryLater):
        await client.all_orders()
    assert asked == list(range(1, 21))
