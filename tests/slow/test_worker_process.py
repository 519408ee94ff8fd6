"""The worker as a process: how it stops, and what it says when it cannot start."""

import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.slow.battering import PROFILE
from tools.demo.processes import Child, until
from tools.demo.stack import TEMPORAL, Stack

pytestmark = pytest.mark.timeout(120)
NUMBER = "+15125550301"
ENDS_WITHIN = 20.0


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


def test_a_worker_told_to_stop_finishes_the_call_under_way(stack: Stack) -> None:
    stack.telnyx.faults("slow", calls=["create"], delay=2, times=1)
    stack.hosted_sms("start", "--reference", "stopped", "--profile", PROFILE, "--number", NUMBER)
    until("The call create", lambda: _creates(stack) or None)
    assert _creates(stack) == [None]
    stack.worker.signal(signal.SIGTERM)
    assert stack.worker.exit_code(within=ENDS_WITHIN) == 0
    assert _creates(stack) == [200]
    assert "worker_stopped" in stack.worker.said()
    # What the call brought is not lost: the next worker goes on from there and orders nothing anew.
    stack.start_worker()
    until("A question", lambda: stack.hosted_sms.json("show", "stopped")["asks"] or None)
    assert _creates(stack) == [200]


def _creates(stack: Stack) -> list[int | None]:
    """The answers to each try to place an order; None where there is none yet."""
    return [
        call["status"]
        for call in stack.telnyx.calls()
        if call["method"] == "POST" and call["path"].endswith("/messaging_hosted_number_orders")
    ]


@pytest.mark.parametrize(
    ("setting", "value", "code", "said"),
    [
        ("TELNYX_API_KEY", "", 2, "TELNYX_API_KEY"),
        ("HOSTED_SMS_KEYS", "", 2, "HOSTED_SMS_KEYS is not set"),
        ("HOSTED_SMS_KEYS", "k1:short", 2, "HOSTED_SMS_KEYS"),
        ("HOSTED_SMS_FINGERPRINT_KEY", "", 2, "HOSTED_SMS_FINGERPRINT_KEY is not set"),
        ("HOSTED_SMS_POLL_INTERVAL", "often", 2, "HOSTED_SMS_POLL_INTERVAL is 'often'"),
        ("HOSTED_SMS_NOTIFY", "nonsense://hush", 2, "is none that apprise understands"),
        ("HOSTED_SMS_CHANNELS", "/nowhere/channels.toml", 2, "names /nowhere/channels.toml, which cannot be read"),
        ("HOSTED_SMS_PROMPTNESS", "1", 2, "HOSTED_SMS_PROMPTNESS is set, but there is no such setting"),
        ("HOSTED_SMS_DOCUMENT_STORE", "file:///proc/nowhere", 2, "HOSTED_SMS_DOCUMENT_STORE"),
        ("TEMPORAL_ADDRESS", "a b", 2, "Temporal's address is 'a b'; it must be host:port"),
        ("TEMPORAL_ADDRESS", "127.0.0.1:1", 3, "Cannot reach Temporal at 127.0.0.1:1"),
        ("TEMPORAL_NAMESPACE", "nowhere", 3, "has no such namespace"),
    ],
)
def test_a_worker_that_cannot_work_says_why_in_one_sentence(
    stack: Stack, setting: str, value: str, code: int, said: str
) -> None:
    _must_refuse(stack.launch_worker(**{setting: value}), code, said)


def test_a_worker_does_not_start_before_the_search_attributes_are_there(stack: Stack) -> None:
    address = stack.environment["TEMPORAL_ADDRESS"]
    create = [TEMPORAL, "operator", "namespace", "create", "--address", address, "--namespace", "bare"]
    subprocess.run(create, check=True, capture_output=True, timeout=30)  # noqa: S603 - our own arguments
    _must_refuse(stack.launch_worker(TEMPORAL_NAMESPACE="bare"), 2, "run hosted-sms setup")


def _must_refuse(worker: Child, code: int, said: str) -> None:
    assert worker.exit_code(within=ENDS_WITHIN) == code, worker.said()
    assert said in worker.said()
    assert worker.said().count("\n") == 1, worker.said()
    assert not [secret for secret in ("KEY_demo", "hush") if secret in worker.said()]
