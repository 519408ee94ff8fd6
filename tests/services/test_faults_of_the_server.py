"""What the Temporal server answers besides results: silence that passes, and refusals with what to do."""

import pytest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from adapters.order_holders import TemporalOrderHolders
from services import server_state
from services.errors import NoAnswer, Refused
from services.parsing import contact_hours


def fault(status: RPCStatusCode, reason: str = "it said so.\nand more") -> NoAnswer | Refused:
    return server_state.fault(RPCError(reason, status, b""))


@pytest.mark.parametrize(
    "status",
    [
        RPCStatusCode.CANCELLED,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.ABORTED,
    ],
)
def test_what_may_pass_by_itself_is_silence(status: RPCStatusCode) -> None:
    found = fault(status)
    assert isinstance(found, NoAnswer)
    assert str(found) == "The Temporal server did not answer (it said so): try again."


def test_a_missing_search_attribute_is_told_with_the_command_that_adds_it() -> None:
    found = fault(RPCStatusCode.INVALID_ARGUMENT, "Namespace default has no mapping defined for Search Attribute X")
    assert isinstance(found, Refused)
    assert "run `hosted-sms setup` once" in str(found)


def test_any_other_refusal_names_namespace_and_key() -> None:
    found = fault(RPCStatusCode.PERMISSION_DENIED)
    assert isinstance(found, Refused)
    assert "(it said so): check the namespace and the rights of its key" in str(found)


@pytest.mark.parametrize("order_id", ["", "x' OR WorkflowType='HostNumbers", "a/b", "ä"])
async def test_what_is_no_order_id_is_held_by_nobody_and_asked_of_nobody(client: Client, order_id: str) -> None:
    assert await TemporalOrderHolders(client).find_holders(order_id, besides="r-1") == []


def test_contact_hours_are_refused_where_they_are_typed() -> None:
    assert contact_hours("9-17 Pacific") == "9-17 Pacific"
    with pytest.raises(Refused, match="'17-9' are not understood"):
        contact_hours("17-9")
