"""What an activity's earlier attempts may have sent to Telnyx, which has no idempotency key.

An attempt that ends by a failure of ours leaves a note (in its heartbeat, which the server keeps). An attempt that
finds no note of the one before it must assume the worst: that worker died, and what it sent may still arrive. Then
nothing is sent for the quarantine; the order is looked for again after it.

    first attempt ─────────────────────────► CLEAR
    note "nothing was sent" ───────────────► CLEAR
    note "quiet until", which is over ─────► CLEAR
    note "conflict: …", as long quiet ─────► CLEAR, but nothing more is sent: Telnyx said that something is there
    a note whose time is not over ─────────► SUSPICIOUS
    no note of the last attempt ───────────► SUSPICIOUS
    the run was reset ─────────────────────► SUSPICIOUS

The time stands in the note, since a server that was started again may begin an attempt before its delay is over.
"""

import time
from contextlib import suppress
from datetime import datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import delays
from activities.telnyx_failures import retry_in, retry_later
from telnyx_api.errors import OutcomeUnknown, TelnyxError

_NOTHING, _QUIET = "nothing sent", "quiet"
_CONFLICT = "conflict: "
"""Before what Telnyx said; quiet as well."""
_CLOCKS_DIFFER = timedelta(seconds=1)
"""By as much may this process count seconds otherwise than the server."""


class Attempts:
    """The memory of an activity that must not send twice."""

    def __init__(self, quarantine: float, *, started_afresh: bool = False) -> None:
        info = activity.info()
        self._began = time.monotonic()
        self._quarantine = quarantine
        word, quiet_until = _last_note(info)
        in_time = quiet_until <= info.started_time + _CLOCKS_DIFFER if quiet_until else False
        self.first = info.attempt == 1 and not info.heartbeat_details
        self.clear = in_time or (self.first and not started_afresh)
        """True when nothing sent earlier can still be on its way."""
        self.conflict = word.removeprefix(_CONFLICT) if word.startswith(_CONFLICT) else ""
        """What Telnyx said when it refused an order because something is there already; empty when it did not."""
        self.has_waited = in_time and (word == _QUIET or bool(self.conflict))
        """True when the quarantine lies between whatever was sent before and this attempt."""

    def failed(self, error: TelnyxError, *, sending: bool) -> ApplicationError:
        """The failure to raise for an error of Telnyx, with the note that the next attempt finds.

        Args:
            error: one that waiting may mend.
            sending: whether the failed call was the one that must not be sent twice.
        """
        harmless = self.clear and not (sending and isinstance(error, OutcomeUnknown))
        return retry_later(error, at_least=self._leave_after(harmless=harmless))

    def unclaimed(self, sentence: str) -> ApplicationError:
        """The failure when nobody knows who holds the numbers; nothing was sent by this attempt."""
        after = max(self._leave_after(harmless=self.clear), delays.FIRST_RETRY_DELAY)
        return retry_in(after, sentence, type_="AccountUnreachable")

    def met(self, conflict: TelnyxError) -> None:
        """Telnyx says that something is there already, and may show it only later; nothing more is sent after that."""
        self.clear, self.conflict = False, str(conflict)

    def taken_over(self) -> None:
        """Another run held the numbers a moment ago, and may be at work still, since a run ends before its attempts.

        So the quarantine is twice as long: once for that attempt to notice its end, once for what it sent.
        """
        if not self.has_waited:
            self.clear = False
            self._quarantine *= 2

    def _leave_after(self, *, harmless: bool) -> float:
        """Leave the note of an attempt, and say how many seconds must pass at least before the next one."""
        after = 0.0 if harmless else self._quarantine
        self._leave(_NOTHING if harmless and not self.has_waited else _QUIET, after)
        return after

    def quarantined(self) -> ApplicationError:
        """The failure by which an attempt steps aside until nothing sent earlier can arrive any more."""
        self._leave(_QUIET, self._quarantine)
        sentence = "An order may have been sent before: it is looked for again before anything is sent."
        return retry_in(self._quarantine, sentence, type_="Quarantine")

    def _leave(self, word: str, quiet_for: float) -> None:
        info = activity.info()
        # By the server's clock: the next attempt may be another machine's.
        until = info.started_time + timedelta(seconds=time.monotonic() - self._began + quiet_for)
        activity.heartbeat(info.attempt, _CONFLICT + self.conflict if self.conflict else word, until.isoformat())


def _last_note(info: activity.Info) -> tuple[str, datetime | None]:
    """What the attempt before left: its word, and until when nothing may be sent; None without such a note."""
    match list(info.heartbeat_details):
        case [int(attempt), str(word), str(until)] if attempt == info.attempt - 1:
            with suppress(ValueError):
                return word, datetime.fromisoformat(until)
    return "", None
