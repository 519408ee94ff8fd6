"""Responses of Telnyx other than replies: errors, delays, and lists that change.

tests/telnyx_api/test_client_any_body.py tests that any body raises only our errors.
"""

import asyncio
import json
import math
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import httpx
from hypothesis import assume, given
from hypothesis import strategies as st

from telnyx_api.call import Call
from telnyx_api.client import TelnyxClient
from telnyx_api.error_table import build_error
from telnyx_api.errors import TelnyxError, TryLater
from telnyx_api.pagination import MAX_READINGS, Window, read_all
from telnyx_api.replies import Page
from telnyx_api.retry_after import read_retry_after
from tests import limits
from tests.fuzz.oddities import JSON, NASTY, TEXT, drawn

KEY, CODE, NUMBER = "KEY0123456789_sesame", "918273", "+12125550101"
LEAKS = (KEY, CODE, NUMBER, NUMBER[2:], "212-555-0101")
DELAYS = TEXT | st.integers(-5, 10**14).map(str) | st.floats().map(str) | st.datetimes().map(str)
COUNTS = st.none() | st.integers(0, 5)
ROWS = st.fixed_dictionaries(
    {},
    optional={
        "code": TEXT | st.sampled_from(["10005", "20012", CODE]) | JSON,
        "title": st.sampled_from(LEAKS) | JSON,
        "detail": st.tuples(TEXT, st.sampled_from(LEAKS), TEXT).map(" ".join) | JSON,
        "source": st.dictionaries(st.sampled_from(["pointer", "parameter"]), TEXT | st.sampled_from(LEAKS)) | JSON,
    },
)


async def refused(status: int, body: object, headers: dict[str, str]) -> str:
    answer = httpx.Response(status, content=json.dumps(body).encode(), headers=headers)
    async with TelnyxClient(KEY, "https://telnyx.test/v2", transport=httpx.MockTransport(lambda _: answer)) as client:
        try:
            await client.submit_codes("o-1", {NUMBER: CODE})
        except TelnyxError as error:
            return f"{error} {error!r} {error.problems!r}"
    return ""


@drawn(120)
@given(rows=st.lists(ROWS, max_size=7), status=st.sampled_from([400, 401, 403, 404, 409, 422, 429, 500]))
async def test_no_error_holds_a_secret_that_telnyx_repeats(rows: list[Any], status: int) -> None:
    shown = await refused(status, {"errors": rows}, {})
    assert shown
    # A number may appear as "…0101", never completely.
    assert not [leak for leak in LEAKS if leak in shown], shown
    assert len(shown) < 20_000


@drawn(200)
@given(
    headers=st.dictionaries(st.sampled_from(["retry-after", "retry-after-ms", "x-ratelimit-reset"]), DELAYS),
    status=st.sampled_from([429, 503, 200]),
)
def test_a_delay_is_a_plain_number_or_none(headers: dict[str, str], status: int) -> None:
    seconds = read_retry_after(status, headers)
    assert seconds is None or (math.isfinite(seconds) and seconds >= 0)


@drawn(40)
@given(st.datetimes(datetime(1970, 1, 1), datetime(9998, 1, 1)))  # noqa: DTZ001 - the zone is added below
def test_a_future_date_is_a_delay_and_a_past_one_is_not(moment: datetime) -> None:
    at = moment.replace(tzinfo=UTC, microsecond=0)
    left = (at - datetime.now(UTC)).total_seconds()
    assume(abs(left) > 60)
    seconds = read_retry_after(503, {"retry-after": format_datetime(at, usegmt=True)})
    assert (seconds is None) if left < 0 else (seconds is not None and abs(seconds - left) < 60)


@drawn(80)
@given(body=JSON, doing=TEXT | NASTY)
def test_any_error_is_one_line(body: Any, doing: str) -> None:
    sentence = str(build_error(Call("read the order", "GET", "/"), "", 422, {}, {"errors": [body], "title": doing}))
    assert sentence.endswith(".")
    assert len(sentence.splitlines()) == 1


@drawn(100)
@given(
    script=st.lists(
        st.tuples(st.lists(st.sampled_from("abcd"), max_size=3), COUNTS, COUNTS),
        min_size=1,
        max_size=12,
    )
)
async def test_a_list_with_wrong_totals_is_given_up_after_some_pages(script: list[tuple[Any, ...]]) -> None:
    """After its script the server repeats its last page for ever, like one with a broken page counter."""
    fetched = 0

    async def fetch(_window: Window) -> tuple[list[tuple[str, str]], Page]:
        nonlocal fetched
        entries, pages, results = script[min(fetched, len(script) - 1)]
        fetched += 1
        return [(entry, entry) for entry in entries], Page(total_pages=pages, total_results=results)

    async with asyncio.timeout(limits.WAIT):
        try:
            found = await read_all(fetch, doing="list")
        except TryLater:
            found = list[str]()
    assert len(found) == len(set(found))
    assert fetched <= MAX_READINGS * 6 + len(script)
