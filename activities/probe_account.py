"""Asks Telnyx now and then whether it accepts a stopped account again."""

import structlog
from temporalio import activity

from activities.ports import Accounts
from activities.telnyx_failures import PERSON_NEEDED, let_temporal_retry, retry_in
from domain import delays
from domain.accounts import ProbeAccount

log = structlog.get_logger(__name__)


class ProbeActivities:
    """Probes accounts with their own keys."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    @activity.defn(name="probe_account")
    async def probe_account(self, work: ProbeAccount) -> None:
        """Return once Telnyx answers the account. Each attempt is one read of one entry, and none costs an event.

        The first attempt calls nothing: Telnyx refused the account a moment ago. It only sets the first delay.
        """
        attempt = activity.info().attempt
        longest = delays.double_each_attempt(delays.LONGEST_PROBE, work.failed_trials + 1, delays.LONGEST_AFTER_TRIALS)
        pause = delays.double_each_attempt(delays.FIRST_PROBE, attempt + work.failed_trials, longest)
        if attempt == 1:
            raise retry_in(pause, "Telnyx refused the account a moment ago.", type_="NotYet")
        try:
            async with let_temporal_retry(at_least=pause):
                await self._accounts.telnyx(work.account).list_orders(page_number=1, page_size=1)
        except PERSON_NEEDED as error:
            raise retry_in(pause, str(error), type_="StillRefused") from None
        log.info("account_accepted_again", account=work.account, attempt=attempt)
