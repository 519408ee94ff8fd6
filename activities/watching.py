"""From the order's creation to the round's end: look at it again and again until it means something else.

A poll that brings no news fails with a harmless, retryable error, so days of waiting cost the history nothing.
"""

import structlog
from temporalio import activity

from activities.ports import Accounts
from activities.reading import judged, look, wants_papers
from activities.trouble import PERSON_NEEDED, not_yet, question, retried
from domain.vocabulary import Next
from domain.work import OrderVerdict, WatchOrder

log = structlog.get_logger(__name__)

_FIRST_DELAY = 30.0
_DOUBLINGS = 20
"""More would overflow nothing but sense; the poll interval caps the delay long before."""
_LOOKS_BEFORE_REFUSED_AGAIN = 4
"""Looks after an upload before the word that refused the papers before it counts as a new refusal."""


class WatchingActivities:
    """Watches orders."""

    def __init__(self, accounts: Accounts, poll_interval: float) -> None:
        self._accounts = accounts
        self._poll_interval = poll_interval

    @activity.defn(name="watch_order")
    async def watch_order(self, work: WatchOrder) -> OrderVerdict:
        """Answer as soon as the order means something else than what is known; numbers that changed only."""
        try:
            with retried():
                order = await look(self._accounts.telnyx(work.account), work.order_id)
        except PERSON_NEEDED as error:
            return OrderVerdict(
                **dict(question(error, "show the order", sorted(work.states()))), order_id=work.order_id
            )
        attempt = activity.info().attempt
        verdict = judged(order, work)
        same_question = verdict.digest == work.digest and verdict.next in {Next.ASK, Next.WAIT}
        if work.papers_given and wants_papers(order) and same_question:
            if attempt < _LOOKS_BEFORE_REFUSED_AGAIN:
                raise self._no_news(attempt, verdict)
            return verdict
        if same_question and not verdict.numbers:
            raise self._no_news(attempt, verdict)
        return verdict

    def _no_news(self, attempt: int, verdict: OrderVerdict) -> Exception:
        log.debug("order_watched", order_id=verdict.order_id, attempt=attempt)
        delay = min(_FIRST_DELAY * 2 ** min(attempt - 1, _DOUBLINGS), self._poll_interval)
        return not_yet(verdict.because, type_="NoNews", after=delay)
