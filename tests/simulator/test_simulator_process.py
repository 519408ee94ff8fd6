"""The simulator as a process of its own, and the check of its answers that the other tests rely on."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import jsonschema
import pytest

from tests import limits
from tests.simulator.driver import Driver, client_of
from tests.simulator.openapi_check import validate

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[2]
ORDER_SCHEMA = "#/components/schemas/MessagingHostedNumberOrder"


@contextmanager
def process(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A simulator process and its address; it is killed when the block ends."""
    command = [sys.executable, "-m", "simulator", "--port", "0", *options]
    with subprocess.Popen(  # noqa: S603 - our own module with fixed options
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    ) as running:
        try:
            assert running.stdout is not None
            line = running.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert found is not None, line
            yield running, found[0]
        finally:
            running.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_prints_its_address_and_exits_cleanly_even_with_a_call_under_way(number: signal.Signals) -> None:
    with process("--unknown-profile", "22222222-2222-4222-8222-222222222222") as (running, address):
        async with client_of(address) as client:
            driver = Driver(client)
            refused = await driver.try_create("+12125550101", profile="22222222-2222-4222-8222-222222222222")
            assert refused.status_code == 422
            await driver.faults("timeout_after_commit")
            with pytest.raises(httpx.ReadTimeout):
                await client.get("/v2/messaging_hosted_numbers", timeout=0.1)
        running.send_signal(number)
        _, errors = running.communicate(timeout=limits.WAIT)
        assert (running.returncode, errors) == (0, "")


async def test_a_taken_port_is_reported_in_one_sentence(address: str) -> None:
    port = address.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "simulator", "--port", port]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limits.WAIT, check=False)  # noqa: S603, ASYNC221 - our own module; nothing else runs meanwhile
    assert done.returncode == 1
    assert done.stderr.startswith(f"Cannot listen on 127.0.0.1:{port}")
    assert done.stderr.count("\n") == 1


async def test_the_same_seed_gives_the_same_codes(driver: Driver, address: str) -> None:
    seen = []
    for _ in range(2):
        with process("--seed", "7") as (_, other):
            async with client_of(other) as client:
                one = Driver(client)
                order_id = await one.create("+12125550101")
                await one.request_codes(order_id, "+12125550101")
                seen.append((order_id, await one.newest_code("+12125550101")))
    assert seen[0] == seen[1]
    assert (await driver.create("+12125550101")) != seen[0][0], address


@pytest.mark.parametrize(
    "body",
    [
        {"status": "unknown"},
        {"id": "not a uuid"},
        {"phone_numbers": [{"status": "ownership_successful"}]},
        {"reason": 1},
    ],
    ids=["status", "format", "number status", "invented property"],
)
def test_the_check_of_answers_refuses_what_the_document_does_not_describe(body: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        validate(body, ORDER_SCHEMA)
