"""Asks Telnyx, through the worker, whether account and messaging profile can be used, before anything is started."""

import asyncio
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from pydantic import BaseModel
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import TimeoutError as TemporalTimeoutError
from temporalio.service import RPCError

from domain import names
from domain.checks import (
    CheckReport,
    CheckRequest,
    OrphansReport,
    OrphansRequest,
    PreflightReport,
    PreflightRequest,
)
from services import server_state
from services.errors import NoAnswer, Refused

_Report = TypeVar("_Report", bound=BaseModel)

PREFLIGHT_LIMIT = timedelta(seconds=10)
CHECK_LIMIT = timedelta(seconds=20)
"""Longer: every number is asked about at Telnyx."""

SURVEY_LIMIT = timedelta(minutes=2)
"""Longer still: every order of the account is listed."""

_REMEDY = "see `hosted-sms doctor`, start one with `python worker.py`, and try again"

NOT_NOW = "No worker answered, so nobody asked Telnyx about the profile {}: the request waits until a worker runs."


class Preflights:
    """Asks once for each pair of account and profile, however many requests share it."""

    def __init__(self, client: Client, limit: timedelta = PREFLIGHT_LIMIT) -> None:
        self._client = client
        self._limit = limit
        self._asked: dict[tuple[str, str], asyncio.Task[PreflightReport | None]] = {}

    async def warnings(self, account: str, profile: str) -> list[str]:
        """What to know before starting a request with this profile; a worker that is away is such a thing.

        Raises:
            Refused: Telnyx does not know the profile or refuses the account's key.
        """
        key = (account, profile)
        if key not in self._asked:
            self._asked[key] = asyncio.ensure_future(self._ask(account, profile))
        report = await self._asked[key]
        if report is None:
            return [NOT_NOW.format(profile)]
        if not report.ok:
            raise Refused(report.sentence)
        return [report.webhook_sentence] if report.webhook_url is None and report.webhook_sentence else []

    async def _ask(self, account: str, profile: str) -> PreflightReport | None:
        try:
            return await preflight(self._client, account, profile, limit=self._limit)
        except NoAnswer:
            return None


async def preflight(
    client: Client, account: str, profile: str, *, limit: timedelta = PREFLIGHT_LIMIT
) -> PreflightReport:
    """What Telnyx says about an account's key and a messaging profile.

    Raises:
        NoAnswer: no worker did it within the limit.
    """
    request = PreflightRequest(account=account, messaging_profile_id=profile)
    return await run_short(client, "Preflight", request, PreflightReport, limit)


async def check(
    client: Client, account: str, phone_numbers: Sequence[str], *, limit: timedelta = CHECK_LIMIT
) -> CheckReport:
    """Whether numbers (E.164) can be hosted; nothing is ordered.

    Raises:
        NoAnswer: no worker did it within the limit.
        Refused: Telnyx refuses the account's key.
    """
    request = CheckRequest(account=account, phone_numbers=list(phone_numbers))
    return await run_short(client, "CheckNumbers", request, CheckReport, limit)


async def orphans(client: Client, account: str, *, limit: timedelta = SURVEY_LIMIT) -> OrphansReport:
    """Which open orders of an account no running request looks after.

    Raises:
        NoAnswer: no worker did it within the limit.
        Refused: Telnyx refuses the account's key.
    """
    return await run_short(client, "FindOrphans", OrphansRequest(account=account), OrphansReport, limit)


async def run_short(
    client: Client, workflow_type: str, request: BaseModel, report: type[_Report], limit: timedelta
) -> _Report:
    """Runs a short workflow; the server itself ends it at the limit, so nothing is left behind.

    Raises:
        NoAnswer: no worker did it within the limit.
        Refused: it failed; the text says why.
    """
    await see_worker(client)
    try:
        async with asyncio.timeout(limit.total_seconds() + 2):
            with server_state.server_faults():
                result = await client.execute_workflow(
                    workflow_type,
                    request,
                    id=f"{workflow_type.lower()}-{uuid.uuid4()}",
                    task_queue=names.LOCAL_QUEUE,
                    execution_timeout=limit,
                    result_type=report,
                )
    except WorkflowFailureError as error:
        raise _failed(error, limit) from None
    except (TimeoutError, RPCError):
        raise _silent(limit) from None
    return report.model_validate(result)


async def see_worker(client: Client) -> None:
    """Tells at once when no worker came within the last minutes; one that left just now is told by the limit.

    Raises:
        NoAnswer: no worker runs.
    """
    if not await server_state.has_pollers(client, names.LOCAL_QUEUE):
        raise NoAnswer(f"No worker runs: {_REMEDY}.")


def _failed(error: WorkflowFailureError, limit: timedelta) -> NoAnswer | Refused:
    if isinstance(error.cause, TemporalTimeoutError):
        return _silent(limit)
    cause: BaseException = error.cause
    while cause.__cause__ is not None:  # the innermost names what happened; the outer ones say where
        cause = cause.__cause__
    return Refused(getattr(cause, "message", "") or str(cause))


def _silent(limit: timedelta) -> NoAnswer:
    return NoAnswer(f"No worker answered within {limit.total_seconds():g} s: {_REMEDY}.")
