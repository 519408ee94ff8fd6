"""The worker as a process: how it stops, and its error when it cannot start."""

import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests import limits
from tests.slow.worker_kills import PROFILE
from tools.demo.processes import Child, until
from tools.demo.stack import TEMPORAL, Stack

NUMBER = "+15125550301"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


def test_a_stopped_worker_finishes_the_running_call(stack: Stack) -> None:
    stack.telnyx.faults("slow", calls=["create"], delay=2, times=1)
    stack.hosted_sms("start", "--reference", "stopped", "--profile", PROFILE, "--number", NUMBER)
    until("The call create", lambda: _creates(stack) or None)
    assert _creates(stack) == [None]
    stack.worker.signal(signal.SIGTERM)
    assert stack.worker.exit_code() == 0
    assert _creates(stack) == [200]
    assert "worker_stopped" in stack.worker.said()
    # The next worker has the result of the call and places no second order.
    stack.start_worker()
    until("A question", lambda: stack.hosted_sms.json("show", "stopped")["asks"] or None)
    assert _creates(stack) == [200]


def _creates(stack: Stack) -> list[int | None]:
    """The HTTP status of each attempt to place an order; None while there is no response."""
    return [
        call["status"]
        for call in stack.telnyx.calls()
        if call["method"] == "POST" and call["path"].endswith("/messaging_hosted_number_orders")
    ]


@pytest.mark.parametrize(
    ("setting", "value", "code", "part"),
    [
        ("TELNYX_API_KEY", "", 2, "TELNYX_API_KEY"),
        ("HOSTED_SMS_KEYS", "k1:short", 2, "HOSTED_SMS_KEYS"),
        ("HOSTED_SMS_WEBHOOK_KEYS", "w9", 2, "HOSTED_SMS_WEBHOOK_KEYS names 'w9'"),
        ("HOSTED_SMS_FINGERPRINT_KEY", "", 2, "HOSTED_SMS_FINGERPRINT_KEY"),
        ("HOSTED_SMS_POLL_INTERVAL", "often", 2, "HOSTED_SMS_POLL_INTERVAL is 'often'"),
        ("HOSTED_SMS_NOTIFY", "nonsense://hush", 2, "HOSTED_SMS_NOTIFY"),
        ("HOSTED_SMS_CHANNELS", "/nowhere/channels.toml", 2, "HOSTED_SMS_CHANNELS"),
        ("HOSTED_SMS_DOCUMENT_STORE", "file:///proc/nowhere", 2, "HOSTED_SMS_DOCUMENT_STORE"),
        ("TEMPORAL_ADDRESS", "a b", 2, "TEMPORAL_ADDRESS"),
        ("TEMPORAL_ADDRESS", "127.0.0.1:1", 3, "127.0.0.1:1"),
        ("TEMPORAL_NAMESPACE", "nowhere", 3, "TEMPORAL_NAMESPACE"),
    ],
)
def test_a_worker_with_a_wrong_setting_ends_with_one_sentence(
    stack: Stack, setting: str, value: str, code: int, part: str
) -> None:
    _assert_refused(stack.launch_worker("refused-worker", **{setting: value}), code, part)


def test_a_worker_does_not_start_without_the_search_attributes(stack: Stack) -> None:
    address = stack.environment["TEMPORAL_ADDRESS"]
    create = [TEMPORAL, "operator", "namespace", "create", "--address", address, "--namespace", "bare"]
    subprocess.run(create, check=True, capture_output=True, timeout=limits.WAIT)  # noqa: S603 - our own arguments
    _assert_refused(stack.launch_worker("refused-worker", TEMPORAL_NAMESPACE="bare"), 2, "hosted-sms setup")


def _assert_refused(worker: Child, code: int, part: str) -> None:
    assert worker.exit_code() == code, worker.said()
    assert part in worker.said()
    assert worker.said().count("\n") == 1, worker.said()
    assert not [secret for secret in ("KEY_demo", "hush") if secret in worker.said()]
