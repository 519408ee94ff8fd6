"""Finds the requests that may lose numbers by an internal transfer, which another Telnyx account asks for."""

import structlog
from temporalio.client import Client

from domain import names
from domain.messages import NumberProgress, Progress
from domain.notification import notices
from domain.transfers import ApprovalRequest, LosingRequest
from domain.vocabulary import NumberState, Outcome
from runtime.fingerprints import Fingerprints
from services import progress, server_state
from services.errors import NoAnswer, NoHostingRequest, UnknownReference

_log = structlog.get_logger(__name__)

_MOST_REQUESTS = 200
_MAY_BE_ACTIVE = {NumberState.ACTIVE, ""}
"""The empty state belongs to a request that was terminated or does not answer. One alert too many does no harm."""


class LosingRequests:
    """Implements the port `LosingRequests`: looks at all requests that the server knows, also at those that ended."""

    def __init__(self, client: Client, fingerprints: Fingerprints) -> None:
        self._client = client
        self._fingerprints = fingerprints

    async def find_losing(self, asked: ApprovalRequest, *, guess: bool = False) -> list[LosingRequest]:
        """Find the requests in which wanted numbers are active. Each number of an account is named once.

        The account that wants the numbers is left out: its own order must not alert it, and it is unknown which account
        gets which event (docs/telnyx.md §6).

        Args:
            asked: what Telnyx asks.
            guess: whether a request that does not answer counts as one that may lose its numbers.

        Raises:
            NoAnswer: the server does not answer, or a running request does not and `guess` is false.
        """
        shown = [await self._show(reference, guess=guess) for reference in await self._find_references(asked)]
        requests = [request for request in shown if request is not None]
        takers = {request.account for request in requests if _takes(request, asked)}
        named: set[tuple[str, str]] = set()
        found = []
        for request in requests:
            numbers = [number for number in _active(request, asked) if (request.account, number) not in named]
            named.update((request.account, number) for number in numbers)
            if numbers and request.account not in takers:
                found.append(_losing(request, numbers))
        return found

    async def _find_references(self, asked: ApprovalRequest) -> list[str]:
        """The requests with a fitting fingerprint, newest first. Some may fit by chance."""
        wanted = ", ".join(f"'{self._fingerprints.of(number)}'" for number in asked.phone_numbers)
        query = f"WorkflowType = '{names.WORKFLOW_TYPE}' AND {names.PHONE_NUMBERS} IN ({wanted})"
        with server_state.server_faults():
            rows = [row.id async for row in self._client.list_workflows(query, limit=_MOST_REQUESTS)]
        return [names.reference_of(workflow_id) for workflow_id in dict.fromkeys(rows)]

    async def _show(self, reference: str, *, guess: bool) -> Progress | None:
        try:
            shown = await progress.show(self._client, reference)
        except (UnknownReference, NoHostingRequest) as error:  # forgotten by now, or started with something else
            _log.warning("request_not_readable", reference=reference, reason=str(error))
            return None
        if shown.partial and not guess:
            raise NoAnswer(f"No worker answered for {reference}, so it is unknown whether its numbers are active.")
        return shown


def _losing(request: Progress, phone_numbers: list[str]) -> LosingRequest:
    return LosingRequest(
        reference=request.reference,
        account=request.account,
        customer=request.customer,
        phone_numbers=phone_numbers,
        per_number=notices(request.numbers, phone_numbers),
    )


def _active(request: Progress, asked: ApprovalRequest) -> list[str]:
    return [row.phone_number for row in _wanted(request, asked) if row.state in _MAY_BE_ACTIVE]


def _takes(request: Progress, asked: ApprovalRequest) -> bool:
    """Whether the order is the request's own, or may be, since the request may be placing it just now.

    An order that names a number of others is none of its own. So no event can silence an alert by naming one number of
    a running request beside those that may be lost.
    """
    wanted = _wanted(request, asked)
    has_all = {row.phone_number for row in wanted} >= set(asked.phone_numbers)
    is_placing = request.outcome == Outcome.RUNNING and len(_active(request, asked)) < len(wanted)
    return asked.order_id in request.order_ids or (has_all and is_placing)


def _wanted(request: Progress, asked: ApprovalRequest) -> list[NumberProgress]:
    return [row for row in request.numbers if row.phone_number in asked.phone_numbers]
