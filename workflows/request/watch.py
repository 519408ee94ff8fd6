"""One activity watches the round's order from its creation to the round's end.

Its retries are the clock, so days of polling add nothing to the history. It is told what is known and answers with
what changed, having asked what is known by then; an answer to what was known earlier is void, and the order is read
again.
"""

from temporalio import workflow
from temporalio.exceptions import is_cancelled_exception

from domain.activity_io import WatchOrder, WatchVerdict
from workflows import activity_options
from workflows.request.activity_calls import telnyx_queue, unhurried
from workflows.request.state import State

with workflow.unsafe.imports_passed_through():
    from activities.watch_order import WatchOrderActivities


class Watch:
    """Keeps the watch running while the round has an order and numbers under way."""

    def __init__(self, account: str, state: State) -> None:
        self._account = account
        self._state = state
        self._told: WatchOrder | None = None
        self._looking: workflow.ActivityHandle[WatchVerdict] | None = None

    def keep_on(self) -> None:
        """Start watching when there is something to watch and nobody does."""
        wanted = self.wanted()
        if wanted is None:
            self.stop()
        elif self._looking is None:
            self._told = wanted
            self._looking = workflow.start_activity_method(
                WatchOrderActivities.watch_order,
                wanted,
                task_queue=telnyx_queue(),
                priority=unhurried(self._account),
                summary=f"watch the order {wanted.order_id}",
                **activity_options.WATCH.options(),
            )
            # Nobody asks a stopped watch how it ended, and asyncio would report that as a mistake.
            self._looking.add_done_callback(lambda looking: looking.cancelled() or looking.exception())

    def stop(self) -> None:
        """Stop looking."""
        if self._looking is not None and not self._looking.done():
            self._looking.cancel()
        self._looking = None

    def look_again(self) -> None:
        """Look now instead of at the next poll."""
        self.stop()
        self.keep_on()

    @property
    def has_returned(self) -> bool:
        """Whether the watch has something to say."""
        return self._looking is not None and self._looking.done()

    def news(self) -> WatchVerdict | None:
        """What changed; None when the watch was told what is not so any more, and looks again."""
        looking, told = self._looking, self._told
        self._looking = None
        if looking is None or told is None:
            return None
        try:
            verdict = looking.result()
        except BaseException as error:
            if is_cancelled_exception(error):
                return None
            raise
        told = verdict.told or told
        out_of_date = told != self.wanted() or (verdict.late_since is not None and told.review_since is None)
        return None if out_of_date else verdict

    def wanted(self) -> WatchOrder | None:
        """What a watch would be told now; None when there is nothing to watch."""
        round_, under_way = self._state.round, self._state.under_way()
        if round_ is None or not round_.order_id or not under_way or self._state.waits_for_account:
            return None
        return WatchOrder(
            account=self._account,
            order_id=round_.order_id,
            known=under_way,
            papers_given=round_.papers_given,
            digest=round_.digest,
            review_since=None if round_.late_since else round_.review_since,
        )
