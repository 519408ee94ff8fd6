"""The first step: which numbers can be hosted at all."""

from temporalio import activity

from activities import delays
from activities.inventory import find_hosted
from activities.order_state import snapshot
from activities.ports import Accounts, Fingerprinter, Telnyx
from activities.telnyx_failures import PERSON_NEEDED, ask_person, let_temporal_retry, retry_in
from domain.activity_io import CheckEligibility, EligibilityVerdict
from domain.eligibility_answers import EligibilityAnswer, hosted_elsewhere
from domain.eligibility_statuses import ELIGIBILITY, EligibilityKind
from domain.judge_eligibility import judge_eligibility
from domain.order_snapshot import is_live
from domain.verdicts import Verdict
from domain.vocabulary import Next
from telnyx_api.errors import FixInput, NotFound

_CHECKS_BEFORE_ASKING = 4


class EligibilityActivities:
    """Asks Telnyx's eligibility check."""

    def __init__(self, accounts: Accounts, fingerprints: Fingerprinter) -> None:
        self._accounts = accounts
        self._fingerprints = fingerprints
        self._profiles_seen: set[tuple[str, str]] = set()

    @activity.defn(name="check_eligibility")
    async def check_eligibility(self, work: CheckEligibility) -> EligibilityVerdict:
        """Check every number, look at what is already hosted, and say what may be ordered.

        A check that Telnyx could not make is made again a few times before a person is asked.
        """
        fingerprints = sorted(self._fingerprints.of(number) for number in work.phone_numbers)
        try:
            async with let_temporal_retry():
                verdict = await self._without_profile(work) or await self._check(work)
        except PERSON_NEEDED as error:
            verdict = ask_person(error, "check the numbers", work.phone_numbers)
        if verdict.next is Next.WAIT:
            verdict = _patiently(verdict)
        return EligibilityVerdict(**dict(verdict) | {"fingerprints": fingerprints})

    async def _without_profile(self, work: CheckEligibility) -> Verdict | None:
        """The question to ask when the account has no such messaging profile; None when it has.

        One that was there before is not looked for again: should it be gone, Telnyx refuses the order.
        """
        profile = (work.account, work.messaging_profile_id)
        if profile in self._profiles_seen:
            return None
        try:
            await self._accounts.telnyx(work.account).get_profile(work.messaging_profile_id)
        except (NotFound, FixInput) as error:
            return ask_person(error, f"show the messaging profile {work.messaging_profile_id!r}", work.phone_numbers)
        self._profiles_seen.add(profile)
        return None

    async def _check(self, work: CheckEligibility) -> Verdict:
        telnyx = self._accounts.telnyx(work.account)
        replies = await telnyx.check_eligibility(work.phone_numbers)
        answers = {
            reply.phone_number: EligibilityAnswer(reply.eligible, reply.status, reply.detail) for reply in replies
        }
        verdict = judge_eligibility(
            answers,
            work.phone_numbers,
            active_here=await _active_here(telnyx, answers),
            claimed_here=await _claimed_here(telnyx, answers),
            accepted=work.accepted,
            all_or_nothing=work.all_or_nothing,
            internal_transfer=work.internal_transfer,
        )
        elsewhere = hosted_elsewhere(answers) if work.internal_transfer else []
        return EligibilityVerdict(**dict(verdict), hosted_elsewhere=elsewhere, checked_at=activity.info().started_time)


async def _active_here(telnyx: Telnyx, answers: dict[str, EligibilityAnswer]) -> frozenset[str]:
    """The numbers said to be active in this account that its inventory really holds."""
    return frozenset(await find_hosted(telnyx, _said(EligibilityKind.CHECK_INVENTORY, answers)))


async def _claimed_here(telnyx: Telnyx, answers: dict[str, EligibilityAnswer]) -> frozenset[str]:
    """The numbers said to be in another order that an open order of this account really names."""
    said = _said(EligibilityKind.CHECK_ORDERS, answers)
    orders = [snapshot(order) for order in await telnyx.all_orders()] if said else []
    return frozenset(number for number in said if any(is_live(order, number) for order in orders))


def _said(kind: EligibilityKind, answers: dict[str, EligibilityAnswer]) -> list[str]:
    rows = {number: ELIGIBILITY.get(answer.status) for number, answer in answers.items()}
    return [number for number, row in rows.items() if row is not None and row.kind is kind]


def _patiently(verdict: Verdict) -> Verdict:
    attempt = activity.info().attempt
    if attempt < _CHECKS_BEFORE_ASKING:
        delay = delays.double_each_attempt(delays.FIRST_RECHECK_DELAY, attempt, delays.LONGEST_RETRY_DELAY)
        raise retry_in(delay, verdict.because, type_="NotCheckedYet")
    return verdict.model_copy(update={"next": Next.ASK})
