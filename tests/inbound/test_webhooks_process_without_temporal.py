"""The process for webhooks starts while Temporal is away, says so, and becomes ready when it is back."""

import asyncio
import base64
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from temporalio.testing import WorkflowEnvironment

from runtime.descriptors import affordable_connections
from tests import limits
from tests.inbound.webhook_sender import PUBLIC, URL, event, signed
from tests.local_proxy import forwarder
from tests.web_peers import Peer
from webhooks import LIMITS

ROOT = Path(__file__).parents[2]


@asynccontextmanager
async def webhooks(port: int, temporal_port: int) -> AsyncIterator[Process]:
    settings = {
        "HOSTED_SMS_PLAINTEXT": "1",
        "HOSTED_SMS_FINGERPRINT_KEY": base64.b64encode(b"f" * 32).decode(),
        "HOSTED_SMS_WEBHOOKS_ADDRESS": f"127.0.0.1:{port}",
        "HOSTED_SMS_GRACE_PERIOD": "1",
        "TELNYX_PUBLIC_KEY": base64.b64encode(PUBLIC).decode(),
        "TEMPORAL_ADDRESS": f"127.0.0.1:{temporal_port}",
    }
    command = [sys.executable, "-m", "webhooks"]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env={**os.environ, **settings}, stdout=PIPE, stderr=STDOUT
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def said(process: Process, event_name: str) -> str:
    """The next line of its log with this event."""
    assert process.stdout is not None
    async with asyncio.timeout(limits.WAIT):
        while line := (await process.stdout.readline()).decode():
            if event_name in line:
                return line
    raise AssertionError(f"it ended without {event_name}")


async def test_it_waits_for_temporal(
    live_server: WorkflowEnvironment, unused_tcp_port_factory: Callable[[], int]
) -> None:
    port, temporal_port = unused_tcp_port_factory(), unused_tcp_port_factory()
    server = live_server.client.service_client.config.target_host
    async with webhooks(port, temporal_port) as process, httpx.AsyncClient(trust_env=False) as telnyx:

        async def send() -> int:
            url = f"http://127.0.0.1:{port}{URL}"
            return (await telnyx.post(url, content=event(), headers=signed(event()))).status_code

        assert f"127.0.0.1:{temporal_port}" in await said(process, "temporal_awaited")
        await said(process, "webhooks_started")
        assert await send() == 503
        async with forwarder(temporal_port, int(server.rpartition(":")[2])):
            await said(process, "temporal_reached")
            assert await send() == 200
            process.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(process.wait(), limits.WAIT) == 0


@pytest.mark.server
async def test_it_stops_while_it_waits(unused_tcp_port_factory: Callable[[], int]) -> None:
    async with webhooks(unused_tcp_port_factory(), unused_tcp_port_factory()) as process:
        await said(process, "webhooks_started")
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), limits.WAIT) == 0


@pytest.mark.server
async def test_more_half_sent_heads_than_places_keep_nobody_out(unused_tcp_port_factory: Callable[[], int]) -> None:
    port, silent = unused_tcp_port_factory(), LIMITS.connections + 5
    assert affordable_connections(silent) == silent
    async with webhooks(port, unused_tcp_port_factory()) as process:
        await said(process, "webhooks_started")
        peers = [await Peer.connect(port, b"POST /telnyx/default HTTP/1.1\r\nHost: a\r\n") for _ in range(silent)]
        async with httpx.AsyncClient(trust_env=False, timeout=limits.WAIT) as stranger:
            response = await stranger.post(f"http://127.0.0.1:{port}{URL}", content=event())
        assert response.status_code == 403  # it was looked at, instead of refused with 503
        process.send_signal(signal.SIGTERM)
        counted = json.loads(await said(process, "connections_counted"))
        assert counted["crowded_out"] + counted["slow"] >= silent - LIMITS.connections
        assert counted["too_many"] == 0
        for peer in peers:
            peer.close()
        assert await asyncio.wait_for(process.wait(), limits.WAIT) == 0
