"""The simulator under requests that schemathesis draws from the document: it never fails and answers as described."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error

from simulator.app import run_simulator
from simulator.settings import Settings
from tests.contract.openapi import DOCUMENT, OPERATIONS
from tests.fuzz.oddities import drawn
from tests.simulator.driver import PROFILE, Driver, client_of
from tests.simulator.openapi_check import _schema_of, validate

SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
HEADERS = {"Authorization": "Bearer KEY_any"}
NUMBER = "+12125550101"


@pytest.fixture(scope="module")
async def world() -> AsyncIterator[tuple[str, str]]:
    """The address of a simulator with one order, and the order's id."""
    async with run_simulator(Settings(review_seconds=0.06)) as address, client_of(address) as client:
        created = await Driver(client).post(
            "/v2/messaging_hosted_number_orders", {"messaging_profile_id": PROFILE, "phone_numbers": [NUMBER]}
        )
        yield address, created.json()["data"]["id"]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "invalid"])
@pytest.mark.parametrize("operation_id", OPERATIONS)
@drawn(10)
@given(data=st.data())
async def test_any_request_gets_a_response_that_the_document_describes(
    world: tuple[str, str], operation_id: str, mode: GenerationMode, data: st.DataObject
) -> None:
    address, order = world
    verb, path, _ = OPERATIONS[operation_id]
    case = data.draw(SCHEMA[path][verb].as_strategy(generation_mode=mode))
    if "id" in case.path_parameters and data.draw(st.booleans()):
        case.path_parameters["id"] = order
    response = await asyncio.to_thread(case.call, base_url=f"{address}/v2", headers={**case.headers, **HEADERS})
    assert response.status_code < 500, (response.request.method, response.request.url, response.text)
    case.validate_response(response, checks=[not_a_server_error])
    where = urlsplit(str(response.request.url)).path.removeprefix("/v2")
    validate(response.json(), _schema_of(verb, where, response.status_code))
