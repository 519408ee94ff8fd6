"""Which requests may lose numbers by an internal transfer that another account asks for."""

import structlog
from temporalio.client import Client

from domain import names
from domain.messages import NumberProgress, Progress
from domain.transfers import ApprovalRequest, LosingRequest
from domain.vocabulary import NumberState, Outcome
from runtime.fingerprints import Fingerprints
from services import progress, server_state
from services.errors import NoAnswer, Refused

_log = structlog.get_logger(__name__)

_MOST_REQUESTS = 200
_MAY_BE_ACTIVE = {NumberState.ACTIVE, ""}
"""Nothing is known of the numbers of a request that was terminated or is silent; an alert too many does no harm."""


class LosingRequests:
    """Looks among all requests that the Temporal server still knows, also those that ended long ago."""

    def __init__(self, client: Client, fingerprints: Fingerprints) -> None:
        self._client = client
        self._fingerprints = fingerprints

    async def find_losing(self, asked: ApprovalRequest, *, guess: bool = False) -> list[LosingRequest]:
        """The requests in which wanted numbers are active; each number of an account is named once.

        Left out is the account that wants them: which account gets which event is unknown (Telnyx facts §6), and our
        own order must not alert us.

        Args:
            asked: what Telnyx asks.
            guess: take a request that does not answer for one that may lose its numbers: better an alert too many.

        Raises:
            NoAnswer: the server does not answer, or a running request does not and `guess` is false.
        """
        looks = [await self._seen(reference, guess=guess) for reference in await self._references(asked)]
        known = [seen for seen in looks if seen is not None]
        taking = {one.account for one in known if _takes(one, asked)}
        told: set[tuple[str, str]] = set()
        found = []
        for one in known:
            held = [number for number in _held(one, asked) if (one.account, number) not in told]
            told.update((one.account, number) for number in held)
            if held and one.account not in taking:
                found.append(
                    LosingRequest(
                        reference=one.reference, account=one.account, customer=one.customer, phone_numbers=held
                    )
                )
        return found

    async def _references(self, asked: ApprovalRequest) -> list[str]:
        """The requests whose fingerprints fit, newest first; some may fit by chance."""
        words = ", ".join(f"'{self._fingerprints.of(number)}'" for number in asked.phone_numbers)
        query = f"WorkflowType = '{names.WORKFLOW_TYPE}' AND {names.PHONE_NUMBERS} IN ({words})"
        with server_state.server_faults():
            rows = [row.id async for row in self._client.list_workflows(query, limit=_MOST_REQUESTS)]
        return [names.reference_of(workflow_id) for workflow_id in dict.fromkeys(rows)]

    async def _seen(self, reference: str, *, guess: bool) -> Progress | None:
        try:
            seen = await progress.show(self._client, reference)
        except Refused as error:  # forgotten meanwhile, or no hosting request at all
            _log.warning("request_not_readable", reference=reference, reason=str(error))
            return None
        if seen.partial and not guess:
            raise NoAnswer(f"No worker answered for {reference}, so it is not known whether its numbers are active.")
        return seen


def _held(one: Progress, asked: ApprovalRequest) -> list[str]:
    return [row.phone_number for row in _wanted(one, asked) if row.state in _MAY_BE_ACTIVE]


def _takes(one: Progress, asked: ApprovalRequest) -> bool:
    """Whether the order is this request's, or may be since it is just now being placed."""
    active = _held(one, asked)
    under_way = [row for row in _wanted(one, asked) if row.phone_number not in active]
    return asked.order_id in one.order_ids or (one.outcome == Outcome.RUNNING and bool(under_way))


def _wanted(one: Progress, asked: ApprovalRequest) -> list[NumberProgress]:
    return [row for row in one.numbers if row.phone_number in asked.phone_numbers]
