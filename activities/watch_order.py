"""Watches an order from its creation to the end of the round: reads it again and again until it means something new.

A read that shows nothing new fails with a benign, retryable error, so that days of waiting add nothing to the history
of the request. To wake the request costs it six events. So the watch first asks the request what it knows by now: most
changes that a watch sees are the request's own, such as an upload of documents (docs/decisions/0010).
"""

import hashlib
from datetime import datetime, timedelta

import structlog
from temporalio import activity

from activities.order_state import judge, read_order, wants_documents
from activities.ports import Accounts, LiveRequests
from activities.telnyx_failures import PERSON_NEEDED, ask_person, let_temporal_retry, retry_in
from domain import delays
from domain.activity_io import WatchOrder, WatchVerdict
from domain.calendar import Calendar
from domain.names import WATCH_ACTIVITY
from domain.vocabulary import AskKind, NumberState
from telnyx_api.errors import TelnyxError

log = structlog.get_logger(__name__)

_READS_BEFORE_NEW_REFUSAL = 4
"""Right after an upload an order may keep the status that refused the last documents. The read with this number takes
that status for a new refusal."""


class WatchOrderActivities:
    """Watches orders."""

    def __init__(
        self,
        accounts: Accounts,
        requests: LiveRequests,
        poll_interval: float,
        calendar: Calendar,
        late_after: timedelta,
    ) -> None:
        """Read at least every `poll_interval` seconds. A review is late after `late_after`, in working time."""
        self._accounts = accounts
        self._requests = requests
        self._poll_interval = poll_interval
        self._calendar = calendar
        self._late_after = late_after

    @activity.defn(name=WATCH_ACTIVITY)
    async def watch_order(self, work: WatchOrder) -> WatchVerdict:
        """Answer as soon as the order means something else than the request knows, with the numbers that changed."""
        newest = _read_note()
        if newest is None:
            verdict = await self._read(work)
            newest = await self._query_request(work)
            # After an upload the reads are counted from the start of a watch, so the request starts a new one.
            if newest is None or _asks_for_documents(verdict):
                return verdict
            activity.heartbeat(newest)
        return (await self._read(newest)).model_copy(update={"told": newest})

    async def _query_request(self, work: WatchOrder) -> WatchOrder | None:
        """What the request knows of the order by now; None when that is nothing new, or when it does not answer."""
        info = activity.info()
        known = await self._requests.query_watched(str(info.workflow_id), str(info.workflow_run_id))
        return known if known is not None and known != work and known.order_id == work.order_id else None

    async def _read(self, work: WatchOrder) -> WatchVerdict:
        """What is new about the order. When nothing is, the activity fails, and Temporal reads it again."""
        try:
            async with let_temporal_retry(at_least=self._poll_delay()):
                order = await read_order(self._accounts.telnyx(work.account), work.order_id)
        except PERSON_NEEDED as error:
            return self._answer_if_new(work, _judge_trouble(error, work))
        verdict = WatchVerdict(**dict(judge(order, work)))
        if work.papers_given and wants_documents(order):
            if activity.info().attempt >= _READS_BEFORE_NEW_REFUSAL:
                return verdict
            is_old = verdict.digest == work.digest
            verdict = verdict.model_copy(update={"numbers": {}}) if is_old else verdict
        return self._answer_if_new(work, verdict)

    def _answer_if_new(self, work: WatchOrder, verdict: WatchVerdict) -> WatchVerdict:
        if verdict.numbers or verdict.digest != work.digest:
            return verdict
        if late_since := self._late_since(work):
            return verdict.model_copy(update={"late_since": late_since})
        log.debug("order_watched", order_id=verdict.order_id, attempt=activity.info().attempt)
        raise retry_in(self._poll_delay(), verdict.because, type_="NoNews")

    def _late_since(self, work: WatchOrder) -> datetime | None:
        """When the review should have ended, once that is past by the server's clock; None before.

        A watch that began before the upload goes on after it, because a new one would cost events. It counts from its
        own start, and answers too early. The next watch is given the true start of the review.
        """
        info = activity.info()
        began_before = {NumberState.UNVERIFIED, NumberState.VERIFIED} & set(work.known)
        since = work.review_since or (info.scheduled_time if began_before else None)
        if since is None:
            return None
        late_since = self._calendar.after(since, self._late_after)
        return late_since if info.started_time >= late_since else None

    def _poll_delay(self) -> float:
        """Seconds until the next read. An error of Telnyx never shortens it: watches are many, and can wait."""
        return delays.double_each_attempt(delays.FIRST_POLL, activity.info().attempt, self._poll_interval)


def _read_note() -> WatchOrder | None:
    """What an earlier attempt learned from the request. When the note is lost, the request is asked again."""
    details = list(activity.info().heartbeat_details)
    return WatchOrder.model_validate(details[0]) if len(details) == 1 else None


def _asks_for_documents(verdict: WatchVerdict) -> bool:
    return verdict.need is not None and verdict.need.kind is AskKind.DOCUMENTS


def _judge_trouble(error: TelnyxError, work: WatchOrder) -> WatchVerdict:
    verdict = ask_person(error, "show the order", sorted(work.states()))
    # Telnyx's text may name another call or instant each time. A digest of it would make every read something new.
    cause = f"{type(error).__name__} {error.http_status} {[problem.code for problem in error.problems]}"
    digest = hashlib.sha256(cause.encode()).hexdigest()[:12]
    return WatchVerdict(**dict(verdict), order_id=work.order_id, digest=digest)
