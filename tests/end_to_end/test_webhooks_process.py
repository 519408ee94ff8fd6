"""The public process beside a worker that hardly ever polls: what it hears is acted on; how it starts and stops."""

import signal
from collections.abc import Iterator

import httpx
import pytest

from demo.papers import papers_of
from demo.processes import until
from demo.stack import Stack
from tests.end_to_end.battering import PROFILE

pytestmark = pytest.mark.timeout(120)
NUMBER = "+15125550401"
OTHER_NUMBER = "+15125550402"
SOONER_THAN_A_POLL = 20.0
"""The first look of a watch that nobody hints is after 30 seconds."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    settings = {"HOSTED_SMS_POLL_INTERVAL": "3600"}
    with Stack(tmp_path_factory.mktemp("stack"), settings=settings) as running:
        running.bring_webhooks(PROFILE)
        yield running


@pytest.fixture(scope="module")
def hosted(stack: Stack) -> Stack:
    """The installation after a request came to its end."""
    loa, bill = papers_of("plain")
    papers = ["--loa", str(loa), "--bill", str(bill)]
    stack.hosted_sms("start", "--reference", "heard", "--profile", PROFILE, "--number", NUMBER, *papers)
    until("A question for the code", lambda: stack.hosted_sms.json("show", "heard")["asks"] or None)
    stack.hosted_sms("codes", "heard", f"{NUMBER}={stack.telnyx.newest_code(NUMBER)}")
    ended = "The end of the review"
    until(ended, lambda: stack.hosted_sms.json("show", "heard")["outcome"] == "active" or None, SOONER_THAN_A_POLL)
    return stack


def test_a_request_hears_of_its_review_without_a_poll(hosted: Stack) -> None:
    assert hosted.hosted_sms.json("show", "heard")["outcome"] == "active"
    until("A hint", lambda: "webhook_signalled" in hosted.webhooks.said() or None)


def test_every_webhook_was_answered_200_at_once(hosted: Stack) -> None:
    order_ids = hosted.hosted_sms.json("show", "heard")["order_ids"]
    came = [one for one in hosted.telnyx.webhooks() if one["order_id"] in order_ids]
    assert {(one["attempt"], one["outcome"]) for one in came} == {(1, 200)}


def test_a_temporal_that_hangs_makes_telnyx_come_back_and_the_news_arrive_later(hosted: Stack) -> None:
    order = {"messaging_profile_id": PROFILE, "phone_numbers": [OTHER_NUMBER]}
    hosted.temporal.signal(signal.SIGSTOP)
    try:
        url = f"{hosted.telnyx.address}/v2/messaging_hosted_number_orders"
        headers = {"authorization": "Bearer KEY_any"}
        placed = httpx.post(url, json=order, headers=headers, trust_env=False).raise_for_status().json()["data"]
        first = until("The first answer", lambda: next(iter(_answers(hosted, placed["id"])), None))
    finally:
        hosted.temporal.signal(signal.SIGCONT)
    assert first == 503
    until("The answer afterwards", lambda: 200 in _answers(hosted, placed["id"]) or None)


def _answers(stack: Stack, order_id: str) -> list[object]:
    """How each try to tell of an order was answered."""
    return [one["outcome"] for one in stack.telnyx.webhooks() if one["order_id"] == order_id]


def test_its_log_holds_no_number_and_no_key(hosted: Stack) -> None:
    said = hosted.webhooks.said()
    assert "webhooks_started" in said
    assert NUMBER.removeprefix("+1") not in said
    assert hosted.telnyx.webhook_key() not in said


def test_a_stranger_is_refused_by_the_process_too(hosted: Stack) -> None:
    url = next(one["url"] for one in hosted.telnyx.webhooks())
    assert httpx.post(url, content=b"{}", trust_env=False).status_code == 403
    assert httpx.get(url.replace("/telnyx/default", "/healthz"), trust_env=False).status_code == 404
    until("The reason", lambda: "webhook_refused" in hosted.webhooks.said() or None)


@pytest.mark.parametrize(
    ("setting", "value", "code", "said"),
    [
        ("TELNYX_PUBLIC_KEY", "", 2, "No account has a public key"),
        ("TELNYX_PUBLIC_KEY", "c2hvcnQ=", 2, "TELNYX_PUBLIC_KEY has a value that does not fit"),
        ("HOSTED_SMS_KEYS", "", 2, "HOSTED_SMS_KEYS is not set"),
        ("HOSTED_SMS_FINGERPRINT_KEY", "", 2, "HOSTED_SMS_FINGERPRINT_KEY is not set"),
        ("HOSTED_SMS_WEBHOOKS_ADDRESS", "192.0.2.1:80", 2, "where nothing can listen"),
        ("TEMPORAL_ADDRESS", "127.0.0.1:1", 3, "Cannot reach Temporal at 127.0.0.1:1"),
    ],
)
def test_a_process_that_cannot_work_says_why_in_one_sentence(
    stack: Stack, setting: str, value: str, code: int, said: str
) -> None:
    refused = stack.launch_webhooks(**{"HOSTED_SMS_WEBHOOKS_ADDRESS": "127.0.0.1:0", setting: value})
    assert refused.exit_code() == code, refused.said()
    assert said in refused.said()
    assert refused.said().count("\n") == 1, refused.said()


def test_told_to_stop_it_ends_well(hosted: Stack) -> None:
    second = hosted.launch_webhooks(HOSTED_SMS_WEBHOOKS_ADDRESS="127.0.0.1:0")
    second.wait_until_it_says("webhooks_started")
    second.signal(signal.SIGTERM)
    assert second.exit_code() == 0, second.said()
    assert "webhooks_stopped" in second.said()
    assert "Traceback" not in second.said()
