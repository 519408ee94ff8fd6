"""What services ask of Telnyx through the worker, which alone holds the keys."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from temporalio import activity

from activities.eligibility import answers_by_number
from activities.ports import Accounts
from activities.telnyx_failures import PERSON_NEEDED, final_failure, let_temporal_retry
from domain import names
from domain.checks import (
    CheckReport,
    CheckRequest,
    NumberCheck,
    PreflightReport,
    PreflightRequest,
    UndecidedNumber,
)
from domain.eligibility_answers import Finding
from domain.eligibility_statuses import EligibilityKind
from domain.loopback import is_loopback
from telnyx_api.errors import FixInput, NotFound
from telnyx_api.replies import MessagingProfile

_UNDECIDED = {None, EligibilityKind.RETRY, EligibilityKind.BILLING, EligibilityKind.ACCOUNT}
"""Telnyx did not look at the number, or gave an answer that no table knows or that contradicts itself."""
_WITH_ADVICE = {EligibilityKind.LEFT_OUT, EligibilityKind.TRANSFER}
"""The advice of the other kinds is about what a request does next, and a check does none of it."""


class CheckActivities:
    """Reads from Telnyx and changes nothing."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    @activity.defn(name="check_numbers")
    async def check_numbers(self, request: CheckRequest) -> CheckReport:
        """Check whether each number can be hosted.

        Raises:
            ApplicationError: final, in Telnyx's words, when Telnyx refuses the check itself. No number is answered.
        """
        try:
            async with let_temporal_retry():
                replies = await self._accounts.telnyx(request.account).check_eligibility(request.phone_numbers)
        except PERSON_NEEDED as error:
            raise final_failure(error) from None
        answers = answers_by_number(replies)
        return _report([Finding(number, answers.get(number)) for number in request.phone_numbers])

    @activity.defn(name="preflight")
    async def preflight(self, request: PreflightRequest) -> PreflightReport:
        """Check whether the account's key and the messaging profile work, before a request is started with them."""
        try:
            async with let_temporal_retry():
                return await self._check_profile(request)
        except PERSON_NEEDED as error:
            sentence = f"The account {request.account!r} does not work. {error}"
            return PreflightReport(ok=False, sentence=sentence, account_refused=True)

    async def _check_profile(self, request: PreflightRequest) -> PreflightReport:
        telnyx = self._accounts.telnyx(request.account)
        if not request.messaging_profile_id:
            await telnyx.list_orders(page_number=1, page_size=1)
            return PreflightReport(ok=True, sentence=f"The account {request.account!r} works.")
        try:
            profile = await telnyx.get_profile(request.messaging_profile_id)
        except (NotFound, FixInput) as error:
            sentence = (
                f"The account {request.account!r} has no messaging profile {request.messaging_profile_id!r}."
                f" Copy the id of the profile from the Telnyx portal. {error}"
            )
            return PreflightReport(ok=False, sentence=sentence)
        return PreflightReport(
            ok=True,
            sentence=f"The messaging profile {profile.name or profile.id} exists.",
            webhook_url=profile.webhook_url,
            webhook_sentence=_describe_webhook(profile),
            warnings=list(_find_faults(profile, request.account)),
        )


def _report(findings: list[Finding]) -> CheckReport:
    return CheckReport(
        numbers=[_decided(finding) for finding in findings if finding.kind not in _UNDECIDED],
        not_known=[_undecided(finding) for finding in findings if finding.kind in _UNDECIDED],
    )


def _decided(finding: Finding) -> NumberCheck:
    return NumberCheck(
        phone_number=finding.phone_number,
        eligible=finding.kind is EligibilityKind.ORDER,
        status=finding.status,
        because=finding.advice if finding.kind in _WITH_ADVICE else finding.because,
    )


def _undecided(finding: Finding) -> UndecidedNumber:
    """Without Telnyx's own detail, which may read as if the number had been checked."""
    because = finding.row.sentence("number") if finding.row else finding.because
    return UndecidedNumber(phone_number=finding.phone_number, status=finding.status, because=because)


def _describe_webhook(profile: MessagingProfile) -> str:
    if profile.webhook_url is None:
        return "The profile has no webhook URL. Requests still see every change, but only at the next poll."
    return f"The profile sends its webhooks to {profile.webhook_url}."


def _find_faults(profile: MessagingProfile, account: str) -> Iterator[str]:
    """What is wrong with a profile that exists (docs/telnyx.md §1 and §6)."""
    if profile.enabled is False:
        yield "The profile is disabled: enable it in the Telnyx portal."
    if profile.webhook_url is not None and profile.webhook_api_version not in {"2", ""}:
        yield f"The profile sends webhooks of version {profile.webhook_api_version}. Set version 2 to use them."
    expected = names.webhook_path(account)
    for url in filter(None, (profile.webhook_url, profile.webhook_failover_url)):
        if _path(url) != expected:
            yield (
                f"The profile sends webhooks to {url}, whose path is not {expected}, so webhooks.py takes none of them "
                "unless a proxy rewrites the path: correct the URL in the Telnyx portal."
            )
        if not _is_safe(url):
            yield f"The profile sends webhooks to {url} without TLS, so anyone on the way reads the numbers: use https."


def _is_safe(url: str) -> bool:
    """Whether no one on the way can read what is sent to a URL."""
    try:
        parts = urlsplit(url)
    except ValueError:  # it goes nowhere
        return True
    return parts.scheme.lower() != "http" or is_loopback(parts.hostname or "")


def _path(url: str) -> str:
    """The path without a slash at its end, which makes no difference to `webhooks.py`."""
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:  # such as a bracket that is not closed
        return ""
