"""Whether this process makes the fingerprints that the Temporal server holds. Under another key it finds no number."""

from dataclasses import dataclass, field

from temporalio.client import Client, WorkflowExecution

from domain import names
from runtime.codec import UndecryptablePayload
from runtime.fingerprints import Fingerprints
from services import server_state
from services.errors import NoHostingRequest, UnknownReference
from workflows import search_attributes as attributes

_LOOKED_AT = 5
_WITH_FINGERPRINTS = f"WorkflowType = '{names.WORKFLOW_TYPE}' AND {names.PHONE_NUMBERS} IS NOT NULL"


@dataclass
class Comparison:
    """The references of requests by what their fingerprints show."""

    same: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    """Made with another key."""
    unreadable: list[Exception] = field(default_factory=list)
    """Why the numbers of other requests cannot be compared."""


async def compare(client: Client, fingerprints: Fingerprints) -> Comparison:
    """Compares the stored fingerprints of a few running requests, or of ended ones when none runs.

    Raises:
        Refused: the namespace lacks the search attribute.
        NoAnswer: the server does not answer.
    """
    for query in (f"{_WITH_FINGERPRINTS} AND ExecutionStatus = 'Running'", _WITH_FINGERPRINTS):
        if found := await server_state.first_workflows(client, query, _LOOKED_AT):
            return await _compare(client, fingerprints, found)
    return Comparison()


async def _compare(client: Client, fingerprints: Fingerprints, found: list[WorkflowExecution]) -> Comparison:
    compared = Comparison()
    for run in found:
        try:
            request = await server_state.asked_for(client, run.id, run.run_id)
        except UnknownReference:  # forgotten by the server just now
            continue
        except (NoHostingRequest, UndecryptablePayload) as error:
            compared.unreadable.append(error)
            continue
        ours = {fingerprints.of(number) for number in request.phone_numbers}
        same = not ours.isdisjoint(run.typed_search_attributes.get(attributes.PHONE_NUMBERS) or [])
        (compared.same if same else compared.other).append(names.reference_of(run.id))
    return compared


def sentence(compared: Comparison) -> str:
    """What is wrong, for people, when `other` names a request."""
    return (
        f"The fingerprints of {', '.join(compared.other)} were not made with the HOSTED_SMS_FINGERPRINT_KEY of this "
        "process, so it finds no request by a number."
    )


REMEDY = (
    "give every process the same HOSTED_SMS_FINGERPRINT_KEY, which is the one of the worker unless its own was changed"
)
