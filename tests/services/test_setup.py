"""Registering search attributes: again and again without harm, and with commands where a client may not."""

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from services import setup
from services.errors import Refused
from workflows import search_attributes as attributes


async def test_a_namespace_that_is_ready_stays_as_it_is(client: Client) -> None:
    done = await setup.set_up(client)

    assert (done.added, done.commands) == ([], [])
    assert set(done.present) == {key.name for key in attributes.ALL}
    assert await setup.missing_attributes(client) == []


def test_an_attribute_of_another_type_is_named() -> None:
    wrong = setup.wrong_types({"HostingStep": 7, "HostingNeeds": 7, "Unrelated": 1})

    assert wrong == ["HostingStep as INDEXED_VALUE_TYPE_KEYWORD_LIST instead of Keyword"]


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

    assert commands[0] == first
    assert len(commands) == 8


async def test_an_attribute_that_exists_otherwise_is_refused(dev_server: WorkflowEnvironment) -> None:
    config = dev_server.client.config()
    config["namespace"] = "crooked"
    crooked = Client(**config)
    wrong = {"HostingStep": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST}
    await crooked.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace="crooked", search_attributes=wrong)
    )

    with pytest.raises(Refused, match=r"HostingStep as .* instead of Keyword"):
        await setup.set_up(crooked)


async def test_a_fresh_namespace_is_made_ready(dev_server: WorkflowEnvironment) -> None:
    config = dev_server.client.config()
    config["namespace"] = "fresh"

    done = await setup.set_up(Client(**config))

    assert len(done.added) == 8
