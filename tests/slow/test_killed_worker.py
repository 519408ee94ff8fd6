"""A worker is killed during each call: every request succeeds with one order, and nothing secret is stored."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import limits
from tests.slow.worker_kills import PROFILE, STEPS, Step, WorkerKills, kill_in_each_step, number_of
from tools.demo.documents import documents_of
from tools.demo.stack import TEMPORAL, Stack

CONTROL = "+15125559999"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    settings = {"HOSTED_SMS_CREATE_QUARANTINE": "3"}
    with Stack(tmp_path_factory.mktemp("stack"), review_seconds=3, settings=settings) as running:
        yield running


@pytest.fixture(scope="module")
def survived(stack: Stack) -> Stack:
    """The installation after its worker was killed in each step and every request has ended."""
    kills = WorkerKills(stack)
    kill_in_each_step(kills)
    kills.finish_all()
    return stack


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.reference)
def test_a_worker_killed_in_a_step_costs_no_request_and_doubles_no_order(survived: Stack, step: Step) -> None:
    shown = survived.hosted_sms.json("show", step.reference)
    assert shown["outcome"] == "active", shown
    orders = survived.telnyx.orders_of(number_of(step))
    assert [order["id"] for order in orders] == shown["order_ids"]
    assert [(order["messaging_profile_id"], order["status"]) for order in orders] == [(PROFILE, "successful")]


def test_there_is_no_order_beside_them(survived: Stack) -> None:
    assert len(survived.telnyx.orders()) == len(STEPS)


def test_the_servers_database_holds_no_number_no_code_and_no_document_name(survived: Stack) -> None:
    _leak_on_purpose(survived)
    content = _database(survived)
    # What may be read there is read, so what is not found is not there.
    assert STEPS[0].reference.encode() in content
    assert CONTROL.encode() in content
    numbers = [number_of(step) for step in STEPS]
    assert [number for number in numbers if number.removeprefix("+1").encode() in content] == []
    spelt = [rf"{n[2:5]}\D{{1,2}}{n[5:8]}\D{n[8:]}" for n in numbers]
    assert [pattern for pattern in spelt if re.search(pattern.encode(), content)] == []
    codes = [_code(survived, number) for number in numbers]
    # Five digits alone occur by chance; a code that is readable stands in quotes.
    assert [code for code in codes if f'"{code}"'.encode() in content] == []
    assert [path.name for path in documents_of("plain") if path.name.encode() in content] == []


def test_no_log_holds_a_number_or_a_key(survived: Stack) -> None:
    key = survived.environment["HOSTED_SMS_KEYS"].partition(":")[2]
    secrets = ["KEY_demo", survived.environment["HOSTED_SMS_FINGERPRINT_KEY"], key]
    numbers = [number_of(step).removeprefix("+1") for step in STEPS]
    for name in ("worker", "console", "temporal"):
        log = (survived.folder / f"{name}.log").read_text()
        assert log
        assert [secret for secret in (*secrets, *numbers) if secret in log] == [], name


def _code(stack: Stack, number: str) -> str:
    code = stack.telnyx.newest_code(number)
    assert code is not None
    return code


def _leak_on_purpose(stack: Stack) -> None:
    """Starts a workflow as no face of ours does: with a number in clear."""
    address = stack.environment["TEMPORAL_ADDRESS"]
    command = ["workflow", "start", "--address", address, "--workflow-id", "control", "--type", "Control"]
    command += ["--task-queue", "nobody", "--input", f'{{"phone_number": "{CONTROL}"}}']
    subprocess.run([TEMPORAL, *command], check=True, capture_output=True, timeout=limits.WAIT)  # noqa: S603 - our own arguments


def _database(stack: Stack) -> bytes:
    """Everything the server wrote: the file and what stands beside it."""
    files = sorted(Path(stack.database.parent).glob(f"{stack.database.name}*"))
    assert files
    return b"\n".join(_bytes(file) for file in files)


def _bytes(file: Path) -> bytes:
    """A file's bytes; the server removes its journal whenever it is done with it."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        assert file.suffix != ".db", "only the journal may vanish"
        return b""
