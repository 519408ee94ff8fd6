"""The same request started twice is one. Other content under the same reference is refused."""

from dataclasses import replace
from typing import Any

import pytest
from temporalio.client import Client

from domain import names
from domain.messages import Cancel, HostingRequest, Options
from runtime import connection
from runtime.codec import UndecryptablePayload
from runtime.document_errors import DocumentMissing
from runtime.document_store import DocumentStore
from runtime.fingerprints import Fingerprints
from runtime.settings import Settings
from services import labels, preflight, progress, server_state, updates
from services.errors import OtherContent, Refused
from services.preflight import Preflights
from services.start import Starter, exists_already
from tests.services.fixtures import KEYS, Begin, Prepared, pdf
from workflows import search_attributes as attributes


async def test_a_start_needs_no_worker(
    silent: Client, fingerprints: Fingerprints, reference: str, number: str, begin: Begin
) -> None:
    started = await begin(silent, customer="acme")

    assert (started.already, started.workflow_id) == (False, f"hosting-{reference}")
    found = await server_state.describe(silent, reference)
    known = found.typed_search_attributes
    assert known[attributes.PHONE_NUMBERS] == [fingerprints.of(number)]
    assert (known[attributes.STEP], known[attributes.OUTCOME]) == ("eligibility", "running")
    assert (known[attributes.ACCOUNT], known[attributes.CUSTOMER]) == ("default", "acme")
    assert await found.static_summary() == f"Host 1 number for acme (…{number[-4:]})"
    assert f"hosted-sms show {reference}" in (await found.static_details() or "")


async def test_a_start_needs_no_fingerprint_key(
    silent: Client, store: DocumentStore, prepared: Prepared, reference: str, number: str
) -> None:
    await Starter(silent, None, store).start(await prepared())

    found = await server_state.describe(silent, reference)
    assert found.typed_search_attributes.get(attributes.PHONE_NUMBERS) is None
    assert (await server_state.asked_for(silent, found.id)).phone_numbers == [number]


async def test_the_same_content_again_is_the_same_request(silent: Client, begin: Begin) -> None:
    loa = pdf()
    first = await begin(silent, loa=loa)
    again = await begin(silent, loa=loa, by="someone else")

    assert (first.already, again.already) == (False, True)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"messaging_profile_id": "profile-2"}, ["profile-1", "profile-2"]),
        ({"phone_numbers": ["+15125550199"]}, ["+15125550199"]),
        ({"options": Options(all_or_nothing=True)}, ["all_or_nothing=True"]),
        ({"account": "other"}, ["default", "other"]),
    ],
)
async def test_other_content_is_refused_and_the_difference_named(
    silent: Client, fields: dict[str, Any], named: list[str], begin: Begin
) -> None:
    await begin(silent)

    with pytest.raises(Refused) as refusal:
        await begin(silent, **fields)

    assert all(part in str(refusal.value) for part in named)


async def test_another_document_is_other_content_and_is_not_stored(silent_starter: Starter, prepared: Prepared) -> None:
    await silent_starter.start(await prepared(loa=pdf("one")))
    other = await prepared(loa=pdf("two"))

    with pytest.raises(Refused, match="loa "):
        await silent_starter.start(other)
    with pytest.raises(DocumentMissing):
        await silent_starter.store.get(other.request.reference, other.pdfs[0].document)


async def test_a_refused_start_takes_away_what_it_stored_and_nothing_of_the_running_request(
    silent_starter: Starter, prepared: Prepared
) -> None:
    store, loa, bill = silent_starter.store, pdf("one"), pdf("its bill", "bill.pdf")
    named = await prepared(loa=loa, bill=bill)
    reference, (first, second) = named.request.reference, (one.document for one in named.pdfs)
    await silent_starter.client.start_workflow(
        names.WORKFLOW_TYPE, named.request, id=names.workflow_id(reference), task_queue=names.LOCAL_QUEUE
    )
    await store.put(reference, await bill.read(), "bill.pdf")

    # Its LOA comes into the store only now: the two starts may have crossed each other.
    other = await prepared(loa=loa, bill=bill, messaging_profile_id="profile-2")
    with pytest.raises(OtherContent):
        await silent_starter.start(other)
    assert [await store.has(reference, document) for document in (first, second)] == [True, True]

    strange = await prepared(loa=pdf("two"), bill=bill)
    with pytest.raises(OtherContent):
        await silent_starter.start(strange)
    assert not await store.has(reference, strange.pdfs[0].document)
    assert await store.has(reference, second)


async def test_a_new_request_is_started_without_a_look_whether_it_exists(
    silent: Client, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_state, "describe", None)
    assert not (await begin(silent)).already


