"""The process for webhooks beside a worker that hardly polls: its hints have effects, and it starts and stops well."""

import signal
import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.slow.worker_kills import PROFILE
from tools.demo.documents import documents_of
from tools.demo.processes import free_ports, until
from tools.demo.stack import Stack

NUMBER = "+15125550401"
OTHER_NUMBER = "+15125550402"
STOP_NUMBER = "+15125550403"
OTHER_PROFILE = "40017c2e-6a0e-4d8b-9c34-5b7a2f10c0aa"
TRANSFER = "+15005553018"
"""Hosted by another Telnyx account, whose owner decides nothing by itself."""
SOONER_THAN_A_POLL = 20.0
"""A watch without hints polls after 30 seconds for the first time."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    settings = {"HOSTED_SMS_POLL_INTERVAL": "3600"}
    with Stack(tmp_path_factory.mktemp("stack"), settings=settings) as running:
        running.receive_webhooks(PROFILE)
        yield running


@pytest.fixture(scope="module")
def hosted(stack: Stack) -> Stack:
    """The installation after a request has ended."""
    loa, bill = documents_of("plain")
    documents = ["--loa", str(loa), "--bill", str(bill)]
    stack.hosted_sms("start", "--reference", "reviewed", "--profile", PROFILE, "--number", NUMBER, *documents)
    until("A question for the code", lambda: stack.hosted_sms.json("show", "reviewed")["asks"] or None)
    stack.hosted_sms("codes", "reviewed", f"{NUMBER}={stack.telnyx.newest_code(NUMBER)}")
    ended = "The end of the review"
    until(ended, lambda: stack.hosted_sms.json("show", "reviewed")["outcome"] == "active" or None, SOONER_THAN_A_POLL)
    return stack


def test_a_request_learns_the_result_of_its_review_from_a_webhook(hosted: Stack) -> None:
    assert hosted.hosted_sms.json("show", "reviewed")["outcome"] == "active"
    until("A hint", lambda: "webhook_signalled" in hosted.webhooks.said() or None)


def test_every_webhook_was_answered_200_at_once(hosted: Stack) -> None:
    order_ids = hosted.hosted_sms.json("show", "reviewed")["order_ids"]
    came = [one for one in hosted.telnyx.webhooks() if one["order_id"] in order_ids]
    assert {(one["attempt"], one["outcome"]) for one in came} == {(1, 200)}


def test_a_hanging_temporal_gives_200_and_the_hint_later(hosted: Stack) -> None:
    order_id = _ordered_by_another(hosted, OTHER_NUMBER)
    hosted.temporal.signal(signal.SIGSTOP)
    try:
        first = _answer_to_a_change(hosted, order_id)
    finally:
        hosted.temporal.signal(signal.SIGCONT)
    assert first == 200
    assert _line(hosted.webhooks.said(), "webhook_kept", order_id)
    until("The delivery", lambda: _line(hosted.webhooks.said(), "webhook_orphan", order_id))


def test_a_stopped_process_still_delivers_what_got_200(hosted: Stack) -> None:
    [port] = free_ports(1)
    second = hosted.launch_webhooks(HOSTED_SMS_WEBHOOKS_ADDRESS=f"127.0.0.1:{port}")
    second.wait_until_it_says("webhooks_started")
    hosted.telnyx.send_webhooks(OTHER_PROFILE, f"http://127.0.0.1:{port}/telnyx/default")
    order_id = _ordered_by_another(hosted, STOP_NUMBER, OTHER_PROFILE)
    hosted.temporal.signal(signal.SIGSTOP)
    try:
        assert _answer_to_a_change(hosted, order_id) == 200
        second.signal(signal.SIGTERM)
        until("Its port to be closed", lambda: _closed(port) or None)
    finally:
        hosted.temporal.signal(signal.SIGCONT)
    assert second.exit_code() == 0, second.said()
    assert _line(second.said(), "webhook_orphan", order_id)
    assert _line(second.said(), "webhooks_counted", "kept", "orphan")
    assert "webhooks_stopped" in second.said()
    assert not [text for text in ("webhook_lost", "Traceback") if text in second.said()]


def _closed(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _answer_to_a_change(stack: Stack, order_id: str) -> object:
    """Change an order, and return the response to its first webhook."""
    url = f"{stack.telnyx.address}/_simulator/orders/{order_id}/status"
    httpx.post(url, json={"order": "provisioning"}, trust_env=False).raise_for_status()
    return until("The first answer", lambda: next(iter(_answers(stack, order_id)), None))


def _answers(stack: Stack, order_id: str) -> list[object]:
    """The response to each webhook about a change of an order."""
    sent = [one for one in stack.telnyx.webhooks() if one["order_id"] == order_id]
    return [one["outcome"] for one in sent if one["event_type"].endswith(".updated")]


@pytest.fixture(scope="module")
def transferred(stack: Stack) -> Stack:
    """The installation after a transfer from another Telnyx account, which our command approved."""
    loa, bill = documents_of("plain")
    request = ["--reference", "moved", "--profile", PROFILE, "--number", TRANSFER, "--internal-transfer"]
    stack.hosted_sms("start", *request, "--loa", str(loa), "--bill", str(bill))
    until("The wait for the owner", lambda: _asked(stack, "transfer"))
    [order] = stack.telnyx.orders_of(TRANSFER)
    stack.hosted_sms("transfer", "approve", order["id"], "--token", order["transfer"]["token"])
    until("A question for the code", lambda: _asked(stack, "codes"), SOONER_THAN_A_POLL)
    stack.hosted_sms("codes", "moved", f"{TRANSFER}={stack.telnyx.newest_code(TRANSFER)}")
    ended = "The end of the review"
    until(ended, lambda: stack.hosted_sms.json("show", "moved")["outcome"] == "active" or None, SOONER_THAN_A_POLL)
    return stack


def test_a_request_learns_of_an_approved_transfer_at_once(transferred: Stack) -> None:
    said = [event["what"] for event in transferred.hosted_sms.json("show", "moved")["events"]]
    assert "The Telnyx account that hosts the numbers let them go." in said


def test_the_owner_of_a_number_is_alerted_and_can_keep_it(transferred: Stack) -> None:
    url = f"{transferred.telnyx.address}/_simulator/numbers/{TRANSFER}"
    httpx.post(url, json={"in_inventory": False}, trust_env=False).raise_for_status()  # else it could not be ordered
    order_id = _ordered_by_another(transferred, TRANSFER)
    alert = until("An alert", lambda: _line(transferred.worker.said(), "transfer_approval_requested", order_id))
    assert "hosted-sms transfer reject" in alert
    assert TRANSFER.removeprefix("+1") not in alert
    [token] = [one["transfer"]["token"] for one in transferred.telnyx.orders_of(TRANSFER) if one["id"] == order_id]
    assert token not in transferred.worker.said()
    transferred.hosted_sms("transfer", "reject", order_id, "--token", token)
    assert [one["status"] for one in transferred.telnyx.orders_of(TRANSFER) if one["id"] == order_id] == ["failed"]
    assert "answered already" in transferred.hosted_sms("transfer", "reject", order_id, "--token", token, code=1).err
    assert token not in transferred.worker.said() + transferred.webhooks.said()


def _asked(stack: Stack, kind: str) -> bool | None:
    """True when an ask of this kind is open."""
    return kind in {ask["kind"] for ask in stack.hosted_sms.json("show", "moved")["asks"]} or None


def _line(log: str, *parts: str) -> str | None:
    """The first line of a log with all of these parts."""
    return next((line for line in log.splitlines() if all(part in line for part in parts)), None)


def _ordered_by_another(stack: Stack, number: str, profile: str = PROFILE) -> str:
    """Let another account order a number; the id of its order."""
    order = {"messaging_profile_id": profile, "phone_numbers": [number]}
    url = f"{stack.telnyx.address}/v2/messaging_hosted_number_orders"
    headers = {"authorization": "Bearer KEY_other"}
    placed = httpx.post(url, json=order, headers=headers, trust_env=False).raise_for_status().json()["data"]
    return str(placed["id"])


def test_it_opens_nothing_of_others_and_says_when_it_could(hosted: Stack) -> None:
    said = hosted.webhooks.said()
    assert not [
        event for event in ("webhooks_can_read_requests", "webhooks_key_unknown", "secrets_not_needed") if event in said
    ]
    [port] = free_ports(1)
    shared = {"HOSTED_SMS_KEYS": hosted.environment["HOSTED_SMS_KEYS"], "TELNYX_API_KEY": "KEY_demo"}
    careless = hosted.launch_webhooks(HOSTED_SMS_WEBHOOKS_ADDRESS=f"127.0.0.1:{port}", **shared)
    careless.wait_until_it_says("webhooks_can_read_requests")
    assert '"opens": ["demo"]' in careless.said()
    careless.wait_until_it_says("secrets_not_needed")
    careless.stop()


def test_its_log_holds_no_number_and_no_key(hosted: Stack) -> None:
    said = hosted.webhooks.said()
    assert "webhooks_started" in said
    assert NUMBER.removeprefix("+1") not in said
    assert hosted.telnyx.webhook_key() not in said


def test_a_stranger_is_refused(hosted: Stack) -> None:
    url = next(one["url"] for one in hosted.telnyx.webhooks())
    assert httpx.post(url, content=b"{}", trust_env=False).status_code == 403
    assert httpx.get(url.replace("/telnyx/default", "/healthz"), trust_env=False).status_code == 404
    until("The reason", lambda: "webhook_refused" in hosted.webhooks.said() or None)


@pytest.mark.parametrize(
    ("setting", "value", "code", "part"),
    [
        ("TELNYX_PUBLIC_KEY", "", 2, "TELNYX_PUBLIC_KEY"),
        ("HOSTED_SMS_KEYS", "", 2, "HOSTED_SMS_KEYS"),
        ("HOSTED_SMS_FINGERPRINT_KEY", "", 2, "HOSTED_SMS_FINGERPRINT_KEY"),
        ("HOSTED_SMS_WEBHOOKS_ADDRESS", "192.0.2.1:80", 2, "HOSTED_SMS_WEBHOOKS_ADDRESS"),
        ("TEMPORAL_ADDRESS", "localhost:99999", 2, "'localhost:99999'"),
    ],
)
def test_a_process_with_a_wrong_setting_ends_with_one_sentence(
    stack: Stack, setting: str, value: str, code: int, part: str
) -> None:
    refused = stack.launch_webhooks(**{"HOSTED_SMS_WEBHOOKS_ADDRESS": "127.0.0.1:0", setting: value})
    assert refused.exit_code() == code, refused.said()
    assert part in refused.said()
    assert refused.said().count("\n") == 1, refused.said()
