"""The first step: which numbers can be hosted at all."""

from temporalio import activity

from activities.ports import Accounts, Fingerprinter, Telnyx
from activities.trouble import PERSON_NEEDED, not_yet, question, retried
from domain.eligibility_words import ELIGIBILITY, EligibilityKind
from domain.judging_eligibility import Checked, judge_eligibility
from domain.messages import Verdict
from domain.vocabulary import Next
from domain.work import CheckEligibility, EligibilityVerdict
from telnyx_api.errors import FixInput, NotFound

_CHECKS_BEFORE_ASKING = 4
_FIRST_DELAY = 30.0
"""Seconds, doubled each time: a check that Telnyx could not make usually works a little later."""


class EligibilityActivities:
    """Asks Telnyx's eligibility check."""

    def __init__(self, accounts: Accounts, fingerprints: Fingerprinter) -> None:
        self._accounts = accounts
        self._fingerprints = fingerprints

    @activity.defn(name="check_eligibility")
    async def check_eligibility(self, work: CheckEligibility) -> EligibilityVerdict:
        """Check every number, look at what is already hosted, and say what may be ordered.

        A check that Telnyx could not make is made again a few times before a person is asked.
        """
        fingerprints = sorted(self._fingerprints.of(number) for number in work.phone_numbers)
        try:
            with retried():
                verdict = await self._without_profile(work) or await self._check(work)
        except PERSON_NEEDED as error:
            verdict = question(error, "check the numbers", work.phone_numbers)
        if verdict.next is Next.WAIT:
            verdict = _patiently(verdict)
        return EligibilityVerdict(**dict(verdict), fingerprints=fingerprints)

    async def _without_profile(self, work: CheckEligibility) -> Verdict | None:
        """The question to ask when the account has no such messaging profile; None when it has."""
        try:
            await self._accounts.telnyx(work.account).get_profile(work.messaging_profile_id)
        except (NotFound, FixInput) as error:
            return question(error, f"show the messaging profile {work.messaging_profile_id!r}", work.phone_numbers)
        return None

    async def _check(self, work: CheckEligibility) -> Verdict:
        telnyx = self._accounts.telnyx(work.account)
        replies = await telnyx.check_eligibility(work.phone_numbers)
        answers = {reply.phone_number: Checked(reply.eligible, reply.status, reply.detail) for reply in replies}
        active_here = await _active_here(telnyx, answers)
        return judge_eligibility(
            answers, work.phone_numbers, active_here=active_here, all_or_nothing=work.all_or_nothing
        )


async def _active_here(telnyx: Telnyx, answers: dict[str, Checked]) -> frozenset[str]:
    """The numbers said to be active in this account that its inventory really holds."""
    said = [number for number, answer in answers.items() if _said_active(answer.status)]
    found = [row.phone_number for number in said for row in await telnyx.all_hosted_numbers(phone_number=number)]
    return frozenset(found) & frozenset(said)


def _said_active(status: str) -> bool:
    row = ELIGIBILITY.get(status)
    return row is not None and row.kind is EligibilityKind.RECONCILE


def _patiently(verdict: Verdict) -> Verdict:
    attempt = activity.info().attempt
    if attempt < _CHECKS_BEFORE_ASKING:
        raise not_yet(verdict.because, type_="NotCheckedYet", after=_FIRST_DELAY * 2 ** (attempt - 1))
    return verdict.model_copy(update={"next": Next.ASK})
