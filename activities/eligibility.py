"""Step 1: which numbers can be hosted at all."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from temporalio import activity

from activities.inventory import find_hosted
from activities.order_state import snapshot
from activities.ports import Accounts, Fingerprinter, Telnyx
from activities.telnyx_failures import PERSON_NEEDED, ask_person, let_temporal_retry, retry_in
from domain import delays
from domain.activity_io import CheckEligibility, EligibilityVerdict
from domain.eligibility_answers import EligibilityAnswer, hosted_elsewhere
from domain.eligibility_statuses import ELIGIBILITY, EligibilityKind
from domain.judge_eligibility import judge_eligibility
from domain.order_snapshot import is_live
from domain.verdicts import Verdict
from domain.vocabulary import Next
from telnyx_api.errors import FixInput, NotFound
from telnyx_api.replies import Eligibility

CHECKED_AGAIN_FOR = timedelta(minutes=3)
"""How long a check is repeated after Telnyx first said that it could not make it. Then a person is asked."""

Answers = dict[str, EligibilityAnswer]


class EligibilityActivities:
    """Runs Telnyx's eligibility check."""

    def __init__(self, accounts: Accounts, fingerprints: Fingerprinter) -> None:
        self._accounts = accounts
        self._fingerprints = fingerprints
        self._profiles_found: set[tuple[str, str]] = set()

    @activity.defn(name="check_eligibility")
    async def check_eligibility(self, work: CheckEligibility) -> EligibilityVerdict:
        """Check every number, look up what is hosted already, and say what may be ordered.

        A check that Telnyx could not make is repeated for a few minutes before a person is asked.
        """
        try:
            async with let_temporal_retry():
                verdict = await self._ask_about_profile(work) or await self._check(work)
        except PERSON_NEEDED as error:
            verdict = ask_person(error, "check the numbers", work.phone_numbers)
        if verdict.next is Next.WAIT:
            verdict = _check_again_or_ask(verdict, work)
        fingerprints = sorted(self._fingerprints.of(number) for number in work.phone_numbers)
        return EligibilityVerdict(**dict(verdict) | {"fingerprints": fingerprints})

    async def _ask_about_profile(self, work: CheckEligibility) -> Verdict | None:
        """The question about a messaging profile that the account does not have; None when it has it.

        A profile that was found once is not looked up again. If it is deleted later, Telnyx refuses the order.
        """
        profile = (work.account, work.messaging_profile_id)
        if profile in self._profiles_found:
            return None
        try:
            await self._accounts.telnyx(work.account).get_profile(work.messaging_profile_id)
        except (NotFound, FixInput) as error:
            return ask_person(error, f"show the messaging profile {work.messaging_profile_id!r}", work.phone_numbers)
        self._profiles_found.add(profile)
        return None

    async def _check(self, work: CheckEligibility) -> Verdict:
        telnyx = self._accounts.telnyx(work.account)
        answers = answers_by_number(await telnyx.check_eligibility(work.phone_numbers))
        verdict = judge_eligibility(
            answers,
            work.phone_numbers,
            active_here=await _find_active(telnyx, answers),
            claimed_here=await _find_claimed(telnyx, answers),
            accepted=work.accepted,
            all_or_nothing=work.all_or_nothing,
            internal_transfer=work.internal_transfer,
        )
        unknown = [number for number in work.phone_numbers if not (number in answers and answers[number].status)]
        verdict = verdict.model_copy(update={"statuses": {"": unknown} if unknown else {}})
        elsewhere = hosted_elsewhere(answers) if work.internal_transfer else []
        info = activity.info()
        checked_at = work.asked_at if info.is_local else info.started_time
        return EligibilityVerdict(**dict(verdict), hosted_elsewhere=elsewhere, checked_at=checked_at)


def answers_by_number(replies: Iterable[Eligibility]) -> Answers:
    """Telnyx's answer about each number."""
    return {reply.phone_number: EligibilityAnswer(reply.eligible, reply.status, reply.detail) for reply in replies}


async def _find_active(telnyx: Telnyx, answers: Answers) -> frozenset[str]:
    """The numbers that Telnyx calls active in this account and that its inventory really holds."""
    return frozenset(await find_hosted(telnyx, _numbers_of_kind(EligibilityKind.CHECK_INVENTORY, answers)))


async def _find_claimed(telnyx: Telnyx, answers: Answers) -> frozenset[str]:
    """The numbers that Telnyx finds in another order and that an open order of this account really names."""
    numbers = _numbers_of_kind(EligibilityKind.CHECK_ORDERS, answers)
    orders = [snapshot(order) for order in await telnyx.all_orders(named=numbers)] if numbers else []
    return frozenset(number for number in numbers if any(is_live(order, number) for order in orders))


def _numbers_of_kind(kind: EligibilityKind, answers: Answers) -> list[str]:
    rows = {number: ELIGIBILITY.get(answer.status) for number, answer in answers.items()}
    return [number for number, row in rows.items() if row is not None and row.kind is kind]


def _check_again_or_ask(verdict: Verdict, work: CheckEligibility) -> Verdict:
    """Each pause is twice as long as the time since the first such answer, up to the moment of the question."""
    now, noted = activity.info().started_time, activity.info().heartbeat_details[1:]
    since = datetime.fromisoformat(noted[0]) if noted else now
    if now - since >= CHECKED_AGAIN_FOR:
        return verdict.model_copy(update={"next": Next.ASK})
    activity.heartbeat(work, since.isoformat())
    pause = min(2 * (now - since), CHECKED_AGAIN_FOR - (now - since)).total_seconds()
    raise retry_in(max(delays.FIRST_RECHECK, pause), verdict.because, type_="NotCheckedYet")
