"""Starts a request, or recognizes it as the one that exists; no worker is needed for either."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from domain import names
from domain.messages import HostingRequest
from domain.phone_numbers import mask
from domain.vocabulary import Outcome, Step
from runtime.documents import DocumentStore
from runtime.fingerprints import Fingerprints
from services import digests, documents, server_state
from services.errors import Refused, UnknownReference
from services.preflight import Preflights
from services.prepare import PreparedRequest
from workflows import search_attributes as attributes

_MAY_START_AGAIN = frozenset(
    {
        WorkflowExecutionStatus.TERMINATED,
        WorkflowExecutionStatus.FAILED,
        WorkflowExecutionStatus.TIMED_OUT,
        WorkflowExecutionStatus.CANCELED,
    }
)
_SHOWN = 3  # numbers in a summary; the server keeps 400 bytes of it


class Started(BaseModel):
    """What became of a start; `already` when the same request existed."""

    reference: str
    workflow_id: str
    already: bool = False
    warnings: list[str] = []


async def start(
    client: Client,
    fingerprints: Fingerprints,
    store: DocumentStore,
    draft: PreparedRequest,
    preflights: Preflights | None = None,
) -> Started:
    """Starts the request of a draft: first every question, then the papers, last the workflow.

    Args:
        client: of Temporal.
        fingerprints: stand in for the numbers where the server searches.
        store: takes the papers.
        draft: the request, gated.
        preflights: asks Telnyx about the profile first; None leaves that out.

    Raises:
        Refused: the reference exists with other content, or Telnyx refuses account or profile. Nothing was started.
        NoAnswer: the server did not answer; repeating the same start is safe.
    """
    request = draft.request
    if await exists_already(client, request):
        return _started(request, already=True)
    warnings = list(draft.warnings)
    if preflights is not None:
        warnings += await preflights.warnings(request.account, request.messaging_profile_id)
    await documents.put(store, request.reference, draft.papers)
    already = not await _start_workflow(client, fingerprints, request)
    return _started(request, already=already, warnings=warnings)


async def exists_already(client: Client, request: HostingRequest) -> bool:
    """Whether this very request exists, running or completed; one that was terminated or failed may start again.

    Raises:
        Refused: the reference exists with other content; the text names the difference.
    """
    try:
        found = await server_state.describe(client, request.reference)
    except UnknownReference:
        return False
    if found.status in _MAY_START_AGAIN:
        return False
    await _refuse_other_content(client, found, request)
    return True


async def _refuse_other_content(client: Client, found: WorkflowExecutionDescription, new: HostingRequest) -> None:
    known = await found.memo_value(names.MEMO_DIGEST, default=None, type_hint=str)
    if known == digests.digest(new):
        return
    old = await server_state.asked_for(client, found.id, found.run_id)
    difference = digests.differences(old, new)
    if difference:  # none when it was started by hand, without a memo
        raise Refused(
            f"{new.reference} exists with other content ({'; '.join(difference)}): use another reference, or "
            f"`hosted-sms show {new.reference}` to see the one that exists."
        )


async def _start_workflow(client: Client, fingerprints: Fingerprints, request: HostingRequest) -> bool:
    """Starts the workflow; False when somebody else started the same request in this moment."""
    try:
        with server_state.server_faults():
            await client.start_workflow(
                names.WORKFLOW_TYPE,
                request,
                id=names.workflow_id(request.reference),
                task_queue=names.LOCAL_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                memo={names.MEMO_DIGEST: digests.digest(request)},
                search_attributes=searchable(fingerprints, request),
                static_summary=summary(request),
                static_details=details(request),
                rpc_timeout=server_state.SERVER_LIMIT,
            )
    except WorkflowAlreadyStartedError:
        await exists_already(client, request)
        return False
    except RPCError as error:
        raise server_state.fault(error) from None
    return True


def searchable(fingerprints: Fingerprints, request: HostingRequest) -> TypedSearchAttributes:
    """What a request is found by before its workflow has run for the first time; readable on the server."""
    pairs: list[SearchAttributePair[Any]] = [
        SearchAttributePair(attributes.PHONE_NUMBERS, sorted(fingerprints.of(n) for n in request.phone_numbers)),
        SearchAttributePair(attributes.STEP, Step.ELIGIBILITY.value),
        SearchAttributePair(attributes.OUTCOME, Outcome.RUNNING.value),
        SearchAttributePair(attributes.ACCOUNT, request.account),
    ]
    if request.customer:
        pairs.append(SearchAttributePair(attributes.CUSTOMER, request.customer))
    return TypedSearchAttributes(pairs)


def summary(request: HostingRequest) -> str:
    """One line for the Temporal UI, such as `Host 3 numbers for acme (…0101, …0102, …0103)`."""
    count = len(request.phone_numbers)
    whom = f" for {request.customer}" if request.customer else ""
    return f"Host {count} number{'s' if count != 1 else ''}{whom} ({_masked(request.phone_numbers)})"


def details(request: HostingRequest) -> str:
    """What the Temporal UI shows beside the summary, as Markdown."""
    return "\n".join(
        [
            f"Started by **{request.by or 'unknown'}** for account `{request.account}`.",
            "",
            f"- Messaging profile: `{request.messaging_profile_id}`",
            f"- Documents at the start: {_papers(request)}",
            "",
            f"Where it stands and how to answer: `hosted-sms show {request.reference}`",
        ]
    )


def _masked(phone_numbers: Sequence[str]) -> str:
    shown = ", ".join(mask(number) for number in phone_numbers[:_SHOWN])
    return shown + (f" and {len(phone_numbers) - _SHOWN} more" if len(phone_numbers) > _SHOWN else "")


def _papers(request: HostingRequest) -> str:
    given = [name for name, paper in (("LOA", request.loa), ("bill", request.bill)) if paper is not None]
    return " and ".join(given) or "none yet"


def _started(request: HostingRequest, *, already: bool, warnings: Sequence[str] = ()) -> Started:
    return Started(
        reference=request.reference,
        workflow_id=names.workflow_id(request.reference),
        already=already,
        warnings=list(warnings),
    )
