"""Requests are found by number, by customer, and by waiting for a person."""

import asyncio
from typing import Any

import pytest
from temporalio.client import Client

from domain import names
from domain.messages import Cancel
from runtime import connection
from runtime.codec import UndecryptablePayload
from runtime.document_store import DocumentStore
from runtime.fingerprints import Fingerprints
from runtime.settings import Settings
from services import parsing, request_list, updates
from services.errors import Refused
from services.start import Starter
from tests import limits
from tests.services.fixtures import KEYS, Begin, Prepared, a_number


async def _until(
    expected: list[str], client: Client, fingerprints: Fingerprints | None = None, **conditions: Any
) -> list[request_list.Row]:
    """The list, read again until the server's index has caught up."""
    async with asyncio.timeout(limits.WAIT):
        while True:
            rows = [row async for row in request_list.requests(client, fingerprints, **conditions)]
            if [row.reference for row in rows] == expected:
                return rows
            await asyncio.sleep(0.05)


async def test_a_request_is_found_by_its_customer(silent: Client, reference: str, begin: Begin) -> None:
    await begin(silent, customer=f"c {reference}")

    [row] = await _until([reference], silent, customer=f"c {reference}")

    assert (row.account, row.customer) == ("default", f"c {reference}")
    assert (row.outcome, row.step, row.needs, row.deadline) == ("running", "eligibility", [], None)


async def test_a_request_is_found_by_a_number_in_any_spelling(
    silent: Client, fingerprints: Fingerprints, reference: str, begin: Begin
) -> None:
    number = a_number()
    await begin(silent, phone_numbers=[a_number(), number])

    await _until([reference], silent, fingerprints, number=f"({number[2:5]}) {number[5:8]}-{number[8:]}")


async def test_a_request_that_has_no_fingerprints_yet_is_found_by_its_number(
    silent: Client, fingerprints: Fingerprints, reference: str, number: str, prepared: Prepared
) -> None:
    request, workflow_id = (await prepared()).request, names.workflow_id(reference)
    await silent.start_workflow(names.WORKFLOW_TYPE, request, id=workflow_id, task_queue=names.LOCAL_QUEUE)

    await _until([reference], silent, fingerprints, number=number)


async def test_a_request_that_cannot_be_read_may_hold_the_number_and_hides_no_other(
    silent: Client, fingerprints: Fingerprints, reference: str, begin: Begin, prepared: Prepared
) -> None:
    config, found, number = silent.config(), a_number(), a_number()
    await begin(silent, phone_numbers=[found])
    await _until([reference], silent, fingerprints, number=found)
    config["data_converter"] = connection.data_converter(Settings(keys=KEYS.replace("test:", "lost:")))
    request = (await prepared(reference=f"{reference}-lost", phone_numbers=[number])).request
    handle = await Client(**config).start_workflow(
        names.WORKFLOW_TYPE, request, id=names.workflow_id(request.reference), task_queue=names.LOCAL_QUEUE
    )

    with pytest.raises(UndecryptablePayload, match=f"{request.reference}.*'lost'"):
        await _until([request.reference], silent, fingerprints, number=number)  # empty until the index has caught up
    await _until([reference], silent, fingerprints, number=found)

    await handle.terminate()


async def test_a_fingerprint_that_two_numbers_share_is_confirmed(
    silent: Client, store: DocumentStore, prepared: Prepared, reference: str, number: str
) -> None:
    class Colliding(Fingerprints):
        def of(self, phone_number: str) -> str:  # noqa: ARG002 - every number has the same
            return f"same{reference[-3:]}"

    colliding = Colliding(b"x" * 32)
    await Starter(silent, colliding, store).start(await prepared())

    await _until([reference], silent, colliding, number=number)
    await _until([], silent, colliding, number="+15125550199")


async def test_only_open_requests_that_wait_for_a_person_need_me(client: Client, reference: str, begin: Begin) -> None:
    await begin(client, customer=reference)

    [row] = await _until([reference], client, needs_me=True, customer=reference)
    assert row.needs == ["codes"]

    await updates.send(client, reference, Cancel())
    await _until([], client, needs_me=True, customer=reference)
    [row] = await _until([reference], client, customer=reference)
    assert (row.outcome, row.step, row.needs) == ("cancelled", "done", [])


async def test_a_request_started_again_is_listed_once_by_its_newest_run(
    silent: Client, reference: str, begin: Begin
) -> None:
    await begin(silent, customer=reference)
    await silent.get_workflow_handle(names.workflow_id(reference)).terminate()
    async with asyncio.timeout(limits.WAIT):
        while (await _until([reference], silent, customer=reference))[0].outcome != "not_active":
            pass

    await begin(silent, customer=reference)
    async with asyncio.timeout(limits.WAIT):
        while (await _until([reference], silent, customer=reference))[0].outcome != "running":
            pass


async def test_a_customer_that_could_change_the_query_is_refused(silent: Client) -> None:
    with pytest.raises(Refused):
        await _until([], silent, customer="x' OR WorkflowType = 'Preflight")


def test_conditions_are_joined() -> None:
    text = request_list.query(needs_me=True, fingerprint="abc-_12", customer=parsing.customer("acme"))

    assert text.count(" AND ") == 5
    assert "HostingPhoneNumbers = 'abc-_12'" in text
