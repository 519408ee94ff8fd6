"""What the earlier attempts of an activity may have sent to Telnyx, which has no idempotency key.

An attempt that fails leaves a note in its heartbeat, which the server keeps for the next one. When the note is missing,
the worker of the last attempt died, and an order that it sent may still arrive. Then nothing is sent until the
quarantine is over and the order was looked for again.

    first attempt ─────────────────────────────► an order may be sent
    note "nothing sent" ───────────────────────► an order may be sent
    note "quiet" whose time is over ───────────► an order may be sent
    note "conflict: …" whose time is over ─────► a person is asked: Telnyx says that it has an order, but lists none
    a note whose time is not over ─────────────► an order may still arrive
    no note of the last attempt ───────────────► an order may still arrive
    first attempt after a reset of the run ────► an order may still arrive

The note says until when to wait, since a server that was restarted may begin an attempt before its delay is over.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.telnyx_failures import retry_in, retry_later
from domain import delays
from telnyx_api.errors import OutcomeUnknown, TryLater

_NOTHING_SENT, _QUIET = "nothing sent", "quiet"
_CONFLICT = "conflict: "
"""What Telnyx said follows. Such a note is quiet as well."""
_CLOCK_SKEW = timedelta(seconds=1)
"""By how much a pause as this process counts it may differ from the server's."""


class Attempts:
    """The memory of an activity that must not send an order twice."""

    def __init__(self, quarantine: float, *, started_afresh: bool = False) -> None:
        """Read the note of the last attempt.

        Args:
            quarantine: for how many seconds an order that was sent may still arrive.
            started_afresh: whether an earlier run of the workflow may have sent an order, as after a reset.
        """
        info = activity.info()
        self._began = time.monotonic()
        self._quarantine = quarantine
        note, quiet_until = _read_note(info)
        is_over = quiet_until is not None and quiet_until <= info.started_time + _CLOCK_SKEW
        is_first = info.attempt == 1 and not info.heartbeat_details and not started_afresh
        self.order_may_arrive = not (is_over or is_first)
        """True while an order that was sent before may still arrive at Telnyx."""
        self.conflict = note.removeprefix(_CONFLICT) if note.startswith(_CONFLICT) else ""
        """What Telnyx said when it refused an order because it has one already; empty when it did not."""
        self.has_waited = is_over and (note == _QUIET or bool(self.conflict))
        """True when the quarantine passed between the last order that may have been sent and this attempt."""

    @contextmanager
    def let_temporal_retry(self, *, sending: bool = False) -> Iterator[None]:
        """Call Telnyx in the body. Errors that may pass make Temporal try again, and leave the note for that attempt.

        `sending` says that the body sends an order. The quarantine follows when its outcome is unknown.
        """
        try:
            yield
        except (TryLater, OutcomeUnknown) as error:
            was_sent = sending and isinstance(error, OutcomeUnknown)
            pause = self._leave_note(harmless=not (self.order_may_arrive or was_sent))
            raise retry_later(error, at_least=pause) from None

    def retry_claim(self, because: str) -> ApplicationError:
        """The failure while it is unknown who holds the numbers. This attempt sent nothing."""
        first, longest = delays.FIRST_RETRY, delays.LONGEST_CLAIM_RETRY
        ours = delays.double_each_attempt(first, activity.info().attempt, longest)
        pause = self._leave_note(harmless=not self.order_may_arrive)
        return retry_in(max(pause, ours), because, type_="AccountUnreachable")

    def await_room(self, because: str) -> ApplicationError:
        """The failure while the account's workflow has no room for another claim. This attempt sent nothing."""
        pause = self._leave_note(harmless=not self.order_may_arrive)
        return retry_in(max(pause, delays.ROOM_AWAITED), because, type_="AccountFull")

    def wait_out_quarantine(self) -> ApplicationError:
        """The failure that keeps everything quiet until an order sent earlier must have arrived."""
        pause = self._leave_note(harmless=False)
        because = "An order may have been sent before. It is looked for again before another one is sent."
        return retry_in(pause, because, type_="Quarantine")

    def record_conflict(self, conflict: Exception) -> None:
        """Telnyx says that it has an order already, but may list it only later. Nothing more is sent after that."""
        self.order_may_arrive, self.conflict = True, str(conflict)

    def record_takeover(self, at: datetime) -> None:
        """The numbers came from another run at that instant, by the server's clock.

        Its last attempt may still be at work: a run ends before its attempts. So two quarantines follow the takeover:
        one for that attempt to notice the end, one for what it sent. A quarantine from before does not count.
        """
        left = (at - activity.info().started_time).total_seconds() + 2 * self._quarantine
        if left > _CLOCK_SKEW.total_seconds():
            self.order_may_arrive = True
            self._quarantine = max(self._quarantine, left)

    def _leave_note(self, *, harmless: bool) -> float:
        """Leave the note for the next attempt, and return how many seconds later that may begin."""
        pause = 0.0 if harmless else self._quarantine
        note = _NOTHING_SENT if harmless and not self.has_waited else _QUIET
        info = activity.info()
        # By the server's clock, since the next attempt may run on another machine.
        until = info.started_time + timedelta(seconds=time.monotonic() - self._began + pause)
        activity.heartbeat(info.attempt, _CONFLICT + self.conflict if self.conflict else note, until.isoformat())
        return pause


def _read_note(info: activity.Info) -> tuple[str, datetime | None]:
    """The last attempt's note, and until when nothing may be sent; empty and None when there is none."""
    match list(info.heartbeat_details):
        case [int(attempt), str(note), str(until)] if attempt == info.attempt - 1:
            with suppress(ValueError):
                return note, datetime.fromisoformat(until)
    return "", None
