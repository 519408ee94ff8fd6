"""Asks Telnyx, through the worker, about accounts, messaging profiles, numbers and orders. Changes nothing there."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from temporalio.client import Client

from domain.checks import (
    CheckReport,
    CheckRequest,
    OrphansReport,
    OrphansRequest,
    PreflightReport,
    PreflightRequest,
)
from runtime.codec import UndecryptablePayload
from services import short_workflows
from services.errors import AccountRefused, NoAnswer, Refused

PREFLIGHT_LIMIT = timedelta(seconds=10)
CHECK_LIMIT = timedelta(seconds=20)
"""Longer, since Telnyx is asked about every number."""
ORPHANS_LIMIT = timedelta(minutes=2)
"""Longer still, since every order of the account is listed."""

NOT_KNOWN = "It is not known whether the profile {} can be used, and the request may wait. {}"


class Preflights:
    """Asks once for each pair of account and profile, however many requests share it."""

    def __init__(self, client: Client, limit: timedelta = PREFLIGHT_LIMIT) -> None:
        self._client = client
        self._limit = limit
        self._asked: dict[tuple[str, str], asyncio.Task[PreflightReport | Exception]] = {}

    async def warnings(self, account: str, profile: str) -> list[str]:
        """What to know before a request with this profile starts, for example that no worker runs.

        Raises:
            Refused: Telnyx does not know the profile.
            AccountRefused: Telnyx refuses the account, for instance its key.
        """
        key = (account, profile)
        if key not in self._asked:
            self._asked[key] = asyncio.ensure_future(self._ask(account, profile))
        report = await self._asked[key]
        if isinstance(report, Exception):
            return [NOT_KNOWN.format(profile, report)]
        if not report.ok:
            raise (AccountRefused if report.account_refused else Refused)(report.sentence)
        missing = [report.webhook_sentence] if report.webhook_url is None and report.webhook_sentence else []
        return [*missing, *report.warnings]

    async def _ask(self, account: str, profile: str) -> PreflightReport | Exception:
        """What is known, or why nothing is. No answer, and one that cannot be read here, stop no start."""
        try:
            return await preflight(self._client, account, profile, limit=self._limit)
        except (NoAnswer, UndecryptablePayload) as error:
            return error


async def preflight(
    client: Client, account: str, profile: str, *, limit: timedelta = PREFLIGHT_LIMIT
) -> PreflightReport:
    """What Telnyx says about the key of an account and about a messaging profile.

    Raises:
        NoAnswer: no worker did it within the limit.
    """
    request = PreflightRequest(account=account, messaging_profile_id=profile)
    return await short_workflows.run(client, "Preflight", request, PreflightReport, limit)


async def check(client: Client, account: str, phone_numbers: Sequence[str]) -> CheckReport:
    """Whether numbers (E.164) can be hosted. Nothing is ordered.

    Raises:
        NoAnswer: no worker ran, or Telnyx gave no usable answer within the limit.
        Refused: Telnyx refuses the check, for instance because of the key of the account.
    """
    request = CheckRequest(account=account, phone_numbers=list(phone_numbers))
    try:
        return await short_workflows.run(client, "CheckNumbers", request, CheckReport, CHECK_LIMIT)
    except (NoAnswer, Refused, UndecryptablePayload) as error:
        kind = NoAnswer if isinstance(error, NoAnswer) else type(error)  # some say something else before their sentence
        raise kind(f"It is not known whether the numbers can be hosted. {error}") from None


async def orphans(client: Client, account: str) -> OrphansReport:
    """Which open orders of an account belong to no running request.

    Raises:
        NoAnswer: no worker did it within the limit.
        Refused: Telnyx refuses the key of the account.
    """
    request = OrphansRequest(account=account)
    return await short_workflows.run(client, "FindOrphans", request, OrphansReport, ORPHANS_LIMIT)
