"""The replies from good responses, in every shape that a source describes (docs/telnyx.md §2)."""

from collections.abc import Callable
from typing import Any

import pytest

from telnyx_api.client import TelnyxClient
from telnyx_api.errors import OutcomeUnknown
from telnyx_api.replies import CodeRequest, CodeResult, Eligibility, HostedNumber, Order

Answering = Callable[..., TelnyxClient]
A, B = "+12125550101", "+12125550102"
ORDER: dict[str, Any] = {
    "id": "o-1",
    "record_type": "messaging_hosted_number_order",
    "messaging_profile_id": "p-1",
    "status": "pending",
    "phone_numbers": [{"id": "n-1", "phone_number": A, "status": "ownership_successful"}],
}
ENVELOPES: dict[str, Callable[[object], object]] = {"enveloped": lambda x: {"data": x}, "flat": lambda x: x}
both_shapes = pytest.mark.parametrize("envelope", ENVELOPES.values(), ids=ENVELOPES)


@both_shapes
async def test_an_order_is_parsed_in_both_shapes(answering: Answering, envelope: Any) -> None:
    expected = Order(
        id="o-1",
        messaging_profile_id="p-1",
        status="pending",
        phone_numbers=[HostedNumber(id="n-1", phone_number=A, status="ownership_successful")],
    )
    client = answering(200, envelope(ORDER))
    assert await client.get_order("o-1") == expected
    assert await client.create_order("p-1", [A]) == expected
    assert await client.delete_order("o-1") == expected
    assert await client.delete_hosted_number("n-1") == expected


@both_shapes
@pytest.mark.parametrize("status", ["NUMBER_CAN_NOT_BE_WIRELESS", "number_can_not_be_wireless"])
async def test_eligibility_is_parsed_in_both_shapes_and_both_cases(
    answering: Answering, envelope: Any, status: str
) -> None:
    row = {"phone_number": A, "eligible": False, "eligible_status": status, "detail": "Wireless."}
    [found] = await answering(200, envelope({"phone_numbers": [row]})).check_eligibility([A])
    assert found == Eligibility(phone_number=A, status="number_can_not_be_wireless", detail="Wireless.")


@pytest.mark.parametrize(
    ("sent", "eligible"), [(True, True), (False, False), (None, False), ("true", False), (1, False)]
)
async def test_only_a_plain_true_makes_a_number_eligible(answering: Answering, sent: object, eligible: bool) -> None:  # noqa: FBT001 - a column of the table
    row = {"phone_number": A, "eligible": sent, "eligible_status": "eligible"}
    [found] = await answering(200, {"phone_numbers": [row]}).check_eligibility([A])
    assert (found.eligible, found.status) == (eligible, "eligible")


@both_shapes
async def test_sent_and_failed_codes_differ(answering: Answering, envelope: Any) -> None:
    rows = [
        {"phone_number": A, "verification_code_id": "v-1", "type": "SMS"},
        {"phone_number": B, "error": "number unreachable", "type": "flashcall"},
    ]
    assert await answering(201, envelope(rows)).request_codes("o-1", [A, B], "sms") == [
        CodeRequest(phone_number=A, verification_code_id="v-1", type="sms"),
        CodeRequest(phone_number=B, type="flashcall", error="number unreachable"),
    ]


async def test_an_error_of_an_unknown_shape_does_not_count_as_sent(answering: Answering) -> None:
    rows = [{"phone_number": A, "error": {"code": "1"}}, {"phone_number": B, "error": ""}]
    bad, good = await answering(200, {"data": rows}).request_codes("o-1", [A, B], "sms")
    assert bad.error is not None
    assert good.error is None


@both_shapes
async def test_a_wrong_code_is_a_result_and_not_an_error(answering: Answering, envelope: Any) -> None:
    rows = [{"phone_number": A, "status": "Verified"}, {"phone_number": B, "status": "rejected"}]
    client = answering(200, envelope({"order_id": "o-1", "phone_numbers": rows}))
    assert await client.submit_codes("o-1", {A: "12345", B: "54321"}) == [
        CodeResult(phone_number=A, status="verified"),
        CodeResult(phone_number=B, status="rejected"),
    ]


async def test_a_number_may_have_the_key_of_webhooks(answering: Answering) -> None:
    order = await answering(200, {**ORDER, "phone_numbers": [{"value": A, "status": "FAILED"}]}).get_order("o-1")
    assert order.phone_numbers == [HostedNumber(phone_number=A, status="failed")]


@pytest.mark.parametrize(("sent", "read"), [("Brand_New", "brand_new"), (" x ", "x"), (None, ""), (7, "7")])
async def test_a_new_status_is_kept(answering: Answering, sent: object, read: str) -> None:
    order = await answering(200, {**ORDER, "status": sent, "surprise": {"a": [1]}}).get_order("o-1")
    assert order.status == read
    assert "surprise" not in order.model_dump()


