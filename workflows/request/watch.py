"""One activity watches the round's order until the round's end.

It begins with the order. That of an order that was just placed begins with its review, with a hint or after some
minutes, whichever is first: until then the order becomes what we make of it, and a look would find nothing else.

Its retries are the clock, so days of polling add nothing to the history. The activity gets what is known, and returns
what changed. Before it returns it asks the request what is known by then. An answer to something older is void, and the
order is read again.
"""

from datetime import datetime

from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception

from domain.activity_io import WatchOrder, WatchVerdict
from workflows import activity_options
from workflows.foreign_results import is_foreign_result
from workflows.request.state import State
from workflows.telnyx_queue import telnyx_poll

with workflow.unsafe.imports_passed_through():
    from activities.watch_order import WatchOrderActivities


class Watch:
    """Keeps the watch running while the round has an order and numbers under way."""

    def __init__(self, account: str, state: State) -> None:
        self._account = account
        self._state = state
        self._input: WatchOrder | None = None
        self._poll: workflow.ActivityHandle[WatchVerdict] | None = None

    def keep_on(self) -> None:
        """Start the watch when there is something to watch, it is time for it, and it does not run."""
        wanted = self.wanted()
        if wanted is None:
            self.stop()
        elif self._poll is None and self.begins is None:
            self._begin(wanted)

    def _begin(self, wanted: WatchOrder) -> None:
        self._input = wanted
        self._poll = workflow.start_activity_method(
            WatchOrderActivities.watch_order,
            wanted,
            summary=f"watch the order {wanted.order_id}",
            **telnyx_poll(self._account),
            **activity_options.WATCH.options(),
        )
        # The result of a stopped watch is never read, and asyncio would report that as a mistake.
        self._poll.add_done_callback(lambda poll: poll.cancelled() or poll.exception())

    @property
    def begins(self) -> datetime | None:
        """When the watch of an order that was just placed begins by itself; None when nothing holds it back."""
        round_ = self._state.round
        return round_.watch_from if round_ is not None and round_.review_since is None else None

    def may_begin(self) -> None:
        """Hold the watch back no longer."""
        if self._state.round is not None:
            self._state.round.watch_from = None

    def stop(self) -> None:
        """Stop the watch."""
        if self._poll is not None and not self._poll.done():
            self._poll.cancel()
        self._poll = None

    def look_again(self) -> None:
        """Read the order now instead of at the next poll."""
        self.stop()
        self.may_begin()
        self.keep_on()

    @property
    def has_returned(self) -> bool:
        """Whether the watch returned something."""
        return self._poll is not None and self._poll.done()

    def take_result(self) -> WatchVerdict | None:
        """What changed; None when the watch compared with something out of date, or someone else ended it."""
        poll, known = self._poll, self._input
        self._poll = None
        if poll is None or known is None:
            return None
        try:
            verdict = poll.result()
        except BaseException as error:
            if is_cancelled_exception(error) or is_foreign_result(error):
                return None
            raise
        known = verdict.told or known
        out_of_date = known != self.wanted() or (verdict.late_since is not None and known.review_since is None)
        return None if out_of_date else verdict

    def wanted(self) -> WatchOrder | None:
        """The input that a watch would get now; None when there is nothing to watch."""
        round_, open_numbers = self._state.round, self._state.open_by_state()
        if round_ is None or not round_.order_id or not open_numbers or self._state.waits_for_account:
            return None
        return WatchOrder(
            account=self._account,
            order_id=round_.order_id,
            known=open_numbers,
            papers_given=round_.papers_given,
            digest=round_.digest,
            known_refusal=round_.known_refusal,
            refused_again=round_.refused_again,
            review_since=None if round_.late_since else round_.review_since,
            transfer_of=list(round_.numbers) if round_.has_unconfirmed_transfer else [],
        )
