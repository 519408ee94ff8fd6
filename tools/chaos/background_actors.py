"""Who acts beside the people: the owner of the Telnyx account, and a watch for asks that stay open wrongly."""

import asyncio
import time

from temporalio.service import RPCError

from domain.messages import Progress
from domain.vocabulary import Outcome
from services.errors import Refused, ServiceError
from services.hosted_sms import HostedSms
from tools.chaos import judge
from tools.chaos.answers import BY
from tools.chaos.ends import Case
from tools.chaos.people import People
from tools.chaos.plan import Plan
from tools.chaos.tally import Tally
from tools.chaos.truth import by_number, lives
from tools.demo.processes import DemoFailed
from tools.demo.telnyx_side import TelnyxSide

_CHECKS_EVERY = 1.5
_FIXED_AFTER = 2.0
"""Seconds that the owner needs to fix the account."""
_ASKS_EVERY = 4.0
STALE_AFTER = 20.0
"""Seconds after which an ask about a finished matter counts as left open. Polls are two seconds apart, hints five."""


async def play_account_owner(hosted_sms: HostedSms, telnyx: TelnyxSide, plan: Plan, tally: Tally) -> None:
    """Fix the account whenever it is stopped, pay its bills, and resume it. Runs until cancelled."""
    while True:
        await asyncio.sleep(_CHECKS_EVERY)
        try:
            stopped = await hosted_sms.stopped_accounts()
            if stopped:
                await asyncio.sleep(_FIXED_AFTER)
                for number in plan.refusing_numbers:
                    await asyncio.to_thread(telnyx.change_number, number, eligible_status="ELIGIBLE")
            for account in stopped:
                await hosted_sms.resume_account(account, by=BY)
                tally.answers["account"] += 1
                tally.resumed.set()
        except Refused:
            tally.refusals += 1  # it was resumed already
        except (ServiceError, RPCError, DemoFailed):
            tally.unanswered += 1


class AskWatch:
    """Looks, once the faults are over, for asks about matters that are finished at Telnyx."""

    def __init__(self, hosted_sms: HostedSms, telnyx: TelnyxSide, people: People) -> None:
        self._hosted_sms = hosted_sms
        self._telnyx = telnyx
        self._people = people
        self._since: dict[tuple[str, str], float] = {}
        self.cases: dict[tuple[str, str], Case] = {}
        """The asks that stayed open, by reference and ask id."""

    async def watch(self) -> None:
        """Look repeatedly. Runs until cancelled."""
        while True:
            await asyncio.sleep(_ASKS_EVERY)
            truth = by_number(lives(await asyncio.to_thread(self._telnyx.orders)))
            rows = [row for row in self._people.board.values() if row.needs and row.outcome == Outcome.RUNNING]
            for row in rows:
                try:
                    shown = await self._hosted_sms.show(row.reference)
                except (ServiceError, RPCError):
                    continue
                resolved = {ask.id for ask in shown.asks if judge.is_resolved(ask, truth, shown.order_ids)}
                self._record(shown, resolved)

    def _record(self, shown: Progress, resolved: set[str]) -> None:
        """Record a case once an ask stayed open for `STALE_AFTER` seconds."""
        now = time.monotonic()
        for ask in shown.asks:
            key = shown.reference, ask.id
            if ask.id in resolved:
                since = self._since.setdefault(key, now)
                if now - since >= STALE_AFTER:
                    seen = f"still asks for {ask.kind} ({ask.id}), {now - since:.0f} s after all of it was finished"
                    self.cases[key] = Case(shown.reference, seen, " ".join(ask.numbers))
            else:
                self._since.pop(key, None)
