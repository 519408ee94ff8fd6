"""Starts a request, or recognizes it as the one that exists. Neither needs a worker."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from domain import command_hints, names
from domain.messages import Document, HostingRequest
from runtime.codec import UndecryptablePayload
from runtime.fingerprints import Fingerprints
from services import digests, documents, labels, progress, server_state
from services.errors import OtherContent, Refused, UnknownReference
from services.preflight import Preflights
from services.prepare import PreparedRequest

if TYPE_CHECKING:
    from runtime.document_store import DocumentStore

_MAY_START_AGAIN = frozenset(
    {
        WorkflowExecutionStatus.TERMINATED,
        WorkflowExecutionStatus.FAILED,
        WorkflowExecutionStatus.TIMED_OUT,
        WorkflowExecutionStatus.CANCELED,
    }
)


class StartResult(BaseModel):
    """The request that exists now; `already` when it existed before."""

    reference: str
    workflow_id: str
    already: bool = False
    warnings: list[str] = []


@dataclass(frozen=True)
class Starter:
    """Starts requests, with the parts of one installation."""

    client: Client
    fingerprints: Fingerprints | None
    store: "DocumentStore"
    preflights: Preflights | None = None
    """Asks Telnyx about account and profile first; None leaves that out."""
    queue: str = names.LOCAL_QUEUE
    """Where the requests run."""
    limited_accounts: Collection[str] = ()
    """The accounts for which the Temporal server keeps a rate limit."""

    async def start(self, prepared: PreparedRequest) -> StartResult:
        """Starts a prepared request: stores the documents, then starts the workflow. Most references are new.

        Only a start that has to ask Telnyx first looks whether the request exists: it would need a worker for nothing.

        Raises:
            Refused: the reference exists with other content, or Telnyx refuses account or profile. Nothing was started,
                and nothing of it is left in the store.
            NoAnswer: the server did not answer. Repeating the same start is safe.
        """
        request = prepared.request
        if self.preflights is not None and (found := await find_same(self.client, request)):
            return _started(request, already=True, warnings=_ended(found))
        warnings = [*prepared.warnings, *await self.profile_warnings(request)]
        new = await documents.put(self.store, request.reference, prepared.pdfs)
        if await self._start_workflow(request):
            return _started(request, warnings=warnings)
        return await self._recognize(request, new, warnings)

    async def _recognize(
        self, request: HostingRequest, new: Sequence[Document], warnings: Sequence[str]
    ) -> StartResult:
        """The request that is there already. Documents that it has no use for are removed again."""
        try:
            found = await find_same(self.client, request)
        except OtherContent as other:
            await documents.remove(self.store, request.reference, new, besides=other.documents)
            raise
        ended = _ended(found) if found else []
        if ended:
            await documents.remove(self.store, request.reference, new, besides=())
        return _started(request, already=True, warnings=ended or warnings)

    async def profile_warnings(self, request: HostingRequest) -> list[str]:
        """What to know about the messaging profile; raises Refused when Telnyx refuses it or the account."""
        if self.preflights is None:
            return []
        return await self.preflights.warnings(request.account, request.messaging_profile_id)

    async def _start_workflow(self, request: HostingRequest) -> bool:
        """Starts the workflow; False when there is one of this reference that is not to be started again."""
        try:
            with server_state.server_faults():
                await self.client.start_workflow(
                    names.WORKFLOW_TYPE,
                    request.model_copy(update={"limited": request.account in self.limited_accounts}),
                    id=names.workflow_id(request.reference),
                    task_queue=self.queue,
                    id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                    id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                    memo={names.MEMO_DIGEST: digests.digest(request)},
                    search_attributes=labels.searchable(self.fingerprints, request),
                    static_summary=labels.summary(request),
                    static_details=labels.details(request),
                    rpc_timeout=server_state.SERVER_LIMIT,
                )
        except WorkflowAlreadyStartedError:
            return False
        except RPCError as error:
            raise server_state.fault(error) from None
        return True


async def exists_already(client: Client, request: HostingRequest) -> bool:
    """Whether `find_same` finds something. Raises Refused as it does."""
    return await find_same(client, request) is not None


async def existing_warnings(client: Client, request: HostingRequest) -> list[str] | None:
    """What to know about this very request, which exists; None when it does not. Raises Refused as `find_same` does."""
    found = await find_same(client, request)
    return None if found is None else _ended(found)


async def find_same(client: Client, request: HostingRequest) -> WorkflowExecutionDescription | None:
    """This very request, running or completed. One that was terminated or failed may start again.

    Raises:
        OtherContent: the reference exists with other content.
        Refused: what it exists with cannot be read here.
    """
    try:
        found = await server_state.describe(client, request.reference)
    except UnknownReference:
        return None
    if found.status in _MAY_START_AGAIN:
        return None
    await _refuse_other_content(client, found, request)
    return found


def _ended(found: WorkflowExecutionDescription) -> list[str]:
    if found.status is not WorkflowExecutionStatus.COMPLETED:
        return []
    how = progress.how_it_ended(found)
    return [f"The request has ended ({how}) and is not started again: use another reference for a new request."]


async def _refuse_other_content(client: Client, found: WorkflowExecutionDescription, new: HostingRequest) -> None:
    try:
        known = await found.memo_value(names.MEMO_DIGEST, default=None, type_hint=str)
        if known == digests.digest(new):
            return
        old = await server_state.asked_for(client, found.id, found.run_id)
    except UndecryptablePayload as error:
        raise Refused(
            f"{new.reference} exists, and whether with the same content cannot be read here. {error}"
        ) from None
    difference = digests.differences(old, new)
    if difference:  # none when it was started by hand, without a memo
        raise OtherContent(
            f"{new.reference} exists with other content ({'; '.join(difference)}): use another reference, or "
            f"`{command_hints.show(new.reference)}` to see the one that exists.",
            documents=[document.sha256 for document in (old.loa, old.bill) if document],
        )


def _started(request: HostingRequest, *, already: bool = False, warnings: Sequence[str] = ()) -> StartResult:
    return StartResult(
        reference=request.reference,
        workflow_id=names.workflow_id(request.reference),
        already=already,
        warnings=list(warnings),
    )
