"""What faces ask of Telnyx through the worker, which alone holds the keys."""

from temporalio import activity

from activities.ports import Accounts
from activities.telnyx_failures import PERSON_NEEDED, let_temporal_retry
from domain.checks import CheckReport, CheckRequest, NumberCheck, PreflightReport, PreflightRequest
from domain.eligibility_answers import EligibilityAnswer
from domain.judge_eligibility import judge_eligibility
from telnyx_api.errors import FixInput, NotFound, StopAccount
from telnyx_api.replies import MessagingProfile


class CheckActivities:
    """Looks at Telnyx without changing anything."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    @activity.defn(name="check_numbers")
    async def check_numbers(self, request: CheckRequest) -> CheckReport:
        """Whether each number could be hosted; what stops the check itself is said for each number."""
        try:
            async with let_temporal_retry():
                telnyx = self._accounts.telnyx(request.account)
                replies = await telnyx.check_eligibility(request.phone_numbers)
        except PERSON_NEEDED as error:
            return CheckReport(numbers=[_unchecked(number, str(error)) for number in request.phone_numbers])
        answers = {
            reply.phone_number: EligibilityAnswer(reply.eligible, reply.status, reply.detail) for reply in replies
        }
        verdict = judge_eligibility(answers, request.phone_numbers)
        return CheckReport(
            numbers=[
                NumberCheck(
                    phone_number=number,
                    eligible=told.status == "eligible" and answers[number].eligible,
                    status=told.status,
                    because=told.because,
                )
                for number, told in verdict.numbers.items()
            ],
        )

    @activity.defn(name="preflight")
    async def preflight(self, request: PreflightRequest) -> PreflightReport:
        """Whether the account's key and the messaging profile can be used, before anything is started with them."""
        try:
            async with let_temporal_retry():
                return await self._profile(request)
        except StopAccount as error:
            return PreflightReport(ok=False, sentence=f"The account {request.account!r} cannot be used. {error}")
        except PERSON_NEEDED as error:
            return PreflightReport(ok=False, sentence=str(error))

    async def _profile(self, request: PreflightRequest) -> PreflightReport:
        telnyx = self._accounts.telnyx(request.account)
        if not request.messaging_profile_id:
            await telnyx.list_orders(page_number=1, page_size=1)
            return PreflightReport(ok=True, sentence=f"The account {request.account!r} answers.")
        try:
            profile = await telnyx.get_profile(request.messaging_profile_id)
        except (NotFound, FixInput) as error:
            sentence = (
                f"The account {request.account!r} has no messaging profile {request.messaging_profile_id!r}: copy its"
                f" id from the Telnyx portal. {error}"
            )
            return PreflightReport(ok=False, sentence=sentence)
        return PreflightReport(
            ok=True,
            sentence=f"The messaging profile {profile.name or profile.id} can be used.",
            webhook_url=profile.webhook_url,
            webhook_sentence=_webhook(profile),
        )


def _webhook(profile: MessagingProfile) -> str:
    if profile.webhook_url is None:
        return "The profile has no webhook URL: progress is noticed by polling alone, which is slower but complete."
    if profile.webhook_api_version not in {"2", ""}:
        return f"The profile's webhooks are of version {profile.webhook_api_version}: set version 2 to use them."
    return f"The profile's webhooks go to {profile.webhook_url}."


def _unchecked(number: str, because: str) -> NumberCheck:
    return NumberCheck(phone_number=number, eligible=False, status="", because=because)