async def test_a_missing_or_null_field_is_empty(answering: Answering) -> None:
    for body in ({"id": "o-1"}, {"id": "o-1", "phone_numbers": None, "status": None, "messaging_profile_id": None}):
        assert await answering(200, {"data": body}).get_order("o-1") == Order(id="o-1")


@pytest.mark.parametrize(
    "body",
    [None, [], {}, "text", 3, {"data": None}, {"data": []}, {"id": ""}, {"id": None}, {"id": "o", "phone_numbers": {}},
     {"id": "o", "phone_numbers": [{}]}, {"id": "o", "phone_numbers": [None]}, {"id": "o", "status": ["pending"]},
     {"errors": [{"code": "10015", "title": "Bad Request"}]}],
)  # fmt: skip
async def test_a_response_of_an_unknown_shape_is_an_unknown_outcome(answering: Answering, body: object) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        await answering(200, body).create_order("p-1", [A])
    assert caught.value.http_status == 200


async def test_a_row_without_a_number_makes_the_list_unusable(answering: Answering) -> None:
    with pytest.raises(OutcomeUnknown, match="phone_number"):
        await answering(200, {"phone_numbers": [{"phone_number": A}, {"eligible": True}]}).check_eligibility([A, B])


async def test_one_order_is_no_list_of_orders(answering: Answering) -> None:
    with pytest.raises(OutcomeUnknown):
        await answering(200, {"data": ORDER}).list_orders()


async def test_settings_of_a_hosted_number_are_parsed(answering: Answering) -> None:
    body = {"id": "n-1", "phone_number": A, "messaging_profile_id": None, "tags": ["a", 3], "type": "Long-Code",
            "record_type": "messaging_settings", "messaging_product": "A2P", "features": {"sms": None}}  # fmt: skip
    for client in (answering(200, {"data": body}), answering(200, body)):
        for found in (await client.get_hosted_number(A), await client.update_hosted_number("n-1", tags=["a"])):
            assert (found.id, found.phone_number, found.tags, found.type) == ("n-1", A, ["a"], "long-code")
            assert (found.messaging_profile_id, found.messaging_product) == (None, "A2P")


async def test_a_profile_holds_the_address_of_its_webhooks(answering: Answering) -> None:
    body = {"id": "p", "name": "Main", "enabled": True, "webhook_url": "https://x.test/", "webhook_failover_url": None,
            "webhook_api_version": "2"}  # fmt: skip
    profile = await answering(200, {"data": body}).get_profile("p")
    assert (profile.id, profile.name, profile.enabled, profile.webhook_url) == ("p", "Main", True, "https://x.test/")
    assert (profile.webhook_failover_url, profile.webhook_api_version) == (None, "2")


@pytest.mark.parametrize("raw", [b"", b"{}", b'{"data": {"id": "o-1"}}'])
async def test_a_success_of_a_transfer_may_have_any_body_of_an_api(answering: Answering, raw: bytes) -> None:
    await answering(202, raw=raw).approve_transfer("o-1", "token")


@pytest.mark.parametrize("raw", [b"<html>Sign in</html>", b"accepted", b"[]"])
async def test_a_page_instead_of_a_success_decides_no_transfer(answering: Answering, raw: bytes) -> None:
    with pytest.raises(OutcomeUnknown, match="HTTP 200 "):
        await answering(200, raw=raw).reject_transfer("o-1", "token")


@pytest.mark.parametrize("body", [[], {}, {"orders": []}, {"data": None}])
async def test_a_list_without_its_envelope_does_not_say_that_there_is_no_order(
    answering: Answering, body: object
) -> None:
    client = answering(200, body)
    for call in (client.all_orders(), client.all_hosted_numbers()):
        with pytest.raises(OutcomeUnknown):
            await call


async def test_a_byte_order_mark_is_skipped(answering: Answering) -> None:
    assert (await answering(raw=b'\xef\xbb\xbf{"id": "o-1"}').get_order("o-1")).id == "o-1"


async def test_a_reply_cannot_be_changed(answering: Answering) -> None:
    order = await answering(200, ORDER).get_order("o-1")
    with pytest.raises(ValueError, match="frozen"):
        order.status = "successful"  # type: ignore[misc]  # mypy forbids what the test tries


@pytest.mark.parametrize("order_id", ["o\x1b[2J", "o 1", "o/1", "'", "o" * 41, "", "o\n"])
async def test_an_order_whose_id_cannot_be_one_is_not_understood(answering: Answering, order_id: str) -> None:
    # It would become part of queries, of commands to copy and of a search attribute, which has a bound.
    with pytest.raises(OutcomeUnknown):
        await answering(200, {"data": {"id": order_id, "status": "pending", "phone_numbers": []}}).get_order("o-1")
