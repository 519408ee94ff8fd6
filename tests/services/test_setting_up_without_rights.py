"""A server that lets no client look at its search attributes, or does not answer."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from services import doctor, preflight, setup
from services.errors import NoAnswer, Refused
from workflows import search_attributes as attributes


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
async def test_where_no_client_may_register_attributes_a_person_is_given_the_commands(
    client: Client, status: RPCStatusCode
) -> None:
    done = await setup.set_up(closed(client, status))
    assert (done.added, done.present) == ([], [])
    assert len(done.commands) == len(attributes.ALL)
    assert any("HostingStep" in command for command in done.commands)


async def test_a_server_that_does_not_answer_is_not_taken_for_one_that_refuses(client: Client) -> None:
    with pytest.raises(NoAnswer):
        await setup.set_up(closed(client, RPCStatusCode.UNAVAILABLE))


async def test_the_doctor_says_that_it_may_not_look_and_who_may(client: Client) -> None:
    found = await doctor._search_attributes(closed(client, RPCStatusCode.PERMISSION_DENIED))
    assert found.level == "warn"
    assert "hosted-sms setup" in (found.remedy or "")


def test_a_failed_look_at_telnyx_is_told_by_its_innermost_reason() -> None:
    inner = ApplicationError("Telnyx does not know the key.")
    outer = ApplicationError("the activity failed")
    outer.__cause__ = inner
    told = preflight._failed(WorkflowFailureError(cause=outer), timedelta(seconds=5))
    assert isinstance(told, Refused)
    assert str(told) == "Telnyx does not know the key."
