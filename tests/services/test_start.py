"""Starting: the same request twice is one, another under the same reference is refused."""

from typing import Any

import pytest
from temporalio.client import Client

from domain import names
from domain.messages import Cancel, HostingRequest, Options
from runtime.documents import DocumentMissing, DocumentStore
from runtime.fingerprints import Fingerprints
from services import progress, server_state, start, updates
from services.errors import Refused
from services.preflight import Preflights
from tests.services.fixtures import Begin, DraftOf, MakePdf
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


async def test_the_same_content_again_is_the_same_request(silent: Client, pdf: MakePdf, begin: Begin) -> None:
    paper = pdf()
    first = await begin(silent, loa=paper)
    again = await begin(silent, loa=paper, by="somebody else")

    assert (first.already, again.already) == (False, True)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"messaging_profile_id": "profile-2"}, "messaging profile id profile-1 there, profile-2 here"),
        ({"phone_numbers": ["+15125550199"]}, "only here: +15125550199"),
        ({"options": Options(all_or_nothing=True)}, "all_or_nothing=True here"),
        ({"account": "other"}, "account default there, other here"),
    ],
)
async def test_other_content_is_refused_and_the_difference_named(
    silent: Client, said: dict[str, Any], named: str, begin: Begin
) -> None:
    await begin(silent)

    with pytest.raises(Refused, match="exists with other content") as refusal:
        await begin(silent, **said)

    assert named in str(refusal.value)


async def test_another_document_is_other_content(
    silent: Client, fingerprints: Fingerprints, store: DocumentStore, draft_of: DraftOf, pdf: MakePdf
) -> None:
    await start.start(silent, fingerprints, store, await draft_of(loa=pdf("one")))
    other = await draft_of(loa=pdf("two"))

    with pytest.raises(Refused, match="loa "):
        await start.start(silent, fingerprints, store, other)
    with pytest.raises(DocumentMissing):  # what is refused is not stored
        await store.get(other.request.reference, other.papers[0].document)


async def test_a_request_started_by_hand_is_compared_by_its_input(
    silent: Client, fingerprints: Fingerprints, store: DocumentStore, draft_of: DraftOf
) -> None:
    draft = await draft_of()
    await silent.start_workflow(
        names.WORKFLOW_TYPE,
        draft.request,
        id=names.workflow_id(draft.request.reference),
        task_queue=names.LOCAL_QUEUE,
    )

    assert (await start.start(silent, fingerprints, store, draft)).already


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
    with pytest.raises(Refused, match="other content"):
        await begin(client, account="other")


async def test_the_papers_are_stored_before_the_workflow_runs(
    silent: Client, fingerprints: Fingerprints, store: DocumentStore, draft_of: DraftOf, pdf: MakePdf
) -> None:
    draft = await draft_of(loa=pdf(), bill=pdf("Bill", "bill.pdf"))
    await start.start(silent, fingerprints, store, draft)

    assert await store.has(draft.request.reference, draft.papers[0].document)
    assert await store.has(draft.request.reference, draft.papers[1].document)


async def test_an_unknown_profile_starts_nothing(
    client: Client, fingerprints: Fingerprints, store: DocumentStore, draft_of: DraftOf, pdf: MakePdf
) -> None:
    draft = await draft_of(messaging_profile_id="unknown", loa=pdf())

    with pytest.raises(Refused, match="does not know the messaging profile"):
        await start.start(client, fingerprints, store, draft, Preflights(client))

    assert not await start.exists_already(client, draft.request)
    assert not await store.has(draft.request.reference, draft.papers[0].document)


async def test_a_missing_webhook_is_a_warning(
    client: Client, fingerprints: Fingerprints, store: DocumentStore, draft_of: DraftOf
) -> None:
    draft = await draft_of(messaging_profile_id="hookless")

    started = await start.start(client, fingerprints, store, draft, Preflights(client))

    assert started.warnings == ["The profile has no webhook."]


async def test_without_a_worker_the_preflight_is_a_warning(silent: Client, begin: Begin) -> None:
    started = await begin(silent, Preflights(silent))

    assert not started.already
    assert "No worker answered" in started.warnings[0]


def test_a_summary_of_many_numbers_stays_short(fingerprints: Fingerprints) -> None:
    request = HostingRequest(
        reference="r", messaging_profile_id="p", phone_numbers=[f"+1512555{i:04d}" for i in range(200)]
    )

    assert start.summary(request) == "Host 200 numbers (…0000, …0001, …0002 and 197 more)"
    assert len(str(start.searchable(fingerprints, request)[attributes.PHONE_NUMBERS])) > 200
