"""What services ask of Telnyx through the worker, which alone holds the keys."""

from temporalio import activity

from activities.eligibility import answers_by_number
from activities.ports import Accounts
from activities.telnyx_failures import PERSON_NEEDED, let_temporal_retry
from domain.checks import CheckReport, CheckRequest, NumberCheck, PreflightReport, PreflightRequest
from domain.eligibility_answers import EligibilityAnswer
from domain.judge_eligibility import judge_eligibility
from telnyx_api.errors import FixInput, NotFound, StopAccount
from telnyx_api.replies import MessagingProfile


class CheckActivities:
    """Reads from Telnyx and changes nothing."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    @activity.defn(name="check_numbers")
    async def check_numbers(self, request: CheckRequest) -> CheckReport:
        """Check whether each number can be hosted. When the check itself fails, each number says why."""
        try:
            async with let_temporal_retry():
                replies = await self._accounts.telnyx(request.account).check_eligibility(request.phone_numbers)
        except PERSON_NEEDED as error:
            unchecked = [
                NumberCheck(phone_number=number, eligible=False, status="", because=str(error))
                for number in request.phone_numbers
            ]
            return CheckReport(numbers=unchecked)
        return _report(answers_by_number(replies), request.phone_numbers)

    @activity.defn(name="preflight")
    async def preflight(self, request: PreflightRequest) -> PreflightReport:
        """Check whether the account's key and the messaging profile work, before a request is started with them."""
        try:
            async with let_temporal_retry():
                return await self._check_profile(request)
        except StopAccount as error:
            return PreflightReport(ok=False, sentence=f"The account {request.account!r} does not work. {error}")
        except PERSON_NEEDED as error:
            return PreflightReport(ok=False, sentence=str(error))

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
            sentence=f"The messaging profile {profile.name or profile.id} works.",
            webhook_url=profile.webhook_url,
            webhook_sentence=_describe_webhook(profile),
        )


def _report(answers: dict[str, EligibilityAnswer], phone_numbers: list[str]) -> CheckReport:
    """An eligible number also has the status that says so: an answer that contradicts itself is none to rely on."""
    verdicts = judge_eligibility(answers, phone_numbers).numbers
    return CheckReport(
        numbers=[
            NumberCheck(
                phone_number=number,
                eligible=verdict.status == "eligible" and answers[number].eligible,
                status=verdict.status,
                because=verdict.because,
            )
            for number, verdict in verdicts.items()
        ],
    )


def _describe_webhook(profile: MessagingProfile) -> str:
    if profile.webhook_url is None:
        return "The profile has no webhook URL. Requests still see every change, but only at the next poll."
    if profile.webhook_api_version not in {"2", ""}:
        return f"The profile sends webhooks of version {profile.webhook_api_version}. Set version 2 to use them."
    return f"The profile sends its webhooks to {profile.webhook_url}."
