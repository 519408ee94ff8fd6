"""Search attributes can be registered again without harm. Where a client may not, a person gets the commands."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from services import doctor_checks, setup
from services.errors import NoAnswer, Refused
from workflows import search_attributes as attributes


def _in_namespace(server: WorkflowEnvironment, namespace: str) -> Client:
    config = server.client.config()
    config["namespace"] = namespace
    return Client(**config)


async def test_a_fresh_namespace_is_prepared_and_a_second_time_changes_nothing(dev_server: WorkflowEnvironment) -> None:
    fresh = _in_namespace(dev_server, "fresh")

    first, second = await setup.set_up(fresh), await setup.set_up(fresh)

    assert (len(first.added), first.commands, len(first.schedules)) == (8, [], 1)
    assert (second.added, second.commands, second.schedules) == ([], [], [])
    assert set(second.present) == {key.name for key in attributes.ALL}


async def test_an_attribute_of_another_type_is_refused(dev_server: WorkflowEnvironment) -> None:
    crooked = _in_namespace(dev_server, "crooked")
    wrong = {"HostingStep": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST}
    await crooked.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace="crooked", search_attributes=wrong)
    )

    with pytest.raises(Refused, match="HostingStep as INDEXED_VALUE_TYPE_KEYWORD_LIST instead of Keyword"):
        await setup.set_up(crooked)


@pytest.mark.parametrize(
    ("host", "first"),
    [
        (
            "ns.acct.tmprl.cloud:7233",
            "tcld namespace search-attributes add --namespace n --sa HostingPhoneNumbers=KeywordList",
        ),
        (
            "temporal.internal:7233",
            "temporal operator search-attribute create --namespace n --name HostingPhoneNumbers --type KeywordList",
        ),
    ],
)
def test_the_commands_suit_the_server(host: str, first: str) -> None:
    commands = setup.commands(host, "n")

    assert (commands[0], len(commands)) == (first, 8)


class Closed:
    """A client whose server answers everything but the questions of an operator."""

    def __init__(self, client: Client, status: RPCStatusCode) -> None:
        self._client = client
        self.operator_service = SimpleNamespace(list_search_attributes=self._refused)
        self._status = status

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    async def _refused(self, *_: object, **__: object) -> None:
        raise RPCError("it said so", self._status, b"")


def closed(client: Client, status: RPCStatusCode) -> Client:
    return cast("Client", Closed(client, status))


@pytest.mark.parametrize(
    "status",
    [
        RPCStatusCode.PERMISSION_DENIED,
        RPCStatusCode.UNAUTHENTICATED,
        RPCStatusCode.UNIMPLEMENTED,
        RPCStatusCode.NOT_FOUND,
    ],
)
async def test_where_no_client_may_register_attributes_a_person_gets_the_commands(
    client: Client, status: RPCStatusCode
) -> None:
    done = await setup.set_up(closed(client, status))
    assert (done.added, done.present, len(done.commands)) == ([], [], len(attributes.ALL))
    assert (await doctor_checks.search_attributes(closed(client, status))).level == "warn"


async def test_a_server_that_does_not_answer_is_not_taken_for_one_that_refuses(client: Client) -> None:
    with pytest.raises(NoAnswer):
        await setup.set_up(closed(client, RPCStatusCode.UNAVAILABLE))
