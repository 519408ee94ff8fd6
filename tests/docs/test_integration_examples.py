"""The two examples of docs/integration.md take a request to its end, exactly as they stand in the page.

The installation is one of its own: a namespace, a worker, a document store, a codec endpoint and a simulated Telnyx.
"""

import ast
import asyncio
import json
import os
import socket
import sys
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from google.protobuf.duration_pb2 import Duration
from jsonschema import Draft202012Validator
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

import console
import worker
from adapters.order_holders import TemporalOrderHolders
from adapters.parts import Parts
from runtime.connection import data_converter
from runtime.document_store import DocumentStore
from runtime.settings import Settings
from services import setup
from simulator import app as simulator
from simulator.settings import Settings as SimulatorSettings
from telnyx_api.accounts import TelnyxAccounts
from telnyx_api.client import TelnyxClient
from tests import limits
from tests.docs.blocks import blocks
from tests.docs.pages import ROOT
from tests.workflows.stage import SETTINGS

PAGE = "docs/integration.md"
[SHELL] = blocks(PAGE, "bash")
[PYTHON] = blocks(PAGE, "python")
SCHEMA = json.loads((ROOT / "docs" / "messages.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=["encrypted", "plaintext"])
async def environment(
    request: pytest.FixtureRequest, live_server: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[dict[str, str]]:
    """The variables that `source .run/env` sets, of a running installation."""
    store = f"file://{tmp_path_factory.mktemp('documents')}"
    plain = {"keys": None, "plaintext": True} if request.param == "plaintext" else {}
    settings = SETTINGS.model_copy(update={"document_store": store, **plain})
    async with AsyncExitStack() as stack:
        client = await namespace_of_its_own(live_server, settings)
        telnyx = await stack.enter_async_context(simulator.run_simulator(SimulatorSettings(review_seconds=0.3)))
        accounts = TelnyxAccounts({"default": TelnyxClient("KEY_test", f"{telnyx}/v2")})
        stack.push_async_callback(accounts.aclose)
        parts = Parts(client, settings, accounts, TemporalOrderHolders(client), DocumentStore.from_url(store))
        for one in worker.workers(parts):
            await stack.enter_async_context(one)
        yield {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "TEMPORAL_ADDRESS": client.service_client.config.target_host,
            "TEMPORAL_NAMESPACE": client.namespace,
            "HOSTED_SMS_DOCUMENT_STORE": store,
            "SIMULATOR": telnyx,
            **({} if plain else {"TEMPORAL_CODEC_ENDPOINT": await stack.enter_async_context(codec_endpoint(settings))}),
        }


async def namespace_of_its_own(server: WorkflowEnvironment, settings: Settings) -> Client:
    """A client of a new namespace, with its search attributes: other tests leave requests on the queue `hosted-sms`."""
    name = f"docs-{uuid.uuid4().hex[:10]}"
    retention = Duration()
    retention.FromTimedelta(timedelta(days=1))
    registration = RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=retention)
    await server.client.workflow_service.register_namespace(registration)
    address = server.client.service_client.config.target_host
    client = await Client.connect(address, namespace=name, data_converter=data_converter(settings))
    await asyncio.wait_for(until_known(client), limits.WAIT)
    return client


async def until_known(client: Client) -> None:
    """The parts of the server learn of a new namespace one after the other."""
    while True:
        try:
            await setup.set_up(client)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            await asyncio.sleep(0.2)
        else:
            return


@asynccontextmanager
async def codec_endpoint(settings: Settings) -> AsyncIterator[str]:
    """The address of the console, which encrypts and decrypts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(console.create_app(settings), log_config=None, lifespan="off"))
        serving = asyncio.create_task(server.serve([listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


async def run(command: list[str], environment: Mapping[str, str]) -> str:
    """What an example prints, run at the root of the repository; it must end with exit code 0."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), limits.WAIT)
    except TimeoutError:
        process.kill()
        raise
    assert process.returncode == 0, err.decode()
    return out.decode()


def last_json(output: str) -> Any:
    """The JSON document with which an output ends."""
    return json.loads(output[output.index("\n{\n") :])


async def test_the_shell_example_takes_two_numbers_to_their_end(environment: dict[str, str]) -> None:
    output = await run(["bash", "-eu", "-c", SHELL], environment)
    result = last_json(output)["result"]
    assert result["outcome"] == "active"
    assert [number["state"] for number in result["numbers"]] == ["active", "active"]
    assert "accepted:true" in output


async def test_the_python_example_takes_a_number_to_its_end(environment: dict[str, str]) -> None:
    output = await run([sys.executable, "-c", PYTHON], environment)
    result = last_json(output)
    assert result["outcome"] == "active"
    assert output.startswith("Refused Only a number on hold can be retried")
    Draft202012Validator(SCHEMA | {"$ref": "#/$defs/Progress"}).validate(result)


def test_the_python_example_imports_nothing_of_ours() -> None:
    tree = ast.parse(PYTHON)
    imported = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    imported += [f"{node.module}" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    tops = {name.partition(".")[0] for name in imported}
    assert tops - sys.stdlib_module_names == {"temporalio", "google"}
    assert not [name for name in imported if name.startswith("google") and name != "google.protobuf"]
