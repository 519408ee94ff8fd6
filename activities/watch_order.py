"""From the order's creation to the round's end: look at it again and again until it means something else.

A poll that brings no news fails with a harmless, retryable error, so days of waiting cost the history nothing. Waking
a request costs it six events. So before a watch does, it asks the request what it knows by now: what the watch sees is
most often what the request did itself, such as uploading the papers (docs/decisions/0010).
"""

import hashlib
from datetime import datetime, timedelta

import structlog
from temporalio import activity

from activities import delays
from activities.order_state import judge, read_order, wants_documents
from activities.ports import Accounts, WatchedRequests
from activities.telnyx_failures import PERSON_NEEDED, ask_person, let_temporal_retry, retry_in
from domain.activity_io import WatchOrder, WatchVerdict
from domain.calendar import Calendar
from domain.names import WATCH_ACTIVITY
from domain.vocabulary import AskKind, NumberState
from telnyx_api.errors import TelnyxError

log = structlog.get_logger(__name__)

_LOOKS_BEFORE_REFUSED_AGAIN = 4
"""Looks after an upload before the word that refused the papers before it counts as a new refusal."""


class WatchOrderActivities:
    """Watches orders."""

    def __init__(
        self,
        accounts: Accounts,
        requests: WatchedRequests,
        poll_interval: float,
        calendar: Calendar,
        late_after: timedelta,
    ) -> None:
        self._accounts = accounts
        self._requests = requests
        self._poll_interval = poll_interval
        self._calendar = calendar
        self._late_after = late_after

    @activity.defn(name=WATCH_ACTIVITY)
    async def watch_order(self, work: WatchOrder) -> WatchVerdict:
        """Answer as soon as the order means something else than what is known; numbers that changed only."""
        newest = _noted()
        if newest is None:
            verdict = await self._news(work)
            newest = await self._known_by_now(work)
            if newest is None or _wants_papers(verdict):  # a new watch counts its looks since the papers went up
                return verdict
            activity.heartbeat(newest)
        return (await self._news(newest)).model_copy(update={"told": newest})

    async def _known_by_now(self, work: WatchOrder) -> WatchOrder | None:
        """What the request knows of the order; None when that is what the watch was told, or cannot be learned."""
        info = activity.info()
        known = await self._requests.query_watched(str(info.workflow_id), str(info.workflow_run_id))
        return known if known is not None and known != work and known.order_id == work.order_id else None

    async def _news(self, work: WatchOrder) -> WatchVerdict:
        """What the order means beside what is known; without news, the failure by which it is looked at again."""
        try:
            async with let_temporal_retry(at_least=self._delay()):
                order = await read_order(self._accounts.telnyx(work.account), work.order_id)
        except PERSON_NEEDED as error:
            return self._unless_known(work, _trouble(error, work))
        verdict = WatchVerdict(**dict(judge(order, work)))
        if work.papers_given and wants_documents(order):
            if activity.info().attempt >= _LOOKS_BEFORE_REFUSED_AGAIN:
                return verdict
            old_word = verdict.digest == work.digest
            verdict = verdict.model_copy(update={"numbers": {}}) if old_word else verdict
        return self._unless_known(work, verdict)

    def _unless_known(self, work: WatchOrder, verdict: WatchVerdict) -> WatchVerdict:
        if verdict.numbers or verdict.digest != work.digest:
            return verdict
        if late_since := self._late_since(work):
            return verdict.model_copy(update={"late_since": late_since})
        log.debug("order_watched", order_id=verdict.order_id, attempt=activity.info().attempt)
        raise retry_in(self._delay(), verdict.because, type_="NoNews")

    def _late_since(self, work: WatchOrder) -> datetime | None:
        """When the review should have been over, once that is past; by the server's clock, not the worker's.

        A watch that began before the papers went up is not stopped for them, which would cost events. It answers as
        if the review had begun with itself, and the next one is told when it did.
        """
        info = activity.info()
        began_before = {NumberState.UNVERIFIED, NumberState.VERIFIED} & set(work.known)
        since = work.review_since or (info.scheduled_time if began_before else None)
        if since is None:
            return None
        late_since = self._calendar.working_days_after(since, self._late_after)
        return late_since if info.started_time >= late_since else None

    def _delay(self) -> float:
        """Seconds to the next look, also when Telnyx is in trouble: watches are many, and none is in a hurry."""
        return delays.double_each_attempt(delays.FIRST_POLL_DELAY, activity.info().attempt, self._poll_interval)


def _noted() -> WatchOrder | None:
    """What an earlier attempt learned from the request; a note that got lost is asked for again."""
    details = list(activity.info().heartbeat_details)
    return WatchOrder.model_validate(details[0]) if len(details) == 1 else None


def _wants_papers(verdict: WatchVerdict) -> bool:
    return verdict.need is not None and verdict.need.kind is AskKind.DOCUMENTS


def _trouble(error: TelnyxError, work: WatchOrder) -> WatchVerdict:
    verdict = ask_person(error, "show the order", sorted(work.states()))
    # Not by its text, in which Telnyx may name another request or instant each time: every look would be news.
    cause = f"{type(error).__name__} {error.http_status} {[problem.code for problem in error.problems]}"
    trouble = hashlib.sha256(cause.encode()).hexdigest()[:12]
    return WatchVerdict(**dict(verdict), order_id=work.order_id, digest=trouble)
