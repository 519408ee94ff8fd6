"""Which error a response becomes: the status decides first, then Telnyx's code (docs/telnyx.md §7)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import product

import pytest

from telnyx_api.client import TelnyxClient
from telnyx_api.errors import (
    Conflict,
    FixInput,
    NeedsPerson,
    NotFound,
    OutcomeUnknown,
    Problem,
    StopAccount,
    TelnyxError,
    TryLater,
)
from tests.telnyx_api.test_client_any_body import CALLS
from tests.wording import slips

Answering = Callable[..., TelnyxClient]

CODES: dict[type[TelnyxError], list[int]] = {
    FixInput: [10002, 10004, 10006, 10015, 10016, *range(10022, 10030), 10031, 10032, 10033, 10014, 10013, 10017, 85005,
               40155],
    StopAccount: [10009, 10010, 20001, 20002, 20003, 20006, 20008, *range(20012, 20018), 10038, 10039, 40312, 40314],
    TryLater: [10011, 10036, 10037, 40157],
    OutcomeUnknown: [10007, 10008],
    Conflict: [10012, 10021, 40151],
    NotFound: [10005, 10001],
    NeedsPerson: [10035, 40150, 40153, 40154, 40156, 40159],
}  # fmt: skip

STATUSES = (300, 302, 400, 401, 402, 403, 404, 405, 407, 409, 410, 413, 422, 423, 451, 502)


async def refusal(client: TelnyxClient) -> TelnyxError:
    with pytest.raises(TelnyxError) as caught:
        await client.create_order("p-1", ["+12125550101"])
    return caught.value


def envelope(*codes: object) -> dict[str, object]:
    return {"errors": [{"code": code, "title": "Some title"} for code in codes]}


@pytest.mark.parametrize("kind", CODES)
async def test_each_known_code_has_its_class(
    answering: Answering, subtests: pytest.Subtests, kind: type[TelnyxError]
) -> None:
    for code, status in product(map(str, CODES[kind]), (400, 422)):
        with subtests.test(code=code, status=status):
            error = await refusal(answering(status, envelope(code)))
            assert type(error) is kind
            assert [problem.code for problem in error.problems] == [code]


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "10006", StopAccount),  # the code has two meanings, and the status decides (docs/telnyx.md §2)
        (402, "99999", StopAccount),
        (403, "10006", StopAccount),
        (403, "40150", NeedsPerson),  # about one number in the registry, not about the account
        (403, "40151", Conflict),
        (404, "10006", NotFound),
        (408, "10015", OutcomeUnknown),
        (409, "10015", Conflict),
        (410, "10005", NotFound),
        (413, "10015", FixInput),
        (415, "10014", FixInput),
        (422, "99999", FixInput),  # a code that is not in the table
        (429, "10011", TryLater),
        (300, "10015", OutcomeUnknown),
        (500, "10015", OutcomeUnknown),
        (503, "10036", OutcomeUnknown),  # even "busy" may come after the work began
        (599, "10015", OutcomeUnknown),
    ],
)
async def test_the_status_decides_before_the_code(
    answering: Answering, status: int, code: str, kind: type[TelnyxError]
) -> None:
    error = await refusal(answering(status, envelope(code)))
    assert type(error) is kind
    assert error.http_status == status


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html><title>403 Forbidden</title></html>",
        b"null",
        b"[1]",
        b"[" * 99999,
        b'{"message": "Forbidden"}',
        b'{"code": 403, "message": "Forbidden"}',
        b'{"code": 10009, "message": "Forbidden"}',
        b'{"type": "about:blank", "title": "Forbidden", "status": 403}',
        b'{"errors": "no"}',
        b'{"errors": []}',
        b'{"errors": [{"title": "Authentication failed", "detail": "an envelope without a code"}]}',
        b'{"errors": [{"code": "FORBIDDEN", "title": "Forbidden"}, {"code": 1020}, {"code": true}, null]}',
    ],
)
async def test_an_answer_without_a_code_of_telnyx_is_not_telnyx_word(
    answering: Answering, subtests: pytest.Subtests, raw: bytes
) -> None:
    for status, call in product(STATUSES, ("create_order", "delete_order", "get_order")):
        with subtests.test(status=status, call=call):
            with pytest.raises(OutcomeUnknown, match=f"HTTP {status} ") as caught:
                await CALLS[call](answering(status, raw=raw))
            assert (caught.value.http_status, caught.value.problems) == (status, ())


async def test_only_after_a_change_the_state_is_read_first(answering: Answering) -> None:
    client = answering(403, raw=b"<html>")
    for read in (client.get_order("o-1"), client.check_eligibility(["+12125550101"])):
        with pytest.raises(OutcomeUnknown, match=TryLater.remedy):
            await read
    assert OutcomeUnknown.remedy in str(await refusal(client))


async def test_a_rate_limit_of_a_gateway_is_one_too(answering: Answering) -> None:
    error = await refusal(answering(429, raw=b"<html>", headers={"retry-after": "7"}))
    assert (type(error), error.retry_after) == (TryLater, 7.0)


@pytest.mark.parametrize(("status", "code"), [(409, "10015"), (409, "10012"), (422, "10021"), (403, "40151")])
async def test_a_read_in_conflict_may_be_repeated(answering: Answering, status: int, code: str) -> None:
    client = answering(status, envelope(code))
    for read in (client.get_order("o-1"), client.all_orders(), client.check_eligibility(["+12125550101"])):
        with pytest.raises(TryLater):
            await read
    assert isinstance(await refusal(client), Conflict)


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        (("10015", "20012"), StopAccount),
        (("10011", "10016"), FixInput),
        (("10011", "10007"), OutcomeUnknown),
        (("10016", "40150"), NeedsPerson),
        (("10015", "10012"), Conflict),
        (("99999", "10011"), TryLater),
    ],
)
async def test_the_gravest_of_several_problems_decides(
    answering: Answering, codes: tuple[str, ...], kind: type[TelnyxError]
) -> None:
    for order in (codes, codes[::-1]):
        assert type(await refusal(answering(422, envelope(*order)))) is kind


@pytest.mark.parametrize("text", ["Told to answer so.", "Why not?", " It is gone. ", "No", "Told so;", "."])
async def test_a_stop_in_telnyx_words_does_not_meet_one_of_ours(answering: Answering, text: str) -> None:
    body = {"errors": [{"code": "10016", "title": text, "detail": text}, {"detail": text}, {"title": text}]}
    assert slips(str(await refusal(answering(422, body)))) == []


async def test_the_problems_are_kept_and_shown(answering: Answering) -> None:
    body = {"errors": [{"code": "10016", "title": "Not E.164", "detail": "The third is not.",
                        "source": {"pointer": "/phone_numbers/2"}, "meta": {"url": "https://x.test"}},
                       {"code": "10004", "title": "Missing", "source": {"parameter": "page[size]"}}]}  # fmt: skip
    error = await refusal(answering(422, body))
    assert error.problems == (
        Problem(code="10016", title="Not E.164", detail="The third is not.", pointer="/phone_numbers/2"),
        Problem(code="10004", title="Missing", parameter="page[size]"),
    )
    assert isinstance(error, FixInput)
    assert error.pointers == ("/phone_numbers/2",)
    for part in ("HTTP 422", "10016 Not E.164: The third is not (at /phone_numbers/2)", "10004", FixInput.remedy):
        assert part in str(error)


@pytest.mark.parametrize(
    "body",
    [
        {
            "code": "10009",
            "title": "Authentication failed",
        },  # the form of eligibility (docs/telnyx.md §2)
        {"errors": {"code": 10009, "title": "Authentication failed", "source": None}},
        {"errors": [None, {"code": "10009", "title": "Authentication failed", "source": []}]},
        {"errors": [{"code": "10009", "title": "Authentication failed", "description": "SDK's name of a detail"}]},
    ],
)
async def test_errors_of_other_shapes_are_parsed(answering: Answering, body: object) -> None:
    error = await refusal(answering(400, body))
    assert isinstance(error, StopAccount)
    assert [(problem.code, problem.title) for problem in error.problems] == [("10009", "Authentication failed")]


async def test_many_problems_stay_one_sentence(answering: Answering) -> None:
    error = await refusal(answering(422, envelope(*["10016"] * 200)))
    assert len(error.problems) == 200
    assert "195" in str(error)
    assert len(str(error)) < 600
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"retry-after": "7"}, 7.0),
        (429, {"Retry-After": "0.5"}, 0.5),
        (429, {"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        (429, {"x-ratelimit-reset": "12"}, 12.0),
        (429, {"retry-after": "3", "x-ratelimit-reset": "12"}, 3.0),
        (429, {"retry-after": "soon", "x-ratelimit-reset": "12"}, 12.0),
        (429, {}, None),
        (503, {"retry-after": "30"}, 30.0),
        (503, {"x-ratelimit-reset": "12"}, None),  # every response has it, but only a 429 means it
        (422, {"x-ratelimit-reset": "12"}, None),
        (429, {"retry-after": "-1"}, None),
        (429, {"retry-after": "nan"}, None),
        (429, {"retry-after": "inf"}, None),
        (429, {"retry-after": "1e9"}, None),
        (429, {"retry-after-ms": "-5", "retry-after": "2"}, 2.0),
        (429, {"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, None),
        (429, {"retry-after": "Wed, 99 Oct 2015 07:28:00 GMT"}, None),
        (429, {"x-ratelimit-reset": ""}, None),
    ],
)
async def test_the_delay_comes_from_the_headers(
    answering: Answering, status: int, headers: dict[str, str], seconds: float | None
) -> None:
    error = await refusal(answering(status, {}, headers=headers))
    assert error.retry_after == seconds


@pytest.mark.parametrize("zone", ["GMT", "-0000"])
async def test_a_date_becomes_seconds(answering: Answering, zone: str) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True).replace("GMT", zone)
    error = await refusal(answering(429, {}, headers={"retry-after": then}))
    assert error.retry_after is not None
    assert 90 < error.retry_after <= 100
