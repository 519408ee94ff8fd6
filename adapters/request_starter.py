"""Starts the requests of an import, and counts what an account has under way."""

from dataclasses import dataclass
from datetime import datetime

from domain import names
from domain.imports import PlannedRow, RowRefused, RowUnanswered
from domain.messages import Document, HostingRequest
from domain.vocabulary import Step
from runtime.codec import UndecryptablePayload
from runtime.document_errors import DocumentError
from runtime.document_store import DocumentStore
from services import parsing, server_state
from services.documents import CheckedPdf
from services.endings import Ending, ending_of
from services.errors import ServiceError
from services.prepare import PreparedRequest
from services.start import Starter


@dataclass(frozen=True)
class StoredPdf:
    """A PDF that lies in the document store under the reference of an import."""

    store: DocumentStore
    reference: str
    document: Document

    @property
    def name(self) -> str:
        """The file name that the person gave it."""
        return self.document.name

    async def read(self) -> bytes:
        """The bytes; raises an error of the store when they cannot be read."""
        return await self.store.get(self.reference, self.document)


class TemporalRequestStarter:
    """Implements the port `RequestStarter` of `activities.imports` with a Temporal client and the document store."""

    def __init__(self, starter: Starter) -> None:
        """`starter` has the parts of the worker's installation."""
        self._client, self._store, self._starter = starter.client, starter.store, starter

    async def start(self, planned: PlannedRow, documents_of: str, begun: datetime) -> bool:
        """Start a request, its documents copied. False when it existed before `begun`.

        Raises:
            RowRefused: it cannot be started as it is.
            RowUnanswered: a service did not answer.
        """
        try:
            started = await self._starter.start(self._prepared(planned.request, documents_of))
            return not started.already or await self._is_younger(planned.request.reference, begun)
        except (ServiceError, DocumentError, UndecryptablePayload) as error:
            kind = RowUnanswered if ending_of(error) is Ending.NO_ANSWER else RowRefused
            raise kind(str(error)) from None

    async def _is_younger(self, reference: str, begun: datetime) -> bool:
        """Whether a request is of this import: an attempt whose worker died had started it."""
        return (await server_state.describe(self._client, reference)).start_time >= begun

    def _prepared(self, request: HostingRequest, documents_of: str) -> PreparedRequest:
        named = {one.sha256: one for one in (request.loa, request.bill) if one is not None}
        pdfs = tuple(CheckedPdf(StoredPdf(self._store, documents_of, one), one) for one in named.values())
        return PreparedRequest(request, pdfs)

    async def count_under_way(self, account: str, started_before: datetime) -> int:
        """How many requests of an account, started before an instant, are in the steps `eligibility` and `order`.

        Raises:
            NoAnswer: the server does not answer.
        """
        query = (
            f"WorkflowType = '{names.WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'"
            f" AND {names.ACCOUNT} = '{parsing.account(account)}'"
            f" AND {names.STEP} IN ('{Step.ELIGIBILITY}', '{Step.ORDER}')"
            f" AND StartTime < '{started_before.isoformat()}'"
        )
        with server_state.server_faults():
            return (await self._client.count_workflows(query, rpc_timeout=server_state.SERVER_LIMIT)).count
