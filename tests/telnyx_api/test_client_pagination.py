"""A list is read to its end, and again when an entry may have been missed: a missed order would be placed twice.

When that is so is tested in test_whole_list_rule.py.
"""

import json
from collections.abc import Callable, Sequence

import httpx
import pytest

from telnyx_api import pagination
from telnyx_api.client import TelnyxClient
from telnyx_api.errors import OutcomeUnknown, TryLater
from telnyx_api.pagination import MAX_READINGS, PAGE_SIZE, Window

Shown = Callable[[int], Sequence[str]]
Answer = tuple[Sequence[object], dict[str, int] | None]
PageOf = Callable[[int, Window], Answer]


def serving(page_of: PageOf) -> tuple[TelnyxClient, list[Window]]:
    """A client whose n-th request gets the rows and the `meta` of `page_of(n, window)`. Also what was asked so far."""
    asked: list[Window] = []

    def answer(request: httpx.Request) -> httpx.Response:
        params = request.url.params
        asked.append(Window(int(params["page[number]"]), int(params["page[size]"])))
        rows, meta = page_of(len(asked), asked[-1])
        body = {"data": rows} if meta is None else {"data": rows, "meta": meta}
        return httpx.Response(200, content=json.dumps(body).encode())

    return TelnyxClient("KEY", "https://telnyx.test/v2", transport=httpx.MockTransport(answer)), asked


def listing(shown: Shown, *, says: Sequence[str] = ("total_pages", "total_results")) -> PageOf:
    """Pages of the list that the n-th request sees; `says` are the fields of `meta`."""

    def page_of(n: int, window: Window) -> Answer:
        names = shown(n)
        rows = [{"id": name, "phone_number": name, "phone_numbers": []} for name in names[window.start : window.end]]
        meta = {"total_pages": -(-len(names) // window.size), "total_results": len(names)}
        return rows, {field: meta[field] for field in says} if says else None

    return page_of


def numbered(count: int, *, newest: int = 0) -> list[str]:
    """The names of a list, newest first. With `newest` some have appeared in front."""
    return [f"o-{place}" for place in range(-newest, count)]


@pytest.mark.parametrize("says", [("total_pages", "total_results"), ("total_pages",), ("total_results",), ()])
@pytest.mark.parametrize("size", [0, 1, 2, 3, 249, 250, 251, 600])
async def test_every_entry_is_read_also_when_telnyx_says_little_of_its_pages(says: tuple[str, ...], size: int) -> None:
    client, _ = serving(listing(lambda _n: numbered(size), says=says))
    assert [order.id for order in await client.all_orders()] == numbered(size)
    assert [number.phone_number for number in await client.all_hosted_numbers()] == numbered(size)


async def test_a_list_on_one_page_takes_one_call() -> None:
    for size in (0, 250):
        client, asked = serving(listing(lambda _n, size=size: numbered(size)))  # type: ignore[misc]  # the default binds the loop's value
        assert len(await client.all_orders()) == size
        assert asked == [Window(1, PAGE_SIZE)]


async def test_a_list_that_lost_an_entry_is_read_again() -> None:
    """`o-250` slipped to the first page after that was read."""
    client, asked = serving(listing(lambda n: numbered(600)[n > 1 :]))
    found = {order.id for order in await client.all_orders()}
    assert found == set(numbered(600)[1:])
    assert [window.number for window in asked] == [1, 2, 1, 2, 3]


async def test_a_list_that_grows_during_every_reading_is_read_once() -> None:
    client, asked = serving(listing(lambda n: numbered(2000, newest=20 * n)))
    assert set(numbered(2000)) <= {order.id for order in await client.all_orders()}
    assert len(asked) == 10


@pytest.mark.parametrize(
    ("page_of", "requests"),
    [
        (listing(lambda n: numbered(1000)[n:]), 2),
        (lambda _n, _window: ([{"id": "o-1"}], {"total_pages": 1, "total_results": 2}), 2),
        (lambda _n, _window: ([{"id": "o-1"}] * 250, {"total_pages": 10**9, "total_results": 10**9}), 2),
        (listing(lambda n: numbered(1000)[:: 1 if n % 2 else -1]), 2),
    ],
    ids=["it keeps shrinking", "the total is not what it holds", "one page is repeated for ever", "it turns around"],
)
async def test_a_list_that_does_not_hold_still_is_given_up(page_of: PageOf, requests: int) -> None:
    client, asked = serving(page_of)
    with pytest.raises(TryLater):
        await client.all_orders()
    assert len(asked) == requests * MAX_READINGS


async def test_a_list_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagination, "MAX_PAGES", 20)
    client, asked = serving(listing(lambda _n: numbered(10_000)))
    with pytest.raises(TryLater):
        await client.all_orders()
    assert len(asked) == 20


@pytest.mark.parametrize(
    "row",
    [
        {"id": "", "phone_numbers": []},
        {"id": "o 1", "phone_numbers": []},
        {"id": ["o-1"], "phone_numbers": []},
        {"id": "o-1", "phone_numbers": [{"phone_number": ""}]},
        {"id": "o-1", "phone_numbers": [{}]},
        {"id": "o-1", "phone_numbers": "+12125550101"},
        {"phone_numbers": []},
        "o-1",
        None,
    ],
)
async def test_a_bad_row_makes_the_list_unusable_although_no_one_asked_for_it(row: object) -> None:
    client, _ = serving(lambda _n, _window: ([row], {"total_pages": 1, "total_results": 1}))
    with pytest.raises(OutcomeUnknown):
        await client.all_orders(named=["+12125550199"])


@pytest.mark.parametrize("key", ["phone_number", "value"])
async def test_only_orders_with_one_of_the_names_are_kept(key: str) -> None:
    rows = [{"id": f"o-{place}", "phone_numbers": [{key: f"+1212555010{place}"}, {key: "+12125550109"}]}
            for place in range(4)]  # fmt: skip
    client, _ = serving(lambda _n, _window: (rows, {"total_pages": 1, "total_results": 4}))
    found = await client.all_orders(named=["o-2", "+12125550101", "o-unknown"])
    assert [order.id for order in found] == ["o-1", "o-2"]
    assert [number.phone_number for number in found[0].phone_numbers] == ["+12125550101", "+12125550109"]
    assert len(await client.all_orders(named=["+12125550109"])) == 4