async def test_a_limited_account_is_marked_in_the_start_alone(silent_starter: Starter, prepared: Prepared) -> None:
    limited = replace(silent_starter, limited_accounts={"default"})
    request = (await prepared()).request
    assert not (await limited.start(await prepared())).already
    workflow_id = names.workflow_id(request.reference)
    assert (await server_state.asked_for(silent_starter.client, workflow_id)).limited
    assert (await silent_starter.start(await prepared())).already


async def test_a_request_started_by_hand_is_compared_by_its_input(silent_starter: Starter, prepared: Prepared) -> None:
    by_hand = await prepared()
    workflow_id = names.workflow_id(by_hand.request.reference)
    await silent_starter.client.start_workflow(
        names.WORKFLOW_TYPE, by_hand.request, id=workflow_id, task_queue=names.LOCAL_QUEUE
    )

    assert (await silent_starter.start(by_hand)).already


async def test_a_request_whose_content_cannot_be_read_is_not_called_another_one(
    silent: Client, reference: str, begin: Begin
) -> None:
    await begin(silent)
    config = silent.config()
    config["data_converter"] = connection.data_converter(Settings(keys=KEYS.replace("test:", "other:")))

    with pytest.raises(Refused, match=f"{reference} exists.*'test'"):
        await begin(Client(**config))


async def test_a_terminated_request_may_be_started_again(silent: Client, reference: str, begin: Begin) -> None:
    await begin(silent)
    await silent.get_workflow_handle(names.workflow_id(reference)).terminate(reason="a mistake")

    started = await begin(silent, messaging_profile_id="profile-2")

    assert not started.already
    assert (await progress.show(silent, reference, within=0.2)).outcome == "running"


async def test_a_completed_request_is_not_started_again(client: Client, reference: str, begin: Begin) -> None:
    await begin(client)
    await updates.send(client, reference, Cancel())
    await client.get_workflow_handle(names.workflow_id(reference)).result()

    assert (await begin(client)).already
    with pytest.raises(Refused):
        await begin(client, account="other")


async def test_the_documents_are_in_the_store_once_the_workflow_runs(
    silent_starter: Starter, prepared: Prepared
) -> None:
    request = await prepared(loa=pdf(), bill=pdf("Bill", "bill.pdf"))
    await silent_starter.start(request)

    assert [await silent_starter.store.has(request.request.reference, one.document) for one in request.pdfs] == [
        True
    ] * 2


async def test_an_unknown_profile_starts_nothing(starter: Starter, client: Client, prepared: Prepared) -> None:
    unknown = await prepared(messaging_profile_id="unknown", loa=pdf())

    with pytest.raises(Refused, match="unknown"):
        await replace(starter, preflights=Preflights(client)).start(unknown)

    assert not await exists_already(client, unknown.request)
    assert not await starter.store.has(unknown.request.reference, unknown.pdfs[0].document)


@pytest.mark.parametrize(
    ("profile", "warning"), [("hookless", "The profile has no webhook."), ("elsewhere", "A wrong path.")]
)
async def test_a_webhook_that_cannot_arrive_is_a_warning(
    starter: Starter, client: Client, prepared: Prepared, profile: str, warning: str
) -> None:
    asking = replace(starter, preflights=Preflights(client))

    started = await asking.start(await prepared(messaging_profile_id=profile))

    assert started.warnings == [warning]


async def test_without_a_worker_a_start_is_taken_with_a_warning(
    silent_starter: Starter, silent: Client, prepared: Prepared
) -> None:
    started = await replace(silent_starter, preflights=Preflights(silent)).start(await prepared())

    assert (started.already, len(started.warnings)) == (False, 1)


async def test_a_check_that_cannot_be_read_here_stops_no_start(
    starter: Starter, client: Client, prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreadable(*_: object, **__: object) -> object:
        raise UndecryptablePayload("add the key 'k2'")

    monkeypatch.setattr(preflight, "preflight", unreadable)
    started = await replace(starter, preflights=Preflights(client)).start(await prepared())

    assert not started.already
    assert "add the key 'k2'" in started.warnings[0]


def test_a_summary_of_many_numbers_stays_short(fingerprints: Fingerprints) -> None:
    numbers = [f"+1512555{i:04d}" for i in range(200)]
    request = HostingRequest(reference="r", messaging_profile_id="p", phone_numbers=numbers)

    assert labels.summary(request) == "Host 200 numbers (…0000, …0001, …0002 and 197 more)"
    assert len(labels.searchable(fingerprints, request)[attributes.PHONE_NUMBERS]) == 200
